//! The question and its answer: what the rules say about a submission.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::classifier::{Classifier, Opinion};
use crate::detect::Context;
use crate::fold::{self, Twins, Unit};
use crate::matching::{Lexicon, Occurrence, Part};
use crate::rules::{
    Applies, Detector, Limits, Rule, RuleError, Rules, Shared, SubmissionKind, Words,
};
use crate::submission::{Field, Reason, Submission, Verdict};
use crate::surroundings::Surroundings;

/// The rules of a district, ready to be asked.
pub struct Screen {
    pub(crate) twins: Twins,
    pub(crate) shared: Shared,
    pub(crate) limits: Limits,
    lexicon: Lexicon,
    rules: Vec<Compiled>,
    /// Rules that look for something beside words.
    detecting: Vec<u32>,
    pub(crate) classifier: Option<Arc<Classifier>>,
}

struct Compiled {
    rule: Rule,
    id: Arc<str>,
    source: Arc<str>,
    message: Arc<Words>,
}

impl Screen {
    /// # Errors
    /// If two rules have one id, a rule does not explain itself, or a word has no letters.
    pub fn new(rules: &Rules) -> Result<Self, RuleError> {
        Self::with_classifier(rules, None)
    }

    /// As [`Self::new`], with a second opinion beside the words.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_classifier(
        rules: &Rules,
        classifier: Option<Arc<Classifier>>,
    ) -> Result<Self, RuleError> {
        Self::of(
            rules.rules.clone(),
            Twins::new(&rules.characters),
            rules.shared.clone(),
            rules.limits,
            classifier,
        )
    }

    pub(crate) fn of(
        rules: Vec<Rule>,
        twins: Twins,
        shared: Shared,
        limits: Limits,
        classifier: Option<Arc<Classifier>>,
    ) -> Result<Self, RuleError> {
        let mut ids = HashSet::new();
        for rule in &rules {
            if [&rule.id, &rule.source, &rule.message.zh]
                .iter()
                .any(|text| text.is_empty())
            {
                return Err(RuleError::Unexplained(rule.id.clone()));
            }
            if !ids.insert(rule.id.as_str()) {
                return Err(RuleError::Twice(rule.id.clone()));
            }
        }
        fold::warm();
        let lexicon = Lexicon::new(&rules, &shared)?;
        let detecting = (0_u32..)
            .zip(&rules)
            .filter_map(|(index, rule)| rule.finds.map(|_| index))
            .collect();
        let rules = rules
            .into_iter()
            .map(|rule| Compiled {
                id: rule.id.as_str().into(),
                source: rule.source.as_str().into(),
                message: Arc::new(rule.message.clone()),
                rule,
            })
            .collect();
        Ok(Self {
            twins,
            shared,
            limits,
            lexicon,
            rules,
            detecting,
            classifier,
        })
    }

    /// How much a text reads like what must not be offered, whatever its words: in hundredths, above 0
    /// where more than like an honest one. None without a classifier.
    pub fn likeness(&self, text: &str) -> Option<i32> {
        let plain = fold::plain(text.chars(), &self.twins);
        let classifier = self.classifier.as_ref()?;
        Some(classifier.read(&plain, &self.twins)?.likeness)
    }

    /// What becomes of a submission, and why. Takes time in proportion to its length.
    pub fn screen(&self, submission: &Submission) -> Verdict {
        let joined: Vec<char> = submission
            .title
            .chars()
            .chain(std::iter::once('\n'))
            .chain(submission.text.chars())
            .collect();
        let title = submission.title.chars().count();
        let plain = fold::plain(joined.iter().copied(), &self.twins);
        let found = self.lexicon.occurrences(&plain, &self.twins);
        let surroundings = Surroundings::new(&found, &plain, &joined, title);
        let counted: Vec<(&Compiled, Vec<&Occurrence>)> = found
            .chunk_by(|one, other| one.rule == other.rule)
            .filter_map(|hits| {
                let compiled = &self.rules[hits[0].rule? as usize];
                let applies = compiled.rule.applies.get(&submission.kind)?;
                let counted = surroundings.counted(hits, &compiled.rule, *applies);
                (!counted.is_empty()).then_some((compiled, counted))
            })
            .collect();
        let second = Second::new(self, submission.kind, &plain, &counted);
        let mut reasons = Vec::new();
        let mut yielding = false;
        for (compiled, hits) in &counted {
            let gives_way = second.may_decide(compiled, hits);
            if gives_way && !second.holds() {
                continue;
            }
            yielding |= gives_way;
            let places = hits
                .iter()
                .map(|hit| fold::range(&plain[hit.start as usize..hit.end as usize]))
                .flat_map(|range| split(range, title))
                .collect();
            reasons.push(compiled.reason(places));
        }
        let context = Context::new(submission, &joined, title, &self.limits, &self.shared.hosts);
        for &index in &self.detecting {
            let compiled = &self.rules[index as usize];
            let applies = compiled.rule.applies.get(&submission.kind);
            let (Some(detector), Some(applies)) = (compiled.rule.finds, applies) else {
                continue;
            };
            let muted = *applies == Applies::UnlessComplaint && surroundings.complains;
            let places = match detector {
                _ if muted => Vec::new(),
                // What a word says, how the text reads need not say again.
                Detector::Likeness if yielding => Vec::new(),
                Detector::Likeness => second
                    .reads_like(&compiled.rule.examples)
                    .into_iter()
                    .flat_map(|range| split(range, title))
                    .collect(),
                _ => context.places(detector),
            };
            if !places.is_empty() {
                reasons.push(compiled.reason(places));
            }
        }
        Verdict::of(reasons)
    }
}

