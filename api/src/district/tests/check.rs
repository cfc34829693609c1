//! Every finding of `check-district`, each from a copy of the built-in pack broken in one place.

use std::path::Path;

use chrono::NaiveDate;

use crate::district::{Finding, Pack, PackError, Severity, check};

/// A copy of the built-in pack in a temporary folder, after `break_it`, checked in mid-2026.
pub(super) fn broken(break_it: impl FnOnce(&Path)) -> Vec<Finding> {
    broken_on(NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(), break_it)
}

fn broken_on(today: NaiveDate, break_it: impl FnOnce(&Path)) -> Vec<Finding> {
    let dir = tempfile::tempdir().unwrap();
    super::super::files::BUILTIN.extract(dir.path()).unwrap();
    break_it(dir.path());
    check(dir.path(), today)
}

/// The pack with the first `from` in `file` replaced.
pub(super) fn replaced(file: &str, from: &str, to: &str) -> Vec<Finding> {
    broken(|dir| replace(dir, file, from, to))
}

fn replace(dir: &Path, file: &str, from: &str, to: &str) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} does not hold {from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

pub(super) fn append(dir: &Path, file: &str, more: &str) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + more).unwrap();
}

/// The only finding of that code.
pub(super) fn with<'a>(found: &'a [Finding], code: &str) -> &'a Finding {
    let all: Vec<&Finding> = found
        .iter()
        .filter(|finding| finding.code == code)
        .collect();
    assert_eq!(all.len(), 1, "{found:#?}");
    all[0]
}

/// The line of the first `needle` in the built-in file.
fn line(file: &str, needle: &str) -> Option<usize> {
    let file = super::super::files::BUILTIN.get_file(file).unwrap();
    let mut lines = file.contents_utf8().unwrap().lines();
    lines.position(|line| line.contains(needle)).map(|i| i + 1)
}

#[test]
fn the_builtin_pack_has_no_errors_and_known_warnings_only() {
    let found = broken(|_| {});
    let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
    let known = [
        "map-approval",
        "event-provisional",
        "figure-provisional",
        "follow-up-provisional",
        "market-provisional",
        "email-placeholder",
        "pickup-provisional",
        "sorting-points",
    ];
    assert_eq!(codes, known, "{found:#?}");
}

#[test]
fn a_finding_is_one_line_with_its_file_its_line_and_what_to_do() {
    let found = replaced("routing.toml", "lead = \"ecology\"", "lead = \"ecologie\"");
    let finding = with(&found, "unknown-id");
    let line = finding.line.unwrap();
    assert_eq!(
        finding.to_string(),
        format!(
            "routing.toml:{line}: 错误 error [unknown-id]: 没有这个部门：ecologie → \
             改成 offices.toml 里有的，或在那里加上它 / unknown office: ecologie → \
             use one from offices.toml, or add it there"
        )
    );
}

#[test]
fn what_is_called_an_error_keeps_a_pack_from_loading_and_a_warning_does_not() {
    let slips: [(&str, &str, &str, bool); 4] = [
        ("offices.toml", "id = \"industry\"", "id = industry", false),
        (
            "routing.toml",
            "lead = \"ecology\"",
            "lead = \"ecologie\"",
            false,
        ),
        (
            "holidays.csv",
            "2026-01-02,holiday",
            "2026-01-01,holiday",
            false,
        ),
        ("offices.toml", "email = \"", "email = \"x", true),
    ];
    for (file, from, to, loads) in slips {
        let dir = tempfile::tempdir().unwrap();
        super::super::files::BUILTIN.extract(dir.path()).unwrap();
        replace(dir.path(), file, from, to);
        let found = check(dir.path(), NaiveDate::from_ymd_opt(2026, 6, 1).unwrap());
        assert!(!found.is_empty());
        assert_eq!(!found.iter().any(Finding::is_error), loads, "{found:#?}");
        assert_eq!(Pack::load(dir.path()).is_ok(), loads, "{file}");
    }
}

