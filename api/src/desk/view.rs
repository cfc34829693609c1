//! What the desk sees of a case.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::inbox;
use super::together::{self, ConsultationView, LinkView, PartView, WitnessView};
use crate::app::App;
use crate::auth::{Account, Named, Role};
use crate::district::Lang;
use crate::reports::Code;
use crate::reports::change::times;
use crate::reports::event::{Event, EventKind};
use crate::reports::evidence::{self, KeptCapture, Proof};
use crate::reports::follower::Contact;
use crate::reports::model::{Action, Actor, Report, Status};
use crate::reports::similar::{self, Likeness, Similar};
use crate::reports::steps::{Light, Rung, Step};
use crate::reports::store;
use crate::reports::together::handed_in_of;
use crate::reports::transitions::{Need, transition};
use crate::reports::view::{
    CategoryView, PlaceView, QuestionView, RoutingView, category_view, code_of, community_view,
    event_sentence, named_office, question_of, township_view,
};
use crate::shared::error::Result;
use crate::shared::geo::Point;
use crate::shared::id::PhotoId;
use crate::shared::imaging::Region;
use crate::shared::photos::store as photo_store;
use crate::shared::photos::{self, Photo, Purpose};

/// A line of the inbox.
#[derive(Serialize, ToSchema)]
pub struct CaseSummary {
    pub code: Code,
    /// Actions and bulk actions must name it.
    pub version: i64,
    pub category: CategoryView,
    pub status: Status,
    pub status_text: String,
    pub urgent: bool,
    /// The first 120 characters.
    pub description: String,
    pub township: Option<PlaceView>,
    pub community: Option<PlaceView>,
    pub address: String,
    pub location: Point,
    pub lead: Named,
    pub assignee: Option<Named>,
    pub created_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub overdue: bool,
    /// Until the deadline, working minutes or (for urgent cases) minutes; negative when overdue; null
    /// while the clock stands.
    pub minutes_left: Option<i64>,
    pub deadline_minutes: i64,
    pub reporters: i64,
    pub thumbnail_url: Option<String>,
    pub returns: i64,
    pub verified: bool,
    pub deadline: Option<DeadlineView>,
    /// How far up a late case has been taken.
    pub escalation: Option<RungView>,
    /// The office asks for more time.
    pub extension_asked: bool,
    /// The reporter was asked something and has not answered.
    pub waits_for_answer: bool,
    /// A case was closed at the same spot not long before.
    pub recurs: bool,
    pub risk: RiskView,
}

/// How much a case is at risk, and why, the heaviest reason of time first.
#[derive(Serialize, ToSchema)]
pub struct RiskView {
    /// 0 for nothing to worry about; above 60 somebody should look today. The formula is documented
    /// at `reports/ranking.rs`: time gone 10 to 60, urgent 15, recurrence 10, 5 a rung, 2 for each
    /// further reporter up to 10.
    pub score: i64,
    pub why: Vec<String>,
}

impl RiskView {
    fn of(app: &App, report: &Report, lang: Lang) -> Self {
        let risk = report.risk(&times(app), app.clock.now());
        Self {
            score: risk.score,
            why: risk
                .why
                .iter()
                .map(|why| why.get(lang).to_owned())
                .collect(),
        }
    }
}

/// The deadline that counts now.
#[derive(Serialize, ToSchema)]
pub struct DeadlineView {
    pub step: Step,
    pub step_text: String,
    pub due_at: DateTime<Utc>,
    /// Minutes of the case's clock (working minutes, or minutes for an urgent case); negative: late.
    pub minutes_left: i64,
    pub light: Light,
}

impl DeadlineView {
    fn of(app: &App, report: &Report, lang: Lang) -> Option<Self> {
        let deadline = report.deadline(&times(app), app.clock.now())?;
        Some(Self {
            step: deadline.step,
            step_text: deadline.step.name().get(lang).to_owned(),
            due_at: deadline.due_at,
            minutes_left: deadline.left,
            light: deadline.light,
        })
    }
}

