//! What is told of listings and asks, and to whom.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wufei_moderation::mask_personal_data;

use super::model::{
    Ask, AskState, Kind, Listing, Mark, MarkKind, SellerState, State, Terms, TextState, Thumbs,
    alias,
};
use super::outcome::MAX_NOTE;
use super::reputation::{self, Reputation};
use super::{listing as acts, market, store};
use crate::app::App;
use crate::auth::Named;
use crate::district::Lang;
use crate::district::market::{Market, ReasonKind};
use crate::shared::error::Result;
use crate::shared::geo::Point;
use crate::shared::id::{AccountId, AskId, ListingId, MarkId, MessageId, PhotoId, SellerId};
use crate::shared::money::Money;
use crate::shared::photos;
use crate::shared::screening::{self, CaseState, Decision, RulingReason};

/// A photo of a listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingPhoto {
    pub id: PhotoId,
    pub url: String,
    pub thumbnail_url: String,
}

/// A merchant whose licence was checked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerifiedSeller {
    pub id: SellerId,
    pub name: String,
    pub verified: bool,
}

/// An estimate in grams of everything in the listing, from the category's.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct WeightEstimate {
    pub low_g: i64,
    pub typical_g: i64,
    pub high_g: i64,
}

/// A listing in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingCard {
    pub id: ListingId,
    pub kind: Kind,
    pub state: State,
    pub terms: Terms,
    /// 0 where it is free, null where it is swapped.
    pub price_fen: Option<Money>,
    pub category: Named,
    pub root: Named,
    pub icon: Option<String>,
    pub title: String,
    pub condition: Option<Named>,
    pub quantity: i64,
    pub township: Named,
    /// The point of its cell of about 500 m, the same for everything in it; null where no place was
    /// given.
    pub place: Option<Point>,
    /// From the point asked about to `place`, to 100 m.
    pub distance_m: Option<i64>,
    pub photo: Option<ListingPhoto>,
    pub photos: usize,
    pub seller: Option<VerifiedSeller>,
    pub published_at: Option<DateTime<Utc>>,
}

/// Somebody as others see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MarketPerson {
    /// The first character of the name.
    pub alias: String,
    pub reputation: Reputation,
}

/// A listing as everybody sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingView {
    #[serde(flatten)]
    pub card: ListingCard,
    pub text: String,
    pub community: Option<Named>,
    pub gallery: Vec<ListingPhoto>,
    pub weight: Option<WeightEstimate>,
    pub owner: MarketPerson,
    pub expires_at: Option<DateTime<Utc>>,
    /// The viewer made it.
    pub mine: bool,
    /// The viewer's own last ask about it.
    pub ask_id: Option<AskId>,
}

/// The last ruling about something, for its author.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastRuling {
    /// Of the rules.
    pub decision: Decision,
    pub reasons: Vec<RulingReason>,
    /// `/moderation/{id}`
    pub case_id: Option<crate::shared::id::CaseId>,
    /// Of the people, where they looked.
    pub case_state: Option<CaseState>,
}

/// A listing for its owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnListing {
    #[serde(flatten)]
    pub card: ListingCard,
    pub text: String,
    pub community: Option<Named>,
    pub gallery: Vec<ListingPhoto>,
    pub weight: Option<WeightEstimate>,
    /// The exact place, seen by the owner and whoever it is promised to.
    pub exact_place: Option<Point>,
    pub version: i64,
    pub expires_at: Option<DateTime<Utc>>,
    pub renewals_left: i64,
    /// Open asks that reached the owner.
    pub asks: i64,
    pub promised_ask: Option<AskId>,
    /// Null for a draft.
    pub moderation: Option<LastRuling>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

fn named(id: &str, name: Option<&str>) -> Named {
    Named {
        id: id.to_owned(),
        name: name.unwrap_or(id).to_owned(),
    }
}

fn photo(id: PhotoId) -> ListingPhoto {
    ListingPhoto {
        id,
        url: photos::display_url(id),
        thumbnail_url: photos::thumbnail_url(id),
    }
}

fn weight(market: &Market, listing: &Listing) -> Option<WeightEstimate> {
    let weight = market.leaf(&listing.category)?.0.weight?;
    let all = |grams: i64| grams.saturating_mul(listing.quantity);
    Some(WeightEstimate {
        low_g: all(weight.low),
        typical_g: all(weight.typical),
        high_g: all(weight.high),
    })
}

pub async fn verified(app: &App, account: AccountId) -> Result<Option<VerifiedSeller>> {
    let seller = store::seller_of(&app.db, account).await?;
    Ok(seller
        .filter(super::model::Seller::is_verified)
        .map(|seller| VerifiedSeller {
            id: seller.id,
            name: seller.name,
            verified: true,
        }))
}