#[test]
fn a_pack_with_errors_does_not_load_and_names_them_all() {
    let dir = tempfile::tempdir().unwrap();
    let Err(PackError::Invalid(found)) = Pack::load(dir.path()) else {
        panic!("an empty folder loaded");
    };
    assert_eq!(found.len(), 35);
    let nowhere = Pack::load(Path::new("/nowhere/at/all"));
    assert!(matches!(nowhere, Err(PackError::Unreadable { .. })));
}

#[test]
fn syntax_errors_of_all_files_are_found_in_one_run_with_their_lines() {
    let found = broken(|dir| {
        replace(dir, "offices.toml", "id = \"industry\"", "id = industry");
        replace(
            dir,
            "holidays.csv",
            "2026-01-02,holiday",
            "2026-01-02,holliday",
        );
        replace(dir, "areas.geojson", "]}\n", "\n");
        replace(dir, "communities.csv", "江南社区,", "");
    });
    let mut at: Vec<_> = found
        .iter()
        .map(|f| (f.file.as_str(), f.line, f.code))
        .collect();
    at.sort_unstable();
    let last = super::super::files::BUILTIN
        .get_file("areas.geojson")
        .unwrap();
    let lines = last.contents_utf8().unwrap().lines().count();
    assert_eq!(at.len(), 4, "{found:#?}");
    assert_eq!(at[0].0, "areas.geojson");
    assert!(at[0].1.unwrap() >= lines - 1);
    assert_eq!(at[1], ("communities.csv", Some(2), "syntax"));
    assert_eq!(at[2], ("holidays.csv", Some(3), "syntax"));
    assert_eq!(
        at[3],
        (
            "offices.toml",
            line("offices.toml", "\"industry\""),
            "syntax"
        )
    );
}

#[test]
fn a_misspelt_field_is_refused_with_its_line() {
    let found = replaced("categories.toml", "\naround_the_clock", "\nround_the_clock");
    let finding = with(&found, "syntax");
    assert_eq!(finding.file, "categories.toml");
    assert!(finding.message.zh.contains("round_the_clock"));
}

#[test]
fn an_unknown_column_is_refused() {
    let found = replaced("townships.csv", "name_ko", "name_jp");
    assert!(found.iter().all(|finding| finding.file == "townships.csv"));
    assert_eq!(found[0].code, "syntax");
}

#[test]
fn a_category_that_no_rule_reaches_on_one_ground_is_a_gap() {
    let from =
        "id = \"household-village\"\ncategory = [\"household-urban\", \"household-village\"]";
    let to = "id = \"household-village\"\ncategory = [\"household-village\"]";
    let found = replaced("routing.toml", from, to);
    let gaps: Vec<&Finding> = found.iter().filter(|f| f.code == "rule-gap").collect();
    // Inside and near the border.
    assert_eq!(gaps.len(), 2, "{found:#?}");
    for gap in gaps {
        assert!(gap.message.zh.contains("household-urban"));
        assert!(gap.message.zh.contains("农村"));
        let at = line("categories.toml", "id = \"household-urban\"").map(|line| line - 1);
        assert_eq!((gap.file.as_str(), gap.line), ("categories.toml", at));
    }
}

#[test]
fn a_category_reached_only_with_an_answer_is_a_gap_on_every_ground() {
    let from = "id = \"sludge\"\ncategory = [\"sludge\"]\n";
    let found = replaced(
        "routing.toml",
        from,
        &format!("{from}answers = {{ in_water = [\"no\"] }}\n"),
    );
    let gaps = found.iter().filter(|f| f.code == "rule-gap").count();
    assert_eq!(gaps, 4, "{found:#?}");
}

#[test]
fn a_rule_behind_a_wider_one_is_unreachable() {
    let from = "id = \"mine-moving\"\ncategory = [\"mine\"]\nanswers = { moving = [\"yes\"] }";
    let found = replaced(
        "routing.toml",
        from,
        "id = \"mine-moving\"\ncategory = [\"mine\"]",
    );
    let finding = with(&found, "rule-unreachable");
    assert!(finding.message.zh.contains("规则 mine "));
    assert_eq!(
        finding.line,
        line("routing.toml", "id = \"mine\"").map(|line| line - 2)
    );
}

