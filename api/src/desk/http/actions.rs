//! The steps by which offices follow a case up and others verify it. Who may is in the signature;
//! from where, in the table of transitions.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cases::check_scope;
use crate::app::App;
use crate::auth::{self, Account, Arbiters, Everyone, Role, Staff, Verifiers};
use crate::db::Tx;
use crate::desk::view::{CaseView, case_view};
use crate::district::Lang;
use crate::message;
use crate::reports::change::{Details, carry_out, check_version, locked};
use crate::reports::evidence::{AfterPhotos, Capture};
use crate::reports::model::{Actor, Change, Report};
use crate::reports::together::{consultation, handed_in_in, open_consultation_in, parts, parts_in};
use crate::reports::{load_by_code, required};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::{AccountId, PhotoId};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(accept))
        .routes(routes!(send_back))
        .routes(routes!(hand_over))
        .routes(routes!(note))
        .routes(routes!(handle))
        .routes(routes!(verify))
        .routes(routes!(close))
}

pub(super) fn optional(field: &str, text: Option<&str>) -> Result<Option<String>> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| required(field, text))
        .transpose()
}

pub(super) fn with_reason(reason: &str) -> Result<Details> {
    Ok(Details {
        note: Some(required("reason", reason)?),
        ..Details::default()
    })
}

/// An office that receives reports.
pub(super) fn office(app: &App, report: &Report, id: &str) -> Result<String> {
    let known = app
        .pack
        .office(id)
        .is_some_and(|office| office.receives_reports);
    if known && id != report.lead {
        return Ok(id.to_owned());
    }
    Err(Error::field(
        "office",
        message!(
            "请选择另一个接收举报的部门。",
            "Choose another office that takes reports.",
            "신고를 접수하는 다른 부서를 선택해 주세요."
        ),
    ))
}

/// Reads and locks the case as this person saw it.
pub(super) async fn begin(
    app: &App,
    code: &str,
    account: &Account,
    version: i64,
) -> Result<(Tx, Report)> {
    let report = load_by_code(app, code).await?;
    check_scope(&report, account)?;
    let mut tx = app.db.begin().await?;
    let report = locked(&mut tx, report.id).await?;
    check_version(&report, version)?;
    Ok((tx, report))
}

