//! The trace: a hash over every step, so that two runs can be compared by 32 bytes.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The hash so far.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    hash: Sha256,
    steps: u64,
}

impl Trace {
    /// Takes one step in: when, where, and bytes that say what.
    pub fn step(&mut self, at: u64, node: usize, what: &str, bytes: &[u8]) {
        self.steps += 1;
        self.hash.update(at.to_be_bytes());
        self.hash.update(node.to_be_bytes());
        self.hash.update(what.as_bytes());
        self.hash.update(bytes.len().to_be_bytes());
        self.hash.update(bytes);
    }

    /// How many steps there were.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// What all of them come to.
    pub fn hex(&self) -> String {
        let digest = self.hash.clone().finalize();
        digest.iter().fold(String::new(), |mut text, byte| {
            // Writing into a string cannot fail.
            write!(text, "{byte:02x}").expect("a string takes it");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_step_counts() {
        let one = |at, node, what, bytes: &[u8]| {
            let mut trace = Trace::default();
            trace.step(at, node, what, bytes);
            trace.hex()
        };
        let first = one(1, 2, "a", b"b");
        assert_eq!(first, one(1, 2, "a", b"b"));
        let others = [
            one(0, 2, "a", b"b"),
            one(1, 1, "a", b"b"),
            one(1, 2, "b", b"b"),
            one(1, 2, "a", b"a"),
        ];
        assert!(!others.contains(&first));
    }
}
