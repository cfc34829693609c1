//! Lists: nothing twice, deadlines that can be met, words in every language, a calendar that
//! doesn't contradict itself.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, Weekday};

use super::super::calendar::DayKind;
use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::raw::{Item, Raw};
use super::super::{Lang, Text};

pub(super) fn errors(files: &Files, raw: &Raw, found: &mut Vec<Finding>) {
    twice(files::OFFICES, &raw.offices, |o| &o.id, found);
    twice(files::CLAUSES, &raw.clauses, |c| &c.id, found);
    twice(files::CATEGORIES, &raw.categories, |c| &c.id, found);
    twice(files::ROUTING, &raw.rules, |r| &r.id, found);
    twice(files::TOWNSHIPS, &raw.townships, |t| &t.code, found);
    twice(files::COMMUNITIES, &raw.communities, |c| &c.code, found);
    twice(files::AREAS, &raw.areas, |a| &a.code, found);
    twice(files::NEIGHBOURS, &raw.neighbours, |n| &n.code, found);
    for item in &raw.categories {
        questions(item, found);
        deadline(
            files,
            files::CATEGORIES,
            item.line,
            Some(item.value.deadline_hours),
            found,
        );
    }
    for item in &raw.rules {
        deadline(
            files,
            files::ROUTING,
            item.line,
            item.value.deadline_hours,
            found,
        );
    }
    for item in &raw.offices {
        if ["township", "neighbour"].contains(&item.value.id.as_str())
            || item.value.id.starts_with("township-")
        {
            found.push(Finding::error(
                "reserved-id",
                At::line(files::OFFICES, item.line),
                (
                    format!("{} 是保留的代号", item.value.id),
                    format!("{} is a reserved id", item.value.id),
                ),
                ("换一个代号", "choose another id"),
            ));
        }
    }
    for (key, metres) in [
        ("border_margin_m", raw.district.border_margin_m),
        (
            "community_wins_within_m",
            raw.district.community_wins_within_m,
        ),
        (
            "urban_within_m_of_subdistrict_seat",
            raw.district.ground.urban_within_m_of_subdistrict_seat,
        ),
        (
            "urban_within_m_of_town_seat",
            raw.district.ground.urban_within_m_of_town_seat,
        ),
    ] {
        if !(0.0..=100_000.0).contains(&metres) {
            let line = files.line_of_key(files::DISTRICT, 1, key);
            found.push(Finding::error(
                "distance",
                At::line(files::DISTRICT, line),
                (
                    format!("{key} = {metres} 不是合理的距离"),
                    format!("{key} = {metres} is no sensible distance"),
                ),
                (
                    "写 0 到 100000 之间的米数",
                    "write metres between 0 and 100000",
                ),
            ));
        }
    }
}

pub(super) fn warnings(files: &Files, raw: &Raw, found: &mut Vec<Finding>) {
    if raw.district.map_approval_number.trim().is_empty() {
        let line = files.line_of_key(files::DISTRICT, 1, "map_approval_number");
        found.push(Finding::warning(
            "map-approval",
            At::line(files::DISTRICT, line),
            (
                "没有审图号，地图不能公开发布",
                "there is no map-approval number, which a published map needs",
            ),
            (
                "送审后把审图号写在这里",
                "have the map approved and write its number here",
            ),
        ));
    }
    let is_placeholder = |email: &String| email.ends_with(".example");
    let mut placeholders = raw
        .offices
        .iter()
        .filter(|item| item.value.email.as_ref().is_some_and(is_placeholder));
    if let Some(first) = placeholders.next() {
        let elsewhere = raw
            .email_of
            .values()
            .filter(|email| is_placeholder(email))
            .count();
        let count = 1 + placeholders.count() + elsewhere;
        let line = files.line_of_key(files::OFFICES, first.line, "email");
        found.push(Finding::warning(
            "email-placeholder",
            At::line(files::OFFICES, line),
            (
                format!("{count} 个部门的邮箱还是占位的（.example）"),
                format!("the e-mail addresses of {count} offices are placeholders (.example)"),
            ),
            (
                "写上真实邮箱，或删掉 email 这一行",
                "write the real addresses, or delete the email lines",
            ),
        ));
    }
    for item in &raw.offices {
        words(files::OFFICES, item.line, &item.value.name, found);
        words(files::OFFICES, item.line, &item.value.short, found);
    }
    for item in &raw.clauses {
        words(files::CLAUSES, item.line, &item.value.title, found);
    }
    for item in &raw.categories {
        let category = &item.value;
        let asked = category.question.iter().flat_map(|question| {
            std::iter::once(&question.text)
                .chain(question.options.iter().map(|option| &option.text))
        });
        for text in [&category.name, &category.words].into_iter().chain(asked) {
            words(files::CATEGORIES, item.line, text, found);
        }
        if category.icon.trim().is_empty() {
            found.push(Finding::warning(
                "icon",
                At::line(files::CATEGORIES, item.line),
                (
                    "没有图标，老人不好认",
                    "there is no picture, which helps those who read little",
                ),
                ("写一个表情符号", "write an emoji"),
            ));
        }
    }
    for item in &raw.rules {
        words(files::ROUTING, item.line, &item.value.reason, found);
    }
    let name = |zh: &str, en: &str, ko: &str| Text::new(zh, en, ko);
    for item in &raw.townships {
        let t = &item.value;
        words(
            files::TOWNSHIPS,
            item.line,
            &name(&t.name_zh, &t.name_en, &t.name_ko),
            found,
        );
    }
    for item in &raw.communities {
        let c = &item.value;
        words(
            files::COMMUNITIES,
            item.line,
            &name(&c.name_zh, &c.name_en, &c.name_ko),
            found,
        );
    }
    for item in &raw.neighbours {
        words(files::NEIGHBOURS, item.line, &item.value.name, found);
    }
    calendar(raw, found);
}

