//! The desk of the day: what a device is given to work with, what it hands in, what was counted.
//!
//! A batch is one transaction that holds the organisation's ledger: the order of the transactions is
//! the order of the operations, and each is carried out once, however often it is handed in.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::access::events;
use super::model::{BookingStatus, Device, Gathering};
use super::store::{self, Arrival, Kept};
use super::swap::{
    Action, Book, BookPlace, Decided, Operation, OperationResult, Reason, Tally, decide,
};
use crate::app::App;
use crate::db::Tx;
use crate::district::events::Books;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::OperationId;

/// Most operations handed in at once.
pub const MAX_BATCH: usize = 100;
/// A device's clock may be fast by so much before its times are cut.
const FAST: TimeDelta = TimeDelta::minutes(5);

/// What a device hands in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayOperations {
    /// 1 to 100, in the order in which they were done.
    pub operations: Vec<Operation>,
}

/// What became of one operation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DayOperationAnswer {
    pub id: OperationId,
    pub result: OperationResult,
    pub reason: Option<Reason>,
    /// It had been handed in before.
    pub repeated: bool,
}

/// The answer to a batch: what is answered need not be handed in again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayOperationsAnswer {
    pub answers: Vec<DayOperationAnswer>,
    /// How many of this device's operations have arrived, and the highest number among them: where
    /// they differ, some are still missing.
    pub arrived: i64,
    pub highest_seq: i64,
}

/// Carries a batch out in the order given.
///
/// # Errors
/// 422 for too many or none.
pub async fn carry_out(
    app: &App,
    event: &Gathering,
    device: &Device,
    operations: &[Operation],
) -> Result<DayOperationsAnswer> {
    if operations.is_empty() || operations.len() > MAX_BATCH {
        return Err(Error::field(
            "operations",
            message!(
                "一次 1 到 {MAX_BATCH} 条。",
                "Between 1 and {MAX_BATCH} at once.",
                "한 번에 1~{MAX_BATCH}건입니다."
            ),
        ));
    }
    let now = app.clock.now();
    let rules = &events(app)?.books;
    let mut tx = app.db.begin().await?;
    let position = store::hold_ledger(&mut tx, event.organisation_id).await?;
    store::hold_day(&mut tx, event.id, device.occurrence).await?;
    let mut desk = Desk {
        tx: &mut tx,
        rules,
        event,
        device,
        leftover: event.leftover(),
        position,
        now,
    };
    let mut answers = Vec::with_capacity(operations.len());
    for operation in operations {
        answers.push(desk.one(operation).await?);
    }
    let position = desk.position;
    store::advance_ledger(&mut tx, event.organisation_id, position).await?;
    store::device_seen(&mut tx, device.id, now).await?;
    let (arrived, highest_seq) = store::arrived(&mut tx, device.id).await?;
    tx.commit().await?;
    Ok(DayOperationsAnswer {
        answers,
        arrived,
        highest_seq,
    })
}

