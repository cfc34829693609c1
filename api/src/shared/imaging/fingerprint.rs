//! A 64-bit fingerprint that stays nearly the same when a picture is resized,
//! re-encoded or brightened: it finds the same photo sent twice.
//!
//! The picture is shrunk to 32 × 32 grey values and transformed (DCT-II); each bit
//! says whether one of the 64 lowest frequencies, without the mean brightness, is
//! above their median. The fingerprint is of the upright picture, so a copy that
//! was saved turned has the same one. A mirrored or cropped copy has another.

use super::PhotoError;
use super::decode::Pixels;
use super::render::resize;

/// Two photos whose fingerprints differ in at most this many of 64 bits show the
/// same picture. Copies were found to differ in 0 to 3 bits, different
/// photos in 20 to 44. Use [`Fingerprint::is_same_picture`], which knows pictures without detail.
pub const SAME_PICTURE: u32 = 8;

/// Side of the square the picture is shrunk to.
const SIDE: u8 = 32;
/// Frequencies kept per direction.
const LOW: usize = 8;
type Grey = [[f32; SIDE as usize]; SIDE as usize];
/// Coefficients are rounded to this, so that noise does not decide the bits of a
/// picture without features: a wave a sixteenth of a grey level high.
const STEP: f32 = 1.0;
/// Half of the bits of a picture are set, fewer if it has hardly any detail. With
/// less than this it has too little to be recognised by.
const FEWEST_BITS: u32 = 16;

/// What a picture looks like, in 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Restores a stored fingerprint.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The 64 bits, to store.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Number of differing bits, 0 to 64.
    pub const fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }

    /// Whether the two are the same picture, by [`SAME_PICTURE`]. Pictures without
    /// detail, a covered lens or a white wall, never are: any two would be.
    pub const fn is_same_picture(self, other: Self) -> bool {
        self.0.count_ones() >= FEWEST_BITS
            && other.0.count_ones() >= FEWEST_BITS
            && self.distance(other) <= SAME_PICTURE
    }

    pub(super) fn of(picture: &Pixels) -> Result<Self, PhotoError> {
        let small = resize(picture, SIDE.into(), SIDE.into())?;
        Ok(Self::of_grey(&grey(&small.rgb)))
    }

    fn of_grey(grey: &Grey) -> Self {
        let basis = cosines();
        // Rows first: only the low horizontal frequencies are ever needed.
        let mut partial = [[0.0_f32; LOW + 1]; SIDE as usize];
        for (row, out) in grey.iter().zip(&mut partial) {
            for (wave, value) in basis.iter().zip(out) {
                *value = wave.iter().zip(row).map(|(a, b)| a * b).sum();
            }
        }
        let coefficient = |u: usize, v: usize| -> f32 {
            let sum: f32 = basis[v]
                .iter()
                .zip(&partial)
                .map(|(a, row)| a * row[u])
                .sum();
            (sum / STEP).round()
        };
        // Without the mean (0, 0) the square holds 63; (8, 0) makes it 64.
        let mut values = [coefficient(LOW, 0); LOW * LOW];
        for (index, value) in values.iter_mut().enumerate().skip(1) {
            *value = coefficient(index % LOW, index / LOW);
        }
        let mut sorted = values;
        sorted.sort_by(f32::total_cmp);
        let median = sorted[values.len() / 2];
        Self(
            values
                .iter()
                .fold(0, |bits, value| bits << 1 | u64::from(*value > median)),
        )
    }
}

/// Rec. 601 luma, the one JPEG uses.
fn grey(rgb: &[u8]) -> Grey {
    let mut grey = [[0.0; SIDE as usize]; SIDE as usize];
    let (pixels, _) = rgb.as_chunks::<3>();
    for (value, &[r, g, b]) in grey.as_flattened_mut().iter_mut().zip(pixels) {
        *value = 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
    }
    grey
}

/// The DCT-II waves of the lowest frequencies, normalised.
fn cosines() -> [[f32; SIDE as usize]; LOW + 1] {
    let mut waves = [[0.0; SIDE as usize]; LOW + 1];
    let side = f32::from(SIDE);
    for (wave, frequency) in waves.iter_mut().zip(0_u8..) {
        let norm = if frequency == 0 {
            1.0 / side
        } else {
            2.0 / side
        }
        .sqrt();
        for (value, position) in wave.iter_mut().zip(0_u8..) {
            let turn = (f32::from(position) + 0.5) * f32::from(frequency) / side;
            *value = norm * (std::f32::consts::PI * turn).cos();
        }
    }
    waves
}
