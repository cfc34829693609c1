//! Who leads and who assists for every category and ground, written by hand from the programme,
//! and compared with its brackets, written by hand a second time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::district::geo::Point;
use crate::district::{Ground, Pack, RouteQuery};

const TOWNSHIP: &str = "township";

/// Category, ground, leading, assisting, clause.
const TABLE: [(&str, Ground, &str, &[&str], &str); 34] = {
    use Ground::{Urban, Village};
    [
        ("industrial", Urban, "ecology", &[TOWNSHIP], "二（一）1"),
        ("industrial", Village, "ecology", &[TOWNSHIP], "二（一）1"),
        (
            "mine",
            Urban,
            "ecology",
            &["natural-resources", TOWNSHIP],
            "二（一）3",
        ),
        (
            "mine",
            Village,
            "ecology",
            &["natural-resources", TOWNSHIP],
            "二（一）3",
        ),
        ("hazardous", Urban, "ecology", &[TOWNSHIP], "二（二）1"),
        ("hazardous", Village, "ecology", &[TOWNSHIP], "二（二）1"),
        (
            "medical",
            Urban,
            "health",
            &["ecology", TOWNSHIP],
            "二（三）2",
        ),
        (
            "medical",
            Village,
            "health",
            &["ecology", TOWNSHIP],
            "二（三）2",
        ),
        (
            "construction",
            Urban,
            "housing",
            &["ecology", TOWNSHIP],
            "二（四）2",
        ),
        (
            "construction",
            Village,
            "housing",
            &["ecology", TOWNSHIP],
            "二（四）2",
        ),
        (
            "household-urban",
            Urban,
            "housing",
            &["development", "ecology", TOWNSHIP],
            "二（五）1",
        ),
        (
            "household-urban",
            Village,
            "agriculture",
            &["housing", TOWNSHIP],
            "二（六）4",
        ),
        (
            "household-village",
            Urban,
            "housing",
            &["development", "ecology", TOWNSHIP],
            "二（五）1",
        ),
        (
            "household-village",
            Village,
            "agriculture",
            &["housing", TOWNSHIP],
            "二（六）4",
        ),
        (
            "kitchen",
            Urban,
            "housing",
            &["ecology", TOWNSHIP],
            "二（五）2",
        ),
        (
            "kitchen",
            Village,
            "housing",
            &["ecology", TOWNSHIP],
            "二（五）2",
        ),
        ("sludge", Urban, "housing", &[TOWNSHIP], "二（五）3"),
        ("sludge", Village, "housing", &[TOWNSHIP], "二（五）3"),
        (
            "farm-film",
            Urban,
            "agriculture",
            &["ecology", TOWNSHIP],
            "二（六）1",
        ),
        (
            "farm-film",
            Village,
            "agriculture",
            &["ecology", TOWNSHIP],
            "二（六）1",
        ),
        (
            "straw",
            Urban,
            "agriculture",
            &["development", TOWNSHIP],
            "二（六）2",
        ),
        (
            "straw",
            Village,
            "agriculture",
            &["development", TOWNSHIP],
            "二（六）2",
        ),
        ("manure", Urban, "agriculture", &[], "二（六）3"),
        ("manure", Village, "agriculture", &[], "二（六）3"),
        (
            "appliances",
            Urban,
            "development",
            &["industry", "commerce", TOWNSHIP],
            "二（七）2",
        ),
        (
            "appliances",
            Village,
            "development",
            &["industry", "commerce", TOWNSHIP],
            "二（七）2",
        ),
        (
            "recyclables",
            Urban,
            "commerce",
            &["development", TOWNSHIP],
            "二（七）1",
        ),
        (
            "recyclables",
            Village,
            "commerce",
            &["development", TOWNSHIP],
            "二（七）1",
        ),
        (
            "plastics",
            Urban,
            "market-supervision",
            &["offices-service", "post", TOWNSHIP],
            "二（七）4",
        ),
        (
            "plastics",
            Village,
            "market-supervision",
            &["offices-service", "post", TOWNSHIP],
            "二（七）4",
        ),
        (
            "second-hand",
            Urban,
            "commerce",
            &["market-supervision", "education", TOWNSHIP],
            "二（七）3",
        ),
        (
            "second-hand",
            Village,
            "commerce",
            &["market-supervision", "education", TOWNSHIP],
            "二（七）3",
        ),
        ("unknown", Urban, TOWNSHIP, &["ecology"], "四（五）"),
        ("unknown", Village, TOWNSHIP, &["ecology"], "四（五）"),
    ]
};