/// How the whole text reads, asked when it matters.
struct Second<'a> {
    screen: &'a Screen,
    plain: &'a [Unit],
    /// What the words are worth, see [`crate::Likeness`].
    words: i32,
    /// None where such texts were not among the examples.
    classifier: Option<&'a Classifier>,
    opinion: OnceCell<Option<Opinion>>,
}

impl<'a> Second<'a> {
    fn new(
        screen: &'a Screen,
        kind: SubmissionKind,
        plain: &'a [Unit],
        counted: &[(&Compiled, Vec<&Occurrence>)],
    ) -> Self {
        let worth = screen.limits.likeness;
        let hits = || {
            counted
                .iter()
                .filter(|(compiled, _)| compiled.rule.yields)
                .flat_map(|(_, hits)| hits)
        };
        let strong = hits().any(|hit| hit.part == Part::Strong);
        let different: HashSet<(Option<u32>, Vec<char>)> = hits()
            .map(|hit| {
                let written = &plain[hit.start as usize..hit.end as usize];
                (hit.rule, written.iter().map(|unit| unit.c).collect())
            })
            .take(64)
            .collect();
        let words = match (strong, different.len()) {
            (_, 0) => 0,
            (false, _) => worth.weak,
            (true, 1) => worth.strong,
            (true, _) => worth.several,
        };
        Self {
            screen,
            plain,
            words,
            classifier: screen
                .classifier
                .as_deref()
                .filter(|_| Classifier::reads(kind)),
            opinion: OnceCell::new(),
        }
    }

    fn opinion(&self) -> Option<&Opinion> {
        let read = || self.classifier?.read(self.plain, &self.screen.twins);
        self.opinion.get_or_init(read).as_ref()
    }

    /// Whether the rule gives way, and the classifier knows all its words that were found.
    fn may_decide(&self, compiled: &Compiled, hits: &[&Occurrence]) -> bool {
        let Some(classifier) = self.classifier else {
            return false;
        };
        let letters = |hit: &Occurrence| self.screen.lexicon.letters(hit);
        compiled.rule.yields
            && hits
                .iter()
                .all(|hit| classifier.has_heard(&compiled.id, letters(hit)))
    }

    /// Whether a person should look at the text, all in all.
    fn holds(&self) -> bool {
        self.opinion().is_none_or(|opinion| {
            opinion.likeness.saturating_add(self.words) > self.screen.limits.likeness.held
        })
    }

    /// What shows that the text is about one of the groups; nothing if it is not.
    fn reads_like(&self, groups: &[String]) -> Vec<Range<usize>> {
        let near = || {
            let opinion = self.opinion()?;
            let group = self.classifier?.group(opinion)?;
            let held = opinion.likeness > self.screen.limits.likeness.held;
            (held && groups.iter().any(|name| name == group)).then(|| opinion.places.clone())
        };
        near().unwrap_or_default()
    }
}

impl Compiled {
    fn reason(&self, mut places: Vec<(Field, Range<usize>)>) -> Reason {
        places.sort_by_key(|(field, range)| (*field, range.start, range.end));
        places.dedup();
        Reason {
            rule: Arc::clone(&self.id),
            decision: self.rule.decision,
            source: Arc::clone(&self.source),
            message: Arc::clone(&self.message),
            places,
        }
    }
}

/// A range of title, line break and text, as ranges of the fields.
pub fn split(range: Range<usize>, title: usize) -> impl Iterator<Item = (Field, Range<usize>)> {
    let in_title = range.start.min(title)..range.end.min(title);
    let in_text = range.start.max(title + 1)..range.end.max(title + 1);
    [
        (Field::Title, in_title),
        (
            Field::Text,
            in_text.start - title - 1..in_text.end - title - 1,
        ),
    ]
    .into_iter()
    .filter(|(_, range)| !range.is_empty())
}
