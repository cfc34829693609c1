//! Files made to break, stall or smuggle.

use image::ExtendedColorType::{L8, Rgb8};
use jpeg_encoder::ColorType;

use super::super::{MAX_BYTES, PhotoError, Shield, guarded, prepare};
use super::samples::{
    ExifBlock, Random, jpeg, jpeg_with, png, riff, riff_file, scene, webp, with_chunk, with_exif,
    with_segment,
};

const SIDE: u32 = 48;

fn small_jpeg() -> Vec<u8> {
    jpeg(&scene(2, SIDE, SIDE), SIDE, SIDE, 85)
}

fn small_png() -> Vec<u8> {
    png(&scene(2, SIDE, SIDE), SIDE, SIDE, Rgb8)
}

fn small_webp() -> Vec<u8> {
    webp(&scene(2, SIDE, SIDE), SIDE, SIDE, Rgb8)
}

fn progressive(width: u32, height: u32) -> Vec<u8> {
    jpeg_with(
        &scene(2, width, height),
        width,
        height,
        ColorType::Rgb,
        |e| e.set_progressive(true),
    )
}

fn refusal(file: &[u8]) -> PhotoError {
    prepare(file, &Shield::Nothing).unwrap_err()
}

fn position(file: &[u8], bytes: &[u8]) -> usize {
    file.windows(bytes.len()).position(|w| w == bytes).unwrap()
}

/// A copy of a JPEG that claims another size.
fn resized_jpeg(mut file: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = [0xC0, 0xC2]
        .iter()
        .find_map(|m| file.windows(2).position(|w| w == [0xFF, *m]))
        .unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

/// A copy of a PNG that claims another size. The checksum is not right; the size is judged first.
fn resized_png(mut file: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    file
}

fn lossless_header(width: u32, height: u32) -> Vec<u8> {
    let bits = (width - 1) | (height - 1) << 14;
    [&[0x2F][..], &bits.to_le_bytes()].concat()
}

#[test]
fn nothing_too_much_and_too_small_are_named() {
    assert_eq!(refusal(&[]), PhotoError::Empty);
    let bytes = MAX_BYTES + 1;
    assert_eq!(
        refusal(&vec![0xFF; bytes]),
        PhotoError::TooLarge {
            bytes,
            limit: MAX_BYTES
        }
    );
    let dot = png(&[0; 3], 1, 1, Rgb8);
    assert_eq!(refusal(&dot), PhotoError::TooSmall);
    assert_eq!(
        refusal(&jpeg(&scene(1, 200, 15), 200, 15, 80)),
        PhotoError::TooSmall
    );
}

#[test]
fn sizes_are_refused_from_the_header_before_any_pixel() {
    for (width, height) in [(8000, 8000), (20_001, 100), (100, 20_001), (65_000, 65_000)] {
        let expected = PhotoError::TooManyPixels { width, height };
        let short = |side: u32| u16::try_from(side).unwrap();
        assert_eq!(
            refusal(&resized_jpeg(small_jpeg(), short(width), short(height))),
            expected
        );
        assert_eq!(refusal(&resized_png(small_png(), width, height)), expected);
    }
    let (width, height) = (u32::MAX, u32::MAX);
    assert_eq!(
        refusal(&resized_png(small_png(), width, height)),
        PhotoError::TooManyPixels { width, height }
    );
    let (width, height) = (16_384, 16_384);
    let bomb = riff_file(&[riff(*b"VP8L", &lossless_header(width, height))]);
    assert_eq!(refusal(&bomb), PhotoError::TooManyPixels { width, height });
}

#[test]
fn a_webp_whose_container_lies_about_the_size_is_judged_by_its_stream() {
    let canvas = [0, 0, 0, 0, 47, 0, 0, 47, 0, 0];
    let file = riff_file(&[
        riff(*b"VP8X", &canvas),
        riff(*b"VP8L", &lossless_header(16_000, 16_000)),
    ]);
    assert!(matches!(refusal(&file), PhotoError::TooManyPixels { .. }));
    let key_frame = [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F, 0, 0];
    let file = riff_file(&[riff(*b"VP8X", &canvas), riff(*b"VP8 ", &key_frame)]);
    assert!(matches!(
        refusal(&file),
        PhotoError::TooManyPixels {
            width: 16_383,
            height: 16_383
        }
    ));
}

#[test]
fn pixels_that_would_take_too_much_memory_are_refused_by_format() {
    let wide = resized_png(
        png(
            &vec![0; 48 * 48 * 8],
            SIDE,
            SIDE,
            image::ExtendedColorType::Rgba16,
        ),
        6000,
        6000,
    );
    assert!(matches!(refusal(&wide), PhotoError::TooManyPixels { .. }));
    let canvas = riff_file(&[riff(*b"VP8L", &lossless_header(5000, 3000))]);
    assert!(matches!(refusal(&canvas), PhotoError::TooManyPixels { .. }));
    let key_frame = [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0, 0x80, 0, 0, 0];
    let noise = riff_file(&[riff(
        *b"VP8 ",
        &[&key_frame[..], &vec![7; 5 << 20]].concat(),
    )]);
    assert_eq!(refusal(&noise), PhotoError::TooComplex);
    let layered = resized_jpeg(progressive(SIDE, SIDE), 7000, 7000);
    assert!(matches!(
        refusal(&layered),
        PhotoError::TooManyPixels { .. }
    ));
}

#[test]
fn a_jpeg_of_countless_scans_is_too_complex() {
    let file = progressive(SIDE, SIDE);
    let scan = position(&file, &[0xFF, 0xDA]);
    let end = file.len() - 2;
    let repeated = [&file[..end], &file[scan..end].repeat(40), &file[end..]].concat();
    assert_eq!(refusal(&repeated), PhotoError::TooComplex);

    // Few scans of a large picture cost as much as many of a small one.
    let empty_scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0x01];
    let large = resized_jpeg(file.clone(), 4000, 3000);
    let end = large.len() - 2;
    let stretched = [&large[..end], &empty_scan.repeat(50), &large[end..]].concat();
    assert_eq!(refusal(&stretched), PhotoError::TooComplex);
}

