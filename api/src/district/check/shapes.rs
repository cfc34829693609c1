//! Polygons: no border that crosses itself, no township outside the outline or on top of another,
//! no seat in the wrong place.

use geo::{Area, BooleanOps, MultiPolygon};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::geo::EARTH_RADIUS_M;
use super::super::raw::{Item, Raw, RawArea};
use super::super::shape::edges;
use super::super::{Accuracy, Pack};

/// Shared borders rarely match to the metre: a sliver of so much of the smaller area is allowed.
const TOLERANCE: f64 = 0.01;

pub(super) fn errors(raw: &Raw, pack: &Pack, found: &mut Vec<Finding>) {
    let before = found.len();
    let outline = std::iter::once((files::OUTLINE, &raw.outline));
    let areas = raw.areas.iter().map(|item| (files::AREAS, item));
    let neighbours = raw.neighbours.iter().map(|item| (files::NEIGHBOURS, item));
    for (file, item) in outline.chain(areas).chain(neighbours) {
        if let Some((lng, lat)) = crossing(&item.value.shape) {
            found.push(Finding::error(
                "self-crossing",
                At::line(file, item.line),
                (
                    format!(
                        "{} 的边界在 {lng:.5},{lat:.5} 附近和自己交叉",
                        label(&item.value)
                    ),
                    format!(
                        "the border of {} crosses itself near {lng:.5},{lat:.5}",
                        label(&item.value)
                    ),
                ),
                (
                    "在绘图软件里把这一处理顺",
                    "untangle it there in a drawing program",
                ),
            ));
        }
    }
    // Areas of tangled polygons mean nothing.
    if found.len() == before {
        outside(raw, found);
    }
    for (item, township) in raw.townships.iter().zip(pack.townships()) {
        if township
            .seat
            .is_some_and(|seat| !pack.outline().contains(seat))
        {
            found.push(Finding::error(
                "seat-outside",
                At::line(files::TOWNSHIPS, item.line),
                (
                    format!("{} 的驻地在区界外", item.value.name_zh),
                    format!(
                        "the seat of {} lies outside the outline",
                        item.value.name_zh
                    ),
                ),
                (
                    "检查坐标：要 WGS-84，经度在前",
                    "check the coordinates: WGS-84, longitude first",
                ),
            ));
        }
    }
}

pub(super) fn warnings(files: &Files, raw: &Raw, found: &mut Vec<Finding>) {
    if found.iter().any(|finding| finding.code == "self-crossing") {
        return;
    }
    for (i, a) in raw.areas.iter().enumerate() {
        for b in &raw.areas[i + 1..] {
            let shared = a.value.shape.intersection(&b.value.shape).unsigned_area();
            let smaller = a
                .value
                .shape
                .unsigned_area()
                .min(b.value.shape.unsigned_area());
            if shared > smaller * TOLERANCE {
                found.push(Finding::warning(
                    "area-overlap",
                    At::line(files::AREAS, b.line),
                    (
                        format!(
                            "{} 和 {} 重叠 {:.2} 平方公里",
                            label(&b.value),
                            label(&a.value),
                            km2(shared, a)
                        ),
                        format!(
                            "{} and {} overlap by {:.2} km²",
                            label(&b.value),
                            label(&a.value),
                            km2(shared, a)
                        ),
                    ),
                    (
                        "改边界；重叠的地方算前一个的",
                        "mend the border; the first of the two wins there",
                    ),
                ));
            }
        }
    }
    let without: Vec<_> = raw
        .townships
        .iter()
        .filter(|item| item.value.accuracy == Accuracy::Surveyed)
        .filter(|item| {
            !raw.areas
                .iter()
                .any(|area| area.value.code == item.value.code)
        })
        .collect();
    for item in without {
        found.push(Finding::warning(
            "area-missing",
            At::line(files::TOWNSHIPS, item.line),
            (
                format!(
                    "{} 标为 surveyed，但 areas.geojson 里没有它",
                    item.value.name_zh
                ),
                format!(
                    "{} is marked surveyed but has no area in areas.geojson",
                    item.value.name_zh
                ),
            ),
            (
                "加上它的边界，或改成 approximate",
                "add its area, or mark it approximate",
            ),
        ));
    }
    for item in &raw.areas {
        let accuracy = item.value.accuracy.as_deref();
        if !matches!(accuracy, Some("approximate" | "surveyed")) {
            found.push(Finding::warning(
                "area-accuracy",
                At::line(files::AREAS, item.line),
                (
                    format!("{} 没写 accuracy，当作 approximate", label(&item.value)),
                    format!(
                        "{} doesn't say its accuracy, so it counts as approximate",
                        label(&item.value)
                    ),
                ),
                (
                    "写 \"accuracy\": \"surveyed\" 或 \"approximate\"",
                    "write \"accuracy\": \"surveyed\" or \"approximate\"",
                ),
            ));
        }
    }
    if raw.areas.is_empty()
        && raw
            .townships
            .iter()
            .all(|item| item.value.seat_lng.is_none())
    {
        let line = files.line_with(files::AREAS, "features");
        found.push(Finding::warning(
            "no-areas",
            At {
                file: files::AREAS,
                line,
            },
            (
                "没有任何镇（街）的边界或驻地，只能靠居民自己选",
                "no township has an area or a seat: only the resident can say which it is",
            ),
            (
                "至少在 townships.csv 写上驻地坐标",
                "write at least the seats into townships.csv",
            ),
        ));
    }
}

