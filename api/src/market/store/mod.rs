//! All SQL of the market.

mod asks;
mod finding;
mod listings;
mod people;

pub use asks::*;
pub use finding::*;
pub use listings::*;
pub use people::*;
