//! Organisations and their events: book-swap days, flea markets, repair and collection days, from the
//! application to the summary of the day.
//!
//! Which kinds there are comes from the pack. `schedule` expands dates, `ics` writes the feeds, `plan`
//! and `stalls` give out stalls without giving one twice, `swap` decides what happens to a book, `day`
//! takes in what devices did with and without a signal. Children are never in it: see [`holder`].

mod access;
pub mod badge;
mod course;
mod day;
mod event;
mod feeds;
pub mod holder;
mod http;
pub mod ics;
pub mod isbn;
mod letters;
pub mod local;
pub mod model;
mod organisation;
pub mod plan;
pub mod schedule;
mod stalls;
pub mod store;
mod svg;
pub mod swap;
mod sweep;
mod view;

pub use course::moderated;
pub use feeds::{EventPreview, preview};
pub use http::{may_see_photo, router};
pub use sweep::sweep;

use crate::app::App;
use crate::district::Lang;

/// A public place in one line.
fn place_line(
    app: &App,
    township: &str,
    community: Option<&str>,
    address: &str,
    lang: Lang,
) -> String {
    let township = app.pack.township(township).map(|t| t.name.get(lang));
    let community = community
        .and_then(|code| app.pack.community(code))
        .map(|(_, community)| community.name.get(lang));
    [township, community, Some(address)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}
