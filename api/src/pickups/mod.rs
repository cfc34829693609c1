//! Pickups by appointment: a place is taken once, a booking is changed in place, and the price is
//! known before.
//!
//! What is collected, when and by whom comes from the pack; staff edit rounds, prices and exceptions.
//! `capacity` never gives room twice; `booking` holds, confirms and cancels, `change` changes in place;
//! `sweep` is what time does.

mod access;
mod booking;
mod calendar_file;
mod capacity;
mod change;
mod contact;
mod crew;
pub mod custody;
mod day;
mod draft;
mod export;
pub mod figures;
pub mod household;
mod http;
mod label;
mod letters;
pub mod model;
mod next_slot;
mod plan;
pub mod price;
mod refusals;
pub mod route;
pub mod slots;
pub mod store;
mod sweep;
mod view;

pub use access::may_see;
pub use day::Day;
pub use http::{may_see_photo, router};
pub use sweep::sweep;
