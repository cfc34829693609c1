//! Titles of books by ISBN, and labels to stick on them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::devices::at_desk;
use super::{Private, Svg, svg};
use crate::app::{App, NO_STORE};
use crate::events::access::no_event;
use crate::events::isbn;
use crate::events::organisation::words;
use crate::events::store;
use crate::events::svg::labels as draw_labels;
use crate::events::swap;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Query};
use crate::shared::id::BookId;

/// Labels on one sheet.
const LABELS: u32 = 24;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(title, correct_title))
        .routes(routes!(labels))
}

/// A title of the local catalogue.
#[derive(Serialize, ToSchema)]
pub(super) struct BookTitle {
    isbn: String,
    title: String,
    author: String,
}

impl From<store::Title> for BookTitle {
    fn from(title: store::Title) -> Self {
        Self {
            isbn: title.isbn,
            title: title.title,
            author: title.author,
        }
    }
}

fn isbn_of(text: &str) -> Result<String> {
    isbn::parse(text).ok_or_else(|| {
        Error::field(
            "isbn",
            message!(
                "ISBN 不对：校验位不符，请再扫一次或核对数字。",
                "Not an ISBN: the check digit is wrong. Scan again or compare the digits.",
                "ISBN이 아닙니다. 검사 숫자가 맞지 않습니다. 다시 스캔하거나 확인해 주세요."
            ),
        )
    })
}

/// A title by its ISBN, from what the district's swaps have learned
#[utoipa::path(
    get, path = "/events/{id}/titles/{isbn}", tag = "events",
    params(("id" = Uuid, Path), ("isbn" = String, Path), ("X-Device-Token" = Option<String>, Header)),
    responses(
        (status = OK, body = BookTitle),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Nobody has entered it yet"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The check digit is wrong"),
    )
)]
async fn title(
    State(app): State<Arc<App>>,
    Path((id, isbn)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Private<BookTitle>> {
    at_desk(&app, &id, None, &headers).await?;
    let found = store::title(&app.db, &isbn_of(&isbn)?).await?;
    let found = found.ok_or_else(|| {
        Error::NotFound(message!(
            "还没有人录入过这本书。",
            "Nobody has entered this book yet.",
            "아직 등록된 적이 없는 책입니다."
        ))
    })?;
    Ok(([NO_STORE], Json(found.into())))
}

/// A title as it should be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectTitle {
    /// 1 to 120 characters.
    title: String,
    /// At most 120 characters.
    #[serde(default)]
    author: String,
}

/// Enter or correct a title
#[utoipa::path(
    put, path = "/events/{id}/titles/{isbn}", tag = "events", request_body = CorrectTitle,
    params(("id" = Uuid, Path), ("isbn" = String, Path), ("X-Device-Token" = Option<String>, Header)),
    responses(
        (status = 204, description = "Kept"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn correct_title(
    State(app): State<Arc<App>>,
    Path((id, isbn)): Path<(String, String)>,
    headers: HeaderMap,
    Body { value, .. }: Body<CorrectTitle>,
) -> Result<StatusCode> {
    at_desk(&app, &id, None, &headers).await?;
    let isbn = isbn_of(&isbn)?;
    let mut errors = Vec::new();
    let title = words("title", &value.title, 1..=swap::MAX_TITLE, &mut errors);
    let author = words("author", &value.author, 0..=swap::MAX_TITLE, &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let (title, author) = (swap::line(&title), swap::line(&author));
    let mut tx = app.db.begin().await?;
    store::put_title(&mut tx, &isbn, &title, &author, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
struct LabelQuery {
    /// New labels, 1 to 24: stick one on a book and scan it when the book comes in.
    #[param(minimum = 1, maximum = 24)]
    blank: Option<u32>,
    /// The label of one book.
    book: Option<Uuid>,
}

/// Labels for books, to be printed
#[utoipa::path(
    get, path = "/events/{id}/labels", tag = "events",
    params(("id" = Uuid, Path), LabelQuery, ("X-Device-Token" = Option<String>, Header)),
    responses(
        (status = OK, content_type = "image/svg+xml", body = String),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn labels(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<LabelQuery>,
    headers: HeaderMap,
) -> Result<Svg> {
    let (event, _) = at_desk(&app, &id, None, &headers).await?;
    let label = |id: BookId, title: &str| {
        let text = id.0.simple().to_string();
        let short = text[text.len() - 8..].to_uppercase();
        (
            format!("{}/b/{id}", app.public_url),
            title.to_owned(),
            short,
        )
    };
    let sheet = if let Some(book) = query.book {
        let mut tx = app.db.begin().await?;
        let found = store::book(&mut tx, event.organisation_id, BookId(book)).await?;
        let (book, _) = found.ok_or_else(no_event)?;
        vec![label(book.id, &book.title)]
    } else {
        let blank = query.blank.unwrap_or(LABELS);
        if !(1..=LABELS).contains(&blank) {
            return Err(Error::field(
                "blank",
                message!(
                    "1 到 {LABELS} 张。",
                    "Between 1 and {LABELS}.",
                    "1~{LABELS}장입니다."
                ),
            ));
        }
        let now = app.clock.now();
        let fresh = |_| label(BookId(app.random.uuid(now)), &event.title);
        (0..blank).map(fresh).collect()
    };
    Ok(svg(draw_labels(&event.title, &sheet)?))
}
