//! A booking as its owner sees it; and the catalogue.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::day::Day;
use super::draft::{bill, place_line};
use super::model::{Booking, EventKind, Status};
use super::plan::Current;
use super::price::{Bill, unit_price};
use super::slots::Plan;
use super::store;
use crate::app::App;
use crate::auth::Named;
use crate::district::Lang;
use crate::district::pickups::{Collector, CollectorKind, Group, Half, Item, Party, Unit};
use crate::shared::code::Code;
use crate::shared::error::Result;
use crate::shared::id::PhotoId;
use crate::shared::money::Money;
use crate::shared::phone::Phone;
use crate::shared::photos::{display_url, thumbnail_url};

/// Who collects.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CollectorView {
    pub id: String,
    pub name: String,
    pub kind: CollectorKind,
    /// What a firm must hold.
    pub licence: Option<String>,
    pub clause: String,
}

impl CollectorView {
    pub fn of(collector: &Collector, lang: Lang) -> Self {
        Self {
            id: collector.id.clone(),
            name: collector.name.get(lang).to_owned(),
            kind: collector.kind,
            licence: collector
                .licence
                .as_ref()
                .map(|licence| licence.get(lang).to_owned()),
            clause: collector.clause.clone(),
        }
    }
}

/// What one costs with one collector, today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceView {
    pub collector: String,
    /// In fen; negative is paid to the resident.
    pub fen: Money,
    /// For each floor above the first, without a lift.
    pub floor_fen: Money,
}

/// An item of the catalogue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CatalogueItem {
    pub id: String,
    pub name: String,
    pub group: Group,
    pub icon: String,
    pub unit: Unit,
    pub unit_name: String,
    /// How to prepare it.
    pub prepare: String,
    /// The room one takes.
    pub litres: u32,
    pub per_booking: u32,
    pub per_household: u32,
    /// Who may book it.
    pub who: Vec<Party>,
    /// Ids of who collects it, the usual one first.
    pub collectors: Vec<String>,
    pub prices: Vec<PriceView>,
    /// One of the fourteen of the national list.
    pub statutory: bool,
    /// Every handover until treatment is weighed and signed.
    pub custody: bool,
    /// Handed over in person after inspection only.
    pub inspected: bool,
    pub clause: String,
}

/// What can be picked up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Catalogue {
    /// Prices, rounds and collectors are a proposal and not decided.
    pub provisional: bool,
    pub groups: Vec<Named>,
    pub items: Vec<CatalogueItem>,
    pub collectors: Vec<CollectorView>,
    /// How long a place is kept for the form, in seconds.
    pub hold_seconds: i64,
    /// How long a freed place is offered to who waits, in seconds.
    pub offer_seconds: i64,
    pub open_per_household: u32,
    /// The window of `per_household`, in days.
    pub household_window_days: i64,
}

pub fn catalogue(current: &Current<'_>, today: Day, lang: Lang) -> Catalogue {
    let pickups = current.plan.pickups;
    let item = |item: &Item| CatalogueItem {
        id: item.id.clone(),
        name: item.name.get(lang).to_owned(),
        group: item.group,
        icon: item.icon.clone(),
        unit: item.unit,
        unit_name: item.unit.name().get(lang).to_owned(),
        prepare: item.prepare.get(lang).to_owned(),
        litres: item.litres,
        per_booking: item.per_booking,
        per_household: item.per_household,
        who: item.who.clone(),
        collectors: item.collectors.clone(),
        prices: item
            .collectors
            .iter()
            .map(|collector| {
                let unit = unit_price(item, &current.prices, collector, today);
                PriceView {
                    collector: collector.clone(),
                    fen: unit.price,
                    floor_fen: unit.per_floor,
                }
            })
            .collect(),
        statutory: item.statutory,
        custody: item.custody,
        inspected: item.inspected,
        clause: item.clause.clone(),
    };
    Catalogue {
        provisional: pickups.provisional,
        groups: Group::ALL
            .into_iter()
            .map(|group| Named {
                id: group_id(group),
                name: group.name().get(lang).to_owned(),
            })
            .collect(),
        items: pickups.items.iter().map(item).collect(),
        collectors: pickups
            .collectors
            .iter()
            .map(|collector| CollectorView::of(collector, lang))
            .collect(),
        hold_seconds: pickups.hold.num_seconds(),
        offer_seconds: pickups.offer.num_seconds(),
        open_per_household: pickups.open_per_household,
        household_window_days: pickups.household_window.num_days(),
    }
}

