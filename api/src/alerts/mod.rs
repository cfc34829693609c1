//! Alerts: letters about new reports at a point, in a township, of a category, for people without an
//! account.
//!
//! Nothing is sent to an address, but one letter that asks, until its holder says yes (double opt-in);
//! one tap in any letter ends it (RFC 8058); after a year it ends by itself. Filing puts a report into
//! a queue within its transaction; `sweep` takes it out, finds whom it concerns, and puts the letters
//! into the outbox, all in one transaction: each alert hears of a report once, whatever replica is
//! quicker.

mod http;
mod letters;
pub mod model;
mod store;
mod sweep;

pub use http::router;
pub use store::queue;
pub use sweep::sweep;
