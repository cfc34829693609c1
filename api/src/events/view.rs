//! What is shown: organisations, events, stalls, the day; each to whom it concerns.

use chrono::{DateTime, Days, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::access::events;
use super::badge::{self, Badge, EventFigures};
use super::event::Recurrence;
use super::local::Local;
use super::model::{
    Booking, BookingStatus, Day, Gathering, MemberRole, Organisation, OrganisationState, State,
};
use super::organisation::OrganisationContact;
use super::plan::{Cell, CellKind};
use super::schedule::{Moved, Occurrence};
use super::store;
use super::swap::{Book, BookPlace, OperationResult, Reason};
use crate::app::App;
use crate::auth::Named;
use crate::district::Lang;
use crate::district::events::Activity;
use crate::shared::error::Result;
use crate::shared::geo::Point;
use crate::shared::hex::hex;
use crate::shared::id::{
    BookId, DeviceId, GatheringId, OperationId, OrganisationId, PhotoId, StallBookingId,
};
use crate::shared::money::Money;
use crate::shared::photos::{display_url, thumbnail_url};
use crate::shared::screening::Decision;

/// Next dates shown with an event.
const NEXT: usize = 12;

fn township(app: &App, code: &str, lang: Lang) -> Named {
    Named {
        id: code.to_owned(),
        name: app
            .pack
            .township(code)
            .map_or(code, |township| township.name.get(lang))
            .to_owned(),
    }
}

fn community(app: &App, code: Option<&str>, lang: Lang) -> Option<Named> {
    let (_, community) = app.pack.community(code?)?;
    Some(Named {
        id: community.code.clone(),
        name: community.name.get(lang).to_owned(),
    })
}

/// A school, community or market.
#[derive(Clone, Serialize, ToSchema)]
pub struct OrganisationView {
    pub id: OrganisationId,
    pub kind: Named,
    pub name: String,
    pub intro: String,
    pub township: Named,
    pub community: Option<Named>,
    pub state: OrganisationState,
    /// Over the whole time.
    pub figures: EventFigures,
    pub badge: Option<Badge>,
    /// The calendar feed, relative to the root.
    pub feed_url: String,
    /// Printable; there once the badge is met.
    pub certificate_url: Option<String>,
    /// For members, the applicant and the office only.
    pub own: Option<OwnOrganisation>,
    pub created_at: DateTime<Utc>,
}

/// What only those concerned see.
#[derive(Clone, Serialize, ToSchema)]
pub struct OwnOrganisation {
    /// The caller's; null for the office and the applicant.
    pub role: Option<MemberRole>,
    pub office: Named,
    pub contact: Option<OrganisationContact>,
    pub decision_note: Option<String>,
    pub moderation: Decision,
    pub version: i64,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Public,
    Member(MemberRole),
    Applicant,
    Office,
}

pub async fn organisation_view(
    app: &App,
    organisation: &Organisation,
    reader: Reader,
    lang: Lang,
) -> Result<OrganisationView> {
    let events = events(app)?;
    let kind = events.organisation(&organisation.kind);
    let all = store::sums_of(&app.db, organisation.id, "").await?;
    let badge = badge_of(app, organisation, lang).await?;
    let own = match reader {
        Reader::Public => None,
        _ => Some(OwnOrganisation {
            role: match reader {
                Reader::Member(role) => Some(role),
                _ => None,
            },
            office: Named {
                id: organisation.office.clone(),
                name: app
                    .pack
                    .office(&organisation.office)
                    .map_or(organisation.office.as_str(), |office| office.name.get(lang))
                    .to_owned(),
            },
            contact: matches!(
                reader,
                Reader::Member(MemberRole::Organiser) | Reader::Applicant | Reader::Office
            )
            .then(|| OrganisationContact {
                name: organisation.contact_name.clone(),
                phone: organisation.contact_phone.as_str().to_owned(),
                email: organisation.contact_email.clone(),
            }),
            decision_note: organisation.decision_note.clone(),
            moderation: organisation.moderation,
            version: organisation.version,
        }),
    };
    let met = badge.as_ref().is_some_and(|badge| badge.met) && organisation.is_public();
    let id = organisation.id;
    Ok(OrganisationView {
        id,
        kind: Named {
            id: organisation.kind.clone(),
            name: kind
                .map_or(organisation.kind.as_str(), |kind| kind.name.get(lang))
                .to_owned(),
        },
        name: organisation.name.clone(),
        intro: organisation.intro.clone(),
        township: township(app, &organisation.township, lang),
        community: community(app, organisation.community.as_deref(), lang),
        state: organisation.state,
        figures: EventFigures::of(&all),
        badge,
        feed_url: format!("/api/v1/events.ics?organisation={id}"),
        certificate_url: met.then(|| format!("/api/v1/organisations/{id}/certificate")),
        own,
        created_at: organisation.created_at,
    })
}

/// An organisation's badge over the pack's window.
pub async fn badge_of(app: &App, organisation: &Organisation, lang: Lang) -> Result<Option<Badge>> {
    let events = events(app)?;
    let from = app
        .pack
        .calendar()
        .local_date(app.clock.now() - events.window);
    let sums = store::sums_of(&app.db, organisation.id, &from.to_string()).await?;
    let helpers = store::members(&app.db, organisation.id).await?.len();
    let helpers = i64::try_from(helpers).unwrap_or(i64::MAX);
    Ok(badge::of(events, &organisation.kind, &sums, helpers, lang))
}

/// One time an event takes place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventDate {
    /// What bookings and counts know it by: the start it was planned for.
    pub occurrence: Local,
    pub starts: Local,
    pub ends: Local,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// It was planned for another time.
    pub moved: bool,
}

