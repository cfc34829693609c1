//! All SQL of organisations and events.

mod events;
mod organisations;
mod stalls;
mod swap;

pub use events::*;
pub use organisations::*;
pub use stalls::*;
pub use swap::*;
