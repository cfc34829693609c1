//! What the reporter, and whoever joins, does after filing.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{follower_of, load_by_code, master_of};
use crate::app::App;
use crate::auth::MaybeUser;
use crate::message;
use crate::reports::change::{Details, append, carry_out, locked};
use crate::reports::code::Code;
use crate::reports::event::EventKind;
use crate::reports::filing::{self, Filer, tidy};
use crate::reports::follower::{Contact, Follower, new_secret};
use crate::reports::model::{Actor, Change, Report, Status};
use crate::reports::ranking;
use crate::reports::store;
use crate::reports::view::{ReportView, report_view};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::PhotoId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::photos::Purpose;
use crate::shared::photos::store as photo_store;
use crate::shared::rate_limit::{self, ClientIp};

/// A report's reporters may add photos later, but not without end.
const MAX_PHOTOS_IN_ALL: i64 = 27;
const MAX_REASON: usize = 500;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(add_photos))
        .routes(routes!(join))
        .routes(routes!(dispute))
        .routes(routes!(answer_question))
        .routes(routes!(feedback))
        .routes(routes!(withdraw))
}

/// A reason of 1 to 500 characters.
fn reason(text: &str) -> Result<String> {
    let text = tidy(text);
    if (1..=MAX_REASON).contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(Error::field(
            "reason",
            message!(
                "请说明原因，最多 500 字。",
                "Give a reason of at most 500 characters.",
                "이유를 500자 이내로 적어 주세요."
            ),
        ))
    }
}

/// The report, the follower by the secret, and the case they belong to now.
async fn open(
    app: &App,
    code: &str,
    secret: &str,
    ip: ClientIp,
) -> Result<(Report, Follower, Report)> {
    app.limiter.take_for(rate_limit::FOLLOW_UPS, ip).await?;
    let report = load_by_code(app, code).await?;
    let follower = follower_of(app, &report, secret, ip).await?;
    let master = master_of(app, report.clone()).await?;
    Ok((report, follower, master))
}

