//! Photos over HTTP: taken in and checked the moment they are picked, shown to whoever may see them.

mod http;

pub use http::{PhotoUploaded, load, no_photo, original, router, shield, take_in};
