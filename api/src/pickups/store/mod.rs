//! All SQL of pickups.

mod bookings;
mod contacts;
mod day;
mod office;
mod slots;

pub use bookings::*;
pub use contacts::*;
pub use day::*;
pub use office::*;
pub use slots::*;
