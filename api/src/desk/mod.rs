//! The departments' desk: the inbox of an office, and every step by which a case is followed up.

mod http;
pub(crate) mod inbox;
pub mod live;
pub mod model;
mod replies;
mod together;
mod view;

pub use http::router;
pub use live::Live;
