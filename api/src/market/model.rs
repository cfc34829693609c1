//! Listings, asks and what hangs on them, as they are kept.

use chrono::{DateTime, TimeDelta, Utc};

use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::Point;
use crate::shared::id::{
    AccountId, AskId, BlockId, ListingId, MarkId, MessageId, PhotoId, SearchId, SellerId,
};
use crate::shared::money::Money;
use crate::shared::screening::Decision;
use crate::text_enum;

text_enum! {
    #[schema(as = ListingKind)]
    Kind {
        Offer = "offer",
        Wanted = "wanted",
        /// Comes back to its owner.
        Lend = "lend",
    }
}

text_enum! {
    #[schema(as = ListingTerms)]
    Terms {
        Free = "free",
        Swap = "swap",
        Price = "price",
    }
}

text_enum! {
    #[schema(as = ListingState)]
    State {
        /// Seen by its owner only; not screened yet.
        Draft = "draft",
        /// Waits for a moderator.
        Held = "held",
        /// Its owner may change it, which submits it again.
        Refused = "refused",
        Published = "published",
        /// Promised to somebody, or lent and not back yet.
        Reserved = "reserved",
        Done = "done",
        Expired = "expired",
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// Everybody may look at it.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Reserved | Self::Done)
    }

    /// Counts against what one account may have open.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Held | Self::Published | Self::Reserved)
    }
}

text_enum! {
    #[schema(as = AskState)]
    AskState {
        Open = "open",
        Promised = "promised",
        Done = "done",
        /// The hand-over did not happen.
        NotDone = "not_done",
        /// The asker took it back.
        Withdrawn = "withdrawn",
        /// The thing went to somebody else, or is no longer there, or one blocked the other.
        Closed = "closed",
    }
}

impl AskState {
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Promised)
    }
}

text_enum! {
    /// Whether a text between the two is read by the other.
    #[schema(as = AskTextState)]
    TextState {
        Published = "published",
        Held = "held",
        Refused = "refused",
        Erased = "erased",
    }
}

impl From<Decision> for TextState {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Publish => Self::Published,
            Decision::Hold => Self::Held,
            Decision::Refuse => Self::Refused,
        }
    }
}

text_enum! {
    #[schema(as = SellerState)]
    SellerState {
        Pending = "pending",
        Approved = "approved",
        Refused = "refused",
        Revoked = "revoked",
    }
}

text_enum! {
    Thumbs {
        Up = "up",
        Down = "down",
    }
}

text_enum! {
    #[schema(as = MarketMarkKind)]
    MarkKind {
        NoShow = "no_show",
        Rating = "rating",
    }
}

/// Something offered, wanted or lent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listing {
    pub id: ListingId,
    pub account_id: AccountId,
    pub state: State,
    pub kind: Kind,
    pub terms: Terms,
    pub price_fen: Option<Money>,
    pub root: String,
    pub category: String,
    pub title: String,
    pub text: String,
    pub condition: Option<String>,
    pub quantity: i64,
    pub township: String,
    pub community: Option<String>,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    pub public_lng: Option<f64>,
    pub public_lat: Option<f64>,
    pub lang: String,
    pub promised_ask: Option<AskId>,
    pub published_at: Option<DateTime<Utc>>,
    pub sort_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub warned_at: Option<DateTime<Utc>>,
    pub renew_hash: Option<Vec<u8>>,
    pub renewals: i64,
    pub ended_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// How long an expiring listing stays when a promise for it comes to nothing.
const SECOND_CHANCE: TimeDelta = TimeDelta::days(7);

impl Listing {
    pub fn place(&self) -> Option<Point> {
        Some(Point::stored(self.lng?, self.lat?))
    }

    pub fn public_place(&self) -> Option<Point> {
        Some(Point::stored(self.public_lng?, self.public_lat?))
    }

    /// What screening decided about it.
    pub fn screened(&mut self, decision: Decision, expiry: TimeDelta, now: DateTime<Utc>) {
        match decision {
            Decision::Publish => self.show(expiry, now),
            Decision::Hold => self.state = State::Held,
            Decision::Refuse => self.state = State::Refused,
        }
    }

    /// Puts it where everybody sees it.
    pub fn show(&mut self, expiry: TimeDelta, now: DateTime<Utc>) {
        self.state = if self.promised_ask.is_some() {
            State::Reserved
        } else {
            State::Published
        };
        if self.published_at.is_none() {
            self.published_at = Some(now);
            self.sort_at = now;
        }
        if self.expires_at.is_none_or(|at| at <= now) {
            self.expires_at = Some(now + expiry);
        }
    }

