//! Filters of the inbox that people keep, for themselves, for their office or for everybody.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::{App, NO_STORE};
use crate::auth::{Account, Everyone, Role, Staff};
use crate::db::{Db, DbError, Tx};
use crate::desk::inbox::{self, CasesQuery, Filter, Sort};
use crate::desk::model::Shared;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, parse_query};
use crate::shared::id::{AccountId, InboxFilterId};
use crate::shared::idempotency::IdempotencyKey;
use crate::shared::words::tidy;

const MAX_OWN: i64 = 50;
const MAX_NAME: usize = 30;
const MAX_QUERY: usize = 1000;
/// So many of the first ones come with a count: they are the tabs.
const COUNTED: usize = 12;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, save))
        .routes(routes!(change, remove))
}

#[derive(sqlx::FromRow)]
struct Kept {
    id: InboxFilterId,
    owner: AccountId,
    office: Option<String>,
    shared: Shared,
    name: String,
    query: String,
    position: i64,
    version: i64,
    owner_name: String,
}

/// A kept filter.
#[derive(Serialize, ToSchema)]
struct FilterView {
    id: InboxFilterId,
    name: String,
    /// As `GET /desk/cases` takes it, with `sort` but without `cursor` and `limit`.
    query: String,
    shared: Shared,
    /// Whose it is, where it is somebody else's.
    owner_name: Option<String>,
    /// Whether the person who asks may change it.
    own: bool,
    /// What the inbox opens with.
    default: bool,
    position: i64,
    version: i64,
    /// How many cases it leaves; null beyond the first twelve.
    count: Option<i64>,
    /// There may be more: show the count with a plus.
    count_capped: bool,
}

/// The kept filters a person sees: their own in their order, then those shared with them.
#[derive(Serialize, ToSchema)]
struct FilterList {
    items: Vec<FilterView>,
}

/// Kept filters
///
/// Own ones and those shared with the office or everybody, the first twelve with how many cases they
/// leave for the person who asks.
#[utoipa::path(
    get, path = "/desk/filters", tag = "desk",
    responses(
        (status = OK, body = FilterList),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<FilterList>)> {
    let account = &staff.account;
    let default = default_of(&app.db, account.id).await?;
    let mut items = Vec::new();
    for (index, kept) in seen_by(&app.db, account).await?.into_iter().enumerate() {
        let mut view = FilterView::of(kept, account, default);
        if index < COUNTED {
            // What a filter was kept with may be gone, a category or a colleague: it counts nothing.
            if let Ok(filter) = parsed(&view.query, account) {
                let total = inbox::total(&app.db, &filter, app.clock.now()).await?;
                view.count = Some(total.count);
                view.count_capped = total.capped;
            }
        }
        items.push(view);
    }
    Ok(([NO_STORE], Json(FilterList { items })))
}

impl FilterView {
    fn of(kept: Kept, account: &Account, default: Option<InboxFilterId>) -> Self {
        let own = kept.owner == account.id;
        Self {
            id: kept.id,
            name: kept.name,
            query: kept.query,
            shared: kept.shared,
            owner_name: Some(kept.owner_name).filter(|_| !own),
            own,
            default: default == Some(kept.id),
            position: kept.position,
            version: kept.version,
            count: None,
            count_capped: false,
        }
    }
}

fn parsed(query: &str, account: &Account) -> Result<Filter> {
    let query: CasesQuery = parse_query(query)?;
    if query.cursor.is_some() || query.limit.is_some() {
        return Err(Error::field(
            "query",
            message!(
                "筛选条件里不能有翻页位置。",
                "A filter has no page.",
                "필터에는 페이지 위치를 넣을 수 없습니다."
            ),
        ));
    }
    query.sort.as_deref().map(Sort::parse).transpose()?;
    Filter::of(&query, account)
}

/// A query that the inbox understands.
fn checked_query(query: &str, account: &Account) -> Result<String> {
    let query = query.trim_start_matches('?').trim();
    if query.chars().count() > MAX_QUERY {
        return Err(Error::field(
            "query",
            message!(
                "筛选条件太长。",
                "The filter is too long.",
                "필터가 너무 깁니다."
            ),
        ));
    }
    match parsed(query, account) {
        Ok(_) => Ok(query.to_owned()),
        Err(Error::Invalid(fields)) => Err(Error::Invalid(
            fields
                .into_iter()
                .map(|(field, message)| {
                    let field = if field == "query" {
                        field
                    } else {
                        format!("query.{field}")
                    };
                    (field, message)
                })
                .collect(),
        )),
        Err(other) => Err(other),
    }
}

