//! What a crew reports from its round, often hours later: operations with ids their phones made.
//!
//! An operation sent twice is carried out once. Operations are taken in the order in which they
//! happened, and one that no longer fits, because somebody else has been there or the stop was moved,
//! is answered as a conflict with what holds now instead of overwriting it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::access;
use super::booking::{attach, write_items};
use super::capacity::{append, save};
use super::custody::{self, grams, not_in_the_future};
use super::draft::{self, Wanted};
use super::letters::{self, News};
use super::model::{BookedItem, Booking, EventKind, Outcome, Status};
use super::next_slot::{first_with_room, later_slots};
use super::plan::{Current, current};
use super::price::{SetPrice, floors, unit_price};
use super::slots::Plan;
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::code::Code;
use crate::shared::error::{Error, FieldError, Result};
use crate::shared::id::{OperationId, PhotoId};
use crate::shared::message::Message;

/// Operations in one request.
pub const MAX_OPERATIONS: usize = 100;

/// What was done at a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    Collected,
    /// With `taken`.
    Partly,
    /// With a reason.
    Refused,
    /// The first time the booking moves to the next free half-day, free.
    NobodyHome,
    /// Photos that a weak signal let through only later.
    Photos,
}

/// One thing a crew did.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Made by the phone, a UUID; the same id is carried out once.
    pub id: OperationId,
    /// The booking's reference.
    pub r#ref: String,
    pub kind: OperationKind,
    /// When it was done, by the phone's clock.
    pub at: DateTime<Utc>,
    /// Why it was refused, or a note; at most 300 characters.
    #[serde(default)]
    pub reason: Option<String>,
    /// With `partly`: how many of each item were taken, 0 included; what is not named was not taken.
    #[serde(default)]
    pub taken: Vec<Wanted>,
    /// More than was booked, taken along.
    #[serde(default)]
    pub extra: Vec<Wanted>,
    /// The resident agreed to the extra items and their price.
    #[serde(default)]
    pub extra_consent: bool,
    /// Needed where something is traced.
    #[serde(default)]
    pub weight_kg: Option<f64>,
    #[serde(default)]
    pub photo_ids: Vec<PhotoId>,
}

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationResult {
    Applied,
    /// It no longer fits what holds: show `status` and `detail`, and drop it.
    Conflict,
    /// It is wrong in itself: see `errors`, mend and send it under a new id.
    Refused,
}

/// The answer to one operation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OperationAnswer {
    pub id: OperationId,
    pub result: OperationResult,
    /// It had been carried out before.
    pub repeated: bool,
    pub r#ref: Option<Code>,
    /// Where the booking stands now.
    pub status: Option<Status>,
    /// The booking's half-day now: another one after nobody was home.
    pub slot: Option<String>,
    pub detail: Option<String>,
    #[serde(default)]
    pub errors: Vec<FieldError>,
}

/// Carries operations out in the order in which they happened, each by itself, and answers in the
/// order in which they came.
pub async fn carry_out(
    app: &App,
    operations: Vec<Operation>,
    by: &Account,
    lang: Lang,
) -> Result<Vec<OperationAnswer>> {
    let current = current(app).await?;
    let mut order: Vec<usize> = (0..operations.len()).collect();
    order.sort_by_key(|at| (operations[*at].at, *at));
    let mut answers: Vec<Option<OperationAnswer>> = vec![None; operations.len()];
    for at in order {
        let operation = &operations[at];
        let answer = match one(app, &current, operation, by).await {
            Ok(answer) => answer,
            Err(error) => refusal(app, operation, error, lang).await?,
        };
        answers[at] = Some(answer);
    }
    app.outbox_bell.notify_one();
    Ok(answers.into_iter().flatten().collect())
}

