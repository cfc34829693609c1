//! Orientation, time, place, and that none of it is left in the output.

use chrono::{FixedOffset, NaiveDate};
use exif::Tag;
use image::ExtendedColorType::Rgb8;

use super::super::{Shield, prepare};
use super::samples::{
    ExifBlock, jpeg, png, riff, riff_file, scene, webp, with_chunk, with_exif, with_segment,
};

const WIDTH: u32 = 96;
const HEIGHT: u32 = 64;

fn plain() -> Vec<u8> {
    jpeg(&scene(1, WIDTH, HEIGHT), WIDTH, HEIGHT, 92)
}

/// Degrees, minutes and hundredths of seconds of the district's centre.
const NORTH: [(u32, u32); 3] = [(42, 1), (3, 1), (1234, 100)];
const EAST: [(u32, u32); 3] = [(126, 1), (35, 1), (5678, 100)];

fn hint(block: &ExifBlock) -> Option<(f64, f64)> {
    prepare(&with_exif(&plain(), &block.bytes(false)), &Shield::Nothing)
        .unwrap()
        .gps_hint
}

/// The picture as it has to be stored for `orientation` to turn it upright.
fn stored(upright: &[u8], orientation: u16) -> (Vec<u8>, u32, u32) {
    let (w, h) = (WIDTH as usize, HEIGHT as usize);
    let (sw, sh) = if orientation >= 5 { (h, w) } else { (w, h) };
    let mut rgb = vec![0; upright.len()];
    for y in 0..h {
        for x in 0..w {
            // Where EXIF 2.32 says row 0 and column 0 of the stored picture are seen.
            let (sx, sy) = match orientation {
                2 => (w - 1 - x, y),
                3 => (w - 1 - x, h - 1 - y),
                4 => (x, h - 1 - y),
                5 => (y, x),
                6 => (y, w - 1 - x),
                7 => (h - 1 - y, w - 1 - x),
                8 => (h - 1 - y, x),
                _ => (x, y),
            };
            let (from, to) = ((y * w + x) * 3, (sy * sw + sx) * 3);
            rgb[to..to + 3].copy_from_slice(&upright[from..from + 3]);
        }
    }
    (rgb, u32::try_from(sw).unwrap(), u32::try_from(sh).unwrap())
}

fn pixels(file: &[u8]) -> Vec<u8> {
    zune_jpeg::JpegDecoder::new(zune_jpeg::zune_core::bytestream::ZCursor::new(file))
        .decode()
        .unwrap()
}

fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: u32 = a
        .iter()
        .zip(b)
        .map(|(a, b)| u32::from(a.abs_diff(*b)))
        .sum();
    f64::from(sum) / f64::from(u32::try_from(a.len()).unwrap())
}

#[test]
fn every_orientation_comes_out_upright_in_both_byte_orders() {
    let upright = scene(3, WIDTH, HEIGHT);
    for orientation in 1..=8 {
        let (rgb, width, height) = stored(&upright, orientation);
        let block = ExifBlock::default()
            .orientation(orientation)
            .bytes(orientation % 2 == 0);
        let photo = prepare(
            &with_exif(&jpeg(&rgb, width, height, 95), &block),
            &Shield::Nothing,
        )
        .unwrap();
        assert_eq!(
            (photo.width, photo.height),
            (WIDTH, HEIGHT),
            "orientation {orientation}"
        );
        assert_eq!(photo.display_size, (WIDTH, HEIGHT));
        let off = mean_difference(&pixels(&photo.display), &upright);
        assert!(off < 12.0, "orientation {orientation} is {off} off");
    }
}

#[test]
fn a_made_up_orientation_counts_as_upright() {
    for orientation in [0, 9, 65535] {
        let block = ExifBlock::default().orientation(orientation).bytes(false);
        let photo = prepare(&with_exif(&plain(), &block), &Shield::Nothing).unwrap();
        assert_eq!((photo.width, photo.height), (WIDTH, HEIGHT));
    }
}

