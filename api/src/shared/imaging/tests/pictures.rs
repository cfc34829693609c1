//! Formats, colours and sizes that come in; sizes, checksums and fingerprints that come out.

use image::ExtendedColorType::{L8, L16, La8, Rgb8, Rgb16, Rgba8, Rgba16};
use image::ImageEncoder;
use jpeg_encoder::{ColorType, SamplingFactor};
use sha2::{Digest, Sha256};

use super::super::{Format, PhotoError, Prepared, Shield, prepare};
use super::samples::{chunk, jpeg, jpeg_with, png, riff, riff_file, scene, webp, with_chunk};

const WIDTH: u32 = 120;
const HEIGHT: u32 = 80;

fn rgb() -> Vec<u8> {
    scene(7, WIDTH, HEIGHT)
}

fn decoded(photo: &Prepared) -> Vec<u8> {
    zune_jpeg::JpegDecoder::new(zune_jpeg::zune_core::bytestream::ZCursor::new(
        &photo.display,
    ))
    .decode()
    .unwrap()
}

/// The mean colour of the display picture.
fn mean(photo: &Prepared) -> [u32; 3] {
    let pixels = decoded(photo);
    let count = u32::try_from(pixels.len() / 3).unwrap();
    let mut sum = [0; 3];
    for pixel in pixels.chunks_exact(3) {
        for (total, sample) in sum.iter_mut().zip(pixel) {
            *total += u32::from(*sample);
        }
    }
    sum.map(|total| total / count)
}

fn assert_colour(photo: &Prepared, expected: [u32; 3]) {
    let mean = mean(photo);
    let near = mean.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 4);
    assert!(near, "{mean:?} is not {expected:?}");
}

#[test]
fn every_format_gives_the_same_picture() {
    let first = prepare(&jpeg(&rgb(), WIDTH, HEIGHT, 95), &Shield::Nothing).unwrap();
    assert_eq!(first.format, Format::Jpeg);
    let progressive = jpeg_with(&rgb(), WIDTH, HEIGHT, ColorType::Rgb, |e| {
        e.set_progressive(true);
    });
    let full_colour = jpeg_with(&rgb(), WIDTH, HEIGHT, ColorType::Rgb, |e| {
        e.set_sampling_factor(SamplingFactor::F_1_1);
    });
    let restarts = jpeg_with(&rgb(), WIDTH, HEIGHT, ColorType::Rgb, |e| {
        e.set_restart_interval(3);
    });
    for (file, format) in [
        (progressive, Format::Jpeg),
        (full_colour, Format::Jpeg),
        (restarts, Format::Jpeg),
        (png(&rgb(), WIDTH, HEIGHT, Rgb8), Format::Png),
        (webp(&rgb(), WIDTH, HEIGHT, Rgb8), Format::WebP),
    ] {
        let photo = prepare(&file, &Shield::Nothing).unwrap();
        assert_eq!(photo.format, format);
        assert_eq!((photo.width, photo.height), (WIDTH, HEIGHT));
        assert!(photo.fingerprint.distance(first.fingerprint) <= 4);
        assert_colour(&photo, mean(&first));
    }
}

#[test]
fn grey_and_sixteen_bit_samples_are_read() {
    let count = (WIDTH * HEIGHT) as usize;
    let wide = |samples: &[u16]| {
        samples
            .iter()
            .flat_map(|s| s.to_ne_bytes())
            .collect::<Vec<_>>()
            .repeat(count)
    };
    for file in [
        jpeg_with(&vec![100; count], WIDTH, HEIGHT, ColorType::Luma, |_| ()),
        png(&vec![100; count], WIDTH, HEIGHT, L8),
        png(&[100, 255].repeat(count), WIDTH, HEIGHT, La8),
        png(&wide(&[25_800]), WIDTH, HEIGHT, L16),
        png(&wide(&[25_800; 3]), WIDTH, HEIGHT, Rgb16),
        png(
            &wide(&[25_800, 25_800, 25_800, u16::MAX]),
            WIDTH,
            HEIGHT,
            Rgba16,
        ),
    ] {
        assert_colour(&prepare(&file, &Shield::Nothing).unwrap(), [100; 3]);
    }
}

#[test]
fn printers_colours_are_turned_into_screen_colours() {
    let count = (WIDTH * HEIGHT) as usize;
    for colour in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let file = jpeg_with(
            &[0, 255, 255, 0].repeat(count),
            WIDTH,
            HEIGHT,
            colour,
            |e| e.set_sampling_factor(SamplingFactor::F_1_1),
        );
        let [red, green, blue] = mean(&prepare(&file, &Shield::Nothing).unwrap());
        assert!(red > 200 && green < 60 && blue < 60, "{red} {green} {blue}");

        let uneven = jpeg_with(
            &[0, 255, 255, 0].repeat(count),
            WIDTH,
            HEIGHT,
            colour,
            |_| (),
        );
        let error = prepare(&uneven, &Shield::Nothing).unwrap_err();
        assert!(matches!(error, PhotoError::UnsupportedFormat { .. }));
    }
}

