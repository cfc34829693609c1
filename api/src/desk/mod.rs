//! The departments' desk: the inbox of an office, and every step by which a case is followed up.

pub(crate) mod http;
pub(crate) mod inbox;
mod together;
mod view;

pub use http::router;
