//! Pictures that were seen before, told by 64-bit perceptual fingerprints.

/// A picture with fewer bits set shows no detail: two white walls are not the same picture.
const FEWEST_BITS: u32 = 16;

/// Number of differing bits, 0 to 64.
pub const fn pictures_differ_by(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

/// Whether both show the same picture, up to `distance` differing bits. Pictures without detail
/// never do.
pub const fn is_same_picture(one: u64, other: u64, distance: u32) -> bool {
    one.count_ones() >= FEWEST_BITS
        && other.count_ones() >= FEWEST_BITS
        && pictures_differ_by(one, other) <= distance
}

/// The first of `known` that is the same picture.
pub fn first_same(picture: u64, known: &[u64], distance: u32) -> Option<usize> {
    known
        .iter()
        .position(|known| is_same_picture(picture, *known, distance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_recognised_and_a_white_wall_is_not() {
        let picture = 0x0F0F_3C3C_A5A5_FF00;
        assert!(is_same_picture(picture, picture ^ 0b1011, 8));
        assert!(!is_same_picture(picture, !picture, 8));
        assert!(!is_same_picture(0, 1, 8));
        assert_eq!(first_same(picture, &[1, picture ^ 1], 8), Some(1));
    }
}
