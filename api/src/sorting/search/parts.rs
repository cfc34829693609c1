//! A name on no list, understood from its parts: 油污的外卖盒, 敌敌畏瓶子, old water bottle.
//!
//! The head noun decides, unless a modifier does. A dangerous word that the rules do not account for
//! leaves the question open.

use super::index::{Index, Modifier, Rank};
use super::ladder::{Answer, Hit, MatchedBy, Target, UNDERSTOOD};
use super::slip::{Slip, slip};
use crate::district::sorting::{Area, Kind};

/// The class of what is dangerous.
const HAZARD: &str = "hazard";
/// Named before a head that has no rule for it, it leaves the question open: 吃完药的铝塑板.
const MEDICINE: &str = "medicine";

/// What stands before the head.
#[derive(Debug, Default)]
struct Prefix<'a> {
    classes: Vec<&'a str>,
    /// Things named in it.
    things: Vec<usize>,
    /// States told in it: 脏 in 擦车的脏布.
    states: Vec<usize>,
    /// Every character belongs to a word we know.
    understood: bool,
}

impl Prefix<'_> {
    fn is(&self, class: &str) -> bool {
        self.classes.contains(&class)
    }
}

impl Index {
    /// A name with modifiers around it: 干净的快餐盒, 手机坏了.
    pub(super) fn by_modified_name(&self, chars: &[char]) -> Option<Answer> {
        let (rest, states) = self.without_modifiers(chars);
        let entry = self.chinese(rest).filter(|_| rest.len() < chars.len())?;
        let kind = self.turned(self.kind_of(self.entry(entry).thing), &states);
        Some(answer(Some((entry, self.entry(entry).thing)), kind, 90))
    }

    pub(super) fn by_parts(
        &self,
        chars: &[char],
        area: Area,
        doubts: &mut Vec<usize>,
    ) -> Option<Answer> {
        let (rest, states) = self.without_modifiers(chars);
        if rest.len() < chars.len() {
            let mut near = Vec::new();
            if let Some(mut answer) = self.by_slip(rest, area, &mut near) {
                for hit in &mut answer.hits {
                    hit.kind = self.turned(hit.kind, &states);
                    hit.confidence = hit.confidence.min(80);
                }
                return Some(answer);
            }
            doubts.extend(near);
        }
        let tail = (2..rest.len()).rev().find_map(|len| {
            self.chinese(&rest[rest.len() - len..])
                .map(|entry| (len, entry))
        });
        let head = (1..=self.heads.longest.min(rest.len().saturating_sub(1)))
            .rev()
            .find_map(|len| {
                self.heads
                    .get(&rest[rest.len() - len..])
                    .map(|head| (len, *head))
            });
        let by_head = |prefix: &Prefix, head: usize, any: bool| {
            let rule = self.rules.lexicon.head[head]
                .of
                .iter()
                .find(|(class, _)| if class == "*" { any } else { prefix.is(class) });
            rule.map(|(class, kind)| (self.rules.kind_at[kind], class != "*"))
        };
        let (entry, kind, confidence, prefix) = match (tail, head) {
            (Some((len, entry)), head) if head.is_none_or(|(head_len, _)| head_len <= len) => {
                let prefix = self.prefix(&rest[..rest.len() - len]);
                let own = self.kind_of(self.entry(entry).thing);
                let by_head = head.and_then(|(_, head)| by_head(&prefix, head, false));
                // 面 before 药袋 does not make it a bag of flour.
                let by_head = by_head.filter(|(kind, _)| {
                    self.kind(*kind).is_dangerous() || !self.kind(own).is_dangerous()
                });
                if let Some((kind, _)) = by_head {
                    (None, kind, if prefix.understood { 80 } else { 72 }, prefix)
                } else {
                    let confidence = match len {
                        _ if prefix.understood => UNDERSTOOD,
                        2 => 64,
                        _ => 70,
                    };
                    (Some(entry), own, confidence, prefix)
                }
            }
            (_, Some((len, head))) => {
                let prefix = self.prefix(&rest[..rest.len() - len]);
                let (kind, named) = by_head(&prefix, head, true).or_else(|| {
                    doubts.extend(&prefix.things);
                    None
                })?;
                let confidence = match (named, prefix.understood) {
                    (true, true) => UNDERSTOOD,
                    (true, false) => 70,
                    (false, _) => 62,
                };
                (None, kind, confidence, prefix)
            }
            (_, None) => return None,
        };
        let kind = self.turned(self.turned(kind, &prefix.states), &states);
        let warned = prefix.is(HAZARD) || (entry.is_some() && prefix.is(MEDICINE));
        if warned && !self.kind(kind).is_dangerous() {
            doubts.extend(&prefix.things);
            doubts.extend(entry);
            return None;
        }
        let named = entry.map(|entry| (entry, self.entry(entry).thing));
        Some(answer(named, kind, confidence))
    }