fn twice<T>(file: &str, items: &[Item<T>], id: impl Fn(&T) -> &String, found: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for item in items {
        let id = id(&item.value);
        if id.trim().is_empty() {
            found.push(Finding::error(
                "id-empty",
                At::line(file, item.line),
                ("代号是空的", "the id or code is empty"),
                ("写上代号", "write one"),
            ));
        } else if let Some(first) = seen.get(id.as_str()) {
            found.push(Finding::error(
                "id-twice",
                At::line(file, item.line),
                (
                    format!("{id} 已在第 {first} 行用过"),
                    format!("{id} was used on line {first}"),
                ),
                (
                    "换一个代号，或删掉重复的",
                    "choose another, or delete the duplicate",
                ),
            ));
        } else {
            seen.insert(id, item.line);
        }
    }
}

fn questions(item: &Item<super::super::raw::RawCategory>, found: &mut Vec<Finding>) {
    let mut problem = |zh: String, en: String| {
        found.push(Finding::error(
            "question",
            At::line(files::CATEGORIES, item.line),
            (zh, en),
            (
                "每个问题和选项的代号各写一次，至少两个选项",
                "give every question and option its own id, and at least two options",
            ),
        ));
    };
    let questions = &item.value.question;
    for (i, question) in questions.iter().enumerate() {
        let id = &question.id;
        if questions[..i].iter().any(|earlier| earlier.id == *id) {
            problem(
                format!("问题 {id} 写了两次"),
                format!("question {id} appears twice"),
            );
        }
        if question.options.len() < 2 {
            problem(
                format!("问题 {id} 的选项不到两个"),
                format!("question {id} has fewer than two options"),
            );
        }
        for (j, option) in question.options.iter().enumerate() {
            if question.options[..j]
                .iter()
                .any(|earlier| earlier.id == option.id)
            {
                let option = &option.id;
                problem(
                    format!("选项 {id}.{option} 写了两次"),
                    format!("option {id}.{option} appears twice"),
                );
            }
        }
    }
}

fn deadline(files: &Files, file: &str, line: usize, hours: Option<u32>, found: &mut Vec<Finding>) {
    // A year of clock hours: more is a slip of the pen, not a promise to a resident.
    if hours.is_none_or(|hours| (1..=8760).contains(&hours)) {
        return;
    }
    let line = files.line_of_key(file, line, "deadline_hours");
    found.push(Finding::error(
        "deadline",
        At::line(file, line),
        ("期限是零或太长", "the deadline is zero or far too long"),
        (
            "写 1 到 8760 之间的小时数",
            "write hours between 1 and 8760",
        ),
    ));
}

fn words(file: &str, line: usize, text: &Text, found: &mut Vec<Finding>) {
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

fn calendar(raw: &Raw, found: &mut Vec<Finding>) {
    let weekend: Vec<Weekday> = raw
        .calendar
        .weekend
        .iter()
        .filter_map(|d| d.parse().ok())
        .collect();
    let ends = raw.calendar.covers_until.date.and_then(|date| {
        NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into())
    });
    for item in &raw.days {
        let day = &item.value;
        let date = day.date;
        let at = At::line(files::HOLIDAYS, item.line);
        if day.kind == DayKind::Workday && !weekend.contains(&date.weekday()) {
            found.push(Finding::warning(
                "makeup-on-weekday",
                at,
                (
                    format!("{date} 本来就上班，不用调休"),
                    format!("{date} is a working day anyway, so it can't be a make-up day"),
                ),
                (
                    "核对国务院通知里的日期",
                    "compare the date with the State Council's notice",
                ),
            ));
        }
        if ends.is_some_and(|ends| date > ends) {
            found.push(Finding::warning(
                "holiday-after-end",
                at,
                (
                    format!("{date} 在 covers_until 之后，不起作用"),
                    format!("{date} lies after covers_until and is ignored"),
                ),
                (
                    "改 calendar.toml 里的 covers_until",
                    "move covers_until in calendar.toml",
                ),
            ));
        }
    }
}
