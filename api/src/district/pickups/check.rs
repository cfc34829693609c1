//! What would hurt a resident or a crew later: twice the same id, an item nobody collects, a limit
//! that allows nothing, a township without a round, prices that begin too late.

use std::collections::HashMap;

use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::{Lang, Pack, Text};
use super::raw::RawPickups;
use super::{CollectorKind, Pickups};

/// The fourteen of the 废弃电器电子产品处理目录（2014年版）.
const STATUTORY: usize = 14;

/// The checks whose findings keep a pack from loading.
pub(crate) fn errors(files: &Files, raw: &RawPickups, pickups: &Pickups, found: &mut Vec<Finding>) {
    let service = files::PICKUP_SERVICE;
    let catalogue = files::PICKUP_CATALOGUE;
    unique(
        service,
        raw.collectors.iter().map(|c| (c.line, &c.value.id)),
        found,
    );
    unique(
        service,
        raw.zones.iter().map(|z| (z.line, &z.value.id)),
        found,
    );
    unique(
        files::PICKUP_TEMPLATES,
        raw.templates.iter().map(|t| (t.line, &t.value.id)),
        found,
    );
    unique(
        catalogue,
        raw.items.iter().map(|i| (i.line, &i.value.id)),
        found,
    );
    let townships = raw.zones.iter().flat_map(|zone| {
        let line = files.line_of_key(service, zone.line, "townships");
        zone.value.townships.iter().map(move |code| (line, code))
    });
    unique(service, townships, found);
    numbers(files, raw, found);
    for item in &raw.items {
        let value = &item.value;
        let at = At::line(catalogue, item.line);
        let limits = 1..=10_000;
        if !limits.contains(&value.litres)
            || !limits.contains(&value.per_booking)
            || value.per_household < value.per_booking
        {
            found.push(Finding::error(
                "pickup-limit",
                at,
                (
                    format!("{} 的体积或上限不对", value.id),
                    format!("the size or a limit of {} allows nothing", value.id),
                ),
                (
                    "体积和每次上限至少 1，每户上限不小于每次上限",
                    "litres and per_booking at least 1, per_household not below per_booking",
                ),
            ));
        }
        if value.collectors.is_empty() || value.who.is_empty() || value.price.is_empty() {
            found.push(Finding::error(
                "pickup-nobody",
                at,
                (
                    format!("{} 没有人收、没有人能约或没有价格", value.id),
                    format!(
                        "nobody collects or may book {}, or it has no price",
                        value.id
                    ),
                ),
                (
                    "写上 collectors、who 和 price",
                    "write collectors, who and price",
                ),
            ));
        }
        if value.price.iter().all(|price| price.collector.is_some()) && !value.price.is_empty() {
            found.push(Finding::error(
                "pickup-price",
                at,
                (
                    format!("{} 没有通用价格", value.id),
                    format!("{} has no price that holds for every collector", value.id),
                ),
                (
                    "加一个不写 collector 的价格",
                    "add a price without a collector",
                ),
            ));
        }
    }
    for item in &raw.collectors {
        if item.value.kind == CollectorKind::Firm && item.value.licence.is_none() {
            found.push(Finding::error(
                "pickup-licence",
                At::line(service, item.line),
                (
                    format!("{} 没写须持的许可", item.value.id),
                    format!("{} does not say which licence it needs", item.value.id),
                ),
                ("写上 licence", "write licence"),
            ));
        }
    }
    served(files, raw, pickups, found);
}

/// An item whose collectors have no round cannot be booked anywhere.
fn served(files: &Files, raw: &RawPickups, pickups: &Pickups, found: &mut Vec<Finding>) {
    for item in &raw.items {
        let collectors = &item.value.collectors;
        let served = pickups
            .templates
            .iter()
            .any(|template| collectors.contains(&template.collector) && template.items > 0);
        if !served && !collectors.is_empty() {
            let line = files.line_of_key(files::PICKUP_CATALOGUE, item.line, "collectors");
            found.push(Finding::error(
                "pickup-no-round",
                At::line(files::PICKUP_CATALOGUE, line),
                (
                    format!("{} 的收运单位没有班次", item.value.id),
                    format!("no round of its collectors takes {}", item.value.id),
                ),
                ("在 templates.csv 里加班次", "add a round to templates.csv"),
            ));
        }
    }
}

