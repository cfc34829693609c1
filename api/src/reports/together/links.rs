//! Links for those without an account: a contractor sees its one task and says when it is done, a
//! neighbouring district gives its say. The token is known by its hash only, ends by itself and can
//! be revoked.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::message;
use crate::reports::change::{
    Appended, append_noted, attach_photos, check_photo_count, save_touched,
};
use crate::reports::event::EventKind;
use crate::reports::evidence::AfterPhotos;
use crate::reports::letters;
use crate::reports::model::Report;
use crate::reports::steps::Step;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, ConsultationId, LinkId, PhotoId, ReportId};
use crate::shared::photos::Purpose;
use crate::shared::secret::{new_secret, secret_hash};
use crate::text_enum;

/// Links of one case that may be open at a time.
pub const MAX_OPEN: usize = 10;
/// The longest a link may hold, in days.
pub const MAX_DAYS: u32 = 30;
/// How long a neighbour's link holds, in days.
pub const NEIGHBOUR_DAYS: u32 = 30;

text_enum! {
    /// What a link is for.
    LinkKind {
        /// 作业单位: does the work on the ground.
        Contractor = "contractor",
        /// A neighbouring district.
        Neighbour = "neighbour",
    }
}

/// A link; its token is known by its hash.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Link {
    pub id: LinkId,
    pub report_id: ReportId,
    pub consultation_id: Option<ConsultationId>,
    pub kind: LinkKind,
    pub holder: String,
    pub task: String,
    pub created_at: DateTime<Utc>,
    pub created_by: AccountId,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub opened_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

impl Link {
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub kind: LinkKind,
    pub consultation: Option<ConsultationId>,
    pub holder: String,
    pub task: String,
    pub days: u32,
}

/// What is told once: the address holds the token.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MadeLink {
    pub id: LinkId,
    /// To be sent to whom it is for; it cannot be read again.
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

/// Makes a link.
///
/// # Errors
/// 409 when too many are open.
pub async fn make(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    new: NewLink,
    account: &Account,
) -> Result<MadeLink> {
    let now = app.clock.now();
    let open = store::links_in(tx, report.id).await?;
    if open.iter().filter(|link| link.is_open(now)).count() >= MAX_OPEN {
        return Err(Error::Conflict(message!(
            "一个案件最多同时有 10 个链接，请先收回不用的。",
            "At most 10 links of a case may be open: revoke one first.",
            "사건 하나에 링크는 최대 10개입니다. 먼저 하나를 회수해 주세요."
        )));
    }
    let token = new_secret(&app.random);
    let link = Link {
        id: LinkId(app.random.uuid(now)),
        report_id: report.id,
        consultation_id: new.consultation,
        kind: new.kind,
        holder: new.holder,
        task: new.task,
        created_at: now,
        created_by: account.id,
        expires_at: now + TimeDelta::days(i64::from(new.days)),
        revoked_at: None,
        opened_at: None,
        done_at: None,
        note: None,
    };
    store::insert_link(tx, &link, &secret_hash(&token)).await?;
    if new.kind == LinkKind::Contractor {
        append_noted(
            app,
            tx,
            report,
            Appended {
                kind: EventKind::LinkMade,
                note: Some(link.task.clone()),
                target: Some(link.holder.clone()),
                account: Some(account),
            },
        )
        .await?;
    }
    Ok(MadeLink {
        id: link.id,
        url: format!("{}/task/{token}", app.public_url),
        expires_at: link.expires_at,
    })
}

/// Ends a link before its time.
///
/// # Errors
/// 404 for a link that is none of this case's, 409 for one that has ended.
pub async fn revoke(
    app: &App,
    tx: &mut Tx,
    report: Report,
    id: LinkId,
    account: &Account,
) -> Result<Report> {
    let now = app.clock.now();
    let links = store::links_in(tx, report.id).await?;
    let Some(link) = links.into_iter().find(|link| link.id == id) else {
        return Err(Error::NotFound(message!(
            "没有这个链接。",
            "There is no such link.",
            "해당 링크가 없습니다."
        )));
    };
    if !link.is_open(now) {
        return Err(Error::Conflict(message!(
            "这个链接已经失效。",
            "This link has ended already.",
            "이 링크는 이미 만료되었습니다."
        )));
    }
    store::revoke_link(tx, id, now).await?;
    append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::LinkRevoked,
            note: None,
            target: Some(link.holder),
            account: Some(account),
        },
    )
    .await?;
    save_touched(app, tx, report).await
}

/// What a contractor hands in.
#[derive(Clone, Debug)]
pub struct Work {
    pub note: String,
    /// Photos of the place as it was found.
    pub before: Vec<PhotoId>,
    /// Photos of the place as it now is.
    pub after: AfterPhotos,
}

/// A contractor says that the task is done; the office that leads looks at it and hands it in.
///
/// # Errors
/// 409 when the case is no longer dealt with, 422 for photos.
pub async fn done(
    app: &App,
    tx: &mut Tx,
    report: Report,
    link: &Link,
    work: Work,
) -> Result<Report> {
    if !matches!(report.step(), Some(Step::Accept | Step::Handle)) {
        return Err(Error::Conflict(message!(
            "这个案件已经不在办理中，不用再交。",
            "The case is no longer being dealt with: nothing has to be handed in.",
            "이 사건은 더 이상 처리 중이 아니므로 제출하지 않아도 됩니다."
        )));
    }
    let both: Vec<PhotoId> = work.before.iter().chain(&work.after.ids).copied().collect();
    check_photo_count(&both)?;
    work.after.check(app, &report)?;
    store::finish_link(tx, link.id, &work.note, app.clock.now()).await?;
    let note = work.after.explained(work.note);
    let event = append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::TaskDone,
            note: Some(note),
            target: Some(link.holder.clone()),
            account: None,
        },
    )
    .await?;
    attach_photos(tx, &work.before, &report, &event, Purpose::Evidence).await?;
    attach_photos(tx, &work.after.ids, &report, &event, Purpose::After).await?;
    work.after.keep(app, tx, Some(link.id)).await?;
    letters::to_office(app, tx, &report, &report.lead, "作业单位已交活").await?;
    save_touched(app, tx, report).await
}

/// Notes that a neighbour has answered.
///
/// # Errors
/// When the database fails.
pub async fn answered(app: &App, tx: &mut Tx, link: &Link, opinion: &str) -> Result<()> {
    store::finish_link(tx, link.id, opinion, app.clock.now()).await?;
    Ok(())
}
