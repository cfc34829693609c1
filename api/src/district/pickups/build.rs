//! From the files as written to [`Pickups`]: times, dates and days are read, ids are resolved.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::Deserialize;
use serde::de::IntoDeserializer;

use super::super::Pack;
use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::raw::Item as Line;
use super::raw::{RawItem, RawPickups, RawPrice, RawTemplate};
use super::{Collector, CutOff, Item, Pickups, Price, RoundDay, Template, Tolerance, Zone};

/// The pack's pickups, with the files they came from; `None` where the folder is absent or cannot be
/// made sense of.
pub(crate) fn assemble(
    files: &Files,
    pack: &Pack,
    found: &mut Vec<Finding>,
) -> Option<(RawPickups, Pickups)> {
    let present = files::PICKUPS.iter().filter(|name| files.has(name)).count();
    if present == 0 {
        return None;
    }
    if present < files::PICKUPS.len() {
        for name in files::PICKUPS.iter().filter(|name| !files.has(name)) {
            found.push(files::missing(name));
        }
        return None;
    }
    let raw = RawPickups::parse(files, found)?;
    let pickups = Builder {
        files,
        raw: &raw,
        pack,
        found,
    }
    .pickups()?;
    Some((raw, pickups))
}

struct Builder<'a> {
    files: &'a Files,
    raw: &'a RawPickups,
    pack: &'a Pack,
    found: &'a mut Vec<Finding>,
}

