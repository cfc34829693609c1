//! Standard replies over HTTP: who reads and writes them, and what one says of a case.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::cases::load_case;
use crate::app::{App, NO_STORE};
use crate::auth::{Account, Everyone, ReplyWriters, Role, Staff};
use crate::db::Db;
use crate::desk::replies::placeholders::{self, PLACEHOLDERS, Placeholder};
use crate::desk::replies::{Reply, ReplyWords, check_edit, may_edit, store};
use crate::district::Lang;
use crate::message;
use crate::reports::model::{Action, Report};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Query};
use crate::shared::id::ReplyId;
use crate::shared::idempotency::IdempotencyKey;
use crate::shared::words::tidy;

const MAX_TITLE: usize = 40;
const MAX_TEXT: usize = 1000;
const MAX_OF_OFFICE: i64 = 200;
pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(change, remove))
        .routes(routes!(for_case))
}

/// A standard reply.
#[derive(Serialize, ToSchema)]
struct ReplyView {
    id: ReplyId,
    /// Whose it is; null: the whole district's.
    office: Option<String>,
    /// Only for cases of this category.
    category: Option<String>,
    /// Only with this action.
    action: Option<Action>,
    title: String,
    text_zh: String,
    text_en: Option<String>,
    text_ko: Option<String>,
    position: i64,
    version: i64,
    /// Whether the person who asks may change it.
    editable: bool,
}

#[derive(Serialize, ToSchema)]
struct ReplyList {
    items: Vec<ReplyView>,
    /// What may stand between braces in a Chinese text; English and Korean have words of their own.
    placeholders: [Placeholder; 6],
}

/// Standard replies
///
/// Those of one's own office and of the whole district; coordinators and administrators see all.
#[utoipa::path(
    get, path = "/desk/replies", tag = "desk",
    responses(
        (status = OK, body = ReplyList),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<ReplyList>)> {
    let account = &staff.account;
    let everything = matches!(account.role, Role::Coordinator | Role::Administrator);
    let items = store::list(&app.db, everything, account.office.as_deref())
        .await?
        .into_iter()
        .map(|reply| view(reply, account))
        .collect();
    Ok((
        [NO_STORE],
        Json(ReplyList {
            items,
            placeholders: PLACEHOLDERS,
        }),
    ))
}

