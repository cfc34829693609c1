//! Several parties on one case: parts, consultations, and links for those without an account.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{begin, office, optional};
use super::cases::check_scope;
use super::decisions::extension_hours;
use crate::app::App;
use crate::auth::{Account, Arbiters, Coordinators, Handlers, Role, Staff};
use crate::db::Tx;
use crate::desk::view::{CaseView, case_view};
use crate::district::Lang;
use crate::message;
use crate::reports::change::{check_version, locked};
use crate::reports::evidence::{AfterPhotos, Capture};
use crate::reports::model::{NEIGHBOUR, Report};
use crate::reports::together::consultation::{self, MAX_PARTIES, NewConsultation, Stance};
use crate::reports::together::links::{self, LinkKind, MAX_DAYS, MadeLink, NewLink};
use crate::reports::together::parts;
use crate::reports::{load_by_code, required};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::{ConsultationId, LinkId, PartId, PhotoId};
use crate::shared::idempotency::{IdempotencyKey, Turn};

/// Longest name of a contractor, in characters.
const MAX_HOLDER: usize = 60;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(open_part))
        .routes(routes!(part_done))
        .routes(routes!(join_part))
        .routes(routes!(open_consultation))
        .routes(routes!(give_opinion))
        .routes(routes!(decide))
        .routes(routes!(make_link))
        .routes(routes!(revoke_link))
}

/// Reads and locks the case as this person saw it, unless this very request was carried out before.
async fn begin_once(
    app: &App,
    (code, version): (&str, i64),
    account: &Account,
    (key, body_hash): (&IdempotencyKey, [u8; 32]),
) -> Result<Option<(Tx, Report)>> {
    let report = load_by_code(app, code).await?;
    check_scope(&report, account)?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay::<()>(..) = key.claim(&mut tx, body_hash, app.clock.now()).await? {
        return Ok(None);
    }
    let report = locked(&mut tx, report.id).await?;
    check_version(&report, version)?;
    Ok(Some((tx, report)))
}

/// Commits, and answers with the case as it now is.
async fn finish_once(
    app: &App,
    mut tx: Tx,
    key: &IdempotencyKey,
    code: &str,
    account: &Account,
    lang: Lang,
) -> Result<Json<CaseView>> {
    key.remember(&mut tx, StatusCode::OK, &()).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    show(app, code, account, lang).await
}

async fn show(app: &App, code: &str, account: &Account, lang: Lang) -> Result<Json<CaseView>> {
    let report = load_by_code(app, code).await?;
    Ok(Json(case_view(app, &report, account, lang).await?))
}

