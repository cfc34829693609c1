//! What becomes of listings, messages and merchants when people decide.

use super::agreeing::deliver;
use super::model::TextState;
use super::{listing, store};
use crate::app::App;
use crate::db::Tx;
use crate::shared::error::Result;
use crate::shared::id::{AccountId, ListingId, MarkId, MessageId, SellerId};
use crate::shared::screening::{Decision, Outcome, Subject, SubjectKind};

/// Carries out what the moderators decided about a subject of the market.
pub async fn moderated(app: &App, tx: &mut Tx, subject: Subject, outcome: &Outcome) -> Result<()> {
    let (decision, title, text) = match outcome {
        Outcome::Publish { title, text } => (Decision::Publish, title.as_deref(), text.as_deref()),
        Outcome::Hold => (Decision::Hold, None, None),
        Outcome::Refuse => (Decision::Refuse, None, None),
    };
    match subject.kind {
        SubjectKind::Listing => {
            listing::decided(app, tx, ListingId(subject.id), decision, title, text).await
        }
        SubjectKind::Message => {
            if words_decided(app, tx, MessageId(subject.id), decision, text).await? {
                return Ok(());
            }
            let state = TextState::from(decision);
            store::set_mark_state(tx, MarkId(subject.id), state, text).await?;
            Ok(())
        }
        SubjectKind::Seller => {
            let (id, now) = (SellerId(subject.id), app.clock.now());
            store::set_seller_shown(tx, id, decision.into(), title, text, now).await?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// False when it is no message.
async fn words_decided(
    app: &App,
    tx: &mut Tx,
    id: MessageId,
    decision: Decision,
    text: Option<&str>,
) -> Result<bool> {
    let Some(found) = store::message_in(tx, id).await? else {
        return Ok(false);
    };
    let Some(ask) = store::ask_in(tx, found.ask_id).await? else {
        return Ok(true);
    };
    let Some(listing) = store::lock_listing(tx, ask.listing_id).await? else {
        return Ok(true);
    };
    let (Some(mut message), Some(mut ask)) = (
        store::message_in(tx, id).await?,
        store::ask_in(tx, found.ask_id).await?,
    ) else {
        return Ok(true);
    };
    if message.state == TextState::Erased {
        return Ok(true);
    }
    if let Some(text) = text {
        text.clone_into(&mut message.text);
    }
    match decision {
        Decision::Publish if !store::are_apart(tx, ask.asker, ask.owner).await? => {
            deliver(app, tx, &listing, &mut ask, &mut message).await?;
        }
        _ => {
            message.state = decision.into();
            store::save_message(tx, &message).await?;
        }
    }
    Ok(true)
}

/// Whether somebody can have seen a subject of the market, and so may flag it.
pub async fn may_flag(app: &App, subject: Subject, account: AccountId) -> Result<bool> {
    Ok(match subject.kind {
        SubjectKind::Listing => store::listing(&app.db, ListingId(subject.id))
            .await?
            .is_some_and(|listing| listing.state.is_public() && listing.account_id != account),
        SubjectKind::Seller => store::seller(&app.db, SellerId(subject.id))
            .await?
            .is_some_and(|seller| seller.is_verified() && seller.account_id != account),
        SubjectKind::Message => {
            let Some(message) = store::message(&app.db, MessageId(subject.id)).await? else {
                return Ok(false);
            };
            let ask = store::ask(&app.db, message.ask_id).await?;
            message.author != account
                && message.state == TextState::Published
                && ask.is_some_and(|ask| ask.is_of(account))
        }
        _ => false,
    })
}

/// The page of a subject, relative to the root.
pub async fn page_of(app: &App, subject: Subject) -> Result<Option<String>> {
    Ok(match subject.kind {
        SubjectKind::Listing => Some(format!("/market/{}", subject.id)),
        SubjectKind::Seller => Some(format!("/market/sellers/{}", subject.id)),
        SubjectKind::Message => {
            let ask = match store::message(&app.db, MessageId(subject.id)).await? {
                Some(message) => Some(message.ask_id),
                None => store::ask_of_mark(&app.db, MarkId(subject.id)).await?,
            };
            ask.map(|ask| format!("/market/asks/{ask}"))
        }
        _ => None,
    })
}