/// Carries a change out, commits, and answers with the case as it now is.
pub(super) async fn finish(
    app: &App,
    (mut tx, report): (Tx, Report),
    change: Change,
    details: Details,
    account: &Account,
    lang: Lang,
) -> Result<Json<CaseView>> {
    let after = carry_out(app, &mut tx, report, &change, &Actor::of(account), details).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    metrics::counter!("wufei_case_steps_total", "status" => after.status.as_str()).increment(1);
    Ok(Json(case_view(app, &after, account, lang).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    version: i64,
}

/// Accept a case
///
/// 接单: a handler of the office that leads takes it on; the clock runs on.
#[utoipa::path(
    post, path = "/desk/cases/{code}/accept", tag = "desk", params(("code" = String, Path)),
    request_body = Accept,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn accept(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Accept>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    finish(
        &app,
        case,
        Change::Accept,
        Details::default(),
        &staff.account,
        lang,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Return {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
    /// Id of the office whose it is.
    office: String,
}

/// Not ours
///
/// 退单: with a reason and the office whose it is. The first time it goes straight there; the second
/// time a coordinator decides for good.
#[utoipa::path(
    post, path = "/desk/cases/{code}/return", tag = "desk", params(("code" = String, Path)),
    request_body = Return,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn send_back(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Return>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let target = office(&app, &case.1, &body.office)?;
    let details = with_reason(&body.reason)?;
    finish(
        &app,
        case,
        Change::Return { target },
        details,
        &staff.account,
        lang,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOver {
    version: i64,
    staff_id: AccountId,
    #[serde(default)]
    reason: Option<String>,
}

/// Hand over to a colleague
///
/// 转办: within the office.
#[utoipa::path(
    post, path = "/desk/cases/{code}/hand-over", tag = "desk", params(("code" = String, Path)),
    request_body = HandOver,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn hand_over(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<HandOver>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let colleague = auth::store::by_id(&app.db, body.staff_id)
        .await?
        .filter(|colleague| {
            !colleague.disabled
                && colleague.role == Role::Handler
                && colleague.office.as_deref() == Some(case.1.lead.as_str())
        });
    if colleague.is_none() {
        return Err(Error::field(
            "staff_id",
            message!(
                "请选择本部门的处置员。",
                "Choose a handler of the same office.",
                "같은 부서의 처리 담당자를 선택해 주세요."
            ),
        ));
    }
    let details = Details {
        note: optional("reason", body.reason.as_deref())?,
        ..Details::default()
    };
    finish(
        &app,
        case,
        Change::HandOver { to: body.staff_id },
        details,
        &staff.account,
        lang,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    version: i64,
    /// 1 to 1,000 characters.
    note: String,
    /// Whether the public reads it.
    #[serde(default)]
    public: bool,
    #[serde(default)]
    photo_ids: Vec<PhotoId>,
}

/// Leave a note
#[utoipa::path(
    post, path = "/desk/cases/{code}/note", tag = "desk", params(("code" = String, Path)),
    request_body = Note,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn note(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Note>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let details = Details {
        note: Some(required("note", &body.note)?),
        internal: !body.public,
        photos: body.photo_ids,
    };
    finish(&app, case, Change::Note, details, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Handle {
    version: i64,
    /// 1 to 1,000 characters.
    note: String,
    /// Photos of the place as it now is, 1 to 9; none where a contractor or another office has handed
    /// some in since the case was dispatched.
    photo_ids: Vec<PhotoId>,
    /// Where and when each photo was taken.
    #[serde(default)]
    captures: Vec<Capture>,
    /// Why a photo was taken away from the place; required for one that was.
    away_reason: Option<String>,
}

/// Dealt with
///
/// 处置: needs a note and at least one after-photo, uploaded after the case was dispatched. The clock
/// stops; somebody else verifies.
#[utoipa::path(
    post, path = "/desk/cases/{code}/handle", tag = "desk", params(("code" = String, Path)),
    request_body = Handle,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn handle(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Handle>,
) -> Result<Json<CaseView>> {
    let (mut tx, report) = begin(&app, &code, &staff.account, body.version).await?;
    if body.photo_ids.is_empty() && handed_in_in(&mut tx, &report).await? == 0 {
        return Err(Error::field(
            "photo_ids",
            message!(
                "请至少上传一张处置后的照片。",
                "At least one after-photo is needed.",
                "처리 후 사진을 한 장 이상 올려 주세요."
            ),
        ));
    }
    let photos = AfterPhotos {
        ids: body.photo_ids,
        captures: body.captures,
        away_reason: optional("away_reason", body.away_reason.as_deref())?,
    };
    photos.check(&app, &report)?;
    check_nothing_waits(&mut tx, &report).await?;
    let note = required("note", &body.note)?;
    photos.keep(&app, &mut tx, None).await?;
    let details = Details {
        note: Some(photos.explained(note)),
        photos: photos.ids,
        internal: false,
    };
    let case = (tx, report);
    finish(&app, case, Change::Handle, details, &staff.account, lang).await
}

/// A case is not handled while another office's part or a consultation is open.
async fn check_nothing_waits(tx: &mut Tx, report: &Report) -> Result<()> {
    let open = parts::open_parts(tx, report.id).await?.len();
    if open > 0 {
        return Err(Error::Conflict(message!(
            "还有 {open} 个部分没有办完。",
            "{open} parts of it are not done yet.",
            "아직 끝나지 않은 부분이 {open}개 있습니다."
        )));
    }
    check_decided(tx, report).await
}

/// A case is not ended while a consultation on it is open.
pub(super) async fn check_decided(tx: &mut Tx, report: &Report) -> Result<()> {
    match open_consultation_in(tx, report.id).await? {
        Some(_) => Err(consultation::still_open()),
        None => Ok(()),
    }
}

/// Nobody verifies the work of their own office, be it only a part.
async fn check_no_part_of(tx: &mut Tx, report: &Report, account: &Account) -> Result<()> {
    let own = parts_in(tx, report.id)
        .await?
        .iter()
        .any(|part| Some(&part.office) == account.office.as_ref());
    if own {
        return Err(Error::Forbidden(message!(
            "您的部门办理了其中一部分，须由其他部门核查。",
            "Your office dealt with a part of it: another office verifies.",
            "귀 부서가 일부를 처리했으므로 다른 부서가 확인해야 합니다."
        )));
    }
    Ok(())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Verify {
    version: i64,
    passed: bool,
    /// Required when not passed; at most 1,000 characters.
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    photo_ids: Vec<PhotoId>,
}

/// Verify
///
/// 核查: by somebody of another office than the one that handled it. Not passed, it is reopened with
/// what was left of the deadline.
#[utoipa::path(
    post, path = "/desk/cases/{code}/verify", tag = "desk", params(("code" = String, Path)),
    request_body = Verify,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn verify(
    State(app): State<Arc<App>>,
    staff: Staff<Verifiers>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Verify>,
) -> Result<Json<CaseView>> {
    let mut case = begin(&app, &code, &staff.account, body.version).await?;
    check_no_part_of(&mut case.0, &case.1, &staff.account).await?;
    let note = if body.passed {
        optional("note", body.note.as_deref())?
    } else {
        Some(required("note", body.note.as_deref().unwrap_or_default())?)
    };
    let change = if body.passed {
        Change::Verify
    } else {
        Change::FailVerification
    };
    let details = Details {
        note,
        photos: body.photo_ids,
        internal: false,
    };
    finish(&app, case, change, details, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Close {
    version: i64,
    #[serde(default)]
    note: Option<String>,
}

/// Close a verified case
///
/// 结案: never by the office that handled it.
#[utoipa::path(
    post, path = "/desk/cases/{code}/close", tag = "desk", params(("code" = String, Path)),
    request_body = Close,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn close(
    State(app): State<Arc<App>>,
    staff: Staff<Verifiers>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Close>,
) -> Result<Json<CaseView>> {
    let mut case = begin(&app, &code, &staff.account, body.version).await?;
    check_no_part_of(&mut case.0, &case.1, &staff.account).await?;
    check_decided(&mut case.0, &case.1).await?;
    let details = Details {
        note: optional("note", body.note.as_deref())?,
        ..Details::default()
    };
    finish(&app, case, Change::Close, details, &staff.account, lang).await
}
