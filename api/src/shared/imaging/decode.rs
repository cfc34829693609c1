//! Pixels out of a stranger's file, within fixed memory and time.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{Format, MAX_DECODED_BYTES, PhotoError, check_size, jpeg, png, webp};

/// Most scans of a JPEG. Encoders write about ten for a progressive picture.
const MAX_SCANS: usize = 64;
/// Most 8 × 8 blocks visited by all scans of a JPEG together: ten scans of
/// 24 megapixels. An empty scan costs a few bytes but visits every block.
const MAX_BLOCK_VISITS: u64 = 6_000_000;

/// Most pixels of a WebP picture: 4096 × 3072. Its decoder is the slowest of all, and
/// no camera writes the format.
const MAX_WEBP_PIXELS: u64 = 12_582_912;
/// Longest lossy WebP stream, in bytes: noise takes several times as long as a photo.
const MAX_LOSSY_WEBP: usize = 4 * 1024 * 1024;

/// Rows of red, green and blue bytes.
#[derive(Debug)]
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgb: Vec<u8>,
}

/// A decoded file: its declared size, its pixels (perhaps fewer) and its EXIF block.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Pixels,
    pub(super) exif: Option<&'a [u8]>,
}

pub(super) fn decode(format: Format, bytes: &[u8]) -> Result<Decoded<'_>, PhotoError> {
    match format {
        Format::Jpeg => decode_jpeg(bytes),
        Format::Png => decode_png(bytes),
        Format::WebP => decode_webp(bytes),
        Format::Heic => Err(PhotoError::HeicUnsupported),
    }
}

fn decode_jpeg(bytes: &[u8]) -> Result<Decoded<'_>, PhotoError> {
    let outline = jpeg::outline(bytes)?;
    let (width, height) = (u32::from(outline.width), u32::from(outline.height));
    check_size(width, height)?;
    let pixels = Pixels {
        width,
        height,
        rgb: decode_jpeg_whole(bytes, &outline)?,
    };
    Ok(Decoded {
        width,
        height,
        pixels,
        exif: outline.exif,
    })
}

fn decode_jpeg_whole(bytes: &[u8], outline: &jpeg::Outline<'_>) -> Result<Vec<u8>, PhotoError> {
    // The decoder would fill what is missing with grey; half a photo is no evidence.
    if !outline.complete {
        return Err(PhotoError::Damaged("JPEG: the file ends early".to_owned()));
    }
    let pixels = u64::from(outline.width) * u64::from(outline.height);
    // Progressive coefficients are kept for the whole picture, two bytes each.
    let coefficients = if outline.progressive || outline.scans > 1 {
        outline.blocks * 128
    } else {
        0
    };
    if coefficients + pixels * 3 > MAX_DECODED_BYTES {
        return Err(PhotoError::TooManyPixels {
            width: outline.width.into(),
            height: outline.height.into(),
        });
    }
    // zune-jpeg 0.5.15 darkens part of a four-colour picture with unequal sampling.
    if outline.components == 4 && outline.subsampled {
        return Err(PhotoError::UnsupportedFormat {
            name: "unusual JPEG",
        });
    }
    if outline.scans > MAX_SCANS || outline.blocks * outline.scans as u64 > MAX_BLOCK_VISITS {
        return Err(PhotoError::TooComplex);
    }
    let options = DecoderOptions::default()
        // The decoder must not see another size than the one that was checked.
        .set_max_width(outline.width.into())
        .set_max_height(outline.height.into())
        .jpeg_set_max_scans(MAX_SCANS)
        .set_strict_mode(false)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder
        .decode()
        .map_err(|error| PhotoError::Damaged(format!("JPEG: {error:?}")))?;
    if rgb.len() as u64 != pixels * 3 {
        return Err(PhotoError::Damaged("JPEG: unexpected colours".to_owned()));
    }
    Ok(rgb)
}

fn decode_png(bytes: &[u8]) -> Result<Decoded<'_>, PhotoError> {
    let pared = png::pare(bytes)?;
    check_size(pared.width, pared.height)?;
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    check_memory(pared.width, pared.height, pared.bytes_per_pixel)?;
    let decoder = PngDecoder::with_limits(Cursor::new(pared.file), limits)
        .map_err(|error| PhotoError::Damaged(format!("PNG: {error}")))?;
    Ok(Decoded {
        width: pared.width,
        height: pared.height,
        pixels: read_pixels(decoder, pared.width, pared.height)?,
        exif: pared.exif,
    })
}

