//! Where reports go: answers, time, the border, the resident's own choice, and the calendar.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use crate::district::geo::Point;
use crate::district::{
    Accuracy, Border, Decision, Ground, Lang, NEIGHBOUR, Pack, RouteError, RouteQuery,
};

/// A report at 江源街道's seat at ten on a Wednesday, changed one thing at a time.
struct Report {
    category: &'static str,
    point: Point,
    township: Option<&'static str>,
    community: Option<&'static str>,
    answers: BTreeMap<String, String>,
    at: DateTime<Utc>,
}

fn a_report(category: &'static str) -> Report {
    Report {
        category,
        point: point(126.58564, 42.05636),
        township: None,
        community: None,
        answers: BTreeMap::new(),
        at: time("2026-03-04T10:00:00+08:00"),
    }
}

impl Report {
    fn at(mut self, lng: f64, lat: f64) -> Self {
        self.point = point(lng, lat);
        self
    }

    fn on(mut self, at: &str) -> Self {
        self.at = time(at);
        self
    }

    fn answering(mut self, question: &str, option: &str) -> Self {
        self.answers.insert(question.to_owned(), option.to_owned());
        self
    }

    fn in_township(mut self, code: &'static str) -> Self {
        self.township = Some(code);
        self
    }

    fn in_community(mut self, code: &'static str) -> Self {
        self.community = Some(code);
        self
    }

    fn try_route(&self, pack: &Pack) -> Result<Decision, RouteError> {
        pack.route(&RouteQuery {
            category: self.category,
            point: self.point,
            township: self.township,
            community: self.community,
            answers: &self.answers,
            at: self.at,
        })
    }

    fn route(&self) -> Decision {
        self.try_route(pack()).unwrap()
    }
}

fn pack() -> &'static Pack {
    static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::builtin().unwrap());
    &PACK
}

