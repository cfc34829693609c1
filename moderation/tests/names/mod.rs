//! Ordinary things by their names: whoever offers one as people do must not be held.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use wufei_moderation::{Decision, Submission, SubmissionKind};

/// Kinds of the sorting pack whose things may honestly change hands.
const KINDS: &str = include_str!("../data/names-kinds.txt");

/// Names whose listing is held rightly: the market takes no such things.
const ACCEPTED: &str = include_str!("../data/names-accepted.txt");

const LISTINGS: [&str; 6] = [
    "出一个{}，九成新，30元",
    "{}一套，搬家处理，自提",
    "求购二手{}，价格合适就要",
    "闲置{}，用了两年，功能正常，配件都在",
    "{}，孩子大了用不上，送给需要的人",
    "{}两件，长60厘米，2019年买的，有点旧，搬家货车已约好",
];

const MESSAGES: [&str; 2] = [
    "你好，{}还在吗？我下班过去拿，能便宜点不",
    "我要那个{}，二十块行吗，明天给你钱",
];

/// Held listings in 10,000 beyond the accepted names.
const MOST_IN_TEN_THOUSAND: usize = 5;

#[derive(Deserialize)]
struct Thing {
    name: String,
    kind: String,
    aliases: String,
}

fn names() -> BTreeSet<String> {
    let district = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/districts/jiangyuan");
    let kinds: BTreeSet<&str> = KINDS.split_whitespace().collect();
    let mut names = BTreeSet::new();
    for file in ["food", "hazardous", "home", "outdoors", "packaging"] {
        let path = district.join(format!("sorting/things-{file}.csv"));
        let mut reader = csv::Reader::from_path(path).expect("the pack has things");
        for thing in reader.deserialize() {
            let thing: Thing = thing.expect("a thing has a name, a kind and aliases");
            if kinds.contains(thing.kind.as_str()) {
                names.extend(thing.aliases.split('|').map(str::to_owned));
                names.insert(thing.name);
            }
        }
    }
    let accepted: BTreeSet<&str> = ACCEPTED.lines().collect();
    names.retain(|name| name.chars().count() > 1 && !accepted.contains(name.as_str()));
    names
}

/// Of how many texts, and those held with the rule.
fn held(kind: SubmissionKind, frames: &[&str]) -> (usize, Vec<String>) {
    let screen = &*crate::SCREEN;
    let mut held = Vec::new();
    let names = names();
    for name in &names {
        for frame in frames {
            let text = frame.replace("{}", name);
            let verdict = screen.screen(&Submission::new(kind, "", &text));
            if verdict.decision > Decision::Publish {
                held.push(format!("{} {text}", verdict.reasons[0].rule));
            }
        }
    }
    (names.len() * frames.len(), held)
}

#[test]
fn ordinary_things_may_be_offered_and_asked_for() {
    for (kind, frames) in [
        (SubmissionKind::Listing, &LISTINGS[..]),
        (SubmissionKind::Message, &MESSAGES[..]),
    ] {
        let (all, held) = held(kind, frames);
        assert!(all > 15_000, "{all} texts");
        assert!(
            held.len() * 10_000 <= all * MOST_IN_TEN_THOUSAND,
            "{} of {all} held: {held:#?}",
            held.len()
        );
    }
}
