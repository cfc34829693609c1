//! A school's swap day played hundreds of times: three devices, four hundred books, the network going
//! on and off, answers lost on the way, in random orders.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::*;
use crate::district::Pack;
use crate::shared::random::Random;

const DEVICES: u32 = 3;
const BOOKS: u32 = 400;
const CLASSES: [&str; 6] = ["1年1班", "1年2班", "2年1班", "3年1班", "3年2班", "A007"];

/// What the server keeps, in memory.
#[derive(Default)]
struct Ledger {
    seen: HashMap<OperationId, OperationResult>,
    books: BTreeMap<Uuid, Book>,
    pending: Vec<(OperationId, Action)>,
    entries: Vec<Entry>,
    tally: Tally,
}

impl Ledger {
    fn hand_in(&mut self, rules: &Books, operation: &Operation) {
        if self.seen.contains_key(&operation.id) {
            return;
        }
        let (action, None) = operation.action.clone().checked() else {
            panic!("refused");
        };
        let result = self.apply(rules, operation.id, &action);
        self.seen.insert(operation.id, result);
        if matches!(action, Action::Bring { .. }) && result == OperationResult::Applied {
            let waiting: Vec<_> = std::mem::take(&mut self.pending);
            for (id, late) in waiting {
                if late.book() == action.book() {
                    let result = self.apply(rules, id, &late);
                    self.seen.insert(id, result);
                } else {
                    self.pending.push((id, late));
                }
            }
        }
    }

    fn apply(&mut self, rules: &Books, id: OperationId, action: &Action) -> OperationResult {
        let book = action
            .book()
            .and_then(|book| self.books.get(&book.0).cloned());
        if let Action::LeaveRest { .. } = action {
            let rest: Vec<Uuid> = self.books.keys().copied().collect();
            for book in rest {
                let one = Action::Leave {
                    book: BookId(book),
                    place: None,
                };
                self.apply(rules, id, &one);
            }
            return OperationResult::Applied;
        }
        let decided = decide(rules, book, action, "图书室");
        if decided.result == OperationResult::Pending {
            self.pending.push((id, action.clone()));
        }
        if let Some(book) = decided.book {
            self.books.insert(book.id.0, book);
        }
        self.entries.extend(decided.entries);
        self.tally += decided.tally;
        decided.result
    }
}

/// A phone at a table: what it has done and not yet heard about.
struct Device {
    number: u32,
    seq: i64,
    queue: VecDeque<Operation>,
    online: bool,
}

struct Day<'a> {
    random: &'a Random,
    at: DateTime<Utc>,
    made: usize,
}

impl Day<'_> {
    fn pick<'b, T>(&self, of: &'b [T]) -> &'b T {
        &of[self.random.below(u32::try_from(of.len()).unwrap()) as usize]
    }

    fn act(&mut self, device: &mut Device, action: Action) {
        self.made += 1;
        device.seq += 1;
        device.queue.push_back(Operation {
            id: OperationId(Uuid::from_u128(
                u128::from(device.number) << 64 | self.made as u128,
            )),
            seq: device.seq,
            at: self.at,
            action,
        });
    }

    /// Hands in some of the queue; the answer may be lost, so that it is all handed in again later.
    fn sync(&mut self, device: &mut Device, ledger: &mut Ledger, rules: &Books) {
        let batch = 1 + self.random.below(40) as usize;
        for operation in device.queue.iter().take(batch) {
            ledger.hand_in(rules, operation);
        }
        if self.random.below(4) > 0 {
            device.queue.drain(..batch.min(device.queue.len()));
        }
    }
}

fn play(seed: u64, rules: &Books) -> (Ledger, usize) {
    let random = Random::seeded(seed);
    let mut day = Day {
        random: &random,
        at: DateTime::UNIX_EPOCH,
        made: 0,
    };
    let mut ledger = Ledger::default();
    let mut devices: Vec<Device> = (0..DEVICES)
        .map(|number| Device {
            number,
            seq: 0,
            queue: VecDeque::new(),
            online: true,
        })
        .collect();
    let mut brought: Vec<BookId> = Vec::new();
    while brought.len() < BOOKS as usize || day.made < 1_600 {
        let device = &mut devices[random.below(DEVICES) as usize];
        let holder = (*day.pick(&CLASSES)).to_owned();
        let fresh = brought.len() < BOOKS as usize;
        let action = match random.below(10) {
            0..=3 if fresh => {
                let book = BookId(Uuid::from_u128(1_000_000 + brought.len() as u128));
                brought.push(book);
                Action::Bring {
                    book,
                    isbn: None,
                    title: Some("小王子".into()),
                    author: None,
                    condition: (*day.pick(&["good", "worn", "poor"])).to_owned(),
                    format: None,
                    grams: None,
                    holder: (random.below(5) > 0).then_some(holder),
                    photo_id: None,
                }
            }
            _ if brought.is_empty() => continue,
            kind => {
                // Any device scans any book, whether its arrival has been merged or not.
                let book = *day.pick(&brought);
                match kind {
                    4 => Action::Shelve { book },
                    7 => Action::Return { book },
                    8 => Action::Reserve { book, holder },
                    9 if random.below(3) == 0 => Action::Withdraw { book },
                    9 if random.below(20) == 0 => Action::LeaveRest { place: None },
                    9 => Action::Leave { book, place: None },
                    _ => Action::Take { book, holder },
                }
            }
        };
        day.act(device, action);
        if random.below(12) == 0 {
            device.online = !device.online;
        }
        if device.online && random.below(3) == 0 {
            day.sync(device, &mut ledger, rules);
        }
    }
    day.act(&mut devices[0], Action::LeaveRest { place: None });
    // The signal comes back, in whatever order.
    while devices.iter().any(|device| !device.queue.is_empty()) {
        let device = &mut devices[random.below(DEVICES) as usize];
        day.sync(device, &mut ledger, rules);
    }
    let made = day.made;
    (ledger, made)
}