fn label(area: &RawArea) -> &str {
    if area.name.zh.is_empty() {
        &area.code
    } else {
        &area.name.zh
    }
}

fn km2(square_degrees: f64, near: &Item<RawArea>) -> f64 {
    let lat = edges(&near.value.shape).next().map_or(0.0, |edge| edge[1]);
    let km_per_degree = EARTH_RADIUS_M.to_radians() / 1000.0;
    square_degrees * km_per_degree.powi(2) * lat.to_radians().cos()
}

fn outside(raw: &Raw, found: &mut Vec<Finding>) {
    let outline = &raw.outline.value.shape;
    for item in &raw.areas {
        let area = &item.value.shape;
        let beyond = area.difference(outline).unsigned_area();
        if beyond > area.unsigned_area() * TOLERANCE {
            found.push(Finding::error(
                "area-outside",
                At::line(files::AREAS, item.line),
                (
                    format!(
                        "{} 有 {:.2} 平方公里在区界外",
                        label(&item.value),
                        km2(beyond, item)
                    ),
                    format!(
                        "{} lies outside the outline by {:.2} km²",
                        label(&item.value),
                        km2(beyond, item)
                    ),
                ),
                (
                    "按 outline.geojson 裁剪，并确认是 WGS-84",
                    "clip it to outline.geojson, and make sure it is WGS-84",
                ),
            ));
        }
    }
}

/// A place where two edges that aren't neighbours cross or touch.
fn crossing(shape: &MultiPolygon<f64>) -> Option<(f64, f64)> {
    let all: Vec<[f64; 4]> = edges(shape)
        .filter(|[a, b, c, d]| (a, b) != (c, d))
        .collect();
    let line = |[x1, y1, x2, y2]: &[f64; 4]| Line::new([*x1, *y1], [*x2, *y2]);
    let tree = RTree::bulk_load(
        all.iter()
            .enumerate()
            .map(|(i, e)| GeomWithData::new(line(e), i))
            .collect(),
    );
    for (i, a) in all.iter().enumerate() {
        let corner_a = [a[0].min(a[2]), a[1].min(a[3])];
        let corner_b = [a[0].max(a[2]), a[1].max(a[3])];
        let envelope = AABB::from_corners(corner_a, corner_b);
        for other in tree.locate_in_envelope_intersecting(&envelope) {
            if other.data > i
                && let Some(at) = meet(a, &all[other.data])
            {
                return Some(at);
            }
        }
    }
    None
}

/// Where two edges cross, their shared end points aside.
fn meet(a: &[f64; 4], b: &[f64; 4]) -> Option<(f64, f64)> {
    let (rx, ry) = (a[2] - a[0], a[3] - a[1]);
    let (sx, sy) = (b[2] - b[0], b[3] - b[1]);
    let turn = rx * sy - ry * sx;
    if turn == 0.0 {
        return None;
    }
    let (qx, qy) = (b[0] - a[0], b[1] - a[1]);
    let t = (qx * sy - qy * sx) / turn;
    let u = (qx * ry - qy * rx) / turn;
    // Strictly within both: rings may touch themselves in a point, which does no harm.
    let within = |part: f64| part > 1e-9 && part < 1.0 - 1e-9;
    (within(t) && within(u)).then_some((a[0] + t * rx, a[1] + t * ry))
}
