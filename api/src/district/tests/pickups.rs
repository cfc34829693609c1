//! The pack's pickups: what is there, and every finding about it.

use super::check::{append, broken, replaced, with};
use crate::district::pickups::{Group, Party};
use crate::district::{Finding, Pack};

const SERVICE: &str = "pickups/service.toml";
const TEMPLATES: &str = "pickups/templates.csv";
const CATALOGUE: &str = "pickups/catalogue.toml";

#[test]
fn the_builtin_pack_offers_the_fourteen_and_everything_else_the_programme_asks_for() {
    let pack = Pack::builtin().unwrap();
    let pickups = pack.pickups().unwrap();
    assert!(pickups.provisional);
    assert_eq!(
        pickups.items.iter().filter(|item| item.statutory).count(),
        14
    );
    for group in Group::ALL {
        assert!(
            pickups.items.iter().any(|item| item.group == group),
            "{group:?}"
        );
    }
    for item in &pickups.items {
        let small = item.who.contains(&Party::SmallSource);
        assert_eq!(
            item.group == Group::Hazardous,
            small && item.who.len() == 1,
            "{}",
            item.id
        );
        if item.group == Group::Hazardous {
            let licensed = |id: &String| pickups.collector(id).unwrap().licence.is_some();
            assert!(
                item.collectors.iter().all(licensed) && item.custody,
                "{}",
                item.id
            );
        }
    }
    assert!(pickups.item("e-bike-battery").unwrap().inspected);
    assert!(
        pack.townships()
            .iter()
            .all(|t| pickups.zone_of(&t.code).is_some())
    );
}

#[test]
fn a_pack_without_the_folder_offers_no_pickups_and_half_a_folder_is_an_error() {
    let found = broken(|dir| std::fs::remove_dir_all(dir.join("pickups")).unwrap());
    assert!(
        !found.iter().any(|f| f.code.starts_with("pickup")),
        "{found:#?}"
    );
    let found = broken(|dir| std::fs::remove_file(dir.join(TEMPLATES)).unwrap());
    assert_eq!(with(&found, "file-missing").file, TEMPLATES);
}

#[test]
fn every_slip_of_the_pen_is_found_in_its_file() {
    for (file, from, to, code) in [
        (
            SERVICE,
            "cut_off_time = \"16:00\"",
            "cut_off_time = \"4 pm\"",
            "pickup-time",
        ),
        (
            SERVICE,
            "morning = \"08:30-12:00\"",
            "morning = \"12:00-08:30\"",
            "pickup-time",
        ),
        (
            SERVICE,
            "hold_minutes = 10",
            "hold_minutes = 0",
            "pickup-number",
        ),
        (
            SERVICE,
            "latest_days = 30",
            "latest_days = 0",
            "pickup-number",
        ),
        (
            SERVICE,
            "open_per_household = 3",
            "open_per_household = 0",
            "pickup-number",
        ),
        (
            SERVICE,
            "weight_tolerance_percent = 5",
            "weight_tolerance_percent = 500",
            "pickup-number",
        ),
        (
            SERVICE,
            "office = \"housing\"",
            "office = \"houses\"",
            "unknown-id",
        ),
        (
            SERVICE,
            "clause = \"二（五）1\"",
            "clause = \"九（九）9\"",
            "unknown-id",
        ),
        (
            SERVICE,
            "townships = [\"220605001\"",
            "townships = [\"999999999\"",
            "unknown-id",
        ),
        (
            SERVICE,
            "townships = [\"220605104\"",
            "townships = [\"220605001\"",
            "id-twice",
        ),
        (SERVICE, "id = \"south\"", "id = \"South\"", "id-plain"),
        (SERVICE, "hold_minutes", "holding_minutes", "syntax"),
        (TEMPLATES, "mon thu make-up,am", "someday,am", "pickup-days"),
        (
            TEMPLATES,
            "bulky-city-pm,bulky",
            "bulky-city-pm,nobody",
            "unknown-id",
        ),
        (
            TEMPLATES,
            "bulky-city-pm,bulky,city",
            "bulky-city-pm,bulky,moon",
            "unknown-id",
        ),
        (
            TEMPLATES,
            "bulky-city-pm,bulky",
            "bulky-city-am,bulky",
            "id-twice",
        ),
        (
            CATALOGUE,
            "per_household = 4",
            "per_household = 1",
            "pickup-limit",
        ),
        (CATALOGUE, "litres = 600", "litres = 0", "pickup-limit"),
        (
            CATALOGUE,
            "who = [\"resident\"]",
            "who = []",
            "pickup-nobody",
        ),
        (
            CATALOGUE,
            "{ from = 2026-01-01, fen = -3000",
            "{ from = 10:00:00, fen = -3000",
            "pickup-price",
        ),
        (
            CATALOGUE,
            "{ from = 2026-01-01, fen = -3000",
            "{ from = 2026-01-01, collector = \"trade-in\", fen = -3000",
            "pickup-price",
        ),
        (
            CATALOGUE,
            "collectors = [\"farm\"]",
            "collectors = [\"farmers\"]",
            "unknown-id",
        ),
    ] {
        let found = replaced(file, from, to);
        let hit = found
            .iter()
            .any(|f| f.code == code && f.file == file && f.is_error());
        assert!(hit, "{to}: {found:#?}");
    }
    let unlicensed = replaced(
        SERVICE,
        "licence = { zh = \"危险废物收集经营许可证\", en = \"Licence to collect hazardous waste\", ko = \"유해폐기물 수집 경영 허가증\" }\n",
        "",
    );
    assert!(with(&unlicensed, "pickup-licence").is_error());
    let without_rounds = broken(|dir| {
        let path = dir.join(TEMPLATES);
        let text = std::fs::read_to_string(&path).unwrap();
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with("battery"))
            .collect();
        std::fs::write(&path, kept.join("\n")).unwrap();
    });
    assert!(with(&without_rounds, "pickup-no-round").is_error());
}

#[test]
fn a_township_without_rounds_an_incomplete_list_and_missing_words_are_warnings() {
    let found = replaced(SERVICE, "townships = [\"220605001\", ", "townships = [");
    assert!(!with(&found, "pickup-township").is_error());
    let found = replaced(CATALOGUE, "statutory = true\n", "");
    assert!(!with(&found, "pickup-statutory").is_error());
    let found = replaced(CATALOGUE, ", ko = \"냉장고\"", "");
    assert!(!with(&found, "translation").is_error());
    let found = replaced(SERVICE, "provisional = true", "provisional = false");
    assert!(!found.iter().any(|f| f.code == "pickup-provisional"));
    let found = broken(|dir| append(dir, TEMPLATES, "extra,bulky,city,sun,am,1,10\n"));
    assert!(!found.iter().any(Finding::is_error), "{found:#?}");
}
