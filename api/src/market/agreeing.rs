//! Two people agree: ask, promise to one at a time, a time to hand over, done.
//!
//! Whoever changes an ask holds its listing's row, so that a thing is never promised twice.

use chrono::{DateTime, TimeDelta, Utc};
use wufei_moderation::{Submission, SubmissionKind};

use super::draft::text_of;
use super::letters::{self, News};
use super::listing::{close_asks, no_listing};
use super::model::{Ask, AskState, Kind, Listing, Message, State, TextState, not_open};
use super::store::{self, NewHandover};
use super::{market, model};
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, AskId, ListingId, MessageId};
use crate::shared::screening::{self, Ruling, Subject, SubjectKind, Submitted};

pub const MAX_MESSAGE: usize = 500;
const MAX_PLACE: usize = 200;
/// Of one ask: nobody needs more to hand over a chair.
const MAX_MESSAGES: i64 = 500;
const LATEST_HANDOVER: TimeDelta = TimeDelta::days(60);

fn no_ask() -> Error {
    Error::NotFound(message!(
        "没有这次询问。",
        "There is no such ask.",
        "이 문의가 없습니다."
    ))
}

fn not_now() -> Error {
    Error::Conflict(message!(
        "现在不能这样做，请刷新看看最新状态。",
        "This is not possible now: reload to see where it stands.",
        "지금은 할 수 없습니다. 새로고침해 상태를 확인해 주세요."
    ))
}

fn apart() -> Error {
    Error::Forbidden(message!(
        "你们之间已拉黑，不能再联系。",
        "One of you has blocked the other.",
        "차단된 상대와는 연락할 수 없습니다."
    ))
}

/// Reads an ask for one of its two sides.
///
/// # Errors
/// 404 for anybody else, and for the owner while no word of it was delivered.
pub async fn of_side(app: &App, id: AskId, who: AccountId) -> Result<Ask> {
    store::ask(&app.db, id)
        .await?
        .filter(|ask| sees(ask, who))
        .ok_or_else(no_ask)
}

fn sees(ask: &Ask, who: AccountId) -> bool {
    who == ask.asker || (who == ask.owner && ask.delivered)
}

/// Holds an ask and its listing for one of the two sides.
///
/// Reads within the transaction only: waiting for a second connection while many hold a first one
/// would make them all wait.
pub async fn hold(tx: &mut Tx, id: AskId, who: AccountId) -> Result<(Listing, Ask)> {
    let known = store::ask_in(tx, id)
        .await?
        .filter(|ask| sees(ask, who))
        .ok_or_else(no_ask)?;
    let listing = store::lock_listing(tx, known.listing_id)
        .await?
        .ok_or_else(no_listing)?;
    let ask = store::ask_in(tx, id).await?.ok_or_else(no_ask)?;
    Ok((listing, ask))
}

