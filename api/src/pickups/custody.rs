//! The chain of custody of hazardous small sources and e-waste: collected → stored → transferred →
//! treated. Every handover is scanned from the label, weighed and signed; a difference beyond the pack's
//! tolerance is flagged for the office (二（二）2, 二（三）1).

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access;
use super::draft::place_line;
use super::model::{BookedItem, Booking, Refusal, Status};
use super::slots::Plan;
use super::store::{self, Handover};
use super::view::{CollectorView, kilograms};
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::district::pickups::{Party, Tolerance};
use crate::message;
use crate::shared::code::Code;
use crate::shared::error::{Error, Result};
use crate::shared::geo::{Datum, Point};
use crate::shared::id::HandoverId;
use crate::shared::message::Message;
use crate::shared::words::tidy;

/// Where a consignment has got to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Stage {
    /// Taken over from the source.
    Collected,
    /// In a store.
    Stored,
    /// On to the next carrier or plant.
    Transferred,
    /// Recycled, disposed of: the end.
    Treated,
}

impl Stage {
    pub const ALL: [Self; 4] = [
        Self::Collected,
        Self::Stored,
        Self::Transferred,
        Self::Treated,
    ];

    pub fn name(self) -> Message {
        match self {
            Self::Collected => message!("已收集", "Collected", "수집"),
            Self::Stored => message!("已贮存", "Stored", "보관"),
            Self::Transferred => message!("已转移", "Transferred", "이동"),
            Self::Treated => message!("已处置利用", "Treated", "처리"),
        }
    }

    /// Whether this may follow. A consignment may be stored and carried on several times, never back
    /// to a stage it has left, and nothing follows treatment.
    pub fn may_follow(self, before: Option<Self>) -> bool {
        match before {
            None => self == Self::Collected,
            Some(Self::Collected) => self == Self::Stored,
            Some(Self::Stored) => matches!(self, Self::Stored | Self::Transferred),
            Some(Self::Transferred) => matches!(self, Self::Transferred | Self::Treated),
            Some(Self::Treated) => false,
        }
    }
}

/// The difference between two weighings, in grams, and whether it is beyond the tolerance.
pub fn difference(before_g: i64, after_g: i64, tolerance: Tolerance) -> (i64, bool) {
    let difference = after_g - before_g;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a weight in grams is far below 2^52"
    )]
    let share = (before_g as f64 * tolerance.percent / 100.0).round() as i64;
    (difference, difference.abs() > share.max(tolerance.grams))
}

/// A handover as staff report it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHandover {
    pub stage: Stage,
    /// When it happened, now where absent; not in the future.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    /// Name of the place, 1 to 120 characters.
    pub place: String,
    #[serde(default)]
    pub lng: Option<f64>,
    #[serde(default)]
    pub lat: Option<f64>,
    #[serde(default)]
    pub datum: Datum,
    /// More than 0, at most 100,000.
    pub weight_kg: f64,
    /// Who takes it over: person and firm, 1 to 80 characters.
    pub received_by: String,
    /// At most 300 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// A weight in grams.
