//! Decodes a large baseline JPEG straight to a fraction of its size.
//!
//! A phone's photo has twelve megapixels or more and is shown with two. Leaving out
//! the frequencies that the smaller size cannot show saves most of the arithmetic, and
//! one row of blocks is held at a time instead of the whole picture. Anything other
//! than what cameras write (baseline, one scan, grey or YCbCr) is left to the general
//! decoder.

use super::PhotoError;
use super::decode::Pixels;
use super::huffman::{Bits, Table};
use super::idct::{Block, Idct};
use super::jpeg::next_segment;

/// Where the n-th coefficient of a block belongs (T.81, figure A.6).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Everything declared before the first scan.
#[derive(Default)]
struct Header<'a> {
    width: usize,
    height: usize,
    components: Vec<Component>,
    /// Quantisation steps in the order of the file.
    steps: [Option<[f32; 64]>; 4],
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    /// Units between two restart markers; 0 for none.
    restart_interval: usize,
    scan: &'a [u8],
}

#[derive(Clone)]
struct Component {
    id: u8,
    across: usize,
    down: usize,
    step: usize,
    dc: usize,
    ac: usize,
}

/// One component of the row of units being decoded.
struct Band {
    samples: Vec<u8>,
    stride: usize,
    /// Samples per block and direction.
    side: usize,
    /// How often a sample is repeated, as a shift, across and down.
    repeat: (u32, u32),
    /// The last mean, which the next one is told relative to.
    prediction: i32,
}

/// Decodes to the smallest of 1/8, 1/4 and 1/2 that still has `least` pixels on the
/// longest side. `None` if the picture is smaller, or not of the common kind.
pub(super) fn decode_scaled(file: &[u8], least: u32) -> Result<Option<Pixels>, PhotoError> {
    let Some(header) = Header::read(file)? else {
        return Ok(None);
    };
    let longest = header.width.max(header.height);
    let scale = [1, 2, 4]
        .into_iter()
        .find(|scale| longest * scale / 8 >= least as usize);
    match scale {
        Some(scale) => header.decode(scale),
        None => Ok(None),
    }
}

