//! Calendar feeds, and what a shared link shows.

use super::ics::{Entry, Feed};
use super::model::{Gathering, Organisation, State};
use super::store;
use super::view::kind_view;
use crate::app::App;
use crate::district::Lang;

use crate::shared::error::Result;
use crate::shared::id::GatheringId;

/// Most events in one feed.
pub const MAX_EVENTS: i64 = 1_000;

/// A feed of events with their organisations' names.
pub async fn feed(app: &App, name: String, events: &[Gathering], lang: Lang) -> Result<String> {
    let Some(pack) = app.pack.events() else {
        return Ok(String::new());
    };
    let mut entries = Vec::with_capacity(events.len());
    let mut known: Vec<Organisation> = Vec::new();
    for event in events {
        if !known.iter().any(|o| o.id == event.organisation_id)
            && let Some(organisation) = store::organisation(&app.db, event.organisation_id).await?
        {
            known.push(organisation);
        }
        let organiser = known
            .iter()
            .find(|o| o.id == event.organisation_id)
            .map_or_else(String::new, |o| o.name.clone());
        entries.push(Entry {
            uid: format!("event-{}@{}", event.id, app.pack.id),
            sequence: event.sequence,
            updated_at: event.updated_at,
            starts: event.starts,
            schedule: &event.schedule,
            title: event.title.clone(),
            text: event.text.clone(),
            place: super::place_line(
                app,
                &event.township,
                event.community.as_deref(),
                &event.address,
                lang,
            ),
            lng: event.lng,
            lat: event.lat,
            url: format!("{}/events/{}", app.public_url, event.id),
            organiser,
            category: kind_view(app, &event.kind, lang).name,
            cancelled: event.state == State::Cancelled,
        });
    }
    Ok(Feed {
        name,
        zone: &pack.timezone,
        calendar: app.pack.calendar(),
    }
    .write(&entries))
}

/// What a messenger shows of a shared event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPreview {
    pub title: String,
    pub description: String,
    /// Relative to the root.
    pub image: Option<String>,
    pub url: String,
}

/// For the share page; none for what is not public.
pub async fn preview(app: &App, id: GatheringId) -> Result<Option<EventPreview>> {
    let Some(event) = store::event(&app.db, id).await? else {
        return Ok(None);
    };
    let organisation = store::organisation(&app.db, event.organisation_id).await?;
    if !event.state.is_public() || !organisation.is_some_and(|o| o.is_public()) {
        return Ok(None);
    }
    let when = event
        .occurrence(app.pack.calendar(), None, app.clock.now())
        .map_or_else(|_| event.starts.shown(), |next| next.starts.shown());
    let text: String = event.text.chars().take(120).collect();
    Ok(Some(EventPreview {
        description: format!("{when} {} {text}", event.address).trim().to_owned(),
        image: event.photo_id.map(crate::shared::photos::display_url),
        url: format!("/events/{}", event.id),
        title: event.title,
    }))
}
