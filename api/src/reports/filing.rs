//! Filing a report: what the resident sends, checked field by field, becomes a dispatched case.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;

use super::change::{append, attach_photos, check_photo_count, times};
use super::code::Code;
use super::event::EventKind;
use super::follower::{Contact, Follower, new_secret, secret_hash};
use super::letters;
use super::model::{Report, Status};
use super::publishing;
use super::ranking;
use super::store;
use super::view::{PRIVATE_GRID_M, RoutingView};
use crate::alerts;
use crate::app::App;
use crate::db::Tx;
use crate::district::{Decision, Lang, RouteError, RouteQuery};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::{Datum, Point};
use crate::shared::id::{AccountId, ApiKeyId, FollowerId, PhotoId, ReportId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::message::Message;
use crate::shared::photos::Purpose;
use crate::shared::screening::Ruling;
pub use crate::shared::words::tidy;

pub const MAX_DESCRIPTION: usize = 2000;
/// Longest note on a case, in characters.
const MAX_NOTE: usize = 1000;
/// A case within so many metres of one that was closed at most so long before is a recurrence.
pub const RECURRENCE_M: f64 = 50.0;
pub const RECURRENCE_WITHIN: TimeDelta = TimeDelta::days(60);
pub const MAX_ADDRESS: usize = 200;

/// A report as a resident sends it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// Id of a category of the district.
    pub category: String,
    /// At most 2,000 characters; may be empty when there is a photo.
    #[serde(default)]
    pub description: String,
    pub lng: f64,
    pub lat: f64,
    /// How far off the place may be, in metres.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    /// What the coordinates are given in.
    #[serde(default)]
    pub datum: Datum,
    /// The township the resident confirmed; it wins over the map.
    #[serde(default)]
    pub township: Option<String>,
    /// The community or village the resident picked; it wins over the map.
    #[serde(default)]
    pub community: Option<String>,
    /// At most 200 characters.
    #[serde(default)]
    pub address: Option<String>,
    /// Photos uploaded before, at most 9.
    #[serde(default)]
    pub photo_ids: Vec<PhotoId>,
    /// Answers to the category's questions, by question id.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// For letters; with `anonymous` the offices do not see it.
    #[serde(default)]
    pub contact: Option<Contact>,
    #[serde(default)]
    pub anonymous: bool,
    /// Kept from the public: no photos, no address, the place only to about a kilometre.
    #[serde(default)]
    pub private: bool,
}

/// What a resident gets for a report.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Filed {
    /// Nine digits, the last a check digit; shown as `482-719-356`.
    pub code: Code,
    /// Opens the reporter's own view. It is given once and cannot be recovered.
    pub secret: String,
    pub status: Status,
    pub status_text: String,
    pub routing: RoutingView,
    /// What the public reads of it at once; the case itself goes its way whatever this says.
    pub moderation: Ruling,
    /// The report's page, relative to the root.
    pub url: String,
}

/// Who files, as far as the service knows.
pub struct Filer {
    pub account: Option<AccountId>,
    pub lang: Lang,
    /// Another system that files for somebody.
    pub via: Option<Via>,
}

/// Another system, by its key, and the token it can ask for the report by.
pub struct Via {
    pub api_key: ApiKeyId,
    pub token: String,
}

/// A note or reason on a case: 1 to 1,000 characters.
///
/// # Errors
/// 422 naming `field`.
pub fn required(field: &str, text: &str) -> Result<String> {
    let text = tidy(text);
    if (1..=MAX_NOTE).contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(Error::field(
            field,
            message!(
                "请填写，最多 1000 字。",
                "Required, at most 1,000 characters.",
                "1,000자 이내로 입력해 주세요."
            ),
        ))
    }
}

/// Parses a place at the door.
///
/// # Errors
/// 422 naming `lng` when the coordinates are none, or lie outside China.
pub fn point(lng: f64, lat: f64, datum: Datum) -> Result<Point> {
    let in_china = (72.0..=138.0).contains(&lng) && (0.8..=55.9).contains(&lat);
    Point::from_datum(lng, lat, datum).ok().filter(|_| in_china).ok_or_else(|| {
        Error::field(
            "lng",
            message!(
                "坐标不对。请在地图上重新选地点，或直接选镇街和村社区。",
                "These are no coordinates in China. Pick the place again, or choose the township and village.",
                "좌표가 잘못되었습니다. 지도에서 다시 선택하거나 읍·면과 마을을 선택해 주세요."
            ),
        )
    })
}