#[test]
fn a_second_frame_header_cannot_change_the_size() {
    let file = small_jpeg();
    let frame = position(&file, &[0xFF, 0xC0]);
    let second = resized_jpeg(file.clone(), 9000, 9000)[frame..frame + 19].to_vec();
    let twice = [&file[..frame + 19], &second, &file[frame + 19..]].concat();
    assert!(matches!(refusal(&twice), PhotoError::Damaged(_)));
}

#[test]
fn processes_no_camera_uses_are_refused_by_name() {
    for process in [0xC3, 0xC5, 0xC9, 0xCB, 0xCF] {
        let mut file = small_jpeg();
        let frame = position(&file, &[0xFF, 0xC0]);
        file[frame + 1] = process;
        assert_eq!(
            refusal(&file),
            PhotoError::UnsupportedFormat {
                name: "unusual JPEG"
            }
        );
    }
    let mut file = small_jpeg();
    let frame = position(&file, &[0xFF, 0xC0]);
    file[frame + 4] = 12;
    assert_eq!(
        refusal(&file),
        PhotoError::UnsupportedFormat {
            name: "unusual JPEG"
        }
    );
}

#[test]
fn chunks_that_unpack_to_gigabytes_are_never_unpacked() {
    let plain = prepare(&small_png(), &Shield::Nothing).unwrap();
    // Ten megabytes that are not even valid: they would be an error if read.
    let filler = vec![0x78; 10 << 20];
    for (kind, prefix) in [
        (*b"iCCP", &b"x\0\0"[..]),
        (*b"zTXt", b"x\0\0"),
        (*b"iTXt", b"x\0\x01\0\0\0"),
    ] {
        let file = with_chunk(&small_png(), kind, &[prefix, &filler].concat());
        assert_eq!(
            prepare(&file, &Shield::Nothing).unwrap().display,
            plain.display
        );
    }
}

#[test]
fn a_large_png_of_nothing_is_decoded() {
    let (width, height) = (1700, 1700);
    let file = png(&vec![0; 2_890_000], width, height, L8);
    assert!(file.len() < 200_000);
    assert_eq!(
        prepare(&file, &Shield::Nothing).unwrap().display_size,
        (1600, 1600)
    );
}

#[test]
fn files_cut_short_are_refused() {
    let large = jpeg(&scene(1, 3300, 400), 3300, 400, 85);
    for file in [
        small_jpeg(),
        large,
        progressive(SIDE, SIDE),
        small_png(),
        small_webp(),
    ] {
        for tenth in 0..=8 {
            let cut = &file[..file.len() * tenth / 10];
            let error = refusal(cut);
            assert!(
                matches!(
                    error,
                    PhotoError::Damaged(_) | PhotoError::NotAnImage | PhotoError::Empty
                ),
                "{tenth} tenths: {error:?}"
            );
        }
    }
}

#[test]
fn what_is_appended_or_hidden_in_a_picture_does_not_come_out() {
    const SMUGGLED: &[u8] = b"PK\x03\x04<html><script>alert('smuggled')</script>";
    for file in [
        [&small_jpeg()[..], SMUGGLED].concat(),
        with_segment(&small_jpeg(), 0xFE, SMUGGLED),
        [&small_png()[..], SMUGGLED].concat(),
        with_chunk(&small_png(), *b"tEXt", SMUGGLED),
        [&small_webp()[..], SMUGGLED].concat(),
        [small_webp(), riff(*b"XMP ", SMUGGLED)].concat(),
    ] {
        let photo = prepare(&file, &Shield::Nothing).unwrap();
        for picture in [&photo.display, &photo.thumbnail] {
            assert!(!picture.windows(8).any(|w| w == b"smuggled"));
            assert!(!picture.windows(4).any(|w| w == b"PK\x03\x04"));
        }
    }
}

