//! Changes by editors, unanswered names, flags; and what an edited thing must be like.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;

use super::rules::Rules;
use super::search::{Index, Rank};
use crate::district::sorting::{Area, Kind, Thing};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, FlagId, MissId, SortingChangeId};
use crate::shared::message::Message;

pub const MAX_NAME: usize = 30;
pub const MAX_ALIASES: usize = 30;
pub const MAX_NOTE: usize = 120;
pub const MAX_REASON: usize = 300;

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ChangeState {
    InEffect,
    /// It touches something hazardous: a second editor must agree first.
    Awaiting,
    Refused,
}

/// A change of one thing; `after` is empty where it was taken off the list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Change {
    pub id: SortingChangeId,
    pub thing_id: String,
    pub before: Option<Json<Thing>>,
    pub after: Option<Json<Thing>>,
    pub reason: String,
    pub state: ChangeState,
    pub revision: Option<i64>,
    pub author: AccountId,
    #[sqlx(default)]
    pub author_name: Option<String>,
    pub created_at: DateTime<Utc>,
    pub decided_by: Option<AccountId>,
    #[sqlx(default)]
    pub decided_by_name: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MissState {
    Open,
    Answered,
    Dismissed,
}

/// A name that the look-up could not answer.
#[derive(Clone, Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Miss {
    pub id: MissId,
    /// As it was typed, folded to one spelling.
    pub name: String,
    pub area: Area,
    pub count: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub state: MissState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum FlagState {
    Open,
    /// The resident was right.
    Upheld,
    Dismissed,
}

/// A resident's word that an answer is wrong.
#[derive(Clone, Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Flag {
    pub id: FlagId,
    /// The thing, or the kind where the answer was made from parts.
    pub thing_id: String,
    pub thing_name: String,
    pub area: Area,
    /// What was looked up.
    pub asked: String,
    pub says: String,
    pub created_at: DateTime<Utc>,
    pub state: FlagState,
    #[serde(skip)]
    #[sqlx(default)]
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
}

/// A thing as an editor writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The everyday Chinese name, at most 30 characters.
    pub name: String,
    /// The id of a kind.
    pub kind: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub en: Vec<String>,
    #[serde(default)]
    pub ko: Vec<String>,
    #[serde(default)]
    pub emoji: Option<String>,
    /// What is particular about this thing, in Chinese, at most 120 characters.
    #[serde(default)]
    pub note: Option<String>,
}

impl Draft {
    pub fn of(thing: &Thing) -> Self {
        Self {
            name: thing.name.clone(),
            kind: thing.kind.clone(),
            aliases: thing.aliases.clone(),
            en: thing.en.clone(),
            ko: thing.ko.clone(),
            emoji: thing.emoji.clone(),
            note: thing.note.clone(),
        }
    }

    /// The thing that this makes of `id`, or of a new one. Every field at fault is named.
    ///
    /// # Errors
    /// 422 naming the fields.
    pub fn check(self, index: &Index, id: Option<&str>) -> Result<Thing> {
        let thing = self.tidied(id);
        let errors = faults(&index.rules, &thing, &taken(index, &thing));
        if errors.is_empty() {
            Ok(thing)
        } else {
            Err(Error::Invalid(errors))
        }
    }

    pub fn tidied(self, id: Option<&str>) -> Thing {
        let tidy = |names: Vec<String>| -> Vec<String> {
            let mut seen = HashSet::new();
            let names = names.into_iter().map(|name| name.trim().to_owned());
            names
                .filter(|name| !name.is_empty() && seen.insert(name.clone()))
                .collect()
        };
        let filled = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let name = self.name.trim().to_owned();
        let mut aliases = tidy(self.aliases);
        aliases.retain(|alias| *alias != name);
        Thing {
            id: id.map_or_else(|| Thing::id_of(&name), str::to_owned),
            kind: self.kind.trim().to_owned(),
            aliases,
            en: tidy(self.en),
            ko: tidy(self.ko),
            emoji: filled(self.emoji),
            note: filled(self.note),
            name,
        }
    }
}

