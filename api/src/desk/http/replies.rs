//! Standard replies: what an office says again and again, with placeholders for the case.

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
use crate::db::{Db, DbError, Tx};
use crate::district::Lang;
use crate::message;
use crate::reports::change::times;
use crate::reports::model::{Action, Report};
use crate::reports::view::office_name;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Query};
use crate::shared::id::ReplyId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::words::tidy;

const MAX_TITLE: usize = 40;
const MAX_TEXT: usize = 1000;
const MAX_OF_OFFICE: i64 = 200;
/// What may stand between braces, in the languages residents read.
const PLACEHOLDERS: [(&str, &str, &str); 6] = [
    ("编号", "code", "번호"),
    ("地点", "place", "장소"),
    ("类别", "category", "유형"),
    ("部门", "office", "부서"),
    ("期限", "due", "기한"),
    ("状态", "status", "상태"),
];

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(change, remove))
        .routes(routes!(for_case))
}

#[derive(sqlx::FromRow)]
struct Reply {
    id: ReplyId,
    office: Option<String>,
    category: Option<String>,
    action: Option<String>,
    title: String,
    text_zh: String,
    text_en: Option<String>,
    text_ko: Option<String>,
    position: i64,
    version: i64,
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
    action: Option<String>,
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
    placeholders: Vec<Placeholder>,
}

/// A placeholder in each language.
#[derive(Serialize, ToSchema)]
struct Placeholder {
    zh: &'static str,
    en: &'static str,
    ko: &'static str,
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
    let replies = replies(&app.db, everything, account.office.as_deref()).await?;
    let items = replies
        .into_iter()
        .map(|reply| view(reply, account))
        .collect();
    let placeholders = PLACEHOLDERS
        .iter()
        .map(|(zh, en, ko)| Placeholder { zh, en, ko })
        .collect();
    Ok((
        [NO_STORE],
        Json(ReplyList {
            items,
            placeholders,
        }),
    ))
}

fn view(reply: Reply, account: &Account) -> ReplyView {
    ReplyView {
        editable: may_edit(account, reply.office.as_deref()),
        id: reply.id,
        office: reply.office,
        category: reply.category,
        action: reply.action,
        title: reply.title,
        text_zh: reply.text_zh,
        text_en: reply.text_en,
        text_ko: reply.text_ko,
        position: reply.position,
        version: reply.version,
    }
}

fn may_edit(account: &Account, office: Option<&str>) -> bool {
    match account.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Handler => office.is_some() && account.office.as_deref() == office,
        _ => false,
    }
}