impl EventDate {
    pub fn of(app: &App, occurrence: &Occurrence) -> Self {
        let calendar = app.pack.calendar();
        Self {
            occurrence: occurrence.key,
            starts: occurrence.starts,
            ends: occurrence.ends,
            starts_at: occurrence.starts.utc(calendar),
            ends_at: occurrence.ends.utc(calendar),
            moved: occurrence.key != occurrence.starts,
        }
    }
}

/// A photo's addresses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPhoto {
    pub id: PhotoId,
    pub url: String,
    pub thumbnail_url: String,
}

/// The place of an event, which is public.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPlace {
    pub township: Named,
    pub community: Option<Named>,
    pub address: String,
    /// WGS-84.
    pub lng: f64,
    pub lat: f64,
    /// GCJ-02, for maps of that datum.
    pub gcj02: (f64, f64),
}

/// Kind of an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventKindView {
    pub id: String,
    pub name: String,
    pub icon: String,
    pub does: Vec<Activity>,
}

/// An event.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = OrganisedEvent)]
pub struct EventView {
    pub id: GatheringId,
    pub organisation: Named,
    pub kind: EventKindView,
    pub title: String,
    pub text: String,
    pub photo: Option<EventPhoto>,
    pub place: EventPlace,
    pub state: State,
    pub state_text: String,
    /// Why it was postponed or cancelled.
    pub note: Option<String>,
    /// The first start that was planned.
    pub starts: Local,
    pub minutes: i64,
    pub recurrence: Option<Recurrence>,
    pub moved: Vec<EventMoved>,
    /// The coming dates, at most 12; in a list, those of the time asked for.
    pub dates: Vec<EventDate>,
    pub has_stalls: bool,
    pub leftover_place: Option<String>,
    /// The page to share, relative to the root.
    pub url: String,
    pub poster_url: String,
    pub feed_url: String,
    /// The caller's role in the organisation.
    pub role: Option<MemberRole>,
    /// For members.
    pub version: Option<i64>,
    pub sequence: i64,
    pub updated_at: DateTime<Utc>,
}

/// A date that was moved.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EventMoved {
    pub from: Local,
    pub to: Local,
}

