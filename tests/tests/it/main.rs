//! Black-box tests of the whole service over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod alerts;
mod commands;
mod contract;
mod crash;
mod desk;
mod event_race;
mod event_stalls;
mod events;
mod figures;
mod figures_out;
mod follow_up;
mod following;
mod inbox;
mod inbox_upgrade;
mod letters;
mod market;
mod market_agree;
mod market_race;
mod moderation;
mod month;
mod open311;
mod open311_clients;
mod photos;
mod pickup_day;
mod pickup_office;
mod pickup_race;
mod pickups;
mod privacy;
mod races;
mod replicas;
mod reports;
mod schema;
mod sorting;
mod swap_day;
mod targets;
mod together;
mod webhooks;

/// The server's binary, built with these tests.
fn binary() -> wufei_tests::process::Binary {
    wufei_tests::process::Binary(env!("CARGO_BIN_EXE_wufei-under-test").into())
}
