//! The office: the rounds that half-days are made from.

use super::MAX_ROOM;
use super::calendar::room_error;
use crate::app::App;
use crate::auth::{Arbiters, Planners, Staff};
use crate::district::pickups::{Half, Pickups, RoundDay};
use crate::message;
use crate::pickups::access;
use crate::pickups::plan::{pickups, templates};
use crate::pickups::store::{self, SetTemplate};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::Json as Body;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_templates))
        .routes(routes!(set_template))
}

/// A round as it holds now.
#[derive(Serialize, ToSchema)]
struct TemplateView {
    id: String,
    collector: String,
    zone: String,
    days: BTreeSet<RoundDay>,
    half: Half,
    items: u32,
    litres: u32,
    /// Give it back when editing; 0 while it is the pack's own.
    version: i64,
    /// Staff edited it.
    edited: bool,
}

#[derive(Serialize, ToSchema)]
struct Templates {
    items: Vec<TemplateView>,
}

/// Rounds
#[utoipa::path(
    get, path = "/desk/pickups/templates", tag = "desk",
    responses((status = OK, body = Templates))
)]
async fn list_templates(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
) -> Result<Json<Templates>> {
    let pickups = pickups(&app)?;
    let stored = store::templates(&app.db).await?;
    let items = templates(&app.db, pickups)
        .await?
        .into_iter()
        .filter(|template| access::may_see(&app, &staff.account, &template.collector))
        .map(|template| {
            let edited = stored.iter().find(|edited| edited.id == template.id);
            TemplateView {
                version: edited.map_or(0, |edited| edited.version),
                edited: edited.is_some(),
                id: template.id,
                collector: template.collector,
                zone: template.zone,
                days: template.days,
                half: template.half,
                items: template.items,
                litres: template.litres,
            }
        })
        .collect();
    Ok(Json(Templates { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetTemplateBody {
    collector: String,
    zone: String,
    /// None: the round no longer runs.
    days: BTreeSet<RoundDay>,
    half: Half,
    items: i64,
    litres: i64,
    /// As read; 0 for a new round or one of the pack's.
    version: i64,
}

/// Edit or add a round
///
/// What is booked stays booked: half-days that no longer fit show as `over` in the calendar.
#[utoipa::path(
    put, path = "/desk/pickups/templates/{id}", tag = "desk", request_body = SetTemplateBody,
    params(("id" = String, Path)),
    responses(
        (status = OK, body = TemplateView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Somebody else was faster"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_template(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<SetTemplateBody>,
) -> Result<Json<TemplateView>> {
    let pickups = pickups(&app)?;
    check_template(pickups, &id, &body)?;
    access::check(access::may_plan(&app, &staff.account, &body.collector))?;
    let all = templates(&app.db, pickups).await?;
    // Nobody takes a round away from another office.
    if let Some(known) = all.iter().find(|template| template.id == id) {
        access::check(access::may_plan(&app, &staff.account, &known.collector))?;
    }
    let words: Vec<String> = body
        .days
        .iter()
        .filter_map(|day| serde_json::to_value(day).ok()?.as_str().map(str::to_owned))
        .collect();
    let stored = SetTemplate {
        id: id.clone(),
        collector: body.collector.clone(),
        zone: body.zone.clone(),
        days: words.join(" "),
        half: body.half,
        items: body.items,
        litres: body.litres,
        version: body.version,
        updated_at: app.clock.now(),
    };
    let mut tx = app.db.begin().await?;
    if !store::save_template(&mut tx, &stored, staff.account.id).await? {
        return Err(Error::Conflict(message!(
            "别人刚刚改过这个班次，请刷新后再改。",
            "Somebody has just changed this round: reload it and try again.",
            "다른 사람이 방금 이 회차를 변경했습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    tx.commit().await?;
    tracing::info!(account = %staff.account.id, "Round {id} was edited");
    Ok(Json(TemplateView {
        id,
        collector: body.collector,
        zone: body.zone,
        days: body.days,
        half: body.half,
        items: u32::try_from(body.items).unwrap_or(0),
        litres: u32::try_from(body.litres).unwrap_or(0),
        version: body.version + 1,
        edited: true,
    }))
}

fn check_template(pickups: &Pickups, id: &str, body: &SetTemplateBody) -> Result<()> {
    let mut errors = Vec::new();
    let plain = id
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !(1..=60).contains(&id.len()) || !plain {
        errors.push((
            "id".to_owned(),
            message!(
                "代号用小写字母、数字和 -，最多 60 个。",
                "Lower-case letters, digits and -, at most 60.",
                "소문자·숫자·-만 60자 이내로 적어 주세요."
            ),
        ));
    }
    if pickups.collector(&body.collector).is_none() {
        errors.push(("collector".to_owned(), no_collector()));
    }
    if pickups.zone(&body.zone).is_none() {
        errors.push(("zone".to_owned(), no_zone()));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    for (field, value) in [("items", body.items), ("litres", body.litres)] {
        if !(0..=MAX_ROOM).contains(&value) {
            return Err(room_error(field));
        }
    }
    Ok(())
}

pub(super) fn no_collector() -> crate::shared::message::Message {
    message!(
        "没有这个收运单位。",
        "There is no such collector.",
        "이러한 수거 업체가 없습니다."
    )
}

pub(super) fn no_zone() -> crate::shared::message::Message {
    message!(
        "没有这个片区。",
        "There is no such zone.",
        "이러한 구역이 없습니다."
    )
}