/// The brackets at the end of the clauses, in the order of the text.
const BRACKETS: [(&str, &[&str]); 26] = [
    ("二（一）1", &["ecology", TOWNSHIP]),
    ("二（一）2", &["development", "industry", TOWNSHIP]),
    ("二（一）3", &["ecology", "natural-resources", TOWNSHIP]),
    ("二（二）1", &["ecology", TOWNSHIP]),
    ("二（二）2", &["ecology", TOWNSHIP]),
    ("二（二）3", &["ecology", TOWNSHIP]),
    ("二（三）1", &["health", TOWNSHIP]),
    ("二（三）2", &["health", "ecology", TOWNSHIP]),
    ("二（三）3", &["health", "ecology", TOWNSHIP]),
    ("二（四）1", &["housing", TOWNSHIP]),
    ("二（四）2", &["housing", "ecology", TOWNSHIP]),
    (
        "二（五）1",
        &["housing", "development", "ecology", TOWNSHIP],
    ),
    ("二（五）2", &["housing", "ecology", TOWNSHIP]),
    ("二（五）3", &["housing", TOWNSHIP]),
    ("二（六）1", &["agriculture", "ecology", TOWNSHIP]),
    ("二（六）2", &["agriculture", "development", TOWNSHIP]),
    ("二（六）3", &["agriculture"]),
    ("二（六）4", &["agriculture", "housing", TOWNSHIP]),
    ("二（七）1", &["commerce", "development", TOWNSHIP]),
    (
        "二（七）2",
        &["development", "industry", "commerce", TOWNSHIP],
    ),
    (
        "二（七）3",
        &["commerce", "market-supervision", "education", TOWNSHIP],
    ),
    (
        "二（七）4",
        &["market-supervision", "offices-service", "post", TOWNSHIP],
    ),
    ("四（四）1", &["ecology", "data"]),
    ("四（四）2", &["ecology"]),
    (
        "四（四）3",
        &["procuratorate", "police", "ecology", TOWNSHIP],
    ),
    ("四（五）", &["publicity", "education", "ecology", TOWNSHIP]),
];

/// A picked place on each ground, far from the border: 富强社区 and 爱民村 of 江源街道.
fn community(ground: Ground) -> &'static str {
    match ground {
        Ground::Urban => "220605002002",
        Ground::Village => "220605002200",
    }
}

fn noon_of_a_working_day() -> DateTime<Utc> {
    "2026-03-04T10:00:00+08:00".parse().unwrap()
}

#[test]
fn every_category_and_ground_leads_to_the_offices_of_its_clause() {
    let pack = Pack::builtin().unwrap();
    let seat = Point::new(126.58564, 42.05636).unwrap();
    for (category, ground, lead, assisting, clause) in TABLE {
        let answers = BTreeMap::new();
        let query = RouteQuery {
            category,
            point: seat,
            township: None,
            community: Some(community(ground)),
            answers: &answers,
            at: noon_of_a_working_day(),
        };
        let decision = pack.route(&query).unwrap();
        let generic = |id: &str| {
            if id == "township-220605002" {
                TOWNSHIP.to_owned()
            } else {
                id.to_owned()
            }
        };
        let got: Vec<String> = decision
            .assisting
            .iter()
            .map(|office| generic(&office.id))
            .collect();
        assert_eq!(decision.ground, ground);
        assert_eq!(generic(&decision.lead.id), lead, "{category} {ground:?}");
        assert_eq!(got, assisting, "{category} {ground:?}");
        assert_eq!(decision.clause, clause, "{category} {ground:?}");
    }
}

#[test]
fn the_table_holds_every_category_on_both_grounds() {
    let pack = Pack::builtin().unwrap();
    assert!(pack.categories().len() >= 16);
    for category in pack.categories() {
        for ground in [Ground::Urban, Ground::Village] {
            let rows = TABLE
                .iter()
                .filter(|row| row.0 == category.id && row.1 == ground);
            assert_eq!(rows.count(), 1, "{} {ground:?}", category.id);
        }
    }
}

#[test]
fn the_table_agrees_with_the_brackets_of_the_programme() {
    for (category, ground, lead, assisting, clause) in TABLE {
        // No bracket names an office for waste that nobody can name.
        if category == "unknown" {
            continue;
        }
        let named: Vec<&str> = std::iter::once(lead)
            .chain(assisting.iter().copied())
            .collect();
        let bracket = BRACKETS.iter().find(|(id, _)| *id == clause).unwrap().1;
        assert_eq!(named, bracket, "{category} {ground:?}");
    }
}

#[test]
fn the_packs_clauses_are_the_brackets_of_the_programme() {
    let pack = Pack::builtin().unwrap();
    assert_eq!(pack.clauses().len(), BRACKETS.len());
    for (clause, (id, offices)) in pack.clauses().iter().zip(BRACKETS) {
        assert_eq!(clause.id, id);
        assert_eq!(clause.offices, offices, "{id}");
    }
}