/// Names of the thing that belong to another thing already.
fn taken(index: &Index, thing: &Thing) -> Vec<(String, String)> {
    let mut taken = Vec::new();
    for name in std::iter::once(&thing.name)
        .chain(&thing.aliases)
        .chain(&thing.emoji)
    {
        let found = index.exact(&index.fold(name).chars).iter();
        let mut others = found
            .map(|i| index.entry(*i))
            .filter(|entry| entry.rank <= Rank::Alias)
            .map(|entry| index.thing(entry.thing))
            .filter(|other| other.id != thing.id);
        if let Some(other) = others.next() {
            taken.push((name.clone(), other.name.clone()));
        }
    }
    taken
}

/// What is wrong with a thing, field by field.
pub fn faults(rules: &Rules, thing: &Thing, taken: &[(String, String)]) -> Vec<(String, Message)> {
    let mut errors = Vec::new();
    let mut fault = |field: &str, message: Message| errors.push((field.to_owned(), message));
    let fits = |name: &str| {
        (1..=MAX_NAME).contains(&name.chars().count()) && !name.contains(['|', '\n', '\r', '\t'])
    };
    if !fits(&thing.name) {
        fault(
            "name",
            message!(
                "名称须为 1 至 30 个字，不含竖线。",
                "A name has 1 to 30 characters and no vertical bar.",
                "이름은 1~30자이며 세로줄을 쓸 수 없습니다."
            ),
        );
    }
    if rules.kind(&thing.kind).is_none() {
        fault(
            "kind",
            message!(
                "没有这个种类：{k}。",
                "There is no kind {k}.",
                "{k}라는 종류가 없습니다.",
                k = thing.kind
            ),
        );
    }
    for (field, names) in [
        ("aliases", &thing.aliases),
        ("en", &thing.en),
        ("ko", &thing.ko),
    ] {
        let too_long = |name: &String| {
            name.chars().count() > 2 * MAX_NAME || name.contains(['|', '\n', '\r', '\t'])
        };
        if names.len() > MAX_ALIASES || names.iter().any(too_long) {
            fault(
                field,
                message!(
                    "最多 30 个名字，每个最多 60 个字，不含竖线。",
                    "At most 30 names of at most 60 characters each, without vertical bars.",
                    "이름은 최대 30개, 각각 60자 이내이며 세로줄을 쓸 수 없습니다."
                ),
            );
        }
    }
    for (name, other) in taken {
        let field = if *name == thing.name {
            "name"
        } else {
            "aliases"
        };
        fault(
            field,
            message!(
                "“{name}”已经是“{other}”的名字。",
                "{name} is a name of {other} already.",
                "‘{name}’은(는) 이미 ‘{other}’의 이름입니다.",
                name = name,
                other = other
            ),
        );
    }
    if thing
        .emoji
        .as_ref()
        .is_some_and(|emoji| emoji.chars().count() > 8)
    {
        fault(
            "emoji",
            message!(
                "只填一个表情符号。",
                "One emoji only.",
                "이모지는 하나만 입력해 주세요."
            ),
        );
    }
    if thing
        .note
        .as_ref()
        .is_some_and(|note| note.chars().count() > MAX_NOTE)
    {
        fault(
            "note",
            message!(
                "说明最多 120 个字。",
                "A note has at most 120 characters.",
                "설명은 120자 이내여야 합니다."
            ),
        );
    }
    errors
}

/// A reason for a change: 4 to 300 characters.
///
/// # Errors
/// 422 naming `reason`.
pub fn check_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if (4..=MAX_REASON).contains(&reason.chars().count()) {
        Ok(reason.to_owned())
    } else {
        Err(Error::field(
            "reason",
            message!(
                "请写明理由，4 至 300 个字。",
                "Give a reason of 4 to 300 characters.",
                "이유를 4~300자로 적어 주세요."
            ),
        ))
    }
}

/// Whether a change must wait for a second person: it makes something hazardous, or stops it being so.
pub fn needs_two(rules: &Rules, before: Option<&Thing>, after: Option<&Thing>) -> bool {
    let dangerous = |thing: Option<&Thing>| {
        thing
            .and_then(|thing| rules.kind(&thing.kind))
            .is_some_and(Kind::is_dangerous)
    };
    let kind = |thing: Option<&Thing>| thing.map(|thing| thing.kind.clone());
    if dangerous(before) == dangerous(after) && kind(before) == kind(after) {
        // Only names changed: taking a name from a hazardous thing leaves it unanswered, not wrong.
        return false;
    }
    dangerous(before) || dangerous(after)
}
