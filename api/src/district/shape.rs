//! Polygons made ready for many questions: is a place inside, and how far is the nearest border?

use geo::MultiPolygon;
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};
use serde_json::{Value, json};

use super::geo::{BBox, EARTH_RADIUS_M, Point};

/// An area with its edges sorted into strips of latitude, so that a look-up reads only the edges
/// at its own height instead of thousands.
#[derive(Debug, Clone)]
pub struct Shape {
    polygons: MultiPolygon<f64>,
    bbox: BBox,
    step: f64,
    strips: Vec<Vec<[f64; 4]>>,
}

impl Shape {
    /// `None` for an area without extent or with coordinates that aren't on the globe.
    pub fn new(polygons: MultiPolygon<f64>) -> Option<Self> {
        let mut bounds = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        for [x, y, ..] in edges(&polygons) {
            bounds[0] = bounds[0].min(x);
            bounds[1] = bounds[1].min(y);
            bounds[2] = bounds[2].max(x);
            bounds[3] = bounds[3].max(y);
        }
        let bbox = BBox::new(bounds[0], bounds[1], bounds[2], bounds[3]).ok()?;
        let count = edges(&polygons).count().clamp(1, 4096);
        #[expect(clippy::cast_precision_loss, reason = "at most 4096")]
        let step = (bbox.north - bbox.south) / count as f64;
        let mut shape = Self {
            strips: vec![Vec::new(); count],
            polygons,
            bbox,
            step,
        };
        let all: Vec<_> = edges(&shape.polygons).collect();
        for edge in all {
            let (low, high) = (edge[1].min(edge[3]), edge[1].max(edge[3]));
            let (first, last) = (shape.strip(low), shape.strip(high));
            for strip in &mut shape.strips[first..=last] {
                strip.push(edge);
            }
        }
        Some(shape)
    }

    /// Even-odd rule, so holes are outside.
    pub fn contains(&self, point: Point) -> bool {
        if !self.bbox.contains(point) {
            return false;
        }
        let (x, y) = (point.lng(), point.lat());
        let mut inside = false;
        for [x1, y1, x2, y2] in &self.strips[self.strip(y)] {
            if (*y1 > y) != (*y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 {
                inside = !inside;
            }
        }
        inside
    }

    pub fn bbox(&self) -> BBox {
        self.bbox
    }

    pub fn polygons(&self) -> &MultiPolygon<f64> {
        &self.polygons
    }

    /// The GeoJSON geometry, for maps.
    pub fn to_geojson(&self) -> Value {
        let ring = |ring: &geo::LineString<f64>| -> Value {
            ring.coords().map(|c| json!([c.x, c.y])).collect()
        };
        let polygon = |polygon: &geo::Polygon<f64>| -> Value {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            rings.map(ring).collect()
        };
        match &self.polygons.0[..] {
            [only] => json!({"type": "Polygon", "coordinates": polygon(only)}),
            many => {
                let coordinates: Value = many.iter().map(polygon).collect();
                json!({"type": "MultiPolygon", "coordinates": coordinates})
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the strips, and `as` saturates"
    )]
    fn strip(&self, lat: f64) -> usize {
        (((lat - self.bbox.south) / self.step).max(0.0) as usize).min(self.strips.len() - 1)
    }
}

/// The edges of all rings as `[x1, y1, x2, y2]` in degrees.
pub(crate) fn edges(polygons: &MultiPolygon<f64>) -> impl Iterator<Item = [f64; 4]> {
    let rings =
        |polygon| std::iter::once(geo::Polygon::exterior(polygon)).chain(polygon.interiors());
    polygons
        .iter()
        .flat_map(rings)
        .flat_map(geo::LineString::lines)
        .map(|line| [line.start.x, line.start.y, line.end.x, line.end.y])
}

/// Edges in an R-tree, each with the number of the area that it belongs to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edges {
    tree: RTree<GeomWithData<Line<[f64; 2]>, usize>>,
}

impl Edges {
    pub fn new<'a>(areas: impl Iterator<Item = (usize, &'a Shape)>) -> Self {
        let line = |owner, [x1, y1, x2, y2]: [f64; 4]| {
            GeomWithData::new(Line::new(mercator(x1, y1), mercator(x2, y2)), owner)
        };
        let lines = areas
            .flat_map(|(owner, shape)| edges(&shape.polygons).map(move |edge| line(owner, edge)))
            .collect();
        Self {
            tree: RTree::bulk_load(lines),
        }
    }

    /// Metres to the nearest edge, and whose edge it is. Exact to 0.05 % within 5 km.
    pub fn nearest(&self, point: Point) -> Option<(f64, usize)> {
        let at = mercator(point.lng(), point.lat());
        let nearest = self.tree.nearest_neighbor(&at)?;
        let squared = nearest.distance_2(&at);
        // Mercator is true to scale in every direction, by the cosine of the latitude.
        let scale = EARTH_RADIUS_M * point.lat().to_radians().cos();
        Some((squared.sqrt() * scale, nearest.data))
    }
}

/// Mercator on a sphere of radius 1: unlike plain degrees, near things are near in it.
fn mercator(lng: f64, lat: f64) -> [f64; 2] {
    [lng.to_radians(), lat.to_radians().tan().asinh()]
}
