//! A hand-over as an iCalendar file (RFC 5545).

use chrono::{DateTime, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus, Property};
use wufei_moderation::mask_personal_data;

use super::model::{Ask, AskState, Listing};
use crate::app::App;
use crate::district::Lang;
use crate::message;

pub fn of(app: &App, listing: &Listing, ask: &Ask, at: DateTime<Utc>, lang: Lang) -> String {
    let title = &listing.title;
    let summary = message!("交接：{title}", "Hand-over: {title}", "전달: {title}");
    let url = format!("{}/market/asks/{}", app.public_url, ask.id);
    let status = match ask.state {
        AskState::Promised if ask.handover_accepted_at.is_none() => EventStatus::Tentative,
        AskState::Promised | AskState::Done => EventStatus::Confirmed,
        _ => EventStatus::Cancelled,
    };
    let place = mask_personal_data(ask.handover_place.as_deref().unwrap_or_default());
    let event = Event::new()
        .uid(&format!("ask-{}@{}", ask.id, app.pack.id))
        // A later file of the same hand-over replaces the earlier one in the calendar.
        .sequence(u32::try_from(ask.version).unwrap_or(0))
        .timestamp(ask.updated_at)
        .summary(summary.get(lang))
        .description(&url)
        .location(&place)
        .starts(at)
        .ends(at + TimeDelta::minutes(30))
        .status(status)
        .url(&url)
        .alarm(Alarm::display(summary.get(lang), -TimeDelta::hours(1)))
        .done();
    Calendar::new()
        .append_property(Property::new("PRODID", "-//Wufei//market//ZH").done())
        .push(event)
        .done()
        .to_string()
}
