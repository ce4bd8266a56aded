//! Input that claims more than it is: refused in time that grows with its length at most, and
//! without taking the memory that it claims.

use icn_base::codec::{self, CodecError, Value};
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::{Cid, Codec, Did, Mana};
use icn_dag::{Block, BlockError};
use std::time::{Duration, Instant};

/// Far above what any of these takes in a debug build on a busy machine (well under a second), far
/// below what anything takes that grows faster than its input.
const LONG: Duration = Duration::from_secs(5);

const FIVE_MB: usize = 5_000_000;

fn quickly<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < LONG, "{what} took {:?}", start.elapsed());
    done
}

#[test]
fn five_megabytes_of_openings_are_refused_at_once() {
    for first in [0x81, 0x9f, 0xa1, 0xbf, 0xc6, 0xd8, 0x5f, 0x7f, 0x9b, 0xbb] {
        let bytes = vec![first; FIVE_MB];
        quickly(&format!("{first:02x}"), || {
            assert!(codec::scan(&bytes).is_err());
            assert!(codec::links(&bytes).is_err());
            assert!(codec::decode::<Value>(&bytes).is_err());
        });
    }
}

#[test]
fn depth_ends_before_the_stack_does() {
    let bytes = vec![0x81; FIVE_MB];
    assert!(matches!(codec::scan(&bytes), Err(CodecError::Depth { .. })));
    let maps = b"\xa1\x61a".repeat(FIVE_MB / 3);
    assert!(matches!(codec::scan(&maps), Err(CodecError::Depth { .. })));
}

#[test]
fn claimed_lengths_are_not_believed() {
    for head in [0x5b, 0x7b, 0x9b, 0xbb] {
        for claim in [u64::MAX, 1 << 63, 1 << 40, 1 << 32] {
            let bytes = [&[head][..], &claim.to_be_bytes(), &[0x61; 64]].concat();
            quickly(&format!("{head:02x} {claim}"), || {
                assert!(matches!(codec::scan(&bytes), Err(CodecError::End { .. })));
                assert!(codec::decode::<Value>(&bytes).is_err());
                assert!(codec::decode::<Vec<u64>>(&bytes).is_err());
                assert!(codec::decode::<String>(&bytes).is_err());
            });
        }
    }
}

#[test]
fn wide_input_costs_its_length() {
    let width = BLOCK_BYTES_MAX - 5;
    let head = |first: u8| [&[first][..], &u32::try_from(width).unwrap().to_be_bytes()].concat();
    let list = [head(0x9a), vec![0; width]].concat();
    quickly("a list of zeros", || {
        assert!(codec::decode::<Value>(&list).is_ok());
    });
    let text = [head(0x7a), vec![b'a'; width]].concat();
    quickly("a long text", || {
        assert!(codec::decode::<Value>(&text).is_ok());
    });
    let bytes = vec![0; FIVE_MB];
    let size = bytes.len();
    assert_eq!(
        Block::new(Codec::Raw, bytes),
        Err(BlockError::TooLarge(size))
    );
}

#[test]
fn a_block_of_links_is_bounded() {
    let link = [
        &[0xd8, 0x2a, 0x58, 0x25, 0x00][..],
        &Cid::of(Codec::Raw, b"").to_bytes(),
    ]
    .concat();
    let count = 100_000_u32;
    let bytes = [&[0x9a][..], &count.to_be_bytes(), &link.repeat(100_000)].concat();
    quickly("links", || {
        assert_eq!(codec::links(&bytes), Err(CodecError::Links))
    });
}

#[test]
fn long_text_is_no_cid_did_or_amount() {
    for digit in ["a", "1", "z", "6", "🚀"] {
        let long = digit.repeat(FIVE_MB / digit.len());
        quickly("text", || {
            assert!(long.parse::<Cid>().is_err());
            assert!(format!("b{long}").parse::<Cid>().is_err());
            assert!(long.parse::<Did>().is_err());
            assert!(format!("did:key:z{long}").parse::<Did>().is_err());
            assert!(long.parse::<Mana>().is_err());
        });
    }
}