/// A batch being carried out.
struct Desk<'a> {
    tx: &'a mut Tx,
    rules: &'a Books,
    event: &'a Gathering,
    device: &'a Device,
    leftover: String,
    /// Of the last operation in the order of all; the ledger's row is held meanwhile.
    position: i64,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    async fn one(&mut self, operation: &Operation) -> Result<DayOperationAnswer> {
        let hash = Sha256::digest(serde_json::to_vec(operation).map_err(Error::internal)?);
        let answer = |result, reason, repeated| DayOperationAnswer {
            id: operation.id,
            result,
            reason,
            repeated,
        };
        if let Some(known) = store::operation_by_id(self.tx, operation.id).await? {
            return Ok(if known.request_hash == hash.as_slice() {
                answer(known.result, known.reason, true)
            } else {
                answer(OperationResult::Refused, Some(Reason::IdReused), false)
            });
        }
        if operation.seq < 1 || store::seq_is_used(self.tx, self.device.id, operation.seq).await? {
            return Ok(answer(
                OperationResult::Refused,
                Some(Reason::SeqReused),
                false,
            ));
        }
        let at = self.time_of(operation.at);
        let (checked, refused) = operation.action.clone().checked();
        let mut kept = Operation {
            action: checked,
            at,
            ..operation.clone()
        };
        let photo_known = self.photo(&mut kept.action).await?;
        let refused = refused.or((!photo_known).then_some(Reason::UnknownPhoto));
        let decided = match refused {
            Some(reason) => Decided::refused(reason),
            None => self.decide(&kept.action).await?,
        };
        let mut stored = kept.clone();
        if let Action::CheckIn { pass, .. } = &mut stored.action {
            // Whoever copies the history must not be able to print the pass.
            *pass = None;
        }
        self.position += 1;
        let arrival = Arrival {
            organisation: self.event.organisation_id,
            device: self.device,
            position: self.position,
            request_hash: hash.as_slice(),
            received_at: self.now,
        };
        let (result, reason) = (decided.result, decided.reason);
        store::insert_operation(self.tx, &arrival, &stored, result, reason, at).await?;
        let reason = self.write(&kept, decided, self.device.occurrence).await?;
        if let Action::LeaveRest { place } = &kept.action
            && result == OperationResult::Applied
        {
            self.leave_rest(&kept, place.as_deref()).await?;
        }
        if let Action::Bring { book, .. } = &kept.action
            && result == OperationResult::Applied
        {
            for late in store::pending_of(self.tx, self.event.organisation_id, *book).await? {
                self.late(late).await?;
            }
        }
        Ok(answer(result, reason, false))
    }

    /// When it was done, as far as that can be: never in the future, to the microsecond.
    fn time_of(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let at = if at > self.now + FAST { self.now } else { at };
        at.duration_trunc(TimeDelta::microseconds(1))
            .unwrap_or(self.now)
    }

    /// A picture that is not there is left out of a book; alone it is refused.
    async fn photo(&mut self, action: &mut Action) -> Result<bool> {
        match action {
            Action::Bring { photo_id, .. } => {
                if let Some(photo) = *photo_id
                    && !store::photo_is_free(self.tx, photo).await?
                {
                    *photo_id = None;
                }
                Ok(true)
            }
            Action::Picture { photo_id, .. } => Ok(store::photo_is_free(self.tx, *photo_id).await?),
            _ => Ok(true),
        }
    }

    async fn decide(&mut self, action: &Action) -> Result<Decided> {
        match action {
            Action::People { count } => Ok(counted(Tally {
                people: *count,
                ..Tally::default()
            })),
            Action::Things { count, grams } => Ok(counted(Tally {
                things: *count,
                things_grams: *grams,
                ..Tally::default()
            })),
            Action::LeaveRest { .. } => Ok(counted(Tally::default())),
            Action::CheckIn { .. } | Action::NoShow { .. } => self.stall(action).await,
            _ => self.book(action).await,
        }
    }

    async fn book(&mut self, action: &Action) -> Result<Decided> {
        let Some(id) = action.book() else {
            return Ok(Decided::plain(OperationResult::Superseded, None));
        };
        let organisation = self.event.organisation_id;
        if store::book_is_elsewhere(self.tx, organisation, id).await? {
            return Ok(Decided::refused(Reason::AlreadyBrought));
        }
        let known = store::book(self.tx, organisation, id).await?;
        let brings = matches!(action, Action::Bring { .. });
        let book = known.and_then(|(book, last)| {
            // On a later day a book comes in anew, and what was left over lies on the shelf again.
            let later = self.device.occurrence > last;
            match book.place {
                _ if later && brings => None,
                BookPlace::Leftover if later => Some(Book {
                    place: BookPlace::Shelf,
                    place_name: None,
                    ..book
                }),
                _ => Some(book),
            }
        });
        let mut decided = decide(self.rules, book, action, &self.leftover);
        if brings && let Some(book) = &mut decided.book {
            self.title(book).await?;
        }
        Ok(decided)
    }

    /// The catalogue learns a title, or gives it.
    async fn title(&mut self, book: &mut Book) -> Result<()> {
        let Some(isbn) = book.isbn.clone() else {
            return Ok(());
        };
        if book.title.is_empty() {
            if let Some(known) = store::title_in(self.tx, &isbn).await? {
                (book.title, book.author) = (known.title, known.author);
            }
        } else {
            store::learn_title(self.tx, &isbn, &book.title, &book.author, self.now).await?;
        }
        Ok(())
    }

    async fn stall(&mut self, action: &Action) -> Result<Decided> {
        let found = match action {
            Action::CheckIn {
                booking: Some(id), ..
            }
            | Action::NoShow { booking: id } => store::booking_in(self.tx, *id).await?,
            Action::CheckIn {
                pass: Some(pass), ..
            } => store::booking_by_pass(self.tx, self.event.id, pass).await?,
            _ => None,
        };
        let of_the_day = found.filter(|booking| {
            booking.event_id == self.event.id && booking.occurrence == self.device.occurrence
        });
        let Some(mut booking) = of_the_day else {
            return Ok(Decided::refused(Reason::UnknownBooking));
        };
        let comes = matches!(action, Action::CheckIn { .. });
        let mut tally = Tally::default();
        match (booking.status, comes) {
            (BookingStatus::Booked | BookingStatus::NoShow, true) => {
                booking.status = BookingStatus::Attended;
                booking.checked_in_at = Some(self.now);
                tally.people = 1;
            }
            (BookingStatus::Booked, false) => booking.status = BookingStatus::NoShow,
            // Whoever was seen was there, whichever device was merged first.
            (BookingStatus::Attended | BookingStatus::NoShow, _) => {
                return Ok(Decided::plain(OperationResult::Superseded, None));
            }
            _ => {
                return Ok(Decided::plain(
                    OperationResult::Conflict,
                    Some(Reason::NotBooked),
                ));
            }
        }
        booking.updated_at = self.now;
        if !store::save_booking(self.tx, &booking).await? {
            return Ok(Decided::plain(
                OperationResult::Conflict,
                Some(Reason::NotBooked),
            ));
        }
        Ok(counted(tally))
    }

    /// Writes what was decided, and gives the reason there is then.
    async fn write(
        &mut self,
        operation: &Operation,
        decided: Decided,
        occurrence: super::local::Local,
    ) -> Result<Option<Reason>> {
        let (event, organisation) = (self.event.id, self.event.organisation_id);
        let position = self.position;
        let mut reason = decided.reason;
        if let Some(book) = &decided.book {
            let before = store::book(self.tx, organisation, book.id).await?;
            let before = before.map(|(book, _)| book.place);
            store::put_book(self.tx, organisation, (event, occurrence), book, position).await?;
            if before != Some(book.place) {
                store::insert_move(self.tx, operation.id, position, before, book, operation.at)
                    .await?;
            }
        }
        store::insert_entries(
            self.tx,
            operation,
            organisation,
            event,
            &decided.entries,
            operation.at,
        )
        .await?;
        if decided.tally != Tally::default() {
            store::add_tally(self.tx, event, occurrence, decided.tally).await?;
        }
        if let Action::Take { holder, .. } = &operation.action
            && decided.result == OperationResult::Applied
            && reason.is_none()
            && store::balance(self.tx, organisation, holder).await? < -self.rules.owe
        {
            reason = Some(Reason::Overdrawn);
            store::settle_operation(self.tx, operation.id, decided.result, reason).await?;
        }
        Ok(reason)
    }

    async fn leave_rest(&mut self, operation: &Operation, place: Option<&str>) -> Result<()> {
        for book in store::books_at_hand(self.tx, self.event.id).await? {
            let leave = Action::Leave {
                book: book.id,
                place: place.map(str::to_owned),
            };
            let decided = decide(self.rules, Some(book), &leave, &self.leftover);
            self.write(operation, decided, self.device.occurrence)
                .await?;
        }
        Ok(())
    }

    /// An operation whose book has now arrived. It counts on the day of its own device.
    async fn late(&mut self, kept: Kept) -> Result<()> {
        let operation = kept.operation.0;
        // After the arrival it waited for, also in the book's own history.
        self.position += 1;
        if kept.occurrence != self.device.occurrence {
            store::hold_day(self.tx, self.event.id, kept.occurrence).await?;
        }
        let decided = self.book(&operation.action).await?;
        let (result, reason) = (decided.result, decided.reason);
        store::settle_operation(self.tx, kept.id, result, reason).await?;
        self.write(&operation, decided, kept.occurrence).await?;
        Ok(())
    }
}

fn counted(tally: Tally) -> Decided {
    Decided {
        tally,
        ..Decided::plain(OperationResult::Applied, None)
    }
}