impl<'a> Header<'a> {
    /// Reads up to the first scan. `None` for what this decoder does not do.
    fn read(file: &'a [u8]) -> Result<Option<Self>, PhotoError> {
        let mut header = Self::default();
        let mut position = 2;
        while let Some(segment) = next_segment(file, position)? {
            position = segment.end;
            match segment.marker {
                0xC0 | 0xC1 => header.read_frame(segment.payload)?,
                0xC2 => return Ok(None),
                0xC4 => header.read_tables(segment.payload)?,
                0xDB => header.read_steps(segment.payload)?,
                0xDD => header.restart_interval = usize::from(word(segment.payload, 0)?),
                // Adobe's marker with transform 0 says that the colours are RGB.
                0xEE if segment.payload.starts_with(b"Adobe")
                    && segment.payload.get(11) == Some(&0) =>
                {
                    return Ok(None);
                }
                0xDA => {
                    header.scan = &file[position..];
                    return Ok(header.read_scan(segment.payload).then_some(header));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn read_frame(&mut self, payload: &[u8]) -> Result<(), PhotoError> {
        (self.height, self.width) = (word(payload, 1)?.into(), word(payload, 3)?.into());
        let (components, _) = payload.get(6..).unwrap_or_default().as_chunks::<3>();
        self.components = components
            .iter()
            .map(|[id, factors, step]| Component {
                id: *id,
                across: usize::from(factors >> 4),
                down: usize::from(factors & 15),
                step: usize::from(*step),
                dc: 0,
                ac: 0,
            })
            .collect();
        if let [only] = self.components.as_mut_slice() {
            // A scan of one component goes block by block whatever its factors say.
            (only.across, only.down) = (1, 1);
        }
        Ok(())
    }

    fn read_tables(&mut self, mut payload: &[u8]) -> Result<(), PhotoError> {
        while let Some((class, rest)) = payload.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let (values, rest) = rest.split_at_checked(length).ok_or_else(short)?;
            let tables = if class >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            let slot = tables.get_mut(usize::from(class & 15)).ok_or_else(short)?;
            *slot = Some(Table::new(counts, values)?);
            payload = rest;
        }
        Ok(())
    }

    fn read_steps(&mut self, mut payload: &[u8]) -> Result<(), PhotoError> {
        while let Some((kind, rest)) = payload.split_first() {
            let wide = kind >> 4 != 0;
            let (table, rest) = rest
                .split_at_checked(if wide { 128 } else { 64 })
                .ok_or_else(short)?;
            let slot = self
                .steps
                .get_mut(usize::from(kind & 15))
                .ok_or_else(short)?;
            let mut steps = [0.0; 64];
            for (index, step) in steps.iter_mut().enumerate() {
                *step = if wide {
                    f32::from(word(table, index * 2)?)
                } else {
                    f32::from(table[index])
                };
            }
            *slot = Some(steps);
            payload = rest;
        }
        Ok(())
    }

    /// Whether the scan holds the whole picture in a way this decoder does.
    fn read_scan(&mut self, payload: &[u8]) -> bool {
        let Some((count, rest)) = payload.split_first() else {
            return false;
        };
        let (selectors, _) = rest.as_chunks::<2>();
        let count = usize::from(*count);
        if !matches!(count, 1 | 3) || count != self.components.len() || selectors.len() < count {
            return false;
        }
        let is_rgb = self.components.iter().map(|c| c.id).eq(*b"RGB");
        for (component, [id, tables]) in self.components.iter_mut().zip(selectors) {
            (component.dc, component.ac) = (usize::from(tables >> 4), usize::from(tables & 15));
            let simple = |factor: usize| matches!(factor, 1 | 2 | 4);
            if component.id != *id || !simple(component.across) || !simple(component.down) {
                return false;
            }
        }
        !is_rgb
    }

    fn decode(&self, scale: usize) -> Result<Option<Pixels>, PhotoError> {
        let widest = self.components.iter().map(|c| c.across).max().unwrap_or(1);
        let tallest = self.components.iter().map(|c| c.down).max().unwrap_or(1);
        let units_across = self.width.div_ceil(8 * widest);
        let units_down = self.height.div_ceil(8 * tallest);
        let (width, height) = (
            (self.width * scale).div_ceil(8),
            (self.height * scale).div_ceil(8),
        );

        let mut tables = Vec::with_capacity(self.components.len());
        let mut bands = Vec::with_capacity(self.components.len());
        for component in &self.components {
            tables.push((
                table(&self.dc, component.dc)?,
                table(&self.ac, component.ac)?,
                table(&self.steps, component.step)?,
            ));
            bands.push(Band::new(component, scale, (widest, tallest), units_across));
        }

        let idct = Idct::new();
        let mut bits = Bits::new(self.scan);
        let mut rgb = Vec::with_capacity(width * height * 3);
        let mut until_restart = self.restart_interval;
        let mut line = Line::new(width);
        for row in 0..units_down {
            for unit in 0..units_across {
                if self.restart_interval != 0 {
                    if until_restart == 0 {
                        bits.restart()?;
                        bands.iter_mut().for_each(|band| band.prediction = 0);
                        until_restart = self.restart_interval;
                    }
                    until_restart -= 1;
                }
                for ((component, band), tables) in
                    self.components.iter().zip(&mut bands).zip(&tables)
                {
                    band.read_unit(component, unit, &mut bits, *tables, &idct)?;
                }
            }
            if bits.is_overdrawn() {
                return Err(damaged("the picture data end early"));
            }
            let top = row * scale * tallest;
            for y in 0..(scale * tallest).min(height - top) {
                line.append(&bands, y, &mut rgb);
            }
        }
        let side = |length: usize| u32::try_from(length).map_err(|_| PhotoError::TooComplex);
        Ok(Some(Pixels {
            width: side(width)?,
            height: side(height)?,
            rgb,
        }))
    }
}

impl Band {
    fn new(component: &Component, scale: usize, most: (usize, usize), units: usize) -> Self {
        let (across, down) = (most.0 / component.across, most.1 / component.down);
        // A component with fewer samples is shrunk less instead of being repeated.
        let side = (scale * across.min(down)).min(8);
        let stride = units * component.across * side;
        Self {
            samples: vec![0; stride * component.down * side],
            stride,
            side,
            repeat: (
                (scale * across / side).ilog2(),
                (scale * down / side).ilog2(),
            ),
            prediction: 0,
        }
    }

    fn read_unit(
        &mut self,
        component: &Component,
        unit: usize,
        bits: &mut Bits<'_>,
        (dc, ac, steps): (&Table, &Table, &[f32; 64]),
        idct: &Idct,
    ) -> Result<(), PhotoError> {
        for y in 0..component.down {
            for x in 0..component.across {
                let mut block = [0.0; 64];
                self.prediction =
                    read_block(bits, dc, ac, steps, self.side, self.prediction, &mut block)
                        .ok_or_else(|| damaged("impossible code"))?;
                let start = (y * self.stride + unit * component.across + x) * self.side;
                idct.write(&block, self.side, &mut self.samples, start, self.stride);
            }
        }
        Ok(())
    }

    fn row(&self, y: usize) -> &[u8] {
        let start = (y >> self.repeat.1) * self.stride;
        &self.samples[start..start + self.stride]
    }
}

/// Reads a block, keeping the frequencies `side` samples can show. Gives the mean.
#[inline]
fn read_block(
    bits: &mut Bits<'_>,
    dc: &Table,
    ac: &Table,
    steps: &[f32; 64],
    side: usize,
    prediction: i32,
    block: &mut Block,
) -> Option<i32> {
    let difference = bits.symbol(dc)?;
    // A sane picture stays within 12 bits; the mask keeps a hostile one from overflowing.
    let mean = (prediction + i32::from(difference.number)).clamp(-32_768, 32_767);
    block[0] = mean as f32 * steps[0];

    let mut index = 1;
    while index < 64 {
        let symbol = bits.symbol(ac)?;
        if symbol.number == 0 {
            // A run without a number: sixteen zeros, or the end of the block.
            if symbol.run != 15 {
                break;
            }
            index += 16;
            continue;
        }
        index += usize::from(symbol.run);
        let (place, step) = (usize::from(*ZIGZAG.get(index)?), steps[index]);
        if place % 8 < side && place / 8 < side {
            block[place] = f32::from(symbol.number) * step;
        }
        index += 1;
    }
    Some(mean)
}

/// Turns rows of components into rows of pixels.
struct Line {
    width: usize,
    /// Components spread to the width of the picture.
    spread: [Vec<u8>; 3],
}

impl Line {
    fn new(width: usize) -> Self {
        Self {
            width,
            spread: [vec![0; width], vec![0; width], vec![0; width]],
        }
    }

    fn append(&mut self, bands: &[Band], y: usize, rgb: &mut Vec<u8>) {
        for (band, spread) in bands.iter().zip(&mut self.spread) {
            if band.repeat.0 != 0 {
                for (x, target) in spread.iter_mut().enumerate() {
                    *target = band.row(y)[x >> band.repeat.0];
                }
            }
        }
        let row = |index: usize| {
            let band: &Band = &bands[index];
            if band.repeat.0 == 0 {
                &band.row(y)[..self.width]
            } else {
                &self.spread[index]
            }
        };
        if bands.len() == 1 {
            rgb.extend(row(0).iter().flat_map(|grey| [*grey; 3]));
            return;
        }
        let start = rgb.len();
        rgb.resize(start + self.width * 3, 0);
        let (pixels, _) = rgb[start..].as_chunks_mut::<3>();
        for (((pixel, luma), blue), red) in pixels.iter_mut().zip(row(0)).zip(row(1)).zip(row(2)) {
            *pixel = to_rgb(*luma, *blue, *red);
        }
    }
}

/// JFIF 1.02: full-range Rec. 601, in 16-bit fixed point.
#[inline]
fn to_rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let luma = (i32::from(luma) << 16) + 0x8000;
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    [
        luma + 91_881 * red,
        luma - 22_554 * blue - 46_802 * red,
        luma + 116_130 * blue,
    ]
    .map(|sum| (sum >> 16).clamp(0, 255).to_le_bytes()[0])
}

fn table<T>(tables: &[Option<T>; 4], index: usize) -> Result<&T, PhotoError> {
    tables
        .get(index)
        .and_then(Option::as_ref)
        .ok_or_else(|| damaged("a table is missing"))
}

fn word(bytes: &[u8], at: usize) -> Result<u16, PhotoError> {
    match bytes.get(at..at + 2) {
        Some(&[high, low]) => Ok(u16::from_be_bytes([high, low])),
        _ => Err(short()),
    }
}

fn short() -> PhotoError {
    damaged("a segment is too short")
}

fn damaged(reason: &str) -> PhotoError {
    PhotoError::Damaged(format!("JPEG: {reason}"))
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, SamplingFactor};
    use zune_jpeg::JpegDecoder;
    use zune_jpeg::zune_core::bytestream::ZCursor;

    use super::super::render::resize;
    use super::super::tests::samples::{jpeg_with, scene};
    use super::*;

    const WIDTH: u32 = 331;
    const HEIGHT: u32 = 205;

    fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
        assert_eq!(a.len(), b.len());
        let sum: u32 = a
            .iter()
            .zip(b)
            .map(|(a, b)| u32::from(a.abs_diff(*b)))
            .sum();
        f64::from(sum) / f64::from(u32::try_from(a.len()).unwrap())
    }