pub async fn card(
    app: &App,
    listing: &Listing,
    near: Option<Point>,
    lang: Lang,
) -> Result<(ListingCard, Vec<ListingPhoto>)> {
    let market = market(app)?;
    let gallery: Vec<ListingPhoto> = store::photos_of(&app.db, listing.id)
        .await?
        .into_iter()
        .map(photo)
        .collect();
    let category = market.category(&listing.category);
    let root = market.category(&listing.root);
    let place = listing.public_place();
    let distance = near.zip(place).map(|(from, to)| from.distance_m(to));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no two points of the globe are 2^63 m apart"
    )]
    let distance_m = distance.map(|metres| (metres / 100.0).round() as i64 * 100);
    let card = ListingCard {
        id: listing.id,
        kind: listing.kind,
        state: listing.state,
        terms: listing.terms,
        price_fen: listing.price_fen,
        category: named(&listing.category, category.map(|c| c.name.get(lang))),
        root: named(&listing.root, root.map(|c| c.name.get(lang))),
        icon: root.and_then(|root| root.icon.clone()),
        title: listing.title.clone(),
        condition: listing.condition.as_deref().map(|id| {
            let known = market.condition(id);
            named(id, known.map(|condition| condition.name.get(lang)))
        }),
        quantity: listing.quantity,
        township: named(
            &listing.township,
            app.pack
                .township(&listing.township)
                .map(|township| township.name.get(lang)),
        ),
        place,
        distance_m,
        photo: gallery.first().cloned(),
        photos: gallery.len(),
        seller: verified(app, listing.account_id).await?,
        published_at: listing.published_at,
    };
    Ok((card, gallery))
}

pub async fn cards(
    app: &App,
    listings: &[Listing],
    near: Option<Point>,
    lang: Lang,
) -> Result<Vec<ListingCard>> {
    let mut cards = Vec::with_capacity(listings.len());
    for listing in listings {
        cards.push(card(app, listing, near, lang).await?.0);
    }
    Ok(cards)
}

fn community(app: &App, listing: &Listing, lang: Lang) -> Option<Named> {
    let code = listing.community.as_deref()?;
    let known = app.pack.community(code);
    Some(named(code, known.map(|(_, place)| place.name.get(lang))))
}

async fn person(app: &App, account: AccountId, lang: Lang) -> Result<MarketPerson> {
    let known = store::person(&app.db, account).await?;
    Ok(MarketPerson {
        alias: alias(known.as_ref().map_or("", |person| &person.name)),
        reputation: reputation::of(app, account, lang).await?,
    })
}

pub async fn listing_view(
    app: &App,
    listing: &Listing,
    viewer: Option<AccountId>,
    near: Option<Point>,
    lang: Lang,
) -> Result<ListingView> {
    let (card, gallery) = card(app, listing, near, lang).await?;
    Ok(ListingView {
        card,
        text: listing.text.clone(),
        community: community(app, listing, lang),
        gallery,
        weight: weight(market(app)?, listing),
        owner: person(app, listing.account_id, lang).await?,
        expires_at: listing.expires_at,
        mine: viewer == Some(listing.account_id),
        ask_id: match viewer {
            Some(viewer) => store::own_ask(&app.db, listing.id, viewer).await?,
            None => None,
        },
    })
}

pub async fn own_view(app: &App, listing: &Listing, lang: Lang) -> Result<OwnListing> {
    let market = market(app)?;
    let (card, gallery) = card(app, listing, None, lang).await?;
    let subject = acts::subject(listing.id);
    let moderation = screening::store::last_ruling(&app.db, subject).await?;
    Ok(OwnListing {
        card,
        text: listing.text.clone(),
        community: community(app, listing, lang),
        gallery,
        weight: weight(market, listing),
        exact_place: listing.place(),
        version: listing.version,
        expires_at: listing.expires_at,
        renewals_left: (market.renewals - listing.renewals).max(0),
        asks: store::count_asks(&app.db, listing.id).await?,
        promised_ask: listing.promised_ask,
        moderation: moderation
            .filter(|_| listing.state != State::Draft)
            .map(|last| LastRuling {
                decision: last.decision,
                reasons: last.reasons.iter().map(|r| r.view(lang)).collect(),
                case_id: last.case_id,
                case_state: last.case_state,
            }),
        created_at: listing.created_at,
        updated_at: listing.updated_at,
    })
}

/// On which side of an ask the viewer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskSide {
    Asker,
    Owner,
}