#[test]
fn renamed_files_are_judged_by_their_content() {
    for file in [
        &b"<!DOCTYPE html><img src=x onerror=alert(1)>"[..],
        b"MZ\x90\0\x03",
        b"\x7fELF",
        b"PK\x03\x04",
        b"photo.jpg",
    ] {
        assert_eq!(refusal(file), PhotoError::NotAnImage);
    }
    for (file, name) in [
        (&b"GIF89a<script>"[..], "GIF"),
        (b"%PDF-1.4", "PDF"),
        (b"<svg onload=alert(1)>", "SVG"),
    ] {
        assert_eq!(refusal(file), PhotoError::UnsupportedFormat { name });
    }
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat";
    assert_eq!(refusal(heic), PhotoError::HeicUnsupported);
}

#[test]
fn broken_exif_costs_nothing_but_itself() {
    let plain = prepare(&small_jpeg(), &Shield::Nothing).unwrap();
    let whole = ExifBlock::default()
        .orientation(1)
        .text(exif::Tag::Model, "phone")
        .bytes(true);
    // An IFD that points at itself, a count of four billion, an offset beyond the block.
    let cycle = b"II*\0\x08\0\0\0\0\0\x08\0\0\0";
    let huge_count = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\0";
    let far_away = b"MM\0*\xFF\xFF\xFF\xF0";
    let many_entries = [&b"II*\0\x08\0\0\0\xFF\xFF"[..], &vec![7; 60_000]].concat();
    for block in [
        &b""[..],
        b"II",
        cycle,
        huge_count,
        far_away,
        &many_entries,
        &whole[..whole.len() - 5],
    ] {
        let photo = prepare(&with_exif(&small_jpeg(), block), &Shield::Nothing).unwrap();
        assert_eq!(photo.display, plain.display);
        assert_eq!((photo.taken_at, photo.gps_hint), (None, None));
    }
    let enormous = with_chunk(&small_png(), *b"eXIf", &[whole, vec![0; 1 << 20]].concat());
    assert!(prepare(&enormous, &Shield::Nothing).is_ok());
}

#[test]
fn a_panic_in_a_decoder_is_an_error_of_the_photo() {
    let outcome: Result<(), _> = guarded(|| panic!("a decoder's bug"));
    assert!(matches!(outcome, Err(PhotoError::Damaged(_))));
}

#[test]
fn two_thousand_mutations_neither_panic_nor_hang() {
    let exif = ExifBlock::default()
        .orientation(6)
        .text(exif::Tag::DateTimeOriginal, "2026:05:17 18:04:59")
        .gps([(42, 1); 3], "N", [(126, 1); 3], "E")
        .bytes(false);
    let seeds = [
        with_exif(&small_jpeg(), &exif),
        progressive(SIDE, SIDE),
        // Long enough to be decoded at a fraction of its size.
        jpeg(&scene(2, 3200, 16), 3200, 16, 70),
        with_chunk(&small_png(), *b"eXIf", &exif),
        [small_webp(), riff(*b"EXIF", &exif)].concat(),
    ];
    let mut random = Random(0x5EED);
    let mut readable = 0;
    for round in 0..2000 {
        let mut file = seeds[round % seeds.len()].clone();
        for _ in 0..=random.below(6) {
            let at = random.below(file.len());
            match random.below(5) {
                0 => file[at] ^= 1 << random.below(8),
                1 => file[at] = u8::try_from(random.below(256)).unwrap(),
                2 => file.truncate(at.max(1)),
                3 => {
                    let end = (at + random.below(64)).min(file.len());
                    file.copy_within(at..end, 0);
                }
                _ => {
                    let end = (at + random.below(64)).min(file.len());
                    let piece = file[at..end].to_vec();
                    file.splice(at..at, piece);
                }
            }
        }
        match prepare(&file, &Shield::Nothing) {
            Ok(photo) => {
                readable += 1;
                let again = prepare(&photo.display, &Shield::Nothing);
                assert!(
                    matches!(again, Ok(_) | Err(PhotoError::TooSmall)),
                    "round {round}"
                );
            }
            Err(PhotoError::Damaged(reason)) => {
                assert!(!reason.contains("panicked"), "round {round}");
            }
            Err(_) => {}
        }
    }
    assert!(
        readable > 100,
        "only {readable} mutations were still pictures"
    );
}
