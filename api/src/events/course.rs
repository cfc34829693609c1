//! What happens to an event after it was published: postponed, cancelled, decided by the moderators.

use serde::Deserialize;
use utoipa::ToSchema;

use super::access;
use super::event::{Errors, NOTE, PublishedEvent, changed, on, public_line, settle, when};
use super::letters::{self, News};
use super::local::Local;
use super::model::{Gathering, State};
use super::schedule::{self, Moved};
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{GatheringId, OrganisationId};
use crate::shared::screening::{self, Decision, Outcome, Subject, SubjectKind};
use crate::shared::words::tidy;

/// Another date for an event, or for one date of a recurring one.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostponeEvent {
    /// Which date, as planned; the next one where absent.
    #[serde(default)]
    pub occurrence: Option<Local>,
    pub to: Local,
    /// Why, for everybody; at most 300 characters.
    #[serde(default)]
    pub note: String,
}

/// One action that tells everybody: the new date, a letter to each participant, the feeds.
pub async fn postpone(
    app: &App,
    mut event: Gathering,
    body: PostponeEvent,
    by: &Account,
) -> Result<PublishedEvent> {
    access::require(app, event.organisation_id, by.id, access::ORGANISERS).await?;
    on(&event)?;
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let occurrence = event.occurrence(calendar, body.occurrence, now)?;
    let mut errors = Errors::new();
    let note = public_line("note", &body.note, NOTE, &mut errors);
    let too_early = body.to.utc(calendar) <= now;
    if too_early || body.to == occurrence.starts {
        errors.push((
            "to".into(),
            message!(
                "新的时间要在以后。",
                "The new time must be another one, and ahead.",
                "새 시간은 지금 이후여야 합니다."
            ),
        ));
    }
    if event.schedule.moved.len() >= schedule::MAX_DATES {
        errors.push((
            "to".into(),
            message!(
                "改期次数太多。",
                "Postponed too often.",
                "연기 횟수가 너무 많습니다."
            ),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let schedule = &mut event.schedule.0;
    schedule.moved.retain(|moved| moved.from != occurrence.key);
    if body.to != occurrence.key {
        schedule.moved.push(Moved {
            from: occurrence.key,
            to: body.to,
        });
    }
    schedule.moved.sort_by_key(|moved| moved.from);
    if !event.schedule.is_recurring() {
        event.state = State::Postponed;
    }
    event.set_days();
    event.note = Some(note).filter(|note| !note.is_empty());
    event.sequence += 1;
    event.updated_at = now;
    let mut tx = app.db.begin().await?;
    if !store::save_event(&mut tx, &event).await? {
        return Err(changed());
    }
    let everybody = store::participants(&mut tx, event.id, Some(occurrence.key)).await?;
    let when = body.to.shown();
    letters::tell(app, &mut tx, &event, &when, News::Postponed, &everybody).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(event = %event.id, told = everybody.len(), "Event postponed");
    Ok(PublishedEvent {
        id: event.id,
        state: event.state,
        version: event.version + 1,
        moderation: None,
    })
}

/// An event, or one date of a recurring one, that does not take place.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelEvent {
    /// One date of a recurring event; the whole of it where absent.
    #[serde(default)]
    pub occurrence: Option<Local>,
    #[serde(default)]
    pub note: String,
}

pub async fn cancel(
    app: &App,
    mut event: Gathering,
    body: CancelEvent,
    by: &Account,
) -> Result<PublishedEvent> {
    access::require(app, event.organisation_id, by.id, access::ORGANISERS).await?;
    if matches!(event.state, State::Cancelled | State::Done) {
        on(&event)?;
    }
    if event.published_at.is_none() {
        return discard(app, event).await;
    }
    let mut errors = Errors::new();
    let note = public_line("note", &body.note, NOTE, &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let one = body.occurrence.filter(|_| event.schedule.is_recurring());
    let when = if let Some(key) = one {
        let occurrence = event.occurrence(calendar, Some(key), now)?;
        event.schedule.except.push(key);
        event.schedule.except.sort_unstable();
        event.schedule.extra.retain(|extra| *extra != key);
        event.schedule.moved.retain(|moved| moved.from != key);
        event.set_days();
        occurrence.starts.shown()
    } else {
        let when = when(app, &event, now);
        event.schedule.cancelled = true;
        // What is out of sight stays so: calling it off must not publish refused words.
        event.state = if event.state.is_on() {
            State::Cancelled
        } else {
            State::Refused
        };
        when
    };
    event.note = Some(note).filter(|note| !note.is_empty());
    event.sequence += 1;
    event.updated_at = now;
    let mut tx = app.db.begin().await?;
    let everybody = store::participants(&mut tx, event.id, one).await?;
    letters::tell(app, &mut tx, &event, &when, News::Cancelled, &everybody).await?;
    store::cancel_bookings(&mut tx, event.id, one, now).await?;
    if one.is_none() {
        screening::withdraw(app, &mut tx, Subject::new(SubjectKind::Event, event.id.0)).await?;
    }
    if !store::save_event(&mut tx, &event).await? {
        return Err(changed());
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(PublishedEvent {
        id: event.id,
        state: event.state,
        version: event.version + 1,
        moderation: None,
    })
}

/// A plan that was never published leaves nothing behind.
async fn discard(app: &App, event: Gathering) -> Result<PublishedEvent> {
    let mut tx = app.db.begin().await?;
    screening::withdraw(app, &mut tx, Subject::new(SubjectKind::Event, event.id.0)).await?;
    if !store::delete_event(&mut tx, event.id, event.version).await? {
        return Err(changed());
    }
    tx.commit().await?;
    Ok(PublishedEvent {
        id: event.id,
        state: State::Cancelled,
        version: event.version,
        moderation: None,
    })
}

/// Does what people decided about an organisation or an event.
pub async fn moderated(app: &App, tx: &mut Tx, subject: Subject, outcome: &Outcome) -> Result<()> {
    let decision = match outcome {
        Outcome::Publish { .. } => Decision::Publish,
        Outcome::Hold => Decision::Hold,
        Outcome::Refuse => Decision::Refuse,
    };
    let (title, text) = match outcome {
        Outcome::Publish { title, text } => (title.as_deref(), text.as_deref()),
        _ => (None, None),
    };
    let now = app.clock.now();
    match subject.kind {
        SubjectKind::Organisation => {
            let id = OrganisationId(subject.id);
            let Some(mut organisation) = store::organisation_in(tx, id).await? else {
                return Ok(());
            };
            organisation.moderation = decision;
            if let Some(title) = title {
                organisation.name = tidy(title);
            }
            if let Some(text) = text {
                organisation.intro = tidy(text);
            }
            organisation.updated_at = now;
            if !store::save_organisation(tx, &organisation, None).await? {
                return Err(changed());
            }
        }
        SubjectKind::Event => {
            let Some(mut event) = store::event_in(tx, GatheringId(subject.id)).await? else {
                return Ok(());
            };
            // Looked at again when it is published.
            if event.state == State::Draft {
                return Ok(());
            }
            if let Some(title) = title {
                event.title = tidy(title);
            }
            if let Some(text) = text {
                event.text = tidy(text);
            }
            settle(app, tx, &mut event, decision, now).await?;
            event.sequence += 1;
            event.updated_at = now;
            if !store::save_event(tx, &event).await? {
                return Err(changed());
            }
        }
        _ => {}
    }
    Ok(())
}
