//! Books at a swap: bring, shelve, take. What an operation does is decided here, purely, from the book
//! as it stands; the store and the tests' model both apply the decision.
//!
//! Operations of devices without a signal arrive late and in any order. Whatever order that is:
//! credits are written in double entry and sum to zero, a book is in exactly one place, and an
//! operation that came too late is answered as such, with entries that undo each other.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wufei_moderation::mask_personal_data;

use super::{holder, isbn};
use crate::district::events::Books;
use crate::shared::id::{BookId, OperationId, PhotoId, StallBookingId};
use crate::shared::words::tidy;
use crate::text_enum;

/// The other side of every credit.
pub const POOL: &str = "pool";
/// Characters of a title or author.
pub const MAX_TITLE: usize = 120;
/// Heaviest single book, in grams.
const MAX_GRAMS: i64 = 20_000;
/// Most people or things one operation counts.
const MAX_COUNT: i64 = 10_000;
/// Heaviest lot of things one operation weighs, in grams.
const MAX_LOT: i64 = 100_000_000;

text_enum! {
    /// Where a book is.
    BookPlace {
        /// Brought, not yet shelved.
        Desk = "desk",
        Shelf = "shelf",
        /// With the class or card that took it.
        Taken = "taken",
        /// At the named place for what is left.
        Leftover = "leftover",
        /// Unfit, for recycling.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// What became of an operation.
    #[schema(as = DayOperationResult)]
    OperationResult {
        Applied = "applied",
        /// It changes nothing any more: what came first already went further.
        Superseded = "superseded",
        /// Another device was first; the entries undo each other.
        Conflict = "conflict",
        /// Its book has not arrived yet: applied as soon as it does.
        Pending = "pending",
        /// Not carried out; to be done again rightly, under a new id.
        Refused = "refused",
    }
}

text_enum! {
    /// Why an operation was not simply applied, or what to know beside.
    #[schema(as = DayOperationReason)]
    Reason {
        BookUnknown = "book_unknown",
        AlreadyBrought = "already_brought",
        AlreadyTaken = "already_taken",
        Withdrawn = "withdrawn",
        /// Applied; the book was kept for somebody else.
        WasReserved = "was_reserved",
        Reserved = "reserved",
        /// Applied; the class now owes more than the pack allows.
        Overdrawn = "overdrawn",
        /// No class code or card; nothing of it was kept.
        BadHolder = "bad_holder",
        /// Applied; the check digit was wrong, so that the number was dropped.
        BadIsbn = "bad_isbn",
        BadCount = "bad_count",
        UnknownBooking = "unknown_booking",
        NotBooked = "not_booked",
        /// The device used this number for another operation.
        SeqReused = "seq_reused",
        /// The id belongs to another operation.
        IdReused = "id_reused",
        UnknownPhoto = "unknown_photo",
    }
}

/// Something done at the desk of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = DayAction)]
pub enum Action {
    /// A book comes in. Its id is the printed label's, or made by the device.
    Bring {
        book: BookId,
        /// ISBN-10 or -13.
        #[serde(default)]
        isbn: Option<String>,
        #[serde(default)]
        title: Option<String>,
        #[serde(default)]
        author: Option<String>,
        /// Id of a condition of the pack.
        condition: String,
        /// Id of a format of the pack; decides the weight where `grams` is absent.
        #[serde(default)]
        format: Option<String>,
        #[serde(default)]
        grams: Option<i64>,
        /// Class code or card that gets the credit; absent for a gift.
        #[serde(default)]
        holder: Option<String>,
        #[serde(default)]
        photo_id: Option<PhotoId>,
    },
    Shelve {
        book: BookId,
    },
    Take {
        book: BookId,
        holder: String,
    },
    /// Back on the shelf: undoes taking, withdrawing and leaving.
    Return {
        book: BookId,
    },
    Withdraw {
        book: BookId,
    },
    Leave {
        book: BookId,
        /// The event's own place where absent.
        #[serde(default)]
        place: Option<String>,
    },
    /// All that is on the desk or the shelf.
    LeaveRest {
        #[serde(default)]
        place: Option<String>,
    },
    Reserve {
        book: BookId,
        holder: String,
    },
    Release {
        book: BookId,
    },
    /// The picture of a book without an ISBN.
    Picture {
        book: BookId,
        photo_id: PhotoId,
    },
    /// Visitors; negative corrects.
    People {
        count: i64,
    },
    /// Things that changed hands, were mended or collected; negative corrects.
    Things {
        count: i64,
        #[serde(default)]
        grams: i64,
    },
    /// A stallholder is here: by the booking, or by the pass of the QR code.
    CheckIn {
        #[serde(default)]
        booking: Option<StallBookingId>,
        #[serde(default)]
        pass: Option<String>,
    },
    NoShow {
        booking: StallBookingId,
    },
}

/// An action with its number: made by the device, handed in until it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DayOperation)]
pub struct Operation {
    /// A UUID made by the device.
    pub id: OperationId,
    /// Counted by the device from 1, without gaps.
    pub seq: i64,
    /// When it was done, by the device's clock.
    pub at: DateTime<Utc>,
    #[serde(flatten)]
    pub action: Action,
}

/// A book of a swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    pub id: BookId,
    pub isbn: Option<String>,
    pub title: String,
    pub author: String,
    pub photo_id: Option<PhotoId>,
    pub condition: String,
    pub grams: i64,
    pub place: BookPlace,
    /// The class or card that took it, or the name of the place it was left at.
    pub place_name: Option<String>,
    pub brought_by: Option<String>,
    /// What bringing it gave, and taking it cost, at present.
    pub credited: i64,
    pub charged: i64,
    pub reserved_for: Option<String>,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub holder: String,
    pub credits: i64,
}

