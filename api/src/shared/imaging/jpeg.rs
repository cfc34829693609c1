//! Walks the segments of a JPEG file without decoding it (ITU-T T.81, annex B).

use super::PhotoError;

/// Marks the end of the picture.
const END: u8 = 0xD9;
const EXIF_HEADER: &[u8] = b"Exif\0\0";

/// What the segments say, and where the interesting ones are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outline<'a> {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) components: u8,
    pub(super) progressive: bool,
    /// Whether some component has fewer samples than another.
    pub(super) subsampled: bool,
    /// Number of 8 × 8 blocks of all components together.
    pub(super) blocks: u64,
    /// Number of scans up to the end of the picture.
    pub(super) scans: usize,
    /// Whether the end marker was found. Without it the upload was probably cut.
    pub(super) complete: bool,
    /// The EXIF block, without its `Exif\0\0`.
    pub(super) exif: Option<&'a [u8]>,
}

/// One segment: the marker's second byte and what follows the length field.
pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    pub(super) payload: &'a [u8],
    /// Position of the byte after the segment.
    pub(super) end: usize,
}

/// Reads the outline of a JPEG file up to its first end marker; cameras append
/// further pictures after it (multi-picture format) and attackers anything.
///
/// # Errors
/// `UnsupportedFormat` for processes no camera uses (arithmetic, lossless,
/// hierarchical, 12-bit), `Damaged` for a structure that cannot be followed.
pub(super) fn outline(file: &[u8]) -> Result<Outline<'_>, PhotoError> {
    let mut outline = Outline {
        width: 0,
        height: 0,
        components: 0,
        progressive: false,
        subsampled: false,
        blocks: 0,
        scans: 0,
        complete: false,
        exif: None,
    };
    let mut position = 2;
    while !outline.complete
        && let Some(segment) = next_segment(file, position)?
    {
        position = segment.end;
        match segment.marker {
            0xC0..=0xC2 => {
                // A second frame header could declare another size after the check.
                if outline.width != 0 {
                    return Err(damaged("more than one frame header"));
                }
                read_frame(&segment, &mut outline)?;
            }
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Err(PhotoError::UnsupportedFormat {
                    name: "unusual JPEG",
                });
            }
            END => outline.complete = true,
            0xDA => {
                outline.scans += 1;
                position = end_of_scan(file, position);
            }
            0xE1 if outline.exif.is_none() => {
                outline.exif = segment.payload.strip_prefix(EXIF_HEADER);
            }
            _ => {}
        }
    }
    if outline.width == 0 || outline.scans == 0 {
        return Err(damaged("no picture in the file"));
    }
    Ok(outline)
}

fn read_frame(segment: &Segment<'_>, outline: &mut Outline<'_>) -> Result<(), PhotoError> {
    let &[precision, h1, h0, w1, w0, components, ref factors @ ..] = segment.payload else {
        return Err(damaged("short frame header"));
    };
    if precision != 8 {
        return Err(PhotoError::UnsupportedFormat {
            name: "unusual JPEG",
        });
    }
    outline.height = u16::from_be_bytes([h1, h0]);
    outline.width = u16::from_be_bytes([w1, w0]);
    outline.components = components;
    outline.progressive = segment.marker == 0xC2;
    if outline.width == 0 || outline.height == 0 {
        return Err(damaged("no size in the frame header"));
    }
    let (factors, _) = factors.as_chunks::<3>();
    outline.subsampled = factors.windows(2).any(|pair| pair[0][1] != pair[1][1]);
    outline.blocks = count_blocks(outline.width, outline.height, factors);
    Ok(())
}

fn count_blocks(width: u16, height: u16, components: &[[u8; 3]]) -> u64 {
    let (mut widest, mut tallest, mut blocks_per_unit) = (1, 1, 0);
    for [_, factors, _] in components {
        let (across, down) = (u64::from(factors >> 4), u64::from(factors & 15));
        widest = widest.max(across);
        tallest = tallest.max(down);
        blocks_per_unit += across * down;
    }
    let units = |length: u16, factor: u64| u64::from(length).div_ceil(8 * factor);
    units(width, widest) * units(height, tallest) * blocks_per_unit
}

/// The segment at or after `from`; `None` at the end of the file.
pub(super) fn next_segment(file: &[u8], from: usize) -> Result<Option<Segment<'_>>, PhotoError> {
    let mut at = from;
    loop {
        // Stray bytes between segments are skipped, as every viewer does.
        let Some(found) = file
            .get(at..)
            .and_then(|rest| rest.iter().position(|b| *b == 0xFF))
        else {
            return Ok(None);
        };
        at += found + 1;
        match file.get(at) {
            None => return Ok(None),
            Some(&END) => {
                return Ok(Some(Segment {
                    marker: END,
                    payload: &[],
                    end: at + 1,
                }));
            }
            Some(0x00 | 0x01 | 0xD0..=0xD8) => at += 1,
            // A fill byte: the next one may be the marker.
            Some(0xFF) => {}
            Some(marker) => {
                let marker = *marker;
                let Some(&[high, low]) = file.get(at + 1..).and_then(|rest| rest.first_chunk())
                else {
                    return Ok(None);
                };
                let end = at + 1 + usize::from(u16::from_be_bytes([high, low]));
                let Some(payload) = file.get(at + 3..end) else {
                    return Err(damaged("a segment runs past the end of the file"));
                };
                return Ok(Some(Segment {
                    marker,
                    payload,
                    end,
                }));
            }
        }
    }
}

/// Position of the first marker after the entropy-coded data that starts at `from`.
fn end_of_scan(file: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = file[at..].iter().position(|b| *b == 0xFF) {
        at += found;
        match file.get(at + 1) {
            None => break,
            Some(0x00 | 0xD0..=0xD7) => at += 2,
            Some(0xFF) => at += 1,
            Some(_) => return at,
        }
    }
    file.len()
}

fn damaged(reason: &str) -> PhotoError {
    PhotoError::Damaged(format!("JPEG: {reason}"))
}
