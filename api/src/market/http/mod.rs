//! The market over HTTP.

mod asks;
mod find;
mod listings;
mod people;
mod sellers;

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use super::listing::no_listing;
use super::model::Listing;
use super::store;
use crate::app::{App, NO_STORE};
use crate::db::Tx;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, ListingId};
use crate::shared::idempotency::IdempotencyKey;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(find::router())
        .merge(listings::router())
        .merge(asks::router())
        .merge(people::router())
        .merge(sellers::router())
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);
type Made = (StatusCode, [(HeaderName, HeaderValue); 1], Json<Value>);

fn private<T>(value: T) -> Private<T> {
    ([NO_STORE], Json(value))
}

/// Commits an answer with what it answers, and rings for its letters.
async fn made<T: Serialize>(
    app: &App,
    mut tx: Tx,
    key: &IdempotencyKey,
    answer: &T,
) -> Result<Made> {
    let value = serde_json::to_value(answer).map_err(Error::internal)?;
    key.remember(&mut tx, StatusCode::CREATED, &value).await?;
    commit(app, tx).await?;
    Ok((StatusCode::CREATED, [NO_STORE], Json(value)))
}

async fn commit(app: &App, tx: Tx) -> Result<()> {
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// An id in a path; what is none is nobody's.
fn id_of(text: &str) -> Result<Uuid> {
    Uuid::try_parse(text).map_err(|_| {
        Error::NotFound(message!(
            "没有这个地址。",
            "There is nothing at this address.",
            "이 주소에는 아무것도 없습니다."
        ))
    })
}

/// A listing that this viewer may look at: everybody a public one, its owner any.
async fn visible(app: &App, id: &str, viewer: Option<AccountId>) -> Result<Listing> {
    let id = ListingId(Uuid::try_parse(id).map_err(|_| no_listing())?);
    let listing = store::listing(&app.db, id).await?.ok_or_else(no_listing)?;
    if viewer == Some(listing.account_id) {
        return Ok(listing);
    }
    if !listing.state.is_public() || store::is_hidden_from(&app.db, id, viewer).await? {
        return Err(no_listing());
    }
    Ok(listing)
}

/// A word of a query that must be one of ours.
fn one_of<T: DeserializeOwned>(field: &str, word: Option<&str>) -> Result<Option<T>> {
    let Some(word) = word.filter(|word| !word.is_empty()) else {
        return Ok(None);
    };
    serde_json::from_value(Value::String(word.to_owned()))
        .map(Some)
        .map_err(|_| {
            Error::field(
                field,
                message!(
                    "没有这个选项：{word}",
                    "Not one of the choices: {word}",
                    "선택할 수 없는 값입니다: {word}"
                ),
            )
        })
}
