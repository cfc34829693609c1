//! Saved searches, and the daily letter about what is new.

use super::letters;
use super::model::{Listing, SavedSearch};
use super::store::{self, Wanted};
use super::terms;
use crate::app::App;
use crate::district::Lang;
use crate::message;
use crate::shared::error::Result;

/// Listings named in one letter.
const NAMED: i64 = 10;

/// What a saved search looks for since a moment.
pub fn wanted(search: &SavedSearch, since: chrono::DateTime<chrono::Utc>) -> Result<Wanted> {
    Ok(Wanted {
        kind: search.kind,
        terms: search.terms,
        category: search.category.clone(),
        township: search.township.clone(),
        price_max: search.price_max_fen,
        words: terms::of_query(search.q.as_deref().unwrap_or_default())?,
        viewer: Some(search.account_id),
        but_own: true,
        since: Some(since),
        near: None,
        within_m: None,
    })
}

/// Writes the day's letters: one for each search that found something, once, whichever replica comes
/// first.
pub async fn tell(app: &App, day: &str) -> Result<()> {
    let now = app.clock.now();
    for search in store::to_tell(&app.db, day).await? {
        let mut tx = app.db.begin().await?;
        if !store::take_turn(&mut tx, search.id, day, now).await? {
            continue;
        }
        let wanted = wanted(&search, search.told_until)?;
        let found = store::newest(&app.db, &wanted, None, NAMED).await?;
        if !found.is_empty() {
            let all = store::count(&app.db, &wanted).await?;
            let lang = Lang::from_accept_language(&search.lang);
            let (subject, text) = digest(app, &search, &found, all, lang);
            letters::send(app, &mut tx, search.account_id, &subject, &text, lang).await?;
        }
        tx.commit().await?;
        app.outbox_bell.notify_one();
    }
    Ok(())
}

fn digest(
    app: &App,
    search: &SavedSearch,
    found: &[Listing],
    all: i64,
    lang: Lang,
) -> (String, String) {
    let category = search
        .category
        .as_deref()
        .and_then(|id| app.pack.market()?.category(id))
        .map(|category| category.name.get(lang));
    let words: Vec<&str> = [search.q.as_deref(), category]
        .into_iter()
        .flatten()
        .collect();
    let what = words.join(" · ");
    let subject = message!(
        "您关注的有 {all} 条新信息 {what}",
        "{all} new for your search {what}",
        "관심 검색에 새 글 {all}건 {what}"
    );
    let mut text = format!("{}\n\n", subject.get(lang));
    for listing in found {
        let (title, url) = (&listing.title, &app.public_url);
        text.push_str(title);
        text.push('\n');
        text.push_str(url);
        text.push_str("/market/");
        text.push_str(&listing.id.to_string());
        text.push_str("\n\n");
    }
    let url = format!("{}/market/searches", app.public_url);
    let end = message!(
        "不想再收到，请在这里删除：{url}\n",
        "Delete the search here to get no more letters: {url}\n",
        "더 받지 않으려면 여기서 삭제하세요: {url}\n"
    );
    text.push_str(end.get(lang));
    (subject.get(lang).trim().to_owned(), text)
}
