//! Changing a booking in place: other things, another half-day, another address.

use serde::Deserialize;
use utoipa::ToSchema;

use super::booking::{attach, locked, within_limits, write_items};
use super::capacity::{self, append, save};
use super::draft::{self, NewContact, NewPlace, Wanted};
use super::household::household_hash;
use super::letters::{self, News};
use super::model::{Booking, EventKind, Status};
use super::plan::{Current, current};
use super::refusals::{closed, full, moved_meanwhile, over, refuse_day};
use super::slots::{NotBookable, Room, SlotKey};
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::district::pickups::{Item, Pickups};
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, PhotoId};
use crate::shared::message::Message;
use crate::shared::money::Money;

/// What to change of a booking; what is absent stays.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePickup {
    /// The whole new list of items.
    #[serde(default)]
    pub items: Option<Vec<Wanted>>,
    /// Id of another half-day.
    #[serde(default)]
    pub slot: Option<String>,
    #[serde(default)]
    pub place: Option<NewPlace>,
    #[serde(default)]
    pub contact: Option<NewContact>,
    #[serde(default)]
    pub note: Option<String>,
    /// More photos.
    #[serde(default)]
    pub photo_ids: Vec<PhotoId>,
}

/// The new values of a booking, checked.
struct Changed<'a> {
    lines: Vec<(&'a Item, u32)>,
    key: SlotKey,
    place: Option<draft::Place>,
    contact: Option<draft::Contact>,
    note: Option<String>,
    /// Anything that needs the half-day.
    moves: bool,
}

async fn check_change<'a>(
    app: &'a App,
    pickups: &'a Pickups,
    booking: &Booking,
    change: &ChangePickup,
) -> Result<Changed<'a>> {
    let mut errors: Vec<(String, Message)> = Vec::new();
    let place = match &change.place {
        Some(new) => draft::place(&app.pack, new, &mut errors),
        None => None,
    };
    for (field, _) in &mut errors {
        *field = format!("place.{field}");
    }
    let contact = change
        .contact
        .as_ref()
        .and_then(|new| draft::contact(new, &mut errors));
    let note = change
        .note
        .as_deref()
        .map(|text| draft::note(Some(text), &mut errors));
    draft::photos(&change.photo_ids, &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let wanted = match &change.items {
        Some(items) => items.clone(),
        None => store::items(&app.db, booking.id)
            .await?
            .into_iter()
            .map(|line| Wanted {
                item: line.item,
                count: u32::try_from(line.quantity).unwrap_or(0),
            })
            .collect(),
    };
    let lines = draft::lines(pickups, &wanted, booking.party)?;
    let township = place
        .as_ref()
        .map_or(booking.township.as_str(), |place| place.township.as_str());
    let name = change
        .slot
        .clone()
        .unwrap_or_else(|| booking.key().to_string());
    let key = draft::slot(pickups, &name, &lines, township)?;
    Ok(Changed {
        moves: change.items.is_some() || change.place.is_some() || key != booking.key(),
        lines,
        key,
        place,
        contact,
        note,
    })
}

