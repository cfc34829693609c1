//! The pack's second-hand market: the tree of categories with what things weigh, conditions, reasons,
//! and the service's numbers. Described in `infra/districts/jiangyuan/market/README.md`.

mod check;
mod raw;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use check::{errors, warnings};
pub(crate) use raw::{RawMarket, assemble};

use super::Text;
use crate::shared::money::Money;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Market {
    pub provisional: bool,
    /// Office id: whose handlers check licences.
    pub office: String,
    pub expiry: TimeDelta,
    pub warning: TimeDelta,
    pub renewals: i64,
    pub renew_grace: TimeDelta,
    pub bump: TimeDelta,
    pub open_listings: i64,
    pub open_listings_merchant: i64,
    pub drafts: i64,
    pub searches: i64,
    pub max_price: Money,
    pub max_quantity: i64,
    /// From 0 to 23, in the district's time.
    pub digest_hour: u32,
    pub half_life: TimeDelta,
    pub no_show: TimeDelta,
    pub taker_no_show: String,
    pub giver_no_show: String,
    pub kept: TimeDelta,
    pub categories: Vec<MarketCategory>,
    pub conditions: Vec<Condition>,
    pub reasons: Vec<Reason>,
}

/// A root, which has leaves, or a leaf, which has a weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketCategory {
    pub id: String,
    /// Of a leaf.
    pub parent: Option<String>,
    /// An emoji; of a root.
    pub icon: Option<String>,
    pub name: Text,
    /// Other words to find it by, in any language.
    pub aliases: Vec<String>,
    /// Of a leaf.
    pub weight: Option<Weight>,
    /// What one is, where it is not a piece.
    pub unit: Option<Text>,
    /// Where the weight comes from.
    pub source: Option<String>,
}

/// Grams of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CategoryWeight)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    pub low: i64,
    pub typical: i64,
    pub high: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub id: String,
    pub name: Text,
    pub hint: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub kind: ReasonKind,
    pub id: String,
    pub name: Text,
}

/// What a reason is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = MarketReasonKind)]
pub enum ReasonKind {
    /// A hand-over that did not happen.
    NotDone,
    /// Blocking a person.
    Block,
}

impl Market {
    pub fn category(&self, id: &str) -> Option<&MarketCategory> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// A leaf with its root.
    pub fn leaf(&self, id: &str) -> Option<(&MarketCategory, &MarketCategory)> {
        let leaf = self.category(id)?;
        Some((leaf, self.category(leaf.parent.as_deref()?)?))
    }

    pub fn leaves<'a>(&'a self, root: &'a str) -> impl Iterator<Item = &'a MarketCategory> {
        self.categories
            .iter()
            .filter(move |category| category.parent.as_deref() == Some(root))
    }

    pub fn condition(&self, id: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.id == id)
    }

    pub fn reason(&self, kind: ReasonKind, id: &str) -> Option<&Reason> {
        let same = |reason: &&Reason| reason.kind == kind && reason.id == id;
        self.reasons.iter().find(same)
    }
}
