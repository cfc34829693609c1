//! The rungs, from the certain to the likely.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::index::{Index, Rank, blur};
use super::slip::{Slip, slip};
use crate::district::sorting::{Area, Kind, Thing};

/// Per cent. Below it a guess is not an answer.
pub const SURE: u8 = 60;

/// Per cent. From here on every part of a name was understood.
pub(super) const UNDERSTOOD: u8 = 78;

/// Names offered where there is no answer.
pub const MAX_CANDIDATES: usize = 8;

/// How an answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// The thing's name, in any of the three languages.
    Exact,
    /// Another name for it.
    Alias,
    /// Full pinyin, or the initials.
    Pinyin,
    /// One slip away from a name.
    Typo,
    /// Its parts: the head noun, unless a modifier decides.
    Part,
}

/// What an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A thing on the list.
    Thing(usize),
    /// A thing on no list, of a kind that its parts tell.
    Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub target: Target,
    /// Position of the kind that decides; a state can make it another than the thing's own.
    pub kind: usize,
    pub matched_by: MatchedBy,
    /// Per cent.
    pub confidence: u8,
    /// The name that matched, where one did.
    pub entry: Option<usize>,
}

/// Rulings, or names to choose from, or neither.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub hits: Vec<Hit>,
    /// Positions of things.
    pub candidates: Vec<usize>,
}

impl Index {
    /// Looks a name up as it was typed.
    pub fn look_up(&self, typed: &str, area: Area) -> Answer {
        let folded = self.fold(typed);
        if folded.chars.is_empty() {
            return Answer::default();
        }
        let mut doubts = Vec::new();
        if let Some(answer) = self.by_name(&folded.chars, area, &mut doubts) {
            return answer;
        }
        let asked = self.without_question(&folded.chars);
        if asked.len() < folded.chars.len()
            && let Some(answer) = self.by_name(asked, area, &mut doubts)
        {
            return answer;
        }
        let answer = if folded.is_latin() {
            self.by_pinyin(asked, area, &mut doubts)
                .or_else(|| self.by_english(&folded.words, area, &mut doubts))
        } else {
            self.by_modified_name(asked)
                .or_else(|| self.by_slip(asked, area, &mut doubts))
                .or_else(|| self.by_parts(asked, area, &mut doubts))
                .or_else(|| self.by_other_character(asked, area, &mut doubts))
        };
        let answer = answer.filter(|answer| {
            let mut danger = self.near_danger(answer, asked);
            danger.extend(self.near_danger(answer, &folded.chars));
            doubts.splice(0..0, danger.iter().copied());
            danger.is_empty()
        });
        answer.unwrap_or_else(|| {
            self.offer_contained(asked, &mut doubts);
            Answer {
                hits: Vec::new(),
                candidates: self.unique_things(&doubts),
            }
        })
    }