///
/// # Errors
/// 422 naming `weight_kg`.
pub fn grams(kg: f64) -> Result<i64> {
    if !(kg > 0.0 && kg <= 100_000.0) {
        return Err(Error::field(
            "weight_kg",
            message!(
                "重量要大于 0、不超过 100000 公斤。",
                "More than 0 and at most 100,000 kg.",
                "무게는 0보다 크고 100,000kg 이하여야 합니다."
            ),
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 100,000,000 by the check above"
    )]
    let grams = (kg * 1000.0).round() as i64;
    Ok(grams.max(1))
}

/// A time a phone gave: never in the future, and to the microsecond that both databases keep.
pub fn not_in_the_future(at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let at = at.min(now);
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

fn text(field: &str, given: &str, most: usize) -> Result<String> {
    let text = tidy(given).replace('\n', " ");
    if (1..=most).contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(Error::field(
            field,
            message!(
                "请填写，最多 {most} 字。",
                "Between 1 and {most} characters.",
                "1~{most}자로 적어 주세요."
            ),
        ))
    }
}

/// Adds a handover to a chain.
///
/// # Errors
/// 403 for another office, 409 out of order, 422 for what is wrong.
pub async fn hand_over(
    app: &App,
    tx: &mut Tx,
    plan: &Plan<'_>,
    booking: &Booking,
    new: &NewHandover,
    by: &Account,
) -> Result<Handover> {
    access::check(access::runs(app, by, &booking.collector))?;
    let now = app.clock.now();
    let place = text("place", &new.place, 120)?;
    let received_by = text("received_by", &new.received_by, 80)?;
    let note = new
        .note
        .as_deref()
        .map(tidy)
        .filter(|note| !note.is_empty());
    if note.as_ref().is_some_and(|note| note.chars().count() > 300) {
        text("note", &new.note.clone().unwrap_or_default(), 300)?;
    }
    let weight_g = grams(new.weight_kg)?;
    let point = match (new.lng, new.lat) {
        (Some(lng), Some(lat)) => Some(Point::from_datum(lng, lat, new.datum).map_err(|_| {
            Error::field(
                "lng",
                message!(
                    "坐标不对。",
                    "These are no coordinates.",
                    "좌표가 잘못되었습니다."
                ),
            )
        })?),
        _ => None,
    };
    // The booking is held, so that two scans at once come one after the other.
    let held = store::lock(tx, booking.id).await?;
    if held.is_none_or(|held| !matches!(held.status, Status::Collected | Status::Partly)) {
        return Err(Error::Conflict(message!(
            "还没有收集，不能登记流转。",
            "It has not been collected yet.",
            "아직 수집되지 않았습니다."
        )));
    }
    let before = store::last_handover(tx, booking.id).await?;
    if !new
        .stage
        .may_follow(before.as_ref().map(|before| before.stage))
    {
        return Err(out_of_order(before.as_ref()));
    }
    let Some(before) = before else {
        return Err(Error::Conflict(message!(
            "收集时没有登记，这批物品不在追踪范围。",
            "It is not traced: nothing was weighed when it was collected.",
            "수집 시 등록되지 않아 추적 대상이 아닙니다."
        )));
    };
    let at = not_in_the_future(new.at.unwrap_or(now), now);
    if at < before.at - TimeDelta::minutes(5) {
        return Err(Error::field(
            "at",
            message!(
                "时间早于上一次交接。",
                "This is before the handover before it.",
                "이전 인계보다 앞선 시간입니다."
            ),
        ));
    }
    let (difference_g, flagged) =
        difference(before.weight_g, weight_g, plan.pickups.weight_tolerance);
    let handover = Handover {
        id: HandoverId(app.random.uuid(now)),
        pickup_id: booking.id,
        stage: new.stage,
        at,
        received_at: now,
        place,
        lng: point.map(Point::lng),
        lat: point.map(Point::lat),
        weight_g,
        difference_g,
        flagged,
        given_by: before.received_by,
        received_by,
        note,
        actor: by.id,
    };
    store::insert_handover(tx, &handover).await?;
    if flagged {
        metrics::counter!("wufei_custody_flagged_total").increment(1);
        tracing::warn!(pickup = %booking.id, difference_g, "A handover of {} differs in weight", booking.code);
    }
    Ok(handover)
}

fn out_of_order(before: Option<&Handover>) -> Error {
    let name = before.map_or_else(
        || message!("未收集", "not collected", "미수집"),
        |before| before.stage.name(),
    );
    Refusal::NotNow(message!(
        "现在是“{zh}”，不能登记这一步。",
        "It is “{en}” now: this step cannot follow.",
        "현재 '{ko}' 단계입니다. 이 단계는 이어질 수 없습니다.",
        zh = name.zh,
        en = name.en,
        ko = name.ko
    ))
    .into()
}

/// The first link of a chain, made when a crew takes something that is traced.
pub async fn begin(
    app: &App,
    tx: &mut Tx,
    plan: &Plan<'_>,
    booking: &Booking,
    weight_g: i64,
    at: DateTime<Utc>,
    by: &Account,
) -> Result<()> {
    let now = app.clock.now();
    let collector = plan.pickups.collector(&booking.collector);
    let firm = collector.map_or(booking.collector.as_str(), |c| c.name.zh.as_str());
    let handover = Handover {
        id: HandoverId(app.random.uuid(now)),
        pickup_id: booking.id,
        stage: Stage::Collected,
        at,
        received_at: now,
        place: place_line(
            app,
            &booking.township,
            booking.community.as_deref(),
            &booking.address,
            Lang::Zh,
        ),
        lng: booking.lng,
        lat: booking.lat,
        weight_g,
        difference_g: 0,
        flagged: false,
        given_by: booking.name.clone(),
        received_by: format!("{firm} {}", by.name),
        note: None,
        actor: by.id,
    };
    store::insert_handover(tx, &handover).await?;
    Ok(())
}

/// Whether something in a booking is traced.
pub fn is_traced(plan: &Plan<'_>, items: &[BookedItem]) -> bool {
    items.iter().any(|line| {
        line.taken.unwrap_or(line.quantity) > 0
            && plan
                .pickups
                .item(&line.item)
                .is_some_and(|item| item.custody)
    })
}

/// A link of a chain.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HandoverView {
    pub id: HandoverId,
    pub stage: Stage,
    pub stage_text: String,
    pub at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    pub place: String,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    pub weight_kg: f64,
    /// Against the handover before.
    pub difference_kg: f64,
    /// The difference is beyond the tolerance.
    pub flagged: bool,
    pub given_by: String,
    pub received_by: String,
    pub note: Option<String>,
}

