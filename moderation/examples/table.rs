//! Prints how well the district's rules do on texts their authors did not see, and how fast.
//!
//! `cargo run --release -p wufei-moderation --example table`; `-- misses [FILE]` lists what went
//! wrong in a file of `tests/data` (`dev.csv`, which rules are tuned on, unless said), and `-- try`
//! answers for each line of the standard input. The held-out texts
//! are only ever counted; the author of `unseen-2026-11-26.csv` saw neither rules nor other texts.

#![expect(
    clippy::expect_used,
    reason = "without rules or texts there is nothing to print"
)]

#[path = "../tests/pack/mod.rs"]
mod pack;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use wufei_moderation::{Applies, Decision, Rule, Rules, Screen, Submission, SubmissionKind, Words};

fn main() {
    let screen = pack::screen();
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next().as_deref()) {
        (Some("misses"), file) => {
            table(file.unwrap_or("dev.csv"), &screen);
            misses(file.unwrap_or("dev.csv"), &screen);
        }
        (Some("try"), _) => answer(&screen),
        _ => {
            for name in [
                "dev.csv",
                "examples-3.csv",
                pack::EXAMPLES,
                "held-out.csv",
                "unseen-2026-11-26.csv",
            ] {
                table(name, &screen);
            }
            timings(&screen);
        }
    }
}

/// Each line of the standard input as a listing and as a message.
fn answer(screen: &Screen) {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        for kind in [SubmissionKind::Listing, SubmissionKind::Message] {
            let verdict = screen.screen(&Submission::new(kind, "", &line));
            let why: Vec<String> = verdict
                .reasons
                .iter()
                .map(|r| pack::why(r, &line))
                .collect();
            println!("{:?} {kind:?} {why:?} {line}", verdict.decision);
        }
    }
}

fn table(name: &str, screen: &Screen) {
    let mut groups: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for row in pack::rows(name) {
        let met = row.is_met_by(row.verdict(screen).decision);
        for group in [row.by.clone(), family(&row.by).to_owned()] {
            let (right, all) = groups.entry(group).or_default();
            *right += u32::from(met);
            *all += 1;
        }
    }
    let mut wrongly: BTreeMap<String, u32> = BTreeMap::new();
    for row in pack::rows(name)
        .iter()
        .filter(|row| row.expected == "publish")
    {
        for reason in row.verdict(screen).reasons {
            *wrongly.entry(reason.rule.to_string()).or_default() += 1;
        }
    }
    println!("{name}: texts judged as expected");
    for (group, (right, all)) in &groups {
        let share = 100.0 * f64::from(*right) / f64::from(*all);
        println!("  {group:<30} {right:>4} of {all:>4}  {share:>5.1} %");
    }
    println!("  honest texts held, by rule: {wrongly:?}");
}

/// The groups that the targets are about.
fn family(by: &str) -> &str {
    match by {
        _ if by.starts_with("honest") => "ALL HONEST (target 99 %)",
        _ if by.starts_with("forbidden") => "ALL FORBIDDEN GOODS (95 %)",
        "phone" | "identity-number" => "ALL PHONE, IDENTITY (99 %)",
        _ => "ALL OTHERS",
    }
}

fn misses(name: &str, screen: &Screen) {
    for row in pack::rows(name) {
        let verdict = row.verdict(screen);
        if !row.is_met_by(verdict.decision) {
            let reasons = verdict.reasons.iter();
            let why: Vec<String> = reasons.map(|r| pack::why(r, &row.text)).collect();
            println!("{} {:?} {why:?} {}", row.by, row.kind, row.text);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark asks the machine for the time"
)]
fn quickest(times: u32, mut work: impl FnMut()) -> Duration {
    (0..times)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn timings(screen: &Screen) {
    let (rules, rows) = (pack::rules(), pack::rows(pack::EXAMPLES));
    let took = quickest(5, || {
        black_box(pack::classifier(&rules, rows.iter()));
    });
    println!(
        "{} examples are learned in {took:?} (target 100 ms)",
        rows.len()
    );
    let ordinary: String =
        "楼下的垃圾桶又满了，旁边堆着装修剩下的木板和两个旧柜子，孩子上学要绕着走，请尽快处理。"
            .chars()
            .cycle()
            .take(2_000)
            .collect();
    let hostile: String = "1三8-烟 x微ｖ四9@3号楼"
        .chars()
        .cycle()
        .take(2_000)
        .collect();
    for (name, text) in [("ordinary", &ordinary), ("hostile", &hostile)] {
        for kind in [SubmissionKind::Report, SubmissionKind::Listing] {
            let took = quickest(50, || {
                black_box(screen.screen(&Submission::new(kind, "", text)));
            });
            println!("2,000 {name} characters, {kind:?}: {took:?} (target 1 ms)");
        }
    }
    let many = many_rules(10_000);
    let took = quickest(5, || {
        black_box(Screen::new(&many).expect("made-up rules are sound"));
    });
    println!("10,000 rules of 3 words load in {took:?} (target 100 ms)");
    let screen = Screen::new(&many).expect("made-up rules are sound");
    let took = quickest(50, || {
        black_box(screen.screen(&Submission::new(SubmissionKind::Listing, "", &ordinary)));
    });
    println!("2,000 ordinary characters, 10,000 rules: {took:?} (target 1 ms)");
}

/// Words of three to five common characters, all different.
fn many_rules(count: u32) -> Rules {
    let word = |seed: u32| -> String {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        (0..3 + seed % 3)
            .filter_map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from_u32(0x4E00 + (state >> 8) % 6_000)
            })
            .collect()
    };
    let rules = (0..count)
        .map(|index| Rule {
            id: format!("rule-{index}"),
            decision: Decision::Hold,
            applies: BTreeMap::from([(SubmissionKind::Listing, Applies::Always)]),
            source: "made up".into(),
            message: Words {
                zh: "试".into(),
                ..Words::default()
            },
            strong: vec![word(index * 3)],
            weak: vec![word(index * 3 + 1)],
            except: vec![word(index * 3 + 2)],
            ..Rule::default()
        })
        .collect();
    Rules {
        rules,
        ..Rules::default()
    }
}
