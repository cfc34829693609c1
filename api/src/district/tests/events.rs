//! The pack's events: what is there, and every finding about it.

use super::check::{broken, replaced, with};
use crate::district::events::Activity;
use crate::district::{Finding, Pack};

const SERVICE: &str = "events/service.toml";

#[test]
fn the_builtin_pack_has_the_offices_kinds_rules_and_badges_of_the_programme() {
    let pack = Pack::builtin().unwrap();
    let events = pack.events().unwrap();
    let office = |kind: &str| events.organisation(kind).unwrap().office("220605001");
    assert_eq!(office("school"), "education");
    assert_eq!(office("market"), "commerce");
    assert_eq!(office("community"), "township-220605001");
    assert!(pack.office(&office("community")).is_some());
    let does = |kind: &str, activity| events.event(kind).unwrap().does.contains(&activity);
    assert!(does("book-swap", Activity::Books) && does("flea-market", Activity::Stalls));
    assert!(does("collection-film", Activity::Things));
    let badges: Vec<&str> = events.badges.iter().map(|b| b.name.zh.as_str()).collect();
    assert_eq!(badges, ["无废校园", "无废小区", "无废市场"]);
    assert!(
        events
            .criteria
            .iter()
            .all(|c| c.provisional && !c.source.zh.is_empty())
    );
    assert!(events.rules.iter().any(|rule| rule.id == "no-food"));
    assert_eq!(events.books.grams(None), events.books.grams(Some("medium")));
    assert!(events.books.grams(Some("large")) > events.books.grams(Some("small")));
}

#[test]
fn a_pack_without_the_folder_offers_no_events_and_half_a_folder_is_an_error() {
    let found = broken(|dir| std::fs::remove_dir_all(dir.join("events")).unwrap());
    assert!(!found.iter().any(Finding::is_error), "{found:#?}");
    let found = broken(|dir| std::fs::remove_file(dir.join("events/books.toml")).unwrap());
    assert_eq!(with(&found, "file-missing").file, "events/books.toml");
}

#[test]
fn what_refers_to_nothing_or_makes_no_sense_is_named_with_its_line() {
    for (file, from, to, code) in [
        (
            SERVICE,
            "office = \"education\"",
            "office = \"nobody\"",
            "unknown-id",
        ),
        (
            SERVICE,
            "badge = \"campus\"",
            "badge = \"moon\"",
            "unknown-id",
        ),
        (SERVICE, "id = \"community\"", "id = \"school\"", "id-twice"),
        (
            SERVICE,
            "offer_minutes = 720",
            "offer_minutes = 0",
            "event-value",
        ),
        (SERVICE, "Asia/Shanghai", "Asia Shanghai", "event-value"),
        (
            "events/books.toml",
            "grams = 80",
            "grams = 0",
            "event-value",
        ),
        (
            "events/books.toml",
            "take = 1",
            "take = 1000",
            "event-value",
        ),
        (
            "events/stalls.toml",
            "fen = 1000",
            "fen = -1",
            "event-value",
        ),
        (
            "events/criteria.toml",
            "at_least = 50",
            "at_least = 0",
            "event-value",
        ),
        ("events/stalls.toml", "version = 1", "versoin = 1", "syntax"),
    ] {
        let found = replaced(file, from, to);
        let finding = with(&found, code);
        assert_eq!(finding.file, file, "{from}");
        assert!(
            finding.line.is_some() && finding.is_error(),
            "{from}: {finding}"
        );
    }
}