impl HandoverView {
    pub fn of(handover: &Handover, lang: Lang) -> Self {
        Self {
            id: handover.id,
            stage: handover.stage,
            stage_text: handover.stage.name().get(lang).to_owned(),
            at: handover.at,
            received_at: handover.received_at,
            place: handover.place.clone(),
            lng: handover.lng,
            lat: handover.lat,
            weight_kg: kilograms(handover.weight_g),
            difference_kg: kilograms(handover.difference_g),
            flagged: handover.flagged,
            given_by: handover.given_by.clone(),
            received_by: handover.received_by.clone(),
            note: handover.note.clone(),
        }
    }
}

/// What is in a consignment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsignmentItem {
    pub item: String,
    pub name: String,
    pub unit_name: String,
    pub count: i64,
}

/// The record of a consignment for its source to keep and print.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustodyRecord {
    pub r#ref: Code,
    pub district: String,
    /// The clauses it is kept under.
    pub clauses: Vec<String>,
    pub party: Party,
    /// Name and place of the source.
    pub source: String,
    pub source_place: String,
    pub collector: Option<CollectorView>,
    /// What was taken of what is traced.
    pub items: Vec<ConsignmentItem>,
    pub handovers: Vec<HandoverView>,
    /// It has been treated.
    pub complete: bool,
    /// Some weighing differs beyond the tolerance.
    pub flagged: bool,
    pub issued_at: DateTime<Utc>,
}

pub async fn record(
    app: &App,
    plan: &Plan<'_>,
    booking: &Booking,
    lang: Lang,
) -> Result<CustodyRecord> {
    let items = store::items(&app.db, booking.id).await?;
    let handovers = store::handovers(&app.db, booking.id).await?;
    let traced = |line: &BookedItem| {
        plan.pickups
            .item(&line.item)
            .filter(|item| item.custody)
            .map(|item| ConsignmentItem {
                item: line.item.clone(),
                name: item.name.get(lang).to_owned(),
                unit_name: item.unit.name().get(lang).to_owned(),
                count: line.taken.unwrap_or(line.quantity),
            })
    };
    Ok(CustodyRecord {
        r#ref: booking.code.clone(),
        district: app.pack.name.get(lang).to_owned(),
        clauses: vec![
            "二（二）2".to_owned(),
            "二（二）3".to_owned(),
            "二（三）1".to_owned(),
        ],
        party: booking.party,
        source: booking.name.clone(),
        source_place: place_line(
            app,
            &booking.township,
            booking.community.as_deref(),
            &booking.address,
            lang,
        ),
        collector: plan
            .pickups
            .collector(&booking.collector)
            .map(|collector| CollectorView::of(collector, lang)),
        items: items.iter().filter_map(traced).collect(),
        complete: handovers
            .last()
            .is_some_and(|last| last.stage == Stage::Treated),
        flagged: handovers.iter().any(|handover| handover.flagged),
        handovers: handovers
            .iter()
            .map(|handover| HandoverView::of(handover, lang))
            .collect(),
        issued_at: app.clock.now(),
    })
}

/// The stages that may follow now.
pub fn next_stages(handovers: &[Handover]) -> Vec<Stage> {
    let before = handovers.last().map(|last| last.stage);
    Stage::ALL
        .into_iter()
        .filter(|stage| before.is_some() && stage.may_follow(before))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_goes_forward_only_and_ends_with_treatment() {
        use Stage::{Collected, Stored, Transferred, Treated};
        for (before, allowed) in [
            (None, [true, false, false, false]),
            (Some(Collected), [false, true, false, false]),
            (Some(Stored), [false, true, true, false]),
            (Some(Transferred), [false, false, true, true]),
            (Some(Treated), [false, false, false, false]),
        ] {
            let may =
                [Collected, Stored, Transferred, Treated].map(|stage| stage.may_follow(before));
            assert_eq!(may, allowed, "{before:?}");
        }
    }

    #[test]
    fn a_difference_beyond_the_larger_tolerance_is_flagged() {
        let tolerance = Tolerance {
            percent: 5.0,
            grams: 500,
        };
        for (before, after, expected) in [
            (100_000, 95_000, (-5_000, false)),
            (100_000, 94_999, (-5_001, true)),
            (100_000, 105_001, (5_001, true)),
            (2_000, 1_500, (-500, false)),
            (2_000, 1_499, (-501, true)),
            (1, 1, (0, false)),
        ] {
            assert_eq!(
                difference(before, after, tolerance),
                expected,
                "{before} → {after}"
            );
        }
    }

    #[test]
    fn weights_are_kept_in_grams() {
        assert_eq!(grams(12.3456).unwrap(), 12_346);
        assert_eq!(grams(0.0001).unwrap(), 1);
        for none in [0.0, -1.0, 100_000.1, f64::NAN, f64::INFINITY] {
            assert!(grams(none).is_err(), "{none}");
        }
    }
}