/// A group's name in the API.
pub fn group_id(group: Group) -> String {
    match serde_json::to_value(group) {
        Ok(serde_json::Value::String(id)) => id,
        _ => String::new(),
    }
}

/// The half-day of a booking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlotView {
    pub id: String,
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    pub half: Half,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Until when it can be booked, changed and cancelled freely.
    pub cut_off_at: DateTime<Utc>,
    pub collector: Named,
    pub zone: Named,
}

/// One line of a booking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookedItemView {
    pub item: String,
    pub name: String,
    pub icon: String,
    pub unit_name: String,
    pub prepare: String,
    pub count: i64,
    /// What the crew took; null before it came.
    pub taken: Option<i64>,
    /// Added at the door.
    pub extra: bool,
    pub unit_fen: Money,
    pub floor_fen: Money,
    pub total_fen: Money,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PickupPlace)]
pub struct PlaceView {
    pub township: String,
    pub community: Option<String>,
    pub address: String,
    pub floor: i64,
    pub lift: bool,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    /// All of it in one line.
    pub text: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactView {
    pub name: String,
    pub phone: Phone,
    pub email: Option<String>,
}

/// A step of the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PickupEvent)]
pub struct EventView {
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub text: String,
    pub status: Status,
    pub note: Option<String>,
    pub price_fen: Money,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PickupPhoto {
    pub id: PhotoId,
    pub url: String,
    pub thumbnail_url: String,
    /// Taken by the crew.
    pub by_crew: bool,
}

/// What the owner may do now.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Allowed {
    pub confirm: bool,
    /// Half-day, items and place.
    pub change: bool,
    /// Note and contact.
    pub annotate: bool,
    pub cancel: bool,
    /// Cancelling asks for a reason.
    pub cancel_needs_reason: bool,
}

/// A booking as its owner, or the office, sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PickupView {
    pub r#ref: Code,
    pub status: Status,
    pub status_text: String,
    pub party: Party,
    pub slot: SlotView,
    pub items: Vec<BookedItemView>,
    pub price: Bill,
    pub place: PlaceView,
    pub contact: ContactView,
    pub note: String,
    pub photos: Vec<PickupPhoto>,
    /// Until when a place is kept or offered.
    pub held_until: Option<DateTime<Utc>>,
    /// The server's time, for countdowns.
    pub now: DateTime<Utc>,
    /// The place on the waiting list, from 1.
    pub position: Option<i64>,
    pub can: Allowed,
    pub weight_kg: Option<f64>,
    pub outcome_note: Option<String>,
    pub outcome_at: Option<DateTime<Utc>>,
    /// Visits for which nobody opened.
    pub missed: i64,
    /// Something in it is traced until treatment: see `/pickups/{ref}/custody`.
    pub custody: bool,
    pub history: Vec<EventView>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

pub fn slot_view(plan: &Plan<'_>, booking: &Booking, lang: Lang) -> SlotView {
    let pickups = plan.pickups;
    let (starts_at, ends_at) = plan.hours(booking.day, booking.half);
    SlotView {
        id: booking.key().to_string(),
        day: booking.day,
        half: booking.half,
        starts_at,
        ends_at,
        cut_off_at: plan.cut_off(booking.day),
        collector: named_collector(plan, &booking.collector, lang),
        zone: Named {
            name: pickups
                .zone(&booking.zone)
                .map_or(booking.zone.as_str(), |zone| zone.name.get(lang))
                .to_owned(),
            id: booking.zone.clone(),
        },
    }
}

pub fn named_collector(plan: &Plan<'_>, id: &str, lang: Lang) -> Named {
    Named {
        id: id.to_owned(),
        name: plan
            .pickups
            .collector(id)
            .map_or(id, |collector| collector.name.get(lang))
            .to_owned(),
    }
}

fn allowed(plan: &Plan<'_>, booking: &Booking, now: DateTime<Utc>) -> Allowed {
    let cut_off = plan.cut_off(booking.day);
    let (_, ends) = plan.hours(booking.day, booking.half);
    let cancels = |reason| {
        booking
            .clone()
            .cancelled(reason, cut_off, ends, now)
            .is_ok()
    };
    let open = matches!(
        booking.status,
        Status::Waiting | Status::Offered | Status::Held | Status::Booked
    );
    Allowed {
        confirm: booking.clone().confirmed(now).is_ok(),
        change: booking.changeable(cut_off, now).is_ok(),
        annotate: open && !booking.lapsed(now),
        cancel: cancels(Some("x")),
        cancel_needs_reason: cancels(Some("x")) && !cancels(None),
    }
}

/// A booking for its owner or the office.
pub async fn pickup_view(
    app: &App,
    plan: &Plan<'_>,
    booking: &Booking,
    lang: Lang,
) -> Result<PickupView> {
    let pickups = plan.pickups;
    let now = app.clock.now();
    let items = store::items(&app.db, booking.id).await?;
    let position = match booking.status {
        Status::Waiting => Some(store::position(&app.db, booking).await?),
        _ => None,
    };
    // A kept place whose time is over has expired, whether or not anybody has noticed.
    let status = if booking.lapsed(now) {
        Status::Expired
    } else {
        booking.status
    };
    let photos = store::photos(&app.db, booking.id).await?;
    let events = store::events(&app.db, booking.id).await?;
    Ok(PickupView {
        r#ref: booking.code.clone(),
        status,
        status_text: status.name().get(lang).to_owned(),
        party: booking.party,
        slot: slot_view(plan, booking, lang),
        custody: items
            .iter()
            .any(|line| pickups.item(&line.item).is_some_and(|item| item.custody)),
        price: bill(pickups, &items, lang),
        items: items
            .iter()
            .map(|line| {
                let item = pickups.item(&line.item);
                BookedItemView {
                    item: line.item.clone(),
                    name: item
                        .map_or(line.item.as_str(), |item| item.name.get(lang))
                        .to_owned(),
                    icon: item.map(|item| item.icon.clone()).unwrap_or_default(),
                    unit_name: item
                        .map(|item| item.unit.name().get(lang).to_owned())
                        .unwrap_or_default(),
                    prepare: item
                        .map(|item| item.prepare.get(lang).to_owned())
                        .unwrap_or_default(),
                    count: line.quantity,
                    taken: line.taken,
                    extra: line.extra,
                    unit_fen: line.unit_fen,
                    floor_fen: line.floor_fen,
                    total_fen: line.total(),
                }
            })
            .collect(),
        place: PlaceView {
            text: place_line(
                app,
                &booking.township,
                booking.community.as_deref(),
                &booking.address,
                lang,
            ),
            township: booking.township.clone(),
            community: booking.community.clone(),
            address: booking.address.clone(),
            floor: booking.floor,
            lift: booking.lift,
            lng: booking.lng,
            lat: booking.lat,
        },
        contact: ContactView {
            name: booking.name.clone(),
            phone: booking.phone.clone(),
            email: booking.email.clone(),
        },
        note: booking.note.clone(),
        photos: photos
            .into_iter()
            .map(|(id, by_crew)| PickupPhoto {
                id,
                url: display_url(id),
                thumbnail_url: thumbnail_url(id),
                by_crew,
            })
            .collect(),
        held_until: booking.held_until,
        now,
        position,
        can: allowed(plan, booking, now),
        weight_kg: booking.weight_g.map(kilograms),
        outcome_note: booking.outcome_note.clone(),
        outcome_at: booking.outcome_at,
        missed: booking.missed,
        history: events
            .into_iter()
            .map(|event| EventView {
                at: event.at,
                kind: event.kind,
                text: event.kind.name().get(lang).to_owned(),
                status: event.status,
                note: event.note,
                price_fen: event.price_fen,
            })
            .collect(),
        created_at: booking.created_at,
        updated_at: booking.updated_at,
        version: booking.version,
    })
}

/// Grams as kilograms, for reading.
#[expect(
    clippy::cast_precision_loss,
    reason = "a weight in grams is far below 2^52"
)]
pub fn kilograms(grams: i64) -> f64 {
    grams as f64 / 1000.0
}
