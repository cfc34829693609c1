//! A booking as an iCalendar file (RFC 5545), for the resident's own calendar.

use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus, Property};

use super::draft::place_line;
use super::letters::price;
use super::model::{BookedItem, Booking, Status};
use super::slots::Plan;
use crate::app::App;
use crate::district::Lang;
use crate::message;

pub fn of(
    app: &App,
    plan: &Plan<'_>,
    booking: &Booking,
    items: &[BookedItem],
    lang: Lang,
) -> String {
    let (starts, ends) = plan.hours(booking.day, booking.half);
    let code = booking.code.grouped();
    let list: Vec<String> = items
        .iter()
        .map(|line| {
            let item = plan.pickups.item(&line.item);
            let name = item.map_or(line.item.as_str(), |item| item.name.get(lang));
            let how = item.map_or("", |item| item.prepare.get(lang));
            format!("{name} × {}：{how}", line.quantity)
        })
        .collect();
    let cost = price(booking.price_fen);
    let url = format!("{}/pickups/{}", app.public_url, booking.code);
    let description = format!("{}\n{}\n{url}", list.join("\n"), cost.get(lang));
    let title = message!("上门收运 {code}", "Pickup {code}", "방문 수거 {code}");
    let status = match booking.status {
        Status::Cancelled | Status::Expired => EventStatus::Cancelled,
        Status::Waiting | Status::Held | Status::Offered => EventStatus::Tentative,
        _ => EventStatus::Confirmed,
    };
    let place = place_line(
        app,
        &booking.township,
        booking.community.as_deref(),
        &booking.address,
        lang,
    );
    let event = Event::new()
        .uid(&format!("pickup-{}@{}", booking.code, app.pack.id))
        // A later file of the same booking replaces the earlier one in the calendar.
        .sequence(u32::try_from(booking.version).unwrap_or(0))
        .timestamp(booking.updated_at)
        .summary(title.get(lang))
        .description(&description)
        .location(&place)
        .starts(starts)
        .ends(ends)
        .status(status)
        .url(&url)
        .alarm(Alarm::display(title.get(lang), -chrono::TimeDelta::hours(15)))
        .done();
    Calendar::new()
        .append_property(Property::new("PRODID", "-//Wufei//pickups//ZH").done())
        .push(event)
        .done()
        .to_string()
}