fn numbers(files: &Files, raw: &RawPickups, found: &mut Vec<Finding>) {
    let service = &raw.service;
    let mut bad = |key: &str, zh: &str, en: &str| {
        let line = files.line_of_key(files::PICKUP_SERVICE, 1, key);
        found.push(Finding::error(
            "pickup-number",
            At::line(files::PICKUP_SERVICE, line),
            (format!("{key} 不合理"), format!("{key} makes no sense")),
            (zh, en),
        ));
    };
    if !(1..=120).contains(&service.hold_minutes) {
        bad("hold_minutes", "写 1 到 120 分钟", "write 1 to 120 minutes");
    }
    if !(1..=10_080).contains(&service.offer_minutes) {
        bad(
            "offer_minutes",
            "写 1 到 10080 分钟",
            "write 1 to 10080 minutes",
        );
    }
    if service.latest_days > 366 || service.latest_days < service.earliest_days {
        bad(
            "latest_days",
            "不小于 earliest_days，最多 366",
            "write at least earliest_days and at most 366",
        );
    }
    if service.cut_off_working_days > 10 {
        bad("cut_off_working_days", "写 0 到 10", "write 0 to 10");
    }
    if !(1..=100).contains(&service.open_per_household) {
        bad("open_per_household", "写 1 到 100", "write 1 to 100");
    }
    if !(1..=3660).contains(&service.household_window_days) {
        bad("household_window_days", "写 1 到 3660", "write 1 to 3660");
    }
    if !(0.0..=100.0).contains(&service.weight_tolerance_percent) {
        bad("weight_tolerance_percent", "写 0 到 100", "write 0 to 100");
    }
    if !(0.0..=1000.0).contains(&service.weight_tolerance_kg) {
        bad("weight_tolerance_kg", "写 0 到 1000", "write 0 to 1000");
    }
}

fn unique<'a>(
    file: &str,
    ids: impl Iterator<Item = (usize, &'a String)>,
    found: &mut Vec<Finding>,
) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (line, id) in ids {
        // A slot's name joins ids with dots, and goes into addresses.
        let plain = id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if id.is_empty() || !plain {
            found.push(Finding::error(
                "id-plain",
                At::line(file, line),
                (
                    format!("代号“{id}”只能用小写字母、数字和 -"),
                    format!("the id “{id}” may hold lower-case letters, digits and - only"),
                ),
                ("改代号", "change the id"),
            ));
        }
        if let Some(first) = seen.insert(id, line) {
            found.push(Finding::error(
                "id-twice",
                At::line(file, line),
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
    }
}

/// What works and wants attention.
pub(crate) fn warnings(
    files: &Files,
    pack: &Pack,
    raw: &RawPickups,
    pickups: &Pickups,
    found: &mut Vec<Finding>,
) {
    if pickups.provisional {
        let line = files.line_of_key(files::PICKUP_SERVICE, 1, "provisional");
        found.push(Finding::warning(
            "pickup-provisional",
            At::line(files::PICKUP_SERVICE, line),
            (
                "上门收运的价格、班次和收运单位还是提案",
                "prices, rounds and collectors of pickups are a proposal",
            ),
            (
                "定下来后改成 provisional = false",
                "write provisional = false once they are decided",
            ),
        ));
    }
    let statutory = pickups.items.iter().filter(|item| item.statutory).count();
    if statutory != STATUTORY {
        found.push(Finding::warning(
            "pickup-statutory",
            At::file(files::PICKUP_CATALOGUE),
            (
                format!("目录里的废弃电器电子产品有 {STATUTORY} 种，这里标了 {statutory} 种"),
                format!(
                    "the national list has {STATUTORY} appliances, {statutory} are marked here"
                ),
            ),
            (
                "逐项核对 statutory = true",
                "compare the items marked statutory = true with the list",
            ),
        ));
    }
    for township in pack.townships() {
        if pickups.zone_of(&township.code).is_none() {
            let name = &township.name.zh;
            found.push(Finding::warning(
                "pickup-township",
                At::file(files::PICKUP_SERVICE),
                (
                    format!("{name} 不在任何片区，那里约不了"),
                    format!(
                        "{} is in no zone: nothing can be booked there",
                        township.name.get(Lang::En)
                    ),
                ),
                ("把它写进一个片区", "add it to a zone"),
            ));
        }
    }
    let texts = raw
        .collectors
        .iter()
        .flat_map(|c| {
            [Some(&c.value.name), c.value.licence.as_ref()]
                .map(|text| (files::PICKUP_SERVICE, c.line, text))
        })
        .chain(
            raw.zones
                .iter()
                .map(|z| (files::PICKUP_SERVICE, z.line, Some(&z.value.name))),
        )
        .chain(raw.items.iter().flat_map(|i| {
            [&i.value.name, &i.value.prepare]
                .map(|text| (files::PICKUP_CATALOGUE, i.line, Some(text)))
        }));
    for (file, line, text) in texts {
        words(file, line, text, found);
    }
}

fn words(file: &str, line: usize, text: Option<&Text>, found: &mut Vec<Finding>) {
    let Some(text) = text else { return };
    let missing: Vec<&str> = text.missing().into_iter().map(Lang::tag).collect();
    if missing.is_empty() {
        return;
    }
    let (missing, zh) = (missing.join(", "), &text.zh);
    found.push(Finding::warning(
        "translation",
        At::line(file, line),
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
