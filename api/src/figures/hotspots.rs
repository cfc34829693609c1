//! Where reports come back: H3 cells over time, and what was proposed against them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use h3o::{CellIndex, Resolution};

use super::fact;
use super::window::Window;
use crate::app::App;
use crate::auth::{Account, Role};
use crate::db::{Db, DbError, Tx};
use crate::district::{Border, Lang, Pack};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::Point;
use crate::shared::id::{AccountId, ProposalId};
use crate::text_enum;

/// What people call the ground around a cell's middle: its township, or the neighbour across the
/// border; its coordinates to about 100 metres where the pack knows neither.
pub fn place_name(pack: &Pack, middle: Point, lang: Lang) -> String {
    let place = pack.locate(middle);
    let township = place.township.map(|township| &township.name);
    let neighbour = place.neighbour.map(|neighbour| &neighbour.name);
    let name = if place.border == Border::Outside {
        neighbour.or(township)
    } else {
        township.or(neighbour)
    };
    if let Some(name) = name {
        return name.get(lang).to_owned();
    }
    let (lat, lng) = (middle.lat(), middle.lng());
    message!(
        "北纬 {lat:.3}°、东经 {lng:.3}°",
        "{lat:.3}° N, {lng:.3}° E",
        "북위 {lat:.3}°, 동경 {lng:.3}°"
    )
    .get(lang)
    .to_owned()
}

text_enum! {
    /// What may help against a hotspot.
    #[schema(as = HotspotMeasure)]
    Measure {
        Camera = "camera",
        Sign = "sign",
        CollectionPoint = "collection_point",
        Lighting = "lighting",
        Patrol = "patrol",
    }
}

text_enum! {
    /// Where a proposal stands.
    #[schema(as = ProposalState)]
    State {
        Proposed = "proposed",
        Accepted = "accepted",
        Declined = "declined",
        Done = "done",
    }
}

/// A proposal as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Proposal {
    pub id: ProposalId,
    pub cell: String,
    pub kind: Measure,
    pub reason: String,
    pub state: State,
    /// Of whoever proposed it.
    pub office: Option<String>,
    pub version: i64,
    pub done_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// One step of a proposal.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProposalStep {
    pub state: State,
    pub note: Option<String>,
    pub at: DateTime<Utc>,
    pub account_id: AccountId,
}

impl Proposal {
    /// The state after a step.
    ///
    /// # Errors
    /// 403 for who may not, 409 in another state.
    pub fn step(&self, to: State, account: &Account) -> Result<State> {
        let coordinator = account.role == Role::Coordinator;
        let own = account.office.is_some() && account.office == self.office;
        let (from, may) = match to {
            State::Accepted | State::Declined => (State::Proposed, coordinator),
            State::Done => (State::Accepted, coordinator || own),
            State::Proposed => (State::Proposed, false),
        };
        if !may {
            return Err(Error::Forbidden(message!(
                "这项建议不由您办理。",
                "This proposal is not yours to deal with.",
                "이 제안은 귀하의 소관이 아닙니다."
            )));
        }
        if self.state != from {
            return Err(Error::Conflict(message!(
                "这项建议的状态已经变了。",
                "The proposal is in another state.",
                "제안의 상태가 변경되었습니다."
            )));
        }
        Ok(to)
    }
}

/// The resolution that staff ask for.
pub fn resolution(number: u8) -> Result<Resolution> {
    match number {
        8 => Ok(Resolution::Eight),
        9 => Ok(Resolution::Nine),
        _ => Err(Error::field(
            "resolution",
            message!(
                "分辨率须为 8 或 9。",
                "8 or 9.",
                "해상도는 8 또는 9여야 합니다."
            ),
        )),
    }
}

/// A cell of resolution 8 or 9 in the district.
///
/// # Errors
/// 422 naming `cell`.
pub fn check_cell(app: &App, text: &str) -> Result<String> {
    let cell = text.parse::<CellIndex>().ok().filter(|cell| {
        matches!(cell.resolution(), Resolution::Eight | Resolution::Nine)
            && fact::middle(&cell.to_string()).is_some_and(|at| app.pack.bbox().contains(at))
    });
    cell.map(|cell| cell.to_string()).ok_or_else(|| {
        Error::field(
            "cell",
            message!(
                "这不是本区的网格（H3，8 或 9 级）。",
                "Not an H3 cell of resolution 8 or 9 in this district.",
                "이 지역의 H3 셀(8 또는 9)이 아닙니다."
            ),
        )
    })
}

