//! What an inbox may be narrowed by, from the query string.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Scope;
use crate::auth::Account;
use crate::message;
use crate::reports::parse_statuses;
use crate::reports::steps::Rung;
use crate::reports::store::word_set;
use crate::shared::code::Code;
use crate::shared::error::{Error, Result};
use crate::shared::geo::{EARTH_RADIUS_M, Point};
use crate::shared::id::AccountId;
use crate::shared::message::Message;
use crate::shared::terms;

const MAX_WORDS: usize = 100;
const MAX_LIST: usize = 50;
const MAX_WITHIN_M: u32 = 50_000;

/// The filters of the inbox. Several values of one filter stand between commas.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
pub struct CasesQuery {
    /// One or several statuses between commas.
    pub status: Option<String>,
    /// The office that leads.
    pub office: Option<String>,
    /// One or several categories.
    pub category: Option<String>,
    /// One or several townships.
    pub township: Option<String>,
    /// Only urgent cases, or only the others.
    pub urgent: Option<bool>,
    /// Only those past their deadline.
    pub overdue: Option<bool>,
    /// Only those that are not over.
    pub open: Option<bool>,
    /// Only those assigned to the person who asks; the same as `assignee=me`.
    pub mine: Option<bool>,
    /// `me`, `nobody`, or a colleague's id.
    pub assignee: Option<String>,
    /// What the case waits for: `decide`, `accept`, `handle`, `verify`.
    pub step: Option<String>,
    /// How the deadline that counts stands: `green`, `amber`, `red`, `stopped`.
    pub light: Option<String>,
    /// At least so far up the ladder: `urged`, `supervised`, `head`, `lead`.
    pub escalation: Option<String>,
    /// The reporter was asked and has not answered; the clock stands.
    pub waits_for_answer: Option<bool>,
    /// More time was asked for and not yet given or refused.
    pub extension_asked: Option<bool>,
    /// A case was closed at the same spot not long before.
    pub recurs: Option<bool>,
    /// Filed at or after this time.
    pub created_from: Option<DateTime<Utc>>,
    /// Filed before this time.
    pub created_to: Option<DateTime<Utc>>,
    /// The deadline that counts is at or after this time.
    pub due_from: Option<DateTime<Utc>>,
    /// The deadline that counts is before this time.
    pub due_to: Option<DateTime<Utc>>,
    /// Only those closed at or after this time; they come with the last to be closed first.
    pub closed_since: Option<DateTime<Utc>>,
    /// Longitude and latitude in WGS-84 between a comma; needs `within_m`.
    pub near: Option<String>,
    /// Metres from `near`, at most 50,000.
    #[param(minimum = 1, maximum = 50000)]
    pub within_m: Option<u32>,
    /// Words of a description or an address, or a code or its first digits; at most 100 characters.
    /// The 2,000 newest reports with these words are looked at.
    pub q: Option<String>,
    /// `due` (default), `newest`, `oldest`, `urgent` or `risk`. Cases that are over come last, the
    /// newest first, unless the order is by age.
    pub sort: Option<String>,
    /// `next_cursor` of the page before; of the same filters and order.
    pub cursor: Option<String>,
    /// Cases a page.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The next to be due first; stopped clocks last.
    Due,
    Newest,
    Oldest,
    /// Urgent ones first, then by deadline.
    Urgent,
    /// The greatest risk first.
    Risk,
}

impl Sort {
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "due" => Ok(Self::Due),
            "newest" => Ok(Self::Newest),
            "oldest" => Ok(Self::Oldest),
            "urgent" => Ok(Self::Urgent),
            "risk" => Ok(Self::Risk),
            _ => Err(Error::field(
                "sort",
                message!(
                    "排序须为 due、newest、oldest、urgent 或 risk。",
                    "One of due, newest, oldest, urgent, risk.",
                    "정렬은 due, newest, oldest, urgent, risk 중 하나여야 합니다."
                ),
            )),
        }
    }

    /// Names the order for a query's `CASE`.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Urgent => "urgent",
            Self::Risk => "risk",
        }
    }
}

/// Whose cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Anybody,
    One(AccountId),
    Nobody,
}

/// One or several values.
#[derive(Clone, Debug, Default)]
pub struct OneOf {
    pub only: Option<String>,
    /// `,a,b,`
    pub several: Option<String>,
}

impl OneOf {
    fn parse(field: &str, text: Option<&str>) -> Result<Self> {
        let values = list(field, text)?;
        Ok(match values.as_slice() {
            [] => Self::default(),
            [only] => Self {
                only: Some((*only).to_owned()),
                several: None,
            },
            several => Self {
                only: None,
                several: word_set(several.iter().copied()),
            },
        })
    }

    fn is_set(&self) -> bool {
        self.only.is_some() || self.several.is_some()
    }
}

/// Words and the beginning of a code.
#[derive(Clone, Debug)]
pub struct Words {
    pub terms: Vec<String>,
    /// The least code, and the least that is greater than all.
    pub codes: (String, String),
}

