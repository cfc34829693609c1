//! Photos that were picked and then not used.

use chrono::{DateTime, TimeDelta, Utc};

use super::{model, store};
use crate::db::Db;
use crate::shared::error::{Error, Result};
use crate::shared::storage::Storage;

/// A report written without a signal may be sent days after its photos were.
pub const UNATTACHED_FOR: TimeDelta = TimeDelta::days(7);

/// Deletes unused photos and gives how many.
pub async fn sweep_unattached(db: &Db, storage: &Storage, now: DateTime<Utc>) -> Result<usize> {
    let mut tx = db.begin().await?;
    let gone = store::delete_unattached(&mut tx, now - UNATTACHED_FOR).await?;
    let mut blobs = Vec::new();
    for (id, sha256) in &gone {
        blobs.push(model::display_blob(*id));
        blobs.push(model::thumbnail_blob(*id));
        blobs.push(model::original_blob(sha256, *id));
    }
    // Rows first: a blob without a row is litter, a row without its blob is a lost photo.
    tx.commit().await?;
    for blob in blobs {
        storage.delete(&blob).await.map_err(Error::internal)?;
    }
    Ok(gone.len())
}