#[test]
fn a_palette_with_a_see_through_colour_is_read() {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(*b"IHDR", &[0, 0, 0, 16, 0, 0, 0, 16, 8, 3, 0, 0, 0]));
    file.extend(chunk(*b"PLTE", &[200, 30, 30, 0, 0, 0]));
    file.extend(chunk(*b"tRNS", &[255, 0]));
    // Stored deflate: 16 rows of a filter byte and 16 indices, upper half colour 0.
    let rows: Vec<u8> = (0..16_u8)
        .flat_map(|y| [&[0][..], &[y / 8; 16]].concat())
        .collect();
    let length = u16::try_from(rows.len()).unwrap();
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &rows {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let stream = [
        &[0x78, 0x01, 0x01][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        &rows,
        &(b << 16 | a).to_be_bytes(),
    ]
    .concat();
    file.extend(chunk(*b"IDAT", &stream));
    file.extend(chunk(*b"IEND", &[]));
    // Half dark red, half white where the palette is see-through.
    assert_colour(&prepare(&file, &Shield::Nothing).unwrap(), [227, 142, 142]);
}

#[test]
fn what_is_see_through_becomes_white() {
    let count = (WIDTH * HEIGHT) as usize;
    for file in [
        png(&[0, 0, 0, 0].repeat(count), WIDTH, HEIGHT, Rgba8),
        webp(&[0, 0, 0, 0].repeat(count), WIDTH, HEIGHT, Rgba8),
    ] {
        assert_colour(&prepare(&file, &Shield::Nothing).unwrap(), [255; 3]);
    }
    let half = png(&[0, 0, 0, 128].repeat(count), WIDTH, HEIGHT, Rgba8);
    assert_colour(&prepare(&half, &Shield::Nothing).unwrap(), [127; 3]);
}

#[test]
fn a_lossy_webp_is_read() {
    // A 16 × 16 patch of one brown, encoded by libwebp.
    let photo = prepare(&riff_file(&[riff(*b"VP8 ", LOSSY)]), &Shield::Nothing).unwrap();
    assert_eq!((photo.width, photo.height), (16, 16));
    assert_colour(&photo, [150, 100, 50]);
}

#[test]
fn the_first_picture_of_an_animation_is_taken() {
    let still = png(&rgb(), WIDTH, HEIGHT, Rgb8);
    let control = with_chunk(&still, *b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    let expected = prepare(&still, &Shield::Nothing).unwrap();
    assert_eq!(
        prepare(&control, &Shield::Nothing).unwrap().display,
        expected.display
    );

    let frame = |seed: u64| {
        let file = webp(&scene(seed, WIDTH, HEIGHT), WIDTH, HEIGHT, Rgb8);
        let (w, h) = ((WIDTH - 1).to_le_bytes(), (HEIGHT - 1).to_le_bytes());
        let header = [&[0; 6][..], &w[..3], &h[..3], &[100, 0, 0, 0]].concat();
        riff(*b"ANMF", &[header, file[12..].to_vec()].concat())
    };
    let canvas = [0x02, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    let animation = riff_file(&[
        riff(*b"VP8X", &canvas),
        riff(*b"ANIM", &[0; 6]),
        frame(7),
        frame(8),
    ]);
    let photo = prepare(&animation, &Shield::Nothing).unwrap();
    assert_eq!((photo.width, photo.height), (WIDTH, HEIGHT));
    assert_eq!(photo.fingerprint.distance(expected.fingerprint), 0);
}

#[test]
fn large_pictures_shrink_to_both_sizes_and_small_ones_never_grow() {
    let photo = prepare(&jpeg(&scene(1, 2000, 900), 2000, 900, 85), &Shield::Nothing).unwrap();
    assert_eq!((photo.width, photo.height), (2000, 900));
    assert_eq!(photo.display_size, (1600, 720));
    assert_eq!(photo.thumbnail_size, (320, 144));
    for (file, size) in [
        (&photo.display, (1600, 720)),
        (&photo.thumbnail, (320, 144)),
    ] {
        let again = prepare(file, &Shield::Nothing).unwrap();
        assert_eq!((again.width, again.height), size);
    }

    let small = prepare(&jpeg(&rgb(), WIDTH, HEIGHT, 85), &Shield::Nothing).unwrap();
    assert_eq!(small.display_size, (WIDTH, HEIGHT));
    assert_eq!(small.thumbnail_size, (WIDTH, HEIGHT));
}

#[test]
fn a_very_long_panorama_keeps_at_least_one_row() {
    let photo = prepare(
        &jpeg(&scene(1, 16_000, 16), 16_000, 16, 85),
        &Shield::Nothing,
    )
    .unwrap();
    assert_eq!(photo.display_size, (1600, 2));
    assert_eq!(photo.thumbnail_size, (320, 1));
}

#[test]
fn the_checksum_is_of_the_bytes_as_uploaded() {
    let mut file = jpeg(&rgb(), WIDTH, HEIGHT, 85);
    file.extend(b"trailing");
    let photo = prepare(&file, &Shield::Nothing).unwrap();
    assert_eq!(photo.sha256, <[u8; 32]>::from(Sha256::digest(&file)));
}

#[test]
fn the_same_bytes_always_give_the_same_answer() {
    let file = jpeg(&rgb(), WIDTH, HEIGHT, 85);
    assert!(prepare(&file, &Shield::Nothing).unwrap() == prepare(&file, &Shield::Nothing).unwrap());
}

#[test]
fn copies_of_a_picture_are_recognised() {
    for seed in 1..=12 {
        let rgb = scene(seed, 480, 360);
        let original = prepare(&jpeg(&rgb, 480, 360, 92), &Shield::Nothing).unwrap();
        let change = |by: &dyn Fn(i32) -> i32| -> Vec<u8> {
            rgb.iter()
                .map(|s| u8::try_from(by(i32::from(*s)).clamp(0, 255)).unwrap())
                .collect()
        };
        for (what, copy) in [
            ("encoded badly", jpeg(&rgb, 480, 360, 25)),
            ("smaller", jpeg(&scene(seed, 160, 120), 160, 120, 80)),
            ("larger", jpeg(&scene(seed, 960, 720), 960, 720, 80)),
            ("brighter", jpeg(&change(&|s| s + 30), 480, 360, 85)),
            ("darker", jpeg(&change(&|s| s * 7 / 10), 480, 360, 85)),
            ("a screenshot of it", png(&rgb, 480, 360, Rgb8)),
        ] {
            let copy = prepare(&copy, &Shield::Nothing).unwrap();
            let (one, other) = (original.fingerprint, copy.fingerprint);
            assert!(
                one.is_same_picture(other),
                "scene {seed} {what}: {}",
                one.distance(other)
            );
        }
    }
}

#[test]
fn different_pictures_are_told_apart() {
    let prints: Vec<_> = (1..=40)
        .map(|seed| {
            prepare(
                &jpeg(&scene(seed, 160, 120), 160, 120, 85),
                &Shield::Nothing,
            )
            .unwrap()
            .fingerprint
        })
        .collect();
    for (index, one) in prints.iter().enumerate() {
        for other in &prints[..index] {
            assert!(!one.is_same_picture(*other), "{}", one.distance(*other));
        }
    }
}

#[test]
fn pictures_without_detail_are_never_taken_for_copies() {
    let mut random = super::samples::Random(5);
    let mut wall = || -> Vec<u8> {
        (0..160 * 120 * 3)
            .map(|_| 128 + u8::try_from(random.below(4)).unwrap())
            .collect()
    };
    let walls = [wall(), wall(), vec![0; 160 * 120 * 3]];
    let prints = walls.map(|rgb| {
        prepare(&jpeg(&rgb, 160, 120, 90), &Shield::Nothing)
            .unwrap()
            .fingerprint
    });
    for one in prints {
        for other in prints {
            assert!(!one.is_same_picture(other));
        }
    }
}

#[test]
fn an_interlaced_or_fully_compressed_png_is_read() {
    let mut file = Vec::new();
    image::codecs::png::PngEncoder::new_with_quality(
        &mut file,
        image::codecs::png::CompressionType::Best,
        image::codecs::png::FilterType::Paeth,
    )
    .write_image(&rgb(), WIDTH, HEIGHT, Rgb8)
    .unwrap();
    assert_eq!(prepare(&file, &Shield::Nothing).unwrap().width, WIDTH);
}

/// The VP8 stream of a one-coloured patch.
const LOSSY: &[u8] = &[
    0x90, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x10, 0x00, 0x10, 0x00, 0x02, 0xC0, 0x4C, 0x25, 0xA0, 0x02,
    0x74, 0xBA, 0x00, 0x03, 0x98, 0x00, 0xFE, 0xDF, 0x80, 0x3E, 0x85, 0x1B, 0x28, 0x9A, 0xF1, 0xF1,
    0x6C, 0x52, 0x1E, 0x00, 0x00, 0x00,
];
