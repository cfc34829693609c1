//! Finds the words of all rules in one pass over each reading of a text.

mod accept;
mod initials;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::LONGEST_WORD;
use crate::fold::{self, Twins, Unit, is_han, reading};
use crate::rules::{Rule, RuleError, Shared};
use accept::Likeness;
use initials::Initials;

/// What a word does where it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Strong,
    /// What may be a strong word in disguise, or an ordinary word.
    Guess,
    Weak,
    Thing,
    Hint,
    Except,
    /// Excuses what follows, for one rule.
    Before,
    /// Excuses what it follows, for one rule.
    After,
    Intent,
    Complaint,
    Negation,
    Container,
    Harmless,
    Ordinary,
}

impl Part {
    /// Whether its word may be broken up by an evader. Words that excuse must stand as they are.
    const fn may_be_broken(self) -> bool {
        matches!(
            self,
            Self::Strong | Self::Weak | Self::Thing | Self::Hint | Self::Intent
        )
    }

    /// Whether its word speaks for what is forbidden.
    pub const fn accuses(self) -> bool {
        matches!(
            self,
            Self::Strong | Self::Guess | Self::Weak | Self::Thing | Self::Hint
        )
    }
}

/// A word of one rule, or of all where `rule` is none.
#[derive(Clone, Copy, Debug)]
struct Use {
    rule: Option<u32>,
    part: Part,
}

impl Use {
    /// What the word does where it may stand there in disguise, if anything.
    fn as_likely_as(self, likeness: Likeness) -> Option<Self> {
        match (likeness, self.part) {
            (Likeness::Sure, _) => Some(self),
            (Likeness::Guess, Part::Strong) => Some(Self {
                part: Part::Guess,
                ..self
            }),
            (Likeness::Guess, _) => None,
        }
    }
}

struct Word {
    letters: Vec<char>,
    uses: Vec<Use>,
}

/// A word found in a text. Positions are units of the plain reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    pub rule: Option<u32>,
    pub start: u32,
    pub end: u32,
    pub part: Part,
    pub word: u32,
    /// Not written as in the rule.
    pub disguised: bool,
}

/// The words of all rules.
pub struct Lexicon {
    words: Vec<Word>,
    letters: AhoCorasick,
    sounds: AhoCorasick,
    /// The word that each pattern of `sounds` is the sound of.
    sounding: Vec<u32>,
    initials: Initials,
}

impl Lexicon {
    pub fn new(rules: &[Rule], shared: &Shared) -> Result<Self, RuleError> {
        let mut words = Words::default();
        for (index, rule) in (0_u32..).zip(rules) {
            for (list, part) in [
                (&rule.strong, Part::Strong),
                (&rule.weak, Part::Weak),
                (&rule.things, Part::Thing),
                (&rule.hints, Part::Hint),
                (&rule.except, Part::Except),
                (&rule.before, Part::Before),
                (&rule.after, Part::After),
            ] {
                words.add(list, &rule.id, Some(index), part)?;
            }
        }
        for (list, part) in [
            (&shared.intent, Part::Intent),
            (&shared.complaint, Part::Complaint),
            (&shared.negation, Part::Negation),
            (&shared.container, Part::Container),
            (&shared.harmless, Part::Harmless),
            (&shared.ordinary, Part::Ordinary),
        ] {
            words.add(list, "shared", None, part)?;
        }
        let words = words.words;
        let spelled: Vec<String> = words.iter().map(|w| w.letters.iter().collect()).collect();
        let (sounds, sounding): (Vec<String>, Vec<u32>) = (0_u32..)
            .zip(&words)
            .filter_map(|(index, word)| Some((word.sound()?, index)))
            .unzip();
        let heard = (0_u32..)
            .zip(&words)
            .filter(|(_, word)| word.uses.iter().any(|usage| word.is_heard(*usage)));
        Ok(Self {
            initials: Initials::new(heard.map(|(index, word)| (index, word.letters.as_slice()))),
            words,
            letters: automaton(&spelled)?,
            sounds: automaton(&sounds)?,
            sounding,
        })
    }

    /// The folded characters of a word that was found.
    pub fn letters(&self, found: &Occurrence) -> &[char] {
        &self.words[found.word as usize].letters
    }

