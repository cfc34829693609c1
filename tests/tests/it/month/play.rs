//! Thirty-one days, several times a day: the clock moves, the service sweeps and delivers, residents
//! report, and everybody does something. The mail server goes away, and the process is killed.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use futures::StreamExt;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::acts::Case;
use super::calendar::local_date;
use super::town::{Town, first_moment};

pub const DAYS: i64 = 31;
/// Requests that are under way at once.
const AT_ONCE: usize = 8;

/// When something happens in a day, in the district's time, give or take.
const HOURS: [&str; 8] = [
    "06:40", "08:40", "10:20", "11:40", "13:20", "15:00", "16:30", "20:30",
];

/// What is going on when the process is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moment {
    Delivery,
    Filing,
    Acts,
    Sweep,
}

/// By day and part of the day. Never a week apart: the limits of signing in forget at a restart.
const KILLS: [(i64, usize, Moment); 7] = [
    (3, 4, Moment::Acts),
    (6, 5, Moment::Delivery),
    (11, 3, Moment::Filing),
    (15, 4, Moment::Sweep),
    (19, 5, Moment::Delivery),
    (24, 2, Moment::Acts),
    (28, 6, Moment::Delivery),
];

/// The mail server is away from one part of the day to another.
const AWAY: [(i64, usize, i64, usize); 3] = [(6, 1, 6, 5), (14, 6, 15, 2), (28, 3, 28, 6)];

pub struct Played {
    pub cases: Vec<Case>,
    pub end: DateTime<Utc>,
}

struct Month<'a> {
    town: &'a Town,
    seed: u64,
    rng: StdRng,
    cases: Vec<Case>,
    codes: Vec<String>,
}

/// Plays a month with so many reports.
pub async fn play(town: &Town, seed: u64, reports: usize) -> Played {
    let mut month = Month {
        town,
        seed,
        rng: StdRng::seed_from_u64(seed),
        cases: Vec::new(),
        codes: Vec::new(),
    };
    for day in 0..DAYS {
        for part in 0..HOURS.len() {
            month.part(day, part, reports).await;
        }
    }
    // The last letters: whatever waits for another attempt is due by then.
    town.mail.go_away(false);
    town.server.advance(TimeDelta::hours(1)).await;
    town.sweep().await;
    town.server.advance(TimeDelta::hours(7)).await;
    town.server.deliver().await.unwrap();
    Played {
        cases: month.cases,
        end: town.now(),
    }
}

impl Month<'_> {
    fn moment(&mut self, day: i64, part: usize) -> DateTime<Utc> {
        let time: NaiveTime = format!("{}:00", HOURS[part]).parse().unwrap();
        let date = local_date(first_moment() + TimeDelta::days(day));
        let local = date.and_time(time).and_utc() - TimeDelta::hours(8);
        local + TimeDelta::seconds(self.rng.random_range(0..600))
    }

    async fn part(&mut self, day: i64, part: usize, reports: usize) {
        let town = self.town;
        let kill = KILLS
            .iter()
            .find(|(on, at, _)| (*on, *at) == (day, part))
            .map(|(.., moment)| *moment);
        for (from_day, from, to_day, to) in AWAY {
            if (day, part) == (from_day, from) || (day, part) == (to_day, to) {
                town.mail.go_away((day, part) == (from_day, from));
            }
        }
        let moment = self.moment(day, part);
        town.server.at(moment).await;
        if kill == Some(Moment::Sweep) {
            let (_, ()) = tokio::join!(town.server.sweep(), town.kill());
        }
        town.sweep().await;
        self.deliver(kill == Some(Moment::Delivery)).await;
        if day + 1 < DAYS {
            self.file(day, part, reports, kill == Some(Moment::Filing))
                .await;
        }
        for round in 0..2 {
            let later = TimeDelta::seconds(self.rng.random_range(60..1500));
            town.server.advance(later).await;
            self.round(day, part, kill == Some(Moment::Acts) && round == 0)
                .await;
        }
    }

    /// Delivers, and kills in the middle of it.
    async fn deliver(&mut self, kill: bool) {
        let town = self.town;
        if !kill {
            return town.server.deliver().await.unwrap();
        }
        let some = town.mail.len() + 3;
        tokio::select! {
            delivered = town.server.deliver() => delivered.unwrap(),
            () = town.mail.has(some) => {}
        }
        town.kill().await;
    }

    /// Kills once some more requests were answered, or the work is done.
    async fn killed<T>(&self, kill: bool, work: impl Future<Output = T>) -> T {
        if !kill {
            return work.await;
        }
        let town = self.town;
        let mut answered = town.answered.subscribe();
        let some = *answered.borrow() + 5;
        let done = tokio_util::sync::CancellationToken::new();
        let work = async {
            let result = work.await;
            done.cancel();
            result
        };
        let killer = async {
            tokio::select! {
                waited = answered.wait_for(|count| *count >= some) => drop(waited),
                () = done.cancelled() => {}
            }
            town.kill().await;
        };
        tokio::join!(work, killer).0
    }

    /// Residents report what they see, at one moment.
    async fn file(&mut self, day: i64, part: usize, reports: usize, kill: bool) {
        let parts = usize::try_from(DAYS - 1).unwrap() * HOURS.len();
        let now = usize::try_from(day).unwrap() * HOURS.len() + part;
        let numbers = reports * now / parts..reports * (now + 1) / parts;
        if numbers.is_empty() {
            return;
        }
        let (town, seed) = (self.town, self.seed);
        town.server.advance(TimeDelta::seconds(37)).await;
        let filing = futures::stream::iter(numbers)
            .map(|number| Case::file(town, seed, number))
            .buffered(AT_ONCE)
            .collect::<Vec<Case>>();
        let filed = self.killed(kill, filing).await;
        self.codes
            .extend(filed.iter().map(|case| case.code.clone()));
        self.cases.extend(filed);
    }

    /// Everybody may do one thing to each case, at one moment.
    async fn round(&mut self, day: i64, part: usize, kill: bool) {
        if self.cases.is_empty() {
            return;
        }
        let date = local_date(first_moment() + TimeDelta::days(day));
        let open = self.town.pack.calendar.is_working_day(date);
        let day_time = (1..HOURS.len() - 1).contains(&part);
        // Somebody is on duty for urgent cases on every day.
        let work = (day_time, day_time && open);
        let mut cases = std::mem::take(&mut self.cases);
        let (town, codes) = (self.town, &self.codes);
        let turns = futures::stream::iter(cases.iter_mut())
            .for_each_concurrent(AT_ONCE, |case| case.turn(town, work, codes));
        self.killed(kill, turns).await;
        self.cases = cases;
    }
}
