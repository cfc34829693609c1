//! The two pictures that are kept: shrunk, turned upright, encoded without metadata.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::decode::Pixels;
use super::fingerprint::Fingerprint;
use super::metadata::Orientation;
use super::{DISPLAY_SIDE, PhotoError, Region, Shield, THUMBNAIL_SIDE};

/// JPEG quality of both pictures. Licence plates and labels stay legible at 80.
const QUALITY: u8 = 80;

#[derive(Debug)]
pub(super) struct Pictures {
    pub(super) display: Vec<u8>,
    pub(super) display_size: (u32, u32),
    pub(super) thumbnail: Vec<u8>,
    pub(super) thumbnail_size: (u32, u32),
    pub(super) fingerprint: Fingerprint,
    pub(super) shielded: Vec<Region>,
}

/// Makes both pictures, shielded, and the fingerprint of the upright thumbnail.
pub(super) fn render(
    original: Pixels,
    orientation: Orientation,
    shield: &Shield,
) -> Result<Pictures, PhotoError> {
    // Turning comes after shrinking: it then moves a few megabytes, not a hundred.
    let display = fit(original, DISPLAY_SIDE)?;
    let mut display = upright(display, orientation);
    // Before anything is encoded: no copy with a face in it exists but the original.
    let shielded = shield.cover(&mut display);
    let thumbnail = shrink(&display, THUMBNAIL_SIDE)?;
    let thumbnail = thumbnail.as_ref().unwrap_or(&display);
    Ok(Pictures {
        fingerprint: Fingerprint::of(thumbnail)?,
        shielded,
        display_size: (display.width, display.height),
        thumbnail_size: (thumbnail.width, thumbnail.height),
        thumbnail: encode(thumbnail)?,
        display: encode(&display)?,
    })
}

fn fit(pixels: Pixels, side: u32) -> Result<Pixels, PhotoError> {
    Ok(shrink(&pixels, side)?.unwrap_or(pixels))
}

/// A copy that fits a square of `side` pixels; `None` if the picture already does.
fn shrink(pixels: &Pixels, side: u32) -> Result<Option<Pixels>, PhotoError> {
    let longest = pixels.width.max(pixels.height);
    if longest <= side {
        return Ok(None);
    }
    let scaled = |length: u32| {
        let rounded = (u64::from(length) * u64::from(side) * 2 + u64::from(longest))
            / (u64::from(longest) * 2);
        u32::try_from(rounded).unwrap_or(side).clamp(1, side)
    };
    resize(pixels, scaled(pixels.width), scaled(pixels.height)).map(Some)
}

/// Resizes by averaging, so that fine patterns do not turn into moiré.
pub(super) fn resize(pixels: &Pixels, width: u32, height: u32) -> Result<Pixels, PhotoError> {
    let failed =
        |reason: &dyn std::fmt::Display| PhotoError::Damaged(format!("resizing: {reason}"));
    let source = ImageRef::new(pixels.width, pixels.height, &pixels.rgb, PixelType::U8x3)
        .map_err(|error| failed(&error))?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Hamming));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|error| failed(&error))?;
    Ok(Pixels {
        width,
        height,
        rgb: target.into_vec(),
    })
}

/// Turns a picture as its EXIF orientation asks (EXIF 2.32, table 4, tag 274).
fn upright(pixels: Pixels, orientation: Orientation) -> Pixels {
    if orientation == Orientation::Upright {
        return pixels;
    }
    let (width, height) = orientation.upright_size(pixels.width, pixels.height);
    let (source, _) = pixels.rgb.as_chunks::<3>();
    let stored_width = pixels.width as usize;
    let (right, bottom) = (
        stored_width.saturating_sub(1),
        (pixels.height as usize).saturating_sub(1),
    );
    let mut rgb = Vec::with_capacity(pixels.rgb.len());
    for y in 0..height as usize {
        for x in 0..width as usize {
            let (column, row) = match orientation {
                Orientation::Upright => (x, y),
                Orientation::MirrorHorizontal => (right - x, y),
                Orientation::Rotate180 => (right - x, bottom - y),
                Orientation::MirrorVertical => (x, bottom - y),
                Orientation::Transpose => (y, x),
                Orientation::Rotate90 => (y, bottom - x),
                Orientation::Transverse => (right - y, bottom - x),
                Orientation::Rotate270 => (right - y, x),
            };
            rgb.extend_from_slice(&source[row * stored_width + column]);
        }
    }
    Pixels { width, height, rgb }
}

fn encode(pixels: &Pixels) -> Result<Vec<u8>, PhotoError> {
    let failed = || PhotoError::Damaged("encoding failed".to_owned());
    let width = u16::try_from(pixels.width).map_err(|_| failed())?;
    let height = u16::try_from(pixels.height).map_err(|_| failed())?;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder
        .encode(&pixels.rgb, width, height, ColorType::Rgb)
        .map_err(|_| failed())?;
    Ok(file)
}
