//! Whether a word counts where it stands: company, intent, complaint, denial, containers.

use std::collections::{HashMap, HashSet};

use crate::fold::{Gap, Unit};
use crate::matching::{Occurrence, Part};
use crate::rules::{Applies, Rule};

/// See [`Rule::reach`].
const REACH: u32 = 24;

/// The part of the reach that is left across the end of a sentence.
const ACROSS: u32 = 4;

/// The words that all rules share, where they stand.
pub struct Surroundings<'a> {
    plain: &'a [Unit],
    /// Units of the title.
    title: u32,
    /// Units with which a sentence of the text begins, sorted.
    sentences: Vec<u32>,
    pub complains: bool,
    /// Starts of words of intent, sorted.
    intent: Vec<u32>,
    /// Where what is denied or made harmless may begin; starts of containers.
    negated: HashSet<u32>,
    harmless: HashSet<u32>,
    contained: HashSet<u32>,
    /// Sorted by their start.
    ordinary: Vec<Occurrence>,
    /// Names of books and films, in characters, sorted.
    works: Vec<(u32, u32)>,
}

impl<'a> Surroundings<'a> {
    pub fn new(found: &[Occurrence], plain: &'a [Unit], joined: &[char], title: usize) -> Self {
        let shared = found.iter().take_while(|found| found.rule.is_none());
        let mut all: HashMap<u8, Vec<u32>> = HashMap::new();
        for word in shared {
            // 不卖 offers nothing.
            let denied = |at: u32| {
                plain
                    .get(at as usize)
                    .is_some_and(|unit| matches!(unit.c, '不' | '没' | '别' | '勿' | '禁' | '未'))
            };
            if word.part == Part::Intent && word.start > 0 && denied(word.start - 1) {
                continue;
            }
            if holds_it(word, plain) {
                continue;
            }
            // 不用的银行卡 is a card nobody needs, and there it is.
            let describes = plain
                .get(word.end as usize)
                .is_some_and(|unit| unit.c == '的');
            if word.part == Part::Negation && describes && idle(plain, word) {
                continue;
            }
            let at = match word.part {
                Part::Negation | Part::Harmless => word.end,
                _ => word.start,
            };
            all.entry(word.part as u8).or_default().push(at);
            // 防身匕首 is a dagger: a word of one character denies only what it adjoins.
            if matches!(word.part, Part::Negation | Part::Harmless) && word.end - word.start > 1 {
                all.entry(word.part as u8).or_default().push(at + 1);
            }
        }
        let mut take = |part: Part| all.remove(&(part as u8)).unwrap_or_default();
        let sentences = joined
            .iter()
            .enumerate()
            .skip(title + 1)
            .filter(|(_, c)| matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n'))
            .map(|(end, _)| plain.partition_point(|unit| (unit.from as usize) < end))
            .filter_map(|unit| u32::try_from(unit).ok())
            .collect();
        let title = plain.partition_point(|unit| (unit.from as usize) < title);
        Self {
            plain,
            title: u32::try_from(title).unwrap_or(u32::MAX),
            sentences,
            complains: !take(Part::Complaint).is_empty(),
            intent: take(Part::Intent),
            negated: take(Part::Negation).into_iter().collect(),
            harmless: take(Part::Harmless).into_iter().collect(),
            contained: take(Part::Container).into_iter().collect(),
            ordinary: found
                .iter()
                .filter(|word| word.part == Part::Ordinary)
                .copied()
                .collect(),
            works: works(joined),
        }
    }

    /// The words by which the rule holds the text, none if it does not.
    pub fn counted<'b>(
        &self,
        hits: &'b [Occurrence],
        rule: &Rule,
        applies: Applies,
    ) -> Vec<&'b Occurrence> {
        if applies != Applies::Always && self.complains {
            return Vec::new();
        }
        let reach = rule.reach.unwrap_or(REACH);
        let excepted = |hit: &Occurrence| {
            let window = hits.partition_point(|e| e.start + LONGEST < hit.start);
            hits[window..]
                .iter()
                .take_while(|e| e.start < hit.end)
                .any(|e| e.part == Part::Except && takes_away(e, hit) && !self.denied(e))
                || self.is_ordinary(hit)
        };
        let own = Excuses::new(hits, self.plain);
        let (mut standing, mut excused): (Vec<&Occurrence>, Vec<&Occurrence>) = hits
            .iter()
            .filter(|hit| hit.part.accuses() && !excepted(hit))
            .partition(|hit| !self.excused(hit, rule, &own));
        excused.sort_unstable_by_key(|hit| hit.start);
        // What excuses 鞭炮 excuses the 炮 in it, and the 三轮 of a 三轮车 before its 棚子.
        standing.retain(|hit| {
            !is_within_one(hit, &excused)
                && (hit.part == Part::Strong || !self.leads_to_one(hit, &excused))
        });
        let heavy = |index: usize| {
            let hit = standing[index];
            match hit.part {
                Part::Strong => true,
                Part::Weak | Part::Guess | Part::Thing => {
                    self.has_company(hits, &standing, index, reach)
                }
                _ => false,
            }
        };
        (0..standing.len())
            .filter(|index| heavy(*index))
            .map(|index| standing[index])
            .filter(|hit| applies != Applies::WithIntent || self.is_intended(hit, reach))
            .collect()
    }

    /// 有手续 excuses, 没有手续 does not.
    fn denied(&self, except: &Occurrence) -> bool {
        let c = |at: u32| self.plain.get(at as usize).map(|unit| unit.c);
        c(except.start) == Some('有')
            && except.start > 0
            && matches!(c(except.start - 1), Some('没' | '无'))
    }

    fn is_ordinary(&self, hit: &Occurrence) -> bool {
        let from = self
            .ordinary
            .partition_point(|word| word.start + LONGEST < hit.start);
        self.ordinary[from..]
            .iter()
            .take_while(|word| word.start < hit.end)
            .any(|word| {
                let contains = word.start <= hit.start && word.end >= hit.end;
                let crosses = (word.start < hit.start && word.end > hit.start)
                    || (word.start > hit.start && word.end > hit.end);
                (contains && hit.disguised) || (crosses && !contains)
            })
    }

    /// Whether a hit goes on without a gap into one of `others`, which are sorted by their start.
    fn leads_to_one(&self, hit: &Occurrence, others: &[&Occurrence]) -> bool {
        let tight = self
            .plain
            .get(hit.end as usize)
            .is_some_and(|unit| unit.gap == Gap::None);
        tight
            && others
                .binary_search_by_key(&hit.end, |other| other.start)
                .is_ok()
    }

    /// Whether a sentence ends between two units.
    fn ends_between(&self, from: u32, to: u32) -> bool {
        let next = self.sentences.partition_point(|start| *start < from);
        self.sentences.get(next).is_some_and(|start| *start <= to)
    }

    /// Another word of the rule within reach that does not overlap this one.
    fn has_company(
        &self,
        hits: &[Occurrence],
        standing: &[&Occurrence],
        index: usize,
        reach: u32,
    ) -> bool {
        let hit = standing[index];
        // 三轮 and 车 are one word in 三轮车.
        let is_one_word = |other: &Occurrence| {
            (other.start == hit.end || other.end == hit.start)
                && whole_word(hits, hit.start.min(other.start), hit.end.max(other.end))
        };
        let near = |other: &Occurrence| {
            let (from, to) = (hit.end.min(other.end), hit.start.max(other.start));
            to < from + reach / ACROSS || !self.ends_between(from, to)
        };
        let other = |other: &&&Occurrence| {
            other.word != hit.word
                && (hit.part, other.part) != (Part::Thing, Part::Thing)
                && (other.start >= hit.end || other.end <= hit.start)
                && !is_one_word(other)
        };
        let after = standing[index + 1..]
            .iter()
            .take_while(|next| next.start <= hit.end.saturating_add(reach));
        let before = standing[..index]
            .iter()
            .rev()
            .take_while(|last| last.start + LONGEST + reach >= hit.start)
            .filter(|last| last.end + reach >= hit.start);
        // The title names the thing: the whole text is about it.
        let named = hit.start < self.title && standing.len() > 1;
        let anywhere = standing.iter().take(if named { standing.len() } else { 0 });
        after.chain(before).any(|o| other(&o) && near(o))
            || (named && anywhere.rev().take(64).any(|o| other(&o)))
    }

    fn is_intended(&self, hit: &Occurrence, reach: u32) -> bool {
        let first = self
            .intent
            .partition_point(|at| at.saturating_add(reach) < hit.start);
        self.intent
            .get(first)
            .is_some_and(|at| *at <= hit.end.saturating_add(reach))
    }

    /// Denied, or the name of a container, a toy or a book.
    fn excused(&self, hit: &Occurrence, rule: &Rule, own: &Excuses) -> bool {
        let clause_starts = |at: u32| {
            self.plain
                .get(at as usize)
                .is_none_or(|unit| unit.gap == Gap::Hard)
        };
        let near_before =
            |ends: &HashSet<u32>| !clause_starts(hit.start) && ends.contains(&hit.start);
        // 狗的窝, 狗的旧木窝 and 鸭子造型, not 狗一窝.
        let reaches = |at: u32| match self.plain.get(at as usize).map(|unit| unit.c) {
            Some('的') => 3,
            Some('子' | '儿') => 1,
            _ => 0,
        };
        let near_after = |starts: &HashSet<u32>| {
            !clause_starts(hit.end)
                && (starts.contains(&hit.end)
                    || (hit.end + 1..=hit.end + reaches(hit.end))
                        .take_while(|at| !clause_starts(*at))
                        .any(|at| starts.contains(&at)))
        };
        near_before(&self.negated)
            || near_before(&own.before)
            || near_after(&own.after)
            || (rule.allows_containers
                && (near_before(&self.harmless)
                    || near_after(&self.contained)
                    || self.is_empty(hit.end)
                    || self.is_in_name(hit)
                    || self.describes(hit)))
    }

    /// 月饼礼盒，空的 and 酒坛三个空坛: what held the thing.
    fn is_empty(&self, end: u32) -> bool {
        let from = (end as usize).saturating_sub(1);
        let after = self.plain.get(from..).unwrap_or_default();
        // 真空的 is no empty.
        after.windows(3).take(5).any(|three| {
            three[0].c != '真' && three[1].c == '空' && "的盒瓶罐箱袋壳坛桶".contains(three[2].c)
        })
    }

    /// 《猪病防治》 is no pig.
    fn is_in_name(&self, hit: &Occurrence) -> bool {
        let at = self.plain.get(hit.start as usize).map(|unit| unit.from);
        at.is_some_and(|at| {
            let after = self.works.partition_point(|(from, _)| *from <= at);
            after > 0 && at < self.works[after - 1].1
        })
    }

    /// 灯笼，兔子的: the thing is said before, and this tells what it looks like.
    fn describes(&self, hit: &Occurrence) -> bool {
        let ends = |at: u32| {
            self.plain
                .get(at as usize)
                .is_none_or(|unit| unit.gap == Gap::Hard)
        };
        let of = self.plain.get(hit.end as usize);
        hit.part != Part::Hint
            && of.is_some_and(|unit| unit.c == '的' && unit.gap == Gap::None)
            && ends(hit.end + 1)
            && (hit.start.saturating_sub(6)..hit.start).any(|at| self.contained.contains(&at))
    }
}

