//! What the desk sees of the parties on a case: parts, consultations, links and witnesses.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::StaffNames;
use crate::app::App;
use crate::auth::{Account, Named, Role};
use crate::district::Lang;
use crate::reports::model::{Report, Status};
use crate::reports::store;
use crate::reports::together::consultation::{NEIGHBOUR_PREFIX, Opinion, Stance};
use crate::reports::together::links::LinkKind;
use crate::reports::together::parts::PartState;
use crate::reports::together::{consultations_of, links_of, opinions_of, parts_of};
use crate::reports::view::named_office;
use crate::shared::error::Result;
use crate::shared::id::{ConsultationId, LinkId, PartId};

/// A part that another office deals with.
#[derive(Serialize, ToSchema)]
pub struct PartView {
    pub id: PartId,
    pub office: Named,
    pub task: String,
    pub state: PartState,
    pub due_at: Option<DateTime<Utc>>,
    pub late: bool,
    pub opened_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// What was done, or why it was joined again.
    pub note: Option<String>,
}

/// 会商.
#[derive(Serialize, ToSchema)]
pub struct ConsultationView {
    pub id: ConsultationId,
    pub joint: bool,
    pub question: String,
    pub opened_at: DateTime<Utc>,
    pub opened_by: String,
    pub opinions_by: DateTime<Utc>,
    pub opinions: Vec<OpinionView>,
    pub decision: Option<String>,
    pub minutes: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
}

/// What a party says; nothing yet while `stance` is null.
#[derive(Serialize, ToSchema)]
pub struct OpinionView {
    /// An office, or a neighbouring district (`neighbour:` and its code).
    pub party: Named,
    pub stance: Option<Stance>,
    pub opinion: Option<String>,
    pub given_at: Option<DateTime<Utc>>,
    pub given_by: Option<String>,
}

/// A link for somebody without an account; its address is not known any more.
#[derive(Serialize, ToSchema)]
pub struct LinkView {
    pub id: LinkId,
    pub kind: LinkKind,
    pub holder: String,
    pub task: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was first opened.
    pub opened_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
    pub open: bool,
}

/// The word of a resident nearby, who is not named.
#[derive(Serialize, ToSchema)]
pub struct WitnessView {
    pub solved: bool,
    pub comment: Option<String>,
    pub distance_m: i64,
    pub said_at: DateTime<Utc>,
}

pub async fn parts(app: &App, report: &Report, lang: Lang) -> Result<Vec<PartView>> {
    let now = app.clock.now();
    Ok(parts_of(&app.db, report.id)
        .await?
        .into_iter()
        .map(|part| PartView {
            id: part.id,
            office: named_office(app, &part.office, report, lang),
            task: part.task,
            state: part.state,
            due_at: part.due_at,
            late: part
                .due_at
                .is_some_and(|due| due < part.ended_at.unwrap_or(now)),
            opened_at: part.opened_at,
            ended_at: part.ended_at,
            note: part.note,
        })
        .collect())
}

pub async fn consultations(
    app: &App,
    report: &Report,
    names: &StaffNames,
    lang: Lang,
) -> Result<Vec<ConsultationView>> {
    let opinions = opinions_of(&app.db, report.id).await?;
    let view = |opinion: &Opinion| OpinionView {
        party: party(app, &opinion.party, report, lang),
        stance: opinion.stance,
        opinion: opinion.opinion.clone(),
        given_at: opinion.given_at,
        given_by: opinion.given_by.map(|id| names.named(id.0).name),
    };
    Ok(consultations_of(&app.db, report.id)
        .await?
        .into_iter()
        .map(|consultation| ConsultationView {
            id: consultation.id,
            joint: consultation.joint,
            opinions: opinions
                .iter()
                .filter(|opinion| opinion.consultation_id == consultation.id)
                .map(view)
                .collect(),
            question: consultation.question,
            opened_at: consultation.opened_at,
            opened_by: names.named(consultation.opened_by.0).name,
            opinions_by: consultation.opinions_by,
            decision: consultation.decision,
            minutes: consultation.minutes,
            decided_at: consultation.decided_at,
            decided_by: consultation.decided_by.map(|id| names.named(id.0).name),
        })
        .collect())
}

fn party(app: &App, party: &str, report: &Report, lang: Lang) -> Named {
    match party.strip_prefix(NEIGHBOUR_PREFIX) {
        Some(code) => Named {
            id: party.to_owned(),
            name: app
                .pack
                .neighbour(code)
                .map_or(code, |neighbour| neighbour.name.get(lang))
                .to_owned(),
        },
        None => named_office(app, party, report, lang),
    }
}

pub async fn links(app: &App, report: &Report, account: &Account) -> Result<Vec<LinkView>> {
    let leads = account.role == Role::Coordinator
        || account.role == Role::Administrator
        || account.office.as_deref() == Some(report.lead.as_str());
    if !leads {
        return Ok(Vec::new());
    }
    let now = app.clock.now();
    Ok(links_of(&app.db, report.id)
        .await?
        .into_iter()
        .map(|link| LinkView {
            open: link.is_open(now),
            id: link.id,
            kind: link.kind,
            holder: link.holder,
            task: link.task,
            created_at: link.created_at,
            expires_at: link.expires_at,
            revoked_at: link.revoked_at,
            opened_at: link.opened_at,
            done_at: link.done_at,
            note: link.note,
        })
        .collect())
}

pub async fn witnesses(app: &App, report: &Report) -> Result<Vec<WitnessView>> {
    let Some(handled_at) = report.handled_at else {
        return Ok(Vec::new());
    };
    if !matches!(report.status, Status::Handled | Status::Closed) {
        return Ok(Vec::new());
    }
    Ok(store::witnesses_of(&app.db, report.id, handled_at)
        .await?
        .into_iter()
        .map(|witness| WitnessView {
            solved: witness.solved,
            comment: witness.comment,
            distance_m: witness.distance_m,
            said_at: witness.said_at,
        })
        .collect())
}