/// What an operation adds to the figures of its day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub people: i64,
    pub books_in: i64,
    pub books_out: i64,
    pub books_out_grams: i64,
    pub leftovers: i64,
    pub things: i64,
    pub things_grams: i64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.people += other.people;
        self.books_in += other.books_in;
        self.books_out += other.books_out;
        self.books_out_grams += other.books_out_grams;
        self.leftovers += other.leftovers;
        self.things += other.things;
        self.things_grams += other.things_grams;
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub result: OperationResult,
    pub reason: Option<Reason>,
    /// The book afterwards, where it changed.
    pub book: Option<Book>,
    /// In pairs that sum to zero.
    pub entries: Vec<Entry>,
    pub tally: Tally,
}

impl Decided {
    pub fn plain(result: OperationResult, reason: Option<Reason>) -> Self {
        Self {
            result,
            reason,
            book: None,
            entries: Vec::new(),
            tally: Tally::default(),
        }
    }

    pub fn refused(reason: Reason) -> Self {
        Self::plain(OperationResult::Refused, Some(reason))
    }

    fn applied(book: Book) -> Self {
        Self {
            book: Some(book),
            ..Self::plain(OperationResult::Applied, None)
        }
    }

    fn superseded() -> Self {
        Self::plain(OperationResult::Superseded, None)
    }

    /// Too late: what it would have moved is written down and taken back.
    fn conflict(reason: Reason, holder: Option<&str>, credits: i64) -> Self {
        let mut decided = Self::plain(OperationResult::Conflict, Some(reason));
        decided.pay(holder, credits);
        decided.pay(holder, -credits);
        decided
    }

    /// A credit to a holder out of the pool, or back into it.
    fn pay(&mut self, holder: Option<&str>, credits: i64) {
        let Some(holder) = holder.filter(|_| credits != 0) else {
            return;
        };
        self.entries.push(Entry {
            holder: holder.to_owned(),
            credits,
        });
        self.entries.push(Entry {
            holder: POOL.to_owned(),
            credits: -credits,
        });
    }
}

impl Action {
    /// The book it is about.
    pub fn book(&self) -> Option<BookId> {
        match self {
            Self::Bring { book, .. }
            | Self::Shelve { book }
            | Self::Take { book, .. }
            | Self::Return { book }
            | Self::Withdraw { book }
            | Self::Leave { book, .. }
            | Self::Reserve { book, .. }
            | Self::Release { book }
            | Self::Picture { book, .. } => Some(*book),
            Self::LeaveRest { .. }
            | Self::People { .. }
            | Self::Things { .. }
            | Self::CheckIn { .. }
            | Self::NoShow { .. } => None,
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Bring { .. } => "bring",
            Self::Shelve { .. } => "shelve",
            Self::Take { .. } => "take",
            Self::Return { .. } => "return",
            Self::Withdraw { .. } => "withdraw",
            Self::Leave { .. } => "leave",
            Self::LeaveRest { .. } => "leave_rest",
            Self::Reserve { .. } => "reserve",
            Self::Release { .. } => "release",
            Self::Picture { .. } => "picture",
            Self::People { .. } => "people",
            Self::Things { .. } => "things",
            Self::CheckIn { .. } => "check_in",
            Self::NoShow { .. } => "no_show",
        }
    }

