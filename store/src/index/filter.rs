//! A Bloom filter: says of most CIDs that a run does not hold that it does not hold them, in ten
//! bits for each that it holds. The bits of one CID lie in 64 bytes, so asking costs one cache miss.

use icn_base::Cid;

/// Bits for each CID.
const BITS_EACH: usize = 10;

/// Bits that are set for each CID, which seven groups of nine from eight bytes of digest name.
const PROBES: u32 = 7;

/// What is looked at for one CID.
const LINE_WORDS: usize = 8;

/// Bytes of one line.
const LINE_BYTES: usize = LINE_WORDS * 8;

/// A filter of fixed size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    lines: Vec<[u64; LINE_WORDS]>,
}

impl Filter {
    /// An empty filter for this many CIDs.
    pub(super) fn new(cids: usize) -> Self {
        let lines = (cids * BITS_EACH).div_ceil(LINE_BYTES * 8).max(1);
        Self {
            lines: vec![[0; LINE_WORDS]; lines],
        }
    }

    /// Takes a CID in.
    pub(super) fn insert(&mut self, cid: &Cid) {
        let (line, bits) = self.place(cid);
        for (word, mask) in probes(bits) {
            self.lines[line][word] |= mask;
        }
    }

    /// False if the CID was not taken in. True may be wrong.
    pub(super) fn may_have(&self, cid: &Cid) -> bool {
        let (line, bits) = self.place(cid);
        let line = &self.lines[line];
        probes(bits).all(|(word, mask)| line[word] & mask != 0)
    }

    /// The filter as bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let words = self.lines.as_flattened().iter();
        words.flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Reads [`Filter::to_bytes`].
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let lines = bytes.chunks_exact(LINE_BYTES);
        if bytes.is_empty() || !lines.remainder().is_empty() {
            return None;
        }
        let word = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).unwrap_or_default();
        let line = |line: &[u8]| std::array::from_fn(|at| word(&line[at * 8..at * 8 + 8]));
        Some(Self {
            lines: lines.map(line).collect(),
        })
    }

    /// The line of a CID, and its bits in there. A digest is as good as random, so parts of it
    /// serve as hashes; who grinds digests to collide makes a look-up read one page more.
    fn place(&self, cid: &Cid) -> (usize, u64) {
        let (line, rest) = cid
            .digest()
            .split_first_chunk::<8>()
            .expect("a digest has 32 bytes");
        let (bits, _) = rest
            .split_first_chunk::<8>()
            .expect("a digest has 32 bytes");
        let scaled = u128::from(u64::from_le_bytes(*line)) * self.lines.len() as u128;
        let line = usize::try_from(scaled >> 64).expect("below the number of lines");
        (line, u64::from_le_bytes(*bits))
    }
}

fn probes(bits: u64) -> impl Iterator<Item = (usize, u64)> {
    (0..PROBES).map(move |probe| {
        let nine = (bits >> (9 * probe)) & 511;
        let word = usize::try_from(nine >> 6).expect("below 8");
        (word, 1 << (nine & 63))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Codec;

    fn cid(n: u32) -> Cid {
        Cid::of(Codec::Raw, &n.to_be_bytes())
    }

    #[test]
    fn what_was_taken_in_is_never_denied_and_little_else_is_taken_for_it() {
        let mut filter = Filter::new(10_000);
        (0..10_000).for_each(|n| filter.insert(&cid(n)));
        assert!((0..10_000).all(|n| filter.may_have(&cid(n))));
        let wrong = (10_000..110_000)
            .filter(|&n| filter.may_have(&cid(n)))
            .count();
        assert!(wrong < 2_500, "{wrong} of 100,000 taken for one of 10,000");
        assert_eq!(Filter::from_bytes(&filter.to_bytes()), Some(filter));
    }

    #[test]
    fn bytes_that_are_no_filter_are_refused() {
        for length in [0, 1, LINE_BYTES - 1, LINE_BYTES + 8] {
            assert_eq!(Filter::from_bytes(&vec![0; length]), None);
        }
    }
}
