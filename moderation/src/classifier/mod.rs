//! A second opinion beside the words: whether a text reads like examples of what must not be offered,
//! or like honest ones.
//!
//! Naive Bayes over runs of one to three characters of the folded text, learned from the district's
//! examples in one pass when its pack is loaded. On the texts of an author that neither had seen it was
//! better than logistic regression (over counts or over its own weights, alone or averaged with it) and
//! support vectors, which learn how an author writes. Skipping characters, pinyin, runs of four, and the
//! worst passage instead of the whole text were no better; and it needs
//! no library: those at hand want the runs of all examples as one dense matrix. All sums are of whole
//! numbers, so every replica says the same.

mod grams;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::fold::{self, Twins, Unit};
use crate::rules::{Rule, Rules, SubmissionKind};
use grams::{Gram, LONGEST, SLOTS};

/// Counted beside what was seen, so that what was seen once proves little.
const SMOOTHING: f64 = 0.2;

/// Weights are natural logarithms in this fraction.
const SCALE: f64 = 1_000.0;

/// As if every text had so many grams more that say nothing: two words prove nothing, whatever they
/// are. Without it 在的 and 免费 were held, with it as much is caught.
const UNSEEN: u32 = 30;

/// Grams that say most, by which a text is told to be about one group or another, and shown.
const TELLING: usize = 48;
const SHOWN: usize = 6;

/// A text that people have judged.
#[derive(Clone, Copy, Debug)]
pub struct Example<'a> {
    pub kind: SubmissionKind,
    pub text: &'a str,
    /// What it offers that must not be offered; none if it is honest.
    pub group: Option<&'a str>,
}

/// What was learned from examples.
pub struct Classifier {
    /// For each gram how much it speaks for what is forbidden, in thousandths.
    weights: Vec<i16>,
    groups: Groups,
    /// Rules and their words at the time of learning: it has no say about words that came later.
    heard: HashSet<(String, Vec<char>)>,
}

impl Classifier {
    /// Learns in time proportional to the length of the examples. The strong words of rules that give way count as examples.
    pub fn learn<'a>(examples: impl IntoIterator<Item = Example<'a>>, rules: &Rules) -> Self {
        let twins = Twins::new(&rules.characters);
        let mut counts = Counts::new();
        let mut groups = Groups::default();
        let mut seen = Distinct::new();
        for example in examples {
            if !Self::reads(example.kind) {
                continue;
            }
            let plain = fold::plain(example.text.chars(), &twins);
            let group = example.group.map(|group| groups.named(group));
            grams::of_text(&fold::bare(&plain, &twins), |gram| {
                if seen.is_first(gram.slot) {
                    counts.add(gram, group.is_some());
                    if let Some(group) = group {
                        groups.add(gram, group);
                    }
                }
            });
            seen.clear();
        }
        let yielding = || rules.rules.iter().filter(|rule| rule.yields);
        for word in yielding().flat_map(|rule| &rule.strong) {
            grams::of_word(&fold::word(word), |gram| counts.add(gram, true));
        }
        Self {
            weights: counts.weights(),
            groups,
            heard: yielding().flat_map(words_of).collect(),
        }
    }

    /// What is offered is offered in listings and messages. Other kinds are written otherwise.
    pub(crate) const fn reads(kind: SubmissionKind) -> bool {
        matches!(kind, SubmissionKind::Listing | SubmissionKind::Message)
    }

    /// Whether a rule had a word when this was learned.
    pub(crate) fn has_heard(&self, rule: &str, word: &[char]) -> bool {
        self.heard.contains(&(rule.to_owned(), word.to_vec()))
    }

    /// How a text reads; nothing of one that is hardly Chinese, as all examples are.
    pub(crate) fn read(&self, plain: &[Unit], twins: &Twins) -> Option<Opinion> {
        if !is_chinese(plain) {
            return None;
        }
        let mut seen = Distinct::new();
        let mut sum: i64 = 0;
        let mut count: u32 = 0;
        let mut telling: Vec<(i16, Gram)> = Vec::new();
        grams::of_text(&fold::bare(plain, twins), |gram| {
            if !seen.is_first(gram.slot) {
                return;
            }
            let weight = self.weights[gram.slot];
            sum += i64::from(weight);
            count += 1;
            if weight > 0 {
                telling.push((weight, gram));
            }
        });
        telling.sort_by_key(|(weight, gram)| (std::cmp::Reverse(*weight), gram.from, gram.to));
        telling.truncate(TELLING);
        Some(Opinion {
            // A long text has more to say, and says much of it again.
            likeness: hundredths(sum, count),
            group: self.groups.nearest(&telling),
            places: shown(&telling),
        })
    }

    /// The name of a group of examples.
    pub(crate) fn group(&self, opinion: &Opinion) -> Option<&str> {
        Some(self.groups.names.get(opinion.group?)?.as_str())
    }
}

/// How a text reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// In hundredths, above 0 where it reads more like what is forbidden.
    pub likeness: i32,
    group: Option<usize>,
    /// In characters of the text: what speaks most for it.
    pub places: Vec<Range<usize>>,
}

