//! Rules: none missing, none in vain, none whose order alone decides without anyone meaning it.
//!
//! Every case that can arise is tried: category × ground × border × time × townships that rules
//! name × answers, with every question also left unanswered.

use std::collections::BTreeMap;

use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::places::{Border, Ground};
use super::super::raw::{Item, Raw, RawRule};
use super::super::routing::{Case, Role, Rule, Time};
use super::super::{Category, Pack};

pub(super) fn errors(files: &Files, raw: &Raw, pack: &Pack, found: &mut Vec<Finding>) {
    last_resort(raw, pack, found);
    gaps(raw, pack, found);
    for (item, rule) in raw.rules.iter().zip(&pack.rules) {
        bracket(files, item, rule, pack, found);
        funders(files, item, rule, pack, found);
        for id in &item.value.precedes {
            if !raw
                .rules
                .iter()
                .any(|other| other.value.id == *id && other.line > item.line)
            {
                let line = files.line_of_key(files::ROUTING, item.line, "precedes");
                found.push(Finding::error(
                    "precedes",
                    At::line(files::ROUTING, line),
                    (
                        format!("后面没有规则 {id}"),
                        format!("no later rule is called {id}"),
                    ),
                    (
                        "改成后面某条规则的代号，或删掉",
                        "name a later rule, or delete it",
                    ),
                ));
            }
        }
    }
}

/// A rule for everything inside the district, without conditions.
fn is_last_resort(rule: &Rule) -> bool {
    rule.categories.is_none()
        && rule.ground.is_none()
        && rule.time.is_none()
        && rule.townships.is_empty()
        && rule.answers.is_empty()
        && rule.border.contains(&Border::Inside)
        && rule.border.contains(&Border::Near)
}

fn last_resort(raw: &Raw, pack: &Pack, found: &mut Vec<Finding>) {
    let good = pack
        .rules
        .last()
        .is_some_and(|rule| is_last_resort(rule) && rule.lead == Role::Township);
    if !good {
        found.push(Finding::error(
            "no-last-resort",
            At {
                file: files::ROUTING,
                line: raw.rules.last().map(|item| item.line),
            },
            (
                "最后一条规则必须不带条件、category = [\"*\"]、由 township 牵头",
                "the last rule must have no conditions, category = [\"*\"] and lead = \"township\"",
            ),
            (
                "在文件末尾加回 last-resort 规则",
                "put the last-resort rule back at the end of the file",
            ),
        ));
    }
}

/// Every case of one category.
fn cases(category: &Category, townships: &[Option<String>]) -> Vec<Cell> {
    let mut answers: Vec<BTreeMap<String, String>> = vec![BTreeMap::new()];
    for question in &category.questions {
        let mut more = Vec::new();
        for given in &answers {
            for option in &question.options {
                let mut given = given.clone();
                given.insert(question.id.clone(), option.id.clone());
                more.push(given);
            }
        }
        answers.extend(more);
    }
    let mut cells = Vec::new();
    for answers in answers {
        for ground in [Ground::Urban, Ground::Village] {
            for border in [Border::Inside, Border::Near, Border::Outside] {
                for time in [Time::WorkingHours, Time::OutsideWorkingHours] {
                    for township in townships {
                        cells.push(Cell {
                            ground,
                            border,
                            time,
                            township: township.clone(),
                            answers: answers.clone(),
                        });
                    }
                }
            }
        }
    }
    cells
}

struct Cell {
    ground: Ground,
    border: Border,
    time: Time,
    township: Option<String>,
    answers: BTreeMap<String, String>,
}

impl Cell {
    fn case(&self) -> Case<'_> {
        Case {
            ground: self.ground,
            border: self.border,
            township: self.township.as_deref(),
            answers: &self.answers,
            time: self.time,
        }
    }
}

/// The townships that rules tell apart, and one that none of them names.
fn townships(pack: &Pack) -> Vec<Option<String>> {
    let mut codes: Vec<_> = pack
        .rules
        .iter()
        .flat_map(|rule| rule.townships.clone())
        .collect();
    codes.sort();
    codes.dedup();
    std::iter::once(None)
        .chain(codes.into_iter().map(Some))
        .collect()
}

fn gaps(raw: &Raw, pack: &Pack, found: &mut Vec<Finding>) {
    let townships = townships(pack);
    let mut used = vec![false; pack.rules.len()];
    for (i, category) in pack.categories.iter().enumerate() {
        let mut missing: Vec<(Border, Ground)> = Vec::new();
        for cell in cases(category, &townships) {
            let case = cell.case();
            let first = pack
                .rules
                .iter()
                .position(|r| r.is_about(i) && r.matches(&case));
            if let Some(first) = first {
                used[first] = true;
            }
            // The last resort keeps a report from being lost; it is no answer to who is in charge.
            let answered = first.is_some_and(|first| !is_last_resort(&pack.rules[first]));
            let gap = (cell.border, cell.ground);
            if !answered && !missing.contains(&gap) {
                missing.push(gap);
            }
        }
        for (border, ground) in missing {
            let line = raw.categories.get(i).map(|item| item.line);
            let at = At {
                file: files::CATEGORIES,
                line,
            };
            let (id, place) = (&category.id, place(border, ground));
            found.push(Finding::error(
                "rule-gap",
                at,
                (
                    format!("类别 {id} 在{}没有规则", place.0),
                    format!("no rule reaches category {id} {}", place.1),
                ),
                (
                    "在 routing.toml 里给它加一条不带问题条件的规则",
                    "add a rule for it to routing.toml that doesn't depend on answers or time",
                ),
            ));
        }
    }
    for (i, used) in used.into_iter().enumerate() {
        if !used && !is_last_resort(&pack.rules[i]) {
            let id = &pack.rules[i].id;
            found.push(Finding::error(
                "rule-unreachable",
                At::line(files::ROUTING, raw.rules[i].line),
                (
                    format!("规则 {id} 永远轮不到，前面的规则都先用了"),
                    format!("rule {id} is never reached: earlier rules take all its cases"),
                ),
                ("移到更前面，或删掉", "move it up, or delete it"),
            ));
        }
    }
}

