//! Pares a PNG file down to what its pixels need, so that nothing else reaches the decoder.

use super::PhotoError;

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// A PNG file of critical chunks only, and the EXIF block it carried.
#[derive(Debug)]
pub(super) struct Pared<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bytes one decoded pixel takes, palettes and low depths expanded.
    pub(super) bytes_per_pixel: u64,
    pub(super) file: Vec<u8>,
    pub(super) exif: Option<&'a [u8]>,
}

/// Copies the header, palette, transparency and pixel chunks. Compressed text and
/// colour profiles, the classic decompression bombs, are left behind unread; so are
/// the frames of an animation after its default picture.
pub(super) fn pare(file: &[u8]) -> Result<Pared<'_>, PhotoError> {
    let mut rest = file.get(SIGNATURE.len()..).unwrap_or_default();
    let mut pared = Vec::with_capacity(file.len());
    pared.extend_from_slice(SIGNATURE);
    let mut header = None;
    let mut exif = None;
    let mut transparent = false;

    while let Some((length, kind)) = rest.first_chunk().copied().map(split_head) {
        let Some(chunk) = length.checked_add(12).and_then(|total| rest.get(..total)) else {
            // A cut last chunk: the decoder says how much of the picture is missing.
            if kind == *b"IDAT" {
                pared.extend_from_slice(rest);
            }
            break;
        };
        rest = &rest[chunk.len()..];
        let body = &chunk[8..chunk.len() - 4];
        match &kind {
            b"IHDR" if header.is_none() => header = Some(Header::read(body)?),
            b"IHDR" => return Err(damaged("more than one header")),
            b"PLTE" | b"IDAT" | b"IEND" => {}
            b"tRNS" => transparent = true,
            b"eXIf" => {
                exif = exif.or(Some(body));
                continue;
            }
            _ => continue,
        }
        if header.is_none() {
            return Err(damaged("no header"));
        }
        pared.extend_from_slice(chunk);
        if kind == *b"IEND" {
            break;
        }
    }
    let header = header.ok_or_else(|| damaged("no header"))?;
    Ok(Pared {
        width: header.width,
        height: header.height,
        bytes_per_pixel: header.bytes_per_pixel(transparent),
        file: pared,
        exif,
    })
}

fn split_head(head: [u8; 8]) -> (usize, [u8; 4]) {
    let [l0, l1, l2, l3, k0, k1, k2, k3] = head;
    (
        u32::from_be_bytes([l0, l1, l2, l3]) as usize,
        [k0, k1, k2, k3],
    )
}

struct Header {
    width: u32,
    height: u32,
    depth: u8,
    colour: u8,
}

impl Header {
    fn read(body: &[u8]) -> Result<Self, PhotoError> {
        let &[w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, _, _, _] = body else {
            return Err(damaged("header of the wrong length"));
        };
        Ok(Self {
            width: u32::from_be_bytes([w0, w1, w2, w3]),
            height: u32::from_be_bytes([h0, h1, h2, h3]),
            depth,
            colour,
        })
    }

    fn bytes_per_pixel(&self, transparent: bool) -> u64 {
        let opaque = match self.colour {
            0 => 1,
            4 => 2,
            6 => 4,
            _ => 3,
        };
        // A tRNS chunk makes the decoder add an alpha channel.
        let channels = if matches!(self.colour, 0 | 2 | 3) && transparent {
            opaque + 1
        } else {
            opaque
        };
        channels * if self.depth == 16 { 2 } else { 1 }
    }
}

fn damaged(reason: &str) -> PhotoError {
    PhotoError::Damaged(format!("PNG: {reason}"))
}
