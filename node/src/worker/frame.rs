//! Frames: a length of four bytes, most significant first, and a value in canonical dag-cbor.

use icn_base::codec::{self, CodecError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes before the value.
const HEAD_BYTES: usize = 4;

/// Why bytes are no frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// It says that it is longer than any frame on this way.
    #[error("a message of {found} bytes, {allowed} are allowed")]
    TooLong {
        /// What it says.
        found: usize,
        /// The bound.
        allowed: usize,
    },
    /// It holds something else than a message.
    #[error("a message that cannot be read: {0}")]
    Codec(#[from] CodecError),
}

/// Appends a value as a frame. What we write ourselves has a canonical spelling.
pub(crate) fn push<T: Serialize>(to: &mut Vec<u8>, value: &T) {
    let start = to.len();
    to.extend([0; HEAD_BYTES]);
    let written = codec::encode(value).expect("our own words have a canonical spelling");
    to.extend(&written);
    let length = u32::try_from(written.len()).expect("what a run may read and write fits 4 GiB");
    to[start..start + HEAD_BYTES].copy_from_slice(&length.to_be_bytes());
}

/// A value as a frame.
pub(crate) fn of<T: Serialize>(value: &T) -> Vec<u8> {
    let mut frame = Vec::new();
    push(&mut frame, value);
    frame
}

/// Takes in bytes as they come and gives out values.
#[derive(Debug)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    /// What was given out already.
    start: usize,
    bytes_max: usize,
}

impl Inbox {
    /// For frames of at most so many bytes.
    pub(crate) const fn new(bytes_max: usize) -> Self {
        Self {
            bytes: Vec::new(),
            start: 0,
            bytes_max,
        }
    }

    /// More bytes have come.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
            // The memory of one large frame is not kept for small ones.
            self.bytes.shrink_to(KEPT_BYTES);
        } else if self.start > KEPT_BYTES {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next value, if it is whole. After an error nothing that follows means anything.
    pub(crate) fn next<T: DeserializeOwned + Serialize>(
        &mut self,
    ) -> Result<Option<T>, FrameError> {
        let rest = &self.bytes[self.start..];
        let Some((head, body)) = rest.split_first_chunk::<HEAD_BYTES>() else {
            return Ok(None);
        };
        let (found, allowed) = (u32::from_be_bytes(*head), self.bytes_max);
        let found = usize::try_from(found).unwrap_or(usize::MAX);
        if found > allowed {
            return Err(FrameError::TooLong { found, allowed });
        }
        let Some(body) = body.get(..found) else {
            return Ok(None);
        };
        let value = codec::decode(body)?;
        self.start += HEAD_BYTES + found;
        Ok(Some(value))
    }
}

/// Memory that stays with an inbox.
const KEPT_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_as_their_bytes_come_in() {
        let mut bytes = of(&("a", 1u8));
        push(&mut bytes, &("b", 2u8));
        let mut inbox = Inbox::new(100);
        let mut found = Vec::new();
        for byte in bytes {
            inbox.extend(&[byte]);
            while let Some(value) = inbox.next::<(String, u8)>().unwrap() {
                found.push(value);
            }
        }
        assert_eq!(found, [("a".to_owned(), 1), ("b".to_owned(), 2)]);
    }

    #[test]
    fn a_length_beyond_the_bound_is_refused_before_its_bytes_come() {
        let mut inbox = Inbox::new(100);
        inbox.extend(&101u32.to_be_bytes());
        let (found, allowed) = (101, 100);
        assert_eq!(
            inbox.next::<u8>(),
            Err(FrameError::TooLong { found, allowed })
        );
    }

    #[test]
    fn what_is_not_canonical_is_no_message() {
        for body in [&b"\x18\x07"[..], b"\xff", b"\x07\x07", b"", b"\x61a"] {
            let mut inbox = Inbox::new(100);
            let length = u32::try_from(body.len()).unwrap();
            inbox.extend(&[&length.to_be_bytes()[..], body].concat());
            assert!(
                matches!(inbox.next::<u8>(), Err(FrameError::Codec(_))),
                "{body:?}"
            );
        }
    }

    #[test]
    fn the_memory_of_a_large_frame_is_given_back() {
        let mut inbox = Inbox::new(4 << 20);
        inbox.extend(&of(&icn_base::Bytes(vec![0; 2 << 20])));
        assert!(inbox.next::<icn_base::Bytes>().unwrap().is_some());
        inbox.extend(&of(&1u8));
        assert!(inbox.bytes.capacity() <= 2 * KEPT_BYTES);
    }
}
