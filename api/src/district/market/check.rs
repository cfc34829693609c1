//! What would hurt a resident or the figures later: a leaf without a weight, a root without leaves,
//! weights out of order, an office that is none, numbers that allow nothing.

use std::collections::HashMap;

use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::{Lang, Pack, Text};
use super::ReasonKind;
use super::raw::{RawCategory, RawMarket};

/// The checks whose findings keep a pack from loading.
pub(crate) fn errors(files: &Files, pack: &Pack, raw: &RawMarket, found: &mut Vec<Finding>) {
    let ids =
        |kept: &mut HashMap<String, usize>, line: usize, id: &str, found: &mut Vec<Finding>| {
            let at = At::line(files::MARKET_CATEGORIES, line);
            let plain = id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if id.is_empty() || !plain {
                found.push(Finding::error(
                    "id-plain",
                    at,
                    (
                        format!("代号“{id}”只能用小写字母、数字和 -"),
                        format!("the id “{id}” may hold lower-case letters, digits and - only"),
                    ),
                    ("改代号", "change the id"),
                ));
            }
            if let Some(first) = kept.insert(id.to_owned(), line) {
                found.push(Finding::error(
                    "id-twice",
                    at,
                    (
                        format!("{id} 已在第 {first} 行用过"),
                        format!("{id} was used on line {first}"),
                    ),
                    (
                        "换一个代号，或删掉重复的",
                        "choose another, or delete the duplicate",
                    ),
                ));
            }
        };
    let mut kept = HashMap::new();
    for item in &raw.categories {
        ids(&mut kept, item.line, &item.value.id, found);
    }
    let mut kept = HashMap::new();
    for item in &raw.conditions {
        ids(&mut kept, item.line, &item.value.id, found);
    }
    let mut kept = HashMap::new();
    for item in &raw.reasons {
        ids(&mut kept, item.line, &item.value.id, found);
    }
    for item in &raw.categories {
        let at = At::line(files::MARKET_CATEGORIES, item.line);
        if let Some((zh, en)) = wrong(raw, &item.value) {
            let id = &item.value.id;
            found.push(Finding::error(
                "market-category",
                at,
                (format!("{id}：{zh}"), format!("{id}: {en}")),
                (
                    "大类写 icon，小类写 parent、weight_g（low ≤ typical ≤ high，克）和 source",
                    "a root has an icon; a leaf a parent, weight_g (low ≤ typical ≤ high, in grams) and a source",
                ),
            ));
        }
    }
    service(files, pack, raw, found);
}

fn wrong(raw: &RawMarket, category: &RawCategory) -> Option<(&'static str, &'static str)> {
    let named = |id: &str| raw.categories.iter().find(|item| item.value.id == id);
    match &category.parent {
        None if category.weight_g.is_some() => {
            Some(("大类没有重量", "a root has no weight of its own"))
        }
        None if category.icon.is_none() => Some(("大类缺少 icon", "the root has no icon")),
        None if !raw
            .categories
            .iter()
            .any(|item| item.value.parent.as_deref() == Some(&category.id)) =>
        {
            Some(("大类没有小类", "the root has no leaves"))
        }
        None => None,
        Some(parent) if named(parent).is_none_or(|root| root.value.parent.is_some()) => {
            Some(("parent 不是大类", "its parent is no root"))
        }
        Some(_) => match category.weight_g {
            None => Some(("缺少重量", "it has no weight")),
            Some(weight)
                if weight.low <= 0
                    || weight.low > weight.typical
                    || weight.typical > weight.high =>
            {
                Some(("重量次序不对", "its weights are out of order"))
            }
            Some(_) if category.source.is_none() => {
                Some(("没写重量的来源", "its weight has no source"))
            }
            Some(_) => None,
        },
    }
}

