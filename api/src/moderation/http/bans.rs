//! Bans: for a time by one person, for good by two.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::words;
use crate::app::App;
use crate::auth::store as accounts;
use crate::auth::{CurrentUser, Moderators, Staff};
use crate::message;
use crate::moderation::decide::{entry, finish};
use crate::moderation::letters::{self, News};
use crate::moderation::model::{self, MAX_BAN_DAYS, UNCONFIRMED_FOR};
use crate::moderation::store;
use crate::moderation::view::{self, BanView};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::Json as Body;
use crate::shared::id::{AccountId, BanId, CaseId};
use crate::shared::screening::Ban;
use crate::shared::screening::model::Appeal;

/// Most bans in the list, the newest.
const LISTED: i64 = 200;

fn no_ban() -> Error {
    Error::NotFound(message!(
        "没有这条禁言记录。",
        "There is no such ban.",
        "해당 정지 기록이 없습니다."
    ))
}

/// Bans.
#[derive(Serialize, ToSchema)]
pub struct BanList {
    items: Vec<BanView>,
}

async fn list(app: &App, bans: Vec<Ban>, viewer: AccountId) -> Result<Json<BanList>> {
    let mut items = Vec::with_capacity(bans.len());
    for ban in &bans {
        items.push(view::ban_view(app, ban, viewer).await?);
    }
    Ok(Json(BanList { items }))
}

