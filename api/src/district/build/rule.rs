//! Rules: every id that a rule names must be known.

use std::collections::{BTreeMap, HashMap};

use super::super::files;
use super::super::finding::{At, Finding};
use super::super::places::{Border, Township};
use super::super::raw::{Item, RawRule};
use super::super::routing::{NEIGHBOUR, Role, Rule};
use super::super::{Category, Clause};
use super::Builder;

impl Builder<'_> {
    pub(super) fn rule(
        &mut self,
        item: &Item<RawRule>,
        categories: &[Category],
        clauses: &[Clause],
        offices: &HashMap<&str, usize>,
        townships: &[Township],
    ) -> Option<Rule> {
        let raw = &item.value;
        let before = self.found.len();
        let line = |key: &str| self.files.line_of_key(files::ROUTING, item.line, key);
        let mut unknown: Vec<(usize, (&str, &str), String, &str)> = Vec::new();

        let mut picked = Vec::new();
        for id in raw.category.iter().filter(|id| *id != "*") {
            match categories.iter().position(|category| category.id == *id) {
                Some(i) => picked.push(i),
                None => unknown.push((
                    line("category"),
                    ("类别", "category"),
                    id.clone(),
                    files::CATEGORIES,
                )),
            }
        }
        let every = raw.category.iter().any(|id| id == "*");
        for code in &raw.township {
            if !townships.iter().any(|township| township.code == *code) {
                unknown.push((
                    line("township"),
                    ("镇（街）", "township"),
                    code.clone(),
                    files::TOWNSHIPS,
                ));
            }
        }
        let mut answers = BTreeMap::new();
        for (question, options) in &raw.answers {
            let asked: Vec<_> = picked
                .iter()
                .filter_map(|i| categories[*i].questions.iter().find(|q| q.id == *question))
                .collect();
            // Where the category itself is unknown, its questions can't be known.
            if asked.is_empty() && (every || !picked.is_empty()) {
                unknown.push((
                    line("answers"),
                    ("问题", "question"),
                    question.clone(),
                    files::CATEGORIES,
                ));
            }
            for option in options {
                if !asked.is_empty()
                    && !asked
                        .iter()
                        .any(|q| q.options.iter().any(|o| o.id == *option))
                {
                    let name = format!("{question}.{option}");
                    unknown.push((line("answers"), ("选项", "option"), name, files::CATEGORIES));
                }
            }
            answers.insert(question.clone(), options.clone());
        }
        let mut role = |key: &str, id: &str| match id {
            "township" => Some(Role::Township),
            NEIGHBOUR => Some(Role::Neighbour),
            id => {
                let found = offices.get(id).map(|i| Role::Office(*i));
                if found.is_none() {
                    unknown.push((line(key), ("部门", "office"), id.to_owned(), files::OFFICES));
                }
                found
            }
        };
        let lead = role("lead", &raw.lead);
        let assist = raw
            .assist
            .iter()
            .filter_map(|id| role("assist", id))
            .collect();
        let alert = raw
            .alert
            .iter()
            .filter_map(|id| role("alert", id))
            .collect();
        let clause = clauses.iter().position(|clause| clause.id == raw.clause);
        if clause.is_none() {
            unknown.push((
                line("clause"),
                ("条款", "clause"),
                raw.clause.clone(),
                files::CLAUSES,
            ));
        }
        for (line, what, id, where_) in unknown {
            self.unknown(files::ROUTING, line, what, &id, where_);
        }
        if raw.category.is_empty() || raw.border.as_ref().is_some_and(Vec::is_empty) {
            self.found.push(Finding::error(
                "rule-empty",
                At::line(files::ROUTING, item.line),
                (
                    "category 或 border 是空的，这条规则永远用不上",
                    "category or border is empty, so the rule never applies",
                ),
                (
                    "写上类别（全部写 \"*\"），或删掉这一行",
                    "name categories (\"*\" for all), or delete the line",
                ),
            ));
        }
        if self.found.len() > before {
            return None;
        }
        let mut border = raw
            .border
            .clone()
            .unwrap_or_else(|| vec![Border::Inside, Border::Near]);
        border.dedup();
        Some(Rule {
            id: raw.id.clone(),
            categories: (!every).then_some(picked),
            ground: raw.ground,
            border,
            townships: raw.township.clone(),
            answers,
            time: raw.time,
            lead: lead?,
            assist,
            alert,
            clause: clause?,
            departs: raw
                .exception
                .as_ref()
                .is_some_and(|why| !why.trim().is_empty()),
            urgent: raw.urgent,
            deadline_hours: raw.deadline_hours,
            around_the_clock: raw.around_the_clock,
            reason: raw.reason.clone(),
        })
    }
}
