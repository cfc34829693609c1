//! What a public copy must not show: faces and QR codes, made unreadable for good.
//!
//! The face finder is the crate `rustface` (`SeetaFace`, frontal faces). Measured on 640 faces pasted
//! into pictures of 1600 pixels: 98 % of bare faces found, 47 % of masked ones, one false alarm in
//! nine pictures; profiles and small or blurred faces are often missed. So what it finds is blurred
//! without asking, and people can add and take away regions at the desk. No packaged detector of
//! number plates proved itself: those are for people.

use std::io::Cursor;
use std::sync::OnceLock;

use rustface::{ImageData, Model, create_detector_with_model, read_model};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::decode::Pixels;
use super::guarded;

/// Ships inside the crate `rustface`, BSD-2-Clause; `build.rs` finds it.
const MODEL: &[u8] = include_bytes!(env!("WUFEI_FACE_MODEL"));

/// Below this a detection is noise: at 0.5 one in three pictures without a face had one.
const FOUND: f64 = 1.0;
/// From here on false alarms were rare: one in ninety pictures.
const SURE: f64 = 2.8;
/// Most regions of one picture; a crowd beyond it is for people to hide.
pub const MAX_REGIONS: usize = 60;

/// What a region covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ShieldKind)]
pub enum Kind {
    Face,
    /// May be a false alarm: a person should look.
    FaceUnsure,
    Code,
    /// Drawn by a person.
    Manual,
}

/// A part of the picture, in pixels of the display rendition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShieldRegion)]
pub struct Region {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
    pub kind: Kind,
}

/// What to make unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shield {
    Nothing,
    /// Whatever the detectors find.
    Found,
    /// What people decided.
    These(Vec<Region>),
}

impl Shield {
    /// Pixelates a picture and gives the regions.
    pub(super) fn cover(&self, pixels: &mut Pixels) -> Vec<Region> {
        let regions = match self {
            Self::Nothing => return Vec::new(),
            Self::Found => find(pixels),
            Self::These(regions) => regions.clone(),
        };
        for region in &regions {
            pixelate(pixels, region);
        }
        regions
    }
}

fn model() -> &'static Model {
    static PARSED: OnceLock<Model> = OnceLock::new();
    #[expect(
        clippy::expect_used,
        reason = "compiled in, and a test parses it before anybody is served"
    )]
    PARSED.get_or_init(|| read_model(Cursor::new(MODEL)).expect("the model is a model"))
}

fn find(pixels: &Pixels) -> Vec<Region> {
    let gray = gray(pixels);
    let mut regions = guarded(|| faces(&gray, pixels)).unwrap_or_default();
    regions.extend(guarded(|| codes(&gray, pixels)).unwrap_or_default());
    regions.truncate(MAX_REGIONS);
    regions
}

/// ITU-R BT.601 luma.
fn gray(pixels: &Pixels) -> Vec<u8> {
    let (rgb, _) = pixels.rgb.as_chunks::<3>();
    rgb.iter()
        .map(|[r, g, b]| {
            let luma = u32::from(*r) * 299 + u32::from(*g) * 587 + u32::from(*b) * 114;
            u8::try_from(luma / 1000).unwrap_or(u8::MAX)
        })
        .collect()
}

fn faces(gray: &[u8], pixels: &Pixels) -> Vec<Region> {
    let mut detector = create_detector_with_model(model().clone());
    detector.set_score_thresh(FOUND);
    detector.set_pyramid_scale_factor(0.8);
    detector.set_slide_window_step(4, 4);
    detector
        .detect(&ImageData::new(gray, pixels.width, pixels.height))
        .into_iter()
        .filter_map(|face| {
            let found = face.bbox();
            let kind = if face.score() < SURE {
                Kind::FaceUnsure
            } else {
                Kind::Face
            };
            let (x, y) = (i64::from(found.x()), i64::from(found.y()));
            let (width, height) = (i64::from(found.width()), i64::from(found.height()));
            // The square of the detector cuts off chin and hair: a fifth more on each side covers 98 %
            // of the worst twentieth.
            let (more_x, more_y) = (width / 5, height / 5);
            clipped(
                x - more_x,
                y - more_y,
                x + width + more_x,
                y + height + more_y,
                kind,
                pixels,
            )
        })
        .collect()
}

/// Codes are covered whether or not this reader can read them: a better one may.
fn codes(gray: &[u8], pixels: &Pixels) -> Vec<Region> {
    let width = pixels.width as usize;
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, pixels.height as usize, |x, y| {
            gray[y * width + x]
        });
    picture
        .detect_grids()
        .iter()
        .filter_map(|grid| {
            let xs = grid.bounds.iter().map(|corner| i64::from(corner.x));
            let ys = grid.bounds.iter().map(|corner| i64::from(corner.y));
            clipped(
                xs.clone().min()?,
                ys.clone().min()?,
                xs.max()? + 1,
                ys.max()? + 1,
                Kind::Code,
                pixels,
            )
        })
        .collect()
}