/// What stands in 《》. A name is not long: a bracket that nobody closes excuses nothing.
fn works(joined: &[char]) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, c) in (0_u32..).zip(joined) {
        match c {
            '《' => open = Some(at),
            '》' => found.extend(
                open.take()
                    .filter(|from| at - from <= LONGEST)
                    .map(|from| (from, at)),
            ),
            _ => {}
        }
    }
    found
}

/// 不用, 不要 and the like, which say of a thing that it may be had.
fn idle(plain: &[Unit], word: &Occurrence) -> bool {
    let last = plain.get(word.end as usize - 1);
    word.end - word.start > 1 && last.is_some_and(|unit| matches!(unit.c, '用' | '要' | '需'))
}

/// 酸奶瓶 is a bottle and 酸奶瓶装 is not.
fn holds_it(container: &Occurrence, plain: &[Unit]) -> bool {
    let unit_is = |at: u32, c: char| {
        let unit = plain.get(at as usize);
        unit.is_some_and(|unit| unit.c == c && unit.gap == Gap::None)
    };
    matches!(container.part, Part::Container | Part::After)
        && unit_is(container.end, '装')
        && !unit_is(container.end + 1, '饰')
}

/// Whether one of the hits is a weak word from `start` to `end`. A strong one needs no company.
fn whole_word(hits: &[Occurrence], start: u32, end: u32) -> bool {
    let first = hits.partition_point(|hit| hit.start < start);
    hits[first..]
        .iter()
        .take_while(|hit| hit.start == start)
        .any(|hit| hit.end == end && matches!(hit.part, Part::Weak | Part::Thing))
}

