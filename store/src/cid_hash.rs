//! Hashing of CIDs for tables in memory. A digest is already as good as random, so eight bytes of
//! it and one multiplication do; the factor is drawn for each table, so that nobody can choose
//! CIDs that fall together.

use icn_base::Cid;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};

/// A map from CIDs.
pub(crate) type CidMap<T> = HashMap<Cid, T, CidHash>;

/// A set of CIDs.
pub(crate) type CidSet = HashSet<Cid, CidHash>;

/// Makes hashers of one table.
#[derive(Clone, Debug)]
pub(crate) struct CidHash {
    factor: u64,
}

/// Hashes one CID.
#[derive(Debug)]
pub(crate) struct CidHasher {
    factor: u64,
    state: u64,
}

impl Default for CidHash {
    fn default() -> Self {
        Self {
            factor: RandomState::new().hash_one(0) | 1,
        }
    }
}

impl BuildHasher for CidHash {
    type Hasher = CidHasher;

    fn build_hasher(&self) -> CidHasher {
        CidHasher {
            factor: self.factor,
            state: 0,
        }
    }
}

impl Hasher for CidHasher {
    fn write(&mut self, bytes: &[u8]) {
        // The digest comes as one piece; the codec and the length come as shorter ones.
        let mut eight = [0; 8];
        let count = bytes.len().min(8);
        eight[..count].copy_from_slice(&bytes[..count]);
        self.state ^= u64::from_le_bytes(eight);
    }

    fn finish(&self) -> u64 {
        let product = self.state.wrapping_mul(self.factor);
        product ^ product.rotate_left(32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Codec;

    #[test]
    fn hashes_spread_over_low_and_high_bits_and_depend_on_the_table() {
        let (one, other) = (CidHash::default(), CidHash::default());
        let cids: Vec<Cid> = (0..1_024_u32)
            .map(|n| Cid::of(Codec::Raw, &n.to_be_bytes()))
            .collect();
        for shift in [0, 57] {
            let slots: HashSet<u64> = cids
                .iter()
                .map(|cid| (one.hash_one(cid) >> shift) & 127)
                .collect();
            assert!(
                slots.len() > 100,
                "{} of 128 with bits from {shift}",
                slots.len()
            );
        }
        assert!(
            cids.iter()
                .any(|cid| one.hash_one(cid) != other.hash_one(cid))
        );
    }
}
