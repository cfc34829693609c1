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
mod count;
mod law;
mod pack;
mod play;
mod post;
mod story;
mod town;
mod walk;

use futures::StreamExt;
use wufei_tests::Database;

use play::Played;
use story::Record;
use town::Town;

fn setting(name: &str, or: u64) -> u64 {
    std::env::var(name).map_or(or, |text| text.parse().unwrap())
}

/// The pages of all cases, as a coordinator reads them.
async fn records(town: &Town, played: &Played) -> Vec<Record> {
    futures::stream::iter(&played.cases)
        .map(async |case| Record::of(town.case(&case.code).await))
        .buffered(8)
        .collect()
        .await
}

/// What is wrong, the first of it in full.
fn report(what: &str, wrong: &[String]) -> String {
    let first: Vec<&str> = wrong.iter().take(12).map(String::as_str).collect();
    format!("{what}: {} wrong\n{}\n", wrong.len(), first.join("\n"))
}

async fn a_month(database: Database) {
    let seed = setting("WUFEI_MONTH_SEED", 20_260_910);
    let reports = usize::try_from(setting("WUFEI_MONTH_REPORTS", 30)).unwrap();
    // Shown when it fails.
    println!("WUFEI_MONTH_SEED={seed} WUFEI_MONTH_REPORTS={reports}");
    let town = Town::start(database).await;
    let played = play::play(&town, seed, reports).await;
    assert_eq!(played.cases.len(), reports);
    let records = records(&town, &played).await;
    let sweeps = town.sweeps.lock().unwrap().clone();
    let (walked, unlawful) = walk::walk(&town.pack, &played.cases, records, &sweeps, played.end);
    let strays = std::mem::take(&mut *town.strays.lock().unwrap());
    let caught = town.mail.caught();
    let kills = *town.kills.lock().unwrap();
    let (letters, post) = post::check(&town.pack, &played.cases, &walked, &strays, &caught, kills);
    // The public reads of whole months only.
    town.server
        .at("2026-11-02T02:00:00Z".parse().unwrap())
        .await;
    let figures = count::check(&town, &played.cases, &walked).await;
    let steps: usize = walked.iter().map(|case| case.record.events.len()).sum();
    let looks: usize = played
        .cases
        .iter()
        .map(|case| case.observations.len())
        .sum();
    println!(
        "{reports} reports, {steps} steps, {looks} deadlines compared, {letters} letters of cases of {} \
         in all, killed {kills} times; {:?}",
        caught.len(),
        town.done.lock().unwrap()
    );
    assert!(
        unlawful.is_empty() && post.is_empty() && figures.is_empty(),
        "seed {seed}\n{}{}{}",
        report("lawful and in time", &unlawful),
        report("letters", &post),
        report("figures", &figures)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_ends_lawfully_in_time_by_letter_and_in_figures_on_sqlite() {
    a_month(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_ends_lawfully_in_time_by_letter_and_in_figures_on_postgres() {
    a_month(Database::postgres().await).await;
}
