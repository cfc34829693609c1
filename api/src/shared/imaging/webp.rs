//! Pares a WebP file down to its first picture, so that nothing else reaches the decoder.

use super::PhotoError;

/// Size of the frame header inside an `ANMF` chunk.
const FRAME_HEADER: usize = 16;

/// A still WebP file holding one picture, and the EXIF block the original carried.
#[derive(Debug)]
pub(super) struct Pared<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_lossy: bool,
    pub(super) file: Vec<u8>,
    pub(super) exif: Option<&'a [u8]>,
}

/// The chunks that make one picture.
#[derive(Default)]
struct Picture<'a> {
    alpha: Option<&'a [u8]>,
    lossy: Option<&'a [u8]>,
    lossless: Option<&'a [u8]>,
}

impl<'a> Picture<'a> {
    fn take(&mut self, kind: [u8; 4], body: &'a [u8]) {
        let slot = match &kind {
            b"ALPH" => &mut self.alpha,
            b"VP8 " => &mut self.lossy,
            b"VP8L" => &mut self.lossless,
            _ => return,
        };
        slot.get_or_insert(body);
    }

    fn is_complete(&self) -> bool {
        self.lossy.is_some() || self.lossless.is_some()
    }
}

/// Finds the picture, or the first one of an animation, and wraps it anew. The size
/// is read from the bitstream itself: the canvas size of the container may lie.
pub(super) fn pare(file: &[u8]) -> Result<Pared<'_>, PhotoError> {
    let mut picture = Picture::default();
    let mut exif = None;
    for (kind, body) in chunks(file.get(12..).unwrap_or_default()) {
        match &kind {
            b"EXIF" => {
                // Some writers keep the JPEG prefix in front of the block.
                let block = body.strip_prefix(b"Exif\0\0").unwrap_or(body);
                exif = exif.or(Some(block));
            }
            b"ANMF" if !picture.is_complete() => {
                for (kind, body) in chunks(body.get(FRAME_HEADER..).unwrap_or_default()) {
                    picture.take(kind, body);
                }
            }
            _ if !picture.is_complete() => picture.take(kind, body),
            _ => {}
        }
    }
    let (width, height) = match (picture.lossy, picture.lossless) {
        (Some(stream), _) => lossy_size(stream)?,
        (None, Some(stream)) => lossless_size(stream)?,
        (None, None) => return Err(damaged("no picture in the file")),
    };
    Ok(Pared {
        width,
        height,
        is_lossy: picture.lossy.is_some(),
        file: wrap(&picture, width, height),
        exif,
    })
}

/// Chunks in order; one that is cut off is given as far as it goes.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let &[k0, k1, k2, k3, l0, l1, l2, l3] = rest.first_chunk()?;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let available = &rest[8..];
        let body = &available[..length.min(available.len())];
        // Chunks are padded to an even length.
        rest = available.get(body.len() + length % 2..).unwrap_or_default();
        Some(([k0, k1, k2, k3], body))
    })
}

/// RFC 6386, section 9.1: a key frame's tag, start code and size.
fn lossy_size(stream: &[u8]) -> Result<(u32, u32), PhotoError> {
    let &[tag, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..] = stream else {
        return Err(damaged("no VP8 key frame"));
    };
    if tag & 1 != 0 {
        return Err(damaged("no VP8 key frame"));
    }
    // The two upper bits ask for scaling, which no decoder of still pictures does.
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
    Ok((side(w0, w1), side(h0, h1)))
}

/// RFC 9649, section 3.4: a signature byte, then two sides less one in 14 bits each.
fn lossless_size(stream: &[u8]) -> Result<(u32, u32), PhotoError> {
    let &[0x2F, b0, b1, b2, b3, ..] = stream else {
        return Err(damaged("no VP8L signature"));
    };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
}

fn wrap(picture: &Picture<'_>, width: u32, height: u32) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    match (picture.lossy, picture.alpha, picture.lossless) {
        (Some(stream), Some(alpha), _) => {
            const ALPHA_FLAG: u8 = 0x10;
            let [w0, w1, w2, _] = width.saturating_sub(1).to_le_bytes();
            let [h0, h1, h2, _] = height.saturating_sub(1).to_le_bytes();
            push(
                &mut body,
                *b"VP8X",
                &[ALPHA_FLAG, 0, 0, 0, w0, w1, w2, h0, h1, h2],
            );
            push(&mut body, *b"ALPH", alpha);
            push(&mut body, *b"VP8 ", stream);
        }
        (Some(stream), None, _) => push(&mut body, *b"VP8 ", stream),
        (None, _, Some(stream)) => push(&mut body, *b"VP8L", stream),
        (None, _, None) => {}
    }
    let mut file = Vec::with_capacity(body.len() + 8);
    push(&mut file, *b"RIFF", &body);
    file
}

fn push(out: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    // Uploads are limited to 20 MiB, far below what the field can say.
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&kind);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
}

fn damaged(reason: &str) -> PhotoError {
    PhotoError::Damaged(format!("WebP: {reason}"))
}
