//! What residents write, before the public reads it: values in, a verdict out. Knows neither the web
//! nor the database.
//!
//! So far: personal data is found and masked, so that a telephone number written into a report never
//! reaches its public page.

mod personal_data;

pub use personal_data::{Finding, Kind, find_personal_data, mask_personal_data};
