//! What somebody wants to hear of.

use chrono::{DateTime, TimeDelta, Utc};

use crate::reports::model::{Report, Status};
use crate::shared::geo::Point;
use crate::shared::id::AlertId;
use crate::text_enum;

/// How long the letter that asks can be answered.
pub const ASKED_FOR: TimeDelta = TimeDelta::days(7);
/// How long an alert lives unless it is renewed.
pub const LIVES: TimeDelta = TimeDelta::days(365);
/// How long before its end a letter offers to renew it.
pub const REMINDED_BEFORE: TimeDelta = TimeDelta::days(30);
/// Alerts of one address.
pub const MAX_PER_ADDRESS: i64 = 20;

text_enum! {
    /// How often letters come.
    AlertFrequency {
        /// A letter for each report, within minutes.
        Instant = "instant",
        /// One letter each morning, when there is something.
        Daily = "daily",
    }
}

/// Somebody's wish for letters.
#[derive(Clone, sqlx::FromRow)]
pub struct Alert {
    pub id: AlertId,
    pub email: String,
    pub lang: String,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    pub radius_m: Option<i64>,
    pub township: Option<String>,
    pub category: Option<String>,
    pub frequency: AlertFrequency,
    /// Ends or renews it.
    pub token: String,
    pub confirm_hash: Option<Vec<u8>>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
    pub reminded_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Alert {
    /// The circle, in metres.
    pub fn circle(&self) -> Option<(Point, i64)> {
        Some((Point::stored(self.lng?, self.lat?), self.radius_m?))
    }

    /// Whether a report is one of those asked for, by the place that the public sees: ever smaller
    /// circles must not find a private report's doorstep.
    pub fn wants(&self, report: &Report) -> bool {
        let place = Point::stored(report.public_lng, report.public_lat);
        let near = self.circle().is_none_or(|(middle, radius_m)| {
            let radius_m = u32::try_from(radius_m).unwrap_or(0);
            middle.distance_m(place) <= f64::from(radius_m)
        });
        near && self
            .township
            .as_ref()
            .is_none_or(|code| report.township.as_ref() == Some(code))
            && self
                .category
                .as_ref()
                .is_none_or(|id| *id == report.category)
    }
}

/// Whether a report is still news when its turn comes.
pub fn is_news(report: &Report) -> bool {
    !matches!(report.status, Status::Rejected | Status::Merged)
}