/// A rung of the ladder that a late case has climbed.
#[derive(Serialize, ToSchema)]
pub struct RungView {
    pub rung: Rung,
    pub text: String,
}

impl RungView {
    fn of(report: &Report, lang: Lang) -> Option<Self> {
        let rung = Rung::reached(report.escalation)?;
        Some(Self {
            rung,
            text: rung.name().get(lang).to_owned(),
        })
    }
}

/// A question of the category and the resident's answer.
#[derive(Serialize, ToSchema)]
pub struct AnswerView {
    pub question: String,
    pub answer: String,
}

/// A photo with what only the desk may know.
#[derive(Serialize, ToSchema)]
pub struct CasePhoto {
    pub id: PhotoId,
    pub url: String,
    pub thumbnail_url: String,
    pub original_url: String,
    pub purpose: Purpose,
    pub width: i64,
    pub height: i64,
    /// When the camera says it was taken.
    pub taken_at: Option<DateTime<Utc>>,
    pub uploaded_at: DateTime<Utc>,
    /// Metres between the reported place and where the camera says it was.
    pub gps_distance_m: Option<i64>,
    /// Hidden from the public.
    pub hidden: bool,
    /// Hidden from the public until the moderators have decided.
    pub held: bool,
    /// What the capture proves, for photos of the place as it now is.
    pub proof: Option<Proof>,
    /// Metres between the place and where the capture says it was taken.
    pub capture_distance_m: Option<i64>,
    /// When the capture says it was taken.
    pub captured_at: Option<DateTime<Utc>>,
    /// What is unreadable in the public copies, in pixels of the display rendition (longest side at
    /// most 1600). `face_unsure` wants a person's look.
    pub shielded: Vec<Region>,
}

/// A step of the history, internal ones included.
#[derive(Serialize, ToSchema)]
pub struct CaseEvent {
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub status: Status,
    pub status_text: String,
    pub text: String,
    pub note: Option<String>,
    pub office: Option<Named>,
    /// The member of staff who did it.
    pub actor: Option<String>,
    /// Whether the public reads it.
    pub public: bool,
    pub photo_ids: Vec<PhotoId>,
}

/// Something this person may do with the case now.
#[derive(Serialize, ToSchema)]
pub struct ActionView {
    pub action: Action,
    pub needs_reason: bool,
    /// Not where a contractor or another office has handed after-photos in.
    pub needs_photo: bool,
    pub needs_office: bool,
    pub needs_staff: bool,
    pub needs_until: bool,
    pub needs_hours: bool,
    pub needs_case: bool,
    pub needs_category: bool,
}

/// A case as the desk sees it.
#[derive(Serialize, ToSchema)]
pub struct CaseView {
    pub code: Code,
    /// Goes up with every change; actions must name it.
    pub version: i64,
    pub category: CategoryView,
    pub status: Status,
    pub status_text: String,
    pub urgent: bool,
    pub private: bool,
    pub anonymous: bool,
    pub description: String,
    pub location: Point,
    pub accuracy_m: Option<f64>,
    pub township: Option<PlaceView>,
    pub community: Option<PlaceView>,
    pub address: String,
    pub answers: Vec<AnswerView>,
    /// Only for the office that leads, coordinators and administrators; null for an anonymous report.
    pub contact: Option<Contact>,
    /// How many residents reported it.
    pub reporters: i64,
    pub photos: Vec<CasePhoto>,
    pub lead: Named,
    pub assisting: Vec<Named>,
    /// The decision made when the report was filed.
    pub routing: RoutingView,
    pub assignee: Option<Named>,
    pub returns: i64,
    /// A coordinator has decided for good: no more returns.
    pub final_dispatch: bool,
    pub created_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub overdue: bool,
    pub minutes_left: Option<i64>,
    pub deadline_minutes: i64,
    /// The clock stands.
    pub paused: bool,
    pub suspended_until: Option<DateTime<Utc>>,
    pub handled_office: Option<Named>,
    pub verified_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub merged_into: Option<Code>,
    pub deadline: Option<DeadlineView>,
    pub escalation: Option<RungView>,
    /// How often it has been given more time.
    pub extensions: i64,
    /// How many hours more the office asks for.
    pub extension_asked_hours: Option<i64>,
    pub question: Option<QuestionView>,
    /// The case closed at the same spot at most 60 days before this one came, within 50 metres.
    pub recurrence_of: Option<Code>,
    pub history: Vec<CaseEvent>,
    pub similar: Vec<Similar>,
    pub parts: Vec<PartView>,
    pub consultations: Vec<ConsultationView>,
    /// Links for those without an account; only for the office that leads and coordinators.
    pub links: Vec<LinkView>,
    /// What residents nearby say of the present handling.
    pub witnesses: Vec<WitnessView>,
    pub actions: Vec<ActionView>,
}