fn view(reply: Reply, account: &Account) -> ReplyView {
    let Reply { id, version, words } = reply;
    ReplyView {
        editable: may_edit(account, words.office.as_deref()),
        id,
        office: words.office,
        category: words.category,
        action: words.action,
        title: words.title,
        text_zh: words.text_zh,
        text_en: words.text_en,
        text_ko: words.text_ko,
        position: words.position,
        version,
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplyDraft {
    /// As it was seen; for rewriting.
    #[serde(default)]
    version: Option<i64>,
    /// Whose it is; null: the whole district's. Handlers give their own.
    #[serde(default)]
    office: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    action: Option<Action>,
    /// 1 to 40 characters.
    title: String,
    /// 1 to 1,000 characters; `{编号} {地点} {类别} {部门} {期限} {状态}` are filled in.
    text_zh: String,
    /// The same with `{code} {place} {category} {office} {due} {status}`.
    #[serde(default)]
    text_en: Option<String>,
    /// The same with `{번호} {장소} {유형} {부서} {기한} {상태}`.
    #[serde(default)]
    text_ko: Option<String>,
    #[serde(default)]
    position: i64,
}

fn checked(app: &App, draft: &ReplyDraft) -> Result<ReplyWords> {
    let mut errors = Vec::new();
    if let Some(office) = &draft.office
        && app.pack.office(office).is_none()
    {
        errors.push((
            "office".to_owned(),
            message!(
                "没有这个部门。",
                "There is no such office.",
                "해당 부서가 없습니다."
            ),
        ));
    }
    if let Some(category) = &draft.category
        && app.pack.category(category).is_none()
    {
        errors.push((
            "category".to_owned(),
            message!(
                "没有这个类别。",
                "There is no such category.",
                "해당 유형이 없습니다."
            ),
        ));
    }
    let title = tidy(&draft.title);
    if !(1..=MAX_TITLE).contains(&title.chars().count()) {
        errors.push((
            "title".to_owned(),
            message!(
                "标题须为 1 到 40 字。",
                "1 to 40 characters.",
                "1~40자여야 합니다."
            ),
        ));
    }
    let mut text = |field: &str, text: Option<&str>, lang: Lang| {
        let text = text.map(tidy).filter(|text| !text.is_empty())?;
        if text.chars().count() > MAX_TEXT {
            errors.push((
                field.to_owned(),
                message!(
                    "最多 1000 字。",
                    "At most 1,000 characters.",
                    "1,000자 이내여야 합니다."
                ),
            ));
        } else if let Some(unknown) = placeholders::unknown(&text, lang) {
            errors.push((
                field.to_owned(),
                message!(
                    "没有这个占位符：{unknown}。",
                    "There is no placeholder {unknown}.",
                    "{unknown} 자리표시자는 없습니다."
                ),
            ));
        }
        Some(text)
    };
    let text_zh = text("text_zh", Some(&draft.text_zh), Lang::Zh);
    let text_en = text("text_en", draft.text_en.as_deref(), Lang::En);
    let text_ko = text("text_ko", draft.text_ko.as_deref(), Lang::Ko);
    if text_zh.is_none() {
        errors.push((
            "text_zh".to_owned(),
            message!("请填写内容。", "Required.", "내용을 입력해 주세요."),
        ));
    }
    match text_zh {
        Some(text_zh) if errors.is_empty() => Ok(ReplyWords {
            office: draft.office.clone(),
            category: draft.category.clone(),
            action: draft.action,
            title,
            text_zh,
            text_en,
            text_ko,
            position: draft.position.clamp(0, 10_000),
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

/// The id of a new reply.
#[derive(Serialize, Deserialize, ToSchema)]
struct ReplyMade {
    id: ReplyId,
}

/// Write a standard reply
///
/// At most two hundred of an office.
#[utoipa::path(
    post, path = "/desk/replies", tag = "desk", request_body = ReplyDraft,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = ReplyMade),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn make(
    State(app): State<Arc<App>>,
    staff: Staff<ReplyWriters>,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<ReplyDraft>,
) -> Result<(StatusCode, Json<ReplyMade>)> {
    let now = app.clock.now();
    let reply = checked(&app, &body)?;
    check_edit(&staff.account, reply.office.as_deref())?;
    key.once(&app.db, sha256, now, async |tx| {
        if store::count(tx, reply.office.as_deref()).await? >= MAX_OF_OFFICE {
            return Err(Error::Conflict(message!(
                "最多 200 条，请先删掉不用的。",
                "At most 200: delete one first.",
                "최대 200개입니다. 먼저 하나를 삭제해 주세요."
            )));
        }
        let id = ReplyId(app.random.uuid(now));
        store::insert(tx, id, reply, staff.account.id, now).await?;
        Ok(ReplyMade { id })
    })
    .await
}

/// Rewrite a standard reply
#[utoipa::path(
    patch, path = "/desk/replies/{id}", tag = "desk", params(("id" = ReplyId, Path)),
    request_body = ReplyDraft,
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    staff: Staff<ReplyWriters>,
    Path(id): Path<Uuid>,
    Body { value: body, .. }: Body<ReplyDraft>,
) -> Result<StatusCode> {
    let present = found(&app.db, ReplyId(id)).await?;
    let reply = checked(&app, &body)?;
    check_edit(&staff.account, present.words.office.as_deref())?;
    check_edit(&staff.account, reply.office.as_deref())?;
    let seen = (present.id, body.version.unwrap_or(0));
    if !store::rewrite(&app.db, seen, reply, app.clock.now()).await? {
        return Err(Error::Conflict(message!(
            "这条回复刚刚改过，请刷新后再试。",
            "The reply has just changed: reload it and try again.",
            "이 문구가 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a standard reply
#[utoipa::path(
    delete, path = "/desk/replies/{id}", tag = "desk", params(("id" = ReplyId, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove(
    State(app): State<Arc<App>>,
    staff: Staff<ReplyWriters>,
    Path(id): Path<Uuid>,
) -> Result<StatusCode> {
    let reply = found(&app.db, ReplyId(id)).await?;
    check_edit(&staff.account, reply.words.office.as_deref())?;
    store::delete(&app.db, reply.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ForCase {
    /// What the reply is to go with.
    action: Option<Action>,
}

/// A standard reply with the case's own words put in.
#[derive(Serialize, ToSchema)]
struct RenderedReply {
    id: ReplyId,
    title: String,
    text: String,
    text_en: Option<String>,
    text_ko: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct RenderedReplies {
    items: Vec<RenderedReply>,
}

/// Standard replies for a case
///
/// Those of the office that leads and of the district which fit the category and the action, filled in.
#[utoipa::path(
    get, path = "/desk/cases/{code}/replies", tag = "desk", params(("code" = String, Path), ForCase),
    responses(
        (status = OK, body = RenderedReplies),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn for_case(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Path(code): Path<String>,
    Query(query): Query<ForCase>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<RenderedReplies>)> {
    let report = load_case(&app, &code, &staff.account).await?;
    let items = store::list(&app.db, false, Some(&report.lead))
        .await?
        .into_iter()
        .filter(|reply| reply.fits(&report.category, query.action))
        .map(|reply| rendered(&app, &report, reply))
        .collect();
    Ok(([NO_STORE], Json(RenderedReplies { items })))
}

fn rendered(app: &App, report: &Report, reply: Reply) -> RenderedReply {
    let Reply { id, words, .. } = reply;
    let filled = |text: &str, lang| placeholders::filled(app, report, text, lang);
    RenderedReply {
        id,
        text: filled(&words.text_zh, Lang::Zh),
        text_en: words.text_en.map(|text| filled(&text, Lang::En)),
        text_ko: words.text_ko.map(|text| filled(&text, Lang::Ko)),
        title: words.title,
    }
}

async fn found(db: &Db, id: ReplyId) -> Result<Reply> {
    store::by_id(db, id).await?.ok_or_else(|| {
        Error::NotFound(message!(
            "没有这条回复。",
            "There is no such reply.",
            "해당 문구가 없습니다."
        ))
    })
}
