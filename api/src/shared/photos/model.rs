//! What is known of a photo, and what its blobs are called.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;

use crate::shared::hex::hex;
use crate::shared::id::{EventId, PhotoId, ReportId};
use crate::shared::imaging::Region;

/// What a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Purpose {
    /// What the resident saw.
    Report,
    /// The place after it was dealt with.
    After,
    /// Whatever else a step in the history rests on.
    Evidence,
}

/// A stored photo.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Photo {
    pub id: PhotoId,
    pub sha256: Vec<u8>,
    pub fingerprint: i64,
    pub format: String,
    /// Upright width and height of the original, in pixels.
    pub width: i64,
    pub height: i64,
    pub taken_at: Option<DateTime<Utc>>,
    pub gps_lng: Option<f64>,
    pub gps_lat: Option<f64>,
    pub created_at: DateTime<Utc>,
    pub report_id: Option<ReportId>,
    pub event_id: Option<EventId>,
    pub purpose: Option<Purpose>,
    pub hidden: bool,
    /// Hidden until the moderators have decided.
    pub held: bool,
    /// What is unreadable in the public copies; none for photos from before that was looked for.
    pub shielded: Option<Json<Vec<Region>>>,
}

impl Photo {
    /// Not for the public, by staff's hand or until the moderators have decided.
    pub fn is_kept_back(&self) -> bool {
        self.hidden || self.held
    }
}

pub fn display_url(id: PhotoId) -> String {
    format!("/api/v1/photos/{id}")
}

pub fn thumbnail_url(id: PhotoId) -> String {
    format!("/api/v1/photos/{id}/thumbnail")
}

pub fn display_blob(id: PhotoId) -> String {
    format!("renditions/{id}/display.jpg")
}

pub fn thumbnail_blob(id: PhotoId) -> String {
    format!("renditions/{id}/thumbnail.jpg")
}

/// The original's blob, under its content hash. The id keeps two uploads of the same bytes apart, so
/// that forgetting one can never take the other's evidence away.
pub fn original_blob(sha256: &[u8], id: PhotoId) -> String {
    format!("originals/{}/{id}", hex(sha256))
}
