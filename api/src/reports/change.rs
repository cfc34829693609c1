//! Carrying a change out: the report, its history, its photos and its letters in one transaction.

use uuid::Uuid;

use super::escalation;
use super::event::{Event, EventKind};
use super::letters;
use super::model::{Actor, Change, Refusal, Report, Status};
use super::publishing;
use super::ranking;
use super::steps::{Rung, Times};
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{EventId, PhotoId, ReportId};
use crate::shared::photos::store as photo_store;
use crate::shared::photos::{MAX_PER_REPORT, Purpose};
use crate::webhooks;

/// What comes with a change.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// The reason, opinion or note.
    pub note: Option<String>,
    /// Kept from the public. Ignored but for notes: the public reads every other step.
    pub internal: bool,
    pub photos: Vec<PhotoId>,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotYours(message) => Self::Forbidden(message),
            Refusal::NotNow(message) => Self::Conflict(message),
        }
    }
}

/// Reads a report again inside the transaction and locks it, so that a change made meanwhile is seen.
///
/// # Errors
/// When the database fails.
pub async fn locked(tx: &mut Tx, id: ReportId) -> Result<Report> {
    store::by_id_for_change(tx, id)
        .await?
        .ok_or_else(|| Error::internal("the report is gone"))
}

/// Refuses to change a report that somebody else has changed since it was read.
pub fn check_version(report: &Report, version: i64) -> Result<()> {
    if report.version == version {
        Ok(())
    } else {
        Err(changed_meanwhile())
    }
}

fn changed_meanwhile() -> Error {
    Error::Conflict(message!(
        "这个案件刚刚有了变化，请刷新后再办理。",
        "The case has just changed: reload it and try again.",
        "이 사건이 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
    ))
}

/// Changes a report.
///
/// # Errors
/// 403 and 409 by the table of transitions, 409 when somebody else was faster, 422 for photos that
/// cannot be used.
pub async fn carry_out(
    app: &App,
    tx: &mut Tx,
    report: Report,
    change: &Change,
    actor: &Actor,
    details: Details,
) -> Result<Report> {
    let now = app.clock.now();
    let before = report.clone();
    let mut after = report.changed(change, actor, &times(app), now)?;
    let kind = kind_of(change, &after);
    let target = target_of(tx, change, &before, &after).await?;
    if !store::save(tx, &after).await? {
        return Err(changed_meanwhile());
    }
    after.version += 1;
    ranking::settle(app, tx, &after).await?;
    let id = EventId(app.random.uuid(now));
    let public_note = match (&details.note, actor) {
        (Some(note), Actor::Resident) => publishing::screen_note(app, tx, &after, id, note).await?,
        (note, _) => note.as_deref().map(wufei_moderation::mask_personal_data),
    };
    let event = Event {
        id,
        report_id: after.id,
        at: now,
        kind,
        status: after.status,
        public: is_public(kind, details.internal),
        public_note,
        note: details.note,
        office: match actor {
            Actor::Staff { office, .. } => office.clone(),
            Actor::Resident | Actor::System => None,
        },
        target,
        actor: actor.id(),
    };
    store::append_event(tx, &event).await?;
    let purpose = match change {
        Change::Handle => Purpose::After,
        Change::AddPhotos => Purpose::Report,
        _ => Purpose::Evidence,
    };
    attach_photos(tx, &details.photos, &after, &event, purpose).await?;
    if matches!(change, Change::AddPhotos) {
        publishing::screen_added_photos(app, tx, &after, &details.photos).await?;
    }
    // Another category has other offices to help and to be told at once, whoever leads it.
    if before.lead != after.lead || matches!(change, Change::Reclassify { .. }) {
        letters::to_offices(app, tx, &after).await?;
    }
    if let (Change::Urge, Some(rung)) = (change, Rung::reached(after.escalation)) {
        escalation::tell(app, tx, &after, rung, event.note.as_deref()).await?;
    }
    letters::to_followers(app, tx, &after, &event).await?;
    webhooks::told(app, tx, &after, &event, Some(before.status)).await?;
    // After the letters: those merged into this case before are still with it when it says where it goes.
    if let Change::Merge { into } = change {
        absorb(app, tx, &before, *into).await?;
    }
    tracing::info!(
        report = %after.id,
        "Report {} went from {} to {}",
        after.code,
        before.status.as_str(),
        after.status.as_str()
    );
    Ok(after)
}