    /// Every use of every word in the text, sorted by rule and position.
    pub fn occurrences(&self, plain: &[Unit], twins: &Twins) -> Vec<Occurrence> {
        let mut found = Vec::new();
        self.spelled(plain, plain, &mut found);
        let bare = fold::bare(plain, twins);
        if bare != plain {
            self.spelled(&bare, plain, &mut found);
        }
        self.sounding(plain, &mut found);
        self.initialled(plain, &mut found);
        for hit in &mut found {
            let written = &plain[hit.start as usize..hit.end as usize];
            let word = &self.words[hit.word as usize].letters;
            hit.disguised = !written.iter().map(|unit| unit.c).eq(word.iter().copied());
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn spelled(&self, units: &[Unit], plain: &[Unit], found: &mut Vec<Occurrence>) {
        let mut text = String::with_capacity(units.len() * 3);
        let mut unit_of = Vec::with_capacity(units.len() * 3);
        for (index, unit) in units.iter().enumerate() {
            text.push(unit.c);
            unit_of.resize(text.len(), index);
        }
        let as_written = std::ptr::eq(units, plain);
        for hit in self.letters.find_overlapping_iter(&text) {
            let (start, end) = (unit_of[hit.start()], unit_of[hit.end() - 1] + 1);
            let word = &self.words[hit.pattern().as_usize()];
            if !accept::is_whole_word(units, start, end) {
                continue;
            }
            let tight = accept::is_tight(&units[start..end]);
            let broken = !tight && accept::is_broken_on_purpose(&units[start..end]);
            let (start, end) = if as_written {
                (start, end)
            } else {
                (at(plain, units[start].from), at(plain, units[end - 1].to))
            };
            for usage in &word.uses {
                let counts = (tight && (as_written || usage.part.may_be_broken()))
                    || (broken && usage.part.may_be_broken());
                if counts {
                    found.push(occurrence(*usage, hit.pattern().as_u32(), start, end));
                }
            }
        }
    }

    fn sounding(&self, plain: &[Unit], found: &mut Vec<Occurrence>) {
        let sound = fold::sound(plain);
        for hit in self.sounds.find_overlapping_iter(&sound.letters) {
            let index = self.sounding[hit.pattern().as_usize()];
            let word = &self.words[index as usize];
            let units = &sound.unit_of[hit.range()];
            let starts_unit = hit.start() == 0 || sound.unit_of[hit.start() - 1] != units[0];
            let last = units[units.len() - 1];
            let ends_unit = sound
                .unit_of
                .get(hit.end())
                .is_none_or(|next| *next != last);
            let (start, end) = (units[0] as usize, last as usize + 1);
            if !starts_unit || !ends_unit {
                continue;
            }
            if let Some(likeness) = accept::sounds_like(&word.letters, plain, start, end) {
                self.add_heard(index, likeness, start..end, found);
            }
        }
    }

    /// Words with one character written as its initial: b首.
    fn initialled(&self, plain: &[Unit], found: &mut Vec<Occurrence>) {
        self.initials.find(plain, |index, range| {
            let word = &self.words[index as usize].letters;
            if initials::is_meant(word, &plain[range.clone()]) {
                let likeness = if word.len() == 2 {
                    Likeness::Guess
                } else {
                    Likeness::Sure
                };
                self.add_heard(index, likeness, range, found);
            }
        });
    }

    fn add_heard(
        &self,
        index: u32,
        likeness: Likeness,
        range: Range<usize>,
        found: &mut Vec<Occurrence>,
    ) {
        let word = &self.words[index as usize];
        let uses = word.uses.iter().filter(|usage| word.is_heard(**usage));
        for usage in uses.filter_map(|usage| usage.as_likely_as(likeness)) {
            found.push(occurrence(usage, index, range.start, range.end));
        }
    }
}

/// The unit of the plain reading at a position in the text.
fn at(plain: &[Unit], position: u32) -> usize {
    plain.partition_point(|unit| unit.from < position)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "positions of units are u32: a text of four thousand million characters is never taken"
)]
const fn occurrence(usage: Use, word: u32, start: usize, end: usize) -> Occurrence {
    Occurrence {
        rule: usage.rule,
        start: start as u32,
        end: end as u32,
        part: usage.part,
        word,
        disguised: false,
    }
}

fn automaton(patterns: &[String]) -> Result<AhoCorasick, RuleError> {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        // Denser automata are faster still and take longer to build: rules are edited at the desk.
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(patterns)
        .map_err(|e| RuleError::Compile(e.to_string()))
}

#[derive(Default)]
struct Words {
    words: Vec<Word>,
    known: HashMap<Vec<char>, usize>,
}

impl Words {
    fn add(
        &mut self,
        list: &[String],
        id: &str,
        rule: Option<u32>,
        part: Part,
    ) -> Result<(), RuleError> {
        for word in list {
            let letters = fold::word(word);
            if letters.is_empty() || letters.len() > LONGEST_WORD {
                let (rule, word) = (id.to_owned(), word.clone());
                return Err(if letters.is_empty() {
                    RuleError::Empty { rule, word }
                } else {
                    RuleError::Long { rule, word }
                });
            }
            let index = match self.known.entry(letters) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    self.words.push(Word {
                        letters: new.key().clone(),
                        uses: Vec::new(),
                    });
                    *new.insert(self.words.len() - 1)
                }
            };
            self.words[index].uses.push(Use { rule, part });
        }
        Ok(())
    }
}

impl Word {
    /// Whether the sound alone tells the word. One character sounds like too many others.
    fn is_heard(&self, usage: Use) -> bool {
        matches!(
            usage.part,
            Part::Strong | Part::Weak | Part::Thing | Part::Hint
        ) && self.letters.len() >= 2
    }

    /// How a word of two or more Chinese characters sounds.
    fn sound(&self) -> Option<String> {
        let fits = self.letters.iter().all(|c| is_han(*c))
            && self.uses.iter().any(|usage| self.is_heard(*usage));
        fits.then(|| self.letters.iter().map(|c| reading(*c)).collect())
            .flatten()
    }
}