/// What a desk can do, in the order it is offered. A failed verification is a verification's other
/// outcome.
const DESK_ACTIONS: [Action; 19] = [
    Action::Accept,
    Action::Handle,
    Action::Verify,
    Action::Close,
    Action::Return,
    Action::Dispatch,
    Action::HandOver,
    Action::Extend,
    Action::Suspend,
    Action::Resume,
    Action::Merge,
    Action::Reopen,
    Action::Reject,
    Action::Note,
    Action::AskResident,
    Action::AskExtension,
    Action::RefuseExtension,
    Action::Urge,
    Action::Reclassify,
];

async fn action_views(app: &App, report: &Report, actor: &Actor) -> Result<Vec<ActionView>> {
    let now = app.clock.now();
    let allowed: Vec<Action> = DESK_ACTIONS
        .into_iter()
        .filter(|action| report.allows(*action, actor, now).is_ok())
        .collect();
    let photos_wait = allowed.iter().any(|action| needs_photo(*action))
        && handed_in_of(&app.db, report).await? > 0;
    Ok(allowed
        .into_iter()
        .map(|action| {
            let needs = |need| transition(action).needs.contains(&need);
            ActionView {
                action,
                needs_reason: needs(Need::Reason),
                needs_photo: needs_photo(action) && !photos_wait,
                needs_office: needs(Need::Office),
                needs_staff: needs(Need::Staff),
                needs_until: needs(Need::Until),
                needs_hours: needs(Need::Hours),
                needs_case: needs(Need::Case),
                needs_category: needs(Need::Category),
            }
        })
        .collect())
}

fn needs_photo(action: Action) -> bool {
    transition(action).needs.contains(&Need::Photo)
}

fn minutes_left(app: &App, report: &Report, now: DateTime<Utc>) -> Option<i64> {
    if report.paused_at.is_some() || report.status.is_over() {
        return None;
    }
    let due = report.due_at?;
    Some(if report.around_the_clock {
        (due - now).num_minutes()
    } else if due >= now {
        app.pack.calendar().working_minutes_between(now, due)
    } else {
        -app.pack.calendar().working_minutes_between(due, now)
    })
}

/// Names of staff by id.
pub struct StaffNames(HashMap<Uuid, String>);

impl StaffNames {
    pub async fn load(app: &App) -> Result<Self> {
        Ok(Self(inbox::names(&app.db).await?.into_iter().collect()))
    }

    pub(super) fn named(&self, id: Uuid) -> Named {
        Named {
            id: id.to_string(),
            name: self.0.get(&id).cloned().unwrap_or_default(),
        }
    }
}