fn service(files: &Files, pack: &Pack, raw: &RawMarket, found: &mut Vec<Finding>) {
    let service = &raw.service;
    let mut bad = |code: &'static str, key: &str, zh: &str, en: &str| {
        let line = files.line_of_key(files::MARKET_SERVICE, 1, key);
        found.push(Finding::error(
            code,
            At::line(files::MARKET_SERVICE, line),
            (format!("{key} 不合理"), format!("{key} makes no sense")),
            (zh, en),
        ));
    };
    if pack.office(&service.office).is_none() {
        bad(
            "unknown-id",
            "office",
            "写 offices.toml 里的代号",
            "write an id of offices.toml",
        );
    }
    let reason = |id: &str| {
        raw.reasons
            .iter()
            .any(|item| item.value.kind == ReasonKind::NotDone && item.value.id == id)
    };
    for (key, id) in [
        ("taker_no_show", &service.taker_no_show),
        ("giver_no_show", &service.giver_no_show),
    ] {
        if !reason(id) {
            bad(
                "unknown-id",
                key,
                "写 categories.toml 里 not-done 的理由",
                "write a not-done reason of categories.toml",
            );
        }
    }
    for (key, value, low, high) in [
        ("expiry_days", service.expiry_days, 1, 366),
        ("warn_days", service.warn_days, 1, service.expiry_days),
        ("renewals", service.renewals, 0, 100),
        ("renew_grace_days", service.renew_grace_days, 0, 366),
        ("bump_days", service.bump_days, 1, 366),
        ("open_listings", service.open_listings, 1, 1000),
        (
            "open_listings_merchant",
            service.open_listings_merchant,
            service.open_listings,
            10_000,
        ),
        ("drafts", service.drafts, 1, 1000),
        ("searches", service.searches, 1, 100),
        ("max_price_yuan", service.max_price_yuan, 1, 1_000_000),
        ("max_quantity", service.max_quantity, 1, 1000),
        ("digest_hour", service.digest_hour, 0, 23),
        ("half_life_days", service.half_life_days, 1, 3660),
        ("no_show_days", service.no_show_days, 1, 366),
        ("kept_days", service.kept_days, 1, 3660),
    ] {
        if !(low..=high).contains(&value) {
            bad(
                "market-number",
                key,
                &format!("写 {low} 到 {high}"),
                &format!("write {low} to {high}"),
            );
        }
    }
}

/// What works and wants attention.
pub(crate) fn warnings(files: &Files, raw: &RawMarket, found: &mut Vec<Finding>) {
    if raw.service.provisional {
        let line = files.line_of_key(files::MARKET_SERVICE, 1, "provisional");
        found.push(Finding::warning(
            "market-provisional",
            At::line(files::MARKET_SERVICE, line),
            (
                "二手集市的期限和上限还是提案",
                "the periods and limits of the second-hand market are a proposal",
            ),
            (
                "定下来后改成 provisional = false",
                "write provisional = false once they are decided",
            ),
        ));
    }
    let texts =
        raw.categories
            .iter()
            .map(|item| (item.line, &item.value.name))
            .chain(raw.conditions.iter().flat_map(|item| {
                [&item.value.name, &item.value.hint].map(|text| (item.line, text))
            }))
            .chain(raw.reasons.iter().map(|item| (item.line, &item.value.name)));
    for (line, text) in texts {
        words(line, text, found);
    }
}

fn words(line: usize, text: &Text, found: &mut Vec<Finding>) {
    let missing: Vec<&str> = text.missing().into_iter().map(Lang::tag).collect();
    if missing.is_empty() {
        return;
    }
    let (missing, zh) = (missing.join(", "), &text.zh);
    found.push(Finding::warning(
        "translation",
        At::line(files::MARKET_CATEGORIES, line),
        (
            format!("“{zh}”缺少译文：{missing}"),
            format!("“{zh}” lacks words in {missing}"),
        ),
        (
            "补上译文，否则显示中文",
            "add the translation; Chinese is shown until then",
        ),
    ));
}