/// Within how many metres of a point, in degrees of latitude, squared.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    pub lng: f64,
    pub lat: f64,
    pub far: f64,
    pub wide: f64,
    pub scale: f64,
}

/// A question to the inbox.
#[derive(Clone, Debug)]
pub struct Filter {
    pub scope: String,
    pub lead: Option<String>,
    pub statuses: Option<String>,
    pub category: OneOf,
    pub township: OneOf,
    pub urgent: Option<bool>,
    pub overdue: bool,
    pub whose: Whose,
    /// Of [`STEPS`], the first the lowest bit.
    pub steps: Option<i64>,
    /// Of [`LIGHTS`], the first the lowest bit.
    pub lights: Option<i64>,
    pub escalation: Option<i64>,
    pub waits: Option<bool>,
    pub extension_asked: Option<bool>,
    pub recurs: Option<bool>,
    pub created: (Option<i64>, Option<i64>),
    pub due: (Option<i64>, Option<i64>),
    pub closed_since: Option<i64>,
    pub near: Option<Near>,
    pub words: Option<Words>,
    /// Whether open cases can fit, and whether those that are over can.
    pub open: bool,
    pub over: bool,
}

impl Filter {
    /// The question a person asks.
    ///
    /// # Errors
    /// 422 naming the parameter.
    pub fn of(query: &CasesQuery, account: &Account) -> Result<Self> {
        let statuses = parse_statuses(query.status.as_deref().unwrap_or_default())?;
        let any = |over: bool| {
            statuses.is_empty() || statuses.iter().any(|status| status.is_over() == over)
        };
        let scope = Scope::of(account);
        let steps = bits_of("step", query.step.as_deref(), &STEPS)?;
        let lights = bits_of("light", query.light.as_deref(), &LIGHTS)?;
        let escalation = escalation(query.escalation.as_deref())?;
        let overdue = query.overdue.unwrap_or(false);
        let only_open = query.open == Some(true)
            || overdue
            || steps.is_some()
            || lights.is_some()
            || escalation.is_some()
            || query.waits_for_answer == Some(true)
            || query.extension_asked == Some(true)
            || query.due_from.is_some()
            || query.due_to.is_some();
        // An office's own rows are fewer than the district's.
        let scope_name = match query.office.as_deref() {
            Some(office) if scope.is_everything() => office,
            _ => scope.name(),
        };
        let seconds = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp());
        Ok(Self {
            scope: scope_name.to_owned(),
            lead: query.office.clone(),
            statuses: word_set(statuses.iter().map(|status| status.as_str())),
            category: OneOf::parse("category", query.category.as_deref())?,
            township: OneOf::parse("township", query.township.as_deref())?,
            urgent: query.urgent,
            overdue,
            whose: whose(query, account)?,
            steps,
            lights,
            escalation,
            waits: query.waits_for_answer,
            extension_asked: query.extension_asked,
            recurs: query.recurs,
            created: (seconds(query.created_from), seconds(query.created_to)),
            due: (seconds(query.due_from), seconds(query.due_to)),
            closed_since: seconds(query.closed_since),
            near: near(query)?,
            words: words(query.q.as_deref())?,
            open: any(false) && query.closed_since.is_none(),
            over: any(true) && !only_open,
        })
    }

    /// Whether most open cases may not fit, so that walking them in order could take long.
    pub(super) fn is_selective(&self) -> bool {
        self.statuses.is_some()
            || self.category.is_set()
            || self.township.is_set()
            || self.whose != Whose::Anybody
            || self.steps.is_some()
            || self.lights.is_some()
            || self.escalation.is_some()
            || self.waits.is_some()
            || self.extension_asked.is_some()
            || self.recurs.is_some()
            || self.urgent.is_some()
            || self.overdue
            || self.near.is_some()
            || self.created != (None, None)
            || self.due != (None, None)
    }
}

const STEPS: [&str; 4] = ["decide", "accept", "handle", "verify"];
const LIGHTS: [&str; 4] = ["green", "amber", "red", "stopped"];
const RUNGS: [&str; 4] = ["urged", "supervised", "head", "lead"];

fn list<'a>(field: &str, text: Option<&'a str>) -> Result<Vec<&'a str>> {
    let values: Vec<&str> = text
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .collect();
    if values.len() > MAX_LIST {
        return Err(Error::field(
            field,
            message!(
                "最多选 50 项。",
                "At most 50 at once.",
                "한 번에 최대 50개입니다."
            ),
        ));
    }
    Ok(values)
}

fn one_of(field: &str, known: &[&str]) -> Error {
    let known = known.join(", ");
    Error::field(
        field,
        message!(
            "只能是：{known}。",
            "One of: {known}.",
            "다음 중 하나여야 합니다: {known}."
        ),
    )
}