    /// Names that what has been typed so far may become.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<usize> {
        let folded = self.fold(typed);
        let chars = folded.chars.as_slice();
        if chars.is_empty() {
            return Vec::new();
        }
        let mut found = self.exact(chars).to_vec();
        found.extend(self.beginning_with(chars));
        if folded.is_latin() && chars.len() >= 2 {
            let text: String = chars.iter().collect();
            for map in [&self.full_pinyin, &self.initials] {
                let mut keys: Vec<&String> =
                    map.keys().filter(|key| key.starts_with(&text)).collect();
                keys.sort_by(|a, b| (a.len(), *a).cmp(&(b.len(), *b)));
                found.extend(keys.into_iter().take(limit).flat_map(|key| &map[key]));
            }
        } else if !folded.is_latin() {
            let within = self.entries.iter().enumerate().filter(|(_, entry)| {
                entry.rank <= Rank::Alias
                    && entry.chars.windows(chars.len()).any(|part| part == chars)
            });
            found.extend(within.map(|(i, _)| i));
        }
        let mut things = self.unique_things(&found);
        things.truncate(limit);
        things
    }

    /// A spoken question with its frame taken off: 请问…是什么垃圾.
    fn without_question<'a>(&self, chars: &'a [char]) -> &'a [char] {
        let mut rest = chars;
        'again: loop {
            for len in (1..=self.ask_before.longest.min(rest.len().saturating_sub(1))).rev() {
                if self.ask_before.get(&rest[..len]).is_some() {
                    rest = &rest[len..];
                    continue 'again;
                }
            }
            for len in (1..=self.ask_after.longest.min(rest.len().saturating_sub(1))).rev() {
                if self.ask_after.get(&rest[rest.len() - len..]).is_some() {
                    rest = &rest[..rest.len() - len];
                    continue 'again;
                }
            }
            return rest;
        }
    }

    fn by_name(&self, chars: &[char], area: Area, doubts: &mut Vec<usize>) -> Option<Answer> {
        let found = self.exact(chars);
        let best = self.entry(*found.first()?).rank;
        let found: Vec<usize> = found
            .iter()
            .copied()
            .filter(|i| self.entry(*i).rank == best)
            .collect();
        let matched_by = match best {
            Rank::Name | Rank::Foreign => MatchedBy::Exact,
            Rank::Alias | Rank::ForeignAlias => MatchedBy::Alias,
        };
        self.settle(&found, matched_by, 100, area, doubts)
    }

    fn by_pinyin(&self, chars: &[char], area: Area, doubts: &mut Vec<usize>) -> Option<Answer> {
        let text: String = chars.iter().collect();
        if let Some(found) = self.full_pinyin.get(&text) {
            return self.settle(found, MatchedBy::Pinyin, 95, area, doubts);
        }
        if chars.len() >= 3
            && let Some(found) = self.initials.get(&text)
        {
            return self.settle(found, MatchedBy::Pinyin, 75, area, doubts);
        }
        if chars.len() >= 6
            && let Some(found) = self.blurred_pinyin.get(&blur(&text))
        {
            return self.settle(found, MatchedBy::Typo, 80, area, doubts);
        }
        if let Some(found) = self.initials.get(&text) {
            doubts.extend(found.iter().take(MAX_CANDIDATES));
        }
        None
    }

    /// One likely slip: a homophone, a look-alike, two characters swapped, one left out or doubled.
    /// The last character names the thing, so it may only be mistaken for one that is like it.
    pub(super) fn by_slip(
        &self,
        chars: &[char],
        area: Area,
        doubts: &mut Vec<usize>,
    ) -> Option<Answer> {
        let mut found: Vec<(u8, usize)> = Vec::new();
        for spelled in self.spellings(chars).into_iter().take(1) {
            for i in self
                .full_pinyin
                .get(&spelled.concat())
                .into_iter()
                .flatten()
            {
                let name = &self.entry(*i).chars;
                let shared = name.iter().zip(chars).filter(|(a, b)| a == b).count();
                if name.len() == chars.len() && (shared > 0 || chars.len() > 2) {
                    found.push((90, *i));
                }
            }
        }
        for i in self.near(chars) {
            let entry = self.entry(i);
            let confidence = match slip(chars, &entry.chars) {
                Some(Slip::Other(at)) if self.alike(chars[at], entry.chars[at]) => 86,
                Some(Slip::Swapped(_)) if chars.len() >= 3 => 84,
                Some(Slip::Missing(at)) if chars.len() >= 3 && at + 1 < entry.chars.len() => 78,
                Some(Slip::Extra(at)) if entry.chars.len() >= 3 => {
                    let doubled = at > 0 && chars[at] == chars[at - 1];
                    if doubled || (at > 0 && at + 1 < chars.len()) {
                        76
                    } else {
                        continue;
                    }
                }
                _ => continue,
            };
            found.push((confidence, i));
        }
        self.settle_best(found, area, doubts)
    }

    /// Some other character in a longer name: likely enough only where nothing else is near.
    fn by_other_character(
        &self,
        chars: &[char],
        area: Area,
        doubts: &mut Vec<usize>,
    ) -> Option<Answer> {
        let mut found = Vec::new();
        for i in self.near(chars) {
            let entry = self.entry(i);
            if let Some(Slip::Other(at)) = slip(chars, &entry.chars)
                && chars.len() >= 4
                && at + 1 < chars.len()
            {
                found.push((62, i));
            }
        }
        self.settle_best(found, area, doubts)
    }

    /// The most likely of several guesses, unless a less likely one would be dangerous to miss.
    pub(super) fn settle_best(
        &self,
        mut found: Vec<(u8, usize)>,
        area: Area,
        doubts: &mut Vec<usize>,
    ) -> Option<Answer> {
        found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let best = found.first()?.0;
        let all: Vec<usize> = found.iter().map(|(_, i)| *i).collect();
        let top: Vec<usize> = found
            .iter()
            .filter(|(confidence, _)| *confidence == best)
            .map(|(_, i)| *i)
            .collect();
        let dangerous = |entries: &[usize]| {
            entries
                .iter()
                .any(|i| self.own_kind(self.entry(*i).thing).is_dangerous())
        };
        if dangerous(&all) && !dangerous(&top) {
            doubts.extend(all);
            return None;
        }
        self.settle(&top, MatchedBy::Typo, best, area, doubts)
    }

    /// Answers when every entry leads to the same bin, and leaves them as doubts otherwise.
    pub(super) fn settle(
        &self,
        entries: &[usize],
        matched_by: MatchedBy,
        confidence: u8,
        area: Area,
        doubts: &mut Vec<usize>,
    ) -> Option<Answer> {
        let mut hits: Vec<Hit> = Vec::new();
        for i in entries {
            let thing = self.entry(*i).thing;
            if hits.iter().all(|hit| hit.target != Target::Thing(thing)) {
                hits.push(Hit {
                    target: Target::Thing(thing),
                    kind: self.kind_of(thing),
                    matched_by,
                    confidence,
                    entry: Some(*i),
                });
            }
        }
        let outcome = |hit: &Hit| self.kind(hit.kind).ruling(area).outcome();
        let first = hits.first().map(outcome)?;
        if hits.iter().any(|hit| outcome(hit) != first) {
            doubts.extend(entries);
            return None;
        }
        Some(Answer {
            hits,
            candidates: Vec::new(),
        })
    }

    /// Dangerous names one slip away from the text, where the answer is a guess at something harmless.
    fn near_danger(&self, answer: &Answer, chars: &[char]) -> Vec<usize> {
        let mut guessed = answer.hits.iter().filter(|hit| {
            let unsure = match hit.matched_by {
                MatchedBy::Typo => true,
                MatchedBy::Part => hit.confidence < UNDERSTOOD,
                MatchedBy::Exact | MatchedBy::Alias | MatchedBy::Pinyin => false,
            };
            unsure && !self.kind(hit.kind).is_dangerous()
        });
        let Some(guess) = guessed.next() else {
            return Vec::new();
        };
        let mut near: Vec<usize> = self.near(chars).collect();
        near.sort_unstable();
        near.retain(|i| {
            let entry = self.entry(*i);
            let likely = match slip(chars, &entry.chars) {
                None => false,
                // 矿水瓶 is a short 矿泉水瓶 rather than a 药水瓶 with a wrong character.
                Some(Slip::Other(at)) if guess.matched_by == MatchedBy::Typo => {
                    entry.chars.len() > 3 || self.alike(chars[at], entry.chars[at])
                }
                Some(_) => true,
            };
            likely
                && entry.rank <= Rank::Alias
                && entry.chars.len() >= 3
                && self.own_kind(entry.thing).is_dangerous()
        });
        near
    }

    /// Things whose names stand somewhere in the text, the longest first.
    fn offer_contained(&self, chars: &[char], doubts: &mut Vec<usize>) {
        for len in (2..chars.len().min(12)).rev() {
            for part in chars.windows(len) {
                doubts.extend(self.chinese(part));
            }
        }
        if chars.len() >= 2 {
            doubts.extend(self.beginning_with(chars).take(MAX_CANDIDATES));
        }
    }

    pub(super) fn unique_things(&self, entries: &[usize]) -> Vec<usize> {
        let mut things = Vec::new();
        for i in entries {
            let thing = self.entry(*i).thing;
            if !things.contains(&thing) {
                things.push(thing);
                if things.len() == MAX_CANDIDATES {
                    break;
                }
            }
        }
        things
    }

    pub fn thing(&self, at: usize) -> &Thing {
        &self.rules.things[at]
    }

    pub fn kind(&self, at: usize) -> &Kind {
        &self.rules.kinds[at]
    }

    /// The position of a thing's kind; [`crate::sorting::rules::Rules::new`] drops things without.
    pub(super) fn kind_of(&self, thing: usize) -> usize {
        self.rules.kind_at[&self.thing(thing).kind]
    }

    pub(super) fn own_kind(&self, thing: usize) -> &Kind {
        self.kind(self.kind_of(thing))
    }
}
