//! Second-hand: a thing finds a second owner nearby, agreed between two people who need not give away
//! who they are or where they live before they want to.
//!
//! `listing` publishes what was screened; `agreeing` promises a thing to one person at a time and says
//! what came of it; `blur` shows where something is without showing the door; `sweep` is what time does.
//! Whoever changes a listing or its asks holds the listing's row.

mod access;
pub mod agreeing;
pub mod blur;
mod calendar_file;
pub mod draft;
mod http;
pub mod letters;
mod licence;
pub mod listing;
pub mod model;
mod moderated;
mod outcome;
mod preview;
pub mod reputation;
mod searches;
pub mod sellers;
mod store;
mod sweep;
mod view;

use tokio::sync::OnceCell;

pub use access::may_see_photo;
pub use http::router;
pub use moderated::{may_flag, moderated, page_of};
pub use preview::preview;
pub use sweep::sweep;

pub use crate::shared::terms;

use crate::app::App;
use crate::district::market::Market;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::Point;

/// What one process knows of the secrets.
#[derive(Default)]
pub struct Secrets {
    blur: OnceCell<blur::Blur>,
}

/// # Errors
/// 404 where the district offers none.
pub fn market(app: &App) -> Result<&Market> {
    app.pack.market().ok_or_else(|| {
        Error::NotFound(message!(
            "本区还没有二手集市。",
            "This district offers no second-hand market.",
            "이 지역에는 아직 중고 장터가 없습니다."
        ))
    })
}

/// The grid that hides places; its key is made once for all replicas.
pub async fn blur(app: &App) -> Result<&blur::Blur> {
    app.market
        .blur
        .get_or_try_init(|| async {
            let fresh = app.random.bytes();
            let kept = store::secret(&app.db, "blur", &fresh, app.clock.now()).await?;
            let key = kept
                .try_into()
                .map_err(|_| Error::internal("the blur key has another length"))?;
            let bbox = app.pack.bbox();
            let middle = Point::stored(
                f64::midpoint(bbox.west, bbox.east),
                f64::midpoint(bbox.south, bbox.north),
            );
            Ok(blur::Blur::new(key, middle))
        })
        .await
}
