//! What of a report is shown to whom.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::code::Code;
use super::event::{Event, EventKind};
use super::evidence::{self, KeptCapture, Proof};
use super::follower::{Contact, Follower};
use super::model::{Action, Actor, NEIGHBOUR, Report, Status};
use super::store;
use crate::app::App;
use crate::auth::Named;
use crate::district::{Border, Decision, Ground, Lang};
use crate::shared::error::Result;
use crate::shared::geo::Point;
use crate::shared::id::{EventId, PhotoId, ReportId};
use crate::shared::message::Message;
use crate::shared::photos::store as photo_store;
use crate::shared::photos::{self, Photo, Purpose};

/// A category of report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryView {
    pub id: String,
    pub name: String,
    pub icon: String,
}

/// A township or a community.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlaceView {
    pub code: String,
    pub name: String,
}

/// The township a decision rests on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RoutedTownship {
    pub code: String,
    pub name: String,
    /// `approximate` or `surveyed`.
    pub accuracy: String,
    /// The resident named it, so the map does not decide.
    pub confirmed: bool,
}

/// Who answers for a place, and why.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RoutingView {
    /// Leads; its id is `neighbour` outside the district.
    pub lead: Named,
    pub assisting: Vec<Named>,
    /// Told at once.
    pub alerted: Vec<Named>,
    pub township: Option<RoutedTownship>,
    pub ground: Ground,
    pub border: Border,
    /// The neighbouring district that is told, or that answers for the place.
    pub neighbour: Option<String>,
    /// Clause of the district's plan, `二（四）2`.
    pub clause: String,
    /// In words a resident understands.
    pub reasons: Vec<String>,
    pub urgent: bool,
    /// The routing rule that decided.
    pub rule: String,
    pub due_at: DateTime<Utc>,
}

impl RoutingView {
    pub fn of(decision: &Decision, lang: Lang) -> Self {
        let named = |office: &crate::district::OfficeRef| Named {
            id: office.id.clone(),
            name: office.name.get(lang).to_owned(),
        };
        Self {
            lead: named(&decision.lead),
            assisting: decision.assisting.iter().map(named).collect(),
            alerted: decision.alerted.iter().map(named).collect(),
            township: decision.township.as_ref().map(|township| RoutedTownship {
                code: township.code.clone(),
                name: township.name.get(lang).to_owned(),
                accuracy: township.accuracy.as_str().to_owned(),
                confirmed: township.confirmed,
            }),
            ground: decision.ground,
            border: decision.border,
            neighbour: decision
                .neighbour
                .as_ref()
                .map(|n| n.name.get(lang).to_owned()),
            clause: decision.clause.clone(),
            reasons: decision
                .reasons
                .iter()
                .map(|reason| reason.get(lang).to_owned())
                .collect(),
            urgent: decision.urgent,
            rule: decision.rule.clone(),
            due_at: decision.due_at,
        }
    }
}

/// A photo of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PhotoView {
    pub id: PhotoId,
    pub url: String,
    pub thumbnail_url: String,
    pub purpose: Purpose,
    pub width: i64,
    pub height: i64,
    /// Where it was taken, for photos of the place as it now is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

impl PhotoView {
    pub fn of(photo: &Photo) -> Self {
        Self {
            id: photo.id,
            url: photos::display_url(photo.id),
            thumbnail_url: photos::thumbnail_url(photo.id),
            purpose: photo.purpose.unwrap_or(Purpose::Report),
            width: photo.width,
            height: photo.height,
            proof: None,
        }
    }

    fn with_proof(app: &App, report: &Report, photo: &Photo, captures: &[KeptCapture]) -> Self {
        let after = photo.purpose == Some(Purpose::After);
        Self {
            proof: after.then(|| evidence::proof(app, report, photo.id, captures)),
            ..Self::of(photo)
        }
    }
}

/// A step of the public history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// By which flags name what a resident wrote in it.
    pub id: EventId,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub status: Status,
    pub status_text: String,
    pub text: String,
    pub note: Option<String>,
    pub office: Option<Named>,
    pub photo_ids: Vec<PhotoId>,
}

/// What only the holder of a secret sees.
#[derive(Clone, Serialize, ToSchema)]
pub struct OwnView {
    /// Filed it (`reporter`) or joined it (`follower`).
    pub role: String,
    pub contact: Option<Contact>,
    pub can_add_photos: bool,
    pub can_withdraw: bool,
    pub can_dispute: bool,
    pub can_feedback: bool,
    /// What the office asks; it waits for the answer.
    pub question: Option<QuestionView>,
    pub feedback: Option<FeedbackView>,
}

/// A question to the reporter.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReporterQuestion)]
pub struct QuestionView {
    pub text: String,
    pub asked_at: DateTime<Utc>,
    /// When the office stops waiting.
    pub answer_by: DateTime<Utc>,
}

/// The question a case waits for, from its history.
pub fn question_of(report: &Report, events: &[Event]) -> Option<QuestionView> {
    let asked = events
        .iter()
        .rev()
        .find(|event| event.kind == EventKind::ResidentAsked)?;
    Some(QuestionView {
        text: asked.public_note.clone().unwrap_or_default(),
        asked_at: report.asked_at?,
        answer_by: report.answer_by?,
    })
}

