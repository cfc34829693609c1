//! Prints how well the rules and the classifier do on the texts of an author that the classifier did
//! not learn from: `cargo run --release -p wufei-moderation --example cross`;
//! `-- AUTHOR` lists what went wrong in that author's. The rules may have been
//! tuned on those texts; the README of the pack says on which they were not.

#![expect(
    clippy::expect_used,
    reason = "without rules or texts there is nothing to print"
)]

#[path = "../tests/pack/mod.rs"]
mod pack;

use std::collections::BTreeSet;

use wufei_moderation::{Decision, Rules, Screen, SubmissionKind};

/// Values of `limits.likeness.held` to compare with the one in force.
const HELD: [i32; 7] = [100, 150, 200, 250, 300, 400, 500];

fn main() {
    let rules = pack::rules();
    let rows = pack::rows(pack::EXAMPLES);
    let authors: BTreeSet<&str> = rows.iter().map(|row| row.author.as_str()).collect();
    println!("held at | honest listings and messages held | forbidden goods caught");
    let shown = std::env::args().nth(1);
    for author in &authors {
        let (left_out, others): (Vec<_>, Vec<_>) =
            rows.iter().partition(|row| row.author == *author);
        let left_out: Vec<_> = left_out
            .into_iter()
            .filter(|row| matches!(row.kind, SubmissionKind::Listing | SubmissionKind::Message))
            .collect();
        println!("learned from all but author {author}:");
        let words = Screen::new(&rules).expect("the district's rules are sound");
        count("words alone", &words, &left_out);
        let classifier = pack::classifier(&rules, others.into_iter());
        if shown.as_deref() == Some(*author) {
            let screen = Screen::with_classifier(&rules, Some(classifier.clone()))
                .expect("the district's rules are sound");
            misses(&screen, &left_out);
        }
        for held in HELD {
            let rules = with_held(&rules, held);
            let screen = Screen::with_classifier(&rules, Some(classifier.clone()))
                .expect("the district's rules are sound");
            count(&held.to_string(), &screen, &left_out);
        }
    }
}

/// The same words are worth the same beside another threshold.
fn with_held(rules: &Rules, held: i32) -> Rules {
    let mut rules = rules.clone();
    let worth = &mut rules.limits.likeness;
    let change = held - worth.held;
    worth.held = held;
    worth.weak += change;
    worth.strong += change;
    worth.several += change;
    rules
}

fn misses(screen: &Screen, rows: &[&pack::Row]) {
    for row in rows {
        let verdict = row.verdict(screen);
        if !row.is_met_by(verdict.decision) {
            let likeness = screen.likeness(&row.text).unwrap_or_default();
            let why: Vec<String> = verdict
                .reasons
                .iter()
                .map(|reason| pack::why(reason, &row.text))
                .collect();
            println!("{likeness:>5} {} {why:?} {}", row.by, row.text);
        }
    }
}

fn count(name: &str, screen: &Screen, rows: &[&pack::Row]) {
    let share = |honest: bool| {
        let of: Vec<_> = rows
            .iter()
            .filter(|row| (row.expected == "publish") == honest)
            .collect();
        let held = of
            .iter()
            .filter(|row| row.verdict(screen).decision > Decision::Publish)
            .count();
        let per_mille = (held * 1_000 + of.len() / 2) / of.len().max(1);
        let (percent, tenth) = (per_mille / 10, per_mille % 10);
        format!("{held:>5} of {:>5} {percent:>3}.{tenth} %", of.len())
    };
    println!("  {name:>11} | {} | {}", share(true), share(false));
}