/// What excuses a hit of one rule only: where words that do so before it end, and those after it
/// start.
struct Excuses {
    before: HashSet<u32>,
    after: HashSet<u32>,
}

impl Excuses {
    fn new(hits: &[Occurrence], plain: &[Unit]) -> Self {
        let of = |part: Part| {
            hits.iter()
                .filter(move |hit| hit.part == part && !holds_it(hit, plain))
        };
        Self {
            before: of(Part::Before).map(|hit| hit.end).collect(),
            after: of(Part::After).map(|hit| hit.start).collect(),
        }
    }
}

/// Whether a hit stands within one of `others`, which are sorted by their start.
fn is_within_one(hit: &Occurrence, others: &[&Occurrence]) -> bool {
    let after = others.partition_point(|other| other.start <= hit.start);
    others[..after]
        .iter()
        .rev()
        .take_while(|other| other.start + LONGEST >= hit.start)
        .any(|other| other.end >= hit.end)
}

const LONGEST: u32 = 64;

/// An ordinary word that contains the hit, or begins in it and goes on beyond it: 烟灰缸 in 香烟灰缸.
const fn takes_away(ordinary: &Occurrence, hit: &Occurrence) -> bool {
    let contains = ordinary.start <= hit.start && ordinary.end >= hit.end;
    let goes_on = ordinary.start > hit.start && ordinary.end > hit.end;
    let leads_in = ordinary.start < hit.start && ordinary.end > hit.start;
    contains || goes_on || leads_in
}