/// The corners of a cell as a closed GeoJSON ring, `[lng, lat]`.
pub fn ring(cell: &str) -> Vec<[f64; 2]> {
    let Ok(cell) = cell.parse::<CellIndex>() else {
        return Vec::new();
    };
    let mut ring: Vec<[f64; 2]> = cell
        .boundary()
        .iter()
        .map(|corner| [corner.lng(), corner.lat()])
        .collect();
    ring.extend(ring.first().copied());
    ring
}

/// Cases of a cell, a month and a category.
#[derive(sqlx::FromRow)]
struct Group {
    cell: String,
    month: String,
    category: String,
    cases: i64,
    recurred: i64,
}

/// A cell with what happened in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    pub cell: String,
    pub cases: i64,
    pub recurred: i64,
    pub months: BTreeMap<String, i64>,
    pub categories: BTreeMap<String, i64>,
}

/// What cells are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    Eight,
    Nine,
    /// Resolution 7 around the places that the public sees.
    Public,
}

impl Grid {
    fn as_str(self) -> &'static str {
        match self {
            Self::Eight => "8",
            Self::Nine => "9",
            Self::Public => "public",
        }
    }
}

/// Every cell with reports of a time, of one office where given; those merged into others are not
/// counted. The worst first: most recurrence, then most cases.
pub async fn spots(
    db: &Db,
    window: Window,
    grid: Grid,
    office: Option<&str>,
) -> Result<Vec<Spot>, DbError> {
    let groups: Vec<Group> = db
        .sql(
            "SELECT cell, month, category, COUNT(*) AS cases,
                    COUNT(CASE WHEN recurred THEN 1 END) AS recurred
             FROM (SELECT CASE $1 WHEN '8' THEN cell8 WHEN '9' THEN cell9 ELSE public_cell END AS cell,
                          SUBSTR(received_on, 1, 7) AS month, category, recurred
                   FROM report_facts
                   WHERE received_on BETWEEN $2 AND $3 AND outcome <> 'merged'
                     AND ($4 IS NULL OR office = $4)) AS f
             GROUP BY cell, month, category",
        )
        .bind(grid.as_str())
        .bind(window.from.to_string())
        .bind(window.to.to_string())
        .bind(office.map(str::to_owned))
        .all()
        .await?;
    let mut spots: BTreeMap<String, Spot> = BTreeMap::new();
    for group in groups.into_iter().filter(|group| !group.cell.is_empty()) {
        let spot = spots.entry(group.cell.clone()).or_insert_with(|| Spot {
            cell: group.cell,
            ..Spot::default()
        });
        spot.cases += group.cases;
        spot.recurred += group.recurred;
        *spot.months.entry(group.month).or_default() += group.cases;
        *spot.categories.entry(group.category).or_default() += group.cases;
    }
    let mut spots: Vec<Spot> = spots.into_values().collect();
    spots.sort_by_key(|spot| (-spot.recurred, -spot.cases));
    Ok(spots)
}

/// How many reports there were around a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Around {
    pub before: i64,
    pub after: i64,
}

/// Reports in a cell on as many days before a day as after it; the day itself is neither.
pub async fn around(
    db: &Db,
    cell: &str,
    done: chrono::NaiveDate,
    days: u64,
) -> Result<Around, DbError> {
    let days = chrono::Days::new(days);
    db.sql(
        "SELECT COUNT(CASE WHEN received_on < $2 THEN 1 END) AS before,
                COUNT(CASE WHEN received_on > $2 THEN 1 END) AS after
         FROM report_facts
         WHERE (cell8 = $1 OR cell9 = $1) AND outcome <> 'merged'
           AND received_on BETWEEN $3 AND $4",
    )
    .bind(cell.to_owned())
    .bind(done.to_string())
    .bind(done.checked_sub_days(days).unwrap_or(done).to_string())
    .bind(done.checked_add_days(days).unwrap_or(done).to_string())
    .one()
    .await
}

