//! Pictures and EXIF blocks made in code.

use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A sequence of numbers that is the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }
}

/// A scene of overlapping coloured ellipses on a gradient: another `seed` is another scene.
pub fn scene(seed: u64, width: u32, height: u32) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut unit = || f64::from(u32::try_from(random.next() >> 32).unwrap()) / f64::from(u32::MAX);
    let blobs: Vec<[f64; 7]> = (0..14)
        .map(|_| {
            let (x, y, a, b) = (unit(), unit(), 0.05 + 0.3 * unit(), 0.05 + 0.3 * unit());
            [x, y, a, b, unit(), unit(), unit()]
        })
        .collect();
    let tilt = unit() - 0.5;
    let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (
                (f64::from(x) + 0.5) / f64::from(width),
                (f64::from(y) + 0.5) / f64::from(height),
            );
            let mut colour = [
                0.55 + 0.3 * (v - 0.5),
                0.5 + tilt * (u - 0.5),
                0.5 - 0.3 * (v - 0.5),
            ];
            for [cx, cy, a, b, red, green, blue] in &blobs {
                if ((u - cx) / a).powi(2) + ((v - cy) / b).powi(2) < 1.0 {
                    colour = [*red, *green, *blue].map(|c| 0.15 + 0.7 * c);
                }
            }
            rgb.extend(colour.map(byte));
        }
    }
    rgb
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte"
)]
pub fn byte(unit: f64) -> u8 {
    (unit * 255.0).round().clamp(0.0, 255.0) as u8
}

pub fn jpeg(rgb: &[u8], width: u32, height: u32, quality: u8) -> Vec<u8> {
    jpeg_with(rgb, width, height, ColorType::Rgb, |encoder| {
        encoder.set_quality(quality);
    })
}

pub fn jpeg_with(
    samples: &[u8],
    width: u32,
    height: u32,
    colour: ColorType,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    set(&mut encoder);
    let (width, height) = (
        u16::try_from(width).unwrap(),
        u16::try_from(height).unwrap(),
    );
    encoder.encode(samples, width, height, colour).unwrap();
    file
}

pub fn png(samples: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Vec<u8> {
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(samples, width, height, colour)
        .unwrap();
    file
}

pub fn webp(samples: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Vec<u8> {
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file)
        .write_image(samples, width, height, colour)
        .unwrap();
    file
}

/// Puts a segment in front of everything else in a JPEG file.
pub fn with_segment(file: &[u8], marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&file[..2], &[0xFF, marker], &length, payload, &file[2..]].concat()
}

pub fn with_exif(file: &[u8], block: &[u8]) -> Vec<u8> {
    with_segment(file, 0xE1, &[b"Exif\0\0", block].concat())
}

/// A PNG chunk. The checksum is right, so that a refusal has another reason.
pub fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(body) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length[..], &kind, body, &(!crc).to_be_bytes()].concat()
}

/// Puts a chunk after the header of a PNG file.
pub fn with_chunk(file: &[u8], kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&file[..33], &chunk(kind, body), &file[33..]].concat()
}

/// A chunk of a WebP file.
pub fn riff(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    let padding = &[0][..body.len() % 2];
    [&kind[..], &length, body, padding].concat()
}

/// A WebP file of these chunks.
pub fn riff_file(chunks: &[Vec<u8>]) -> Vec<u8> {
    riff(*b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}

/// Builds an EXIF block, field by field.
#[derive(Default)]
pub struct ExifBlock(Vec<Field>);

impl ExifBlock {
    pub fn field(mut self, tag: Tag, value: Value) -> Self {
        self.0.push(Field {
            tag,
            ifd_num: In::PRIMARY,
            value,
        });
        self
    }

    pub fn orientation(self, value: u16) -> Self {
        self.field(Tag::Orientation, Value::Short(vec![value]))
    }

    pub fn text(self, tag: Tag, text: &str) -> Self {
        self.field(tag, Value::Ascii(vec![text.as_bytes().to_vec()]))
    }

    pub fn angle(self, tag: Tag, parts: [(u32, u32); 3]) -> Self {
        let parts = parts.map(|(num, denom)| Rational { num, denom });
        self.field(tag, Value::Rational(parts.to_vec()))
    }

    pub fn gps(
        self,
        latitude: [(u32, u32); 3],
        north: &str,
        longitude: [(u32, u32); 3],
        east: &str,
    ) -> Self {
        self.angle(Tag::GPSLatitude, latitude)
            .text(Tag::GPSLatitudeRef, north)
            .angle(Tag::GPSLongitude, longitude)
            .text(Tag::GPSLongitudeRef, east)
    }

    pub fn bytes(&self, little_endian: bool) -> Vec<u8> {
        let mut writer = Writer::new();
        for field in &self.0 {
            writer.push_field(field);
        }
        let mut block = std::io::Cursor::new(Vec::new());
        writer.write(&mut block, little_endian).unwrap();
        block.into_inner()
    }
}
