//! Hotspots and what is proposed against them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as AppState};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::figures::{SHARED, kept_to};
use crate::app::{App, NO_STORE};
use crate::auth::{Account, Arbiters, Coordinators, Named, Planners, Staff, store as accounts};
use crate::district::Lang;
use crate::figures::answer::{self, By};
use crate::figures::count::catch_up;
use crate::figures::fact;
use crate::figures::hotspots::{self, Grid, Measure, Proposal, ProposalStep, Spot, State};
use crate::figures::window::Window;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::ProposalId;
use crate::shared::idempotency::{IdempotencyKey, Turn};

/// Cells of an answer.
const MAX_SPOTS: usize = 500;
const TOP: usize = 3;
const REASON: std::ops::RangeInclusive<usize> = 4..=500;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(of_staff))
        .routes(routes!(of_public))
        .routes(routes!(list, propose))
        .routes(routes!(decide))
        .routes(routes!(done))
}

#[derive(Deserialize, IntoParams)]
struct SpotsQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    /// 8 (about 500 m, default) or 9 (about 200 m).
    resolution: Option<u8>,
}

#[derive(Serialize, ToSchema)]
struct HotspotMonth {
    /// `2026-11`
    month: String,
    cases: i64,
}

#[derive(Serialize, ToSchema)]
struct HotspotCategory {
    #[serde(flatten)]
    category: Named,
    cases: i64,
}

/// A cell with what happened in it.
#[derive(Serialize, ToSchema)]
struct Hotspot {
    /// H3 index.
    cell: String,
    /// Its township, the neighbour across the border, or else its coordinates, in words.
    place: String,
    /// Its middle, WGS-84.
    lng: f64,
    lat: f64,
    /// `[lng, lat]`, closed.
    ring: Vec<[f64; 2]>,
    cases: i64,
    /// Of those, on a spot where another had been closed within 60 days before.
    recurred: i64,
    months: Vec<HotspotMonth>,
    /// The three that occur most.
    categories: Vec<HotspotCategory>,
}

#[derive(Serialize, ToSchema)]
struct Hotspots {
    #[serde(flatten)]
    window: Window,
    resolution: u8,
    /// The worst first, at most 500: for staff by recurrence, then cases; in public by cases.
    items: Vec<Hotspot>,
}

fn view(app: &App, spot: Spot, lang: Lang) -> Option<Hotspot> {
    let middle = fact::middle(&spot.cell)?;
    let mut categories: Vec<(String, i64)> = spot.categories.into_iter().collect();
    categories.sort_by_key(|(_, cases)| -cases);
    categories.truncate(TOP);
    Some(Hotspot {
        lng: middle.lng(),
        lat: middle.lat(),
        place: hotspots::place_name(&app.pack, middle, lang),
        ring: hotspots::ring(&spot.cell),
        cell: spot.cell,
        cases: spot.cases,
        recurred: spot.recurred,
        months: spot
            .months
            .into_iter()
            .map(|(month, cases)| HotspotMonth { month, cases })
            .collect(),
        categories: categories
            .into_iter()
            .map(|(id, cases)| HotspotCategory {
                category: Named {
                    name: answer::name(app, By::Category, &id, lang),
                    id,
                },
                cases,
            })
            .collect(),
    })
}