    /// Tidied, with every free word masked and what may not be kept left out; with the reason to
    /// refuse it, if there is one.
    pub fn checked(mut self) -> (Self, Option<Reason>) {
        let mut bad = None;
        match &mut self {
            Self::Bring {
                title,
                author,
                holder,
                condition,
                format,
                grams,
                ..
            } => {
                for words in [title, author] {
                    *words = words.as_deref().map(line).filter(|w| !w.is_empty());
                }
                // Ids of the pack, or nothing: no way in for free words.
                condition.retain(|c| c.is_ascii_alphanumeric() || c == '-');
                condition.truncate(32);
                if let Some(format) = format {
                    format.retain(|c| c.is_ascii_alphanumeric() || c == '-');
                    format.truncate(32);
                }
                *grams = grams.filter(|grams| (1..=MAX_GRAMS).contains(grams));
                if let Some(given) = holder {
                    match holder::parse(given) {
                        Some(code) => *given = code,
                        None => bad = Some(Reason::BadHolder),
                    }
                    if bad.is_some() {
                        *holder = None;
                    }
                }
            }
            Self::Take { holder, .. } | Self::Reserve { holder, .. } => {
                if let Some(code) = holder::parse(holder) {
                    *holder = code;
                } else {
                    holder.clear();
                    bad = Some(Reason::BadHolder);
                }
            }
            Self::Leave { place, .. } | Self::LeaveRest { place } => {
                *place = place.as_deref().map(line).filter(|p| !p.is_empty());
            }
            Self::People { count } => {
                if !(-MAX_COUNT..=MAX_COUNT).contains(count) {
                    (*count, bad) = (0, Some(Reason::BadCount));
                }
            }
            Self::Things { count, grams } => {
                if !(-MAX_COUNT..=MAX_COUNT).contains(count)
                    || !(-MAX_LOT..=MAX_LOT).contains(grams)
                {
                    (*count, *grams, bad) = (0, 0, Some(Reason::BadCount));
                }
            }
            // Whoever copies the history must not be able to print the pass.
            Self::CheckIn { .. }
            | Self::NoShow { .. }
            | Self::Shelve { .. }
            | Self::Return { .. }
            | Self::Withdraw { .. }
            | Self::Release { .. }
            | Self::Picture { .. } => {}
        }
        (self, bad)
    }
}

/// A title or a place: one line, personal data masked.
pub fn line(text: &str) -> String {
    let tidy = tidy(text).replace('\n', " ");
    let masked = mask_personal_data(&tidy);
    masked.chars().take(MAX_TITLE).collect()
}

/// Decides a checked action on a book, as the book stands. Actions on no book are none of ours.
pub fn decide(rules: &Books, book: Option<Book>, action: &Action, leftover: &str) -> Decided {
    if let Action::Bring { .. } = action {
        return bring(rules, book.is_some(), action);
    }
    let Some(book) = book else {
        return Decided::plain(OperationResult::Pending, Some(Reason::BookUnknown));
    };
    match action {
        Action::Shelve { .. } => match book.place {
            BookPlace::Desk => Decided::applied(Book {
                place: BookPlace::Shelf,
                ..book
            }),
            _ => Decided::superseded(),
        },
        Action::Take { holder, .. } => take(rules, book, holder),
        Action::Return { .. } => give_back(rules, book),
        Action::Withdraw { .. } => withdraw(book),
        Action::Leave { place, .. } => leave(book, place.as_deref().unwrap_or(leftover)),
        Action::Reserve { holder, .. } => reserve(book, holder),
        Action::Release { .. } => match book.reserved_for {
            Some(_) => Decided::applied(Book {
                reserved_for: None,
                ..book
            }),
            None => Decided::superseded(),
        },
        Action::Picture { photo_id, .. } => Decided::applied(Book {
            photo_id: Some(*photo_id),
            ..book
        }),
        _ => Decided::superseded(),
    }
}

fn bring(rules: &Books, known: bool, action: &Action) -> Decided {
    let Action::Bring {
        book,
        isbn,
        title,
        author,
        condition,
        format,
        grams,
        holder,
        photo_id,
    } = action
    else {
        return Decided::superseded();
    };
    let condition = rules
        .condition(condition)
        .or_else(|| rules.conditions.first());
    let credits = condition.map_or(0, |condition| condition.credits);
    if known {
        return Decided::conflict(Reason::AlreadyBrought, holder.as_deref(), credits);
    }
    let number = isbn.as_deref().and_then(isbn::parse);
    let dropped = isbn.is_some() && number.is_none();
    let mut decided = Decided::applied(Book {
        id: *book,
        isbn: number,
        title: title.clone().unwrap_or_default(),
        author: author.clone().unwrap_or_default(),
        photo_id: *photo_id,
        condition: condition.map_or_else(String::new, |condition| condition.id.clone()),
        grams: grams.unwrap_or_else(|| rules.grams(format.as_deref())),
        place: BookPlace::Desk,
        place_name: None,
        brought_by: holder.clone(),
        credited: if holder.is_some() { credits } else { 0 },
        charged: 0,
        reserved_for: None,
    });
    decided.reason = dropped.then_some(Reason::BadIsbn);
    decided.pay(holder.as_deref(), credits);
    decided.tally.books_in = 1;
    decided
}

