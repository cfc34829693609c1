//! A simulated month: thousands of reports, fourteen offices and the townships', everybody at random
//! but from a seed, on a clock that the test moves. What is left is then checked against rules
//! written anew here: where a case may go, when it is due, who is written to, and what the public is
//! told of it all.
//!
//! `WUFEI_MONTH_REPORTS` and `WUFEI_MONTH_SEED` set its size and its chance; `make month` plays
//! ten thousand.

mod acts;
mod calendar;
mod clock;
mod law;
mod pack;
mod play;
mod story;
mod town;

use wufei_tests::Database;

use town::Town;

fn setting(name: &str, or: u64) -> u64 {
    std::env::var(name).map_or(or, |text| text.parse().unwrap())
}

async fn a_month(database: Database) {
    let seed = setting("WUFEI_MONTH_SEED", 20_260_910);
    let reports = usize::try_from(setting("WUFEI_MONTH_REPORTS", 600)).unwrap();
    // Shown when it fails.
    println!("WUFEI_MONTH_SEED={seed} WUFEI_MONTH_REPORTS={reports}");
    let town = Town::start(database).await;
    let played = play::play(&town, seed, reports).await;
    println!("{} cases, {} letters, end {}", played.cases.len(), town.mail.len(), played.end);
    println!("{:#?}", town.done.lock().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_ends_lawfully_in_time_by_letter_and_in_figures_on_sqlite() {
    a_month(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_ends_lawfully_in_time_by_letter_and_in_figures_on_postgres() {
    a_month(Database::postgres().await).await;
}
