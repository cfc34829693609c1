//! Pickups by appointment: a place is taken once, a booking is changed in place, and the price is
//! known before.

mod day;
pub mod household;
pub mod price;
pub mod route;
pub mod slots;

pub use day::Day;