pub fn case_summary(app: &App, hit: &inbox::Hit, lang: Lang) -> CaseSummary {
    let report = &hit.report;
    let now = app.clock.now();
    CaseSummary {
        code: report.code.clone(),
        version: report.version,
        category: category_view(app, &report.category, lang),
        status: report.status,
        status_text: report.status.name().get(lang).to_owned(),
        urgent: report.urgent,
        description: report.description.chars().take(120).collect(),
        township: township_view(app, report.township.as_deref(), lang),
        community: community_view(app, report.community.as_deref(), lang),
        address: report.address.clone(),
        location: Point::stored(report.lng, report.lat),
        lead: named_office(app, &report.lead, report, lang),
        assignee: report.assignee.map(|id| Named {
            id: id.to_string(),
            name: hit.assignee_name.clone().unwrap_or_default(),
        }),
        created_at: report.created_at,
        due_at: report.due_at,
        overdue: report.is_overdue(now),
        minutes_left: minutes_left(app, report, now),
        deadline_minutes: report.deadline_minutes,
        reporters: report.reporters,
        thumbnail_url: hit.thumbnail.map(|id| photos::thumbnail_url(PhotoId(id))),
        returns: report.returns,
        verified: report.verified_at.is_some(),
        deadline: DeadlineView::of(app, report, lang),
        escalation: RungView::of(report, lang),
        extension_asked: report.extension_asked_hours.is_some(),
        waits_for_answer: report.asked_at.is_some(),
        recurs: report.recurrence_of.is_some(),
        risk: RiskView::of(app, report, lang),
    }
}

fn case_photo(app: &App, report: &Report, photo: &Photo, captures: &[KeptCapture]) -> CasePhoto {
    let capture = captures.iter().find(|capture| capture.photo_id == photo.id);
    let gps = photo
        .gps_lng
        .zip(photo.gps_lat)
        .map(|(lng, lat)| Point::stored(lng, lat));
    let place = Point::stored(report.lng, report.lat);
    CasePhoto {
        id: photo.id,
        url: photos::display_url(photo.id),
        thumbnail_url: photos::thumbnail_url(photo.id),
        original_url: format!("/api/v1/desk/photos/{}/original", photo.id),
        purpose: photo.purpose.unwrap_or(Purpose::Report),
        width: photo.width,
        height: photo.height,
        taken_at: photo.taken_at,
        uploaded_at: photo.created_at,
        #[expect(clippy::cast_possible_truncation, reason = "metres on earth")]
        gps_distance_m: gps.map(|gps| place.distance_m(gps).round() as i64),
        hidden: photo.hidden,
        held: photo.held,
        proof: (photo.purpose == Some(Purpose::After))
            .then(|| evidence::proof(app, report, photo.id, captures)),
        #[expect(clippy::cast_possible_truncation, reason = "metres on earth")]
        capture_distance_m: capture.map(|capture| capture.distance_m(report).round() as i64),
        captured_at: capture.map(|capture| capture.taken_at),
        shielded: photo
            .shielded
            .as_ref()
            .map(|regions| regions.0.clone())
            .unwrap_or_default(),
    }
}

fn may_see_contact(report: &Report, account: &Account) -> bool {
    match account.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Handler => account.office.as_deref() == Some(report.lead.as_str()),
        _ => false,
    }
}

async fn contact(app: &App, report: &Report, account: &Account) -> Result<Option<Contact>> {
    if report.anonymous || !may_see_contact(report, account) {
        return Ok(None);
    }
    let reporter = store::reporter_of(&app.db, report.id).await?;
    Ok(reporter
        .map(|follower| Contact {
            name: follower.name,
            phone: follower.phone,
            email: follower.email,
        })
        .filter(|contact| !contact.is_empty()))
}

fn answers(app: &App, report: &Report, lang: Lang) -> Vec<AnswerView> {
    let Some(category) = app.pack.category(&report.category) else {
        return Vec::new();
    };
    category
        .questions
        .iter()
        .filter_map(|question| {
            let chosen = report.answers.get(&question.id)?;
            let option = question
                .options
                .iter()
                .find(|option| option.id == *chosen)?;
            Some(AnswerView {
                question: question.text.get(lang).to_owned(),
                answer: option.text.get(lang).to_owned(),
            })
        })
        .collect()
}

