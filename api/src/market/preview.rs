//! What messengers show of a link to a listing.

use super::model::Terms;
use super::store;
use crate::app::App;
use crate::message;
use crate::shared::error::Result;
use crate::shared::id::ListingId;
use crate::shared::photos;
use crate::web::Preview;

/// Characters of the text that are shown.
const SHOWN: usize = 120;

/// The public words of a listing by the rest of its path; none for what is not public.
pub async fn preview(app: &App, rest: &str) -> Result<Option<Preview>> {
    let Ok(id) = uuid::Uuid::try_parse(rest) else {
        return Ok(None);
    };
    let Some(listing) = store::listing(&app.db, ListingId(id))
        .await?
        .filter(|listing| listing.state.is_public())
    else {
        return Ok(None);
    };
    let township = app
        .pack
        .township(&listing.township)
        .map_or("", |township| township.name.zh.as_str());
    let terms = match (listing.terms, listing.price_fen) {
        (Terms::Free, _) => message!("免费", "free", "무료").zh.into_owned(),
        (Terms::Swap, _) => message!("交换", "swap", "교환").zh.into_owned(),
        (Terms::Price, price) => format!("{} 元", price.unwrap_or_default()),
    };
    let mut text: String = listing.text.replace('\n', " ");
    if text.chars().count() > SHOWN {
        text = text.chars().take(SHOWN).chain(['…']).collect();
    }
    let photo = store::photos_of(&app.db, listing.id)
        .await?
        .first()
        .copied();
    Ok(Some(Preview {
        title: format!("{} · {terms}", listing.title),
        description: [township, &text]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        image: photo.map(photos::display_url),
    }))
}
