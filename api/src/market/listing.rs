//! What an owner does with a listing.

use chrono::{DateTime, Utc};

use super::draft::{self, ChangeListing, Checked, NewListing};
use super::letters::{self, News};
use super::model::{AskState, Kind, Listing, State, Terms, not_open};
use super::{blur, market, store, terms};
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::district::market::Market;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, ListingId, PhotoId};
use crate::shared::screening::{self, Decision, Ruling, Subject, SubjectKind, Submitted};
use crate::shared::secret::{new_secret, secret_hash};

pub fn subject(id: ListingId) -> Subject {
    Subject::new(SubjectKind::Listing, id.0)
}

pub fn no_listing() -> Error {
    Error::NotFound(message!(
        "没有这条信息，可能已经下架。",
        "There is no such listing; it may have been taken down.",
        "이 글이 없습니다. 내려갔을 수 있습니다."
    ))
}

/// Makes a listing: kept as a draft, or screened at once. Gives the ruling of what was screened.
pub async fn create(
    app: &App,
    tx: &mut Tx,
    owner: &Account,
    new: &NewListing,
    lang: Lang,
) -> Result<(Listing, Option<Ruling>)> {
    let market = market(app)?;
    let now = app.clock.now();
    let checked = draft::check(&app.pack, market, new)?;
    let blur = blur(app).await?;
    let mut listing = Listing {
        id: ListingId(app.random.uuid(now)),
        account_id: owner.id,
        state: State::Draft,
        kind: checked.kind,
        terms: checked.terms,
        price_fen: None,
        root: String::new(),
        category: String::new(),
        title: String::new(),
        text: String::new(),
        condition: None,
        quantity: 1,
        township: String::new(),
        community: None,
        lng: None,
        lat: None,
        public_lng: None,
        public_lat: None,
        lang: lang.tag().to_owned(),
        promised_ask: None,
        published_at: None,
        sort_at: now,
        expires_at: None,
        warned_at: None,
        renew_hash: None,
        renewals: 0,
        ended_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    take(&mut listing, &checked, blur);
    store::insert_listing(tx, &listing).await?;
    attach(tx, listing.id, &checked.photos).await?;
    room(tx, market, owner.id, new.draft, now).await?;
    let ruling = if new.draft {
        None
    } else {
        Some(submit(app, tx, market, &mut listing, lang).await?)
    };
    Ok((listing, ruling))
}

/// What was checked, written into a listing.
fn take(listing: &mut Listing, checked: &Checked, blur: &blur::Blur) {
    listing.kind = checked.kind;
    listing.terms = checked.terms;
    listing.price_fen = checked.price_fen;
    listing.root.clone_from(&checked.root);
    listing.category.clone_from(&checked.category);
    listing.title.clone_from(&checked.title);
    listing.text.clone_from(&checked.text);
    listing.condition.clone_from(&checked.condition);
    listing.quantity = checked.quantity;
    listing.township.clone_from(&checked.township);
    listing.community.clone_from(&checked.community);
    let public = checked.place.map(|place| blur.public(place));
    listing.lng = checked.place.map(crate::shared::geo::Point::lng);
    listing.lat = checked.place.map(crate::shared::geo::Point::lat);
    listing.public_lng = public.map(crate::shared::geo::Point::lng);
    listing.public_lat = public.map(crate::shared::geo::Point::lat);
}

async fn attach(tx: &mut Tx, listing: ListingId, photos: &[PhotoId]) -> Result<()> {
    for (at, photo) in (0_i64..).zip(photos) {
        if !store::attach_photo(tx, *photo, listing, at).await? {
            return Err(Error::field(
                format!("photo_ids[{at}]"),
                message!(
                    "没有这张照片，或已用在别处。",
                    "There is no such photo, or it belongs to something else.",
                    "사진이 없거나 다른 곳에 사용되었습니다."
                ),
            ));
        }
    }
    Ok(())
}

/// Whether what an account has open, the new one included, is within its limits. Called after the
/// write, so that the count is exact; the account's row is held.
async fn room(
    tx: &mut Tx,
    market: &Market,
    owner: AccountId,
    draft: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    store::lock_account(tx, owner, now).await?;
    let (open, drafts) = store::count_of_account(tx, owner).await?;
    if draft {
        if drafts > market.drafts {
            return Err(Error::Conflict(message!(
                "草稿太多，最多 {most} 个，请先删掉一些。",
                "Too many drafts: at most {most}.",
                "임시 저장은 최대 {most}개입니다.",
                most = market.drafts
            )));
        }
        return Ok(());
    }
    let merchant = store::seller_of_in(tx, owner)
        .await?
        .is_some_and(|seller| seller.is_verified());
    let most = if merchant {
        market.open_listings_merchant
    } else {
        market.open_listings
    };
    // What is about to be screened still counts as a draft.
    if open >= most {
        return Err(Error::Conflict(message!(
            "您已有 {most} 条在线信息，请先下架一些。",
            "You have {most} open listings: take some down first.",
            "게시 중인 글이 이미 {most}개입니다. 먼저 일부를 내려 주세요."
        )));
    }
    Ok(())
}

/// Screens a listing that this transaction holds, and saves what comes of it.
async fn submit(
    app: &App,
    tx: &mut Tx,
    market: &Market,
    listing: &mut Listing,
    lang: Lang,
) -> Result<Ruling> {
    let now = app.clock.now();
    let photos = store::photos_of_in(tx, listing.id).await?;
    let ruling = screening::submit(
        app,
        tx,
        Submitted {
            subject: subject(listing.id),
            author: Some(listing.account_id),
            title: &listing.title,
            text: &listing.text,
            price: listing.price_fen.filter(|_| listing.terms == Terms::Price),
            photos: &photos,
            place: Some(&listing.township),
            lang,
        },
    )
    .await?;
    listing.screened(ruling.decision, market.expiry, now);
    store::save_listing(tx, listing, now).await?;
    index(tx, market, listing).await?;
    Ok(ruling)
}

/// Writes what a listing is found by: its words, and its category's in every language.
pub async fn index(tx: &mut Tx, market: &Market, listing: &Listing) -> Result<()> {
    let mut words = format!("{} , {}", listing.title, listing.text);
    if let Some((leaf, root)) = market.leaf(&listing.category) {
        let names = Lang::ALL
            .iter()
            .flat_map(|lang| [leaf.name.get(*lang), root.name.get(*lang)]);
        for word in names.chain(leaf.aliases.iter().map(String::as_str)) {
            words.push_str(" , ");
            words.push_str(word);
        }
    }
    store::set_terms(tx, listing.id, &terms::of_text(&words)).await?;
    Ok(())
}

/// Reads and holds a listing for its owner.
///
/// # Errors
/// 404 for anybody else's, as for none.
pub async fn own(tx: &mut Tx, id: ListingId, owner: AccountId) -> Result<Listing> {
    store::lock_listing(tx, id)
        .await?
        .filter(|listing| listing.account_id == owner)
        .ok_or_else(no_listing)
}

/// Changes a listing in place. What is or was public is screened again.
pub async fn change(
    app: &App,
    tx: &mut Tx,
    owner: &Account,
    id: ListingId,
    change: ChangeListing,
    lang: Lang,
) -> Result<(Listing, Option<Ruling>)> {
    let market = market(app)?;
    let now = app.clock.now();
    let mut listing = own(tx, id, owner.id).await?;
    if listing.version != change.version {
        return Err(Error::Conflict(message!(
            "内容刚刚有了变化，请刷新后再改。",
            "It has just changed: reload it and try again.",
            "방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    let draft = match listing.state {
        State::Draft => true,
        State::Held | State::Refused | State::Published => false,
        State::Reserved => {
            return Err(Error::Conflict(message!(
                "已答应给别人，改内容前请先取消约定。",
                "It is promised: release the promise before you change it.",
                "약속된 상태입니다. 내용을 바꾸려면 먼저 약속을 취소하세요."
            )));
        }
        State::Done | State::Expired | State::Withdrawn => return Err(not_open()),
    };
    let photos = store::photos_of_in(tx, id).await?;
    let new_photos = change.photo_ids.is_some();
    let moved = change.clear_place || change.lng.is_some() || change.lat.is_some();
    let terms = change.terms.unwrap_or(listing.terms);
    let merged = NewListing {
        kind: change.kind.unwrap_or(listing.kind),
        terms,
        price_fen: change
            .price_fen
            .or(listing.price_fen.filter(|_| terms == Terms::Price)),
        category: change.category.unwrap_or_else(|| listing.category.clone()),
        title: change.title.unwrap_or_else(|| listing.title.clone()),
        text: change.text.unwrap_or_else(|| listing.text.clone()),
        condition: change.condition.or_else(|| listing.condition.clone()),
        quantity: change.quantity.or(Some(listing.quantity)),
        township: change.township.unwrap_or_else(|| listing.township.clone()),
        community: change.community.or_else(|| listing.community.clone()),
        lng: if moved { change.lng } else { listing.lng },
        lat: if moved { change.lat } else { listing.lat },
        datum: if moved {
            change.datum
        } else {
            crate::shared::geo::Datum::Wgs84
        },
        photo_ids: change.photo_ids.unwrap_or(photos),
        draft,
    };
    let checked = draft::check(&app.pack, market, &merged)?;
    take(&mut listing, &checked, blur(app).await?);
    if new_photos {
        store::detach_photos(tx, id).await?;
        attach(tx, id, &checked.photos).await?;
    }
    if draft {
        store::save_listing(tx, &listing, now).await?;
        return Ok((listing, None));
    }
    if listing.state == State::Refused {
        room(tx, market, owner.id, false, now).await?;
    }
    let ruling = submit(app, tx, market, &mut listing, lang).await?;
    Ok((listing, Some(ruling)))
}

/// Publishes a draft.
pub async fn publish(
    app: &App,
    tx: &mut Tx,
    owner: &Account,
    id: ListingId,
    lang: Lang,
) -> Result<(Listing, Ruling)> {
    let market = market(app)?;
    let mut listing = own(tx, id, owner.id).await?;
    if listing.state != State::Draft {
        return Err(not_open());
    }
    let whole = NewListing {
        kind: listing.kind,
        terms: listing.terms,
        price_fen: listing.price_fen,
        category: listing.category.clone(),
        title: listing.title.clone(),
        text: listing.text.clone(),
        condition: listing.condition.clone(),
        quantity: Some(listing.quantity),
        township: listing.township.clone(),
        community: listing.community.clone(),
        lng: None,
        lat: None,
        datum: crate::shared::geo::Datum::Wgs84,
        photo_ids: Vec::new(),
        draft: false,
    };
    draft::check(&app.pack, market, &whole)?;
    room(tx, market, owner.id, false, app.clock.now()).await?;
    let ruling = submit(app, tx, market, &mut listing, lang).await?;
    Ok((listing, ruling))
}

/// Shows a listing for another while. Asked twice, it is done once.
pub async fn renew(app: &App, tx: &mut Tx, mut listing: Listing) -> Result<Listing> {
    let market = market(app)?;
    let now = app.clock.now();
    let ends = listing.expires_at.unwrap_or(now);
    match listing.state {
        State::Published if ends > now + market.expiry - market.bump => return Ok(listing),
        State::Published => {}
        State::Expired if ends > now - market.renew_grace => {
            room(tx, market, listing.account_id, false, now).await?;
        }
        _ => return Err(not_open()),
    }
    if listing.renewals >= market.renewals {
        return Err(Error::Conflict(message!(
            "已续期 {most} 次，请重新发布一条。",
            "It was renewed {most} times: please make a new listing.",
            "{most}번 연장했습니다. 새로 등록해 주세요.",
            most = market.renewals
        )));
    }
    listing.state = State::Published;
    listing.ended_at = None;
    listing.renewals += 1;
    listing.expires_at = Some(now + market.expiry);
    listing.warned_at = None;
    if listing.sort_at <= now - market.bump {
        listing.sort_at = now;
    }
    store::save_listing(tx, &listing, now).await?;
    Ok(listing)
}

/// Whether a token from a letter renews this listing.
pub fn opens(listing: &Listing, token: &str) -> bool {
    listing.renew_hash.as_deref() == Some(secret_hash(token).as_slice())
}

/// A token for the letter before the end; the database keeps its hash.
pub fn renewal_token(app: &App, listing: &mut Listing) -> String {
    let token = new_secret(&app.random);
    listing.renew_hash = Some(secret_hash(&token).to_vec());
    token
}

/// Takes a listing down, and tells whoever asked.
pub async fn withdraw(app: &App, tx: &mut Tx, owner: &Account, id: ListingId) -> Result<Listing> {
    let now = app.clock.now();
    let mut listing = own(tx, id, owner.id).await?;
    if matches!(listing.state, State::Done | State::Withdrawn) {
        return Err(not_open());
    }
    if let Some(ask) = listing.promised_ask
        && store::ask_in(tx, ask)
            .await?
            .is_some_and(|ask| ask.state == AskState::Done)
    {
        return Err(Error::Conflict(message!(
            "东西借出去还没还，不能下架。",
            "It is lent and not back yet.",
            "빌려준 물건이 아직 돌아오지 않았습니다."
        )));
    }
    close_asks(app, tx, &listing, News::Gone).await?;
    listing.end(State::Withdrawn, now);
    store::save_listing(tx, &listing, now).await?;
    screening::withdraw(app, tx, subject(id)).await?;
    Ok(listing)
}

/// Ends every open ask about a listing.
pub async fn close_asks(app: &App, tx: &mut Tx, listing: &Listing, news: News) -> Result<()> {
    let now = app.clock.now();
    for mut ask in store::open_asks(tx, listing.id).await? {
        ask.end(AskState::Closed, now);
        store::save_ask(tx, &ask, now).await?;
        letters::tell(app, tx, ask.asker, &ask.lang, listing, Some(ask.id), news).await?;
    }
    Ok(())
}

/// Who gives the thing away in an ask.
pub fn giver(listing: &Listing, asker: AccountId) -> AccountId {
    match listing.kind {
        Kind::Offer | Kind::Lend => listing.account_id,
        Kind::Wanted => asker,
    }
}

/// What people decided about a listing.
pub async fn decided(
    app: &App,
    tx: &mut Tx,
    id: ListingId,
    decision: Decision,
    title: Option<&str>,
    text: Option<&str>,
) -> Result<()> {
    let Some(market) = app.pack.market() else {
        return Ok(());
    };
    let Some(mut listing) = store::lock_listing(tx, id).await? else {
        return Ok(());
    };
    // What its owner took down, or what is over, stays so.
    if !matches!(
        listing.state,
        State::Held | State::Refused | State::Published | State::Reserved
    ) {
        return Ok(());
    }
    if let Some(title) = title {
        title.clone_into(&mut listing.title);
    }
    if let Some(text) = text {
        text.clone_into(&mut listing.text);
    }
    let now = app.clock.now();
    listing.screened(decision, market.expiry, now);
    store::save_listing(tx, &listing, now).await?;
    index(tx, market, &listing).await
}