/// Which of the known words are named, the first the lowest bit.
fn bits_of(field: &str, text: Option<&str>, known: &[&str]) -> Result<Option<i64>> {
    let mut bits = 0;
    for value in list(field, text)? {
        let at = known.iter().position(|known| *known == value);
        bits |= 1 << at.ok_or_else(|| one_of(field, known))?;
    }
    Ok((bits != 0).then_some(bits))
}

fn escalation(text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    let rung = RUNGS.iter().position(|rung| *rung == text);
    debug_assert_eq!(RUNGS.len(), Rung::ALL.len());
    rung.and_then(|index| i64::try_from(index + 1).ok())
        .map(Some)
        .ok_or_else(|| one_of("escalation", &RUNGS))
}

fn whose(query: &CasesQuery, account: &Account) -> Result<Whose> {
    match query.assignee.as_deref() {
        _ if query.mine == Some(true) => Ok(Whose::One(account.id)),
        None => Ok(Whose::Anybody),
        Some("me") => Ok(Whose::One(account.id)),
        Some("nobody") => Ok(Whose::Nobody),
        Some(id) => Uuid::try_parse(id)
            .map(|id| Whose::One(AccountId(id)))
            .map_err(|_| one_of("assignee", &["me", "nobody", "id"])),
    }
}

fn near(query: &CasesQuery) -> Result<Option<Near>> {
    let wrong = |field: &str, message: Message| Err(Error::field(field, message));
    let (Some(near), Some(within)) = (query.near.as_deref(), query.within_m) else {
        if query.near.is_none() && query.within_m.is_none() {
            return Ok(None);
        }
        let field = if query.near.is_none() {
            "near"
        } else {
            "within_m"
        };
        return wrong(
            field,
            message!(
                "near 和 within_m 须一起给出。",
                "near and within_m go together.",
                "near와 within_m은 함께 있어야 합니다."
            ),
        );
    };
    let point = near
        .split_once(',')
        .and_then(|(lng, lat)| Some((lng.trim().parse().ok()?, lat.trim().parse().ok()?)))
        .and_then(|(lng, lat)| Point::new(lng, lat).ok());
    let Some(point) = point else {
        return wrong(
            "near",
            message!(
                "须为“经度,纬度”。",
                "Longitude and latitude between a comma.",
                "'경도,위도' 형식이어야 합니다."
            ),
        );
    };
    if !(1..=MAX_WITHIN_M).contains(&within) {
        return wrong(
            "within_m",
            message!(
                "须在 1 到 50000 米之间。",
                "Between 1 and 50,000 metres.",
                "1~50,000m여야 합니다."
            ),
        );
    }
    let degrees = (f64::from(within) / EARTH_RADIUS_M).to_degrees();
    let scale = point.lat().to_radians().cos().powi(2).max(1e-4);
    Ok(Some(Near {
        lng: point.lng(),
        lat: point.lat(),
        far: degrees * degrees,
        wide: degrees / scale.sqrt() * 1.01,
        scale,
    }))
}

fn words(text: Option<&str>) -> Result<Option<Words>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().count() > MAX_WORDS {
        return Err(Error::field(
            "q",
            message!(
                "搜索词最多 100 字。",
                "At most 100 characters.",
                "검색어는 100자 이내여야 합니다."
            ),
        ));
    }
    // A code is found however it is typed, and by how it begins.
    let digits: String = match text.parse::<Code>() {
        Ok(code) => code.to_string(),
        Err(_) => text.chars().filter(|c| !matches!(c, ' ' | '-')).collect(),
    };
    let is_code = (3..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let codes = if is_code {
        // `:` follows `9`.
        (digits.clone(), format!("{digits}:"))
    } else {
        ("~".into(), "~".into())
    };
    let terms = if is_code && digits.len() == 9 {
        Vec::new()
    } else {
        terms::of_query(text)?
    };
    Ok(Some(Words { terms, codes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_its_first_digits_and_words_by_themselves() {
        let found = |text: &str| words(Some(text)).unwrap().unwrap();
        assert_eq!(found("482-7").codes, ("4827".into(), "4827:".into()));
        assert_eq!(found("482-7").terms, ["482", "7"]);
        assert_eq!(found("老桥").codes.0, "~");
        assert_eq!(
            found("12").codes.0,
            "~",
            "two digits are a number, not a code"
        );
        assert!(words(Some("  ")).unwrap().is_none());
        assert!(words(Some(&"桥".repeat(101))).is_err());
    }

    #[test]
    fn a_set_of_words_is_a_bit_for_each() {
        let bits = |text| bits_of("light", Some(text), &LIGHTS).unwrap();
        assert_eq!(bits("green"), Some(0b0001));
        assert_eq!(bits("stopped, red,red"), Some(0b1100));
        assert_eq!(bits(","), None);
        assert!(bits_of("light", Some("red,blue"), &LIGHTS).is_err());
    }

    #[test]
    fn a_rung_has_the_name_the_view_gives_it() {
        for (name, rung) in RUNGS.iter().zip(Rung::ALL) {
            assert_eq!(serde_json::to_value(rung).unwrap(), *name);
        }
    }
}
