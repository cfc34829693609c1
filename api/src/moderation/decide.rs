//! Deciding: the case, its flags, the log, the letter and the owner of the subject in one transaction.

use serde_json::{Value, json};

use super::letters::{self, News};
use super::model::{self, Decision, Refusal};
use super::{owners, store};
use crate::app::App;
use crate::db::Tx;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, CaseId, ModerationLogId};
use crate::shared::screening::{Case, Outcome};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotYou(message) => Self::Forbidden(message),
            Refusal::NotNow(message) => Self::Conflict(message),
        }
    }
}

pub fn no_case() -> Error {
    Error::NotFound(message!(
        "没有这一条审核记录。",
        "There is no such moderation case.",
        "해당 심사 기록이 없습니다."
    ))
}

/// A step to be logged.
pub fn entry(
    app: &App,
    actor: AccountId,
    action: &'static str,
    case: Option<CaseId>,
    account: Option<AccountId>,
    detail: Value,
) -> store::LogEntry {
    let now = app.clock.now();
    store::LogEntry {
        id: ModerationLogId(app.random.uuid(now)),
        at: now,
        actor: Some(actor),
        action,
        case,
        account,
        detail,
    }
}

async fn load(tx: &mut Tx, id: CaseId, version: Option<i64>) -> Result<Case> {
    let case = store::case_for_change(tx, id).await?.ok_or_else(no_case)?;
    if version.is_some_and(|version| version != case.version) {
        return Err(Error::Conflict(message!(
            "这一条刚刚有了变化，请刷新后再决定。",
            "The case has just changed: reload it and decide again.",
            "이 항목이 방금 변경되었습니다. 새로고침 후 다시 결정해 주세요."
        )));
    }
    Ok(case)
}

async fn save(tx: &mut Tx, case: &Case) -> Result<()> {
    if store::save_case(tx, case).await? {
        Ok(())
    } else {
        Err(Error::internal("a case changed under its lock"))
    }
}

/// Approves or refuses what waits.
///
/// # Errors
/// 403 for one's own words, 404, 409 when it has been decided or changed meanwhile.
pub async fn decide(
    app: &App,
    id: CaseId,
    version: i64,
    by: AccountId,
    decision: Decision,
    note: &str,
    block_pictures: bool,
) -> Result<Case> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let before = load(&mut tx, id, Some(version)).await?;
    let case = model::decided(before, &decision, by, note, now)?;
    save(&mut tx, &case).await?;
    let (outcome, action) = match &decision {
        Decision::Approve { title, text } => (
            Outcome::Publish {
                title: title.clone(),
                text: text.clone(),
            },
            "approved",
        ),
        Decision::Refuse => (Outcome::Refuse, "refused"),
    };
    store::settle_flags(&mut tx, case.subject(), decision == Decision::Refuse).await?;
    let blocked = if block_pictures && decision == Decision::Refuse {
        store::block_pictures(&mut tx, &case, by, now).await?
    } else {
        0
    };
    // The words as they were stay with the screening; the log says that they were changed.
    let detail = json!({
        "note": note,
        "edited": case.edited_title.is_some() || case.edited_text.is_some(),
        "blocked_pictures": blocked,
    });
    store::log(
        &mut tx,
        entry(app, by, action, Some(id), case.author, detail),
    )
    .await?;
    owners::carry_out(app, &mut tx, case.subject(), &outcome).await?;
    if let Some(author) = case.author {
        let news = match decision {
            Decision::Approve { .. } => News::Approved,
            Decision::Refuse => News::Refused(note),
        };
        letters::tell(app, &mut tx, author, news).await?;
    }
    finish(app, tx).await?;
    Ok(after(case))
}

/// The author, signed in or by a report's secret, asks for another look.
///
/// # Errors
/// 403 for anybody else, 404, 409 when there is nothing (more) to appeal.
pub async fn appeal(app: &App, id: CaseId, by: Option<AccountId>, text: &str) -> Result<Case> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let before = load(&mut tx, id, None).await?;
    let case = model::appealed(before, by, text, now)?;
    save(&mut tx, &case).await?;
    let entry = store::LogEntry {
        id: ModerationLogId(app.random.uuid(now)),
        at: now,
        actor: by,
        action: "appealed",
        case: Some(id),
        account: by,
        detail: json!({}),
    };
    store::log(&mut tx, entry).await?;
    finish(app, tx).await?;
    Ok(after(case))
}

/// Somebody else decides an appeal.
///
/// # Errors
/// 403 for who refused or wrote it, 404, 409 when no appeal is open.
pub async fn decide_appeal(
    app: &App,
    id: CaseId,
    version: i64,
    by: AccountId,
    overturn: bool,
    note: &str,
) -> Result<Case> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let before = load(&mut tx, id, Some(version)).await?;
    let case = model::appeal_decided(before, overturn, by, note, now)?;
    save(&mut tx, &case).await?;
    let action = if overturn {
        store::unblock_pictures(&mut tx, id).await?;
        "appeal_overturned"
    } else {
        "appeal_upheld"
    };
    store::log(
        &mut tx,
        entry(
            app,
            by,
            action,
            Some(id),
            case.author,
            json!({ "note": note }),
        ),
    )
    .await?;
    if overturn {
        let outcome = Outcome::Publish {
            title: None,
            text: None,
        };
        owners::carry_out(app, &mut tx, case.subject(), &outcome).await?;
    }
    if let Some(author) = case.author {
        let news = if overturn {
            News::AppealOverturned(note)
        } else {
            News::AppealUpheld(note)
        };
        letters::tell(app, &mut tx, author, news).await?;
    }
    finish(app, tx).await?;
    Ok(after(case))
}

/// As it is in the database now.
fn after(mut case: Case) -> Case {
    case.version += 1;
    case
}

/// Commits, and has the letters sent.
pub async fn finish(app: &App, tx: Tx) -> Result<()> {
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(())
}
