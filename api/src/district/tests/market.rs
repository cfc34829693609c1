//! The pack's second-hand market: what is there, and every finding about it.

use super::check::{broken, replaced, with};
use crate::district::Pack;
use crate::district::market::ReasonKind;

const SERVICE: &str = "market/service.toml";
const CATEGORIES: &str = "market/categories.toml";

#[test]
fn the_builtin_pack_knows_what_things_weigh_and_where_that_comes_from() {
    let pack = Pack::builtin().unwrap();
    let market = pack.market().unwrap();
    assert!(pack.office(&market.office).is_some());
    let roots = market.categories.iter().filter(|c| c.parent.is_none());
    assert!(roots.count() >= 10);
    for leaf in market.categories.iter().filter(|c| c.parent.is_some()) {
        let weight = leaf.weight.unwrap();
        assert!(weight.low <= weight.typical && weight.typical <= weight.high);
        assert!(leaf.source.is_some() && market.leaf(&leaf.id).is_some());
    }
    assert!(
        market
            .reason(ReasonKind::NotDone, &market.taker_no_show)
            .is_some()
    );
    assert!(market.reason(ReasonKind::Block, "rude").is_some());
}

#[test]
fn a_pack_without_the_folder_offers_no_market_and_half_a_folder_is_an_error() {
    let found = broken(|dir| std::fs::remove_dir_all(dir.join("market")).unwrap());
    assert!(
        !found.iter().any(|f| f.file.starts_with("market")),
        "{found:#?}"
    );
    let found = broken(|dir| std::fs::remove_file(dir.join(CATEGORIES)).unwrap());
    assert_eq!(with(&found, "file-missing").file, CATEGORIES);
}

#[test]
fn every_slip_of_the_pen_is_found_in_its_file() {
    for (file, from, to, code) in [
        (
            SERVICE,
            "office = \"market-supervision\"",
            "office = \"nobody\"",
            "unknown-id",
        ),
        (
            SERVICE,
            "taker_no_show = \"taker-no-show\"",
            "taker_no_show = \"rude\"",
            "unknown-id",
        ),
        (
            SERVICE,
            "digest_hour = 8",
            "digest_hour = 24",
            "market-number",
        ),
        (
            SERVICE,
            "expiry_days = 60",
            "expiry_days = 0",
            "market-number",
        ),
        (SERVICE, "drafts = 20", "draughts = 20", "syntax"),
        (
            CATEGORIES,
            "weight_g = { low = 5000, typical = 22000, high = 60000 }",
            "weight_g = { low = 50000, typical = 22000, high = 60000 }",
            "market-category",
        ),
        (
            CATEGORIES,
            "parent = \"furniture\"",
            "parent = \"furnitures\"",
            "market-category",
        ),
        (CATEGORIES, "icon = \"🪑\"", "", "market-category"),
        (
            CATEGORIES,
            "id = \"furniture-kang-table\"",
            "id = \"furniture-table\"",
            "id-twice",
        ),
        (
            CATEGORIES,
            "id = \"like-new\"",
            "id = \"Like New\"",
            "id-plain",
        ),
    ] {
        let found = replaced(file, from, to);
        assert!(
            found
                .iter()
                .any(|f| f.code == code && f.file == file && f.line.is_some()),
            "{to}: {found:#?}"
        );
    }
}
