//! Huffman codes of baseline JPEG (ITU-T T.81, annexes C and F): tables and a bit reader.

use super::PhotoError;

/// Codes up to this length are looked up in one step.
const LOOK: u32 = 10;
const LONGEST_CODE: usize = 16;

/// A Huffman table, ready to decode.
#[derive(Debug)]
pub(super) struct Table {
    /// Indexed by the next `LOOK` bits.
    fast: Vec<Symbol>,
    /// For each length, the first code beyond those of this length, left-aligned in 16 bits.
    limits: [u32; LONGEST_CODE + 1],
    /// For each length, what to add to a code to find its value; may wrap.
    offsets: [usize; LONGEST_CODE + 1],
    values: Vec<u8>,
}

/// A decoded symbol: skip `run` zeros, then a number of `size` bits follows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Symbol {
    /// The number itself where it fitted into the looked-up bits; then `size` is 0.
    pub(super) number: i16,
    pub(super) run: u8,
    pub(super) size: u8,
    /// Bits of code and number together; 0 marks a code longer than `LOOK`.
    bits: u8,
}

impl Table {
    /// Builds the table from the counts per code length and the values in order.
    pub(super) fn new(counts: &[u8; LONGEST_CODE], values: &[u8]) -> Result<Self, PhotoError> {
        let mut table = Self {
            fast: vec![Symbol::default(); 1 << LOOK],
            limits: [0; LONGEST_CODE + 1],
            offsets: [0; LONGEST_CODE + 1],
            values: values.to_vec(),
        };
        let (mut code, mut index) = (0_usize, 0_usize);
        for (length, count) in (1..).zip(counts) {
            table.offsets[length] = index.wrapping_sub(code);
            for _ in 0..*count {
                let value = *values.get(index).ok_or_else(bad_table)?;
                if length <= LOOK as usize {
                    table.fill(code, length, value);
                }
                code += 1;
                index += 1;
            }
            if code > 1 << length {
                return Err(bad_table());
            }
            table.limits[length] = u32::try_from(code << (LONGEST_CODE - length)).unwrap_or(0);
            code <<= 1;
        }
        Ok(table)
    }

    /// Enters a short code under every continuation, with the number where it fits.
    fn fill(&mut self, code: usize, length: usize, value: u8) {
        let free = LOOK as usize - length;
        let (run, size) = (value >> 4, value & 15);
        let number_fits = size != 0 && usize::from(size) <= free;
        for rest in 0..1_usize << free {
            let mut symbol = Symbol {
                number: 0,
                run,
                size,
                bits: length.to_le_bytes()[0],
            };
            if number_fits {
                let number = rest >> (free - usize::from(size));
                symbol.number = extend(number as u64, size);
                symbol.size = 0;
                symbol.bits += size;
            }
            // A code beyond its length's range is refused right after.
            if let Some(entry) = self.fast.get_mut((code << free) + rest) {
                *entry = symbol;
            }
        }
    }
}

/// The signed number a magnitude of `size` bits stands for (T.81, F.2.2.1).
fn extend(magnitude: u64, size: u8) -> i16 {
    if size == 0 {
        return 0;
    }
    let half = 1_i32 << (size - 1);
    let [low, high, ..] = magnitude.to_le_bytes();
    let magnitude = i32::from(u16::from_le_bytes([low, high]));
    let number = if magnitude < half {
        magnitude - (half * 2 - 1)
    } else {
        magnitude
    };
    // Sizes are at most 15, so the number lies within ±32,767.
    i16::try_from(number).unwrap_or(0)
}

