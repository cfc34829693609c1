//! What somebody is known for: kept promises, missed ones and ratings, each of which fades.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::market;
use super::model::Thumbs;
use super::store::{self, MarkRow};
use crate::app::App;
use crate::district::Lang;
use crate::message;
use crate::shared::error::Result;
use crate::shared::id::AccountId;
use crate::text_enum;

/// After so many half-lives nothing is left to count.
const HALF_LIVES: i32 = 8;

text_enum! {
    /// A reputation in a word.
    Standing {
        New = "new",
        Reliable = "reliable",
        Mixed = "mixed",
        /// Did not come several times of late.
        Unreliable = "unreliable",
    }
}

/// What others see of somebody's past here. Counts are faded: each event counts 0.5^(age/half-life).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Reputation {
    pub done: f64,
    pub no_shows: f64,
    pub thumbs_up: f64,
    pub thumbs_down: f64,
    pub standing: Standing,
    /// The standing in the caller's language.
    pub standing_name: String,
    /// Days after which an event counts half.
    pub half_life_days: i64,
    /// A merchant whose licence was checked.
    pub merchant: bool,
}

pub async fn of(app: &App, account: AccountId, lang: Lang) -> Result<Reputation> {
    let half_life = market(app)?.half_life;
    let now = app.clock.now();
    let since = now - half_life * HALF_LIVES;
    let done = store::handovers_of(&app.db, account, since).await?;
    let marks = store::marks_about(&app.db, account, since).await?;
    let merchant = store::seller_of(&app.db, account)
        .await?
        .is_some_and(|seller| seller.is_verified());
    Ok(weigh(&done, &marks, now, half_life, merchant, lang))
}

fn weigh(
    done: &[DateTime<Utc>],
    marks: &[MarkRow],
    now: DateTime<Utc>,
    half_life: TimeDelta,
    merchant: bool,
    lang: Lang,
) -> Reputation {
    let weight = |at: DateTime<Utc>| {
        let age = (now - at).as_seconds_f64().max(0.0);
        0.5_f64.powf(age / half_life.as_seconds_f64())
    };
    let sum = |wanted: &dyn Fn(&MarkRow) -> bool| -> f64 {
        marks
            .iter()
            .filter(|mark| wanted(mark))
            .map(|mark| weight(mark.at))
            .fold(0.0, |sum, weight| sum + weight)
    };
    // Not `sum`, which gives a negative zero for nothing.
    let done = done.iter().fold(0.0, |sum, at| sum + weight(*at));
    let no_shows = sum(&|mark| mark.counts);
    let up = sum(&|mark| mark.thumbs == Some(Thumbs::Up));
    let down = sum(&|mark| mark.thumbs == Some(Thumbs::Down));
    let standing = if done + no_shows + up + down < 0.5 {
        Standing::New
    } else if no_shows >= 1.5 && no_shows > done / 3.0 {
        Standing::Unreliable
    } else if no_shows >= 0.5 && no_shows > done / 8.0 || down > 0.5 && down > up / 4.0 {
        Standing::Mixed
    } else {
        Standing::Reliable
    };
    let name = match standing {
        Standing::New => message!("新来的", "New here", "신규"),
        Standing::Reliable => message!("说到做到", "Keeps promises", "약속을 잘 지켜요"),
        Standing::Mixed => message!("有过爽约或差评", "Mixed", "엇갈린 평가"),
        Standing::Unreliable => {
            message!("近来多次爽约", "Often does not come", "약속을 자주 어겨요")
        }
    };
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    Reputation {
        done: tenth(done),
        no_shows: tenth(no_shows),
        thumbs_up: tenth(up),
        thumbs_down: tenth(down),
        standing,
        standing_name: name.get(lang).to_owned(),
        half_life_days: half_life.num_days(),
        merchant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_counts_half_after_each_half_life_and_the_word_follows() {
        let now = DateTime::from_timestamp(1_764_000_000, 0).unwrap();
        let half_life = TimeDelta::days(180);
        let ago = |days| now - TimeDelta::days(days);
        let no_show = |days| MarkRow {
            at: ago(days),
            thumbs: None,
            counts: true,
        };
        let at = |done: &[i64], missed: &[i64]| {
            let done: Vec<_> = done.iter().map(|days| ago(*days)).collect();
            let marks: Vec<_> = missed.iter().map(|days| no_show(*days)).collect();
            weigh(&done, &marks, now, half_life, false, Lang::En)
        };
        assert_eq!(at(&[], &[]).standing, Standing::New);
        let one = at(&[0, 180, 360], &[]);
        assert_eq!((one.done, one.standing), (1.8, Standing::Reliable));
        assert_eq!(at(&[0], &[0, 0]).standing, Standing::Unreliable);
        assert_eq!(at(&[0], &[0]).standing, Standing::Mixed);
        // Two years later one missed promise is forgiven.
        assert_eq!(at(&[0, 1], &[720]).standing, Standing::Reliable);
    }
}