/// Hotspots
///
/// H3 cells of the reports received in a time (merged ones not counted); handlers see their own
/// office's.
#[utoipa::path(
    get, path = "/desk/hotspots", tag = "figures", params(SpotsQuery),
    responses(
        (status = OK, body = Hotspots),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn of_staff(
    AppState(app): AppState<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<SpotsQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Hotspots>)> {
    let resolution = query.resolution.unwrap_or(8);
    hotspots::resolution(resolution)?;
    let today = app.pack.calendar().local_date(app.clock.now());
    let window = Window::for_staff(query.from, query.to, today)?;
    catch_up(&app).await?;
    let grid = if resolution == 8 {
        Grid::Eight
    } else {
        Grid::Nine
    };
    let mut spots = hotspots::spots(&app.db, window, grid, kept_to(&staff.account)).await?;
    spots.truncate(MAX_SPOTS);
    let items = spots.into_iter().filter_map(|spot| view(&app, spot, lang));
    Ok((
        [NO_STORE],
        Json(Hotspots {
            window,
            resolution,
            items: items.collect(),
        }),
    ))
}

#[derive(Deserialize, IntoParams)]
struct PublicSpotsQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// Public hotspots
///
/// Cells of about 2.5 km around the places that the public sees, over the last twelve whole months or a
/// year that is over. Cells with few cases are left out, and no sum is given; months and categories
/// show where they have enough cases themselves.
#[utoipa::path(
    get, path = "/figures/hotspots", tag = "figures", params(PublicSpotsQuery),
    responses(
        (status = OK, body = Hotspots),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn of_public(
    AppState(app): AppState<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<PublicSpotsQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Hotspots>)> {
    let today = app.pack.calendar().local_date(app.clock.now());
    let window = Window::for_public(query.from, query.to, today)?;
    catch_up(&app).await?;
    let few = app.pack.figures().small_count;
    let spots = hotspots::spots(&app.db, window, Grid::Public, None).await?;
    let items = in_public(spots, few).into_iter();
    let items = items.filter_map(|spot| view(&app, spot, lang)).collect();
    Ok((
        [SHARED],
        Json(Hotspots {
            window,
            resolution: 7,
            items,
        }),
    ))
}

/// The cells that have enough, by what is shown of them: the order by recurrence would tell where
/// some is hidden.
fn in_public(spots: Vec<Spot>, few: i64) -> Vec<Spot> {
    let mut shown: Vec<Spot> = spots
        .into_iter()
        .filter(|spot| spot.cases >= few)
        .map(|spot| without_few(spot, few))
        .collect();
    shown.sort_by_key(|spot| -spot.cases);
    shown.truncate(MAX_SPOTS);
    shown
}

/// Parts of a cell are shown all or none: the rest could be subtracted from its sum.
fn without_few(mut spot: Spot, few: i64) -> Spot {
    for parts in [&mut spot.months, &mut spot.categories] {
        if parts.values().any(|cases| *cases < few) {
            parts.clear();
        }
    }
    if spot.recurred < few {
        spot.recurred = 0;
    }
    spot
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProposal {
    /// H3 index of resolution 8 or 9.
    cell: String,
    kind: Measure,
    /// 4 to 500 characters.
    reason: String,
}

/// A step of a proposal.
#[derive(Serialize, Deserialize, ToSchema)]
struct ProposalStepView {
    state: State,
    note: Option<String>,
    at: DateTime<Utc>,
    by: String,
}

/// What a measure did.
#[derive(Serialize, Deserialize, ToSchema)]
struct ProposalEffect {
    /// Reports in the cell on the days before and after.
    before: i64,
    after: i64,
    days: i64,
    /// Whether the days after are over.
    complete: bool,
}

/// A proposal with its steps.
#[derive(Serialize, Deserialize, ToSchema)]
struct ProposalView {
    id: ProposalId,
    cell: String,
    /// As a hotspot's.
    // An answer that was kept for a repetition before there was one.
    #[serde(default)]
    #[schema(required = true)]
    place: String,
    lng: f64,
    lat: f64,
    kind: Measure,
    reason: String,
    state: State,
    office: Option<Named>,
    version: i64,
    created_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    steps: Vec<ProposalStepView>,
    /// Once it is done.
    effect: Option<ProposalEffect>,
}

async fn proposal_view(app: &App, proposal: Proposal, lang: Lang) -> Result<ProposalView> {
    let middle = fact::middle(&proposal.cell)
        .ok_or_else(|| Error::internal("a stored cell has a middle"))?;
    let mut steps = Vec::new();
    for step in hotspots::steps(&app.db, proposal.id).await? {
        let by = accounts::by_id(&app.db, step.account_id).await?;
        steps.push(ProposalStepView {
            state: step.state,
            note: step.note,
            at: step.at,
            by: by.map_or_else(String::new, |account| account.name),
        });
    }
    let days = app.pack.figures().effect.num_days();
    let calendar = app.pack.calendar();
    let effect = match proposal.done_at {
        Some(at) => {
            let done = calendar.local_date(at);
            let span = u64::try_from(days).unwrap_or_default();
            let around = hotspots::around(&app.db, &proposal.cell, done, span).await?;
            Some(ProposalEffect {
                before: around.before,
                after: around.after,
                days,
                complete: (calendar.local_date(app.clock.now()) - done).num_days() > days,
            })
        }
        None => None,
    };
    Ok(ProposalView {
        id: proposal.id,
        lng: middle.lng(),
        lat: middle.lat(),
        place: hotspots::place_name(&app.pack, middle, lang),
        cell: proposal.cell,
        kind: proposal.kind,
        reason: proposal.reason,
        state: proposal.state,
        office: proposal.office.map(|id| Named {
            name: answer::name(app, By::Office, &id, lang),
            id,
        }),
        version: proposal.version,
        created_at: proposal.created_at,
        done_at: proposal.done_at,
        steps,
        effect,
    })
}

#[derive(Deserialize, IntoParams)]
struct ProposalsQuery {
    /// `proposed`, `accepted`, `declined` or `done`.
    state: Option<String>,
}

/// Proposals, newest first.
#[derive(Serialize, ToSchema)]
struct Proposals {
    items: Vec<ProposalView>,
}

/// Proposals against hotspots
///
/// With what each did: reports in the cell on the 60 days before and after it was done.
#[utoipa::path(
    get, path = "/desk/hotspots/proposals", tag = "figures", params(ProposalsQuery),
    responses(
        (status = OK, body = Proposals),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    AppState(app): AppState<Arc<App>>,
    _: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<ProposalsQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Proposals>)> {
    let state = query.state.as_deref().map(parse_state).transpose()?;
    catch_up(&app).await?;
    let mut items = Vec::new();
    for proposal in hotspots::proposals(&app.db, state).await? {
        items.push(proposal_view(&app, proposal, lang).await?);
    }
    Ok(([NO_STORE], Json(Proposals { items })))
}

fn parse_state(text: &str) -> Result<State> {
    let found = State::ALL.iter().find(|state| state.as_str() == text);
    found.copied().ok_or_else(|| {
        Error::field(
            "state",
            message!(
                "状态须为 proposed、accepted、declined 或 done。",
                "One of proposed, accepted, declined, done.",
                "proposed, accepted, declined, done 중 하나여야 합니다."
            ),
        )
    })
}

/// Text of a length.
fn words(field: &str, text: &str) -> Result<String> {
    let text = crate::reports::tidy(text);
    if REASON.contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(Error::field(
        field,
        message!(
            "请写 4 至 500 字。",
            "4 to 500 characters.",
            "4~500자로 적어 주세요."
        ),
    ))
}

/// Propose something against a hotspot
#[utoipa::path(
    post, path = "/desk/hotspots/proposals", tag = "figures", request_body = NewProposal,
    responses(
        (status = CREATED, body = ProposalView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn propose(
    AppState(app): AppState<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<NewProposal>,
) -> Result<(StatusCode, Json<ProposalView>)> {
    let now = app.clock.now();
    let proposal = Proposal {
        id: ProposalId(app.random.uuid(now)),
        cell: hotspots::check_cell(&app, &body.cell)?,
        kind: body.kind,
        reason: words("reason", &body.reason)?,
        state: State::Proposed,
        office: staff.account.office.clone(),
        version: 1,
        done_at: None,
        created_at: now,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, made) = key.claim::<ProposalId>(&mut tx, sha256, now).await? {
        drop(tx);
        let mut tx = app.db.begin().await?;
        let made = hotspots::by_id(&mut tx, made).await?;
        drop(tx);
        let made = made.ok_or_else(|| Error::internal("a proposal that was made is there"))?;
        return Ok((status, Json(proposal_view(&app, made, lang).await?)));
    }
    hotspots::insert(&mut tx, &proposal).await?;
    let step = ProposalStep {
        state: State::Proposed,
        note: None,
        at: now,
        account_id: staff.account.id,
    };
    hotspots::append(&mut tx, proposal.id, &step).await?;
    key.remember(&mut tx, StatusCode::CREATED, &proposal.id)
        .await?;
    tx.commit().await?;
    Ok((
        StatusCode::CREATED,
        Json(proposal_view(&app, proposal, lang).await?),
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecideProposal {
    accept: bool,
    /// 4 to 500 characters.
    note: String,
    version: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DoneProposal {
    /// What was done; 4 to 500 characters.
    note: String,
    version: i64,
}

async fn step(
    app: &App,
    account: &Account,
    id: ProposalId,
    to: State,
    note: String,
    version: i64,
    lang: Lang,
) -> Result<ProposalView> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(mut proposal) = hotspots::by_id(&mut tx, id).await? else {
        return Err(Error::NotFound(message!(
            "没有这项建议。",
            "There is no such proposal.",
            "이러한 제안이 없습니다."
        )));
    };
    proposal.state = proposal.step(to, account)?;
    proposal.done_at = (to == State::Done).then_some(now);
    if proposal.version != version || !hotspots::save(&mut tx, &proposal).await? {
        return Err(Error::Conflict(message!(
            "这项建议刚刚有了变化，请刷新后再办理。",
            "The proposal has just changed: reload it and try again.",
            "제안이 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    proposal.version += 1;
    let step = ProposalStep {
        state: to,
        note: Some(note),
        at: now,
        account_id: account.id,
    };
    hotspots::append(&mut tx, id, &step).await?;
    tx.commit().await?;
    proposal_view(app, proposal, lang).await
}

fn proposal_id(text: &str) -> Result<ProposalId> {
    uuid::Uuid::parse_str(text).map(ProposalId).map_err(|_| {
        Error::NotFound(message!(
            "没有这项建议。",
            "There is no such proposal.",
            "이러한 제안이 없습니다."
        ))
    })
}

/// Accept or decline a proposal
#[utoipa::path(
    post, path = "/desk/hotspots/proposals/{id}/decide", tag = "figures",
    request_body = DecideProposal, params(("id" = String, Path)),
    responses(
        (status = OK, body = ProposalView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn decide(
    AppState(app): AppState<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<DecideProposal>,
) -> Result<Json<ProposalView>> {
    let to = if body.accept {
        State::Accepted
    } else {
        State::Declined
    };
    let note = words("note", &body.note)?;
    let id = proposal_id(&id)?;
    Ok(Json(
        step(&app, &staff.account, id, to, note, body.version, lang).await?,
    ))
}

/// Say that a proposal is carried out
///
/// By the office that proposed it, or a coordinator; its effect is measured from then on.
#[utoipa::path(
    post, path = "/desk/hotspots/proposals/{id}/done", tag = "figures",
    request_body = DoneProposal, params(("id" = String, Path)),
    responses(
        (status = OK, body = ProposalView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn done(
    AppState(app): AppState<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<DoneProposal>,
) -> Result<Json<ProposalView>> {
    let note = words("note", &body.note)?;
    let id = proposal_id(&id)?;
    Ok(Json(
        step(
            &app,
            &staff.account,
            id,
            State::Done,
            note,
            body.version,
            lang,
        )
        .await?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_in_public_does_not_tell_where_recurrence_is_hidden() {
        let spot = |cell: &str, cases, recurred| Spot {
            cell: cell.to_owned(),
            cases,
            recurred,
            ..Spot::default()
        };
        let shown = in_public(vec![spot("a", 6, 4), spot("b", 9, 0), spot("c", 4, 4)], 5);
        let told: Vec<_> = shown
            .iter()
            .map(|s| (s.cell.as_str(), s.cases, s.recurred))
            .collect();
        assert_eq!(told, [("b", 9, 0), ("a", 6, 0)]);
    }
}