fn place(border: Border, ground: Ground) -> (&'static str, &'static str) {
    match (border, ground) {
        (Border::Outside, _) => ("区外", "outside the district"),
        (Border::Near, Ground::Urban) => ("区界附近的城区", "on urban ground near the border"),
        (Border::Near, Ground::Village) => ("区界附近的农村", "on village ground near the border"),
        (Border::Inside, Ground::Urban) => ("城区", "on urban ground"),
        (Border::Inside, Ground::Village) => ("农村", "on village ground"),
    }
}

/// Two rules that share cases, each also having cases of its own: only their order decides, and
/// whoever inserts a line may not notice.
pub(super) fn overlaps(raw: &Raw, pack: &Pack, found: &mut Vec<Finding>) {
    if pack.rules.len() != raw.rules.len() {
        return;
    }
    let townships = townships(pack);
    let mut told: Vec<(usize, usize)> = Vec::new();
    for (i, category) in pack.categories.iter().enumerate() {
        let cells = cases(category, &townships);
        let rules: Vec<usize> = (0..pack.rules.len())
            .filter(|r| pack.rules[*r].is_about(i))
            .collect();
        let sets: Vec<Vec<bool>> = rules
            .iter()
            .map(|r| {
                cells
                    .iter()
                    .map(|cell| pack.rules[*r].matches(&cell.case()))
                    .collect()
            })
            .collect();
        for a in 0..rules.len() {
            for b in a + 1..rules.len() {
                let (mut both, mut only_a, mut only_b) = (false, false, false);
                for (in_a, in_b) in sets[a].iter().zip(&sets[b]) {
                    both |= *in_a && *in_b;
                    only_a |= *in_a && !in_b;
                    only_b |= *in_b && !in_a;
                }
                let pair = (rules[a], rules[b]);
                let meant = raw.rules[pair.0]
                    .value
                    .precedes
                    .contains(&pack.rules[pair.1].id);
                if both && only_a && only_b && !meant && !told.contains(&pair) {
                    told.push(pair);
                    overlap(raw, pair, found);
                }
            }
        }
    }
}

fn overlap(raw: &Raw, (a, b): (usize, usize), found: &mut Vec<Finding>) {
    let (first, second) = (&raw.rules[a], &raw.rules[b]);
    let (id, other, line) = (&first.value.id, &second.value.id, second.line);
    found.push(Finding::warning(
        "rule-overlap",
        At::line(files::ROUTING, first.line),
        (
            format!("规则 {id} 和第 {line} 行的 {other} 有重叠，谁在前谁生效"),
            format!("rule {id} overlaps {other} on line {line}; whichever comes first wins"),
        ),
        (
            "确认先后没错，就在前一条写 precedes = [\"后一条\"]",
            "if the order is right, write precedes = [\"the later rule\"] in the earlier one",
        ),
    ));
}

/// The office that the clause names first leads, and the others of its bracket assist.
fn bracket(
    files: &Files,
    item: &Item<RawRule>,
    rule: &Rule,
    pack: &Pack,
    found: &mut Vec<Finding>,
) {
    let raw = &item.value;
    if raw
        .exception
        .as_ref()
        .is_some_and(|why| !why.trim().is_empty())
    {
        return;
    }
    let clause = &pack.clauses[rule.clause];
    let named: Vec<&String> = std::iter::once(&raw.lead).chain(&raw.assist).collect();
    if named == clause.offices.iter().collect::<Vec<_>>() {
        return;
    }
    let line = files.line_of_key(files::ROUTING, item.line, "lead");
    let offices = clause.offices.join(", ");
    found.push(Finding::error(
        "bracket",
        At::line(files::ROUTING, line),
        (
            format!(
                "规则 {} 和条款 {} 的责任单位不一致（应依次为 {offices}）",
                raw.id, raw.clause
            ),
            format!(
                "rule {} departs from the bracket of clause {} ({offices})",
                raw.id, raw.clause
            ),
        ),
        (
            "按条款的顺序写 lead 和 assist，或在 exception 里写明原因",
            "write lead and assist in the clause's order, or say why in exception",
        ),
    ));
}

fn funders(
    files: &Files,
    item: &Item<RawRule>,
    rule: &Rule,
    pack: &Pack,
    found: &mut Vec<Finding>,
) {
    for role in std::iter::once(&rule.lead)
        .chain(&rule.assist)
        .chain(&rule.alert)
    {
        let Role::Office(i) = role else { continue };
        let office = &pack.offices[*i];
        if office.receives_reports {
            continue;
        }
        let line = files.line_of_key(files::ROUTING, item.line, "lead");
        found.push(Finding::error(
            "office-without-reports",
            At::line(files::ROUTING, line),
            (
                format!("{} 不接收举报（receives_reports = false）", office.id),
                format!(
                    "{} receives no reports (receives_reports = false)",
                    office.id
                ),
            ),
            ("换一个部门", "name another office"),
        ));
    }
}
