//! The district as a client needs it to draw a map and ask the right questions.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::Named;
use crate::district::{Category, Lang, Shape, Township};
use crate::shared::extract::Language;
use crate::shared::geo::Point;

/// Where map tiles come from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tiles {
    /// With `{z}`, `{x}` and `{y}`.
    pub url: String,
    pub attribution: String,
}

#[derive(Serialize, ToSchema)]
pub struct DistrictView {
    id: String,
    name: String,
    /// West, south, east, north in WGS-84 degrees.
    bbox: [f64; 4],
    /// GeoJSON geometry (RFC 7946), WGS-84.
    #[schema(value_type = Object)]
    outline: serde_json::Value,
    /// 审图号, which a published map in China needs; null while the pack has none.
    approval_number: Option<String>,
    /// Within this distance of the border the neighbour is told too, in metres.
    border_margin_m: f64,
    /// Null: the outline and places are drawn without tiles.
    tiles: Option<Tiles>,
    /// Everything here is invented, made by `wufei demo`.
    demo: bool,
    townships: Vec<TownshipView>,
    offices: Vec<Named>,
    /// Districts that share the border.
    neighbours: Vec<NeighbourView>,
    categories: Vec<ReportCategory>,
}

#[derive(Serialize, ToSchema)]
struct TownshipView {
    code: String,
    name: String,
    /// `subdistrict` (街道) or `town` (镇).
    kind: String,
    /// `approximate` or `surveyed`: of the area.
    accuracy: String,
    seat: Option<Point>,
    /// GeoJSON geometry, WGS-84; null where none is known.
    #[schema(value_type = Option<Object>)]
    area: Option<serde_json::Value>,
    communities: Vec<CommunityView>,
}

#[derive(Serialize, ToSchema)]
struct CommunityView {
    code: String,
    name: String,
    /// `community` (社区) or `village` (村).
    kind: String,
}

#[derive(Serialize, ToSchema)]
struct NeighbourView {
    /// Six digits, as in GB/T 2260.
    code: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
struct ReportCategory {
    id: String,
    name: String,
    /// What a resident would say.
    words: String,
    icon: String,
    urgent: bool,
    /// Clause of the district's plan.
    clause: String,
    deadline_hours: u32,
    /// The deadline runs day and night, not in working hours.
    around_the_clock: bool,
    questions: Vec<QuestionView>,
}

#[derive(Serialize, ToSchema)]
struct QuestionView {
    id: String,
    text: String,
    options: Vec<Named>,
}

/// The district
///
/// Offices, townships with their communities and villages, report categories with their questions.
#[utoipa::path(
    get, path = "/district", tag = "district",
    responses((status = OK, body = DistrictView))
)]
pub(super) async fn district(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> ([(HeaderName, HeaderValue); 2], Json<DistrictView>) {
    let pack = &app.pack;
    let bbox = pack.bbox();
    let view = DistrictView {
        id: pack.id.clone(),
        name: pack.name.get(lang).to_owned(),
        bbox: [bbox.west, bbox.south, bbox.east, bbox.north],
        outline: pack.outline().to_geojson(),
        approval_number: pack.map_approval_number.clone(),
        border_margin_m: pack.border_margin_m(),
        tiles: app.tiles.clone(),
        demo: app.demo,
        townships: pack.townships().iter().map(|t| township(t, lang)).collect(),
        offices: pack
            .offices()
            .iter()
            .filter(|office| office.receives_reports)
            .map(|office| Named {
                id: office.id.clone(),
                name: office.name.get(lang).to_owned(),
            })
            .collect(),
        neighbours: pack
            .neighbours()
            .iter()
            .map(|neighbour| NeighbourView {
                code: neighbour.code.clone(),
                name: neighbour.name.get(lang).to_owned(),
            })
            .collect(),
        categories: pack
            .categories()
            .iter()
            .map(|c| category(c, lang))
            .collect(),
    };
    (
        [
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=300"),
            ),
            (header::VARY, HeaderValue::from_static("Accept-Language")),
        ],
        Json(view),
    )
}

fn township(township: &Township, lang: Lang) -> TownshipView {
    TownshipView {
        code: township.code.clone(),
        name: township.name.get(lang).to_owned(),
        kind: township.kind.as_str().to_owned(),
        accuracy: township.accuracy.as_str().to_owned(),
        seat: township.seat,
        area: township.area.as_ref().map(Shape::to_geojson),
        communities: township
            .communities
            .iter()
            .map(|community| CommunityView {
                code: community.code.clone(),
                name: community.name.get(lang).to_owned(),
                kind: community.kind.as_str().to_owned(),
            })
            .collect(),
    }
}

fn category(category: &Category, lang: Lang) -> ReportCategory {
    ReportCategory {
        id: category.id.clone(),
        name: category.name.get(lang).to_owned(),
        words: category.words.get(lang).to_owned(),
        icon: category.icon.clone(),
        urgent: category.urgent,
        clause: category.clause.clone(),
        deadline_hours: category.deadline_hours,
        around_the_clock: category.around_the_clock,
        questions: category
            .questions
            .iter()
            .map(|question| QuestionView {
                id: question.id.clone(),
                text: question.text.get(lang).to_owned(),
                options: question
                    .options
                    .iter()
                    .map(|option| Named {
                        id: option.id.clone(),
                        name: option.text.get(lang).to_owned(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