pub async fn case_view(
    app: &App,
    report: &Report,
    account: &Account,
    lang: Lang,
) -> Result<CaseView> {
    let now = app.clock.now();
    let names = StaffNames::load(app).await?;
    let events = store::events(&app.db, report.id).await?;
    let photos = photo_store::of_report(&app.db, report.id).await?;
    let point = Point::stored(report.lng, report.lat);
    let picture_ids: Vec<PhotoId> = photos
        .iter()
        .filter(|photo| photo.purpose == Some(Purpose::Report))
        .map(|photo| photo.id)
        .collect();
    let like = Likeness {
        category: &report.category,
        point,
        photos: &picture_ids,
        but: Some(report.id),
    };
    let captures = store::captures_of(&app.db, report.id).await?;
    let merged_into = code_of(app, report.merged_into).await?;
    let recurrence_of = code_of(app, report.recurrence_of).await?;
    Ok(CaseView {
        code: report.code.clone(),
        version: report.version,
        category: category_view(app, &report.category, lang),
        status: report.status,
        status_text: report.status.name().get(lang).to_owned(),
        urgent: report.urgent,
        private: report.private,
        anonymous: report.anonymous,
        description: report.description.clone(),
        location: point,
        accuracy_m: report.accuracy_m,
        township: township_view(app, report.township.as_deref(), lang),
        community: community_view(app, report.community.as_deref(), lang),
        address: report.address.clone(),
        answers: answers(app, report, lang),
        contact: contact(app, report, account).await?,
        reporters: report.reporters,
        photos: photos
            .iter()
            .map(|photo| case_photo(app, report, photo, &captures))
            .collect(),
        lead: named_office(app, &report.lead, report, lang),
        assisting: report
            .assisting()
            .map(|id| named_office(app, id, report, lang))
            .collect(),
        routing: RoutingView::of(&report.routing, lang),
        assignee: report.assignee.map(|id| names.named(id.0)),
        returns: report.returns,
        final_dispatch: report.final_dispatch,
        created_at: report.created_at,
        due_at: report.due_at,
        overdue: report.is_overdue(now),
        minutes_left: minutes_left(app, report, now),
        deadline_minutes: report.deadline_minutes,
        paused: report.paused_at.is_some(),
        suspended_until: report.suspended_until.filter(|until| {
            *until > now - TimeDelta::days(1) && report.status == Status::Suspended
        }),
        handled_office: report
            .handled_office
            .as_deref()
            .map(|id| named_office(app, id, report, lang)),
        verified_at: report.verified_at,
        closed_at: report.closed_at,
        merged_into,
        deadline: DeadlineView::of(app, report, lang),
        escalation: RungView::of(report, lang),
        extensions: report.extensions,
        extension_asked_hours: report.extension_asked_hours,
        question: question_of(report, &events),
        recurrence_of,
        history: events
            .iter()
            .map(|e| case_event(app, report, e, &photos, &names, lang))
            .collect(),
        similar: similar::find(app, &like, true, lang).await?,
        parts: together::parts(app, report, lang).await?,
        consultations: together::consultations(app, report, &names, lang).await?,
        links: together::links(app, report, account).await?,
        witnesses: together::witnesses(app, report).await?,
        actions: action_views(app, report, &Actor::of(account)).await?,
    })
}

fn case_event(
    app: &App,
    report: &Report,
    event: &Event,
    photos: &[Photo],
    names: &StaffNames,
    lang: Lang,
) -> CaseEvent {
    CaseEvent {
        at: event.at,
        kind: event.kind,
        status: event.status,
        status_text: event.status.name().get(lang).to_owned(),
        text: event_sentence(app, event, report).get(lang).to_owned(),
        note: event.note.clone(),
        office: event
            .office
            .as_deref()
            .map(|id| named_office(app, id, report, lang)),
        actor: event.actor.map(|id| names.named(id.0).name),
        public: event.public,
        photo_ids: photos
            .iter()
            .filter(|photo| photo.event_id == Some(event.id))
            .map(|photo| photo.id)
            .collect(),
    }
}