    /// How far a scaled picture is from the one another decoder gives, shrunk.
    fn distance(file: &[u8], least: u32) -> (Pixels, f64) {
        let scaled = decode_scaled(file, least).unwrap().unwrap();
        let mut decoder = JpegDecoder::new(ZCursor::new(file));
        let mut rgb = decoder.decode().unwrap();
        if rgb.len() == (WIDTH * HEIGHT) as usize {
            rgb = rgb.iter().flat_map(|grey| [*grey; 3]).collect();
        }
        let whole = Pixels {
            width: WIDTH,
            height: HEIGHT,
            rgb,
        };
        let expected = resize(&whole, scaled.width, scaled.height).unwrap();
        let off = mean_difference(&scaled.rgb, &expected.rgb);
        (scaled, off)
    }

    #[test]
    fn every_scale_and_sampling_agrees_with_the_general_decoder() {
        let rgb = scene(9, WIDTH, HEIGHT);
        for sampling in [
            SamplingFactor::F_1_1,
            SamplingFactor::F_2_1,
            SamplingFactor::F_1_2,
            SamplingFactor::F_2_2,
        ] {
            for (least, size) in [(160, (166, 103)), (80, (83, 52)), (40, (42, 26))] {
                for interval in [0, 1, 5] {
                    let file = jpeg_with(&rgb, WIDTH, HEIGHT, ColorType::Rgb, |encoder| {
                        encoder.set_sampling_factor(sampling);
                        encoder.set_restart_interval(interval);
                    });
                    let (scaled, off) = distance(&file, least);
                    assert_eq!((scaled.width, scaled.height), size);
                    assert!(off < 5.0, "{sampling:?} at {size:?} is {off} off");
                }
            }
        }
    }