#[test]
fn png_and_webp_carry_orientation_too() {
    let rgb = scene(4, WIDTH, HEIGHT);
    let block = ExifBlock::default().orientation(6).bytes(false);
    let png = with_chunk(&png(&rgb, WIDTH, HEIGHT, Rgb8), *b"eXIf", &block);
    let webp = [webp(&rgb, WIDTH, HEIGHT, Rgb8), riff(*b"EXIF", &block)].concat();
    let prefixed = [b"Exif\0\0".to_vec(), block].concat();
    let prefixed = riff_file(&[webp[12..].to_vec(), riff(*b"EXIF", &prefixed)]);
    for file in [png, webp, prefixed] {
        let photo = prepare(&file, &Shield::Nothing).unwrap();
        assert_eq!((photo.width, photo.height), (HEIGHT, WIDTH));
    }
}

#[test]
fn the_time_is_read_with_its_offset() {
    let block = ExifBlock::default()
        .text(Tag::DateTimeOriginal, "2026:05:17 18:04:59")
        .text(Tag::OffsetTimeOriginal, "+08:00");
    let photo = prepare(&with_exif(&plain(), &block.bytes(true)), &Shield::Nothing).unwrap();
    let taken = NaiveDate::from_ymd_opt(2026, 5, 17)
        .unwrap()
        .and_hms_opt(18, 4, 59);
    assert_eq!(photo.taken_at, taken);
    assert_eq!(photo.taken_offset, FixedOffset::east_opt(8 * 3600));
}

#[test]
fn a_time_no_camera_can_have_measured_counts_as_absent() {
    for text in [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "1970:01:01 00:00:00",
        "2026:13:01 00:00:00",
        "2026:05:17",
        "二〇二六年五月十七日",
        "",
    ] {
        let block = ExifBlock::default()
            .text(Tag::DateTimeOriginal, text)
            .text(Tag::OffsetTimeOriginal, "+08:00");
        let photo = prepare(&with_exif(&plain(), &block.bytes(false)), &Shield::Nothing).unwrap();
        assert_eq!((photo.taken_at, photo.taken_offset), (None, None), "{text}");
    }
}

#[test]
fn an_offset_no_zone_has_counts_as_absent() {
    for text in ["+99:00", "+08", "08:00", "+08:60", "+-8:00", "北京"] {
        let block = ExifBlock::default()
            .text(Tag::DateTimeOriginal, "2026:05:17 18:04:59")
            .text(Tag::OffsetTimeOriginal, text);
        let photo = prepare(&with_exif(&plain(), &block.bytes(false)), &Shield::Nothing).unwrap();
        assert!(photo.taken_at.is_some());
        assert_eq!(photo.taken_offset, None, "{text}");
    }
}

#[test]
fn the_position_keeps_its_hemisphere() {
    let degrees = |d: f64, m: f64, s: f64| d + m / 60.0 + s / 3600.0;
    let (north, east) = (degrees(42.0, 3.0, 12.34), degrees(126.0, 35.0, 56.78));
    for (ns, ew, expected) in [
        ("N", "E", (east, north)),
        ("S", "E", (east, -north)),
        ("N", "W", (-east, north)),
        ("s", "w", (-east, -north)),
    ] {
        let (lng, lat) = hint(&ExifBlock::default().gps(NORTH, ns, EAST, ew)).unwrap();
        assert!(
            (lng - expected.0).abs() < 1e-9 && (lat - expected.1).abs() < 1e-9,
            "{ns} {ew}"
        );
    }
}

#[test]
fn the_datum_an_exif_block_names_is_ignored() {
    let block = ExifBlock::default().gps(NORTH, "N", EAST, "E");
    let plain = hint(&block);
    assert!(plain.is_some());
    assert_eq!(hint(&block.text(Tag::GPSMapDatum, "GCJ-02")), plain);
}