fn kind_of(change: &Change, after: &Report) -> EventKind {
    match change {
        Change::Accept => EventKind::Accepted,
        Change::Return { .. } => EventKind::Returned,
        Change::HandOver { .. } => EventKind::HandedOver,
        Change::Note => EventKind::Noted,
        Change::Handle => EventKind::Handled,
        Change::Verify => EventKind::Verified,
        Change::FailVerification => EventKind::VerificationFailed,
        Change::Close => EventKind::Closed,
        Change::Dispatch { .. } => EventKind::Dispatched,
        Change::Reject => EventKind::Rejected,
        Change::Extend { .. } => EventKind::Extended,
        Change::Suspend { .. } => EventKind::Suspended,
        Change::Resume => EventKind::Resumed,
        Change::Merge { .. } => EventKind::Merged,
        Change::Reopen => EventKind::Reopened,
        Change::Dispute => EventKind::Disputed,
        Change::Confirm => EventKind::Confirmed,
        Change::Withdraw => {
            debug_assert_eq!(after.status, Status::Rejected);
            EventKind::Withdrawn
        }
        Change::AddPhotos => EventKind::PhotosAdded,
        Change::Urge => Rung::reached(after.escalation).map_or(EventKind::Urged, Rung::event),
        Change::AskExtension { .. } => EventKind::ExtensionAsked,
        Change::RefuseExtension => EventKind::ExtensionRefused,
        Change::AskResident => EventKind::ResidentAsked,
        Change::Answer => EventKind::ResidentAnswered,
        Change::LapseAnswer => EventKind::AnswerLapsed,
        Change::Reclassify { .. } => EventKind::Reclassified,
        Change::VerifyByWitnesses => EventKind::VerifiedByWitnesses,
        Change::Undo { .. } => EventKind::Undone,
    }
}

/// What this district counts deadlines by.
pub fn times(app: &App) -> Times<'_> {
    Times {
        calendar: app.pack.calendar(),
        follow_up: app.pack.follow_up(),
    }
}

fn is_public(kind: EventKind, internal: bool) -> bool {
    match kind {
        EventKind::Noted | EventKind::Undone => !internal,
        EventKind::HandedOver
        | EventKind::PhotoHidden
        | EventKind::PhotoShown
        | EventKind::Rated
        | EventKind::Left
        | EventKind::ExtensionAsked
        | EventKind::ExtensionRefused
        | EventKind::OpinionGiven
        | EventKind::LinkMade
        | EventKind::LinkRevoked => false,
        _ => true,
    }
}

async fn target_of(
    tx: &mut Tx,
    change: &Change,
    before: &Report,
    after: &Report,
) -> Result<Option<String>> {
    Ok(match change {
        Change::Return { target } => Some(target.clone()),
        Change::Dispatch { .. } | Change::Reclassify { .. } => Some(after.lead.clone()),
        Change::Merge { into } => {
            let master = store::by_id_for_change(tx, *into).await?;
            let master =
                master.filter(|master| master.id != before.id && master.status != Status::Merged);
            let Some(master) = master else {
                return Err(Error::field(
                    "into",
                    message!(
                        "不能并入这个案件。",
                        "The case cannot be merged into this one.",
                        "이 사건에는 병합할 수 없습니다."
                    ),
                ));
            };
            Some(master.code.to_string())
        }
        _ => None,
    })
}

/// The master case's side of a merger: who followed the other now follows it.
async fn absorb(app: &App, tx: &mut Tx, merged: &Report, into: ReportId) -> Result<()> {
    store::move_merged(tx, merged.id, into).await?;
    let Some(mut master) = store::by_id_for_change(tx, into).await? else {
        return Err(Error::internal("the master case is gone"));
    };
    let now = app.clock.now();
    master.reporters += merged.reporters;
    master.updated_at = now;
    if !store::save(tx, &master).await? {
        return Err(changed_meanwhile());
    }
    ranking::settle(app, tx, &master).await?;
    append(
        app,
        tx,
        &master,
        EventKind::Absorbed,
        Some(merged.code.to_string()),
    )
    .await?;
    Ok(())
}

