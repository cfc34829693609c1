//! People decide what the rules only held: a queue with the reasons, appeals that somebody else
//! decides, bans that two people make for good, rules that are tried before they count.
//!
//! Like `desk` it works across slices: what is decided is carried out by whoever owns the subject.

mod decide;
mod dry_run;
mod flags;
mod http;
mod letters;
pub mod model;
mod owners;
pub mod store;
mod view;

pub use http::router;
