//! Photos of dumping: a stranger's file goes in, two clean JPEGs and a few facts come out.
//!
//! What it promises:
//! - Nothing of the uploaded file is passed on: both pictures are decoded and
//!   encoded anew, without EXIF, XMP, ICC profile, comments, embedded thumbnail
//!   or trailing data. A wide-gamut profile is dropped, not applied: colours
//!   come out slightly duller, which does not matter for rubbish.
//! - The format is found by looking at the bytes, never at a name or a header.
//! - Sizes are checked before a pixel is decoded, so memory and time are bounded
//!   by [`MAX_BYTES`], [`MAX_PIXELS`] and [`MAX_DECODED_BYTES`].
//! - A decoder that panics is an error of that photo, not of the service. This
//!   needs `panic = "unwind"`, the default of every Cargo profile.
//! - Of an animation (WebP, APNG) the first picture is taken.
//! - Pure computation: no clock, no files, no logging. [`prepare`] blocks for tens
//!   of milliseconds; run it on a blocking thread behind a semaphore.
//!
//! The position in the EXIF data is returned for the caller to offer to the
//! resident ([`Prepared::gps_hint`]) and is not in the pictures.

mod decode;
mod fingerprint;
mod jpeg;
mod metadata;
mod png;
mod render;
mod shield;
mod sniff;
mod webp;

#[cfg(test)]
mod tests;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{FixedOffset, NaiveDateTime};
use sha2::{Digest, Sha256};

pub use fingerprint::{Fingerprint, SAME_PICTURE};
pub use shield::{Kind as ShieldKind, MAX_REGIONS, Region, Shield};

/// Longest file taken, in bytes (20 MiB). Phone JPEGs of 50 megapixels stay below it.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// Most pixels a picture may declare.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Longest side a picture may declare, in pixels. Panoramas of phones end near 16,000.
pub const MAX_SIDE: u32 = 20_000;
/// Shortest side a picture may declare, in pixels: less shows nothing, and is
/// what tracking pixels and probes look like.
pub const MIN_SIDE: u32 = 16;
/// Most memory the pixels of one decoded PNG, WebP or progressive JPEG may take,
/// in bytes. These formats have to be decoded whole.
pub const MAX_DECODED_BYTES: u64 = 160 * 1024 * 1024;
/// Longest side of [`Prepared::display`], in pixels.
pub const DISPLAY_SIDE: u32 = 1600;
/// Longest side of [`Prepared::thumbnail`], in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
    Heic,
}

/// Why a photo is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    #[error("the file has {bytes} bytes, more than {limit}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("the picture has {width} × {height} pixels, more than is taken")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the picture has a side below {MIN_SIDE} pixels")]
    TooSmall,
    #[error("the file is empty")]
    Empty,
    #[error("the file is not an image")]
    NotAnImage,
    /// `name` is a fixed English word, safe to log and to look up a translation by.
    #[error("{name} is not taken")]
    UnsupportedFormat { name: &'static str },
    /// The phone kept its own format; it sends JPEG when set to "most compatible".
    #[error("HEIC cannot be read")]
    HeicUnsupported,
    /// The reason is for the log; it holds nothing of the picture.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
    /// Well-formed, but made to take more time or memory than its size explains.
    #[error("the picture is too complex to decode")]
    TooComplex,
}

/// A photo made safe to keep and to show.
#[derive(Clone, PartialEq)]
pub struct Prepared {
    /// Pixels of the original, upright.
    pub width: u32,
    pub height: u32,
    /// Upright JPEG, longest side at most [`DISPLAY_SIDE`], never enlarged.
    pub display: Vec<u8>,
    /// Width and height of `display`, in pixels.
    pub display_size: (u32, u32),
    /// Upright JPEG, longest side at most [`THUMBNAIL_SIDE`], never enlarged.
    pub thumbnail: Vec<u8>,
    /// Width and height of `thumbnail`, in pixels.
    pub thumbnail_size: (u32, u32),
    pub fingerprint: Fingerprint,
    /// What was made unreadable in both pictures.
    pub shielded: Vec<Region>,
    /// SHA-256 of the bytes as uploaded.
    pub sha256: [u8; 32],
    pub format: Format,
    /// When the shutter was pressed, in the local time the camera believed in
    /// (EXIF `DateTimeOriginal`, else `DateTimeDigitized`). Anyone can forge it.
    pub taken_at: Option<NaiveDateTime>,
    /// The offset of `taken_at` from UTC, where the camera wrote it (EXIF 2.31).
    pub taken_offset: Option<FixedOffset>,
    /// Longitude and latitude in degrees, WGS-84, as EXIF claims them: a hint to
    /// offer to the resident, never proof. `GPSMapDatum` is ignored, because phones
    /// write WGS-84 whatever they name.
    pub gps_hint: Option<(f64, f64)>,
}

/// Leaves out pictures, time and place, so that a stray `{:?}` puts nothing personal in a log.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("format", &self.format)
            .field("width", &self.width)
            .field("height", &self.height)
            .field("display_bytes", &self.display.len())
            .field("thumbnail_bytes", &self.thumbnail.len())
            .finish_non_exhaustive()
    }
}

/// Decodes, turns upright, shrinks, shields and re-encodes a photo, and reads the facts in it.
///
/// # Errors
/// See [`PhotoError`]. Broken EXIF data is never an error; it counts as absent.
pub fn prepare(bytes: &[u8], shield: &Shield) -> Result<Prepared, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(PhotoError::TooLarge {
            bytes: bytes.len(),
            limit: MAX_BYTES,
        });
    }
    let format = sniff::sniff(bytes)?;
    guarded(|| prepare_as(format, bytes, shield))?
}

fn prepare_as(format: Format, bytes: &[u8], shield: &Shield) -> Result<Prepared, PhotoError> {
    let decoded = decode::decode(format, bytes)?;
    // EXIF is a courtesy: a reader that panics on it must not cost the photo.
    let facts = decoded
        .exif
        .and_then(|block| guarded(|| metadata::read(block)).ok())
        .unwrap_or_default();
    let (width, height) = facts
        .orientation
        .upright_size(decoded.width, decoded.height);
    let pictures = render::render(decoded.pixels, facts.orientation, shield)?;

    Ok(Prepared {
        width,
        height,
        display: pictures.display,
        display_size: pictures.display_size,
        thumbnail: pictures.thumbnail,
        thumbnail_size: pictures.thumbnail_size,
        fingerprint: pictures.fingerprint,
        shielded: pictures.shielded,
        sha256: Sha256::digest(bytes).into(),
        format,
        taken_at: facts.taken_at,
        taken_offset: facts.taken_offset,
        gps_hint: facts.gps_hint,
    })
}

/// Turns a panic into `Damaged`: decoders read strangers' bytes and are not ours.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, PhotoError> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| PhotoError::Damaged("a decoder panicked".to_owned()))
}

/// Refuses sizes outside the limits, before anything is allocated for them.
fn check_size(width: u32, height: u32) -> Result<(), PhotoError> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(PhotoError::TooSmall);
    }
    Ok(())
}