/// Who answers for a category at a place.
///
/// # Errors
/// 422 naming the field the district does not know.
pub fn route(
    app: &App,
    category: &str,
    point: Point,
    township: Option<&str>,
    community: Option<&str>,
    answers: &BTreeMap<String, String>,
    at: DateTime<Utc>,
) -> Result<Decision> {
    app.pack
        .route(&RouteQuery {
            category,
            point,
            township,
            community,
            answers,
            at,
        })
        .map_err(|error| unknown(&error))
}

fn unknown(error: &RouteError) -> Error {
    let field = error.field();
    Error::field(
        field.clone(),
        message!(
            "“{field}”的内容不在本区的清单里（{error}）。",
            "The district does not know this {field} ({error}).",
            "이 지역에 없는 항목입니다: {field} ({error}).",
            error = error
        ),
    )
}

fn check_fields(new: &mut NewReport) -> Result<()> {
    let mut errors: Vec<(String, Message)> = Vec::new();
    new.description = tidy(&new.description);
    if new.description.chars().count() > MAX_DESCRIPTION {
        errors.push((
            "description".into(),
            message!(
                "描述最多 2000 字。",
                "At most 2,000 characters.",
                "설명은 2,000자 이내여야 합니다."
            ),
        ));
    }
    if new.description.is_empty() && new.photo_ids.is_empty() {
        errors.push((
            "description".into(),
            message!(
                "请拍一张照片，或写一句话说明情况。",
                "Add a photo, or a sentence saying what you saw.",
                "사진을 찍거나 상황을 한 문장으로 적어 주세요."
            ),
        ));
    }
    new.address = new
        .address
        .as_deref()
        .map(tidy)
        .filter(|address| !address.is_empty());
    if new
        .address
        .as_ref()
        .is_some_and(|address| address.chars().count() > MAX_ADDRESS)
    {
        errors.push((
            "address".into(),
            message!(
                "地址最多 200 字。",
                "At most 200 characters.",
                "주소는 200자 이내여야 합니다."
            ),
        ));
    }
    if new
        .accuracy_m
        .is_some_and(|m| !(0.0..=100_000.0).contains(&m))
    {
        errors.push((
            "accuracy_m".into(),
            message!(
                "定位精度须在 0 到 100000 米之间。",
                "Between 0 and 100,000 metres.",
                "위치 정확도는 0~100,000m여야 합니다."
            ),
        ));
    }
    new.contact = new
        .contact
        .take()
        .map(|contact| contact.checked("contact", &mut errors))
        .filter(|contact| !contact.is_empty());
    if let Err(Error::Invalid(photo_errors)) = check_photo_count(&new.photo_ids) {
        errors.extend(photo_errors);
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Files a report: load, decide, save, answer.
pub async fn file(
    app: &App,
    mut new: NewReport,
    filer: Filer,
    key: &IdempotencyKey,
    body_hash: [u8; 32],
) -> Result<(StatusCode, Filed)> {
    check_fields(&mut new)?;
    let now = app.clock.now();
    let point = point(new.lng, new.lat, new.datum)?;
    let decision = route(
        app,
        &new.category,
        point,
        new.township.as_deref(),
        new.community.as_deref(),
        &new.answers,
        now,
    )?;

    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, filed) = key.claim(&mut tx, body_hash, now).await? {
        return Ok((status, filed));
    }
    let mut report = dispatched(app, &new, point, decision, now);
    let ruling =
        publishing::screen_report(app, &mut tx, &mut report, &new.photo_ids, &filer).await?;
    report.recurrence_of = closed_here(&mut tx, point, now).await?;
    report.begin_step(&times(app), now);
    let report = insert_with_free_code(app, &mut tx, report).await?;
    ranking::settle(app, &mut tx, &report).await?;
    ranking::take_in_words(&mut tx, &report).await?;
    if let Some(via) = &filer.via {
        store::insert_via(&mut tx, report.id, via.api_key, &via.token).await?;
    }
    let as_received = Report {
        status: Status::Received,
        ..report.clone()
    };
    let received = append(app, &mut tx, &as_received, EventKind::Received, None).await?;
    attach_photos(&mut tx, &new.photo_ids, &report, &received, Purpose::Report).await?;
    publishing::hide_pictures(&mut tx, report.id, &new.photo_ids, &ruling).await?;
    alerts::queue(&mut tx, report.id, now).await?;
    let secret = new_secret(&app.random);
    let follower = Follower {
        reporter: true,
        ..follower(app, report.id, &secret, new.contact, new.anonymous, &filer)
    };
    store::insert_follower(&mut tx, &follower).await?;
    let dispatched = append(
        app,
        &mut tx,
        &report,
        EventKind::Dispatched,
        Some(report.lead.clone()),
    )
    .await?;
    letters::to_offices(app, &mut tx, &report).await?;
    letters::to_followers(app, &mut tx, &report, &dispatched).await?;
    let filed = Filed {
        moderation: ruling,
        url: format!("/r/{}", report.code),
        code: report.code.clone(),
        secret,
        status: report.status,
        status_text: report.status.name().get(filer.lang).to_owned(),
        routing: RoutingView::of(&report.routing, filer.lang),
    };
    key.remember(&mut tx, StatusCode::CREATED, &filed).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    metrics::counter!("wufei_reports_total", "category" => report.category.clone()).increment(1);
    tracing::info!(report = %report.id, "Report {} routed to {}", report.code, report.lead);
    Ok((StatusCode::CREATED, filed))
}

/// Somebody who follows a report under a new secret.
pub fn follower(
    app: &App,
    report_id: ReportId,
    secret: &str,
    contact: Option<Contact>,
    anonymous: bool,
    filer: &Filer,
) -> Follower {
    let now = app.clock.now();
    let contact = contact.unwrap_or_default();
    Follower {
        id: FollowerId(app.random.uuid(now)),
        report_id,
        secret_hash: secret_hash(secret).to_vec(),
        reporter: false,
        name: contact.name,
        phone: contact.phone,
        email: contact.email,
        lang: filer.lang.tag().to_owned(),
        anonymous,
        account_id: filer.account,
        score: None,
        resolved: None,
        comment: None,
        created_at: now,
    }
}

fn dispatched(
    app: &App,
    new: &NewReport,
    point: Point,
    decision: Decision,
    now: DateTime<Utc>,
) -> Report {
    let public_point = if new.private {
        point.rounded_to(PRIVATE_GRID_M)
    } else {
        point
    };
    let address = new.address.clone().unwrap_or_default();
    Report {
        id: ReportId(app.random.uuid(now)),
        code: Code::draw(&app.random),
        category: new.category.clone(),
        public_description: wufei_moderation::mask_personal_data(&new.description),
        description: new.description.clone(),
        lng: point.lng(),
        lat: point.lat(),
        public_lng: public_point.lng(),
        public_lat: public_point.lat(),
        accuracy_m: new.accuracy_m,
        public_address: wufei_moderation::mask_personal_data(&address),
        address,
        township: decision
            .township
            .as_ref()
            .map(|township| township.code.clone()),
        community: new.community.clone(),
        answers: Json(new.answers.clone()),
        anonymous: new.anonymous,
        private: new.private,
        status: Status::Dispatched,
        urgent: decision.urgent,
        lead: decision.lead.id.clone(),
        assisting: store::word_set(decision.assisting.iter().map(|office| office.id.as_str()))
            .unwrap_or_default(),
        assignee: None,
        returns: 0,
        final_dispatch: false,
        deadline_minutes: i64::from(decision.deadline.hours) * 60,
        around_the_clock: decision.deadline.around_the_clock,
        due_at: Some(decision.due_at),
        routing: Json(decision),
        paused_at: None,
        suspended_until: None,
        dispatched_at: Some(now),
        handled_at: None,
        handled_by: None,
        handled_office: None,
        verified_at: None,
        verified_by: None,
        closed_at: None,
        merged_into: None,
        reporters: 1,
        version: 1,
        created_at: now,
        updated_at: now,
        text_held: false,
        step_due_at: None,
        escalation: 0,
        escalates_at: None,
        extensions: 0,
        extension_asked_hours: None,
        asked_at: None,
        answer_by: None,
        recurrence_of: None,
    }
}

/// The case last closed at the same spot, whatever it was about.
async fn closed_here(tx: &mut Tx, spot: Point, now: DateTime<Utc>) -> Result<Option<ReportId>> {
    let bbox = spot.bounding_box(RECURRENCE_M);
    let closed = store::closed_within(tx, bbox, now - RECURRENCE_WITHIN).await?;
    let here = |lng: &f64, lat: &f64| spot.distance_m(Point::stored(*lng, *lat)) <= RECURRENCE_M;
    Ok(closed
        .into_iter()
        .find(|(_, lng, lat)| here(lng, lat))
        .map(|(id, ..)| id))
}

/// Draws codes until one is free: with 100 million of them the first one nearly always is.
async fn insert_with_free_code(app: &App, tx: &mut Tx, mut report: Report) -> Result<Report> {
    for _ in 0..20 {
        if store::insert(tx, &report).await? {
            return Ok(report);
        }
        report.code = Code::draw(&app.random);
    }
    Err(Error::internal("no free tracking code was found"))
}
