//! "Is it this one?": reports within 100 m, of the same category, of the last 30 days, or with the
//! same picture.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::code::Code;
use super::model::{Report, Status};
use super::store;
use super::view::{CategoryView, category_view};
use crate::app::App;
use crate::district::Lang;
use crate::shared::error::Result;
use crate::shared::geo::Point;
use crate::shared::id::{PhotoId, ReportId};
use crate::shared::imaging::Fingerprint;
use crate::shared::photos;
use crate::shared::photos::store as photo_store;

/// Metres.
pub const NEAR_M: f64 = 100.0;
pub const LATELY: TimeDelta = TimeDelta::days(30);
const AT_MOST: usize = 10;

/// A report that may be about the same thing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Similar {
    pub code: Code,
    pub category: CategoryView,
    pub status: Status,
    pub status_text: String,
    /// Metres, to the nearest ten; null when only the picture is the same.
    pub distance_m: Option<i64>,
    pub same_picture: bool,
    pub description: String,
    pub thumbnail_url: Option<String>,
    pub reporters: i64,
    pub created_at: DateTime<Utc>,
}

/// What to compare with.
pub struct Likeness<'a> {
    pub category: &'a str,
    pub point: Point,
    pub photos: &'a [PhotoId],
    /// The report itself, when it has been filed already.
    pub but: Option<ReportId>,
}

/// Similar reports, those with the same picture first, then the nearest.
///
/// A private report is never found by its place (asking from all sides would find its doorstep),
/// unless `all`, which is for the desk.
pub async fn find(app: &App, like: &Likeness<'_>, all: bool, lang: Lang) -> Result<Vec<Similar>> {
    let since = app.clock.now() - LATELY;
    let mut found: HashMap<ReportId, (Report, Option<f64>, bool)> = HashMap::new();
    let bbox = like.point.bounding_box(NEAR_M);
    for report in store::near(&app.db, like.category, bbox, since).await? {
        let distance = like.point.distance_m(Point::stored(report.lng, report.lat));
        if distance <= NEAR_M && (all || !report.private) {
            found.insert(report.id, (report, Some(distance), false));
        }
    }
    for id in with_same_picture(app, like.photos, since).await? {
        if let Some(entry) = found.get_mut(&id) {
            entry.2 = true;
        } else if let Some(report) = store::by_id(&app.db, id).await?
            && (all || !report.private)
        {
            found.insert(id, (report, None, true));
        }
    }
    if let Some(itself) = like.but {
        found.remove(&itself);
    }
    let mut ranked: Vec<_> = found.into_values().collect();
    ranked.sort_by(|a, b| {
        b.2.cmp(&a.2)
            .then(a.1.unwrap_or(f64::MAX).total_cmp(&b.1.unwrap_or(f64::MAX)))
            .then(b.0.created_at.cmp(&a.0.created_at))
    });
    ranked.truncate(AT_MOST);
    let mut similar = Vec::with_capacity(ranked.len());
    for (report, distance, same_picture) in ranked {
        let thumbnail = store::first_photo(&app.db, report.id).await?;
        similar.push(Similar {
            category: category_view(app, &report.category, lang),
            status: report.status,
            status_text: report.status.name().get(lang).to_owned(),
            #[expect(clippy::cast_possible_truncation, reason = "at most 100 metres")]
            distance_m: distance.map(|metres| (metres / 10.0).round() as i64 * 10),
            same_picture,
            description: report.public_description.chars().take(80).collect(),
            thumbnail_url: thumbnail.map(|id| photos::thumbnail_url(PhotoId(id))),
            reporters: report.reporters,
            created_at: report.created_at,
            code: report.code,
        });
    }
    Ok(similar)
}

async fn with_same_picture(
    app: &App,
    photos: &[PhotoId],
    since: DateTime<Utc>,
) -> Result<Vec<ReportId>> {
    let mut ours = Vec::new();
    for photo in photos {
        ours.extend(
            photo_store::find(&app.db, *photo)
                .await?
                .map(|p| fingerprint(p.fingerprint)),
        );
    }
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let known = store::fingerprints_since(&app.db, since).await?;
    let mut same: Vec<ReportId> = known
        .into_iter()
        .filter(|(_, theirs)| {
            ours.iter()
                .any(|mine| mine.is_same_picture(fingerprint(*theirs)))
        })
        .map(|(report, _)| report)
        .collect();
    same.sort_unstable();
    same.dedup();
    Ok(same)
}

fn fingerprint(stored: i64) -> Fingerprint {
    Fingerprint::from_bits(u64::from_ne_bytes(stored.to_ne_bytes()))
}