fn decode_webp(bytes: &[u8]) -> Result<Decoded<'_>, PhotoError> {
    let pared = webp::pare(bytes)?;
    check_size(pared.width, pared.height)?;
    if u64::from(pared.width) * u64::from(pared.height) > MAX_WEBP_PIXELS {
        return Err(PhotoError::TooManyPixels {
            width: pared.width,
            height: pared.height,
        });
    }
    if pared.is_lossy && pared.file.len() > MAX_LOSSY_WEBP {
        return Err(PhotoError::TooComplex);
    }
    let decoder = WebPDecoder::new(Cursor::new(pared.file))
        .map_err(|error| PhotoError::Damaged(format!("WebP: {error}")))?;
    Ok(Decoded {
        width: pared.width,
        height: pared.height,
        pixels: read_pixels(decoder, pared.width, pared.height)?,
        exif: pared.exif,
    })
}

fn check_memory(width: u32, height: u32, bytes_per_pixel: u64) -> Result<(), PhotoError> {
    if u64::from(width) * u64::from(height) * bytes_per_pixel > MAX_DECODED_BYTES {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    Ok(())
}

fn read_pixels(decoder: impl ImageDecoder, width: u32, height: u32) -> Result<Pixels, PhotoError> {
    if decoder.dimensions() != (width, height) {
        return Err(PhotoError::Damaged("two sizes in one file".to_owned()));
    }
    let colour = decoder.color_type();
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| PhotoError::TooComplex)?;
    if length as u64 > MAX_DECODED_BYTES {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    let mut samples = vec![0; length];
    decoder
        .read_image(&mut samples)
        .map_err(|error| PhotoError::Damaged(error.to_string()))?;
    Ok(Pixels {
        width,
        height,
        rgb: into_rgb(samples, colour)?,
    })
}

/// Brings every sample layout to opaque RGB. Layouts of at least three bytes a
/// pixel are packed in place, so that a large picture is not held twice.
fn into_rgb(mut samples: Vec<u8>, colour: ColorType) -> Result<Vec<u8>, PhotoError> {
    let high = |sample: [u8; 2]| u16::from_ne_bytes(sample).to_be_bytes()[0];
    match colour {
        ColorType::Rgb8 => {}
        ColorType::L8 => return Ok(samples.iter().flat_map(|v| [*v; 3]).collect()),
        ColorType::La8 => {
            let (pairs, _) = samples.as_chunks();
            return Ok(pairs
                .iter()
                .flat_map(|&[v, a]| [on_white(v, a); 3])
                .collect());
        }
        ColorType::L16 => {
            let (pairs, _) = samples.as_chunks();
            return Ok(pairs.iter().flat_map(|v| [high(*v); 3]).collect());
        }
        ColorType::La16 => pack(&mut samples, |&[v0, v1, a0, a1]| {
            [on_white(high([v0, v1]), high([a0, a1])); 3]
        }),
        ColorType::Rgba8 => pack(&mut samples, |&[r, g, b, a]| {
            [on_white(r, a), on_white(g, a), on_white(b, a)]
        }),
        ColorType::Rgb16 => pack(&mut samples, |&[r0, r1, g0, g1, b0, b1]| {
            [high([r0, r1]), high([g0, g1]), high([b0, b1])]
        }),
        ColorType::Rgba16 => pack(&mut samples, |&[r0, r1, g0, g1, b0, b1, a0, a1]| {
            let alpha = high([a0, a1]);
            [[r0, r1], [g0, g1], [b0, b1]].map(|sample| on_white(high(sample), alpha))
        }),
        _ => return Err(PhotoError::Damaged("unexpected colours".to_owned())),
    }
    Ok(samples)
}

fn pack<const N: usize>(samples: &mut Vec<u8>, to_rgb: impl Fn(&[u8; N]) -> [u8; 3]) {
    let pixels = samples.len() / N;
    for index in 0..pixels {
        let mut pixel = [0; N];
        pixel.copy_from_slice(&samples[index * N..(index + 1) * N]);
        samples[index * 3..index * 3 + 3].copy_from_slice(&to_rgb(&pixel));
    }
    samples.truncate(pixels * 3);
}

/// A see-through pixel on paper: white shows what JPEG cannot keep.
fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u16::from(value), u16::from(alpha));
    let mixed = (value * alpha + 255 * (255 - alpha) + 127) / 255;
    mixed.to_le_bytes()[0]
}