/// Appends a step of the service or a resident that changes no state.
pub async fn append(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    kind: EventKind,
    target: Option<String>,
) -> Result<Event> {
    append_by(app, tx, report, kind, target, None).await
}

/// A step that changes no state.
pub struct Appended<'a> {
    pub kind: EventKind,
    /// Staff's or a contractor's words.
    pub note: Option<String>,
    pub target: Option<String>,
    pub account: Option<&'a Account>,
}

/// Appends a step that changes no state, by a member of staff where given.
pub async fn append_by(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    kind: EventKind,
    target: Option<String>,
    account: Option<&Account>,
) -> Result<Event> {
    let appended = Appended {
        kind,
        note: None,
        target,
        account,
    };
    append_noted(app, tx, report, appended).await
}

/// Appends a step that changes no state, with words.
pub async fn append_noted(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    appended: Appended<'_>,
) -> Result<Event> {
    let now = app.clock.now();
    let Appended {
        kind,
        note,
        target,
        account,
    } = appended;
    let event = Event {
        id: EventId(app.random.uuid(now)),
        report_id: report.id,
        at: now,
        kind,
        status: report.status,
        public: is_public(kind, false),
        public_note: note.as_deref().map(wufei_moderation::mask_personal_data),
        note,
        office: account.and_then(|account| account.office.clone()),
        target,
        actor: account.map(|account| account.id),
    };
    store::append_event(tx, &event).await?;
    webhooks::told(app, tx, report, &event, None).await?;
    Ok(event)
}

/// Saves a case after a step that changes no state, so that a page read before it is stale.
///
/// # Errors
/// 409 when somebody else changed it since it was read.
pub async fn save_touched(app: &App, tx: &mut Tx, mut report: Report) -> Result<Report> {
    report.updated_at = app.clock.now();
    if !store::save(tx, &report).await? {
        return Err(changed_meanwhile());
    }
    report.version += 1;
    Ok(report)
}

/// Gives uploaded photos to a step of a report.
///
/// # Errors
/// 422 naming `photo_ids` when there are too many, one is unknown, one is in use, or an after-photo
/// was uploaded before the case was dispatched.
pub async fn attach_photos(
    tx: &mut Tx,
    photos: &[PhotoId],
    report: &Report,
    event: &Event,
    purpose: Purpose,
) -> Result<()> {
    check_photo_count(photos)?;
    for (position, photo) in photos.iter().enumerate() {
        let uploaded = photo_store::uploaded_at(tx, *photo).await?;
        if purpose == Purpose::After
            && uploaded
                .zip(report.dispatched_at)
                .is_some_and(|(at, sent)| at < sent)
        {
            return Err(Error::field(
                "photo_ids",
                message!(
                    "处置后的照片须在派遣之后拍摄上传。",
                    "An after-photo must be taken after the case was dispatched.",
                    "처리 후 사진은 배정 이후에 올린 것이어야 합니다."
                ),
            ));
        }
        if !photo_store::attach(tx, *photo, report.id, event.id, purpose, position).await? {
            return Err(Error::field(
                format!("photo_ids[{position}]"),
                message!(
                    "这张照片不存在或已经用过，请重新上传。",
                    "This photo does not exist or is in use: please upload it again.",
                    "이 사진은 없거나 이미 사용되었습니다. 다시 올려 주세요."
                ),
            ));
        }
    }
    Ok(())
}

/// At most nine photos, each once.
pub fn check_photo_count(photos: &[PhotoId]) -> Result<()> {
    let mut distinct: Vec<Uuid> = photos.iter().map(|photo| photo.0).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if photos.len() > MAX_PER_REPORT || distinct.len() < photos.len() {
        return Err(Error::field(
            "photo_ids",
            message!(
                "一次最多 9 张照片，不能重复。",
                "At most 9 photos at a time, each once.",
                "사진은 한 번에 최대 9장이며 중복될 수 없습니다."
            ),
        ));
    }
    Ok(())
}