impl Builder<'_> {
    fn pickups(mut self) -> Option<Pickups> {
        let service = &self.raw.service;
        let cut_off = time(&service.cut_off_time);
        let morning = span(&service.morning);
        let afternoon = span(&service.afternoon);
        for (key, fine, hint) in [
            ("cut_off_time", cut_off.is_some(), "\"16:00\""),
            ("morning", morning.is_some(), "\"08:30-12:00\""),
            ("afternoon", afternoon.is_some(), "\"13:00-17:00\""),
        ] {
            if !fine {
                let line = self.files.line_of_key(files::PICKUP_SERVICE, 1, key);
                self.found.push(Finding::error(
                    "pickup-time",
                    At::line(files::PICKUP_SERVICE, line),
                    (
                        format!("{key}：例如 {hint}"),
                        format!("{key}: for example {hint}"),
                    ),
                    ("照例子改", "write it as in the example"),
                ));
            }
        }
        let collectors = self.collectors();
        let zones = self.zones();
        let templates = self.templates(&collectors, &zones);
        let items = self.items(&collectors);
        Some(Pickups {
            provisional: service.provisional,
            hold: TimeDelta::minutes(service.hold_minutes.into()),
            offer: TimeDelta::minutes(service.offer_minutes.into()),
            earliest_days: service.earliest_days,
            latest_days: service.latest_days,
            cut_off: CutOff {
                working_days: service.cut_off_working_days,
                time: cut_off?,
            },
            morning: morning?,
            afternoon: afternoon?,
            open_per_household: service.open_per_household,
            household_window: TimeDelta::days(service.household_window_days.into()),
            weight_tolerance: Tolerance {
                percent: service.weight_tolerance_percent,
                grams: grams(service.weight_tolerance_kg),
            },
            collectors,
            zones,
            templates,
            items,
        })
    }

    fn collectors(&mut self) -> Vec<Collector> {
        let raw = self.raw;
        let mut collectors = Vec::new();
        for item in &raw.collectors {
            let value = &item.value;
            if self.pack.office(&value.office).is_none() {
                self.unknown(
                    files::PICKUP_SERVICE,
                    item.line,
                    "office",
                    ("部门", "office"),
                    &value.office,
                    files::OFFICES,
                );
            }
            self.clause(files::PICKUP_SERVICE, item.line, &value.clause);
            collectors.push(Collector {
                id: value.id.clone(),
                name: value.name.clone(),
                kind: value.kind,
                licence: value.licence.clone(),
                office: value.office.clone(),
                clause: value.clause.clone(),
            });
        }
        collectors
    }

    fn zones(&mut self) -> Vec<Zone> {
        let raw = self.raw;
        let mut zones = Vec::new();
        for item in &raw.zones {
            for code in &item.value.townships {
                if self.pack.township(code).is_none() {
                    self.unknown(
                        files::PICKUP_SERVICE,
                        item.line,
                        "townships",
                        ("镇（街）", "township"),
                        code,
                        files::TOWNSHIPS,
                    );
                }
            }
            zones.push(Zone {
                id: item.value.id.clone(),
                name: item.value.name.clone(),
                townships: item.value.townships.clone(),
            });
        }
        zones
    }

    fn templates(&mut self, collectors: &[Collector], zones: &[Zone]) -> Vec<Template> {
        let raw = self.raw;
        let mut templates = Vec::new();
        for item in &raw.templates {
            let RawTemplate {
                collector, zone, ..
            } = &item.value;
            if !collectors.iter().any(|known| known.id == *collector) {
                self.unknown(
                    files::PICKUP_TEMPLATES,
                    item.line,
                    "",
                    ("收运单位", "collector"),
                    collector,
                    files::PICKUP_SERVICE,
                );
            }
            if !zones.iter().any(|known| known.id == *zone) {
                self.unknown(
                    files::PICKUP_TEMPLATES,
                    item.line,
                    "",
                    ("片区", "zone"),
                    zone,
                    files::PICKUP_SERVICE,
                );
            }
            let days: Option<BTreeSet<RoundDay>> =
                item.value.days.split_whitespace().map(round_day).collect();
            let Some(days) = days.filter(|days| !days.is_empty()) else {
                self.found.push(Finding::error(
                    "pickup-days",
                    At::line(files::PICKUP_TEMPLATES, item.line),
                    (
                        format!("看不懂的日子：{}", item.value.days),
                        format!("no days: {}", item.value.days),
                    ),
                    (
                        "用空格分开 mon tue wed thu fri sat sun make-up",
                        "write mon tue wed thu fri sat sun make-up, with spaces between",
                    ),
                ));
                continue;
            };
            templates.push(Template {
                id: item.value.id.clone(),
                collector: collector.clone(),
                zone: zone.clone(),
                days,
                half: item.value.half,
                items: item.value.items,
                litres: item.value.litres,
            });
        }
        templates
    }

    fn items(&mut self, collectors: &[Collector]) -> Vec<Item> {
        let raw = self.raw;
        let mut items = Vec::new();
        for line in &raw.items {
            let value = &line.value;
            let named = value
                .price
                .iter()
                .filter_map(|price| price.collector.as_ref());
            for id in value.collectors.iter().chain(named) {
                if !collectors.iter().any(|known| known.id == *id) {
                    self.unknown(
                        files::PICKUP_CATALOGUE,
                        line.line,
                        "collectors",
                        ("收运单位", "collector"),
                        id,
                        files::PICKUP_SERVICE,
                    );
                }
            }
            self.clause(files::PICKUP_CATALOGUE, line.line, &value.clause);
            let prices: Option<Vec<Price>> = value.price.iter().map(price).collect();
            let Some(prices) = prices else {
                self.price_error(line);
                continue;
            };
            items.push(Item {
                id: value.id.clone(),
                group: value.group,
                name: value.name.clone(),
                prepare: value.prepare.clone(),
                icon: value.icon.clone(),
                unit: value.unit,
                litres: value.litres,
                per_booking: value.per_booking,
                per_household: value.per_household,
                collectors: value.collectors.clone(),
                who: value.who.clone(),
                prices,
                statutory: value.statutory,
                custody: value.custody,
                inspected: value.inspected,
                clause: value.clause.clone(),
            });
        }
        items
    }

    fn price_error(&mut self, line: &Line<RawItem>) {
        let at = self
            .files
            .line_of_key(files::PICKUP_CATALOGUE, line.line, "price");
        self.found.push(Finding::error(
            "pickup-price",
            At::line(files::PICKUP_CATALOGUE, at),
            ("价格要写生效日期", "a price needs the day it holds from"),
            (
                "写成 { from = 2026-01-01, fen = 1000 }",
                "write { from = 2026-01-01, fen = 1000 }",
            ),
        ));
    }

    fn clause(&mut self, file: &str, line: usize, clause: &str) {
        if !self.pack.clauses().iter().any(|known| known.id == clause) {
            self.unknown(
                file,
                line,
                "clause",
                ("条款", "clause"),
                clause,
                files::CLAUSES,
            );
        }
    }

    fn unknown(
        &mut self,
        file: &str,
        from: usize,
        key: &str,
        (zh, en): (&str, &str),
        id: &str,
        list: &str,
    ) {
        let line = if key.is_empty() {
            from
        } else {
            self.files.line_of_key(file, from, key)
        };
        self.found.push(Finding::error(
            "unknown-id",
            At::line(file, line),
            (format!("没有这个{zh}：{id}"), format!("unknown {en}: {id}")),
            (
                &format!("改成 {list} 里有的，或在那里加上它"),
                &format!("use one from {list}, or add it there"),
            ),
        ));
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

fn span(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (from, until) = text.split_once('-')?;
    let (from, until) = (time(from)?, time(until)?);
    (from < until).then_some((from, until))
}

fn round_day(word: &str) -> Option<RoundDay> {
    let reader: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        word.into_deserializer();
    RoundDay::deserialize(reader).ok()
}

fn price(raw: &RawPrice) -> Option<Price> {
    let date = raw.from.date?;
    Some(Price {
        from: NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?,
        collector: raw.collector.clone(),
        fen: raw.fen,
        floor_fen: raw.floor_fen,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "check() keeps it between 0 and 1000 kg"
)]
fn grams(kg: f64) -> i64 {
    (kg * 1000.0).round() as i64
}
