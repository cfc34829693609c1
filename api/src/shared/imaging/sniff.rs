//! Tells what a file is from its first bytes, never from its name or declared type.

use super::{Format, PhotoError};

/// Longest `ftyp` box looked at; real ones list a dozen brands at most.
const FTYP_LOOK: usize = 256;

/// Finds the format of `bytes`.
///
/// # Errors
/// `UnsupportedFormat` names other picture, video and document formats a phone
/// might offer, so that the resident can be told what to do; anything else is
/// `NotAnImage`.
pub(super) fn sniff(bytes: &[u8]) -> Result<Format, PhotoError> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Ok(Format::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return sniff_iso_media(bytes);
    }
    Err(match known_but_refused(bytes) {
        Some(name) => PhotoError::UnsupportedFormat { name },
        None => PhotoError::NotAnImage,
    })
}

/// ISO base media files differ only in their brands (ISO/IEC 23008-12, annex B;
/// the AV1 image format names its own).
fn sniff_iso_media(bytes: &[u8]) -> Result<Format, PhotoError> {
    let declared = bytes
        .first_chunk::<4>()
        .map_or(0, |size| u32::from_be_bytes(*size) as usize);
    let end = declared.min(bytes.len()).min(FTYP_LOOK);
    let major = bytes.get(8..12).unwrap_or_default();
    let compatible = bytes.get(16..end).unwrap_or_default();
    let has = |brand: &[u8]| major == brand || compatible.chunks_exact(4).any(|b| b == brand);

    // AVIF files carry `mif1` too, so the codec's own brands are asked first.
    if has(b"avif") || has(b"avis") {
        return Err(PhotoError::UnsupportedFormat { name: "AVIF" });
    }
    let heif: [&[u8]; 10] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
    ];
    if heif.iter().any(|brand| has(brand)) {
        return Ok(Format::Heic);
    }
    let name = if major == b"crx " {
        "camera raw"
    } else if major == b"jxl " {
        "JPEG XL"
    } else {
        "video"
    };
    Err(PhotoError::UnsupportedFormat { name })
}

fn known_but_refused(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        // DNG (Apple ProRAW) and most camera raw files are TIFF inside.
        (b"II*\0", "TIFF or camera raw"),
        (b"MM\0*", "TIFF or camera raw"),
        (b"II+\0", "TIFF or camera raw"),
        (b"MM\0+", "TIFF or camera raw"),
        (b"IIRO", "camera raw"),
        (b"IIU\0", "camera raw"),
        (b"FUJIFILMCCD-RAW", "camera raw"),
        (b"\xFF\x0A", "JPEG XL"),
        (b"\0\0\0\x0CJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0CjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
        (b"8BPS", "Photoshop"),
        (b"%PDF-", "PDF"),
        (b"\x1A\x45\xDF\xA3", "video"),
    ];
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(name);
    }
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return Some("BMP");
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"AVI ") {
        return Some("video");
    }
    let opening = &bytes[..bytes.len().min(512)];
    if opening.windows(4).any(|w| w.eq_ignore_ascii_case(b"<svg")) {
        return Some("SVG");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(major: [u8; 4], compatible: &[&[u8; 4]]) -> Vec<u8> {
        let size = u32::try_from(16 + 4 * compatible.len()).unwrap();
        let mut file = size.to_be_bytes().to_vec();
        file.extend(b"ftyp");
        file.extend(major);
        file.extend([0; 4]);
        for brand in compatible {
            file.extend(*brand);
        }
        file.extend(b"\0\0\0\x08mdat");
        file
    }

    #[test]
    fn iso_media_is_told_apart_by_its_brands() {
        assert_eq!(sniff(&iso(*b"heic", &[b"mif1"])), Ok(Format::Heic));
        assert_eq!(sniff(&iso(*b"mif1", &[b"heic"])), Ok(Format::Heic));
        let name = |file: &[u8]| match sniff(file) {
            Err(PhotoError::UnsupportedFormat { name }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(name(&iso(*b"mif1", &[b"avif"])), "AVIF");
        assert_eq!(name(&iso(*b"qt  ", &[])), "video");
        assert_eq!(name(&iso(*b"crx ", &[])), "camera raw");
    }

    #[test]
    fn a_brand_beyond_the_declared_box_does_not_count() {
        let mut file = iso(*b"isom", &[]);
        file.extend(b"heic");
        assert!(matches!(
            sniff(&file),
            Err(PhotoError::UnsupportedFormat { name: "video" })
        ));
    }

    #[test]
    fn pictures_and_documents_that_are_not_taken_are_named() {
        for (file, expected) in [
            (&b"GIF89a\x01\0\x01\0"[..], "GIF"),
            (b"II*\0\x08\0\0\0", "TIFF or camera raw"),
            (b"%PDF-1.7", "PDF"),
            (b"<?xml version=\"1.0\"?><SVG onload=alert(1)>", "SVG"),
            (b"BM\x36\0\0\0\0\0\0\0\x36", "BMP"),
            (b"\xFF\x0A\0\0", "JPEG XL"),
        ] {
            assert!(
                matches!(sniff(file), Err(PhotoError::UnsupportedFormat { name }) if name == expected),
                "{expected}"
            );
        }
    }

    #[test]
    fn programs_pages_archives_and_short_files_are_not_images() {
        for file in [
            &b"<!doctype html><script>alert(1)</script>"[..],
            b"MZ\x90\0",
            b"\x7fELF\x02\x01\x01",
            b"#!/bin/sh\n",
            b"PK\x03\x04",
            b"\xFF\xD8",
            b"\x89PNG",
            b"RIFF\0\0\0\0WEB",
            b"\0\0\0\x10fty",
            b"x",
        ] {
            assert_eq!(sniff(file), Err(PhotoError::NotAnImage));
        }
    }
}