fn checked_name(name: &str) -> Result<String> {
    let name = tidy(name);
    if (1..=MAX_NAME).contains(&name.chars().count()) {
        Ok(name)
    } else {
        Err(Error::field(
            "name",
            message!(
                "名称须为 1 到 30 字。",
                "1 to 30 characters.",
                "1~30자여야 합니다."
            ),
        ))
    }
}

fn check_share(shared: Shared, account: &Account) -> Result<()> {
    let may = match shared {
        Shared::Own => true,
        Shared::Office => account.office.is_some(),
        Shared::Everybody => matches!(account.role, Role::Coordinator | Role::Administrator),
    };
    if may {
        return Ok(());
    }
    Err(Error::field(
        "shared",
        message!(
            "与本部门共享须属于一个部门；与所有人共享须为协调员或管理员。",
            "Sharing with an office needs one; only coordinators and administrators share with everybody.",
            "부서 공유는 소속 부서가 있어야 하고, 전체 공유는 조정 담당자와 관리자만 할 수 있습니다."
        ),
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFilter {
    /// 1 to 30 characters.
    name: String,
    /// As `GET /desk/cases` takes it, at most 1,000 characters, without `cursor` and `limit`.
    query: String,
    #[serde(default = "own")]
    shared: Shared,
}

fn own() -> Shared {
    Shared::Own
}

/// The id of a new filter.
#[derive(Serialize, Deserialize, ToSchema)]
struct FilterMade {
    id: InboxFilterId,
}

/// Keep a filter
///
/// At most fifty of one's own.
#[utoipa::path(
    post, path = "/desk/filters", tag = "desk", request_body = NewFilter,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = FilterMade),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Fifty already"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<NewFilter>,
) -> Result<(StatusCode, Json<FilterMade>)> {
    let now = app.clock.now();
    let account = &staff.account;
    let name = checked_name(&body.name)?;
    let query = checked_query(&body.query, account)?;
    check_share(body.shared, account)?;
    key.once(&app.db, sha256, now, async |tx| {
        let own = count_own(tx, account.id).await?;
        if own >= MAX_OWN {
            return Err(Error::Conflict(message!(
                "最多保存 50 个筛选，请先删掉不用的。",
                "At most fifty filters: delete one first.",
                "필터는 최대 50개입니다. 먼저 하나를 삭제해 주세요."
            )));
        }
        let id = InboxFilterId(app.random.uuid(now));
        tx.sql(
            "INSERT INTO inbox_filters (id, owner, office, shared, name, query, position, version,
                                        created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)",
        )
        .bind(id)
        .bind(account.id)
        .bind(account.office.clone())
        .bind(body.shared)
        .bind(name)
        .bind(query)
        .bind(own)
        .bind(now)
        .run()
        .await?;
        Ok(FilterMade { id })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FilterChange {
    version: i64,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    shared: Option<Shared>,
    /// Where it stands among one's own, from 0.
    #[serde(default)]
    position: Option<i64>,
    /// Whether the inbox opens with it; anybody may say this of a filter they see.
    #[serde(default)]
    default: Option<bool>,
}

/// Change a kept filter
///
/// Only the owner may, but for `default`, which is everybody's own.
#[utoipa::path(
    patch, path = "/desk/filters/{id}", tag = "desk", params(("id" = InboxFilterId, Path)),
    request_body = FilterChange,
    responses(
        (status = OK, body = FilterView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Path(id): Path<Uuid>,
    Body { value: body, .. }: Body<FilterChange>,
) -> Result<Json<FilterView>> {
    let now = app.clock.now();
    let account = &staff.account;
    let mut kept = visible(&app.db, InboxFilterId(id), account).await?;
    let edits = body.name.is_some()
        || body.query.is_some()
        || body.shared.is_some()
        || body.position.is_some();
    if edits {
        check_owner(&kept, account)?;
    }
    if let Some(name) = &body.name {
        kept.name = checked_name(name)?;
    }
    if let Some(query) = &body.query {
        kept.query = checked_query(query, account)?;
    }
    if let Some(shared) = body.shared {
        check_share(shared, account)?;
        kept.shared = shared;
    }
    if let Some(position) = body.position {
        kept.position = position.clamp(0, MAX_OWN);
    }
    let mut tx = app.db.begin().await?;
    if edits {
        let saved = tx
            .sql(
                "UPDATE inbox_filters SET name = $3, query = $4, shared = $5, office = $6,
                        position = $7, updated_at = $8, version = version + 1
                 WHERE id = $1 AND version = $2",
            )
            .bind(kept.id)
            .bind(body.version)
            .bind(kept.name.clone())
            .bind(kept.query.clone())
            .bind(kept.shared)
            .bind(account.office.clone())
            .bind(kept.position)
            .bind(now)
            .run()
            .await?;
        if saved == 0 {
            return Err(Error::Conflict(message!(
                "这个筛选刚刚改过，请刷新后再试。",
                "The filter has just changed: reload it and try again.",
                "이 필터가 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
            )));
        }
        kept.version = body.version + 1;
    }
    if let Some(default) = body.default {
        set_default(&mut tx, account.id, Some(kept.id).filter(|_| default)).await?;
    }
    tx.commit().await?;
    let default = default_of(&app.db, account.id).await?;
    Ok(Json(FilterView::of(kept, account, default)))
}

/// Delete a kept filter
#[utoipa::path(
    delete, path = "/desk/filters/{id}", tag = "desk", params(("id" = InboxFilterId, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Path(id): Path<Uuid>,
) -> Result<StatusCode> {
    let account = &staff.account;
    let kept = visible(&app.db, InboxFilterId(id), account).await?;
    check_owner(&kept, account)?;
    let mut tx = app.db.begin().await?;
    tx.sql("DELETE FROM inbox_defaults WHERE filter_id = $1")
        .bind(kept.id)
        .run()
        .await?;
    tx.sql("DELETE FROM inbox_filters WHERE id = $1")
        .bind(kept.id)
        .run()
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check_owner(kept: &Kept, account: &Account) -> Result<()> {
    if kept.owner == account.id {
        Ok(())
    } else {
        Err(Error::Forbidden(message!(
            "只有建立的人能修改。",
            "Only its owner may change it.",
            "만든 사람만 수정할 수 있습니다."
        )))
    }
}

async fn visible(db: &Db, id: InboxFilterId, account: &Account) -> Result<Kept> {
    let kept: Option<Kept> = db
        .sql(
            "SELECT f.id, f.owner, f.office, f.shared, f.name, f.query, f.position, f.version,
                    a.name AS owner_name
             FROM inbox_filters f JOIN accounts a ON a.id = f.owner WHERE f.id = $1",
        )
        .bind(id)
        .optional()
        .await?;
    kept.filter(|kept| match kept.shared {
        _ if kept.owner == account.id => true,
        Shared::Own => false,
        Shared::Office => kept.office.is_some() && kept.office == account.office,
        Shared::Everybody => true,
    })
    .ok_or_else(|| {
        Error::NotFound(message!(
            "没有这个筛选。",
            "There is no such filter.",
            "해당 필터가 없습니다."
        ))
    })
}

async fn seen_by(db: &Db, account: &Account) -> Result<Vec<Kept>, DbError> {
    db.sql(
        "SELECT f.id, f.owner, f.office, f.shared, f.name, f.query, f.position, f.version,
                a.name AS owner_name
         FROM inbox_filters f JOIN accounts a ON a.id = f.owner
         WHERE f.owner = $1 OR (f.shared = 'office' AND f.office = $2) OR f.shared = 'everybody'
         ORDER BY CASE WHEN f.owner = $1 THEN 0 WHEN f.shared = 'office' THEN 1 ELSE 2 END,
                  f.position, f.id
         LIMIT 200",
    )
    .bind(account.id)
    .bind(account.office.clone())
    .all()
    .await
}

/// Holds the account's row, so that two requests cannot both be the fiftieth.
async fn count_own(tx: &mut Tx, owner: AccountId) -> Result<i64, DbError> {
    tx.sql("UPDATE accounts SET name = name WHERE id = $1")
        .bind(owner)
        .run()
        .await?;
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM inbox_filters WHERE owner = $1")
        .bind(owner)
        .one()
        .await?;
    Ok(count)
}

async fn default_of(db: &Db, account: AccountId) -> Result<Option<InboxFilterId>, DbError> {
    let row: Option<(InboxFilterId,)> = db
        .sql("SELECT filter_id FROM inbox_defaults WHERE account_id = $1")
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

async fn set_default(
    tx: &mut Tx,
    account: AccountId,
    filter: Option<InboxFilterId>,
) -> Result<(), DbError> {
    match filter {
        Some(filter) => tx
            .sql(
                "INSERT INTO inbox_defaults (account_id, filter_id) VALUES ($1, $2)
                 ON CONFLICT (account_id) DO UPDATE SET filter_id = excluded.filter_id",
            )
            .bind(account)
            .bind(filter)
            .run()
            .await
            .map(drop),
        None => tx
            .sql("DELETE FROM inbox_defaults WHERE account_id = $1")
            .bind(account)
            .run()
            .await
            .map(drop),
    }
}
