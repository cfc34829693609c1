//! Routing decisions a second over the built-in pack, beside a bare point-in-outline test of the
//! same points in the same run.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use chrono::{DateTime, Utc};
use geo::Contains;
use wufei_api::district::{Border, Pack, RouteQuery};
use wufei_api::shared::geo::Point;

const POINTS: u32 = 200_000;

/// Prints the table.
pub fn compare() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let pack = Pack::builtin()?;
    let load = started.elapsed();
    let points = points(&pack)?;
    let rate = |started: Instant| f64::from(POINTS) / started.elapsed().as_secs_f64();

    let started = Instant::now();
    let mut inside = 0_usize;
    for point in &points {
        let at = geo::Point::new(point.lng(), point.lat());
        inside += usize::from(black_box(pack.outline().polygons().contains(&at)));
    }
    let bare = rate(started);

    let started = Instant::now();
    let mut located = 0_usize;
    for point in &points {
        located += usize::from(black_box(pack.locate(*point)).border != Border::Outside);
    }
    let locate = rate(started);

    let at: DateTime<Utc> = "2026-03-04T02:00:00Z".parse()?;
    let answers = BTreeMap::new();
    let started = Instant::now();
    let mut routed = 0_usize;
    for (point, category) in points.iter().zip(pack.categories().iter().cycle()) {
        let decision = pack.route(&RouteQuery {
            category: &category.id,
            point: *point,
            township: None,
            community: None,
            answers: &answers,
            at,
        })?;
        routed += usize::from(black_box(decision).township.is_some());
    }
    let route = rate(started);
    if inside != located || inside != routed {
        return Err(format!("{inside} inside, {located} located, {routed} routed").into());
    }
    println!(
        "pack loaded and checked in {:.0} ms",
        load.as_secs_f64() * 1000.0
    );
    println!("{POINTS} points, {inside} of them in the district, one thread");
    println!("point in outline, bare   {bare:>10.0}/s  1.00");
    println!(
        "locate                   {locate:>10.0}/s  {:.2}",
        locate / bare
    );
    println!(
        "routing decision         {route:>10.0}/s  {:.2}",
        route / bare
    );
    Ok(())
}

/// Places spread evenly over the district's box, the same in every run.
fn points(pack: &Pack) -> Result<Vec<Point>, Box<dyn Error>> {
    let bbox = pack.bbox();
    let mut points = Vec::new();
    let (mut x, mut y) = (0.5_f64, 0.5_f64);
    for _ in 0..POINTS {
        // The plastic number's additive recurrence fills a square without clumps.
        x = (x + 0.754_877_666_246_692_8).fract();
        y = (y + 0.569_840_290_998_053_2).fract();
        let lng = bbox.west + (bbox.east - bbox.west) * x;
        let lat = bbox.south + (bbox.north - bbox.south) * y;
        points.push(Point::new(lng, lat)?);
    }
    Ok(points)
}
