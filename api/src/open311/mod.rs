//! Open311 GeoReport v2, read and write: other systems list what can be reported, file reports with a
//! key of theirs, and read them back as the public does.
//!
//! The specification: <https://wiki.open311.org/GeoReport_v2>. Every answer comes as JSON and as XML.
//! Services are the district's categories, attributes their questions, service request ids the
//! tracking codes.

mod filing;
mod http;
pub mod keys;
mod params;
mod reading;
mod store;
mod xml;

pub use http::router;
