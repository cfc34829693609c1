//! Organisations and events over HTTP.

mod books;
mod day;
mod desk;
mod devices;
mod events;
mod feeds;
mod organisations;
mod stalls;

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use utoipa_axum::router::OpenApiRouter;

use super::access;
use super::store;
use crate::app::{App, NO_STORE};
use crate::shared::error::Result;
use crate::shared::photos::Photo;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(organisations::router())
        .merge(desk::router())
        .merge(events::router())
        .merge(feeds::router())
        .merge(stalls::router())
        .merge(devices::router())
        .merge(day::router())
        .merge(books::router())
}

/// An answer that nobody keeps on the way.
type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

type Svg = ([(HeaderName, HeaderValue); 3], String);

/// A picture to be printed, kept by nobody on the way.
fn svg(picture: String) -> Svg {
    (
        [
            NO_STORE,
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("image/svg+xml"),
            ),
            // Opened by itself it is a document: it gets no scripts and no network.
            (
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
            ),
        ],
        picture,
    )
}

/// Whether the caller may see an event's picture, or a book's: `Some(Some(true))` for everybody,
/// `Some(Some(false))` for this caller alone. `None` when the photo is of no event.
pub async fn may_see_photo(
    app: &App,
    photo: &Photo,
    headers: &HeaderMap,
) -> Result<Option<Option<bool>>> {
    let Some(event) = store::event_of_photo(&app.db, photo.id).await? else {
        return Ok(None);
    };
    let organisation = store::organisation(&app.db, event.organisation_id).await?;
    let public = event.photo_id == Some(photo.id)
        && event.state.is_public()
        && organisation.is_some_and(|organisation| organisation.is_public());
    if public {
        return Ok(Some(Some(true)));
    }
    let member = access::role_of(app, event.organisation_id, headers)
        .await?
        .is_some();
    let device = access::device(app, event.id, headers).await?.is_some();
    Ok(Some((member || device).then_some(false)))
}
