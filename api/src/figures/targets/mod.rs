//! The programme's targets: what offices and townships enter for a quarter, checked, with its
//! history; who is late; and the district's sums.

pub mod amount;
pub mod period;
pub mod reminders;
pub mod store;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use amount::Amount;
use period::Period;

use super::tally::ratio;
use crate::app::App;
use crate::auth::{Account, Role};
use crate::district::figures::{Direction, Target};
use crate::district::township_office_id;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::AccountId;
use crate::shared::message::Message;

const MAX_NOTE: usize = 500;
const REASON: std::ops::RangeInclusive<usize> = 4..=300;

/// What was entered; a row of `target_entries`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Entry {
    pub target: String,
    pub period: Period,
    /// Empty where the office enters for the district.
    pub township: String,
    pub numerator: Amount,
    pub denominator: Amount,
    pub note: Option<String>,
    pub version: i64,
    pub first_at: DateTime<Utc>,
    pub entered_at: DateTime<Utc>,
    pub entered_by: AccountId,
}

/// What somebody enters.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = TargetFigures)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// At least 0, with at most three decimals.
    pub numerator: f64,
    /// At least the numerator.
    pub denominator: f64,
    /// At most 500 characters; not public.
    #[serde(default)]
    pub note: Option<String>,
    /// Why it is corrected; needed once the deadline is over. 4 to 300 characters.
    #[serde(default)]
    pub reason: Option<String>,
    /// The version that was read; 0 for the first entry.
    pub version: i64,
    /// The township that is entered for; a township's own handler may leave it out.
    #[serde(default)]
    pub township: Option<String>,
    /// It is right although it is far from the last quarter's.
    #[serde(default)]
    pub confirm: bool,
}

/// Part of the whole, 0 to 1.
pub fn share(numerator: Amount, denominator: Amount) -> Option<f64> {
    ratio(numerator.0, denominator.0)
}

/// Whether a share reaches a target.
#[expect(clippy::cast_precision_loss, reason = "a percentage")]
pub fn is_met(target: &Target, share: f64) -> bool {
    let wanted = target.percent as f64 / 100.0;
    match target.direction {
        Direction::AtLeast => share >= wanted,
        // "About none" is what the programme says of 0.
        Direction::AtMost => share <= wanted + 0.01,
    }
}

/// The last day on which figures of a quarter are in time.
pub fn due_on(app: &App, period: Period) -> NaiveDate {
    period.due(app.pack.figures().due_days)
}

/// Whether something entered at a moment was in time.
pub fn is_on_time(app: &App, period: Period, at: DateTime<Utc>) -> bool {
    app.pack.calendar().local_date(at) <= due_on(app, period)
}

/// Those who enter figures for a target: township codes, or one empty code for the office.
pub fn parts(app: &App, target: &Target) -> Vec<String> {
    if target.townships {
        let townships = app.pack.townships().iter();
        townships.map(|township| township.code.clone()).collect()
    } else {
        vec![String::new()]
    }
}

/// The office whose handlers enter a part.
pub fn office_of(target: &Target, township: &str) -> String {
    if township.is_empty() {
        target.office.clone()
    } else {
        township_office_id(township)
    }
}

/// Whether somebody may enter a part: its own handlers, and those of the office that answers.
pub fn may_enter(account: &Account, target: &Target, township: &str) -> bool {
    let Some(office) = account.office.as_deref() else {
        return false;
    };
    account.role == Role::Handler
        && (office == target.office || office == office_of(target, township))
}

/// The part that somebody enters.
///
/// # Errors
/// 422 for a township that is none, 403 for another's.
pub fn part_for(
    app: &App,
    account: &Account,
    target: &Target,
    township: Option<&str>,
) -> Result<String> {
    let own = account.office.as_deref().and_then(|office| {
        let mut townships = app.pack.townships().iter();
        townships.find(|township| township_office_id(&township.code) == office)
    });
    let part = match (target.townships, township) {
        (true, Some(code)) => app.pack.township(code).map(|t| t.code.clone()),
        (true, None) => own.map(|township| township.code.clone()),
        (false, None) => Some(String::new()),
        (false, Some(_)) => None,
    };
    let Some(part) = part else {
        return Err(Error::field(
            "township",
            message!(
                "请选择填报的镇（街）；由部门填报的目标不分镇（街）。",
                "Name the township it is for; targets that an office enters have none.",
                "해당 읍·면을 선택해 주세요. 부서가 입력하는 목표에는 읍·면이 없습니다."
            ),
        ));
    };
    if may_enter(account, target, &part) {
        Ok(part)
    } else {
        Err(Error::Forbidden(message!(
            "这项数据由别的部门或镇（街）填报。",
            "Another office or township enters these figures.",
            "이 수치는 다른 부서나 읍·면이 입력합니다."
        )))
    }
}

