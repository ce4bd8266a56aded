//! Where a key belongs: its hash, read five bits at a time.

use sha2::{Digest, Sha256};

/// Bits of the hash that each level reads: frozen, see docs/decisions/0003.
const BIT_WIDTH: u32 = 5;

/// Slots of a node.
pub(super) const SLOTS: u8 = 1 << BIT_WIDTH;

/// Levels that the hash has bits for.
pub(super) const LEVELS: u32 = 256 / BIT_WIDTH;

/// The place of a node: how deep it lies, and the hash that leads there.
///
/// Of the hash only the bits above the node matter, so any key below it names the same place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    hash: [u8; 32],
    depth: u32,
}

impl Place {
    /// The root, on the way to a key.
    pub(super) fn of(key: &[u8]) -> Self {
        Self {
            hash: Sha256::digest(key).into(),
            depth: 0,
        }
    }

    /// The root, on the way to nowhere yet: [`Place::child`] says where.
    pub(super) const fn root() -> Self {
        Self {
            hash: [0; 32],
            depth: 0,
        }
    }

    pub(super) const fn is_root(&self) -> bool {
        self.depth == 0
    }

    /// True if nodes may hang below the one at this place.
    pub(super) const fn has_below(&self) -> bool {
        self.depth + 1 < LEVELS
    }

    /// The slot that the hash leads to, in the node at this place.
    pub(super) const fn slot(&self) -> u8 {
        let (byte, shift) = self.bits();
        let [_, low] = (self.pair(byte) >> shift).to_be_bytes();
        low & (SLOTS - 1)
    }

    /// The place one level down, on the same way.
    pub(super) const fn below(self) -> Self {
        Self {
            hash: self.hash,
            depth: self.depth + 1,
        }
    }

    /// The place one level down, through a slot.
    pub(super) fn child(mut self, slot: u8) -> Self {
        let (byte, shift) = self.bits();
        let kept = self.pair(byte) & !(u16::from(SLOTS - 1) << shift);
        let [high, low] = (kept | (u16::from(slot) << shift)).to_be_bytes();
        self.hash[byte] = high;
        if let Some(next) = self.hash.get_mut(byte + 1) {
            *next = low;
        }
        self.below()
    }

    /// The place at this depth on the way to a key.
    pub(super) fn towards(&self, key: &[u8]) -> Self {
        Self {
            hash: Self::of(key).hash,
            depth: self.depth,
        }
    }

    /// True if a key belongs into this slot of the node at this place.
    pub(super) fn takes(&self, slot: u8, key: &[u8]) -> bool {
        let way = self.towards(key);
        way.slot() == slot && self.leads_to(&way.hash)
    }

    /// True if the bits above this place are those of the hash.
    fn leads_to(&self, hash: &[u8; 32]) -> bool {
        let bits = self.depth * BIT_WIDTH;
        let (whole, rest) = ((bits / 8) as usize, bits % 8);
        self.hash[..whole] == hash[..whole]
            && (rest == 0 || (self.hash[whole] ^ hash[whole]) >> (8 - rest) == 0)
    }

    /// The byte in which this level's bits begin, and how far to shift it and the next one.
    const fn bits(&self) -> (usize, u32) {
        let bit = self.depth * BIT_WIDTH;
        ((bit / 8) as usize, u16::BITS - BIT_WIDTH - bit % 8)
    }

    const fn pair(&self, byte: usize) -> u16 {
        let next = if byte + 1 < self.hash.len() {
            self.hash[byte + 1]
        } else {
            0
        };
        u16::from_be_bytes([self.hash[byte], next])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slots on the way, read from the hash as text of bits.
    fn slots_of(hash: &[u8; 32]) -> Vec<u8> {
        let bits: String = hash.iter().map(|byte| format!("{byte:08b}")).collect();
        (0..LEVELS as usize)
            .map(|depth| u8::from_str_radix(&bits[5 * depth..5 * depth + 5], 2).unwrap())
            .collect()
    }

    #[test]
    fn each_level_reads_the_next_five_bits() {
        for key in [&b"a"[..], b"b", b"", b"another"] {
            let mut place = Place::of(key);
            for slot in slots_of(&place.hash) {
                assert_eq!(place.slot(), slot);
                place = place.below();
            }
            assert_eq!(place.depth, 51);
        }
    }

    #[test]
    fn a_way_made_of_slots_leads_to_the_keys_with_those_slots() {
        let key = b"some key";
        let mut place = Place::root();
        for slot in slots_of(&Place::of(key).hash) {
            assert!(place.takes(slot, key));
            assert!(!place.takes(slot ^ 1, key));
            if !place.is_root() {
                let mut beside = place;
                beside.depth -= 1;
                assert!(!beside.child(beside.slot() ^ 16).takes(slot, key));
            }
            place = place.child(slot);
        }
        assert_eq!(place.hash[..31], Place::of(key).hash[..31]);
    }

    #[test]
    fn the_last_level_has_nothing_below() {
        let mut place = Place::root();
        for _ in 1..LEVELS {
            assert!(place.has_below());
            place = place.below();
        }
        assert!(!place.has_below());
    }
}