fn take(rules: &Books, book: Book, holder: &str) -> Decided {
    let reason = match book.place {
        BookPlace::Taken => Some(Reason::AlreadyTaken),
        BookPlace::Withdrawn => Some(Reason::Withdrawn),
        _ => None,
    };
    if let Some(reason) = reason {
        return Decided::conflict(reason, Some(holder), -rules.take);
    }
    let kept_for_another = book.reserved_for.as_deref().is_some_and(|by| by != holder);
    let tally = Tally {
        books_out: 1,
        books_out_grams: book.grams,
        // Left too early: the scan came from a device that had no signal.
        leftovers: -i64::from(book.place == BookPlace::Leftover),
        ..Tally::default()
    };
    let mut decided = Decided::applied(Book {
        place: BookPlace::Taken,
        place_name: Some(holder.to_owned()),
        charged: rules.take,
        reserved_for: None,
        ..book
    });
    decided.reason = kept_for_another.then_some(Reason::WasReserved);
    decided.tally = tally;
    decided.pay(Some(holder), -rules.take);
    decided
}

fn give_back(rules: &Books, book: Book) -> Decided {
    let (before, holder) = (book.place, book.place_name.clone());
    let (charged, grams, brought_by) = (book.charged, book.grams, book.brought_by.clone());
    let mut decided = Decided::applied(Book {
        place: BookPlace::Shelf,
        place_name: None,
        charged: 0,
        ..book
    });
    match before {
        BookPlace::Taken => {
            decided.pay(holder.as_deref(), charged);
            decided.tally.books_out = -1;
            decided.tally.books_out_grams = -grams;
        }
        BookPlace::Withdrawn => {
            if let Some(book) = &mut decided.book {
                let credits = rules.condition(&book.condition).map_or(0, |c| c.credits);
                book.credited = if brought_by.is_some() { credits } else { 0 };
                let credited = book.credited;
                decided.pay(brought_by.as_deref(), credited);
            }
        }
        BookPlace::Leftover => decided.tally.leftovers = -1,
        BookPlace::Desk | BookPlace::Shelf => return Decided::superseded(),
    }
    decided
}

fn withdraw(book: Book) -> Decided {
    match book.place {
        BookPlace::Withdrawn => return Decided::superseded(),
        BookPlace::Taken => {
            return Decided::plain(OperationResult::Conflict, Some(Reason::AlreadyTaken));
        }
        _ => {}
    }
    let (credited, brought_by) = (book.credited, book.brought_by.clone());
    let leftovers = -i64::from(book.place == BookPlace::Leftover);
    let mut decided = Decided::applied(Book {
        place: BookPlace::Withdrawn,
        place_name: None,
        credited: 0,
        reserved_for: None,
        ..book
    });
    decided.pay(brought_by.as_deref(), -credited);
    decided.tally.leftovers = leftovers;
    decided
}

fn leave(book: Book, place: &str) -> Decided {
    if !matches!(book.place, BookPlace::Desk | BookPlace::Shelf) {
        return Decided::superseded();
    }
    let mut decided = Decided::applied(Book {
        place: BookPlace::Leftover,
        place_name: Some(place.to_owned()),
        reserved_for: None,
        ..book
    });
    decided.tally.leftovers = 1;
    decided
}

fn reserve(book: Book, holder: &str) -> Decided {
    let reason = match book.place {
        BookPlace::Taken => Some(Reason::AlreadyTaken),
        BookPlace::Withdrawn => Some(Reason::Withdrawn),
        _ => None,
    };
    if let Some(reason) = reason {
        return Decided::plain(OperationResult::Conflict, Some(reason));
    }
    match book.reserved_for.as_deref() {
        Some(by) if by == holder => Decided::superseded(),
        Some(_) => Decided::plain(OperationResult::Conflict, Some(Reason::Reserved)),
        None => Decided::applied(Book {
            reserved_for: Some(holder.to_owned()),
            ..book
        }),
    }
}