#[test]
fn rules_that_overlap_without_saying_so_are_a_warning() {
    let found = replaced("routing.toml", "precedes = [\"construction-large\"]\n", "");
    let finding = with(&found, "rule-overlap");
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.message.zh.contains("construction-site"));
    assert!(finding.message.zh.contains("construction-large"));
}

#[test]
fn a_rule_that_precedes_nothing_is_an_error() {
    let found = replaced(
        "routing.toml",
        "\"construction-large\"]",
        "\"construction-huge\"]",
    );
    assert_eq!(with(&found, "precedes").file, "routing.toml");
}

#[test]
fn rules_must_end_in_the_township() {
    let found = replaced(
        "routing.toml",
        "id = \"last-resort\"\ncategory = [\"*\"]",
        "id = \"last-resort\"\ncategory = [\"unknown\"]",
    );
    assert_eq!(with(&found, "no-last-resort").severity, Severity::Error);
}

#[test]
fn a_rule_that_departs_from_its_clause_must_say_why() {
    let from =
        "lead = \"commerce\"\nassist = [\"market-supervision\", \"education\", \"township\"]";
    let to = "lead = \"education\"\nassist = [\"market-supervision\", \"commerce\", \"township\"]";
    let finding = replaced("routing.toml", from, to);
    let finding = with(&finding, "bracket");
    assert!(
        finding
            .message
            .zh
            .contains("commerce, market-supervision, education, township")
    );
    let excused = replaced(
        "routing.toml",
        from,
        &format!("{to}\nexception = \"agreed\""),
    );
    assert!(excused.iter().all(|finding| finding.code != "bracket"));
}

#[test]
fn an_office_that_only_funds_receives_no_reports() {
    let from = "alert = [\"health\"]";
    let found = replaced("routing.toml", from, "alert = [\"health\", \"finance\"]");
    assert!(
        with(&found, "office-without-reports")
            .message
            .zh
            .contains("finance")
    );
}

#[test]
fn unknown_references_are_found_wherever_they_stand() {
    for (file, from, to) in [
        (
            "routing.toml",
            "category = [\"mine\"]",
            "category = [\"mines\"]",
        ),
        (
            "routing.toml",
            "clause = \"二（一）1\"",
            "clause = \"二（一）9\"",
        ),
        (
            "routing.toml",
            "leaking = [\"yes\"]",
            "leaking = [\"maybe\"]",
        ),
        ("routing.toml", "{ leaking =", "{ leeking ="),
        (
            "categories.toml",
            "clause = \"二（七）4\"",
            "clause = \"九\"",
        ),
        ("clauses.toml", "\"natural-resources\"", "\"natural\""),
        (
            "district.toml",
            "fallback_office = \"ecology\"",
            "fallback_office = \"nobody\"",
        ),
        (
            "communities.csv",
            "220605001001,220605001,",
            "220605001001,220605999,",
        ),
        (
            "areas.geojson",
            "\"code\": \"220605102\"",
            "\"code\": \"220605999\"",
        ),
    ] {
        let found = replaced(file, from, to);
        let finding = with(&found, "unknown-id");
        assert_eq!(finding.file, file);
        assert_eq!(finding.line, line(file, from), "{from}");
    }
    let found = replaced(
        "routing.toml",
        "ground = \"urban\"",
        "ground = \"urban\"\ntownship = [\"1\"]",
    );
    assert_eq!(with(&found, "unknown-id").file, "routing.toml");
}

#[test]
fn a_rule_without_categories_is_an_error() {
    let found = replaced("routing.toml", "category = [\"plastics\"]", "category = []");
    assert_eq!(with(&found, "rule-empty").file, "routing.toml");
}

#[test]
fn a_deadline_of_zero_is_an_error_in_categories_and_in_rules() {
    for file in ["categories.toml", "routing.toml"] {
        let from = if file == "routing.toml" {
            "deadline_hours = 2"
        } else {
            "deadline_hours = 8"
        };
        let found = replaced(file, from, "deadline_hours = 0");
        let finding = with(&found, "deadline");
        assert_eq!(
            (finding.file.as_str(), finding.line),
            (file, line(file, from))
        );
    }
}