fn point(lng: f64, lat: f64) -> Point {
    Point::new(lng, lat).unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn ids(offices: &[crate::district::OfficeRef]) -> Vec<&str> {
    offices.iter().map(|office| office.id.as_str()).collect()
}

/// Metres to the outline by walking every edge in steps of a metre at most: slow and independent
/// of the index.
fn slow_distance(pack: &Pack, at: Point) -> f64 {
    let mut best = f64::INFINITY;
    for polygon in pack.outline().polygons() {
        for line in polygon.exterior().lines() {
            let (start, end) = (
                point(line.start.x, line.start.y),
                point(line.end.x, line.end.y),
            );
            let length = start.distance_m(end);
            if at.distance_m(start) > best + length {
                continue;
            }
            let mut walked = 0.0;
            while walked <= length {
                let part = walked / length;
                let lng = line.start.x + (line.end.x - line.start.x) * part;
                let lat = line.start.y + (line.end.y - line.start.y) * part;
                best = best.min(at.distance_m(point(lng, lat)));
                walked += 1.0;
            }
        }
    }
    best
}

/// The point between `from` and `to` whose slow distance to the outline is `metres`.
fn at_distance(pack: &Pack, from: Point, to: Point, metres: f64) -> Point {
    let (mut near, mut far) = (0.0, 1.0);
    let along = |part: f64| {
        point(
            from.lng() + (to.lng() - from.lng()) * part,
            from.lat() + (to.lat() - from.lat()) * part,
        )
    };
    for _ in 0..40 {
        let middle = f64::midpoint(near, far);
        if slow_distance(pack, along(middle)) < metres {
            near = middle;
        } else {
            far = middle;
        }
    }
    along(far)
}

/// A corner of the outline and a place inside with the straight way between them.
fn a_border_point(pack: &Pack) -> (Point, Point) {
    let ring = &pack.outline().polygons().0[0];
    let south = ring
        .exterior()
        .coords()
        .min_by(|a, b| a.y.total_cmp(&b.y))
        .unwrap();
    (point(south.x, south.y), point(south.x, south.y + 0.03))
}

#[test]
fn every_seat_lies_in_its_own_township_and_is_urban() {
    let pack = pack();
    let mut seats = 0;
    for township in pack.townships() {
        let Some(seat) = township.seat else { continue };
        let place = pack.locate(seat);
        assert_eq!(place.township.unwrap().code, township.code);
        assert_eq!(place.ground, Ground::Urban);
        assert_ne!(place.border, Border::Outside);
        seats += 1;
    }
    assert_eq!(seats, 8);
}

#[test]
fn a_place_699_m_from_the_border_is_near_it_and_701_m_is_not() {
    let pack = pack();
    let (corner, inside) = a_border_point(pack);
    for (metres, border) in [(699.0, Border::Near), (701.0, Border::Inside)] {
        let place = pack.locate(at_distance(pack, corner, inside, metres));
        assert_eq!(place.border, border, "{metres}");
        assert!(
            (place.distance_to_border_m - metres).abs() < 0.5,
            "{place:?}"
        );
    }
}

#[test]
fn near_the_border_both_sides_are_told() {
    let pack = pack();
    let (corner, inside) = a_border_point(pack);
    let mut report = a_report("straw");
    report.point = at_distance(pack, corner, inside, 300.0);
    let decision = report.route();
    assert_eq!(decision.border, Border::Near);
    assert_eq!(decision.lead.id, "agriculture");
    assert!(ids(&decision.assisting).contains(&NEIGHBOUR));
    assert!(ids(&decision.alerted).contains(&NEIGHBOUR));
    let neighbour = decision.neighbour.unwrap().name;
    assert!(
        decision
            .reasons
            .iter()
            .any(|reason| reason.zh.contains(&neighbour.zh))
    );
}

#[test]
fn no_reason_claims_that_a_clause_says_what_it_does_not() {
    let pack = pack();
    let unknown = a_report("unknown").route();
    assert!(
        unknown
            .reasons
            .iter()
            .all(|reason| !reason.zh.contains("依据"))
    );
    assert!(
        unknown
            .reasons
            .iter()
            .any(|reason| reason.zh.contains("参照《实施方案》四（五）"))
    );
    let (corner, inside) = a_border_point(pack);
    let mut report = a_report("straw");
    report.point = at_distance(pack, corner, inside, 300.0);
    let decision = report.route();
    let neighbour = decision.neighbour.unwrap().name.zh;
    let basis = decision
        .reasons
        .iter()
        .find(|reason| reason.zh.contains("依据"))
        .unwrap();
    assert!(!basis.zh.contains(&neighbour), "{basis:?}");
}

#[test]
fn just_outside_the_neighbour_leads_and_our_own_office_is_told() {
    let pack = pack();
    let (corner, _) = a_border_point(pack);
    let outside = point(corner.lng(), corner.lat() - 0.02);
    let mut report = a_report("straw");
    report.point = at_distance(pack, corner, outside, 300.0);
    let decision = report.route();
    assert_eq!(decision.border, Border::Outside);
    assert_eq!(decision.lead.id, NEIGHBOUR);
    assert_eq!(ids(&decision.assisting)[0], "agriculture");
    assert!(ids(&decision.assisting)[1].starts_with("township-"));
    assert_eq!(decision.township, None);
}

#[test]
fn far_outside_the_neighbour_leads_by_name_and_alone() {
    // 浑江区's own centre, 抚松县's town, 靖宇县's town and 临江市's centre.
    for (lng, lat, name) in [
        (126.414, 41.939, "浑江区"),
        (127.28, 42.22, "抚松县"),
        (126.81, 42.39, "靖宇县"),
        (126.92, 41.81, "临江市"),
    ] {
        let decision = a_report("kitchen").at(lng, lat).route();
        assert_eq!(decision.lead.id, NEIGHBOUR);
        assert_eq!(decision.lead.name.zh, name);
        assert_eq!(decision.assisting, []);
        assert_eq!(decision.neighbour.unwrap().name.zh, name);
    }
}

#[test]
fn a_neighbour_without_a_name_is_still_the_neighbour() {
    let decision = a_report("kitchen").at(116.40, 39.90).route();
    assert_eq!(decision.lead.id, NEIGHBOUR);
    assert_eq!(decision.lead.name.zh, "相邻的县（市、区）");
    assert_eq!(decision.neighbour, None);
}

#[test]
fn a_picked_community_wins_three_kilometres_outside_and_a_confirmed_township_does_not() {
    let pack = pack();
    let (corner, _) = a_border_point(pack);
    let outside = point(corner.lng(), corner.lat() - 0.1);
    let two_km = at_distance(pack, corner, outside, 2_000.0);
    let four_km = at_distance(pack, corner, outside, 4_000.0);
    let village = "220605105209";
    let mut report = a_report("household-urban").in_community(village);
    report.point = two_km;
    let decision = report.route();
    assert_eq!(decision.border, Border::Near);
    assert_eq!(decision.lead.id, "agriculture");
    assert!(decision.township.unwrap().confirmed);
    report.point = four_km;
    assert_eq!(report.route().lead.id, NEIGHBOUR);
    let mut report = a_report("household-urban").in_township("220605105");
    report.point = two_km;
    assert_eq!(report.route().lead.id, NEIGHBOUR);
    report.point = at_distance(pack, corner, outside, 600.0);
    assert_ne!(report.route().lead.id, NEIGHBOUR);
}

#[test]
fn the_residents_township_wins_over_the_approximate_area() {
    let guessed = a_report("unknown").route();
    let township = guessed.township.unwrap();
    assert_eq!(township.code, "220605002");
    assert_eq!(township.accuracy, Accuracy::Approximate);
    assert!(!township.confirmed);
    assert!(
        guessed
            .reasons
            .iter()
            .any(|reason| reason.zh.contains("大概"))
    );
    let confirmed = a_report("unknown").in_township("220605003").route();
    assert_eq!(confirmed.lead.id, "township-220605003");
    assert_eq!(confirmed.lead.name.get(Lang::Ko), "정차 가두");
    assert!(confirmed.township.unwrap().confirmed);
}

#[test]
fn the_ground_of_the_picked_community_wins_over_the_distance_to_a_seat() {
    let decision = a_report("household-urban")
        .in_community("220605002200")
        .route();
    assert_eq!(decision.ground, Ground::Village);
    assert_eq!(decision.lead.id, "agriculture");
    let decision = a_report("household-urban").route();
    assert_eq!(decision.ground, Ground::Urban);
}

#[test]
fn hazardous_waste_is_urgent_and_tells_police_whatever_is_answered() {
    let pack = pack();
    let hazardous = pack.category("hazardous").unwrap();
    for question in &hazardous.questions {
        for option in &question.options {
            for at in ["2026-03-04T10:00:00+08:00", "2026-03-07T23:00:00+08:00"] {
                let decision = a_report("hazardous")
                    .answering(&question.id, &option.id)
                    .on(at)
                    .route();
                assert!(decision.urgent);
                assert_eq!(decision.lead.id, "ecology");
                assert!(ids(&decision.alerted).contains(&"police"), "{decision:?}");
                assert!(decision.deadline.around_the_clock);
            }
        }
    }
}

#[test]
fn hazardous_dumping_with_the_vehicle_still_there_is_joined_by_police_and_procuratorate() {
    let decision = a_report("hazardous")
        .answering("vehicle_present", "yes")
        .route();
    assert_eq!(decision.clause, "四（四）3");
    assert_eq!(decision.lead.id, "ecology");
    let joined = ids(&decision.assisting);
    assert_eq!(joined, ["police", "procuratorate", "township-220605002"]);
    assert_eq!(decision.due_at, time("2026-03-04T11:00:00+08:00"));
}

#[test]
fn hazardous_waste_near_the_border_counts_as_dumping_across_it() {
    let pack = pack();
    let (corner, inside) = a_border_point(pack);
    let mut report = a_report("hazardous");
    report.point = at_distance(pack, corner, inside, 300.0);
    let decision = report.route();
    assert_eq!(decision.clause, "四（四）3");
    assert_eq!(ids(&decision.assisting)[..2], ["police", "procuratorate"]);
}

#[test]
fn leaking_shortens_the_deadline_and_night_tells_the_township_too() {
    let leaking = a_report("hazardous").answering("leaking", "yes").route();
    assert_eq!(leaking.due_at, time("2026-03-04T12:00:00+08:00"));
    let night = a_report("hazardous")
        .on("2026-03-04T22:00:00+08:00")
        .route();
    assert_eq!(ids(&night.alerted), ["police", "township-220605002"]);
    assert_eq!(night.due_at, time("2026-03-05T02:00:00+08:00"));
}

#[test]
fn medical_waste_is_urgent_and_tells_health_at_once() {
    let decision = a_report("medical").route();
    assert!(decision.urgent);
    assert_eq!(decision.lead.id, "health");
    assert_eq!(ids(&decision.alerted), ["health"]);
    let many = a_report("medical").answering("amount", "bags").route();
    assert_eq!(many.clause, "二（三）3");
    assert_eq!(many.deadline.hours, 2);
}

#[test]
fn danger_outside_still_tells_our_own_police_or_health() {
    let hazardous = a_report("hazardous").at(126.81, 42.39).route();
    assert_eq!(hazardous.lead.id, NEIGHBOUR);
    assert_eq!(ids(&hazardous.alerted), ["ecology", "police"]);
    let medical = a_report("medical").at(126.81, 42.39).route();
    assert_eq!(ids(&medical.alerted), ["health"]);
}

#[test]
fn a_dead_animal_is_urgent_and_agriculture_alone_is_in_charge() {
    let decision = a_report("manure").answering("carcass", "yes").route();
    assert!(decision.urgent);
    assert_eq!(decision.lead.id, "agriculture");
    assert_eq!(decision.assisting, []);
}

#[test]
fn what_the_pack_does_not_know_is_refused_by_field() {
    let pack = pack();
    let field = |report: Report| report.try_route(pack).unwrap_err().field();
    assert_eq!(field(a_report("plutonium")), "category");
    assert_eq!(
        field(a_report("straw").answering("leaking", "yes")),
        "answers.leaking"
    );
    assert_eq!(
        field(a_report("straw").answering("burning", "maybe")),
        "answers.burning"
    );
    assert_eq!(
        field(a_report("straw").in_township("220605999")),
        "township"
    );
    assert_eq!(field(a_report("straw").in_community("1")), "community");
    let elsewhere = a_report("straw")
        .in_township("220605001")
        .in_community("220605002200");
    assert_eq!(field(elsewhere), "community");
}

#[test]
fn a_decision_survives_being_stored_and_speaks_all_languages() {
    for category in pack().categories() {
        let answers = BTreeMap::new();
        let query = RouteQuery {
            category: &category.id,
            point: point(126.9, 42.0),
            township: None,
            community: None,
            answers: &answers,
            at: time("2026-03-04T10:00:00+08:00"),
        };
        let decision = pack().route(&query).unwrap();
        assert!(decision.reasons.len() >= 4);
        for reason in &decision.reasons {
            assert_eq!(reason.missing(), []);
        }
        let stored = serde_json::to_string(&decision).unwrap();
        assert_eq!(serde_json::from_str::<Decision>(&stored).unwrap(), decision);
    }
}

#[test]
fn the_pack_holds_the_districts_official_lists() {
    let pack = pack();
    assert_eq!(pack.townships().len(), 10);
    let communities: usize = pack.townships().iter().map(|t| t.communities.len()).sum();
    assert_eq!(communities, 91);
    let (township, village) = pack.community("220605106206").unwrap();
    assert_eq!(township.name.zh, "大阳岔镇");
    assert_eq!(village.name.zh, "棒槌砬子村");
    assert_eq!(pack.office("township-220605102").unwrap().name.zh, "湾沟镇");
    assert!(!pack.office("finance").unwrap().receives_reports);
    assert!(pack.bbox().contains(point(126.392, 42.06)));
    assert!(!pack.bbox().contains(point(126.3, 42.06)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_place_in_the_world_gets_a_decision(lng in -180.0..180.0, lat in -90.0..90.0) {
        let decision = a_report("unknown").at(lng, lat).route();
        prop_assert!(!decision.reasons.is_empty());
    }

    #[test]
    fn every_place_around_the_district_gets_a_township_or_the_neighbour(
        lng in 126.2..127.4, lat in 41.7..42.4,
    ) {
        let decision = a_report("unknown").at(lng, lat).route();
        prop_assert_eq!(decision.lead.id == NEIGHBOUR, decision.township.is_none());
    }
}
