//! Feeds of public reports (RSS 2.0): a point with a radius, a township, a category, a state.
//!
//! They hold what the public list holds and no more: places as the public sees them, also when a feed
//! is narrowed by one, so that no circle finds the doorstep of a private report.

mod http;
mod rss;
mod store;

pub use http::{circle, known, router};