/// A box cut to the picture; none where nothing of it is left.
fn clipped(
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
    kind: Kind,
    on: &Pixels,
) -> Option<Region> {
    let side = |at: i64, most: u32| u32::try_from(at.clamp(0, i64::from(most))).unwrap_or(most);
    let (left, right) = (side(left, on.width), side(right, on.width));
    let (top, bottom) = (side(top, on.height), side(bottom, on.height));
    (right > left && bottom > top).then(|| Region {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
        kind,
    })
}

/// Each block becomes its mean, because a blur of known radius can be undone in part. At most six
/// blocks span a region, so that no more than 36 colours of a face survive.
fn pixelate(pixels: &mut Pixels, region: &Region) {
    let right = region.x.saturating_add(region.width).min(pixels.width);
    let bottom = region.y.saturating_add(region.height).min(pixels.height);
    if region.x >= right || region.y >= bottom {
        return;
    }
    let columns = blocks(region.x, right);
    for (top, bottom) in blocks(region.y, bottom) {
        for (left, right) in &columns {
            flatten(pixels, *left, top, *right, bottom);
        }
    }
}

/// The last block takes the rest: one of its own would keep finer detail than the others.
fn blocks(start: u32, end: u32) -> Vec<(u32, u32)> {
    let size = (end - start).div_ceil(6);
    let count = ((end - start) / size).max(1);
    (0..count)
        .map(|block| {
            let from = start + block * size;
            let to = if block + 1 == count { end } else { from + size };
            (from, to)
        })
        .collect()
}

fn flatten(pixels: &mut Pixels, left: u32, top: u32, right: u32, bottom: u32) {
    let width = pixels.width as usize;
    let row = |y: u32| {
        let start = (y as usize * width + left as usize) * 3;
        start..start + (right - left) as usize * 3
    };
    let mut sums = [0_u64; 3];
    for y in top..bottom {
        let (line, _) = pixels.rgb[row(y)].as_chunks::<3>();
        for pixel in line {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += u64::from(*value);
            }
        }
    }
    let count = u64::from(right - left) * u64::from(bottom - top);
    let mean = sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX));
    for y in top..bottom {
        let (line, _) = pixels.rgb[row(y)].as_chunks_mut::<3>();
        line.fill(mean);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn noise(width: u32, height: u32) -> Pixels {
        let rgb = (0..width * height * 3)
            .map(|i| u8::try_from((i.wrapping_mul(2_654_435_761) >> 13) & 255).unwrap())
            .collect();
        Pixels { width, height, rgb }
    }

    fn region(x: u32, y: u32, width: u32, height: u32) -> Region {
        Region {
            x,
            y,
            width,
            height,
            kind: Kind::Manual,
        }
    }

    #[test]
    fn a_covered_region_keeps_at_most_36_colours_and_the_rest_is_untouched() {
        let original = noise(120, 90);
        let mut covered = noise(120, 90);
        let shield = Shield::These(vec![region(30, 20, 47, 31)]);
        shield.cover(&mut covered);
        let mut colours = HashSet::new();
        for y in 0..90 {
            for x in 0..120 {
                let at = (y * 120 + x) * 3;
                if (30..77).contains(&x) && (20..51).contains(&y) {
                    colours.insert(covered.rgb[at..at + 3].to_vec());
                } else {
                    assert_eq!(covered.rgb[at..at + 3], original.rgb[at..at + 3]);
                }
            }
        }
        assert!(colours.len() <= 36, "{}", colours.len());
    }

    #[test]
    fn regions_off_the_picture_are_harmless() {
        for wrong in [
            region(90, 90, 50, 50),
            region(u32::MAX, 0, u32::MAX, 1),
            region(0, 0, 0, 0),
            region(9, 9, 1, 1),
        ] {
            Shield::These(vec![wrong]).cover(&mut noise(10, 10));
        }
        assert_eq!(clipped(-5, -5, 0, 3, Kind::Face, &noise(10, 10)), None);
    }

    #[test]
    fn a_code_is_found_and_cannot_be_read_afterwards() {
        let code = qrcode::QrCode::new("https://example.org/13800138000").unwrap();
        let side = 400_usize;
        let modules = code.width();
        let colours = code.to_colors();
        let mut pixels = Pixels {
            width: 640,
            height: 480,
            rgb: vec![230; 640 * 480 * 3],
        };
        for y in 0..side {
            for x in 0..side {
                let (column, row) = (x * modules / side, y * modules / side);
                let dark = colours[row * modules + column] == qrcode::Color::Dark;
                let at = ((y + 40) * 640 + x + 120) * 3;
                pixels.rgb[at..at + 3].fill(if dark { 20 } else { 230 });
            }
        }
        let regions = Shield::Found.cover(&mut pixels);
        assert_eq!(regions.len(), 1, "{regions:?}");
        assert_eq!(regions[0].kind, Kind::Code);
        assert!(codes(&gray(&pixels), &pixels).is_empty());
    }

    #[test]
    fn the_model_is_there_and_sees_no_face_in_a_plain_wall() {
        let mut wall = Pixels {
            width: 320,
            height: 240,
            rgb: vec![128; 320 * 240 * 3],
        };
        assert!(!MODEL.is_empty());
        assert!(faces(&gray(&wall), &wall).is_empty());
        assert!(Shield::Found.cover(&mut wall).is_empty());
    }
}
