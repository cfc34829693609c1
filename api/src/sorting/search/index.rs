//! Everything the ladder looks names up in, built once per rule set.

use std::collections::{HashMap, HashSet};

use crate::shared::fold::{Folded, fold};
use crate::sorting::rules::{Rules, is_han};

/// Readings of one name that are kept at most: three characters with two readings each.
const MAX_READINGS: usize = 8;

/// How near to the thing a name is: the lower wins where one text names several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Name,
    Alias,
    /// The usual name in another language.
    Foreign,
    /// A further name in another language.
    ForeignAlias,
}

/// One name of one thing, folded.
#[derive(Debug, Clone)]
pub struct Entry {
    pub thing: usize,
    pub rank: Rank,
    pub chars: Vec<char>,
    /// As it was written.
    pub written: String,
}

/// What a modifier before or after a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    /// Nothing about sorting.
    Neutral,
    /// Position in the lexicon's states.
    State(usize),
}

/// Words looked up at every place of a text, the longest first.
#[derive(Debug)]
pub struct Words<T> {
    pub longest: usize,
    by_text: HashMap<String, T>,
}

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self {
            longest: 0,
            by_text: HashMap::new(),
        }
    }
}

impl<T> Words<T> {
    /// The first meaning given to a word stays.
    fn add(&mut self, chars: &[char], value: T) {
        if !chars.is_empty() {
            self.longest = self.longest.max(chars.len());
            self.by_text.entry(chars.iter().collect()).or_insert(value);
        }
    }

    pub fn get(&self, chars: &[char]) -> Option<&T> {
        if chars.len() > self.longest {
            return None;
        }
        self.by_text.get(&chars.iter().collect::<String>())
    }
}

#[derive(Debug)]
pub struct Index {
    pub rules: Rules,
    pub entries: Vec<Entry>,
    /// By folded text, best rank first.
    exact: HashMap<String, Vec<usize>>,
    /// Entries of a length that begin with a character, and that end with it: one slip leaves one of
    /// the two ends intact.
    by_first: HashMap<(char, usize), Vec<usize>>,
    by_last: HashMap<(char, usize), Vec<usize>>,
    pub full_pinyin: HashMap<String, Vec<usize>>,
    pub initials: HashMap<String, Vec<usize>>,
    /// Full pinyin with the sounds that are mixed up in the north-east made one.
    pub blurred_pinyin: HashMap<String, Vec<usize>>,
    pub ask_before: Words<()>,
    pub ask_after: Words<()>,
    pub before: Words<Modifier>,
    pub after: Words<Modifier>,
    /// From a word to its class.
    pub classes: Words<String>,
    /// From a head noun to its position in the lexicon.
    pub heads: Words<usize>,
    lookalike: HashSet<(char, char)>,
    /// Folded names in order, for completing what is being typed.
    sorted: Vec<usize>,
}

impl Index {
    pub fn new(rules: Rules) -> Self {
        let fold = |text: &str| fold(text, &rules.traditional);
        let mut entries = Vec::new();
        for (thing, own) in rules.things.iter().enumerate() {
            let chinese = std::iter::once((&own.name, Rank::Name))
                .chain(own.aliases.iter().map(|alias| (alias, Rank::Alias)))
                .chain(own.emoji.iter().map(|emoji| (emoji, Rank::Alias)));
            let usual = own.en.first().into_iter().chain(own.ko.first());
            let further = own.en.iter().skip(1).chain(own.ko.iter().skip(1));
            let names = chinese
                .chain(usual.map(|name| (name, Rank::Foreign)))
                .chain(further.map(|name| (name, Rank::ForeignAlias)));
            for (written, rank) in names {
                let chars = fold(written).chars;
                if !chars.is_empty() {
                    entries.push(Entry {
                        thing,
                        rank,
                        chars,
                        written: written.clone(),
                    });
                }
            }
        }

        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_first: HashMap<(char, usize), Vec<usize>> = HashMap::new();
        let mut by_last: HashMap<(char, usize), Vec<usize>> = HashMap::new();
        let mut full_pinyin: HashMap<String, Vec<usize>> = HashMap::new();
        let mut initials: HashMap<String, Vec<usize>> = HashMap::new();
        let mut blurred_pinyin: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, entry) in entries.iter().enumerate() {
            exact
                .entry(entry.chars.iter().collect())
                .or_default()
                .push(i);
            if let [first, .., last] = entry.chars.as_slice() {
                let length = entry.chars.len();
                by_first.entry((*first, length)).or_default().push(i);
                by_last.entry((*last, length)).or_default().push(i);
            }
            if entry.rank <= Rank::Alias
                && entry.chars.len() >= 2
                && entry.chars.iter().any(|c| is_han(*c))
            {
                for spelled in spellings(&rules, &entry.chars) {
                    push_new(&mut full_pinyin, spelled.concat(), i);
                    push_new(&mut blurred_pinyin, blur(&spelled.concat()), i);
                    let first = spelled.iter().filter_map(|reading| reading.chars().next());
                    push_new(&mut initials, first.collect(), i);
                }
            }
        }
        for found in exact.values_mut() {
            found.sort_by_key(|i| entries.get(*i).map(|entry| entry.rank));
        }
        let mut sorted: Vec<usize> = (0..entries.len()).collect();
        sorted.sort_by(|a, b| {
            let key = |i: &usize| entries.get(*i).map(|e| (&e.chars, e.rank));
            key(a).cmp(&key(b))
        });