    /// English words: modifiers fall away, then the last words decide.
    pub(super) fn by_english(
        &self,
        words: &[String],
        area: Area,
        doubts: &mut Vec<usize>,
    ) -> Option<Answer> {
        let mut words: Vec<String> = words.to_vec();
        let mut states = Vec::new();
        loop {
            if let Some(entry) = self.english(&words) {
                let (matched_by, confidence) = (MatchedBy::Part, 90);
                let mut answer =
                    self.settle(&self.same_rank(entry), matched_by, confidence, area, doubts)?;
                for hit in &mut answer.hits {
                    hit.kind = self.turned(hit.kind, &states);
                }
                return Some(answer);
            }
            let first: Vec<char> = words.first()?.chars().collect();
            match self.before.get(&first) {
                Some(Modifier::State(state)) => states.push(*state),
                Some(Modifier::Neutral) => {}
                None => break,
            }
            words.remove(0);
        }
        let typed: Vec<char> = words.concat().chars().collect();
        if typed.len() >= 5 {
            let found = self.near(&typed).filter(|i| {
                let entry = self.entry(*i);
                entry.rank >= Rank::Foreign
                    && matches!(
                        slip(&typed, &entry.chars),
                        Some(Slip::Other(_) | Slip::Swapped(_) | Slip::Missing(_) | Slip::Extra(_))
                    )
            });
            let found: Vec<(u8, usize)> = found.map(|i| (70, i)).collect();
            if let Some(answer) = self.settle_best(found, area, doubts) {
                return Some(answer);
            }
        }
        for from in 1..words.len() {
            let Some(entry) = self.english(&words[from..]) else {
                continue;
            };
            let kind = self.turned(self.kind_of(self.entry(entry).thing), &states);
            let before: Vec<usize> = words[..from]
                .iter()
                .filter_map(|word| self.english(std::slice::from_ref(word)))
                .collect();
            let warned = words[..from].iter().any(|word| {
                let chars: Vec<char> = word.chars().collect();
                self.classes
                    .get(&chars)
                    .is_some_and(|class| class == HAZARD)
            });
            let dangerous = warned
                || before
                    .iter()
                    .any(|i| self.own_kind(self.entry(*i).thing).is_dangerous());
            if dangerous && !self.kind(kind).is_dangerous() {
                doubts.extend(before);
                doubts.push(entry);
                return None;
            }
            return Some(answer(Some((entry, self.entry(entry).thing)), kind, 66));
        }
        None
    }

    /// The entry that English words name, in the singular too.
    fn english(&self, words: &[String]) -> Option<usize> {
        let text = words.concat();
        let singular = [
            Some(text.clone()),
            text.strip_suffix("ies").map(|stem| format!("{stem}y")),
            text.strip_suffix("es").map(str::to_owned),
            text.strip_suffix('s').map(str::to_owned),
        ];
        singular
            .into_iter()
            .flatten()
            .find_map(|text| self.exact_text(&text).first().copied())
    }

