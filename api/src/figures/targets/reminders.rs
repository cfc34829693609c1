//! Letters to offices and townships that have not entered a quarter's figures: once before they are
//! due, once after.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::period::Period;
use super::{due_on, office_of, parts, store};
use crate::app::App;
use crate::auth;
use crate::district::Lang;
use crate::district::figures::Target;
use crate::figures::once::{self, Kind};
use crate::message;
use crate::shared::error::Result;
use crate::shared::mail::Letter;
use crate::shared::outbox::{self, Effect};

/// A reminder that was missed this long is sent no more.
const CATCH_UP: Days = Days::new(21);

/// Which reminder of a quarter falls on a day.
fn reminder(due: NaiveDate, remind_days: u32, today: NaiveDate) -> Option<Kind> {
    let days = Days::new(remind_days.into());
    let before = due.checked_sub_days(days)?;
    let after = due.checked_add_days(days)?;
    if (before..=due).contains(&today) {
        Some(Kind::TargetBefore)
    } else if (after..=after.checked_add_days(CATCH_UP)?).contains(&today) {
        Some(Kind::TargetAfter)
    } else {
        None
    }
}

/// Safe to run on several replicas.
pub async fn sweep(app: &App) -> Result<()> {
    let figures = app.pack.figures();
    let Some(time) = figures.digest_time else {
        return Ok(());
    };
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let today = calendar.local_date(now);
    if figures.targets.is_empty() || now < calendar.utc(today, time) {
        return Ok(());
    }
    let last = Period::of(today).previous();
    for period in [last, last.previous()] {
        let due = due_on(app, period);
        if let Some(kind) = reminder(due, figures.remind_days, today) {
            remind(app, period, due, kind).await?;
        }
    }
    Ok(())
}

/// The targets that each office has yet to enter for a quarter.
pub async fn missing(app: &App, period: Period) -> Result<BTreeMap<String, Vec<&Target>>> {
    let entered: BTreeSet<(String, String)> = store::entries(&app.db, period, period)
        .await?
        .into_iter()
        .map(|entry| (entry.target, entry.township))
        .collect();
    let mut missing: BTreeMap<String, Vec<&Target>> = BTreeMap::new();
    for target in &app.pack.figures().targets {
        for part in parts(app, target) {
            if !entered.contains(&(target.id.clone(), part.clone())) {
                missing
                    .entry(office_of(target, &part))
                    .or_default()
                    .push(target);
            }
        }
    }
    Ok(missing)
}

async fn remind(app: &App, period: Period, due: NaiveDate, kind: Kind) -> Result<()> {
    let key = period.to_string();
    let told = once::sent(&app.db, kind, &key).await?;
    for (office, targets) in missing(app, period).await? {
        if told.contains(&office) {
            continue;
        }
        let mut tx = app.db.begin().await?;
        if !once::claim(&mut tx, kind, &key, &office, app.clock.now()).await? {
            continue;
        }
        let mut addresses: BTreeSet<String> = auth::store::handler_emails(&mut tx, &office)
            .await?
            .into_iter()
            .collect();
        addresses.extend(app.pack.office(&office).and_then(|o| o.email.clone()));
        for to in addresses {
            let letter = letter(app, period, due, kind, &targets, to);
            outbox::enqueue(&mut tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await?;
        }
        tx.commit().await?;
        app.outbox_bell.notify_one();
    }
    Ok(())
}

/// Offices are written to in Chinese.
fn letter(
    app: &App,
    period: Period,
    due: NaiveDate,
    kind: Kind,
    targets: &[&Target],
    to: String,
) -> Letter {
    let lang = Lang::Zh;
    let subject = if kind == Kind::TargetBefore {
        message!(
            "请在 {due} 前填报 {period} “无废城市”目标数据",
            "Targets of {period} are due on {due}",
            "{due}까지 {period} 목표 수치를 입력해 주세요"
        )
    } else {
        message!(
            "【逾期】{period} “无废城市”目标数据尚未填报",
            "Overdue: targets of {period}",
            "[기한 초과] {period} 목표 수치가 입력되지 않았습니다"
        )
    };
    let lines: Vec<String> = targets
        .iter()
        .map(|target| format!("· {}（{}）\n", target.name.get(lang), target.clause))
        .collect();
    let list = lines.concat();
    let url = format!("{}/desk/targets?period={period}", app.public_url);
    let text = message!(
        "贵单位尚未填报以下目标 {period} 的数据（截止 {due}）：\n\n{list}\n填报：{url}\n\n此信由系统发出，请勿直接回复。\n",
        "Figures of {period} are missing for these targets (due on {due}):\n\n{list}\nEnter them: {url}\n\nThis letter was sent by the system; please do not reply.\n",
        "다음 목표의 {period} 수치가 아직 입력되지 않았습니다(마감 {due}):\n\n{list}\n입력: {url}\n\n이 메일은 시스템에서 발송되었습니다. 회신하지 마세요.\n"
    );
    Letter {
        to,
        subject: subject.get(lang).to_owned(),
        text: text.get(lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_fall_a_week_before_and_after_and_a_missed_one_is_caught_up_with() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let on = |today: &str| reminder(day("2026-10-15"), 7, day(today));
        assert_eq!(on("2026-10-07"), None);
        assert_eq!(on("2026-10-08"), Some(Kind::TargetBefore));
        assert_eq!(on("2026-10-15"), Some(Kind::TargetBefore));
        assert_eq!(on("2026-10-16"), None);
        assert_eq!(on("2026-10-22"), Some(Kind::TargetAfter));
        assert_eq!(on("2026-11-12"), Some(Kind::TargetAfter));
        assert_eq!(on("2026-11-13"), None);
    }
}