    /// # Errors
    /// 409 unless it is there for the taking.
    pub fn promise(&mut self, ask: AskId) -> Result<()> {
        match self.state {
            State::Published => {
                self.state = State::Reserved;
                self.promised_ask = Some(ask);
                Ok(())
            }
            State::Reserved => Err(Error::Conflict(message!(
                "已经答应给别人了。要换人，请先取消原来的约定。",
                "It is promised to somebody already: release that promise first.",
                "이미 다른 분께 약속되었습니다. 먼저 약속을 취소해 주세요."
            ))),
            _ => Err(not_open()),
        }
    }

    /// The promise came to nothing: it is there for others again.
    pub fn reopen(&mut self, now: DateTime<Utc>) {
        self.promised_ask = None;
        if self.state == State::Reserved {
            self.state = State::Published;
            if self.expires_at.is_none_or(|at| at <= now) {
                self.expires_at = Some(now + SECOND_CHANCE);
            }
        }
    }

    pub fn end(&mut self, state: State, now: DateTime<Utc>) {
        self.state = state;
        self.promised_ask = None;
        self.renew_hash = None;
        self.ended_at = Some(now);
    }
}

pub fn not_open() -> Error {
    Error::Conflict(message!(
        "这个信息现在不能这样操作，请刷新。",
        "The listing does not allow this now: reload it.",
        "지금은 할 수 없습니다. 새로고침해 주세요."
    ))
}

/// Somebody's question about a listing, and what comes of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ask {
    pub id: AskId,
    pub listing_id: ListingId,
    pub asker: AccountId,
    pub owner: AccountId,
    pub state: AskState,
    pub delivered: bool,
    pub lang: String,
    pub handover_at: Option<DateTime<Utc>>,
    pub handover_place: Option<String>,
    pub handover_by: Option<AccountId>,
    pub handover_accepted_at: Option<DateTime<Utc>>,
    pub asker_read_at: DateTime<Utc>,
    pub owner_read_at: DateTime<Utc>,
    pub promised_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub returned_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub erased_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Ask {
    pub fn other(&self, than: AccountId) -> AccountId {
        if than == self.asker {
            self.owner
        } else {
            self.asker
        }
    }

    pub fn is_of(&self, account: AccountId) -> bool {
        account == self.asker || account == self.owner
    }

    pub fn read_at(&self, by: AccountId) -> DateTime<Utc> {
        if by == self.asker {
            self.asker_read_at
        } else {
            self.owner_read_at
        }
    }

    /// Back to a question among others; what was agreed on is void.
    pub fn release(&mut self) {
        self.state = AskState::Open;
        self.promised_at = None;
        self.forget_handover();
    }

    pub fn forget_handover(&mut self) {
        self.handover_at = None;
        self.handover_place = None;
        self.handover_by = None;
        self.handover_accepted_at = None;
    }

    pub fn end(&mut self, state: AskState, now: DateTime<Utc>) {
        self.state = state;
        self.ended_at = Some(now);
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    pub id: MessageId,
    pub ask_id: AskId,
    pub author: AccountId,
    pub text: String,
    pub state: TextState,
    pub at: DateTime<Utc>,
    pub delivered_at: Option<DateTime<Utc>>,
}

/// What one side says about the other afterwards.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Mark {
    pub id: MarkId,
    pub ask_id: AskId,
    pub kind: MarkKind,
    pub made_by: AccountId,
    pub about: AccountId,
    pub thumbs: Option<Thumbs>,
    pub reason: Option<String>,
    pub counts: bool,
    pub text: String,
    pub text_state: TextState,
    pub reply_id: Option<MarkId>,
    pub reply: Option<String>,
    pub reply_state: Option<TextState>,
    pub at: DateTime<Utc>,
}

/// A professional merchant.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Seller {
    pub id: SellerId,
    pub account_id: AccountId,
    pub name: String,
    pub intro: String,
    pub licence_number: String,
    pub licence_photo: PhotoId,
    pub township: String,
    pub lang: String,
    pub state: SellerState,
    pub shown: TextState,
    pub reason: String,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Seller {
    /// The licence was checked and the words may be shown.
    pub fn is_verified(&self) -> bool {
        self.state == SellerState::Approved && self.shown == TextState::Published
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Block {
    pub id: BlockId,
    pub blocked: AccountId,
    pub reason: String,
    pub note: String,
    pub at: DateTime<Utc>,
    /// Of who is blocked.
    pub name: String,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SavedSearch {
    pub id: SearchId,
    pub account_id: AccountId,
    pub kind: Option<Kind>,
    pub terms: Option<Terms>,
    pub category: Option<String>,
    pub township: Option<String>,
    pub q: Option<String>,
    pub price_max_fen: Option<Money>,
    pub lang: String,
    pub seen_at: DateTime<Utc>,
    pub told_until: DateTime<Utc>,
    pub told_day: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A person as others see them: the first character of the name.
pub fn alias(name: &str) -> String {
    let first = name.trim().chars().next();
    first.map_or_else(|| "**".to_owned(), |first| format!("{first}**"))
}
