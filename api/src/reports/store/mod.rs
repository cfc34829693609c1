//! All SQL of reports.

mod events;
mod evidence;
mod followers;
mod reports;

pub use events::*;
pub use evidence::*;
pub use followers::*;
pub use reports::*;