/// Whether at least a third of the letters are Chinese characters.
fn is_chinese(plain: &[Unit]) -> bool {
    let (mut chinese, mut others) = (0_usize, 0_usize);
    for unit in plain.iter().filter(|unit| unit.c.is_alphabetic()) {
        match unit.c {
            '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3134F}' => chinese += 1,
            _ => others += 1,
        }
    }
    chinese * 2 >= others
}

fn words_of(rule: &Rule) -> impl Iterator<Item = (String, Vec<char>)> + '_ {
    [&rule.strong, &rule.weak, &rule.things, &rule.hints]
        .into_iter()
        .flatten()
        .map(|word| (rule.id.clone(), fold::word(word)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a sum of as many small numbers as a text has characters"
)]
fn hundredths(sum: i64, count: u32) -> i32 {
    (sum as f64 * 100.0 / SCALE / f64::from(count + UNSEEN).sqrt()).round() as i32
}

/// The places of the grams that say most, those that touch as one.
fn shown(telling: &[(i16, Gram)]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = telling
        .iter()
        .filter(|(_, gram)| gram.from < gram.to)
        .take(SHOWN)
        .map(|(_, gram)| gram.from as usize..gram.to as usize)
        .collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// How often each gram was seen, once in each text.
struct Counts {
    honest: Vec<u16>,
    forbidden: Vec<u16>,
    length: Vec<u8>,
    /// By the length of the gram: how many honest, how many forbidden, how many different ones.
    totals: [[u32; 3]; LONGEST + 1],
}

impl Counts {
    fn new() -> Self {
        Self {
            honest: vec![0; SLOTS],
            forbidden: vec![0; SLOTS],
            length: vec![0; SLOTS],
            totals: [[0; 3]; LONGEST + 1],
        }
    }

    fn add(&mut self, gram: Gram, is_forbidden: bool) {
        let totals = &mut self.totals[gram.length];
        let length = &mut self.length[gram.slot];
        if *length == 0 {
            // At most LONGEST.
            *length = u8::try_from(gram.length).unwrap_or_default();
            totals[2] += 1;
        }
        let counts = if is_forbidden {
            &mut self.forbidden
        } else {
            &mut self.honest
        };
        counts[gram.slot] = counts[gram.slot].saturating_add(1);
        totals[usize::from(is_forbidden)] += 1;
    }

    fn weights(&self) -> Vec<i16> {
        // Most counts are small and met again and again.
        let mut known: HashMap<(u8, u16, u16), i16> = HashMap::new();
        (0..SLOTS)
            .map(|slot| {
                let key = (self.length[slot], self.honest[slot], self.forbidden[slot]);
                if key.0 == 0 {
                    return 0;
                }
                *known.entry(key).or_insert_with(|| self.weight(key))
            })
            .collect()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a logarithm of counts is below ten"
    )]
    fn weight(&self, (length, honest, forbidden): (u8, u16, u16)) -> i16 {
        let totals = self.totals[usize::from(length)].map(f64::from);
        let share = |count: u16, total: f64| {
            ((f64::from(count) + SMOOTHING) / (total + SMOOTHING * totals[2])).ln()
        };
        ((share(forbidden, totals[1]) - share(honest, totals[0])) * SCALE).round() as i16
    }
}

/// What tells one group of examples from another.
#[derive(Default)]
struct Groups {
    names: Vec<String>,
    /// For each group how often each gram was seen, and how many in all.
    counts: Vec<HashMap<u32, u16>>,
    totals: Vec<u32>,
}

impl Groups {
    fn named(&mut self, name: &str) -> usize {
        self.names
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                self.names.push(name.to_owned());
                self.counts.push(HashMap::new());
                self.totals.push(0);
                self.names.len() - 1
            })
    }

    fn add(&mut self, gram: Gram, group: usize) {
        let Ok(slot) = u32::try_from(gram.slot) else {
            return;
        };
        let count = self.counts[group].entry(slot).or_default();
        *count = count.saturating_add(1);
        self.totals[group] += 1;
    }

    /// The group whose examples have most of the grams.
    fn nearest(&self, telling: &[(i16, Gram)]) -> Option<usize> {
        let score = |group: usize| -> f64 {
            let total = f64::from(self.totals[group]).max(1.0);
            telling
                .iter()
                .map(|(weight, gram)| {
                    let slot = u32::try_from(gram.slot).unwrap_or_default();
                    let count = self.counts[group].get(&slot).copied().unwrap_or_default();
                    // As if each group had had ten thousand.
                    (f64::from(count) * 10_000.0 / total + 1.0).ln() * f64::from(*weight)
                })
                .sum()
        };
        (0..self.names.len())
            .map(|group| (group, score(group)))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map(|(group, _)| group)
    }
}

/// Tells whether a gram has been in a text before.
struct Distinct {
    bits: Vec<u64>,
    touched: Vec<usize>,
}

impl Distinct {
    fn new() -> Self {
        Self {
            bits: vec![0; SLOTS / 64],
            touched: Vec::new(),
        }
    }

    fn is_first(&mut self, slot: usize) -> bool {
        let bit = 1 << (slot % 64);
        let word = &mut self.bits[slot / 64];
        let first = *word & bit == 0;
        if first {
            *word |= bit;
            self.touched.push(slot / 64);
        }
        first
    }

    fn clear(&mut self) {
        for word in self.touched.drain(..) {
            self.bits[word] = 0;
        }
    }
}
