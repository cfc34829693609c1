//! The two files as they are written. Unknown fields are refused, as everywhere in the pack.

use chrono::TimeDelta;
use serde::Deserialize;
use toml::Spanned;

use super::super::Text;
use super::super::files::{self, Files};
use super::super::finding::Finding;
use super::super::raw::{Item, items, parse_toml};
use super::{Condition, Market, MarketCategory, Reason, ReasonKind, Weight};
use crate::shared::money::Money;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawService {
    pub provisional: bool,
    pub office: String,
    pub expiry_days: u32,
    pub warn_days: u32,
    pub renewals: u32,
    pub renew_grace_days: u32,
    pub bump_days: u32,
    pub open_listings: u32,
    pub open_listings_merchant: u32,
    pub drafts: u32,
    pub searches: u32,
    pub max_price_yuan: u32,
    pub max_quantity: u32,
    pub digest_hour: u32,
    pub half_life_days: u32,
    pub no_show_days: u32,
    pub taker_no_show: String,
    pub giver_no_show: String,
    pub kept_days: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoriesFile {
    category: Vec<Spanned<RawCategory>>,
    condition: Vec<Spanned<RawCondition>>,
    reason: Vec<Spanned<RawReason>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCategory {
    pub id: String,
    pub parent: Option<String>,
    pub icon: Option<String>,
    pub name: Text,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub weight_g: Option<Weight>,
    pub unit: Option<Text>,
    pub source: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCondition {
    pub id: String,
    pub name: Text,
    pub hint: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawReason {
    pub kind: ReasonKind,
    pub id: String,
    pub name: Text,
}

#[derive(Debug)]
pub(crate) struct RawMarket {
    pub service: RawService,
    pub categories: Vec<Item<RawCategory>>,
    pub conditions: Vec<Item<RawCondition>>,
    pub reasons: Vec<Item<RawReason>>,
}

/// The pack's market, with the files it came from; `None` where the folder is absent or cannot be
/// made sense of.
pub(crate) fn assemble(files: &Files, found: &mut Vec<Finding>) -> Option<(RawMarket, Market)> {
    let present = files::MARKET.iter().filter(|name| files.has(name)).count();
    if present == 0 {
        return None;
    }
    for name in files::MARKET.iter().filter(|name| !files.has(name)) {
        found.push(files::missing(name));
    }
    let service = parse_toml::<RawService>(files, files::MARKET_SERVICE, found);
    let lists = parse_toml::<CategoriesFile>(files, files::MARKET_CATEGORIES, found);
    let (service, lists) = (service?, lists?);
    let raw = RawMarket {
        service,
        categories: items(files, files::MARKET_CATEGORIES, lists.category),
        conditions: items(files, files::MARKET_CATEGORIES, lists.condition),
        reasons: items(files, files::MARKET_CATEGORIES, lists.reason),
    };
    let market = market(&raw);
    Some((raw, market))
}

fn market(raw: &RawMarket) -> Market {
    let service = &raw.service;
    let days = |days: u32| TimeDelta::days(days.into());
    Market {
        provisional: service.provisional,
        office: service.office.clone(),
        expiry: days(service.expiry_days),
        warning: days(service.warn_days),
        renewals: service.renewals.into(),
        renew_grace: days(service.renew_grace_days),
        bump: days(service.bump_days),
        open_listings: service.open_listings.into(),
        open_listings_merchant: service.open_listings_merchant.into(),
        drafts: service.drafts.into(),
        searches: service.searches.into(),
        max_price: Money(100) * i64::from(service.max_price_yuan),
        max_quantity: service.max_quantity.into(),
        digest_hour: service.digest_hour,
        half_life: days(service.half_life_days),
        no_show: days(service.no_show_days),
        taker_no_show: service.taker_no_show.clone(),
        giver_no_show: service.giver_no_show.clone(),
        kept: days(service.kept_days),
        categories: raw
            .categories
            .iter()
            .map(|item| MarketCategory {
                id: item.value.id.clone(),
                parent: item.value.parent.clone(),
                icon: item.value.icon.clone(),
                name: item.value.name.clone(),
                aliases: item.value.aliases.clone(),
                weight: item.value.weight_g,
                unit: item.value.unit.clone(),
                source: item.value.source.clone(),
            })
            .collect(),
        conditions: raw
            .conditions
            .iter()
            .map(|item| Condition {
                id: item.value.id.clone(),
                name: item.value.name.clone(),
                hint: item.value.hint.clone(),
            })
            .collect(),
        reasons: raw
            .reasons
            .iter()
            .map(|item| Reason {
                kind: item.value.kind,
                id: item.value.id.clone(),
                name: item.value.name.clone(),
            })
            .collect(),
    }
}
