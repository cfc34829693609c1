//! Inverse cosine transform of a JPEG block straight to a smaller size.
//!
//! Taking only the N × N lowest frequencies of an 8 × 8 block through an N-point
//! transform gives the block at N/8 of its size, better than averaging pixels would,
//! for a fraction of the work.

/// An 8 × 8 block of frequencies, dequantised, row by row.
pub(super) type Block = [f32; 64];

/// Cosine waves for one output size.
#[derive(Debug)]
pub(super) struct Waves<const N: usize>([[f32; N]; N]);

/// Waves for every size a block can be brought to.
#[derive(Debug)]
pub(super) struct Idct {
    two: Waves<2>,
    four: Waves<4>,
    eight: Waves<8>,
}

impl Idct {
    pub(super) fn new() -> Self {
        Self {
            two: Waves::new(),
            four: Waves::new(),
            eight: Waves::new(),
        }
    }

    /// Writes the block with `side` × `side` samples, `side` being 1, 2, 4 or 8, to
    /// `plane` from `start`, in rows `stride` apart.
    pub(super) fn write(
        &self,
        block: &Block,
        side: usize,
        plane: &mut [u8],
        start: usize,
        stride: usize,
    ) {
        match side {
            8 => self.eight.write(block, plane, start, stride),
            4 => self.four.write(block, plane, start, stride),
            2 => self.two.write(block, plane, start, stride),
            _ => plane[start] = sample(block[0] / 8.0),
        }
    }
}

impl<const N: usize> Waves<N> {
    fn new() -> Self {
        let mut waves = [[0.0; N]; N];
        for (wave, frequency) in waves.iter_mut().zip(0_u8..) {
            // The orthonormal N-point wave, scaled so that the mean stays the same.
            let height = if frequency == 0 { 0.125 } else { 0.25_f32 }.sqrt();
            for (value, position) in wave.iter_mut().zip(0_u8..) {
                let turn = (f32::from(position) + 0.5) * f32::from(frequency);
                *value = height * (std::f32::consts::PI * turn / N as f32).cos();
            }
        }
        Self(waves)
    }

    #[inline]
    fn write(&self, block: &Block, plane: &mut [u8], start: usize, stride: usize) {
        let mut partial = [[0.0_f32; N]; N];
        for (row, out) in block.chunks_exact(8).zip(&mut partial) {
            for (frequency, wave) in row.iter().zip(&self.0) {
                for (sum, value) in out.iter_mut().zip(wave) {
                    *sum += frequency * value;
                }
            }
        }
        for y in 0..N {
            let mut sums = [0.0_f32; N];
            for (row, wave) in partial.iter().zip(&self.0) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value * wave[y];
                }
            }
            let at = start + y * stride;
            for (target, sum) in plane[at..at + N].iter_mut().zip(sums) {
                *target = sample(sum);
            }
        }
    }
}

/// A sample from its distance to middle grey, rounded.
#[inline]
fn sample(value: f32) -> u8 {
    // At 2²³ a float has no fraction left: the sum's low byte is the rounded value.
    // Unlike a cast, this compiles to vector instructions.
    const NO_FRACTION: f32 = 8_388_608.0;
    ((value + 128.0).clamp(0.0, 255.0) + NO_FRACTION)
        .to_bits()
        .to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(block: &Block, side: usize) -> Vec<u8> {
        let mut plane = vec![0; side * side];
        Idct::new().write(block, side, &mut plane, 0, side);
        plane
    }

    #[test]
    fn a_flat_block_has_the_same_grey_at_every_size() {
        let mut block = [0.0; 64];
        block[0] = 8.0 * 40.0;
        for side in [1, 2, 4, 8] {
            assert!(run(&block, side).iter().all(|sample| *sample == 168));
        }
    }

    #[test]
    fn a_smaller_block_is_about_the_average_of_the_large_one() {
        let mut block = [0.0; 64];
        (block[0], block[1], block[8], block[9]) = (100.0, 200.0, -150.0, 60.0);
        let large = run(&block, 8);
        let small = run(&block, 4);
        for y in 0..4 {
            for x in 0..4 {
                let at = |dx, dy| i32::from(large[(2 * y + dy) * 8 + 2 * x + dx]);
                let mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
                assert!((mean - i32::from(small[y * 4 + x])).abs() <= 3);
            }
        }
    }

    #[test]
    fn samples_beyond_black_and_white_are_held_there() {
        assert_eq!(
            (sample(-1e9), sample(1e9), sample(0.4), sample(0.6)),
            (0, 255, 128, 129)
        );
    }
}
