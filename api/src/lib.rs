//! Wufei (无废): the public service of a district's zero-waste programme.
//!
//! Slices (`auth`, `photos`, `reports`, `desk`, `public`) stand on `shared`, which stands on `db`.
//! `district` is the pack of facts about one district and knows no slice.

pub mod alerts;
pub mod app;
pub mod auth;
pub mod commands;
pub mod config;
pub mod db;
pub mod desk;
pub mod district;
pub mod events;
pub mod feeds;
pub mod figures;
pub mod health;
pub mod lifecycle;
pub mod market;
pub mod moderation;
pub mod observe;
pub mod open311;
pub mod photos;
pub mod pickups;
pub mod public;
pub mod reports;
pub mod shared;
pub mod sorting;
pub mod web;
pub mod webhooks;