/// The answer to what could not be carried out; what went wrong inside stays an error.
async fn refusal(
    app: &App,
    operation: &Operation,
    error: Error,
    lang: Lang,
) -> Result<OperationAnswer> {
    let booking = match operation.r#ref.parse::<Code>() {
        Ok(code) => store::by_code(&app.db, &code).await?,
        Err(_) => None,
    };
    let (result, detail, errors) = match error {
        Error::Conflict(message) => (OperationResult::Conflict, Some(message), Vec::new()),
        Error::Invalid(fields) => (OperationResult::Refused, None, fields),
        Error::Forbidden(message) | Error::NotFound(message) => {
            (OperationResult::Refused, Some(message), Vec::new())
        }
        other => return Err(other),
    };
    // Of another office's booking nothing is told.
    let known = booking.filter(|_| result == OperationResult::Conflict);
    Ok(OperationAnswer {
        id: operation.id,
        result,
        repeated: false,
        r#ref: known.as_ref().map(|booking| booking.code.clone()),
        status: known.as_ref().map(|booking| booking.status),
        slot: known.as_ref().map(|booking| booking.key().to_string()),
        detail: detail.map(|message| message.get(lang).to_owned()),
        errors: errors
            .into_iter()
            .map(|(field, message)| FieldError {
                field,
                message: message.get(lang).to_owned(),
            })
            .collect(),
    })
}

async fn one(
    app: &App,
    current: &Current<'_>,
    operation: &Operation,
    by: &Account,
) -> Result<OperationAnswer> {
    let booking = find(app, operation, by).await?;
    let now = app.clock.now();
    let hash = Sha256::digest(serde_json::to_vec(operation).map_err(Error::internal)?);
    // Read before the transaction, which holds a connection of its own.
    let later = match operation.kind {
        OperationKind::NobodyHome if booking.missed == 0 => {
            later_slots(app, &current.plan, &booking).await?
        }
        _ => Vec::new(),
    };
    let at = not_in_the_future(operation.at, now);
    let mut tx = app.db.begin().await?;
    if !store::claim_operation(&mut tx, operation.id, &hash, by.id, at, now).await? {
        return repeated(&mut tx, operation, &hash).await;
    }
    // Half-days are held before bookings.
    let next = first_with_room(app, &mut tx, &current.plan, &later, booking.room()).await?;
    let held = store::lock(&mut tx, booking.id)
        .await?
        .ok_or_else(|| Error::internal("the pickup is gone"))?;
    let done = Stop {
        app,
        plan: &current.plan,
        prices: &current.prices,
        operation,
        by,
        at,
        now,
    };
    let after = match operation.kind {
        OperationKind::Photos => done.photos(&mut tx, held).await?,
        OperationKind::NobodyHome => done.nobody_home(&mut tx, held, next).await?,
        OperationKind::Collected | OperationKind::Partly | OperationKind::Refused => {
            done.visited(&mut tx, held).await?
        }
    };
    let answer = OperationAnswer {
        id: operation.id,
        result: OperationResult::Applied,
        repeated: false,
        r#ref: Some(after.code.clone()),
        status: Some(after.status),
        slot: Some(after.key().to_string()),
        detail: None,
        errors: Vec::new(),
    };
    let kept = serde_json::to_value(&answer).map_err(Error::internal)?;
    store::remember_operation(&mut tx, operation.id, after.id, &kept).await?;
    tx.commit().await?;
    tracing::info!(pickup = %after.id, "Stop {} is {}", after.code, after.status.as_str());
    Ok(answer)
}

async fn find(app: &App, operation: &Operation, by: &Account) -> Result<Booking> {
    let unknown = || {
        Error::field(
            "ref",
            message!(
                "没有这个预约号。",
                "There is no booking with this reference.",
                "이 번호의 예약이 없습니다."
            ),
        )
    };
    let code: Code = operation.r#ref.parse().map_err(|_| unknown())?;
    let booking = store::by_code(&app.db, &code).await?.ok_or_else(unknown)?;
    access::check(access::runs(app, by, &booking.collector))?;
    Ok(booking)
}

