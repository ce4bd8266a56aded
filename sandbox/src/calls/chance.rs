//! Call 6: bytes that look like chance and are the same on every machine.
//!
//! The proposer of the assigning block can foresee them, and could have chosen among blocks.

use crate::env::EnvError;
use crate::host::Host;
use crate::visit::{Answer, Inputs};
use sha2::{Digest, Sha256};

pub(super) fn random_bytes(host: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    let mut seed = Sha256::new();
    seed.update(b"icn/random/1");
    seed.update(host.block.block.to_bytes());
    seed.update(host.run.job.cid().to_bytes());
    seed.update(host.calls.to_be_bytes());
    Ok(Answer::Fill(Chance { seed, count: 0 }))
}

/// Pieces of 32 bytes without end.
#[derive(Debug)]
pub(crate) struct Chance {
    seed: Sha256,
    count: u64,
}

impl Iterator for Chance {
    type Item = [u8; 32];

    fn next(&mut self) -> Option<[u8; 32]> {
        let mut piece = self.seed.clone();
        piece.update(self.count.to_be_bytes());
        self.count += 1;
        Some(piece.finalize().into())
    }
}