#[test]
fn nothing_may_appear_twice() {
    for (file, from, to) in [
        ("offices.toml", "id = \"industry\"", "id = \"ecology\""),
        (
            "categories.toml",
            "id = \"kitchen\"",
            "id = \"household-urban\"",
        ),
        ("townships.csv", "220605003,", "220605002,"),
        ("communities.csv", "220605001002,", "220605001001,"),
        (
            "neighbours.geojson",
            "\"code\": \"220602\"",
            "\"code\": \"220681\"",
        ),
    ] {
        let found = replaced(file, from, to);
        let finding = found
            .iter()
            .find(|finding| finding.code == "id-twice")
            .unwrap();
        assert_eq!(finding.file, file);
    }
    let found = replaced("communities.csv", "220605001002,", ",");
    assert_eq!(with(&found, "id-empty").line, Some(3));
    let found = replaced("offices.toml", "id = \"industry\"", "id = \"neighbour\"");
    assert_eq!(with(&found, "reserved-id").file, "offices.toml");
}

#[test]
fn questions_need_two_options_and_ids_of_their_own() {
    let found = replaced("categories.toml", "id = \"source\"", "id = \"size\"");
    let finding = found
        .iter()
        .find(|finding| finding.code == "question")
        .unwrap();
    assert_eq!(finding.file, "categories.toml");
    let from = "  { id = \"no\", text = { zh = \"没挡\", en = \"No\", ko = \"아니요\" } },\n";
    assert_eq!(
        with(&replaced("categories.toml", from, ""), "question").file,
        "categories.toml"
    );
}

#[test]
fn distances_must_be_sensible() {
    let found = replaced(
        "district.toml",
        "border_margin_m = 700",
        "border_margin_m = -1",
    );
    let finding = with(&found, "distance");
    assert_eq!(finding.line, line("district.toml", "border_margin_m"));
}

#[test]
fn missing_words_and_pictures_are_warnings() {
    let found = replaced("communities.csv", ",강남 사회구역,", ",,");
    let finding = with(&found, "translation");
    assert_eq!(
        (finding.severity, finding.line),
        (Severity::Warning, Some(2))
    );
    let found = replaced("categories.toml", "icon = \"🏭\"", "icon = \"\"");
    assert_eq!(with(&found, "icon").severity, Severity::Warning);
}

#[test]
fn a_calendar_that_ends_soon_is_a_warning() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let found = broken_on(today, |_| {});
    let finding = with(&found, "calendar-ends");
    assert_eq!(finding.line, line("calendar.toml", "covers_until"));
    assert_eq!(finding.severity, Severity::Warning);
}

#[test]
fn days_that_contradict_each_other_are_found() {
    let found = broken(|dir| append(dir, "holidays.csv", "2026-10-01,workday,国庆节\n"));
    assert_eq!(with(&found, "holiday-twice").severity, Severity::Error);
    let found = broken(|dir| append(dir, "holidays.csv", "2026-10-12,workday,国庆节\n"));
    assert_eq!(
        with(&found, "makeup-on-weekday").severity,
        Severity::Warning
    );
    let found = broken(|dir| append(dir, "holidays.csv", "2027-02-06,holiday,春节\n"));
    assert_eq!(
        with(&found, "holiday-after-end").severity,
        Severity::Warning
    );
}

#[test]
fn working_hours_that_can_never_be_counted_are_an_error() {
    for (from, to) in [
        ("\"08:30-12:00\", \"13:00-17:00\"", ""),
        ("08:30-12:00", "08:30-14:00"),
        ("08:30-12:00", "half past eight"),
        ("+08:00", "Peking"),
        ("\"sunday\"]", "\"someday\"]"),
    ] {
        let found = replaced("calendar.toml", from, to);
        assert_eq!(with(&found, "calendar").file, "calendar.toml", "{from}");
    }
}
