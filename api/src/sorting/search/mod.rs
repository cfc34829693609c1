//! From what somebody typed to a ruling: the ladder of names, spellings, slips and parts.
//!
//! Every rung either answers, or offers names to choose from, or passes on to the next. An answer
//! says how it matched and how sure it is; below [`SURE`] there is none, only candidates: a wrong bin
//! is worse than a question.

mod index;
mod ladder;
mod parts;
mod slip;
#[cfg(test)]
mod tests;

pub use crate::shared::fold::Traditional;
pub use index::{Entry, Index, Rank};
pub use ladder::{Answer, Hit, MatchedBy, SURE, Target};
