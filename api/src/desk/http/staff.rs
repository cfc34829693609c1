//! Staff accounts, and one's own password.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::{App, NO_STORE};
use crate::auth::{
    self, Account, Administrators, Everyone, Named, NewAccount, Role, Staff, check_new_password,
    create_account, store, validate,
};
use crate::district::{Lang, Pack};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::AccountId;
use crate::shared::rate_limit;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change))
        .routes(routes!(password))
}

/// A member of staff. Handlers are shown names only.
#[derive(Serialize, ToSchema)]
struct StaffView {
    id: AccountId,
    name: String,
    role: Role,
    role_name: String,
    office: Option<Named>,
    /// Null for those who do not manage accounts, like everything below.
    username: Option<String>,
    email: Option<String>,
    disabled: bool,
    created_at: Option<DateTime<Utc>>,
}

impl StaffView {
    fn of(account: Account, pack: &Pack, whole: bool, lang: Lang) -> Self {
        let office = account.office.map(|id| Named {
            name: pack
                .office(&id)
                .map_or(id.as_str(), |office| office.name.get(lang))
                .to_owned(),
            id,
        });
        Self {
            id: account.id,
            name: account.name,
            role: account.role,
            role_name: account.role.name().get(lang).to_owned(),
            office,
            username: whole.then_some(account.username),
            email: account.email.filter(|_| whole),
            disabled: account.disabled,
            created_at: whole.then_some(account.created_at),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct StaffList {
    items: Vec<StaffView>,
}

#[derive(Deserialize, IntoParams)]
struct StaffQuery {
    office: Option<String>,
}

/// Members of staff
///
/// Handlers see the colleagues of their own office.
#[utoipa::path(
    get, path = "/desk/staff", tag = "desk", params(StaffQuery),
    responses(
        (status = OK, body = StaffList),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Language(lang): Language,
    Query(query): Query<StaffQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<StaffList>)> {
    let whole = staff.account.role == Role::Administrator;
    let office = match staff.account.role {
        Role::Handler => staff.account.office.clone(),
        _ => query.office,
    };
    let items = store::staff(&app.db, office.as_deref())
        .await?
        .into_iter()
        .filter(|account| whole || !account.disabled)
        .map(|account| StaffView::of(account, &app.pack, whole, lang))
        .collect();
    Ok(([NO_STORE], Json(StaffList { items })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStaff {
    username: String,
    name: String,
    role: Role,
    /// Handlers need one.
    #[serde(default)]
    office: Option<String>,
    /// Letters about new cases go here.
    #[serde(default)]
    email: Option<String>,
    /// At least 10 characters.
    password: String,
}

/// Add a member of staff
#[utoipa::path(
    post, path = "/desk/staff", tag = "desk", request_body = NewStaff,
    responses(
        (status = CREATED, body = StaffView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add(
    State(app): State<Arc<App>>,
    staff: Staff<Administrators>,
    Language(lang): Language,
    Body { value: body, .. }: Body<NewStaff>,
) -> Result<(StatusCode, Json<StaffView>)> {
    check_staff_role(body.role)?;
    let new = validate(
        &app.pack,
        NewAccount {
            username: body.username,
            name: body.name,
            role: body.role,
            office: body.office,
            email: body.email,
            password: body.password,
        },
    )?;
    let hash = new.hash_password(&app).await?;
    let mut tx = app.db.begin().await?;
    let account = create_account(&app, &mut tx, new, hash).await?;
    tx.commit().await?;
    tracing::info!(account = %account.id, by = %staff.account.id, "Member of staff added");
    Ok((
        StatusCode::CREATED,
        Json(StaffView::of(account, &app.pack, true, lang)),
    ))
}

fn check_staff_role(role: Role) -> Result<()> {
    if role.is_staff() {
        return Ok(());
    }
    Err(Error::field(
        "role",
        message!(
            "请选择工作人员的身份。",
            "Choose a role of staff.",
            "직원 역할을 선택해 주세요."
        ),
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeStaff {
    name: Option<String>,
    role: Option<Role>,
    office: Option<String>,
    email: Option<String>,
    /// Signs the person out everywhere and keeps them out.
    disabled: Option<bool>,
    /// A new password; signs the person out everywhere.
    password: Option<String>,
}

/// Change a member of staff
///
/// What is absent stays; an empty `office` or `email` is removed. The last administrator can be
/// neither disabled nor given another role.
#[utoipa::path(
    patch, path = "/desk/staff/{id}", tag = "desk", params(("id" = Uuid, Path)),
    request_body = ChangeStaff,
    responses(
        (status = OK, body = StaffView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    staff: Staff<Administrators>,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<ChangeStaff>,
) -> Result<Json<StaffView>> {
    let no_account = || {
        Error::NotFound(message!(
            "没有这个账号。",
            "There is no such account.",
            "이 계정이 없습니다."
        ))
    };
    let id = Uuid::try_parse(&id).map_err(|_| no_account())?;
    let account = store::by_id(&app.db, AccountId(id)).await?;
    let account = account
        .filter(|account| account.role.is_staff())
        .ok_or_else(no_account)?;
    let role = body.role.unwrap_or(account.role);
    check_staff_role(role)?;
    let tidied = validate(
        &app.pack,
        NewAccount {
            username: account.username.clone(),
            name: body.name.unwrap_or_else(|| account.name.clone()),
            role,
            office: body.office.or_else(|| account.office.clone()),
            email: body.email.or_else(|| account.email.clone()),
            password: body.password.clone().unwrap_or_default(),
        },
    )?;
    let hash = match body.password {
        Some(_) => Some(tidied.hash_password(&app).await?),
        None => None,
    };
    let was_administrator = account.role == Role::Administrator && !account.disabled;
    let signs_out = hash.is_some() || body.disabled == Some(true) || role != account.role;
    let changed = Account {
        name: tidied.name,
        role,
        office: tidied.office,
        email: tidied.email,
        disabled: body.disabled.unwrap_or(account.disabled),
        password_hash: hash.unwrap_or(account.password_hash.clone()),
        ..account
    };
    let mut tx = app.db.begin().await?;
    store::update(&mut tx, &changed, app.clock.now()).await?;
    if signs_out {
        store::delete_sessions_of(&mut tx, changed.id, None).await?;
    }
    if was_administrator && store::count_role(&mut tx, Role::Administrator).await? == 0 {
        return Err(Error::Conflict(message!(
            "这是最后一位管理员，不能停用或改身份。",
            "This is the last administrator.",
            "마지막 관리자이므로 변경할 수 없습니다."
        )));
    }
    tx.commit().await?;
    tracing::info!(account = %changed.id, by = %staff.account.id, "Member of staff changed");
    Ok(Json(StaffView::of(changed, &app.pack, true, lang)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    current: String,
    /// At least 10 characters.
    new: String,
}

/// Change one's own password
///
/// Every other session of the account is signed out.
#[utoipa::path(
    post, path = "/desk/password", tag = "desk", request_body = ChangePassword,
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn password(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    headers: HeaderMap,
    Body { value: body, .. }: Body<ChangePassword>,
) -> Result<StatusCode> {
    let mut account = staff.account;
    app.limiter
        .take(rate_limit::SIGN_INS_BY_ACCOUNT, &account.username)
        .await?;
    check_new_password("new", &body.new, &account.username)?;
    let hash = Some(account.password_hash.clone());
    if body.current.len() > 1024 || !app.passwords.verify(body.current, hash).await? {
        return Err(Error::field(
            "current",
            message!(
                "现在的密码不对。",
                "The current password is wrong.",
                "현재 비밀번호가 틀립니다."
            ),
        ));
    }
    account.password_hash = app.passwords.hash(body.new).await?;
    let mut tx = app.db.begin().await?;
    store::update(&mut tx, &account, app.clock.now()).await?;
    store::delete_sessions_of(
        &mut tx,
        account.id,
        auth::session_of(&headers).as_ref().map(|h| &h[..]),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
