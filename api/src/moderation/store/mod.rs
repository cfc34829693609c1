//! The moderators' tables.

mod bans;
mod cases;
mod flags;
mod log;
mod rules;

pub use bans::*;
pub use cases::*;
pub use flags::*;
pub use log::*;
pub use rules::*;