#[test]
fn whatever_the_order_the_ledger_balances_and_every_book_is_in_one_place() {
    let pack = Pack::builtin().unwrap();
    let rules = &pack.events().unwrap().books;
    for seed in 0..400 {
        let (ledger, made) = play(seed, rules);
        // No operation lost or doubled.
        assert_eq!(ledger.seen.len(), made, "seed {seed}");
        assert!(ledger.pending.is_empty(), "seed {seed}");
        assert!(
            !ledger
                .seen
                .values()
                .any(|result| *result == OperationResult::Refused)
        );
        // Every book once, in one place, and what the place says is so.
        assert_eq!(ledger.books.len(), BOOKS as usize, "seed {seed}");
        let in_place = |place| {
            ledger
                .books
                .values()
                .filter(|book| book.place == place)
                .map(|_| 1_i64)
                .sum::<i64>()
        };
        assert_eq!(ledger.tally.books_in, i64::from(BOOKS));
        assert_eq!(
            ledger.tally.books_out,
            in_place(BookPlace::Taken),
            "seed {seed}"
        );
        assert_eq!(
            ledger.tally.leftovers,
            in_place(BookPlace::Leftover),
            "seed {seed}"
        );
        let grams: i64 = ledger
            .books
            .values()
            .filter(|b| b.place == BookPlace::Taken)
            .map(|b| b.grams)
            .sum();
        assert_eq!(ledger.tally.books_out_grams, grams, "seed {seed}");
        // The ledger sums to zero, line by pair, and every balance is what the books say.
        assert_eq!(
            ledger
                .entries
                .iter()
                .map(|entry| entry.credits)
                .sum::<i64>(),
            0
        );
        for pair in ledger.entries.chunks(2) {
            assert_eq!(
                (pair[0].credits + pair[1].credits, pair[1].holder.as_str()),
                (0, POOL)
            );
        }
        let mut balances: BTreeMap<&str, i64> = BTreeMap::new();
        for entry in &ledger.entries {
            *balances.entry(&entry.holder).or_default() += entry.credits;
        }
        let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
        for book in ledger.books.values() {
            if let Some(by) = &book.brought_by {
                *expected.entry(by).or_default() += book.credited;
                *expected.entry(POOL).or_default() -= book.credited;
            }
            if book.place == BookPlace::Taken {
                let holder = book.place_name.as_deref().unwrap();
                *expected.entry(holder).or_default() -= book.charged;
                *expected.entry(POOL).or_default() += book.charged;
            }
        }
        balances.retain(|_, credits| *credits != 0);
        expected.retain(|_, credits| *credits != 0);
        assert_eq!(balances, expected, "seed {seed}");
        let places: HashSet<_> = ledger.books.values().map(|book| book.place).collect();
        assert!(places.len() >= 3, "seed {seed}: the play is too tame");
    }
}

#[test]
fn the_same_operations_in_the_same_order_come_to_the_same() {
    let pack = Pack::builtin().unwrap();
    let rules = &pack.events().unwrap().books;
    let (one, _) = play(7, rules);
    let (two, _) = play(7, rules);
    assert_eq!(one.books, two.books);
    assert_eq!(one.entries, two.entries);
}

fn brought(rules: &Books) -> Book {
    let action = Action::Bring {
        book: BookId(Uuid::from_u128(1)),
        isbn: Some("9787020002207".into()),
        title: None,
        author: None,
        condition: "good".into(),
        format: None,
        grams: None,
        holder: Some("3年2班".into()),
        photo_id: None,
    };
    decide(rules, None, &action, "图书室").book.unwrap()
}

#[test]
fn a_book_taken_twice_stays_with_the_first_and_the_second_pays_nothing() {
    let pack = Pack::builtin().unwrap();
    let rules = &pack.events().unwrap().books;
    let take = |holder: &str| Action::Take {
        book: BookId(Uuid::from_u128(1)),
        holder: holder.into(),
    };
    let first = decide(rules, Some(brought(rules)), &take("3年2班"), "");
    assert_eq!(first.result, OperationResult::Applied);
    let second = decide(rules, first.book, &take("1年1班"), "");
    assert_eq!(
        (second.result, second.reason),
        (OperationResult::Conflict, Some(Reason::AlreadyTaken))
    );
    assert_eq!(second.book, None);
    let of_class: i64 = second
        .entries
        .iter()
        .filter(|e| e.holder == "1年1班")
        .map(|e| e.credits)
        .sum();
    assert_eq!((second.entries.len(), of_class), (4, 0));
}

#[test]
fn a_name_is_not_kept_not_even_of_what_is_refused() {
    let book = BookId(Uuid::from_u128(1));
    let holder = "王小明".to_owned();
    let (kept, reason) = Action::Take { book, holder }.checked();
    assert_eq!(reason, Some(Reason::BadHolder));
    let holder = String::new();
    assert_eq!(kept, Action::Take { book, holder });
    assert!(!line("联系13812345678").contains("13812345678"));
}
