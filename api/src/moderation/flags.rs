//! Residents say that something should not be there. A person looks; only residents whose flags
//! proved right before can take it out of sight until then, so that no crowd can hide a thing.

use std::collections::HashMap;

use super::model::{FlagReason, HIDE_AT, LOOK_AT};
use super::{owners, store};
use crate::app::App;
use crate::auth::Account;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{CaseId, ModerationFlagId};
use crate::shared::screening::store as screening_store;
use crate::shared::screening::{Case, Cause, Outcome, Subject};

/// Takes a flag in.
///
/// # Errors
/// 404 when nothing of the kind was published; 409 for one's own words. The same person's second
/// flag changes nothing.
pub async fn flag(
    app: &App,
    account: &Account,
    subject: Subject,
    reason: FlagReason,
    note: String,
) -> Result<()> {
    let now = app.clock.now();
    let nothing = || {
        Error::NotFound(message!(
            "没有找到这条内容。",
            "There is nothing of the kind.",
            "해당 내용을 찾을 수 없습니다."
        ))
    };
    // Before the transaction: who holds one must not wait for a second connection.
    if !owners::may_flag(app, subject, account.id).await? {
        return Err(nothing());
    }
    let mut tx = app.db.begin().await?;
    let Some(screening) = store::newest_screening(&mut tx, subject).await? else {
        return Err(nothing());
    };
    if screening.author == Some(account.id) {
        return Err(Error::Conflict(message!(
            "这是您自己发布的内容，可以直接修改或撤下。",
            "These are your own words: change or withdraw them.",
            "본인이 게시한 내용입니다. 직접 수정하거나 내릴 수 있습니다."
        )));
    }
    store::hold_screening(&mut tx, screening.id).await?;
    let record = store::flag_record(&mut tx, account.id).await?;
    let new = store::NewFlag {
        id: ModerationFlagId(app.random.uuid(now)),
        subject,
        by: account.id,
        reason,
        note,
        weight: record.weight(now - account.created_at),
        at: now,
    };
    if !store::insert_flag(&mut tx, &new).await? {
        return Ok(());
    }
    let open = store::open_flags(&mut tx, subject).await?;
    let total: i64 = open.iter().map(|flag| flag.weight).sum();
    let looked_at = store::approved_since(&mut tx, subject, screening.at).await?;
    let waits = store::has_open_case(&mut tx, subject).await?;
    if total >= LOOK_AT && !waits {
        let id = CaseId(app.random.uuid(now));
        let author = screening.author;
        let case = Case::opened(id, screening.id, subject, author, Cause::Flags, now);
        screening_store::insert_case(&mut tx, &case).await?;
    }
    if !looked_at {
        let mut proven = 0;
        let mut records = HashMap::from([(account.id, record)]);
        for flag in &open {
            let record = match records.get(&flag.flagged_by) {
                Some(record) => *record,
                None => store::flag_record(&mut tx, flag.flagged_by).await?,
            };
            records.insert(flag.flagged_by, record);
            if record.is_proven() {
                proven += flag.weight;
            }
        }
        let before = proven - if record.is_proven() { new.weight } else { 0 };
        if proven >= HIDE_AT && before < HIDE_AT {
            owners::carry_out(app, &mut tx, subject, &Outcome::Hold).await?;
        }
    }
    tx.commit().await?;
    metrics::counter!("wufei_flags_total", "kind" => subject.kind.as_str()).increment(1);
    Ok(())
}