/// Asks about a listing.
pub async fn ask(
    app: &App,
    tx: &mut Tx,
    asker: &Account,
    id: ListingId,
    text: &str,
    lang: Lang,
) -> Result<(Ask, Message, Ruling)> {
    let now = app.clock.now();
    let text = text_of("text", text, MAX_MESSAGE)?;
    let listing = store::lock_listing(tx, id)
        .await?
        .filter(|listing| listing.state.is_public())
        .ok_or_else(no_listing)?;
    if listing.account_id == asker.id {
        return Err(Error::Conflict(message!(
            "这是您自己的信息。",
            "This is your own listing.",
            "본인의 글입니다."
        )));
    }
    // A block hides the listing, and does not say so.
    if store::are_apart(tx, asker.id, listing.account_id).await? {
        return Err(no_listing());
    }
    if listing.state == State::Done {
        return Err(not_open());
    }
    let mut ask = Ask {
        id: AskId(app.random.uuid(now)),
        listing_id: id,
        asker: asker.id,
        owner: listing.account_id,
        state: AskState::Open,
        delivered: false,
        lang: lang.tag().to_owned(),
        handover_at: None,
        handover_place: None,
        handover_by: None,
        handover_accepted_at: None,
        asker_read_at: now,
        // Never yet: the first message is unread even if it arrives the same instant.
        owner_read_at: DateTime::UNIX_EPOCH,
        promised_at: None,
        done_at: None,
        returned_at: None,
        ended_at: None,
        erased_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if !store::insert_ask(tx, &ask).await? {
        return Err(Error::Conflict(message!(
            "您已经问过，请在原来的对话里继续。",
            "You have asked already: go on in that conversation.",
            "이미 문의하셨습니다. 기존 대화에서 이어 가세요."
        )));
    }
    let (message, ruling) = write(app, tx, &listing, &mut ask, asker.id, text, lang).await?;
    Ok((ask, message, ruling))
}

/// Writes to the other side.
pub async fn say(
    app: &App,
    tx: &mut Tx,
    by: &Account,
    id: AskId,
    text: &str,
    lang: Lang,
) -> Result<(Message, Ruling)> {
    let text = text_of("text", text, MAX_MESSAGE)?;
    let (listing, mut ask) = hold(tx, id, by.id).await?;
    if !ask.state.is_open() && ask.state != AskState::Done {
        return Err(not_now());
    }
    if store::are_apart(tx, ask.asker, ask.owner).await? {
        return Err(apart());
    }
    if store::count_messages(tx, id).await? >= MAX_MESSAGES {
        return Err(Error::Conflict(message!(
            "这次对话的留言太多了。",
            "There are too many messages here.",
            "메시지가 너무 많습니다."
        )));
    }
    write(app, tx, &listing, &mut ask, by.id, text, lang).await
}

async fn write(
    app: &App,
    tx: &mut Tx,
    listing: &Listing,
    ask: &mut Ask,
    author: AccountId,
    text: String,
    lang: Lang,
) -> Result<(Message, Ruling)> {
    let now = app.clock.now();
    let mut message = Message {
        id: MessageId(app.random.uuid(now)),
        ask_id: ask.id,
        author,
        text,
        state: TextState::Held,
        at: now,
        delivered_at: None,
    };
    let ruling = screen(app, tx, message.id.0, author, &message.text, lang).await?;
    let state = TextState::from(ruling.decision);
    if state != TextState::Published {
        message.state = state;
    }
    store::insert_message(tx, &message).await?;
    if state == TextState::Published {
        deliver(app, tx, listing, ask, &mut message).await?;
    }
    Ok((message, ruling))
}

/// Screens words between the two.
pub async fn screen(
    app: &App,
    tx: &mut Tx,
    id: uuid::Uuid,
    author: AccountId,
    text: &str,
    lang: Lang,
) -> Result<Ruling> {
    screening::submit(
        app,
        tx,
        Submitted {
            subject: Subject::new(SubjectKind::Message, id),
            author: Some(author),
            title: "",
            text,
            price: None,
            photos: &[],
            // People of one township writing to each other are no flood.
            place: None,
            lang,
        },
    )
    .await
}

/// Puts a message where the other side reads it. A letter tells of it, unless one has told of others
/// that are still unread.
pub async fn deliver(
    app: &App,
    tx: &mut Tx,
    listing: &Listing,
    ask: &mut Ask,
    message: &mut Message,
) -> Result<()> {
    let now = app.clock.now();
    let first = message.delivered_at.is_none();
    message.state = TextState::Published;
    message.delivered_at.get_or_insert(now);
    let other = ask.other(message.author);
    let waiting = store::unread_in(tx, ask.id, other, ask.read_at(other)).await?;
    store::save_message(tx, message).await?;
    let news = if ask.delivered {
        News::Wrote
    } else {
        News::Asked
    };
    ask.delivered = true;
    store::save_ask(tx, ask, now).await?;
    if first && (news == News::Asked || waiting == 0) {
        tell(app, tx, listing, ask, other, news).await?;
    }
    Ok(())
}

/// A letter to one of the two, in the language they wrote in.
pub async fn tell(
    app: &App,
    tx: &mut Tx,
    listing: &Listing,
    ask: &Ask,
    to: AccountId,
    news: News,
) -> Result<()> {
    let lang = if to == ask.asker {
        &ask.lang
    } else {
        &listing.lang
    };
    letters::tell(app, tx, to, lang, listing, Some(ask.id), news).await
}

async fn save(app: &App, tx: &mut Tx, listing: &Listing, ask: &Ask) -> Result<()> {
    let now = app.clock.now();
    store::save_listing(tx, listing, now).await?;
    store::save_ask(tx, ask, now).await?;
    Ok(())
}

fn only_owner(ask: &Ask, who: &Account) -> Result<()> {
    if ask.owner == who.id {
        return Ok(());
    }
    Err(Error::Forbidden(message!(
        "只有发布人能这样做。",
        "Only who made the listing may do this.",
        "글을 올린 사람만 할 수 있습니다."
    )))
}

/// Promises the thing to whoever asked: to one person at a time.
pub async fn promise(app: &App, tx: &mut Tx, by: &Account, id: AskId) -> Result<Ask> {
    let (mut listing, mut ask) = hold(tx, id, by.id).await?;
    only_owner(&ask, by)?;
    if ask.state == AskState::Promised {
        return Ok(ask);
    }
    if ask.state != AskState::Open {
        return Err(not_now());
    }
    if store::are_apart(tx, ask.asker, ask.owner).await? {
        return Err(apart());
    }
    listing.promise(ask.id)?;
    ask.state = AskState::Promised;
    ask.promised_at = Some(app.clock.now());
    save(app, tx, &listing, &ask).await?;
    tell(app, tx, &listing, &ask, ask.asker, News::Promised).await?;
    Ok(ask)
}

/// Takes a promise back: others may have it.
pub async fn release(app: &App, tx: &mut Tx, by: &Account, id: AskId) -> Result<Ask> {
    let (mut listing, mut ask) = hold(tx, id, by.id).await?;
    only_owner(&ask, by)?;
    if ask.state != AskState::Promised {
        return Err(not_now());
    }
    ask.release();
    listing.reopen(app.clock.now());
    save(app, tx, &listing, &ask).await?;
    tell(app, tx, &listing, &ask, ask.asker, News::Released).await?;
    Ok(ask)
}

/// Proposes when and where to hand over; the other side accepts.
pub async fn propose(
    app: &App,
    tx: &mut Tx,
    by: &Account,
    id: AskId,
    at: DateTime<Utc>,
    place: &str,
) -> Result<Ask> {
    let now = app.clock.now();
    let place = text_of("place_text", place, MAX_PLACE)?;
    check_words(app, "place_text", &place)?;
    if at <= now || at > now + LATEST_HANDOVER {
        return Err(Error::field(
            "at",
            message!(
                "请选以后 60 天内的时间。",
                "Choose a time within the next 60 days.",
                "앞으로 60일 이내의 시간을 선택해 주세요."
            ),
        ));
    }
    let (listing, mut ask) = hold(tx, id, by.id).await?;
    if ask.state != AskState::Promised {
        return Err(not_now());
    }
    ask.handover_at = Some(at);
    ask.handover_place = Some(place);
    ask.handover_by = Some(by.id);
    ask.handover_accepted_at = None;
    save(app, tx, &listing, &ask).await?;
    let other = ask.other(by.id);
    tell(app, tx, &listing, &ask, other, News::HandoverProposed).await?;
    Ok(ask)
}

/// Words that no moderator looks at, because they say only where to meet: what would be held is not
/// taken.
fn check_words(app: &App, field: &str, text: &str) -> Result<()> {
    let current = screening::live::current(app);
    let verdict = current
        .screen()
        .screen(&Submission::new(SubmissionKind::Message, "", text));
    let Some(reason) = verdict
        .reasons
        .iter()
        // An address is what is asked for here; numbers are masked for the other side.
        .find(|reason| !reason.rule.starts_with("personal-"))
    else {
        return Ok(());
    };
    let words = &reason.message;
    Err(Error::field(
        field,
        message!(
            "{zh}",
            "{en}",
            "{ko}",
            zh = screening::model::words(words, Lang::Zh),
            en = screening::model::words(words, Lang::En),
            ko = screening::model::words(words, Lang::Ko)
        ),
    ))
}

pub async fn accept(app: &App, tx: &mut Tx, by: &Account, id: AskId) -> Result<Ask> {
    let now = app.clock.now();
    let (listing, mut ask) = hold(tx, id, by.id).await?;
    if ask.state != AskState::Promised || ask.handover_by.is_none() {
        return Err(not_now());
    }
    if ask.handover_by == Some(by.id) {
        return Err(Error::Conflict(message!(
            "请等对方同意。",
            "The other side accepts.",
            "상대방이 수락해야 합니다."
        )));
    }
    if ask.handover_accepted_at.is_none() {
        ask.handover_accepted_at = Some(now);
        save(app, tx, &listing, &ask).await?;
        let other = ask.other(by.id);
        tell(app, tx, &listing, &ask, other, News::HandoverAccepted).await?;
    }
    Ok(ask)
}

/// It changed hands. Whoever says so first, it counts once.
pub async fn done(app: &App, tx: &mut Tx, by: &Account, id: AskId) -> Result<Ask> {
    let now = app.clock.now();
    let market = market(app)?;
    let (mut listing, mut ask) = hold(tx, id, by.id).await?;
    if ask.state == AskState::Done {
        return Ok(ask);
    }
    if ask.state != AskState::Promised || listing.state != State::Reserved {
        return Err(not_now());
    }
    ask.done_at = Some(now);
    ask.end(AskState::Done, now);
    let weight = market
        .leaf(&listing.category)
        .and_then(|(leaf, _)| leaf.weight)
        .filter(|_| listing.kind != Kind::Lend);
    let grams = |of: fn(crate::district::market::Weight) -> i64| {
        weight.map_or(0, |weight| of(weight).saturating_mul(listing.quantity))
    };
    let month = app.pack.calendar().local_date(now).format("%Y-%m");
    store::insert_handover(
        tx,
        &NewHandover {
            ask: ask.id,
            listing: listing.id,
            owner: ask.owner,
            asker: ask.asker,
            kind: listing.kind,
            at: now,
            month: month.to_string(),
            root: listing.root.clone(),
            category: listing.category.clone(),
            quantity: listing.quantity,
            low_g: grams(|weight| weight.low),
            typical_g: grams(|weight| weight.typical),
            high_g: grams(|weight| weight.high),
        },
    )
    .await?;
    store::save_ask(tx, &ask, now).await?;
    if listing.kind != Kind::Lend {
        close_asks(app, tx, &listing, News::Given).await?;
        listing.end(State::Done, now);
    }
    store::save_listing(tx, &listing, now).await?;
    let other = ask.other(by.id);
    tell(app, tx, &listing, &ask, other, News::Done).await?;
    Ok(ask)
}

/// What was lent is back: others may have it.
pub async fn returned(app: &App, tx: &mut Tx, by: &Account, id: AskId) -> Result<Ask> {
    let now = app.clock.now();
    let (mut listing, mut ask) = hold(tx, id, by.id).await?;
    only_owner(&ask, by)?;
    if listing.kind != Kind::Lend || ask.state != AskState::Done {
        return Err(not_now());
    }
    if ask.returned_at.is_none() {
        ask.returned_at = Some(now);
        listing.reopen(now);
        save(app, tx, &listing, &ask).await?;
        tell(app, tx, &listing, &ask, ask.asker, News::Returned).await?;
    }
    Ok(ask)
}

/// Whoever asked takes it back.
pub async fn take_back(app: &App, tx: &mut Tx, by: &Account, id: AskId) -> Result<Ask> {
    let now = app.clock.now();
    let (mut listing, mut ask) = hold(tx, id, by.id).await?;
    if ask.asker != by.id {
        return Err(Error::Forbidden(message!(
            "只有询问人能这样做。",
            "Only who asked may do this.",
            "문의한 사람만 할 수 있습니다."
        )));
    }
    match ask.state {
        AskState::Promised => listing.reopen(now),
        AskState::Open => {}
        _ => return Err(not_now()),
    }
    ask.end(AskState::Withdrawn, now);
    save(app, tx, &listing, &ask).await?;
    if ask.delivered {
        tell(app, tx, &listing, &ask, ask.owner, News::TakenBack).await?;
    }
    Ok(ask)
}

/// The other person of a conversation, or the owner of a listing, whom somebody wants to keep away.
pub async fn other_of(
    tx: &mut Tx,
    ask: Option<AskId>,
    listing: Option<ListingId>,
    who: AccountId,
) -> Result<Option<AccountId>> {
    match (ask, listing) {
        (Some(ask), None) => {
            let ask = store::ask_in(tx, ask).await?.filter(|ask| sees(ask, who));
            Ok(Some(ask.ok_or_else(no_ask)?.other(who)))
        }
        (None, Some(id)) => {
            let listing = store::lock_listing(tx, id)
                .await?
                .filter(|listing| listing.state.is_public() || listing.account_id == who)
                .ok_or_else(no_listing)?;
            Ok(Some(listing.account_id))
        }
        _ => Ok(None),
    }
}

/// Keeps somebody away: no more asks, messages or listings between the two. What was open between them
/// ends, without a letter.
pub async fn part(app: &App, tx: &mut Tx, one: AccountId, other: AccountId) -> Result<()> {
    let now = app.clock.now();
    for (id, listing) in store::open_between(tx, one, other).await? {
        let Some(mut listing) = store::lock_listing(tx, listing).await? else {
            continue;
        };
        let Some(mut ask) = store::ask_in(tx, id).await?.filter(|a| a.state.is_open()) else {
            continue;
        };
        if ask.state == AskState::Promised {
            listing.reopen(now);
        }
        ask.end(model::AskState::Closed, now);
        save(app, tx, &listing, &ask).await?;
    }
    Ok(())
}
