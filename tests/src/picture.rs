//! Pictures for tests: small ones of their own colours, and camera files with EXIF.

use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// A small JPEG that looks like no other seed's.
pub fn jpeg(seed: u8) -> Vec<u8> {
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut blocks = [[0_u8; 8]; 8];
    for block in blocks.iter_mut().flatten() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *block = state.to_le_bytes()[3];
    }
    encoded(&RgbImage::from_fn(320, 240, |x, y| {
        let shade = blocks[(y / 30) as usize][(x / 40) as usize];
        Rgb([shade, shade.wrapping_add(40), 255 - shade])
    }))
}

pub fn encoded(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 88)
        .encode_image(picture)
        .unwrap();
    bytes
}

/// A picture as a phone held upright sends it: lying pixels, orientation 6, place, time, and a maker's
/// name that must not survive.
pub fn from_a_phone(seed: u8, lng: f64, lat: f64) -> Vec<u8> {
    let degrees = |value: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "degrees"
        )]
        let micro = (value.abs() * 1e6).round() as u32;
        Value::Rational(vec![
            Rational {
                num: micro,
                denom: 1_000_000,
            },
            Rational { num: 0, denom: 1 },
            Rational { num: 0, denom: 1 },
        ])
    };
    let text = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
    let field = |tag, value| Field {
        tag,
        ifd_num: In::PRIMARY,
        value,
    };
    let fields = [
        field(Tag::Orientation, Value::Short(vec![6])),
        field(Tag::Make, text("SecretMaker")),
        field(Tag::DateTimeOriginal, text("2026:11:24 08:30:00")),
        field(Tag::GPSLatitudeRef, text("N")),
        field(Tag::GPSLatitude, degrees(lat)),
        field(Tag::GPSLongitudeRef, text("E")),
        field(Tag::GPSLongitude, degrees(lng)),
    ];
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut tiff = std::io::Cursor::new(Vec::new());
    writer.write(&mut tiff, false).unwrap();
    let tiff = tiff.into_inner();
    let picture = jpeg(seed);
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    let mut bytes = picture[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(length);
    bytes.extend(b"Exif\0\0");
    bytes.extend(tiff);
    bytes.extend(&picture[2..]);
    bytes
}