/// What a resident said of the work.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackView {
    pub score: i64,
    pub resolved: Option<bool>,
    pub comment: Option<String>,
}

/// A report as the public sees it; `own` is for the holder of a secret.
#[derive(Clone, Serialize, ToSchema)]
pub struct ReportView {
    /// By which flags name it.
    pub id: ReportId,
    pub code: Code,
    pub category: CategoryView,
    pub status: Status,
    pub status_text: String,
    pub urgent: bool,
    pub private: bool,
    /// Personal data in it is masked.
    pub description: String,
    pub location: Point,
    /// True for a private report: the place is that of a grid of about a kilometre.
    pub location_approximate: bool,
    pub township: Option<PlaceView>,
    pub community: Option<PlaceView>,
    pub address: Option<String>,
    pub photos: Vec<PhotoView>,
    pub lead: Named,
    pub assisting: Vec<Named>,
    pub clause: String,
    pub reasons: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub overdue: bool,
    pub verified_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// How many residents reported it.
    pub reporters: i64,
    /// The master case it was merged into.
    pub merged_into: Option<Code>,
    pub history: Vec<EventView>,
    pub own: Option<OwnView>,
}

/// A report in a public list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportSummary {
    pub code: Code,
    pub category: CategoryView,
    pub status: Status,
    pub status_text: String,
    pub urgent: bool,
    pub overdue: bool,
    pub location: Point,
    pub location_approximate: bool,
    pub township: Option<PlaceView>,
    pub lead: Named,
    /// The first 80 characters.
    pub description: String,
    pub thumbnail_url: Option<String>,
    pub reporters: i64,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// The grid private reports are shown on, in metres.
pub const PRIVATE_GRID_M: f64 = 1000.0;

pub fn category_view(app: &App, id: &str, lang: Lang) -> CategoryView {
    let category = app.pack.category(id);
    CategoryView {
        id: id.to_owned(),
        name: category
            .map_or(id, |category| category.name.get(lang))
            .to_owned(),
        icon: category
            .map_or("", |category| category.icon.as_str())
            .to_owned(),
    }
}

pub fn township_view(app: &App, code: Option<&str>, lang: Lang) -> Option<PlaceView> {
    let township = app.pack.township(code?)?;
    Some(PlaceView {
        code: township.code.clone(),
        name: township.name.get(lang).to_owned(),
    })
}

pub fn community_view(app: &App, code: Option<&str>, lang: Lang) -> Option<PlaceView> {
    let (_, community) = app.pack.community(code?)?;
    Some(PlaceView {
        code: community.code.clone(),
        name: community.name.get(lang).to_owned(),
    })
}

/// An office's name; the neighbour's where the place lies outside.
pub fn office_name(app: &App, id: &str, report: &Report, lang: Lang) -> String {
    if id == NEIGHBOUR {
        return report.routing.lead.name.get(lang).to_owned();
    }
    app.pack
        .office(id)
        .map_or(id, |office| office.name.get(lang))
        .to_owned()
}

pub fn named_office(app: &App, id: &str, report: &Report, lang: Lang) -> Named {
    Named {
        id: id.to_owned(),
        name: office_name(app, id, report, lang),
    }
}

/// A step in words.
pub fn event_sentence(app: &App, event: &Event, report: &Report) -> Message {
    let name = |id: Option<&str>, nobody: Message| match id {
        None => nobody,
        Some(id) => Message {
            zh: office_name(app, id, report, Lang::Zh).into(),
            en: office_name(app, id, report, Lang::En).into(),
            ko: office_name(app, id, report, Lang::Ko).into(),
        },
    };
    let office = name(
        event.office.as_deref(),
        if event.actor.is_some() {
            Message::fixed("协调中心", "The coordinator", "조정 담당자")
        } else {
            Message::fixed("系统", "The service", "시스템")
        },
    );
    let target = match event.kind {
        // A merger's target is a case, not an office.
        EventKind::Merged | EventKind::Absorbed => {
            let code = event.target.clone().unwrap_or_default();
            let code = code.parse::<Code>().map_or(code, |code| code.grouped());
            Message {
                zh: code.clone().into(),
                en: code.clone().into(),
                ko: code.into(),
            }
        }
        // The name of somebody who is no office.
        EventKind::NeighbourTold | EventKind::LinkMade | EventKind::LinkRevoked => {
            let name = event.target.clone().unwrap_or_default();
            Message {
                zh: name.clone().into(),
                en: name.clone().into(),
                ko: name.into(),
            }
        }
        _ => name(event.target.as_deref(), Message::fixed("", "", "")),
    };
    event.kind.sentence(&office, &target)
}

/// The code of another report that one refers to.
pub async fn code_of(app: &App, report: Option<ReportId>) -> Result<Option<Code>> {
    let Some(id) = report else { return Ok(None) };
    let report = store::by_id(&app.db, id).await?;
    Ok(report.map(|report| report.code))
}