/// A message between the two. The other side's has numbers and addresses masked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskMessage {
    pub id: MessageId,
    pub mine: bool,
    /// Empty once erased.
    pub text: String,
    /// One's own may be held or refused; the other side's is always published.
    pub state: TextState,
    pub at: DateTime<Utc>,
    pub unread: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Handover {
    pub at: DateTime<Utc>,
    /// Null once erased.
    pub place_text: Option<String>,
    /// The viewer proposed it.
    pub mine: bool,
    pub accepted_at: Option<DateTime<Utc>>,
}

/// What one side said about the other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskMark {
    pub id: MarkId,
    pub kind: MarkKind,
    pub mine: bool,
    pub thumbs: Option<Thumbs>,
    pub reason: Option<Named>,
    /// Empty where there is none, and while the other side's waits for a moderator.
    pub text: String,
    pub text_state: TextState,
    pub reply: Option<String>,
    pub reply_state: Option<TextState>,
    pub at: DateTime<Utc>,
}

/// What the viewer can do now.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = AskCan)]
pub struct Can {
    pub write: bool,
    pub promise: bool,
    pub release: bool,
    pub propose: bool,
    pub accept: bool,
    pub done: bool,
    pub no_show: bool,
    pub rate: bool,
    pub reply: bool,
    pub withdraw: bool,
    pub returned: bool,
}