/// Only the office that leads, or a coordinator.
fn leads(report: &Report, account: &Account) -> Result<()> {
    let own = account.office.as_deref() == Some(report.lead.as_str());
    if account.role == Role::Coordinator || (account.role == Role::Handler && own) {
        Ok(())
    } else {
        Err(Error::Forbidden(message!(
            "由牵头部门或协调员来做。",
            "This is for the office that leads, or a coordinator.",
            "주관 부서나 조정 담당자가 합니다."
        )))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenPart {
    version: i64,
    /// The office that deals with the part; not the one that leads.
    office: String,
    /// What it is to do, 1 to 1,000 characters.
    task: String,
    /// Working hours it has, 1 to 400; the case's own deadline unless said.
    #[schema(minimum = 1, maximum = 400)]
    hours: Option<u32>,
}

/// Split a part off
///
/// 分办: another office deals with its part beside the office that leads. The case is not handled
/// before every part is done or joined again; at most 8 are open at a time.
#[utoipa::path(
    post, path = "/desk/cases/{code}/parts", tag = "desk", params(("code" = String, Path)),
    request_body = OpenPart,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn open_part(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<OpenPart>,
) -> Result<Json<CaseView>> {
    let account = &staff.account;
    let case = (code.as_str(), body.version);
    let Some((mut tx, report)) = begin_once(&app, case, account, (&key, sha256)).await? else {
        return show(&app, &code, account, lang).await;
    };
    let to = office(&app, &report, &body.office)?;
    let task = required("task", &body.task)?;
    let hours = body.hours.map(extension_hours).transpose()?;
    parts::open(&app, &mut tx, report, to, task, hours, account).await?;
    finish_once(&app, tx, &key, &code, account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PartDone {
    version: i64,
    /// What was done, 1 to 1,000 characters.
    note: String,
    /// Photos of the place as it now is, at most 9.
    #[serde(default)]
    photo_ids: Vec<PhotoId>,
    /// Where and when each photo was taken.
    #[serde(default)]
    captures: Vec<Capture>,
    /// Why a photo was taken away from the place; required for one that was.
    away_reason: Option<String>,
}

/// A part is done
#[utoipa::path(
    post, path = "/desk/cases/{code}/parts/{part}/done", tag = "desk",
    params(("code" = String, Path), ("part" = PartId, Path)), request_body = PartDone,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn part_done(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    Language(lang): Language,
    Path((code, part)): Path<(String, PartId)>,
    Body { value: body, .. }: Body<PartDone>,
) -> Result<Json<CaseView>> {
    let account = &staff.account;
    let (mut tx, report) = begin(&app, &code, account, body.version).await?;
    let note = required("note", &body.note)?;
    let photos = AfterPhotos {
        ids: body.photo_ids,
        captures: body.captures,
        away_reason: optional("away_reason", body.away_reason.as_deref())?,
    };
    parts::done(&app, &mut tx, report, part, note, &photos, account).await?;
    finish_once(&app, tx, &IdempotencyKey::none(), &code, account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JoinPart {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
}

/// Join a part again
///
/// The office that leads deals with it after all.
#[utoipa::path(
    post, path = "/desk/cases/{code}/parts/{part}/join", tag = "desk",
    params(("code" = String, Path), ("part" = PartId, Path)), request_body = JoinPart,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn join_part(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path((code, part)): Path<(String, PartId)>,
    Body { value: body, .. }: Body<JoinPart>,
) -> Result<Json<CaseView>> {
    let account = &staff.account;
    let (mut tx, report) = begin(&app, &code, account, body.version).await?;
    let reason = required("reason", &body.reason)?;
    parts::join(&app, &mut tx, report, part, reason, account).await?;
    finish_once(&app, tx, &IdempotencyKey::none(), &code, account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenConsultation {
    version: i64,
    /// What is to be decided, 1 to 1,000 characters.
    question: String,
    /// 联合执法: enforcement together, of a cross-border or hazardous case (四（四）3).
    #[serde(default)]
    joint: bool,
    /// Ids of the offices that are asked.
    offices: BTreeSet<String>,
    /// Codes of the neighbouring districts that are asked, by letter with a link of their own.
    #[serde(default)]
    neighbours: BTreeSet<String>,
    /// Working hours for the opinions, 1 to 400; the pack's unless said.
    #[schema(minimum = 1, maximum = 400)]
    hours: Option<u32>,
}

/// Open a consultation
///
/// 会商: the offices that are asked are brought into the case, each gives its opinion, and the case
/// is neither handled nor closed before there is a decision. One at a time, at most 20 parties.
#[utoipa::path(
    post, path = "/desk/cases/{code}/consultations", tag = "desk", params(("code" = String, Path)),
    request_body = OpenConsultation,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn open_consultation(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<OpenConsultation>,
) -> Result<Json<CaseView>> {
    let account = &staff.account;
    let case = (code.as_str(), body.version);
    let Some((mut tx, report)) = begin_once(&app, case, account, (&key, sha256)).await? else {
        return show(&app, &code, account, lang).await;
    };
    leads(&report, account)?;
    check_parties(&app, &body)?;
    let new = NewConsultation {
        question: required("question", &body.question)?,
        joint: body.joint,
        offices: body.offices,
        neighbours: body.neighbours,
        hours: body.hours.map(extension_hours).transpose()?,
    };
    consultation::open(&app, &mut tx, report, new, account).await?;
    finish_once(&app, tx, &key, &code, account, lang).await
}

fn check_parties(app: &App, body: &OpenConsultation) -> Result<()> {
    let count = body.offices.len() + body.neighbours.len();
    if !(1..=MAX_PARTIES).contains(&count) {
        return Err(Error::field(
            "offices",
            message!(
                "请选 1 到 20 个部门或邻区。",
                "Between 1 and 20 offices and neighbours.",
                "부서나 이웃 지역을 1~20개 선택해 주세요."
            ),
        ));
    }
    let unknown = |field| {
        Error::field(
            field,
            message!(
                "有不认识的部门或邻区。",
                "One of these is not known.",
                "알 수 없는 항목이 있습니다."
            ),
        )
    };
    let known = |id: &String| id != NEIGHBOUR && app.pack.office(id).is_some();
    if !body.offices.iter().all(known) {
        return Err(unknown("offices"));
    }
    if !body
        .neighbours
        .iter()
        .all(|code| app.pack.neighbour(code).is_some())
    {
        return Err(unknown("neighbours"));
    }
    Ok(())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GiveOpinion {
    version: i64,
    stance: Stance,
    /// 1 to 1,000 characters.
    opinion: String,
}

/// Give an opinion
///
/// For a handler of an office that was asked; an opinion can be corrected until there is a decision.
#[utoipa::path(
    post, path = "/desk/cases/{code}/consultations/{consultation}/opinion", tag = "desk",
    params(("code" = String, Path), ("consultation" = ConsultationId, Path)), request_body = GiveOpinion,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn give_opinion(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    Language(lang): Language,
    Path((code, id)): Path<(String, ConsultationId)>,
    Body { value: body, .. }: Body<GiveOpinion>,
) -> Result<Json<CaseView>> {
    let account = &staff.account;
    let (mut tx, report) = begin(&app, &code, account, body.version).await?;
    let said = (body.stance, required("opinion", &body.opinion)?);
    let party = account.office.clone().unwrap_or_default();
    consultation::give_opinion(&app, &mut tx, report, id, &party, said, Some(account)).await?;
    finish_once(&app, tx, &IdempotencyKey::none(), &code, account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decide {
    version: i64,
    /// What was decided, 1 to 1,000 characters; the public reads it.
    decision: String,
    /// Minutes of the meeting, at most 1,000 characters; for the desk only.
    minutes: Option<String>,
}

/// Decide a consultation
///
/// By the office that leads or a coordinator, when every party has been heard or has had its time.
#[utoipa::path(
    post, path = "/desk/cases/{code}/consultations/{consultation}/decide", tag = "desk",
    params(("code" = String, Path), ("consultation" = ConsultationId, Path)), request_body = Decide,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn decide(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path((code, id)): Path<(String, ConsultationId)>,
    Body { value: body, .. }: Body<Decide>,
) -> Result<Json<CaseView>> {
    let account = &staff.account;
    let (mut tx, report) = begin(&app, &code, account, body.version).await?;
    leads(&report, account)?;
    let decided = (
        required("decision", &body.decision)?,
        optional("minutes", body.minutes.as_deref())?,
    );
    consultation::decide(&app, &mut tx, report, id, decided, account).await?;
    finish_once(&app, tx, &IdempotencyKey::none(), &code, account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MakeLink {
    /// Who gets it: the contractor's name, 1 to 60 characters.
    holder: String,
    /// What is to be done, 1 to 1,000 characters.
    task: String,
    /// Days it holds, 1 to 30.
    #[schema(minimum = 1, maximum = 30)]
    days: u32,
}

/// Make a contractor's link
///
/// Whoever holds the link sees this one task, the way there, and hands in photos; no account. The
/// address is told once.
#[utoipa::path(
    post, path = "/desk/cases/{code}/links", tag = "desk", params(("code" = String, Path)),
    request_body = MakeLink,
    responses(
        (status = CREATED, body = MadeLink),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn make_link(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<MakeLink>,
) -> Result<(StatusCode, Json<MadeLink>)> {
    let account = &staff.account;
    let report = load_by_code(&app, &code).await?;
    check_scope(&report, account)?;
    leads(&report, account)?;
    let new = NewLink {
        kind: LinkKind::Contractor,
        consultation: None,
        holder: holder(&body.holder)?,
        task: required("task", &body.task)?,
        days: days(body.days)?,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, made) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        return Ok((status, Json(made)));
    }
    let report = locked(&mut tx, report.id).await?;
    if report.status.is_over() {
        return Err(Error::Conflict(message!(
            "案件已经办结。",
            "The case is over.",
            "사건이 종결되었습니다."
        )));
    }
    let made = links::make(&app, &mut tx, &report, new, account).await?;
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

fn holder(name: &str) -> Result<String> {
    let name = required("holder", name)?;
    if name.chars().count() <= MAX_HOLDER {
        Ok(name)
    } else {
        Err(Error::field(
            "holder",
            message!(
                "名称最多 60 字。",
                "At most 60 characters.",
                "이름은 60자 이내여야 합니다."
            ),
        ))
    }
}

fn days(days: u32) -> Result<u32> {
    if (1..=MAX_DAYS).contains(&days) {
        Ok(days)
    } else {
        Err(Error::field(
            "days",
            message!(
                "有效 1 到 30 天。",
                "Between 1 and 30 days.",
                "1~30일이어야 합니다."
            ),
        ))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RevokeLink {
    version: i64,
}

/// Revoke a link
#[utoipa::path(
    post, path = "/desk/cases/{code}/links/{link}/revoke", tag = "desk",
    params(("code" = String, Path), ("link" = LinkId, Path)), request_body = RevokeLink,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn revoke_link(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path((code, link)): Path<(String, LinkId)>,
    Body { value: body, .. }: Body<RevokeLink>,
) -> Result<Json<CaseView>> {
    let account = &staff.account;
    let (mut tx, report) = begin(&app, &code, account, body.version).await?;
    leads(&report, account)?;
    links::revoke(&app, &mut tx, report, link, account).await?;
    finish_once(&app, tx, &IdempotencyKey::none(), &code, account, lang).await
}
