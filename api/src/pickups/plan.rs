//! What holds now: the pack's rounds and prices with what staff edited of them.

use std::collections::BTreeMap;

use super::day::Day;
use super::price::SetPrice;
use super::slots::{Closure, Plan};
use super::store::{self, SetTemplate};
use crate::app::App;
use crate::db::Db;
use crate::district::pickups::{Pickups, RoundDay, Template};
use crate::message;
use crate::shared::error::{Error, Result};

/// The district's pickups.
///
/// # Errors
/// 404 where it offers none.
pub fn pickups(app: &App) -> Result<&Pickups> {
    app.pack.pickups().ok_or_else(|| {
        Error::NotFound(message!(
            "本区还没有开通上门收运。",
            "This district offers no pickups.",
            "이 지역은 아직 방문 수거를 제공하지 않습니다."
        ))
    })
}

/// Rounds, closures and prices as they hold now.
pub struct Current<'a> {
    pub plan: Plan<'a>,
    pub prices: Vec<SetPrice>,
}

/// Reads them; before a transaction begins, since a transaction holds a connection of its own.
pub async fn current(app: &App) -> Result<Current<'_>> {
    let pickups = pickups(app)?;
    let calendar = app.pack.calendar();
    let today = Day(calendar.local_date(app.clock.now()));
    let closures = store::blackouts(&app.db, today)
        .await?
        .into_iter()
        .map(|blackout| Closure {
            collector: blackout.collector,
            zone: blackout.zone,
            first: blackout.first_day,
            last: blackout.last_day,
            half: blackout.half,
        })
        .collect();
    Ok(Current {
        plan: Plan {
            pickups,
            calendar,
            templates: templates(&app.db, pickups).await?,
            closures,
        },
        prices: store::prices(&app.db).await?,
    })
}

/// The pack's rounds with those that staff edited in their place, by id.
pub async fn templates(db: &Db, pickups: &Pickups) -> Result<Vec<Template>> {
    let mut templates: BTreeMap<String, Template> = pickups
        .templates
        .iter()
        .map(|template| (template.id.clone(), template.clone()))
        .collect();
    for edited in store::templates(db).await? {
        let template = of_stored(&edited);
        templates.insert(template.id.clone(), template);
    }
    Ok(templates.into_values().collect())
}

/// A stored round as the plan knows it.
pub fn of_stored(stored: &SetTemplate) -> Template {
    Template {
        id: stored.id.clone(),
        collector: stored.collector.clone(),
        zone: stored.zone.clone(),
        days: stored
            .days
            .split_whitespace()
            .filter_map(|word| serde_json::from_value::<RoundDay>(word.into()).ok())
            .collect(),
        half: stored.half,
        items: u32::try_from(stored.items).unwrap_or(0),
        litres: u32::try_from(stored.litres).unwrap_or(0),
    }
}