impl From<&Moved> for EventMoved {
    fn from(moved: &Moved) -> Self {
        Self {
            from: moved.from,
            to: moved.to,
        }
    }
}

pub fn kind_view(app: &App, id: &str, lang: Lang) -> EventKindView {
    let kind = app.pack.events().and_then(|events| events.event(id));
    EventKindView {
        id: id.to_owned(),
        name: kind.map_or(id, |kind| kind.name.get(lang)).to_owned(),
        icon: kind.map_or("", |kind| kind.icon.as_str()).to_owned(),
        does: kind.map_or_else(Vec::new, |kind| kind.does.clone()),
    }
}

/// The dates from today on.
pub fn next_dates(app: &App, event: &Gathering) -> Vec<EventDate> {
    let calendar = app.pack.calendar();
    let today = calendar.local_date(app.clock.now());
    let to = today.checked_add_days(Days::new(731)).unwrap_or(today);
    let mut next = event.occurrences(calendar, today, to);
    next.truncate(NEXT);
    next.iter().map(|date| EventDate::of(app, date)).collect()
}

pub fn event_view(
    app: &App,
    event: &Gathering,
    organisation: &Organisation,
    role: Option<MemberRole>,
    dates: Vec<EventDate>,
    lang: Lang,
) -> EventView {
    let schedule = &event.schedule;
    let point = Point::stored(event.lng, event.lat);
    let id = event.id;
    EventView {
        id,
        organisation: Named {
            id: organisation.id.to_string(),
            name: organisation.name.clone(),
        },
        kind: kind_view(app, &event.kind, lang),
        title: event.title.clone(),
        text: event.text.clone(),
        photo: event.photo_id.map(|id| EventPhoto {
            id,
            url: display_url(id),
            thumbnail_url: thumbnail_url(id),
        }),
        place: EventPlace {
            township: township(app, &event.township, lang),
            community: community(app, event.community.as_deref(), lang),
            address: event.address.clone(),
            lng: event.lng,
            lat: event.lat,
            gcj02: point.to_gcj02(),
        },
        state: event.state,
        state_text: event.state.name().get(lang).to_owned(),
        note: event.note.clone(),
        starts: event.starts,
        minutes: schedule.minutes,
        recurrence: (schedule.is_recurring() || !schedule.except.is_empty()).then(|| Recurrence {
            rule: schedule.rule.clone(),
            until: schedule.until,
            except: schedule.except.clone(),
            extra: schedule.extra.clone(),
            skip_holidays: schedule.skip_holidays,
        }),
        moved: schedule.moved.iter().map(EventMoved::from).collect(),
        dates,
        has_stalls: event.stall_plan.is_some(),
        leftover_place: event.leftover_place.clone(),
        url: format!("/events/{id}"),
        poster_url: format!("/api/v1/events/{id}/poster"),
        feed_url: format!("/api/v1/events.ics?event={id}"),
        role,
        version: role.map(|_| event.version),
        sequence: event.sequence,
        updated_at: event.updated_at,
    }
}

/// A stall on the plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StallView {
    pub label: String,
    pub stall_kind: String,
    pub row: u32,
    pub column: u32,
    pub free: bool,
    pub price_fen: Money,
}

/// A kind of stall with its price here.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StallKindView {
    pub id: String,
    pub name: String,
    pub price_fen: Money,
    pub free: usize,
    pub all: usize,
}

/// A rule a stallholder accepts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MarketRuleView {
    pub id: String,
    pub text: String,
    pub source: String,
}

/// The stalls of one date.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StallsView {
    pub date: EventDate,
    pub rows: u32,
    pub columns: u32,
    pub stalls: Vec<StallView>,
    /// Blocked cells and entrances.
    pub other_cells: Vec<Cell>,
    pub kinds: Vec<StallKindView>,
    pub rules_version: i64,
    pub rules: Vec<MarketRuleView>,
    pub stalls_per_person: u32,
}