/// The view of a report, with `own` for a follower.
pub async fn report_view(
    app: &App,
    report: &Report,
    follower: Option<&Follower>,
    lang: Lang,
) -> Result<ReportView> {
    let now = app.clock.now();
    let own = follower.is_some();
    let events = store::events(&app.db, report.id).await?;
    let photos = photo_store::of_report(&app.db, report.id).await?;
    let public_events: Vec<&Event> = events.iter().filter(|event| event.public).collect();
    let visible: Vec<&Photo> = photos
        .iter()
        .filter(|photo| {
            (own || !report.private)
                && !photo.is_kept_back()
                && public_events
                    .iter()
                    .any(|event| Some(event.id) == photo.event_id)
        })
        .collect();
    let mut photos_of: HashMap<_, Vec<PhotoId>> = HashMap::new();
    for photo in &visible {
        photos_of.entry(photo.event_id).or_default().push(photo.id);
    }
    let history = public_events
        .iter()
        .map(|event| EventView {
            id: event.id,
            at: event.at,
            kind: event.kind,
            status: event.status,
            status_text: event.status.name().get(lang).to_owned(),
            text: event_sentence(app, event, report).get(lang).to_owned(),
            note: event.public_note.clone(),
            office: event
                .office
                .as_deref()
                .map(|id| named_office(app, id, report, lang)),
            photo_ids: photos_of.remove(&Some(event.id)).unwrap_or_default(),
        })
        .collect();
    let merged_into = code_of(app, report.merged_into).await?;
    let question = question_of(report, &events);
    let captures = store::captures_of(&app.db, report.id).await?;
    let exact = own || !report.private;
    let (lng, lat) = if own {
        (report.lng, report.lat)
    } else {
        (report.public_lng, report.public_lat)
    };
    let address = if own {
        &report.address
    } else {
        &report.public_address
    };
    Ok(ReportView {
        id: report.id,
        code: report.code.clone(),
        category: category_view(app, &report.category, lang),
        status: report.status,
        status_text: report.status.name().get(lang).to_owned(),
        urgent: report.urgent,
        private: report.private,
        description: if own {
            &report.description
        } else {
            &report.public_description
        }
        .clone(),
        location: Point::stored(lng, lat),
        location_approximate: !exact,
        township: township_view(app, report.township.as_deref(), lang),
        community: if exact {
            community_view(app, report.community.as_deref(), lang)
        } else {
            None
        },
        address: Some(address.clone()).filter(|address| exact && !address.is_empty()),
        photos: visible
            .iter()
            .map(|photo| PhotoView::with_proof(app, report, photo, &captures))
            .collect(),
        lead: named_office(app, &report.lead, report, lang),
        assisting: report
            .assisting()
            .map(|id| named_office(app, id, report, lang))
            .collect(),
        clause: report.routing.clause.clone(),
        reasons: report
            .routing
            .reasons
            .iter()
            .map(|r| r.get(lang).to_owned())
            .collect(),
        created_at: report.created_at,
        due_at: report.due_at,
        overdue: report.is_overdue(now),
        verified_at: report.verified_at,
        closed_at: report.closed_at,
        reporters: report.reporters,
        merged_into,
        history,
        own: follower.map(|follower| own_view(report, follower, question, now)),
    })
}

fn own_view(
    report: &Report,
    follower: &Follower,
    question: Option<QuestionView>,
    now: DateTime<Utc>,
) -> OwnView {
    let may = |action| report.allows(action, &Actor::Resident, now).is_ok();
    let contact = Contact {
        name: follower.name.clone(),
        phone: follower.phone.clone(),
        email: follower.email.clone(),
    };
    OwnView {
        role: if follower.reporter {
            "reporter"
        } else {
            "follower"
        }
        .to_owned(),
        contact: Some(contact).filter(|contact| !contact.is_empty()),
        can_add_photos: may(Action::AddPhotos),
        can_withdraw: may(Action::Withdraw),
        can_dispute: may(Action::Dispute),
        can_feedback: matches!(report.status, Status::Handled | Status::Closed),
        question,
        feedback: follower.score.map(|score| FeedbackView {
            score,
            resolved: follower.resolved,
            comment: follower.comment.clone(),
        }),
    }
}

/// The line of a report in a public list.
pub async fn summary(app: &App, report: &Report, lang: Lang) -> Result<ReportSummary> {
    let thumbnail = if report.private {
        None
    } else {
        store::first_photo(&app.db, report.id).await?
    };
    Ok(ReportSummary {
        code: report.code.clone(),
        category: category_view(app, &report.category, lang),
        status: report.status,
        status_text: report.status.name().get(lang).to_owned(),
        urgent: report.urgent,
        overdue: report.is_overdue(app.clock.now()),
        location: Point::stored(report.public_lng, report.public_lat),
        location_approximate: report.private,
        township: township_view(app, report.township.as_deref(), lang),
        lead: named_office(app, &report.lead, report, lang),
        description: report.public_description.chars().take(80).collect(),
        thumbnail_url: thumbnail.map(|id| photos::thumbnail_url(PhotoId(id))),
        reporters: report.reporters,
        created_at: report.created_at,
        closed_at: report.closed_at,
    })
}