/// Checks what is entered against what was, and gives the row to be kept with its reason.
///
/// # Errors
/// 409 for a version that is old, 422 naming every field at fault.
pub fn decide(
    app: &App,
    account: &Account,
    key: (&Target, Period, String),
    new: &NewEntry,
    old: Option<&Entry>,
    last: Option<&Entry>,
) -> Result<(Entry, Option<String>)> {
    let (target, period, township) = key;
    let now = app.clock.now();
    let today = app.pack.calendar().local_date(now);
    if period.first_day() > today {
        return Err(Error::field(
            "period",
            message!(
                "这个季度还没有开始。",
                "The quarter has not begun.",
                "아직 시작되지 않은 분기입니다."
            ),
        ));
    }
    if old.map_or(0, |entry| entry.version) != new.version {
        return Err(Error::Conflict(message!(
            "这项数据刚刚有了变化，请刷新后再填。",
            "The figures have just changed: reload and try again.",
            "수치가 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    let mut errors: Vec<(String, Message)> = Vec::new();
    let mut amount = |field: &str, value| {
        Amount::parse(value).unwrap_or_else(|message| {
            errors.push((field.to_owned(), message));
            Amount(0)
        })
    };
    let numerator = amount("numerator", new.numerator);
    let denominator = amount("denominator", new.denominator);
    if errors.is_empty() && numerator > denominator {
        errors.push((
            "numerator".into(),
            message!(
                "分子不能大于分母。",
                "It cannot be more than the denominator.",
                "분자는 분모보다 클 수 없습니다."
            ),
        ));
    }
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(crate::reports::tidy);
        text.filter(|text| !text.is_empty())
    };
    let (note, reason) = (text(&new.note), text(&new.reason));
    if note.as_ref().is_some_and(|n| n.chars().count() > MAX_NOTE) {
        errors.push((
            "note".into(),
            message!(
                "备注最多 500 字。",
                "At most 500 characters.",
                "메모는 500자 이내여야 합니다."
            ),
        ));
    }
    let late_correction = old.is_some() && today > due_on(app, period);
    let length = reason.as_deref().map_or(0, |r| r.chars().count());
    if (late_correction || reason.is_some()) && !REASON.contains(&length) {
        errors.push((
            "reason".into(),
            message!(
                "截止后更正须写明原因，4 至 300 字。",
                "After the deadline a correction needs a reason of 4 to 300 characters.",
                "마감 후 정정에는 4~300자의 사유가 필요합니다."
            ),
        ));
    }
    let jump = app.pack.figures().jump_points;
    let moved = share(numerator, denominator)
        .zip(last.and_then(|last| share(last.numerator, last.denominator)))
        .map(|(now, before)| (now - before).abs() * 100.0);
    #[expect(clippy::cast_precision_loss, reason = "points of a percentage")]
    let jumped = moved.is_some_and(|points| points > jump as f64 + 1e-9);
    if errors.is_empty() && jumped && !new.confirm {
        errors.push((
            "confirm".into(),
            message!(
                "与上季度相差超过 {jump} 个百分点，请核对；确实如此请确认。",
                "It differs from the last quarter by more than {jump} points: check it, and confirm if it is right.",
                "지난 분기와 {jump}%p 넘게 차이 납니다. 확인 후 맞으면 확정해 주세요."
            ),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let entry = Entry {
        target: target.id.clone(),
        period,
        township,
        numerator,
        denominator,
        note,
        version: new.version + 1,
        first_at: old.map_or(now, |entry| entry.first_at),
        entered_at: now,
        entered_by: account.id,
    };
    Ok((entry, reason))
}