    #[test]
    fn grey_pictures_are_scaled_too() {
        let grey: Vec<u8> = scene(9, WIDTH, HEIGHT)
            .chunks_exact(3)
            .map(|p| p[1])
            .collect();
        let file = jpeg_with(&grey, WIDTH, HEIGHT, ColorType::Luma, |_| ());
        let (scaled, off) = distance(&file, 160);
        assert_eq!((scaled.width, scaled.height), (166, 103));
        assert!(off < 5.0, "{off}");
    }

    #[test]
    fn what_is_small_or_uncommon_is_left_to_the_general_decoder() {
        let rgb = scene(9, WIDTH, HEIGHT);
        let decode = |least: u32, set: &dyn Fn(&mut jpeg_encoder::Encoder<&mut Vec<u8>>)| {
            let file = jpeg_with(&rgb, WIDTH, HEIGHT, ColorType::Rgb, set);
            decode_scaled(&file, least).unwrap()
        };
        assert!(decode(170, &|_| ()).is_none());
        assert!(decode(40, &|encoder| encoder.set_progressive(true)).is_none());
        // The encoder writes a scan per component for these.
        assert!(decode(40, &|encoder| encoder.set_optimized_huffman_tables(true)).is_none());
        let four = jpeg_with(
            &vec![9; 331 * 205 * 4],
            WIDTH,
            HEIGHT,
            ColorType::Cmyk,
            |_| (),
        );
        assert!(decode_scaled(&four, 40).unwrap().is_none());
    }

    #[test]
    fn a_picture_cut_anywhere_in_its_data_is_damaged() {
        let file = jpeg_with(
            &scene(9, WIDTH, HEIGHT),
            WIDTH,
            HEIGHT,
            ColorType::Rgb,
            |_| (),
        );
        for missing in [40, 400, file.len() / 2] {
            let cut = &file[..file.len() - missing];
            assert!(matches!(
                decode_scaled(cut, 40),
                Err(PhotoError::Damaged(_))
            ));
        }
        assert!(
            decode_scaled(&file[..file.len() - 2], 40)
                .unwrap()
                .is_some()
        );
    }
}
