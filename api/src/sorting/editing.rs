//! How a change of a thing takes effect: at once, or when a second editor has agreed.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::model::{Change, ChangeState, needs_two};
use super::rules::Rules;
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::sorting::Thing;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::SortingChangeId;

/// What an editor wants to become of a thing.
#[derive(Debug)]
pub struct Proposal<'a> {
    pub before: Option<Thing>,
    pub after: Option<Thing>,
    pub reason: &'a str,
    /// How many changes the thing had when it was read.
    pub seen: Option<i64>,
    pub author: &'a Account,
}

/// Writes a change of a thing. It is in effect with the commit unless it awaits a second editor.
///
/// # Errors
/// 409 when the thing was changed since `seen` (the number of its changes so far) was read, or when
/// a change of it already awaits a second editor.
pub async fn change(
    app: &App,
    tx: &mut Tx,
    rules: &Rules,
    proposal: Proposal<'_>,
    now: DateTime<Utc>,
) -> Result<Change> {
    let Proposal {
        before,
        after,
        reason,
        seen,
        author,
    } = proposal;
    let thing_id = after
        .as_ref()
        .or(before.as_ref())
        .map(|thing| thing.id.clone());
    let thing_id = thing_id.ok_or_else(|| Error::internal("a change of nothing"))?;
    let history = store::changes_of_in(tx, &thing_id).await?;
    if seen.is_some_and(|seen| usize::try_from(seen) != Ok(history.len())) {
        return Err(Error::Conflict(message!(
            "这一条刚被别人改过，请重新打开再改。",
            "Somebody else has just changed this: open it again.",
            "다른 사람이 방금 수정했습니다. 다시 열어 수정해 주세요."
        )));
    }
    if history
        .iter()
        .any(|change| change.state == ChangeState::Awaiting)
    {
        return Err(Error::Conflict(message!(
            "这一条有一处修改正等待第二人确认。",
            "A change of this is waiting for a second editor.",
            "이 항목에는 두 번째 편집자의 확인을 기다리는 수정이 있습니다."
        )));
    }
    let two = needs_two(rules, before.as_ref(), after.as_ref());
    let (state, revision) = if two {
        (ChangeState::Awaiting, None)
    } else {
        (ChangeState::InEffect, Some(store::next_revision(tx).await?))
    };
    let change = Change {
        id: SortingChangeId(app.random.uuid(now)),
        thing_id,
        before: before.map(Json),
        after: after.map(Json),
        reason: reason.to_owned(),
        state,
        revision,
        author: author.id,
        author_name: Some(author.name.clone()),
        created_at: now,
        decided_by: None,
        decided_by_name: None,
        decided_at: None,
    };
    store::insert_change(tx, &change).await?;
    Ok(change)
}

/// A second editor agrees to a change or refuses it.
///
/// # Errors
/// 403 to the author, 404 for an unknown change, 409 when it was decided before.
pub async fn decide(
    tx: &mut Tx,
    id: SortingChangeId,
    agree: bool,
    by: &Account,
    now: DateTime<Utc>,
) -> Result<Change> {
    let mut change = store::change_in(tx, id).await?.ok_or_else(|| {
        Error::NotFound(message!(
            "没有这处修改。",
            "There is no such change.",
            "해당 수정이 없습니다."
        ))
    })?;
    if agree && change.author == by.id {
        return Err(Error::Forbidden(message!(
            "涉及有害垃圾的修改要由另一个人确认。",
            "Somebody else must agree to a change about hazardous waste.",
            "유해 폐기물에 관한 수정은 다른 사람이 확인해야 합니다."
        )));
    }
    let (state, revision) = if agree {
        (ChangeState::InEffect, Some(store::next_revision(tx).await?))
    } else {
        (ChangeState::Refused, None)
    };
    if !store::decide_change(tx, id, state, revision, by.id, now).await? {
        return Err(Error::Conflict(message!(
            "这处修改已经有人处理过了。",
            "This change was decided before.",
            "이미 처리된 수정입니다."
        )));
    }
    change.state = state;
    change.revision = revision;
    change.decided_by = Some(by.id);
    change.decided_by_name = Some(by.name.clone());
    change.decided_at = Some(now);
    Ok(change)
}