pub async fn stalls_view(
    app: &App,
    event: &Gathering,
    occurrence: &Occurrence,
    lang: Lang,
) -> Result<Option<StallsView>> {
    let events = events(app)?;
    let Some(plan) = event.stall_plan.as_deref() else {
        return Ok(None);
    };
    let taken = store::taken_now(&app.db, event.id, occurrence.key, app.clock.now()).await?;
    let stalls: Vec<StallView> = plan
        .cells
        .iter()
        .filter(|cell| cell.is == CellKind::Stall)
        .filter_map(|cell| {
            let kind = cell.stall_kind.clone()?;
            Some(StallView {
                label: cell.label(),
                row: cell.row,
                column: cell.column,
                free: !taken.contains(&cell.label()),
                price_fen: plan.price(events, &kind),
                stall_kind: kind,
            })
        })
        .collect();
    let kinds = events
        .stalls
        .iter()
        .map(|kind| {
            let of = |stall: &&StallView| stall.stall_kind == kind.id;
            StallKindView {
                id: kind.id.clone(),
                name: kind.name.get(lang).to_owned(),
                price_fen: plan.price(events, &kind.id),
                free: stalls.iter().filter(of).filter(|stall| stall.free).count(),
                all: stalls.iter().filter(of).count(),
            }
        })
        .filter(|kind| kind.all > 0)
        .collect();
    Ok(Some(StallsView {
        date: EventDate::of(app, occurrence),
        rows: plan.rows,
        columns: plan.columns,
        other_cells: plan
            .cells
            .iter()
            .filter(|cell| cell.is != CellKind::Stall)
            .cloned()
            .collect(),
        stalls,
        kinds,
        rules_version: events.rules_version,
        rules: events
            .rules
            .iter()
            .map(|rule| MarketRuleView {
                id: rule.id.clone(),
                text: rule.text.get(lang).to_owned(),
                source: rule.source.get(lang).to_owned(),
            })
            .collect(),
        stalls_per_person: events.stalls_per_person,
    }))
}

/// A booked stall, for its holder and the organisers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StallBookingView {
    pub id: StallBookingId,
    pub event_id: GatheringId,
    pub event_title: String,
    pub date: Option<EventDate>,
    pub stall: Option<String>,
    pub stall_kind: String,
    pub status: BookingStatus,
    pub name: String,
    pub phone: String,
    pub goods: String,
    pub price_fen: Money,
    pub offered_until: Option<DateTime<Utc>>,
    pub checked_in_at: Option<DateTime<Utc>>,
    /// The QR code to show at the entrance.
    pub pass_url: String,
    pub created_at: DateTime<Utc>,
}

pub fn booking_view(app: &App, booking: &Booking, event: &Gathering) -> StallBookingView {
    let occurrence = event
        .schedule
        .find(event.starts, app.pack.calendar(), booking.occurrence);
    StallBookingView {
        id: booking.id,
        event_id: booking.event_id,
        event_title: event.title.clone(),
        date: occurrence.map(|occurrence| EventDate::of(app, &occurrence)),
        stall: booking.stall.clone(),
        stall_kind: booking.stall_kind.clone(),
        status: booking.status,
        name: booking.name.clone(),
        phone: booking.phone.as_str().to_owned(),
        goods: booking.goods.clone(),
        price_fen: booking.price_fen,
        offered_until: booking.offered_until,
        checked_in_at: booking.checked_in_at,
        pass_url: format!("/api/v1/stall-bookings/{}/pass", booking.id),
        created_at: booking.created_at,
    }
}

/// A book, for the members and their devices.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SwapBook {
    pub id: BookId,
    pub isbn: Option<String>,
    pub title: String,
    pub author: String,
    pub photo_url: Option<String>,
    pub condition: String,
    pub grams: i64,
    pub place: BookPlace,
    /// The class or card that took it, or where it was left.
    pub place_name: Option<String>,
    pub brought_by: Option<String>,
    pub reserved_for: Option<String>,
}

