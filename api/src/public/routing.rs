//! Who answers for a kind of waste at a place, asked beforehand.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::message;
use crate::reports::view::RoutingView;
use crate::reports::{point, route};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};
use crate::shared::geo::Datum;

#[derive(Deserialize, IntoParams)]
pub(super) struct RoutingQuery {
    category: String,
    lng: f64,
    lat: f64,
    #[serde(default)]
    datum: Datum,
    /// The township the resident confirms; it wins over the map.
    township: Option<String>,
    /// The community or village the resident picks; it wins over the map.
    community: Option<String>,
    /// Answers to the category's questions, `leaking:yes,vehicle_present:no`.
    answers: Option<String>,
}

/// Who answers for it?
///
/// The office that leads, those that assist and those told at once, with the clause and the reasons.
/// Filing a report with the same values decides the same.
#[utoipa::path(
    get, path = "/routing", tag = "district", params(RoutingQuery),
    responses(
        (status = OK, body = RoutingView),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn routing(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<RoutingQuery>,
) -> Result<Json<RoutingView>> {
    let decision = route(
        &app,
        &query.category,
        point(query.lng, query.lat, query.datum)?,
        query.township.as_deref(),
        query.community.as_deref(),
        &answers(query.answers.as_deref().unwrap_or_default())?,
        app.clock.now(),
    )?;
    Ok(Json(RoutingView::of(&decision, lang)))
}

fn answers(text: &str) -> Result<BTreeMap<String, String>> {
    text.split(',')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            pair.split_once(':')
                .map(|(question, answer)| (question.trim().into(), answer.trim().into()))
                .ok_or_else(|| {
                    Error::field(
                        "answers",
                        message!(
                            "回答须写成 问题:选项，用逗号分隔。",
                            "Write answers as question:option between commas.",
                            "답변은 질문:선택 형식으로 쉼표로 구분해 주세요."
                        ),
                    )
                })
        })
        .collect()
}
