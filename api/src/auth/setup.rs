//! The one-time link that makes the first administrator, and forgetting what has expired.

use chrono::{DateTime, TimeDelta, Utc};

use super::extract::{new_token, token_hash};
use super::{Role, store};
use crate::app::App;
use crate::db::Db;
use crate::shared::error::Result;

const LINK_LIVES: TimeDelta = TimeDelta::hours(24);

/// A fresh token when there is no administrator yet; it replaces one issued before.
pub async fn issue_setup_token(app: &App) -> Result<Option<String>> {
    let mut tx = app.db.begin().await?;
    if store::count_role(&mut tx, Role::Administrator).await? > 0 {
        return Ok(None);
    }
    let token = new_token(&app.random);
    store::insert_setup_token(&mut tx, &token_hash(&token), app.clock.now() + LINK_LIVES).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Forgets expired sessions and links.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<u64> {
    Ok(store::delete_expired(db, now).await?)
}