/// Changes a booking in place: the old room is given back and the new taken in one transaction, so
/// that nothing is lost when the new does not fit.
///
/// Gives the price before.
///
/// # Errors
/// 422 for what is wrong, 409 when it is full, too late or over.
pub async fn change(
    app: &App,
    booking: &Booking,
    change: ChangePickup,
    actor: Option<AccountId>,
) -> Result<Money> {
    let Current { plan, prices } = current(app).await?;
    let changed = check_change(app, plan.pickups, booking, &change).await?;
    let now = app.clock.now();
    let old_key = booking.key();
    let mut tx = app.db.begin().await?;
    if changed.moves {
        let household = changed.place.as_ref().map_or_else(
            || booking.household_hash.clone(),
            |place| household_hash(&place.township, &place.address).to_vec(),
        );
        within_limits(
            &mut tx,
            plan.pickups,
            &household,
            &changed.lines,
            Some(booking.id),
            now,
        )
        .await?;
    }
    // Half-days are held in the order of their names, so that two changes cannot wait for each other.
    let mut keys = vec![old_key.clone()];
    if changed.key != old_key {
        keys.push(changed.key.clone());
    }
    keys.sort_by_key(ToString::to_string);
    let mut held = Vec::new();
    for key in &keys {
        held.push((key.clone(), capacity::hold(app, &mut tx, &plan, key).await?));
    }
    let current = locked(&mut tx, booking.id).await?;
    // What stays as it was read before the half-days were held must still be so.
    if current.key() != old_key || (changed.moves && current.version != booking.version) {
        return Err(moved_meanwhile());
    }
    let before = current.price_fen;
    let was = current.status;
    let mut next = current.clone();
    if changed.moves {
        // Staff move what the round cannot serve, whatever the cut-off.
        let by_staff = actor.is_some() && was == Status::Booked;
        if !by_staff {
            current.changeable(plan.cut_off(old_key.day), now)?;
        }
        if !by_staff && (changed.key != old_key || was == Status::Missed) {
            plan.bookable(changed.key.day, now).map_err(refuse_day)?;
        }
        let (_, ends) = plan.hours(changed.key.day, changed.key.half);
        if now >= ends {
            return Err(refuse_day(NotBookable::TooSoon));
        }
        let room = draft::room_of(&changed.lines);
        for (key, held) in &mut held {
            if *key == old_key && was.takes_room() {
                held.give_back(current.room());
            }
        }
        for (key, held) in &mut held {
            if *key != changed.key {
                continue;
            }
            if held.limit == Room::default() && changed.key != old_key {
                return Err(closed());
            }
            // A booking whose half-day staff have made smaller may stay as large as it is.
            let no_larger = *key == old_key && current.room().fits(room) && was.takes_room();
            if !held.left().fits(room) && !no_larger {
                return Err(full());
            }
            held.take(room);
            next.slot_id = held.slot.id;
        }
        apply(&mut next, &changed, room, &prices, app, &mut tx).await?;
        if was == Status::Missed {
            next.status = Status::Booked;
        }
    }
    if let Some(contact) = changed.contact {
        next.name = contact.name;
        next.phone = contact.phone;
        next.email = contact.email;
    }
    if let Some(note) = changed.note {
        next.note = note;
    }
    if matches!(next.status, Status::Cancelled | Status::Expired)
        || (!changed.moves && !is_open(next.status))
    {
        return Err(over());
    }
    next.updated_at = now;
    save(&mut tx, &next).await?;
    attach(&mut tx, &next, &change.photo_ids, false).await?;
    append(app, &mut tx, &next, EventKind::Changed, None, actor).await?;
    // While the form is still being filled in there is nothing to write about.
    if matches!(next.status, Status::Booked | Status::Waiting) {
        let news = if actor.is_some() && changed.key != old_key {
            News::Moved
        } else {
            News::Changed { before }
        };
        letters::tell(app, &mut tx, &next, news).await?;
    }
    for (_, held) in &mut held {
        capacity::settle(app, &mut tx, &plan, held, now).await?;
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(pickup = %next.id, "Pickup {} was changed", next.code);
    Ok(before)
}

fn is_open(status: Status) -> bool {
    matches!(
        status,
        Status::Waiting | Status::Held | Status::Offered | Status::Booked
    )
}

async fn apply(
    next: &mut Booking,
    changed: &Changed<'_>,
    room: Room,
    prices: &[super::price::SetPrice],
    app: &App,
    tx: &mut Tx,
) -> Result<()> {
    if let Some(place) = &changed.place {
        next.township.clone_from(&place.township);
        next.community.clone_from(&place.community);
        next.address.clone_from(&place.address);
        next.floor = place.floor;
        next.lift = place.lift;
        next.lng = place.point.map(crate::shared::geo::Point::lng);
        next.lat = place.point.map(crate::shared::geo::Point::lat);
        next.household_hash = household_hash(&place.township, &place.address).to_vec();
    }
    if next.day != changed.key.day {
        next.reminded_three_at = None;
        next.reminded_one_at = None;
    }
    let SlotKey {
        collector,
        zone,
        day,
        half,
    } = changed.key.clone();
    let items = draft::priced(
        &changed.lines,
        prices,
        &collector,
        day,
        next.floor,
        next.lift,
    );
    (next.collector, next.zone, next.day, next.half) = (collector, zone, day, half);
    next.items = room.items;
    next.litres = room.litres;
    next.price_fen = draft::total(&items);
    store::delete_items(tx, next.id).await?;
    write_items(app, tx, next.id, &items).await
}