/// An ask in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskSummary {
    pub id: AskId,
    pub listing: ListingCard,
    pub side: AskSide,
    pub state: AskState,
    /// The other side's alias.
    pub other: String,
    pub unread: i64,
    pub handover_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An ask for one of its two sides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskView {
    pub id: AskId,
    pub listing: ListingCard,
    pub side: AskSide,
    pub state: AskState,
    pub other: MarketPerson,
    pub messages: Vec<AskMessage>,
    pub handover: Option<Handover>,
    /// The exact place, for whoever it is promised to.
    pub exact_place: Option<Point>,
    pub marks: Vec<AskMark>,
    pub can: Can,
    pub promised_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub returned_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub async fn ask_summary(
    app: &App,
    ask: &Ask,
    listing: &Listing,
    viewer: AccountId,
    lang: Lang,
) -> Result<AskSummary> {
    let other = store::person(&app.db, ask.other(viewer)).await?;
    Ok(AskSummary {
        id: ask.id,
        listing: card(app, listing, None, lang).await?.0,
        side: side(ask, viewer),
        state: ask.state,
        other: alias(other.as_ref().map_or("", |person| &person.name)),
        unread: store::unread(&app.db, ask.id, viewer, ask.read_at(viewer)).await?,
        handover_at: ask.handover_at,
        created_at: ask.created_at,
        updated_at: ask.updated_at,
    })
}

fn side(ask: &Ask, viewer: AccountId) -> AskSide {
    if viewer == ask.asker {
        AskSide::Asker
    } else {
        AskSide::Owner
    }
}

pub async fn ask_view(
    app: &App,
    ask: &Ask,
    listing: &Listing,
    viewer: AccountId,
    lang: Lang,
) -> Result<AskView> {
    let market = market(app)?;
    let now = app.clock.now();
    let read_at = ask.read_at(viewer);
    let messages = store::messages(&app.db, ask.id)
        .await?
        .into_iter()
        .filter(|message| {
            message.author == viewer
                || message.state == TextState::Published
                || (message.state == TextState::Erased && message.delivered_at.is_some())
        })
        .map(|message| {
            let mine = message.author == viewer;
            AskMessage {
                id: message.id,
                mine,
                text: for_reader(&message.text, mine),
                state: message.state,
                at: message.delivered_at.unwrap_or(message.at),
                unread: !mine && message.delivered_at.is_some_and(|at| at > read_at),
            }
        })
        .collect();
    let marks = store::marks(&app.db, ask.id).await?;
    let can = can(market, ask, listing, &marks, viewer, now);
    let side = side(ask, viewer);
    // What was lent is fetched and brought back to the same place.
    let told = ask.state == AskState::Promised
        || (ask.state == AskState::Done && listing.kind == Kind::Lend && ask.returned_at.is_none());
    Ok(AskView {
        id: ask.id,
        listing: card(app, listing, None, lang).await?.0,
        side,
        state: ask.state,
        other: person(app, ask.other(viewer), lang).await?,
        messages,
        handover: ask.handover_at.map(|at| Handover {
            at,
            place_text: ask
                .handover_place
                .as_deref()
                .map(|place| for_reader(place, ask.handover_by == Some(viewer))),
            mine: ask.handover_by == Some(viewer),
            accepted_at: ask.handover_accepted_at,
        }),
        exact_place: listing.place().filter(|_| side == AskSide::Owner || told),
        marks: marks
            .iter()
            .map(|mark| mark_view(market, mark, viewer, lang))
            .collect(),
        can,
        promised_at: ask.promised_at,
        done_at: ask.done_at,
        returned_at: ask.returned_at,
        created_at: ask.created_at,
        updated_at: ask.updated_at,
    })
}

/// One's own words as written, the other side's with personal data masked.
fn for_reader(text: &str, mine: bool) -> String {
    if mine {
        text.to_owned()
    } else {
        mask_personal_data(text)
    }
}

fn mark_view(market: &Market, mark: &Mark, viewer: AccountId, lang: Lang) -> AskMark {
    debug_assert!(mark.text.chars().count() <= MAX_NOTE);
    let mine = mark.made_by == viewer;
    let shown = |own: bool, state: TextState| own || state == TextState::Published;
    let reply = mark
        .reply
        .as_deref()
        .filter(|_| mark.reply_state.is_some_and(|state| shown(!mine, state)));
    AskMark {
        id: mark.id,
        kind: mark.kind,
        mine,
        thumbs: mark.thumbs,
        reason: mark.reason.as_deref().map(|id| {
            let known = market.reason(ReasonKind::NotDone, id);
            named(id, known.map(|reason| reason.name.get(lang)))
        }),
        text: if shown(mine, mark.text_state) {
            for_reader(&mark.text, mine)
        } else {
            String::new()
        },
        text_state: mark.text_state,
        reply: reply.map(|reply| for_reader(reply, !mine)),
        reply_state: mark.reply_state,
        at: mark.at,
    }
}

fn can(
    market: &Market,
    ask: &Ask,
    listing: &Listing,
    marks: &[Mark],
    viewer: AccountId,
    now: DateTime<Utc>,
) -> Can {
    let owner = viewer == ask.owner;
    let promised = ask.state == AskState::Promised;
    let said = |kind: MarkKind| {
        marks
            .iter()
            .any(|mark| mark.kind == kind && mark.made_by == viewer)
    };
    let late = ask
        .handover_at
        .filter(|_| ask.handover_accepted_at.is_some())
        .is_some_and(|at| now >= at && now <= at + market.no_show);
    Can {
        write: ask.state.is_open() || ask.state == AskState::Done,
        promise: owner && ask.state == AskState::Open && listing.state == State::Published,
        release: owner && promised,
        propose: promised,
        accept: promised
            && ask.handover_by.is_some_and(|by| by != viewer)
            && ask.handover_accepted_at.is_none(),
        done: promised && listing.state == State::Reserved,
        no_show: late
            && matches!(ask.state, AskState::Promised | AskState::NotDone)
            && !said(MarkKind::NoShow),
        rate: ask.state == AskState::Done && !said(MarkKind::Rating),
        reply: marks
            .iter()
            .any(|mark| mark.about == viewer && mark.reply_id.is_none()),
        withdraw: !owner && ask.state.is_open(),
        returned: owner
            && listing.kind == Kind::Lend
            && ask.state == AskState::Done
            && ask.returned_at.is_none(),
    }
}

/// A merchant for itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnSeller {
    pub id: SellerId,
    pub name: String,
    pub intro: String,
    pub licence_number: String,
    pub licence_photo: PhotoId,
    pub township: Named,
    /// Of the licence.
    pub state: SellerState,
    /// Of name and introduction.
    pub shown: TextState,
    /// Why the office decided so.
    pub reason: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub moderation: Option<LastRuling>,
}

pub async fn own_seller(app: &App, seller: &super::model::Seller, lang: Lang) -> Result<OwnSeller> {
    let subject = screening::Subject::new(screening::SubjectKind::Seller, seller.id.0);
    let last = screening::store::last_ruling(&app.db, subject).await?;
    Ok(OwnSeller {
        id: seller.id,
        name: seller.name.clone(),
        intro: seller.intro.clone(),
        licence_number: seller.licence_number.clone(),
        licence_photo: seller.licence_photo,
        township: named(
            &seller.township,
            app.pack
                .township(&seller.township)
                .map(|township| township.name.get(lang)),
        ),
        state: seller.state,
        shown: seller.shown,
        reason: seller.reason.clone(),
        decided_at: seller.decided_at,
        moderation: last.map(|last| LastRuling {
            decision: last.decision,
            reasons: last.reasons.iter().map(|r| r.view(lang)).collect(),
            case_id: last.case_id,
            case_state: last.case_state,
        }),
    })
}