/// My own bans, with the reasons
#[utoipa::path(
    get, path = "/moderation/bans", tag = "moderation",
    responses((status = OK, body = BanList))
)]
pub async fn own_bans(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
) -> Result<Json<BanList>> {
    let bans = store::bans_of(&app.db, account.id).await?;
    list(&app, bans, account.id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealBan {
    /// 2 to 1,000 characters.
    text: String,
}

/// Appeal a ban, once
#[utoipa::path(
    post, path = "/moderation/bans/{id}/appeal", tag = "moderation", params(("id" = Uuid, Path)),
    request_body = AppealBan,
    responses(
        (status = OK, body = BanView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Over, or appealed before"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn appeal_ban(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<AppealBan>,
) -> Result<Json<BanView>> {
    let text = words("text", &body.text)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ban = store::ban_for_change(&mut tx, ban_id(&id)?).await?;
    let mut ban = ban
        .filter(|ban| ban.account == account.id)
        .ok_or_else(no_ban)?;
    let over = ban.lifted_at.is_some() || ban.until_at.is_some_and(|until| until <= now);
    if over || ban.appeal.is_some() {
        return Err(Error::Conflict(message!(
            "这次禁言已经结束，或者已经申诉过了。",
            "This ban is over, or has been appealed.",
            "이 정지는 끝났거나 이미 이의를 제기했습니다."
        )));
    }
    ban.appeal = Some(Appeal::Open);
    ban.appeal_text = Some(text);
    ban.appealed_at = Some(now);
    store::save_ban(&mut tx, &ban).await?;
    let who = account.id;
    let entry = entry(&app, who, "ban_appealed", ban.case_id, Some(who), json!({}));
    store::log(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Json(view::ban_view(&app, &ban, who).await?))
}

/// The newest bans, over or in force
#[utoipa::path(
    get, path = "/desk/moderation/bans", tag = "desk",
    responses((status = OK, body = BanList))
)]
pub async fn bans(State(app): State<Arc<App>>, staff: Staff<Moderators>) -> Result<Json<BanList>> {
    let bans = store::bans(&app.db, LISTED).await?;
    list(&app, bans, staff.account.id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBan {
    account: AccountId,
    /// The case it follows from.
    #[serde(default)]
    case_id: Option<CaseId>,
    /// 1 to 180; not given for a ban for good.
    #[serde(default)]
    days: Option<u32>,
    /// In force for 14 days until a second person confirms it.
    #[serde(default)]
    for_good: bool,
    /// For the account, 2 to 1,000 characters.
    reason: String,
}

/// Ban an account from publishing
///
/// Reports, pickups and the sorting look-up stay open to it.
#[utoipa::path(
    post, path = "/desk/moderation/bans", tag = "desk", request_body = NewBan,
    responses(
        (status = CREATED, body = BanView),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Staff, or oneself"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Banned already"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn ban(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Body { value: body, .. }: Body<NewBan>,
) -> Result<(StatusCode, Json<BanView>)> {
    let reason = words("reason", &body.reason)?;
    let span = match (body.for_good, body.days) {
        (true, None) => UNCONFIRMED_FOR,
        (false, Some(days)) if (1..=MAX_BAN_DAYS).contains(&days) => TimeDelta::days(days.into()),
        _ => {
            return Err(Error::field(
                "days",
                message!(
                    "请写 1 至 180 天，或者选永久。",
                    "Between 1 and 180 days, or for good.",
                    "1~180일 또는 영구를 선택해 주세요."
                ),
            ));
        }
    };
    let now = app.clock.now();
    let by = staff.account.id;
    let mut tx = app.db.begin().await?;
    let account = accounts::by_id_in(&mut tx, body.account).await?;
    let account = account.ok_or_else(|| {
        Error::NotFound(message!(
            "没有这个账号。",
            "There is no such account.",
            "해당 계정이 없습니다."
        ))
    })?;
    if account.role.is_staff() || account.id == by {
        return Err(Error::Forbidden(message!(
            "工作人员的账号由管理员停用，不在这里禁言。",
            "Staff accounts are disabled by the administrator, not banned here.",
            "직원 계정은 여기서 정지하지 않고 관리자가 비활성화합니다."
        )));
    }
    if crate::shared::screening::store::ban_in_force(&mut tx, account.id, now)
        .await?
        .is_some()
    {
        return Err(Error::Conflict(message!(
            "这个账号已经在禁言期内，请先解除。",
            "This account is banned already: lift that ban first.",
            "이미 정지된 계정입니다. 먼저 해제해 주세요."
        )));
    }
    let until = now + span;
    let ban = Ban {
        id: BanId(app.random.uuid(now)),
        account: account.id,
        case_id: body.case_id,
        reason,
        from_at: now,
        until_at: Some(until),
        for_good: body.for_good,
        made_by: by,
        confirmed_by: None,
        confirmed_at: None,
        lifted_by: None,
        lifted_at: None,
        appeal: None,
        appeal_text: None,
        appealed_at: None,
        appeal_decided_by: None,
        appeal_decided_at: None,
        appeal_note: None,
    };
    store::insert_ban(&mut tx, &ban).await?;
    let detail = json!({ "note": ban.reason, "until": until, "for_good": ban.for_good });
    let entry = entry(&app, by, "banned", ban.case_id, Some(account.id), detail);
    store::log(&mut tx, entry).await?;
    let end = app.pack.calendar().local_text(until);
    letters::tell(&app, &mut tx, account.id, News::Banned(&ban.reason, &end)).await?;
    finish(&app, tx).await?;
    Ok((
        StatusCode::CREATED,
        Json(view::ban_view(&app, &ban, by).await?),
    ))
}

/// Confirm a ban for good; never whoever asked for it
#[utoipa::path(
    post, path = "/desk/moderation/bans/{id}/confirm", tag = "desk", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = BanView),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The same person asked for it"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn confirm(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Path(id): Path<String>,
) -> Result<Json<BanView>> {
    let by = staff.account.id;
    let mut tx = app.db.begin().await?;
    let ban = store::ban_for_change(&mut tx, ban_id(&id)?).await?;
    let ban = model::confirmed(ban.ok_or_else(no_ban)?, by, app.clock.now())?;
    store::save_ban(&mut tx, &ban).await?;
    let entry = entry(
        &app,
        by,
        "ban_confirmed",
        ban.case_id,
        Some(ban.account),
        json!({}),
    );
    store::log(&mut tx, entry).await?;
    letters::tell(
        &app,
        &mut tx,
        ban.account,
        News::Banned(&ban.reason, "永久"),
    )
    .await?;
    finish(&app, tx).await?;
    Ok(Json(view::ban_view(&app, &ban, by).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftBan {
    /// 2 to 1,000 characters, for the log.
    reason: String,
}

/// Lift a ban before its end
#[utoipa::path(
    post, path = "/desk/moderation/bans/{id}/lift", tag = "desk", params(("id" = Uuid, Path)),
    request_body = LiftBan,
    responses(
        (status = OK, body = BanView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Over already"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn lift(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<LiftBan>,
) -> Result<Json<BanView>> {
    let reason = words("reason", &body.reason)?;
    let by = staff.account.id;
    let mut tx = app.db.begin().await?;
    let ban = store::ban_for_change(&mut tx, ban_id(&id)?).await?;
    let mut ban = ban.ok_or_else(no_ban)?;
    let now = app.clock.now();
    if ban.lifted_at.is_some() || ban.until_at.is_some_and(|until| until <= now) {
        return Err(over());
    }
    ban.lifted_by = Some(by);
    ban.lifted_at = Some(now);
    store::save_ban(&mut tx, &ban).await?;
    let detail = json!({ "note": reason });
    let entry = entry(
        &app,
        by,
        "ban_lifted",
        ban.case_id,
        Some(ban.account),
        detail,
    );
    store::log(&mut tx, entry).await?;
    letters::tell(&app, &mut tx, ban.account, News::BanLifted).await?;
    finish(&app, tx).await?;
    Ok(Json(view::ban_view(&app, &ban, by).await?))
}

fn over() -> Error {
    Error::Conflict(message!(
        "这条禁言已经结束了。",
        "This ban is over.",
        "이미 끝난 정지입니다."
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideBanAppeal {
    /// The ban is lifted.
    overturn: bool,
    /// For the account, 2 to 1,000 characters.
    note: String,
}

/// Decide the appeal of a ban; never whoever made or confirmed it
#[utoipa::path(
    post, path = "/desk/moderation/bans/{id}/decide-appeal", tag = "desk",
    params(("id" = Uuid, Path)), request_body = DecideBanAppeal,
    responses(
        (status = OK, body = BanView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn decide_ban_appeal(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<DecideBanAppeal>,
) -> Result<Json<BanView>> {
    let note = words("note", &body.note)?;
    let by = staff.account.id;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ban = store::ban_for_change(&mut tx, ban_id(&id)?).await?;
    let mut ban = ban.ok_or_else(no_ban)?;
    if ban.appeal != Some(Appeal::Open) || ban.lifted_at.is_some() {
        return Err(over());
    }
    if ban.made_by == by || ban.confirmed_by == Some(by) {
        return Err(Error::Forbidden(message!(
            "申诉要由另一位审核员决定。",
            "An appeal is decided by somebody else.",
            "이의 제기는 다른 심사 담당자가 결정합니다."
        )));
    }
    ban.appeal_decided_by = Some(by);
    ban.appeal_decided_at = Some(now);
    ban.appeal_note = Some(note.clone());
    let (action, news) = if body.overturn {
        ban.appeal = Some(Appeal::Overturned);
        ban.lifted_by = Some(by);
        ban.lifted_at = Some(now);
        ("ban_overturned", News::AppealOverturned(&note))
    } else {
        ban.appeal = Some(Appeal::Upheld);
        ("ban_upheld", News::AppealUpheld(&note))
    };
    store::save_ban(&mut tx, &ban).await?;
    let detail = json!({ "note": note });
    let entry = entry(&app, by, action, ban.case_id, Some(ban.account), detail);
    store::log(&mut tx, entry).await?;
    letters::tell(&app, &mut tx, ban.account, news).await?;
    finish(&app, tx).await?;
    Ok(Json(view::ban_view(&app, &ban, by).await?))
}

fn ban_id(text: &str) -> Result<BanId> {
    Uuid::try_parse(text).map(BanId).map_err(|_| no_ban())
}
