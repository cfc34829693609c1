//! Where and when an after-photo was taken, as the capture itself says it: the page that takes the
//! photo asks the phone for its place at that moment. What the file claims (EXIF) stays a hint
//! beside it, since files can be edited and old ones sent again.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::filing::point;
use super::model::Report;
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::{Datum, Point};
use crate::shared::id::{LinkId, PhotoId};

/// A phone's clock may be ahead by so much.
const CLOCK_SLACK: TimeDelta = TimeDelta::minutes(5);
/// A position known no better than this proves nothing.
const WORST_ACCURACY_M: f64 = 500.0;

/// Where and when a photo was taken.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    pub photo_id: PhotoId,
    pub lng: f64,
    pub lat: f64,
    #[serde(default)]
    pub datum: Datum,
    /// How well the phone knows its place, in metres.
    pub accuracy_m: f64,
    pub taken_at: DateTime<Utc>,
}

/// After-photos as somebody hands them in, be it with the case, a part of it or a contractor's task.
#[derive(Clone, Debug)]
pub struct AfterPhotos {
    pub ids: Vec<PhotoId>,
    pub captures: Vec<Capture>,
    /// Why one was taken away from the place.
    pub away_reason: Option<String>,
}

/// What a capture proves of an after-photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Taken at the place after the case was dispatched.
    AtThePlace,
    /// Taken further away; the office explains why.
    Away,
    /// The capture does not say.
    Unstated,
}

/// A capture as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KeptCapture {
    pub photo_id: PhotoId,
    pub lng: f64,
    pub lat: f64,
    pub accuracy_m: f64,
    pub taken_at: DateTime<Utc>,
}

impl KeptCapture {
    /// Metres between the photo and the case's place.
    pub fn distance_m(&self, report: &Report) -> f64 {
        Point::stored(self.lng, self.lat).distance_m(Point::stored(report.lng, report.lat))
    }
}

/// What the captures of a case prove of one of its photos.
pub fn proof(app: &App, report: &Report, photo: PhotoId, captures: &[KeptCapture]) -> Proof {
    let Some(capture) = captures.iter().find(|capture| capture.photo_id == photo) else {
        return Proof::Unstated;
    };
    if is_near(app, capture.distance_m(report), capture.accuracy_m) {
        Proof::AtThePlace
    } else {
        Proof::Away
    }
}

/// The phone's own doubt is in its favour, up to the distance itself.
fn is_near(app: &App, distance_m: f64, accuracy_m: f64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "at most 5,000 metres")]
    let within = app.pack.follow_up().after_photo_within_m as f64;
    distance_m <= within + accuracy_m.min(within)
}

impl AfterPhotos {
    /// Checks the captures before they are kept.
    ///
    /// # Errors
    /// 422 naming the capture that is of no photo sent, of the wrong time or no place; `away_reason`
    /// when a photo was taken elsewhere and nobody says why.
    pub fn check(&self, app: &App, report: &Report) -> Result<()> {
        let now = app.clock.now();
        let mut away = false;
        for (index, capture) in self.captures.iter().enumerate() {
            let field = |name: &str| format!("captures[{index}].{name}");
            if !self.ids.contains(&capture.photo_id) {
                return Err(Error::field(
                    field("photo_id"),
                    message!(
                        "拍摄信息对不上照片。",
                        "This capture is of no photo sent with it.",
                        "촬영 정보에 해당하는 사진이 없습니다."
                    ),
                ));
            }
            if !(0.0..=100_000.0).contains(&capture.accuracy_m) {
                return Err(Error::field(
                    field("accuracy_m"),
                    message!(
                        "定位精度须在 0 到 100000 米之间。",
                        "Between 0 and 100,000 metres.",
                        "위치 정확도는 0~100,000m여야 합니다."
                    ),
                ));
            }
            let early = report.dispatched_at.is_some_and(|at| capture.taken_at < at);
            if early || capture.taken_at > now + CLOCK_SLACK {
                return Err(Error::field(
                    field("taken_at"),
                    message!(
                        "处置后的照片须在派遣之后、现在之前拍摄。",
                        "An after-photo is taken after the case was dispatched, and not in the future.",
                        "처리 후 사진은 배정 이후, 현재 이전에 촬영한 것이어야 합니다."
                    ),
                ));
            }
            let taken = point(capture.lng, capture.lat, capture.datum)?;
            let distance = taken.distance_m(Point::stored(report.lng, report.lat));
            away |= capture.accuracy_m <= WORST_ACCURACY_M
                && !is_near(app, distance, capture.accuracy_m);
        }
        if away && self.away_reason.is_none() {
            return Err(Error::field(
                "away_reason",
                message!(
                    "照片不是在举报的地点拍的，请说明原因，或到现场重拍。",
                    "A photo was taken away from the place: say why, or take it there.",
                    "사진이 신고 장소에서 촬영되지 않았습니다. 이유를 적거나 현장에서 다시 촬영해 주세요."
                ),
            ));
        }
        Ok(())
    }

    /// The office's words, with why a photo was taken elsewhere.
    pub fn explained(&self, note: String) -> String {
        match &self.away_reason {
            Some(reason) => format!("{note}\n（照片不在现场拍摄：{reason}）"),
            None => note,
        }
    }

    /// Keeps the captures whose place the phone knew well enough.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(&self, app: &App, tx: &mut Tx, link: Option<LinkId>) -> Result<()> {
        for capture in &self.captures {
            if capture.accuracy_m > WORST_ACCURACY_M {
                continue;
            }
            let taken = point(capture.lng, capture.lat, capture.datum)?;
            let kept = KeptCapture {
                photo_id: capture.photo_id,
                lng: taken.lng(),
                lat: taken.lat(),
                accuracy_m: capture.accuracy_m,
                taken_at: capture.taken_at,
            };
            store::insert_capture(tx, &kept, link, app.clock.now()).await?;
        }
        Ok(())
    }
}
