//! Recording what a run is told, and hashing what it asks.

use crate::env::Denial;
use icn_abi::Class;
use icn_base::Bytes;
use icn_base::limits::JOURNAL_BYTES_MAX;
use icn_base::run::{Answer, Journal};
use sha2::{Digest, Sha256};

/// What an entry takes in the journal beside the bytes of its answer.
const ENTRY_BYTES: usize = 32;

/// A journal that is being written.
#[derive(Default)]
pub(crate) struct Recorder {
    answers: Vec<Answer>,
    bytes: usize,
    arguments: Sha256,
}

impl Recorder {
    /// Takes a call and its arguments into the running hash.
    pub(crate) fn asked(&mut self, call: u16, numbers: &[u64], bytes: &[&[u8]]) {
        // One short buffer for what is short: the hash is on the way of every host call.
        let mut head = [0; 2 + 8 * 8];
        head[..2].copy_from_slice(&call.to_be_bytes());
        let mut at = 2;
        let mut put = |number: u64| {
            head[at..at + 8].copy_from_slice(&number.to_be_bytes());
            at += 8;
        };
        numbers.iter().copied().for_each(&mut put);
        bytes
            .iter()
            .map(|bytes| bytes.len() as u64)
            .for_each(&mut put);
        self.arguments.update(&head[..at]);
        for bytes in bytes {
            self.arguments.update(bytes);
        }
    }

    /// Refuses a call whose answer of so many bytes would not fit.
    pub(crate) fn room_for(&self, bytes: usize) -> Result<(), Denial> {
        if bytes.saturating_add(ENTRY_BYTES) > JOURNAL_BYTES_MAX - self.bytes {
            let text = format!("the journal of a run has at most {JOURNAL_BYTES_MAX} bytes");
            return Err(Denial::new(Class::ResourceLimitExceeded, text));
        }
        Ok(())
    }

    /// Notes an answer for which there was room.
    pub(crate) fn answered(&mut self, call: u16, result: i64, bytes: Option<Vec<u8>>) {
        self.bytes += ENTRY_BYTES + bytes.as_ref().map_or(0, Vec::len);
        self.answers.push(Answer {
            call,
            result,
            bytes: bytes.map(Bytes),
        });
    }

    /// The journal as it stands in the outcome.
    pub(crate) fn finish(self) -> Journal {
        Journal {
            answers: self.answers,
            arguments: Bytes(self.arguments.finalize().to_vec()),
        }
    }
}