fn check_edit(account: &Account, office: Option<&str>) -> Result<()> {
    if may_edit(account, office) {
        return Ok(());
    }
    Err(Error::Forbidden(message!(
        "本部门的由本部门处置员编写，全区的由协调员或管理员编写。",
        "Handlers write those of their own office, coordinators and administrators the district's.",
        "부서 문구는 해당 부서 담당자가, 전체 문구는 조정 담당자나 관리자가 작성합니다."
    )))
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

struct Checked {
    office: Option<String>,
    category: Option<String>,
    action: Option<String>,
    title: String,
    zh: String,
    en: Option<String>,
    ko: Option<String>,
    position: i64,
}

fn checked(app: &App, draft: &ReplyDraft) -> Result<Checked> {
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
        } else if let Some(unknown) = unknown_placeholder(&text, lang) {
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
    let zh = text("text_zh", Some(&draft.text_zh), Lang::Zh);
    let en = text("text_en", draft.text_en.as_deref(), Lang::En);
    let ko = text("text_ko", draft.text_ko.as_deref(), Lang::Ko);
    if zh.is_none() {
        errors.push((
            "text_zh".to_owned(),
            message!("请填写内容。", "Required.", "내용을 입력해 주세요."),
        ));
    }
    match zh {
        Some(zh) if errors.is_empty() => Ok(Checked {
            office: draft.office.clone(),
            category: draft.category.clone(),
            action: draft.action.map(word_of),
            title,
            zh,
            en,
            ko,
            position: draft.position.clamp(0, 10_000),
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

fn word_of(action: Action) -> String {
    serde_json::to_value(action)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn word(lang: Lang, placeholder: &(&'static str, &'static str, &'static str)) -> &'static str {
    match lang {
        Lang::Zh => placeholder.0,
        Lang::En => placeholder.1,
        Lang::Ko => placeholder.2,
    }
}

/// The first `{…}` that nothing is known for.
fn unknown_placeholder(text: &str, lang: Lang) -> Option<String> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let (name, beyond) = after.split_once('}').unwrap_or((after, ""));
        if !PLACEHOLDERS.iter().any(|known| word(lang, known) == name) {
            return Some(format!("{{{name}}}"));
        }
        rest = beyond;
    }
    None
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
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, made) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, Json(made)));
    }
    if count(&mut tx, reply.office.as_deref()).await? >= MAX_OF_OFFICE {
        return Err(Error::Conflict(message!(
            "最多 200 条，请先删掉不用的。",
            "At most 200: delete one first.",
            "최대 200개입니다. 먼저 하나를 삭제해 주세요."
        )));
    }
    let made = ReplyMade {
        id: ReplyId(app.random.uuid(now)),
    };
    tx.sql(
        "INSERT INTO standard_replies (id, office, category, action, title, text_zh, text_en, text_ko,
                                       position, version, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $11)",
    )
    .bind(made.id)
    .bind(reply.office)
    .bind(reply.category)
    .bind(reply.action)
    .bind(reply.title)
    .bind(reply.zh)
    .bind(reply.en)
    .bind(reply.ko)
    .bind(reply.position)
    .bind(staff.account.id)
    .bind(now)
    .run()
    .await?;
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
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
    let present = by_id(&app.db, ReplyId(id)).await?;
    let reply = checked(&app, &body)?;
    check_edit(&staff.account, present.office.as_deref())?;
    check_edit(&staff.account, reply.office.as_deref())?;
    let saved = app
        .db
        .sql(
            "UPDATE standard_replies SET office = $3, category = $4, action = $5, title = $6,
                    text_zh = $7, text_en = $8, text_ko = $9, position = $10, updated_at = $11,
                    version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(present.id)
        .bind(body.version.unwrap_or(0))
        .bind(reply.office)
        .bind(reply.category)
        .bind(reply.action)
        .bind(reply.title)
        .bind(reply.zh)
        .bind(reply.en)
        .bind(reply.ko)
        .bind(reply.position)
        .bind(app.clock.now())
        .run()
        .await?;
    if saved == 0 {
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
    let reply = by_id(&app.db, ReplyId(id)).await?;
    check_edit(&staff.account, reply.office.as_deref())?;
    app.db
        .sql("DELETE FROM standard_replies WHERE id = $1")
        .bind(reply.id)
        .run()
        .await?;
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
    let action = query.action.map(word_of);
    let fits = |own: &Option<String>, wanted: Option<&str>| {
        own.as_deref().is_none_or(|own| wanted == Some(own))
    };
    let replies = replies(&app.db, false, Some(&report.lead)).await?;
    let items = replies
        .into_iter()
        .filter(|reply| fits(&reply.category, Some(&report.category)))
        .filter(|reply| fits(&reply.action, action.as_deref()))
        .map(|reply| RenderedReply {
            text: filled(&app, &report, &reply.text_zh, Lang::Zh),
            text_en: reply
                .text_en
                .map(|text| filled(&app, &report, &text, Lang::En)),
            text_ko: reply
                .text_ko
                .map(|text| filled(&app, &report, &text, Lang::Ko)),
            id: reply.id,
            title: reply.title,
        })
        .collect();
    Ok(([NO_STORE], Json(RenderedReplies { items })))
}

fn filled(app: &App, report: &Report, text: &str, lang: Lang) -> String {
    let category = app
        .pack
        .category(&report.category)
        .map_or("", |category| category.name.get(lang));
    let deadline = report.deadline(&times(app), app.clock.now());
    let due = deadline.map_or_else(
        || "—".to_owned(),
        |deadline| app.pack.calendar().local_text(deadline.due_at),
    );
    let values = [
        report.code.grouped(),
        place(app, report, lang),
        category.to_owned(),
        office_name(app, &report.lead, report, lang),
        due,
        report.status.name().get(lang).to_owned(),
    ];
    // In one pass: what is put in is never looked through again.
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, beyond) = after.split_once('}').unwrap_or((after, ""));
        let at = PLACEHOLDERS
            .iter()
            .position(|known| word(lang, known) == name);
        if let Some(value) = at.and_then(|at| values.get(at)) {
            out.push_str(value);
        }
        rest = beyond;
    }
    out + rest
}

fn place(app: &App, report: &Report, lang: Lang) -> String {
    let township = report
        .township
        .as_deref()
        .and_then(|code| app.pack.township(code))
        .map(|township| township.name.get(lang));
    [township, Some(report.public_address.as_str())]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

async fn by_id(db: &Db, id: ReplyId) -> Result<Reply> {
    let reply: Option<Reply> = db
        .sql(
            "SELECT id, office, category, action, title, text_zh, text_en, text_ko, position, version
             FROM standard_replies WHERE id = $1",
        )
        .bind(id)
        .optional()
        .await?;
    reply.ok_or_else(|| {
        Error::NotFound(message!(
            "没有这条回复。",
            "There is no such reply.",
            "해당 문구가 없습니다."
        ))
    })
}

async fn replies(db: &Db, everything: bool, office: Option<&str>) -> Result<Vec<Reply>, DbError> {
    db.sql(
        "SELECT id, office, category, action, title, text_zh, text_en, text_ko, position, version
         FROM standard_replies WHERE $1 OR office IS NULL OR office = $2
         ORDER BY CASE WHEN office IS NULL THEN 1 ELSE 0 END, office, position, id LIMIT 1000",
    )
    .bind(everything)
    .bind(office.map(str::to_owned))
    .all()
    .await
}

async fn count(tx: &mut Tx, office: Option<&str>) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM standard_replies
             WHERE office = $1 OR ($1 IS NULL AND office IS NULL)",
        )
        .bind(office.map(str::to_owned))
        .one()
        .await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_placeholders_pass_each_in_its_own_language() {
        let unknown = |text, lang| unknown_placeholder(text, lang);
        assert_eq!(unknown("案件{编号}在{地点}", Lang::Zh), None);
        assert_eq!(unknown("case {code} at {place}", Lang::En), None);
        assert_eq!(unknown("{번호} {부서}", Lang::Ko), None);
        assert_eq!(unknown("{电话}", Lang::Zh).as_deref(), Some("{电话}"));
        assert_eq!(unknown("{编号}", Lang::En).as_deref(), Some("{编号}"));
        assert_eq!(
            unknown("{编号", Lang::Zh),
            None,
            "an open brace is read to the end"
        );
        assert!(unknown("{", Lang::Zh).is_some());
    }
}