async fn repeated(tx: &mut Tx, operation: &Operation, hash: &[u8]) -> Result<OperationAnswer> {
    let known = store::operation(tx, operation.id).await?;
    let Some((request, answer)) = known else {
        return Err(Error::internal("an operation vanished"));
    };
    if request != hash {
        return Err(Error::field(
            "id",
            message!(
                "这个编号已用于另一个操作。",
                "This id was used for another operation.",
                "이 번호는 다른 작업에 이미 사용되었습니다."
            ),
        ));
    }
    let answer: OperationAnswer = serde_json::from_value(answer.0).map_err(Error::internal)?;
    Ok(OperationAnswer {
        repeated: true,
        ..answer
    })
}

/// A stop being written down.
struct Stop<'a> {
    app: &'a App,
    plan: &'a Plan<'a>,
    prices: &'a [SetPrice],
    operation: &'a Operation,
    by: &'a Account,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Stop<'_> {
    /// An operation of a day before the booking's own is about a visit that no longer counts.
    fn is_of_its_day(&self, booking: &Booking) -> Result<()> {
        if self.plan.calendar.local_date(self.at) >= booking.day.0 {
            return Ok(());
        }
        let day = booking.day;
        Err(Error::Conflict(message!(
            "这个预约改到了 {day}。",
            "This booking has been moved to {day}.",
            "이 예약은 {day}(으)로 변경되었습니다."
        )))
    }

    async fn photos(&self, tx: &mut Tx, booking: Booking) -> Result<Booking> {
        self.attach(tx, &booking).await?;
        Ok(booking)
    }

    async fn attach(&self, tx: &mut Tx, booking: &Booking) -> Result<()> {
        let mut errors = Vec::new();
        draft::photos(&self.operation.photo_ids, &mut errors);
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        attach(tx, booking, &self.operation.photo_ids, true).await
    }

    async fn nobody_home(
        &self,
        tx: &mut Tx,
        booking: Booking,
        next: Option<super::capacity::Held>,
    ) -> Result<Booking> {
        self.is_of_its_day(&booking)?;
        let reason = draft::reason(self.operation.reason.as_deref())?;
        let first_time = booking.missed == 0;
        let mut after = booking.visited(
            Outcome::Missed,
            reason.clone(),
            None,
            self.by.id,
            self.at,
            self.now,
        )?;
        self.attach(tx, &after).await?;
        let mut news = News::Missed;
        if let Some(mut held) = next.filter(|_| first_time) {
            held.take(after.room());
            store::save_taken(tx, &held.slot).await?;
            let key = held.slot.key();
            after.status = Status::Booked;
            after.slot_id = held.slot.id;
            (after.day, after.half) = (key.day, key.half);
            after.reminded_three_at = None;
            after.reminded_one_at = None;
            news = News::Retry;
        }
        save(tx, &after).await?;
        append(
            self.app,
            tx,
            &after,
            EventKind::NobodyHome,
            reason.as_deref(),
            Some(self.by.id),
        )
        .await?;
        letters::tell(self.app, tx, &after, news).await?;
        Ok(after)
    }

    async fn visited(&self, tx: &mut Tx, booking: Booking) -> Result<Booking> {
        self.is_of_its_day(&booking)?;
        let kind = self.operation.kind;
        let reason = draft::reason(self.operation.reason.as_deref())?;
        if kind == OperationKind::Refused && reason.is_none() {
            return Err(Error::field(
                "reason",
                message!(
                    "请写明拒收的原因。",
                    "Say why it was refused.",
                    "거부 이유를 적어 주세요."
                ),
            ));
        }
        let mut items = store::items_for_change(tx, booking.id).await?;
        self.count(&mut items)?;
        self.add_extra(&booking, &mut items)?;
        let weight_g = self.operation.weight_kg.map(grams).transpose()?;
        let traced = kind != OperationKind::Refused && custody::is_traced(self.plan, &items);
        if traced && weight_g.is_none() {
            return Err(Error::field(
                "weight_kg",
                message!(
                    "这批物品要全程追踪，请称重。",
                    "This is traced until treatment: please weigh it.",
                    "추적 대상입니다. 무게를 재 주세요."
                ),
            ));
        }
        let (outcome, event, news) = match kind {
            OperationKind::Partly => (Outcome::Partly, EventKind::Partly, News::Partly),
            OperationKind::Refused => (Outcome::Refused, EventKind::Refused, News::Refused),
            _ => (Outcome::Collected, EventKind::Collected, News::Collected),
        };
        let mut after = booking.visited(
            outcome,
            reason.clone(),
            weight_g,
            self.by.id,
            self.at,
            self.now,
        )?;
        after.price_fen = draft::total(&items);
        store::delete_items(tx, after.id).await?;
        write_items(self.app, tx, after.id, &items).await?;
        self.attach(tx, &after).await?;
        save(tx, &after).await?;
        append(
            self.app,
            tx,
            &after,
            event,
            reason.as_deref(),
            Some(self.by.id),
        )
        .await?;
        if let Some(weight_g) = weight_g.filter(|_| traced) {
            custody::begin(self.app, tx, self.plan, &after, weight_g, self.at, self.by).await?;
        }
        letters::tell(self.app, tx, &after, news).await?;
        Ok(after)
    }

    /// Writes down how many of each item were taken.
    fn count(&self, items: &mut [BookedItem]) -> Result<()> {
        match self.operation.kind {
            OperationKind::Collected => {
                for line in items.iter_mut() {
                    line.taken = Some(line.quantity);
                }
            }
            OperationKind::Refused => {
                for line in items.iter_mut() {
                    line.taken = Some(0);
                }
            }
            _ => {
                for line in items.iter_mut() {
                    line.taken = Some(0);
                }
                for (at, taken) in self.operation.taken.iter().enumerate() {
                    let count = i64::from(taken.count);
                    let line = items
                        .iter_mut()
                        .find(|line| line.item == taken.item && line.quantity >= count);
                    let Some(line) = line else {
                        return Err(Error::field(
                            format!("taken[{at}]"),
                            message!(
                                "预约里没有这么多。更多的请作为“加收”登记。",
                                "Not so many were booked; add what is more as extra.",
                                "예약 수량보다 많습니다. 초과분은 추가로 등록하세요."
                            ),
                        ));
                    };
                    line.taken = Some(count);
                }
                if items.iter().all(|line| line.taken == Some(0)) {
                    return Err(Error::field(
                        "taken",
                        message!(
                            "一件也没收，请登记为拒收或家中无人。",
                            "Nothing was taken: report it as refused or nobody home.",
                            "하나도 수거하지 않았습니다. 거부 또는 부재로 등록하세요."
                        ),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Adds what the resident agreed to give along, at the day's price.
    fn add_extra(&self, booking: &Booking, items: &mut Vec<BookedItem>) -> Result<()> {
        if self.operation.extra.is_empty() {
            return Ok(());
        }
        if !self.operation.extra_consent {
            return Err(Error::field(
                "extra_consent",
                message!(
                    "加收须经居民同意。",
                    "The resident must agree to extra items.",
                    "추가 수거는 주민의 동의가 필요합니다."
                ),
            ));
        }
        let lines = draft::lines(self.plan.pickups, &self.operation.extra, booking.party).map_err(
            |error| match error {
                Error::Invalid(fields) => Error::Invalid(as_extra(fields)),
                other => other,
            },
        )?;
        for (at, (item, count)) in lines.into_iter().enumerate() {
            if !item.collectors.contains(&booking.collector) {
                return Err(Error::field(
                    format!("extra[{at}].item"),
                    message!(
                        "这个单位不收这种物品。",
                        "This collector does not take this item.",
                        "이 업체는 이 품목을 수거하지 않습니다."
                    ),
                ));
            }
            let unit = unit_price(item, self.prices, &booking.collector, booking.day);
            items.push(BookedItem {
                item: item.id.clone(),
                quantity: i64::from(count),
                taken: Some(i64::from(count)),
                unit_fen: unit.price,
                floor_fen: unit.per_floor * floors(booking.floor, booking.lift),
                extra: true,
            });
        }
        Ok(())
    }
}

fn as_extra(fields: Vec<(String, Message)>) -> Vec<(String, Message)> {
    fields
        .into_iter()
        .map(|(field, message)| (field.replacen("items", "extra", 1), message))
        .collect()
}