async fn answer(
    app: &App,
    report: &Report,
    follower: &Follower,
    lang: crate::district::Lang,
) -> Result<Json<ReportView>> {
    let report = store::by_id(&app.db, report.id).await?;
    let report = report.ok_or_else(|| Error::internal("the report is gone"))?;
    Ok(Json(report_view(app, &report, Some(follower), lang).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MorePhotos {
    secret: String,
    photo_ids: Vec<PhotoId>,
}

/// Add photos
///
/// For photos that a weak signal let through only after the report.
#[utoipa::path(
    post, path = "/reports/{code}/photos", tag = "reports", request_body = MorePhotos,
    params(("code" = String, Path)),
    responses(
        (status = OK, body = ReportView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The case is over"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_photos(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<MorePhotos>,
) -> Result<Json<ReportView>> {
    let (report, follower, _) = open(&app, &code, &body.secret, ip).await?;
    if body.photo_ids.is_empty() {
        return Err(Error::field(
            "photo_ids",
            message!(
                "请至少选一张照片。",
                "Choose at least one photo.",
                "사진을 한 장 이상 선택해 주세요."
            ),
        ));
    }
    let mut tx = app.db.begin().await?;
    if let Turn::Replay::<()>(..) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        drop(tx);
        return answer(&app, &report, &follower, lang).await;
    }
    let current = locked(&mut tx, report.id).await?;
    let there = photo_store::count_of_report(&mut tx, report.id, Purpose::Report).await?;
    if there + i64::try_from(body.photo_ids.len()).unwrap_or(i64::MAX) > MAX_PHOTOS_IN_ALL {
        return Err(Error::field(
            "photo_ids",
            message!(
                "一个举报总共最多 27 张照片。",
                "A report takes 27 photos in all.",
                "신고 한 건에 사진은 모두 27장까지입니다."
            ),
        ));
    }
    let details = Details {
        photos: body.photo_ids,
        ..Details::default()
    };
    carry_out(
        &app,
        &mut tx,
        current,
        &Change::AddPhotos,
        &Actor::Resident,
        details,
    )
    .await?;
    key.remember(&mut tx, StatusCode::OK, &()).await?;
    tx.commit().await?;
    answer(&app, &report, &follower, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Join {
    #[serde(default)]
    contact: Option<Contact>,
    #[serde(default)]
    anonymous: bool,
}

/// A place among a report's followers.
#[derive(Serialize, Deserialize, ToSchema)]
struct Joined {
    /// The case that was joined: the master case of a merged one.
    code: Code,
    secret: String,
}

/// Me too
///
/// Joins somebody else's report (its master case, if it was merged) and hears of every change.
#[utoipa::path(
    post, path = "/reports/{code}/join", tag = "reports", request_body = Join,
    params(("code" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = Joined),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The case is over"),
    )
)]
async fn join(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    MaybeUser(user): MaybeUser,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<Join>,
) -> Result<(StatusCode, Json<Joined>)> {
    app.limiter.take_for(rate_limit::FOLLOW_UPS, ip).await?;
    let mut errors = Vec::new();
    let contact = body
        .contact
        .map(|contact| contact.checked("contact", &mut errors));
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let report = master_of(&app, load_by_code(&app, &code).await?).await?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, joined) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        return Ok((status, Json(joined)));
    }
    let mut report = locked(&mut tx, report.id).await?;
    if report.status.is_over() {
        return Err(Error::Conflict(message!(
            "这个案件已经办结。如果又出现了，请重新举报。",
            "This case is over. If it has come back, please report it anew.",
            "이 사건은 종결되었습니다. 다시 발생했다면 새로 신고해 주세요."
        )));
    }
    let secret = new_secret(&app.random);
    let filer = Filer {
        account: user.map(|user| user.id),
        lang,
        via: None,
    };
    let follower = filing::follower(&app, report.id, &secret, contact, body.anonymous, &filer);
    store::insert_follower(&mut tx, &follower).await?;
    report.reporters += 1;
    report.updated_at = app.clock.now();
    if !store::save(&mut tx, &report).await? {
        return Err(Error::Overloaded { retry_after_s: 1 });
    }
    ranking::settle(&app, &mut tx, &report).await?;
    append(&app, &mut tx, &report, EventKind::Joined, None).await?;
    let joined = Joined {
        code: report.code.clone(),
        secret,
    };
    key.remember(&mut tx, StatusCode::CREATED, &joined).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(joined)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Dispute {
    secret: String,
    /// 1 to 500 characters.
    reason: String,
    #[serde(default)]
    photo_ids: Vec<PhotoId>,
}

/// Not fixed
///
/// Reopens a case that was handled, or closed less than 30 days ago.
#[utoipa::path(
    post, path = "/reports/{code}/dispute", tag = "reports", request_body = Dispute,
    params(("code" = String, Path)),
    responses(
        (status = OK, body = ReportView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn dispute(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<Dispute>,
) -> Result<Json<ReportView>> {
    let said = Said {
        secret: &body.secret,
        text: &body.reason,
        photos: body.photo_ids,
    };
    say(&app, ip, lang, &code, (key, sha256), said, Change::Dispute).await
}

/// What a resident writes of a case, by their secret.
struct Said<'a> {
    secret: &'a str,
    text: &'a str,
    photos: Vec<PhotoId>,
}

/// Carries out a change that a resident makes with words and photos.
async fn say(
    app: &App,
    ip: ClientIp,
    lang: crate::district::Lang,
    code: &str,
    (key, body_hash): (IdempotencyKey, [u8; 32]),
    said: Said<'_>,
    change: Change,
) -> Result<Json<ReportView>> {
    let (report, follower, master) = open(app, code, said.secret, ip).await?;
    let details = Details {
        note: Some(reason(said.text)?),
        photos: said.photos,
        internal: false,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay::<()>(..) = key.claim(&mut tx, body_hash, app.clock.now()).await? {
        drop(tx);
        return answer(app, &report, &follower, lang).await;
    }
    let current = locked(&mut tx, master.id).await?;
    carry_out(app, &mut tx, current, &change, &Actor::Resident, details).await?;
    key.remember(&mut tx, StatusCode::OK, &()).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    answer(app, &report, &follower, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Answer {
    secret: String,
    /// 1 to 500 characters.
    reason: String,
    #[serde(default)]
    photo_ids: Vec<PhotoId>,
}

/// Answer the office's question
///
/// While an office waits for an answer its clock stands; with the answer it runs on.
#[utoipa::path(
    post, path = "/reports/{code}/answer", tag = "reports", request_body = Answer,
    params(("code" = String, Path)),
    responses(
        (status = OK, body = ReportView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Nothing is being asked"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn answer_question(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<Answer>,
) -> Result<Json<ReportView>> {
    let said = Said {
        secret: &body.secret,
        text: &body.reason,
        photos: body.photo_ids,
    };
    say(&app, ip, lang, &code, (key, sha256), said, Change::Answer).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Feedback {
    secret: String,
    /// Whether it is solved; `true` on a handled case is the resident's verification.
    #[serde(default)]
    resolved: Option<bool>,
    /// 1 (bad) to 5 (good).
    #[schema(minimum = 1, maximum = 5)]
    score: i64,
    /// At most 500 characters.
    #[serde(default)]
    comment: Option<String>,
}

/// How was it done?
///
/// Once a case is handled or closed. May be given again; the last one counts.
#[utoipa::path(
    post, path = "/reports/{code}/feedback", tag = "reports", request_body = Feedback,
    params(("code" = String, Path)),
    responses(
        (status = OK, body = ReportView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not handled yet"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn feedback(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<Feedback>,
) -> Result<Json<ReportView>> {
    let (report, mut follower, master) = open(&app, &code, &body.secret, ip).await?;
    if !(1..=5).contains(&body.score) {
        return Err(Error::field(
            "score",
            message!(
                "请打 1 到 5 分。",
                "Between 1 and 5.",
                "1점에서 5점 사이로 평가해 주세요."
            ),
        ));
    }
    let comment = body
        .comment
        .as_deref()
        .map(tidy)
        .filter(|comment| !comment.is_empty());
    if comment
        .as_ref()
        .is_some_and(|comment| comment.chars().count() > MAX_REASON)
    {
        return Err(Error::field(
            "comment",
            message!(
                "评价最多 500 字。",
                "At most 500 characters.",
                "의견은 500자 이내여야 합니다."
            ),
        ));
    }
    let mut tx = app.db.begin().await?;
    if let Turn::Replay::<()>(..) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        drop(tx);
        return answer(&app, &report, &follower, lang).await;
    }
    let current = locked(&mut tx, master.id).await?;
    if !matches!(current.status, Status::Handled | Status::Closed) {
        return Err(Error::Conflict(message!(
            "还没有处置完，暂时不能评价。",
            "It has not been dealt with yet, so there is nothing to rate.",
            "아직 처리되지 않아 평가할 수 없습니다."
        )));
    }
    store::rate(
        &mut tx,
        follower.id,
        body.score,
        body.resolved,
        comment.clone(),
    )
    .await?;
    append(&app, &mut tx, &current, EventKind::Rated, None).await?;
    if body.resolved == Some(true)
        && current.status == Status::Handled
        && current.verified_at.is_none()
    {
        let details = Details {
            note: comment.clone(),
            ..Details::default()
        };
        carry_out(
            &app,
            &mut tx,
            current,
            &Change::Confirm,
            &Actor::Resident,
            details,
        )
        .await?;
    }
    key.remember(&mut tx, StatusCode::OK, &()).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    follower.score = Some(body.score);
    follower.resolved = body.resolved;
    follower.comment = comment;
    answer(&app, &report, &follower, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Withdraw {
    secret: String,
    /// 1 to 500 characters.
    reason: String,
}

/// Take back
///
/// Ends the case when nobody else reported it; otherwise only this resident leaves it, and the
/// contact is erased.
#[utoipa::path(
    post, path = "/reports/{code}/withdraw", tag = "reports", request_body = Withdraw,
    params(("code" = String, Path)),
    responses(
        (status = OK, body = ReportView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Already handled"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn withdraw(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Withdraw>,
) -> Result<Json<ReportView>> {
    let (report, follower, master) = open(&app, &code, &body.secret, ip).await?;
    let reason = reason(&body.reason)?;
    let mut tx = app.db.begin().await?;
    let mut current = locked(&mut tx, master.id).await?;
    if current.reporters > 1 {
        store::leave(&mut tx, follower.id, app.clock.now()).await?;
        current.reporters -= 1;
        current.updated_at = app.clock.now();
        if !store::save(&mut tx, &current).await? {
            return Err(Error::Overloaded { retry_after_s: 1 });
        }
        ranking::settle(&app, &mut tx, &current).await?;
        append(&app, &mut tx, &current, EventKind::Left, None).await?;
    } else {
        let details = Details {
            note: Some(reason),
            ..Details::default()
        };
        carry_out(
            &app,
            &mut tx,
            current,
            &Change::Withdraw,
            &Actor::Resident,
            details,
        )
        .await?;
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    answer(&app, &report, &follower, lang).await
}