#[test]
fn a_position_that_cannot_be_is_no_hint() {
    let zero = [(0, 1); 3];
    let blocks = [
        ExifBlock::default().gps(zero, "N", zero, "E"),
        ExifBlock::default().gps([(0, 0); 3], "N", [(0, 0); 3], "E"),
        ExifBlock::default().gps([(42, 1), (3, 1), (0, 0)], "N", EAST, "E"),
        ExifBlock::default().gps([(91, 1), (0, 1), (0, 1)], "N", EAST, "E"),
        ExifBlock::default().gps([(90, 1), (0, 1), (1, 1)], "N", EAST, "E"),
        ExifBlock::default().gps(NORTH, "N", [(181, 1), (0, 1), (0, 1)], "E"),
        ExifBlock::default().gps([(42, 1), (61, 1), (0, 1)], "N", EAST, "E"),
        ExifBlock::default().gps([(u32::MAX, 1); 3], "N", EAST, "E"),
        ExifBlock::default().gps(NORTH, "", EAST, "E"),
        ExifBlock::default().gps(NORTH, "N", EAST, "N"),
        ExifBlock::default()
            .angle(Tag::GPSLatitude, NORTH)
            .angle(Tag::GPSLongitude, EAST),
        ExifBlock::default()
            .angle(Tag::GPSLatitude, NORTH)
            .text(Tag::GPSLatitudeRef, "N"),
        ExifBlock::default()
            .gps(NORTH, "N", EAST, "E")
            .text(Tag::GPSStatus, "V"),
    ];
    for (index, block) in blocks.iter().enumerate() {
        assert_eq!(hint(block), None, "block {index}");
    }
}

#[test]
fn nothing_of_the_metadata_is_left_in_the_pictures() {
    let block = ExifBlock::default()
        .orientation(6)
        .text(Tag::Model, "SECRET-PHONE")
        .text(Tag::DateTimeOriginal, "2026:05:17 18:04:59")
        .gps(NORTH, "N", EAST, "E")
        .bytes(false);
    let mut file = with_exif(&plain(), &block);
    file = with_segment(
        &file,
        0xE1,
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta SECRET/>",
    );
    file = with_segment(&file, 0xE2, b"ICC_PROFILE\0\x01\x01SECRET");
    file = with_segment(&file, 0xED, b"Photoshop 3.0\x008BIM SECRET");
    file = with_segment(&file, 0xFE, b"SECRET comment");
    file.extend(b"PK\x03\x04 SECRET <script>alert(1)</script>");

    let photo = prepare(&file, &Shield::Nothing).unwrap();
    assert!(photo.gps_hint.is_some() && photo.taken_at.is_some());
    for picture in [&photo.display, &photo.thumbnail] {
        for word in [
            "Exif",
            "SECRET",
            "http://",
            "adobe",
            "ICC_PROFILE",
            "GPS",
            "2026:05",
            "8BIM",
            "<script",
            "PK\x03\x04",
        ] {
            assert!(
                !picture.windows(word.len()).any(|w| w == word.as_bytes()),
                "{word}"
            );
        }
        assert!(
            exif::Reader::new()
                .read_from_container(&mut std::io::Cursor::new(picture))
                .is_err()
        );
        assert!(picture.ends_with(&[0xFF, 0xD9]));
        assert_eq!(
            segments(picture).first(),
            Some(&0xE0),
            "a JFIF header, which holds no facts"
        );
        assert!(
            !segments(picture)[1..]
                .iter()
                .any(|m| matches!(m, 0xE0..=0xEF | 0xFE))
        );
    }
}

/// The markers in front of the pixels.
fn segments(file: &[u8]) -> Vec<u8> {
    let (mut at, mut markers) = (2, Vec::new());
    while file[at + 1] != 0xDA {
        markers.push(file[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
    }
    markers
}

#[test]
fn a_stray_debug_line_shows_neither_place_nor_time() {
    let block = ExifBlock::default()
        .text(Tag::DateTimeOriginal, "2026:05:17 18:04:59")
        .gps(NORTH, "N", EAST, "E");
    let photo = prepare(&with_exif(&plain(), &block.bytes(false)), &Shield::Nothing).unwrap();
    let shown = format!("{photo:?}");
    assert!(
        !shown.contains("126") && !shown.contains("2026") && shown.len() < 200,
        "{shown}"
    );
}