/// Reads bits of entropy-coded data up to the next marker, then zeros.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    position: usize,
    /// The next bits, from the highest down.
    window: u64,
    available: u32,
    /// How many zeros were put in because the data had ended.
    padding: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            position: 0,
            window: 0,
            available: 0,
            padding: 0,
        }
    }

    /// Whether more was read than there was.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.available < self.padding
    }

    /// Goes on after the next restart marker.
    pub(super) fn restart(&mut self) -> Result<(), PhotoError> {
        while let [first, second, ..] = self.data.get(self.position..).unwrap_or_default() {
            match (first, second) {
                (0xFF, 0xD0..=0xD7) => {
                    *self = Self {
                        position: self.position + 2,
                        ..Self::new(self.data)
                    };
                    return Ok(());
                }
                (0xFF, 0x00 | 0xFF) | (0..=0xFE, _) => self.position += 1,
                (0xFF, _) => break,
            }
        }
        Err(PhotoError::Damaged(
            "JPEG: a restart marker is missing".to_owned(),
        ))
    }

    /// Reads a symbol with its number. `None` for a code the table does not have.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table) -> Option<Symbol> {
        // The longest code and number take 31 bits.
        if self.available < 32 {
            self.refill();
        }
        let index = (self.window >> (64 - LOOK)) as usize;
        let mut symbol = table.fast[index];
        if symbol.bits == 0 {
            symbol = self.long_code(table)?;
        }
        self.consume(u32::from(symbol.bits));
        if symbol.size != 0 {
            let size = u32::from(symbol.size);
            symbol.number = extend(self.window >> (64 - size), symbol.size);
            self.consume(size);
        }
        Some(symbol)
    }

    #[cold]
    fn long_code(&self, table: &Table) -> Option<Symbol> {
        let next = (self.window >> 48) as usize;
        let length = (LOOK as usize + 1..=LONGEST_CODE)
            .find(|length| next < table.limits[*length] as usize)?;
        let code = next >> (LONGEST_CODE - length);
        let value = *table.values.get(code.wrapping_add(table.offsets[length]))?;
        Some(Symbol {
            number: 0,
            run: value >> 4,
            size: value & 15,
            bits: length.to_le_bytes()[0],
        })
    }

    #[inline]
    fn consume(&mut self, bits: u32) {
        self.window <<= bits;
        self.available -= bits;
    }

    #[inline]
    fn refill(&mut self) {
        let rest = self.data.get(self.position..).unwrap_or_default();
        if let Some(eight) = rest.first_chunk() {
            let next = u64::from_be_bytes(*eight);
            // No byte is 0xFF if no byte of the complement is zero.
            let zero_bytes =
                (!next).wrapping_sub(0x0101_0101_0101_0101) & next & 0x8080_8080_8080_8080;
            if zero_bytes == 0 {
                // Bits beyond the whole bytes taken are written again by the next
                // refill, with the same values.
                self.window |= next >> self.available;
                let bytes = (63 - self.available) / 8;
                self.position += bytes as usize;
                self.available += bytes * 8;
                return;
            }
        }
        self.refill_slowly();
    }

    fn refill_slowly(&mut self) {
        while self.available <= 56 {
            let rest = self.data.get(self.position..).unwrap_or_default();
            let byte = match rest {
                [0xFF, 0x00, ..] => {
                    self.position += 2;
                    0xFF
                }
                // A marker, or the end.
                [0xFF, ..] | [] => {
                    self.padding += 8;
                    0
                }
                [byte, ..] => {
                    self.position += 1;
                    *byte
                }
            };
            self.window |= u64::from(byte) << (56 - self.available);
            self.available += 8;
        }
    }
}

fn bad_table() -> PhotoError {
    PhotoError::Damaged("JPEG: impossible Huffman table".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes 0, 10, 110 for the values 1, 2 and 3.
    fn table() -> Table {
        let mut counts = [0; LONGEST_CODE];
        counts[..3].fill(1);
        Table::new(&counts, &[0x01, 0x12, 0x23]).unwrap()
    }

    #[test]
    fn symbols_come_with_run_and_number() {
        // 0 1 | 10 01 | 110 111 and padding.
        let mut bits = Bits::new(&[0b0110_0111, 0b0111_0000]);
        let read = |bits: &mut Bits| bits.symbol(&table()).map(|s| (s.run, s.number)).unwrap();
        assert_eq!(read(&mut bits), (0, 1));
        assert_eq!(read(&mut bits), (1, -2));
        assert_eq!(read(&mut bits), (2, 7));
        assert!(!bits.is_overdrawn());
    }

    #[test]
    fn a_code_the_table_does_not_have_is_none() {
        assert!(Bits::new(&[0xFE, 0xFE, 0xFE]).symbol(&table()).is_none());
    }

    #[test]
    fn reading_on_after_the_end_is_noticed() {
        let mut bits = Bits::new(&[0b0101_0101, 0xFF, 0xD9]);
        for _ in 0..4 {
            bits.symbol(&table()).unwrap();
            assert!(!bits.is_overdrawn());
        }
        bits.symbol(&table()).unwrap();
        assert!(bits.is_overdrawn());
    }

    #[test]
    fn a_table_with_more_codes_than_bits_allow_is_refused() {
        let mut counts = [0; LONGEST_CODE];
        counts[0] = 3;
        assert!(Table::new(&counts, &[1, 2, 3]).is_err());
        counts[0] = 2;
        assert!(Table::new(&counts, &[1]).is_err());
    }

    #[test]
    fn a_restart_skips_to_the_marker_and_no_further() {
        let mut bits = Bits::new(&[0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD3, 0b0100_0000, 0xFF, 0xDA]);
        bits.restart().unwrap();
        assert_eq!(bits.symbol(&table()).unwrap().number, 1);
        assert!(bits.restart().is_err());
    }
}