        let mut index = Self {
            entries,
            exact,
            by_first,
            by_last,
            full_pinyin,
            initials,
            blurred_pinyin,
            ask_before: Words::default(),
            ask_after: Words::default(),
            before: Words::default(),
            after: Words::default(),
            classes: Words::default(),
            heads: Words::default(),
            lookalike: HashSet::new(),
            sorted,
            rules,
        };
        index.read_lexicon();
        index
    }

    fn read_lexicon(&mut self) {
        let traditional = &self.rules.traditional;
        let lexicon = &self.rules.lexicon;
        let fold = |text: &String| fold(text, traditional).chars;
        for word in &lexicon.ask_before {
            self.ask_before.add(&fold(word), ());
        }
        for word in &lexicon.ask_after {
            self.ask_after.add(&fold(word), ());
        }
        // States first: a word listed twice keeps the meaning that matters.
        for (i, state) in lexicon.state.iter().enumerate() {
            for word in &state.before {
                self.before.add(&fold(word), Modifier::State(i));
            }
            for word in &state.after {
                self.after.add(&fold(word), Modifier::State(i));
            }
        }
        for word in &lexicon.neutral {
            self.before.add(&fold(word), Modifier::Neutral);
        }
        for (class, words) in &lexicon.class {
            for word in words {
                self.classes.add(&fold(word), class.clone());
            }
        }
        for (i, head) in lexicon.head.iter().enumerate() {
            for word in &head.words {
                self.heads.add(&fold(word), i);
            }
        }
        for group in &lexicon.lookalike {
            for a in group.chars() {
                for b in group.chars().filter(|b| *b != a) {
                    self.lookalike.insert((a, b));
                }
            }
        }
    }

    pub fn fold(&self, text: &str) -> Folded {
        fold(text, &self.rules.traditional)
    }

    pub fn entry(&self, i: usize) -> &Entry {
        // Positions come from this index alone.
        &self.entries[i]
    }

    /// Entries with this very text, best rank first.
    pub fn exact(&self, chars: &[char]) -> &[usize] {
        self.exact_text(&chars.iter().collect::<String>())
    }

    pub fn exact_text(&self, text: &str) -> &[usize] {
        self.exact.get(text).map_or(&[], Vec::as_slice)
    }

    /// The entry with this very text that names a thing in Chinese.
    pub fn chinese(&self, chars: &[char]) -> Option<usize> {
        let first = *self.exact(chars).first()?;
        (self.entry(first).rank <= Rank::Alias).then_some(first)
    }

    /// Entries about as long that share an end with the text: all that one slip can lead to, each
    /// once.
    pub fn near<'a>(&'a self, chars: &'a [char]) -> impl Iterator<Item = usize> + 'a {
        let (first, last) = (chars.first().copied(), chars.last().copied());
        let lengths = chars.len().saturating_sub(1)..=chars.len() + 1;
        lengths.flat_map(move |length| {
            let bucket = |end: &'a HashMap<(char, usize), Vec<usize>>, c: Option<char>| {
                c.and_then(|c| end.get(&(c, length)))
                    .map_or(&[][..], Vec::as_slice)
            };
            let by_first = bucket(&self.by_first, first).iter().copied();
            let by_last = bucket(&self.by_last, last).iter().copied();
            by_first.chain(by_last.filter(move |i| self.entry(*i).chars.first().copied() != first))
        })
    }

    /// Whether two characters sound the same in some reading, or are easily misread.
    pub fn alike(&self, a: char, b: char) -> bool {
        let readings = |c| self.rules.readings.get(&c).map_or(&[][..], Vec::as_slice);
        readings(a)
            .iter()
            .any(|reading| readings(b).contains(reading))
            || self.lookalike.contains(&(a, b))
    }

    /// Every way to read a text aloud; none where a character has no reading.
    pub fn spellings(&self, chars: &[char]) -> Vec<Vec<String>> {
        spellings(&self.rules, chars)
    }

    /// Entries whose text begins with `prefix`, in order of their text.
    pub fn beginning_with<'a>(&'a self, prefix: &'a [char]) -> impl Iterator<Item = usize> + 'a {
        let from = self
            .sorted
            .partition_point(|i| self.entry(*i).chars.as_slice() < prefix);
        let rest = self.sorted.get(from..).unwrap_or_default();
        rest.iter()
            .copied()
            .take_while(move |i| self.entry(*i).chars.starts_with(prefix))
    }
}

fn push_new(map: &mut HashMap<String, Vec<usize>>, key: String, i: usize) {
    let found = map.entry(key).or_default();
    if found.last() != Some(&i) {
        found.push(i);
    }
}

fn spellings(rules: &Rules, chars: &[char]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for c in chars {
        let readings = if c.is_ascii_alphanumeric() {
            vec![c.to_string()]
        } else {
            match rules.readings.get(c) {
                Some(readings) => readings.clone(),
                None => return Vec::new(),
            }
        };
        let mut next = Vec::new();
        // The usual reading of this character for every spelling so far comes before further ones,
        // so that the cap drops the unlikely.
        for reading in &readings {
            for spelled in &all {
                if next.len() < MAX_READINGS {
                    let mut longer = spelled.clone();
                    longer.push(reading.clone());
                    next.push(longer);
                }
            }
        }
        all = next;
    }
    all
}

/// zh/z, ch/c, sh/s and a final g are one sound to many.
pub fn blur(pinyin: &str) -> String {
    pinyin
        .replace("zh", "z")
        .replace("ch", "c")
        .replace("sh", "s")
        .replace("ng", "n")
}