    fn same_rank(&self, entry: usize) -> Vec<usize> {
        let rank = self.entry(entry).rank;
        let all = self.exact(&self.entry(entry).chars).iter().copied();
        all.filter(|i| self.entry(*i).rank == rank).collect()
    }

    /// Takes off what stands before and after the thing, and tells the states among it.
    fn without_modifiers<'a>(&self, chars: &'a [char]) -> (&'a [char], Vec<usize>) {
        let mut rest = chars;
        let mut states = Vec::new();
        'again: loop {
            if self.chinese(rest).is_some() {
                break;
            }
            for len in (1..=self.before.longest.min(rest.len().saturating_sub(1))).rev() {
                let Some(modifier) = self.before.get(&rest[..len]) else {
                    continue;
                };
                let after = &rest[len..];
                let after = after
                    .strip_prefix(&['的'])
                    .filter(|rest| !rest.is_empty())
                    .unwrap_or(after);
                // One character is easily part of the name itself: 大 in 大蒜皮.
                if len == 1 && *modifier == Modifier::Neutral && self.chinese(after).is_none() {
                    continue;
                }
                if let Modifier::State(state) = modifier {
                    states.push(*state);
                }
                rest = after;
                continue 'again;
            }
            for len in (1..=self.after.longest.min(rest.len().saturating_sub(1))).rev() {
                let Some(modifier) = self.after.get(&rest[rest.len() - len..]) else {
                    continue;
                };
                if let Modifier::State(state) = modifier {
                    states.push(*state);
                }
                rest = &rest[..rest.len() - len];
                continue 'again;
            }
            break;
        }
        (rest, states)
    }

    /// The kind in the given states.
    fn turned(&self, kind: usize, states: &[usize]) -> usize {
        states.iter().fold(kind, |kind, state| {
            let turns = &self.rules.lexicon.state[*state].turns;
            turns
                .get(&self.kind(kind).id)
                .map_or(kind, |to| self.rules.kind_at[to])
        })
    }

    /// What the words before the head say.
    fn prefix(&self, chars: &[char]) -> Prefix<'_> {
        let mut prefix = Prefix {
            understood: true,
            ..Prefix::default()
        };
        let mut at = 0;
        while at < chars.len() {
            let rest = &chars[at..];
            let step = (1..=rest.len()).rev().find(|len| {
                let part = &rest[..*len];
                if *len >= 2
                    && let Some(entry) = self.chinese(part)
                {
                    let kind = self.own_kind(self.entry(entry).thing);
                    self.lends(kind, &mut prefix.classes);
                    prefix
                        .classes
                        .extend(self.classes.get(part).map(String::as_str));
                    prefix.things.push(entry);
                    return true;
                }
                if let Some(class) = self.classes.get(part) {
                    prefix.classes.push(class);
                    return true;
                }
                match self.before.get(part) {
                    Some(Modifier::State(state)) => prefix.states.push(*state),
                    Some(Modifier::Neutral) => {}
                    None => return part == ['的'],
                }
                true
            });
            prefix.understood &= step.is_some();
            at += step.unwrap_or(1);
        }
        prefix
    }

    /// The classes that a thing of this kind lends to what is named after it.
    fn lends<'a>(&'a self, kind: &Kind, classes: &mut Vec<&'a str>) {
        if let Some(class) = self.rules.lexicon.class_of_kind.get(&kind.id) {
            classes.push(class);
        }
        if kind.is_dangerous() {
            classes.push(HAZARD);
        }
    }
}

/// What the parts tell: of a thing with the entry that named it, or of a kind.
fn answer(named: Option<(usize, usize)>, kind: usize, confidence: u8) -> Answer {
    let hit = Hit {
        target: named.map_or(Target::Kind, |(_, thing)| Target::Thing(thing)),
        kind,
        matched_by: MatchedBy::Part,
        confidence,
        entry: named.map(|(entry, _)| entry),
    };
    Answer {
        hits: vec![hit],
        candidates: Vec::new(),
    }
}
