//! Where a place is: inside, near the border or outside, in which township and on what ground.
//!
//! Township areas may be approximate, and the ground without a picked community is a guess by the
//! distance to the nearest seat. Both say so.

use serde::{Deserialize, Serialize};

use super::Text;
use super::geo::Point;
use super::shape::{Edges, Shape};

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    Urban,
    Village,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Border {
    Inside,
    /// Inside, and closer to the outline than the outline is certain; or outside of it where the
    /// resident's own choice of township or community overrules it.
    Near,
    Outside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accuracy {
    /// A cell around the seat: the resident is asked to confirm.
    Approximate,
    Surveyed,
}

impl Accuracy {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approximate => "approximate",
            Self::Surveyed => "surveyed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TownshipKind {
    /// 街道
    Subdistrict,
    /// 镇
    Town,
}

impl TownshipKind {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subdistrict => "subdistrict",
            Self::Town => "town",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommunityKind {
    /// 社区, urban ground
    Community,
    /// 村, village ground
    Village,
}

impl CommunityKind {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Village => "village",
        }
    }
}

impl CommunityKind {
    pub fn ground(self) -> Ground {
        match self {
            Self::Community => Ground::Urban,
            Self::Village => Ground::Village,
        }
    }
}

/// A 镇 or 街道.
#[derive(Debug, Clone)]
pub struct Township {
    pub code: String,
    pub name: Text,
    pub kind: TownshipKind,
    pub accuracy: Accuracy,
    pub seat: Option<Point>,
    pub communities: Vec<Community>,
    /// `None` where nobody knows it: the resident then picks the township from the list.
    pub area: Option<Shape>,
}

/// A 社区 or 村.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    pub code: String,
    pub name: Text,
    pub kind: CommunityKind,
}

/// A district on the other side of the border.
#[derive(Debug, Clone)]
pub struct Neighbour {
    pub code: String,
    pub name: Text,
    /// Where a report about its ground, or about the border, is sent.
    pub email: Option<String>,
    pub area: Shape,
}

/// What the map alone says about a point.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub border: Border,
    /// To the outline, from either side.
    pub distance_to_border_m: f64,
    /// The township whose area holds the point, or lies nearest to it. `None` farther outside
    /// than a picked community reaches.
    pub township: Option<&'a Township>,
    pub ground: Ground,
    /// Where the border is not `Inside`, if the pack knows who is there.
    pub neighbour: Option<&'a Neighbour>,
}

#[derive(Debug)]
pub(crate) struct Map {
    pub outline: Shape,
    pub townships: Vec<Township>,
    pub neighbours: Vec<Neighbour>,
    pub margin_m: f64,
    /// So far outside a community that the resident picked still counts.
    pub reach_m: f64,
    pub urban_within_m: [f64; 2],
    border: Edges,
    cells: Edges,
    beyond: Edges,
}

impl Map {
    pub fn new(
        outline: Shape,
        townships: Vec<Township>,
        neighbours: Vec<Neighbour>,
        [margin_m, reach_m]: [f64; 2],
        urban_within_m: [f64; 2],
    ) -> Self {
        let cells = townships.iter().enumerate();
        Self {
            border: Edges::new(std::iter::once((0, &outline))),
            cells: Edges::new(cells.filter_map(|(i, t)| Some((i, t.area.as_ref()?)))),
            beyond: Edges::new(neighbours.iter().enumerate().map(|(i, n)| (i, &n.area))),
            outline,
            townships,
            neighbours,
            margin_m,
            reach_m,
            urban_within_m,
        }
    }

    pub fn locate(&self, point: Point) -> Place<'_> {
        let distance_to_border_m = self.border.nearest(point).map_or(f64::INFINITY, |(d, _)| d);
        let inside = self.outline.contains(point);
        let border = match (inside, distance_to_border_m <= self.margin_m) {
            (true, false) => Border::Inside,
            (true, true) => Border::Near,
            (false, _) => Border::Outside,
        };
        Place {
            border,
            distance_to_border_m,
            township: (inside || distance_to_border_m <= self.margin_m.max(self.reach_m))
                .then(|| self.township_at(point))
                .flatten(),
            ground: self.ground_at(point),
            neighbour: (border != Border::Inside)
                .then(|| self.neighbour_at(point))
                .flatten(),
        }
    }

    fn township_at(&self, point: Point) -> Option<&Township> {
        let holds =
            |township: &&Township| township.area.as_ref().is_some_and(|a| a.contains(point));
        let nearest = || {
            self.cells
                .nearest(point)
                .and_then(|(_, i)| self.townships.get(i))
        };
        let found = self.townships.iter().find(holds);
        found.or_else(nearest).or_else(|| self.nearest_seat(point))
    }

    fn nearest_seat(&self, point: Point) -> Option<&Township> {
        let seats = self
            .townships
            .iter()
            .filter_map(|t| Some((t, t.seat?.distance_m(point))));
        seats
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(township, _)| township)
    }

    fn ground_at(&self, point: Point) -> Ground {
        let [subdistrict, town] = self.urban_within_m;
        let built_up = self.townships.iter().any(|township| {
            let radius = match township.kind {
                TownshipKind::Subdistrict => subdistrict,
                TownshipKind::Town => town,
            };
            township
                .seat
                .is_some_and(|seat| seat.distance_m(point) <= radius)
        });
        if built_up {
            Ground::Urban
        } else {
            Ground::Village
        }
    }

    fn neighbour_at(&self, point: Point) -> Option<&Neighbour> {
        // Beyond the drawn ring nobody is nearest: a place in another province has no name here.
        const REACH_M: f64 = 2_000.0;
        let holds = |neighbour: &&Neighbour| neighbour.area.contains(point);
        self.neighbours.iter().find(holds).or_else(|| {
            let (distance, i) = self.beyond.nearest(point)?;
            let reach = REACH_M.max(self.margin_m);
            self.neighbours.get(i).filter(|_| distance <= reach)
        })
    }
}
