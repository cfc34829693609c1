//! Photos: checked the moment they are picked, cleaned of every trace of metadata, kept.
//!
//! The picture a client sends is evidence: its bytes are kept under their SHA-256 and shown to staff
//! only. The public sees two renditions re-encoded from the pixels. GPS and time from EXIF are a
//! hint to the uploader and never shown to anybody else but the desk.

mod model;
pub mod store;
mod sweep;

pub use model::{
    Photo, Purpose, display_blob, display_url, original_blob, thumbnail_blob, thumbnail_url,
};
pub use sweep::{UNATTACHED_FOR, sweep_unattached};

/// Most photos in one upload step of a report.
pub const MAX_PER_REPORT: usize = 9;
