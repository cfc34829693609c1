//! Words between braces that stand for a case's own.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::district::Lang;
use crate::reports::change::times;
use crate::reports::model::Report;
use crate::reports::view::office_name;

/// A placeholder in each language.
#[derive(Clone, Copy, Serialize, ToSchema)]
pub struct Placeholder {
    zh: &'static str,
    en: &'static str,
    ko: &'static str,
    #[serde(skip)]
    stands_for: What,
}

#[derive(Clone, Copy)]
enum What {
    Code,
    Place,
    Category,
    Office,
    Due,
    Status,
}

const fn placeholder(
    zh: &'static str,
    en: &'static str,
    ko: &'static str,
    stands_for: What,
) -> Placeholder {
    Placeholder {
        zh,
        en,
        ko,
        stands_for,
    }
}

/// What may stand between braces, in the languages residents read.
pub const PLACEHOLDERS: [Placeholder; 6] = [
    placeholder("编号", "code", "번호", What::Code),
    placeholder("地点", "place", "장소", What::Place),
    placeholder("类别", "category", "유형", What::Category),
    placeholder("部门", "office", "부서", What::Office),
    placeholder("期限", "due", "기한", What::Due),
    placeholder("状态", "status", "상태", What::Status),
];

fn known(name: &str, lang: Lang) -> Option<What> {
    PLACEHOLDERS
        .iter()
        .find(|known| {
            name == match lang {
                Lang::Zh => known.zh,
                Lang::En => known.en,
                Lang::Ko => known.ko,
            }
        })
        .map(|known| known.stands_for)
}

/// A text before a brace, what stands in the braces, and what follows them.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = text.split_once('{')?;
    let (name, beyond) = after.split_once('}').unwrap_or((after, ""));
    Some((before, name, beyond))
}

/// The first `{…}` that nothing is known for.
pub fn unknown(text: &str, lang: Lang) -> Option<String> {
    let mut rest = text;
    while let Some((_, name, beyond)) = next(rest) {
        if known(name, lang).is_none() {
            return Some(format!("{{{name}}}"));
        }
        rest = beyond;
    }
    None
}

/// The text with the case's own words put in.
pub fn filled(app: &App, report: &Report, text: &str, lang: Lang) -> String {
    // In one pass: what is put in is never looked through again.
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, beyond)) = next(rest) {
        out.push_str(before);
        if let Some(what) = known(name, lang) {
            out.push_str(&value(app, report, what, lang));
        }
        rest = beyond;
    }
    out + rest
}

fn value(app: &App, report: &Report, what: What, lang: Lang) -> String {
    match what {
        What::Code => report.code.grouped(),
        What::Place => place(app, report, lang),
        What::Category => app
            .pack
            .category(&report.category)
            .map_or("", |category| category.name.get(lang))
            .to_owned(),
        What::Office => office_name(app, &report.lead, report, lang),
        What::Due => report.deadline(&times(app), app.clock.now()).map_or_else(
            || "—".to_owned(),
            |deadline| app.pack.calendar().local_text(deadline.due_at),
        ),
        What::Status => report.status.name().get(lang).to_owned(),
    }
}

fn place(app: &App, report: &Report, lang: Lang) -> String {
    let township = report
        .township
        .as_deref()
        .and_then(|code| app.pack.township(code))
        .map(|township| township.name.get(lang));
    [township, Some(report.public_address.as_str())]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_placeholders_pass_each_in_its_own_language() {
        assert_eq!(unknown("案件{编号}在{地点}", Lang::Zh), None);
        assert_eq!(unknown("case {code} at {place}", Lang::En), None);
        assert_eq!(unknown("{번호} {부서}", Lang::Ko), None);
        assert_eq!(unknown("{电话}", Lang::Zh).as_deref(), Some("{电话}"));
        assert_eq!(unknown("{编号}", Lang::En).as_deref(), Some("{编号}"));
        assert_eq!(
            unknown("{编号", Lang::Zh),
            None,
            "an open brace is read to the end"
        );
        assert!(unknown("{", Lang::Zh).is_some());
    }
}