impl From<Book> for SwapBook {
    fn from(book: Book) -> Self {
        Self {
            id: book.id,
            isbn: book.isbn,
            title: book.title,
            author: book.author,
            photo_url: book.photo_id.map(thumbnail_url),
            condition: book.condition,
            grams: book.grams,
            place: book.place,
            place_name: book.place_name,
            brought_by: book.brought_by,
            reserved_for: book.reserved_for,
        }
    }
}

/// What was counted at one date, as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventCounts {
    pub date: EventDate,
    pub people: i64,
    pub books_in: i64,
    pub books_out: i64,
    pub things: i64,
    /// Books taken and things, together.
    pub kg: f64,
    /// Books that were left, over the whole event by place.
    pub leftovers: Vec<LeftBooks>,
    /// Books still on the desk or the shelf.
    pub at_hand: i64,
    pub withdrawn: i64,
    pub stalls_booked: usize,
    pub stalls_attended: usize,
    pub stalls_no_show: usize,
    pub closed_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeftBooks {
    pub place: String,
    pub books: i64,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "grams of an event stay far below 2^53"
)]
pub async fn counts(app: &App, event: &Gathering, occurrence: &Occurrence) -> Result<EventCounts> {
    let days = store::days(&app.db, event.id).await?;
    let day = days
        .into_iter()
        .find(|day| day.occurrence == occurrence.key)
        .unwrap_or(Day {
            occurrence: occurrence.key,
            people: 0,
            books_in: 0,
            books_out: 0,
            books_out_grams: 0,
            leftovers: 0,
            things: 0,
            things_grams: 0,
            closed_at: None,
        });
    let places = store::book_places(&app.db, event.id).await?;
    let at = |wanted: &[BookPlace]| {
        places
            .iter()
            .filter(|(place, ..)| wanted.contains(place))
            .map(|(.., count)| count)
            .sum()
    };
    let bookings = store::bookings_of_day(&app.db, event.id, occurrence.key).await?;
    let stalls = |status| bookings.iter().filter(|b| b.status == status).count();
    Ok(EventCounts {
        date: EventDate::of(app, occurrence),
        people: day.people,
        books_in: day.books_in,
        books_out: day.books_out,
        things: day.things,
        kg: (day.books_out_grams + day.things_grams) as f64 / 1000.0,
        leftovers: places
            .iter()
            .filter(|(place, ..)| *place == BookPlace::Leftover)
            .map(|(_, name, count)| LeftBooks {
                place: name.clone().unwrap_or_default(),
                books: *count,
            })
            .collect(),
        at_hand: at(&[BookPlace::Desk, BookPlace::Shelf]),
        withdrawn: at(&[BookPlace::Withdrawn]),
        stalls_booked: stalls(BookingStatus::Booked),
        stalls_attended: stalls(BookingStatus::Attended),
        stalls_no_show: stalls(BookingStatus::NoShow),
        closed_at: day.closed_at,
    })
}

/// A stallholder on the device of the entrance: enough to let them in, without a signal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayStall {
    pub booking: StallBookingId,
    pub stall: Option<String>,
    /// First character and `**`.
    pub name: String,
    pub status: BookingStatus,
    /// SHA-256 of what the QR code holds after its last slash, in hexadecimal: compared, never printed.
    pub pass_sha256: String,
}

impl From<&Booking> for DayStall {
    fn from(booking: &Booking) -> Self {
        let first: String = booking.name.chars().take(1).collect();
        Self {
            booking: booking.id,
            stall: booking.stall.clone(),
            name: format!("{first}**"),
            status: booking.status,
            pass_sha256: hex(&Sha256::digest(booking.pass.as_bytes())),
        }
    }
}

/// Credits of a class or card.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HolderBalance {
    /// `pool` is the other side of all others.
    pub holder: String,
    pub credits: i64,
}

/// An operation somebody should look at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotableOperation {
    pub id: OperationId,
    pub device: DeviceId,
    pub kind: String,
    pub book: Option<BookId>,
    pub result: OperationResult,
    pub reason: Option<Reason>,
    pub at: DateTime<Utc>,
}