pub async fn insert(tx: &mut Tx, proposal: &Proposal) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO hotspot_proposals (id, cell, kind, reason, state, office, version, done_at,
                                        created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(proposal.id)
    .bind(proposal.cell.clone())
    .bind(proposal.kind)
    .bind(proposal.reason.clone())
    .bind(proposal.state)
    .bind(proposal.office.clone())
    .bind(proposal.version)
    .bind(proposal.done_at)
    .bind(proposal.created_at)
    .run()
    .await
    .map(drop)
}

/// Saves a step if nobody else was faster; gives whether it was saved.
pub async fn save(tx: &mut Tx, proposal: &Proposal) -> Result<bool, DbError> {
    let saved = tx
        .sql(
            "UPDATE hotspot_proposals SET state = $3, done_at = $4, version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(proposal.id)
        .bind(proposal.version)
        .bind(proposal.state)
        .bind(proposal.done_at)
        .run()
        .await?;
    Ok(saved == 1)
}

pub async fn append(tx: &mut Tx, proposal: ProposalId, step: &ProposalStep) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO hotspot_steps (proposal_id, seq, state, note, at, account_id)
         SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5
         FROM hotspot_steps WHERE proposal_id = $1",
    )
    .bind(proposal)
    .bind(step.state)
    .bind(step.note.clone())
    .bind(step.at)
    .bind(step.account_id)
    .run()
    .await
    .map(drop)
}

pub async fn by_id(tx: &mut Tx, id: ProposalId) -> Result<Option<Proposal>, DbError> {
    tx.sql(
        "UPDATE hotspot_proposals SET version = version WHERE id = $1
         RETURNING id, cell, kind, reason, state, office, version, done_at, created_at",
    )
    .bind(id)
    .optional()
    .await
}

/// The newest first, at most 500.
pub async fn proposals(db: &Db, state: Option<State>) -> Result<Vec<Proposal>, DbError> {
    db.sql(
        "SELECT id, cell, kind, reason, state, office, version, done_at, created_at
         FROM hotspot_proposals WHERE ($1 IS NULL OR state = $1)
         ORDER BY created_at DESC, id DESC LIMIT 500",
    )
    .bind(state)
    .all()
    .await
}

pub async fn steps(db: &Db, id: ProposalId) -> Result<Vec<ProposalStep>, DbError> {
    db.sql(
        "SELECT state, note, at, account_id FROM hotspot_steps WHERE proposal_id = $1 ORDER BY seq",
    )
    .bind(id)
    .all()
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cells_ring_is_closed_and_around_its_middle() {
        let cell = fact::cell(126.585_64, 42.056_36, Resolution::Nine);
        let ring = ring(&cell);
        assert_eq!((ring.len(), ring.first()), (7, ring.last()));
        let middle = fact::middle(&cell).unwrap();
        assert!(ring.iter().all(|[lng, lat]| {
            middle.distance_m(crate::shared::geo::Point::stored(*lng, *lat)) < 260.0
        }));
        assert!(super::ring("nonsense").is_empty());
    }

    #[test]
    fn a_cell_is_called_by_its_township_the_neighbour_or_its_coordinates() {
        let pack = Pack::builtin().unwrap();
        let name = |lng, lat, lang| place_name(&pack, Point::stored(lng, lat), lang);
        assert_eq!(name(126.585_64, 42.056_36, Lang::Zh), "江源街道");
        assert_eq!(
            name(126.585_64, 42.056_36, Lang::En),
            "Jiangyuan Subdistrict"
        );
        let beyond = name(126.42, 41.94, Lang::Ko);
        assert!(
            pack.neighbours()
                .iter()
                .any(|n| n.name.get(Lang::Ko) == beyond),
            "{beyond}"
        );
        let far = (116.404, 39.9149);
        assert_eq!(name(far.0, far.1, Lang::Zh), "北纬 39.915°、东经 116.404°");
        assert_eq!(name(far.0, far.1, Lang::En), "39.915° N, 116.404° E");
        assert_eq!(name(far.0, far.1, Lang::Ko), "북위 39.915°, 동경 116.404°");
    }
}
