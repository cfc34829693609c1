//! Parts of a case (分办): another office deals with its part beside the office that leads, and the
//! case is handled when every part is done or joined again.

use chrono::{DateTime, Utc};

use super::store;
use crate::app::App;
use crate::auth::{Account, Role};
use crate::db::Tx;
use crate::message;
use crate::reports::change::{Appended, append_noted, attach_photos, save_touched, times};
use crate::reports::event::EventKind;
use crate::reports::evidence::AfterPhotos;
use crate::reports::letters;
use crate::reports::model::Report;
use crate::reports::steps::Step;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, PartId, ReportId};
use crate::shared::photos::Purpose;
use crate::text_enum;

/// Parts of one case that may be open at a time.
pub const MAX_OPEN: usize = 8;

text_enum! {
    /// Where a part stands.
    PartState {
        Open = "open",
        Done = "done",
        /// Given back to the office that leads.
        Joined = "joined",
    }
}

/// A part of a case.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Part {
    pub id: PartId,
    pub report_id: ReportId,
    pub office: String,
    pub task: String,
    pub state: PartState,
    pub due_at: Option<DateTime<Utc>>,
    pub opened_at: DateTime<Utc>,
    pub opened_by: AccountId,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<AccountId>,
    pub note: Option<String>,
}

/// Splits a part off.
///
/// # Errors
/// 409 when nobody deals with the case now, too many parts are open, or the office has one.
pub async fn open(
    app: &App,
    tx: &mut Tx,
    mut report: Report,
    office: String,
    task: String,
    hours: Option<u32>,
    account: &Account,
) -> Result<Report> {
    let now = app.clock.now();
    if !matches!(report.step(), Some(Step::Accept | Step::Handle)) {
        return Err(Error::Conflict(message!(
            "只有在办的案件才能分办。",
            "Only a case that is being dealt with can be split.",
            "처리 중인 사건만 나눌 수 있습니다."
        )));
    }
    let open: Vec<Part> = open_parts(tx, report.id).await?;
    if open.len() >= MAX_OPEN || open.iter().any(|part| part.office == office) {
        return Err(Error::Conflict(message!(
            "这个部门已有没办完的部分，或分出的部分太多（最多 8 个）。",
            "This office has a part already, or too many parts are open (at most 8).",
            "이 부서에 이미 맡긴 부분이 있거나 나눈 부분이 너무 많습니다(최대 8개)."
        )));
    }
    let due_at = hours.map_or(report.due_at, |hours| {
        Some(report.after(times(app).calendar, now, i64::from(hours) * 60))
    });
    let part = Part {
        id: PartId(app.random.uuid(now)),
        report_id: report.id,
        office: office.clone(),
        task: task.clone(),
        state: PartState::Open,
        due_at,
        opened_at: now,
        opened_by: account.id,
        ended_at: None,
        ended_by: None,
        note: None,
    };
    store::insert_part(tx, &part).await?;
    report.bring_in(&office);
    append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::PartOpened,
            note: Some(task),
            target: Some(office.clone()),
            account: Some(account),
        },
    )
    .await?;
    letters::to_office(app, tx, &report, &office, "分办其中一部分").await?;
    save_touched(app, tx, report).await
}

/// The parts that keep a case from being handled.
///
/// # Errors
/// When the database fails.
pub async fn open_parts(tx: &mut Tx, report: ReportId) -> Result<Vec<Part>> {
    Ok(store::parts_in(tx, report)
        .await?
        .into_iter()
        .filter(|part| part.state == PartState::Open)
        .collect())
}

async fn find_open(tx: &mut Tx, report: &Report, id: PartId) -> Result<Part> {
    let parts = store::parts_in(tx, report.id).await?;
    let part = parts.into_iter().find(|part| part.id == id);
    let part = part.ok_or_else(|| {
        Error::NotFound(message!(
            "没有这个部分。",
            "There is no such part.",
            "해당 부분이 없습니다."
        ))
    })?;
    if part.state == PartState::Open {
        Ok(part)
    } else {
        Err(Error::Conflict(message!(
            "这个部分已经办完或并回。",
            "This part is done, or was joined again.",
            "이 부분은 이미 끝났거나 합쳐졌습니다."
        )))
    }
}

/// The part's office has done it.
///
/// # Errors
/// 403 for another office, 404 and 409 for a part that is not open, 422 for photos and captures.
pub async fn done(
    app: &App,
    tx: &mut Tx,
    report: Report,
    id: PartId,
    note: String,
    photos: &AfterPhotos,
    account: &Account,
) -> Result<Report> {
    let part = find_open(tx, &report, id).await?;
    if account.role != Role::Handler || account.office.as_deref() != Some(&part.office) {
        return Err(Error::Forbidden(message!(
            "这个部分由别的部门办理。",
            "This part is another office's.",
            "이 부분은 다른 부서가 맡고 있습니다."
        )));
    }
    photos.check(app, &report)?;
    end(app, tx, &part, PartState::Done, &note, account).await?;
    let event = append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::PartDone,
            note: Some(photos.explained(note)),
            target: None,
            account: Some(account),
        },
    )
    .await?;
    attach_photos(tx, &photos.ids, &report, &event, Purpose::After).await?;
    photos.keep(app, tx, None).await?;
    letters::to_office(app, tx, &report, &report.lead, "有一个部分已办完").await?;
    save_touched(app, tx, report).await
}

/// Gives a part back to the office that leads.
///
/// # Errors
/// 404 and 409 for a part that is not open.
pub async fn join(
    app: &App,
    tx: &mut Tx,
    report: Report,
    id: PartId,
    reason: String,
    account: &Account,
) -> Result<Report> {
    let part = find_open(tx, &report, id).await?;
    end(app, tx, &part, PartState::Joined, &reason, account).await?;
    append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::PartJoined,
            note: Some(reason),
            target: Some(part.office.clone()),
            account: Some(account),
        },
    )
    .await?;
    letters::to_office(app, tx, &report, &report.lead, "有一个部分并回").await?;
    save_touched(app, tx, report).await
}

async fn end(
    app: &App,
    tx: &mut Tx,
    part: &Part,
    state: PartState,
    note: &str,
    account: &Account,
) -> Result<()> {
    store::end_part(tx, part.id, state, note, account.id, app.clock.now()).await?;
    Ok(())
}
