//! Findings about polygons and seats, each from a broken copy of the pack.

use super::check::{broken, with};
use crate::district::{Finding, Severity};

/// The pack with one township's area replaced by a ring.
fn area(code: &str, ring: &str) -> Vec<Finding> {
    broken(|dir| {
        let path = dir.join("areas.geojson");
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                if line.contains(code) {
                    format!(
                        r#"{{"type":"Feature","properties":{{"code":"{code}","accuracy":"surveyed"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}},"#
                    )
                } else {
                    line.to_owned()
                }
            })
            .collect();
        std::fs::write(&path, lines.join("\n")).unwrap();
    })
}

fn replaced(file: &str, from: &str, to: &str) -> Vec<Finding> {
    broken(|dir| {
        let path = dir.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not hold {from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    })
}

#[test]
fn a_border_that_crosses_itself_is_an_error_that_says_where() {
    let found = area(
        "220605102",
        "[[126.9,42.0],[126.95,42.05],[126.95,42.0],[126.9,42.05],[126.9,42.0]]",
    );
    let finding = with(&found, "self-crossing");
    assert_eq!(finding.file, "areas.geojson");
    assert!(finding.line.is_some());
    assert!(
        finding.message.zh.contains("126.92500,42.02500"),
        "{finding}"
    );
}

#[test]
fn a_township_outside_the_outline_is_an_error() {
    let found = area(
        "220605102",
        "[[127.5,42.0],[127.6,42.0],[127.6,42.1],[127.5,42.1],[127.5,42.0]]",
    );
    assert_eq!(with(&found, "area-outside").severity, Severity::Error);
}

#[test]
fn townships_on_top_of_each_other_are_a_warning() {
    let found = area(
        "220605102",
        "[[126.56,42.0],[126.62,42.0],[126.62,42.06],[126.56,42.06],[126.56,42.0]]",
    );
    let overlaps = found
        .iter()
        .filter(|finding| finding.code == "area-overlap")
        .count();
    assert!(overlaps >= 2, "{found:#?}");
    assert!(found.iter().all(|finding| !finding.is_error()));
}

#[test]
fn an_area_without_extent_is_an_error() {
    let found = area(
        "220605102",
        "[[126.9,42.0],[126.9,42.0],[126.9,42.0],[126.9,42.0]]",
    );
    assert_eq!(with(&found, "shape-empty").file, "areas.geojson");
}

#[test]
fn a_point_where_an_area_is_needed_is_a_syntax_error() {
    let found = broken(|dir| {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},
            "geometry":{"type":"Point","coordinates":[126.5,42.0]}}]}"#;
        std::fs::write(dir.join("outline.geojson"), text).unwrap();
    });
    assert!(
        found
            .iter()
            .any(|f| f.code == "syntax" && f.file == "outline.geojson")
    );
}

#[test]
fn a_seat_outside_the_outline_or_half_written_is_an_error() {
    let found = replaced("townships.csv", "126.91583,42.05972", "42.05972,26.91583");
    assert_eq!(with(&found, "seat-outside").line, Some(6));
    let found = replaced("townships.csv", "126.91583,42.05972", "126.91583,");
    assert_eq!(with(&found, "seat").line, Some(6));
}

#[test]
fn accuracy_that_nothing_supports_is_a_warning() {
    let found = replaced(
        "townships.csv",
        "subdistrict,approximate,,",
        "subdistrict,surveyed,,",
    );
    assert_eq!(with(&found, "area-missing").line, Some(4));
    let found = replaced(
        "areas.geojson",
        "\"accuracy\": \"approximate\"",
        "\"accuracy\": \"fine\"",
    );
    assert_eq!(with(&found, "area-accuracy").severity, Severity::Warning);
}

#[test]
fn a_pack_without_areas_and_seats_says_that_only_the_resident_can_tell() {
    let found = broken(|dir| {
        let empty = r#"{"type": "FeatureCollection", "features": []}"#;
        std::fs::write(dir.join("areas.geojson"), empty).unwrap();
        let csv = "code,name_zh,name_en,name_ko,kind,accuracy,seat_lng,seat_lat\n\
                   220605001,孙家堡子街道,Sunjiabuzi Subdistrict,손가보자 가두,subdistrict,approximate,,\n";
        std::fs::write(dir.join("townships.csv"), csv).unwrap();
        let csv = "code,township,name_zh,name_en,name_ko,kind\n";
        std::fs::write(dir.join("communities.csv"), csv).unwrap();
    });
    assert_eq!(with(&found, "no-areas").severity, Severity::Warning);
}
