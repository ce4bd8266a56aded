//! CARs made elsewhere, and the verdict that each gets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use icn_dag::car::{self, Imported};
use icn_dag::{Blocks, MemStore, Store};

const RAW_AND_CBOR: &str = "icn stores dag-cbor (0x71) and raw (0x55)";

macro_rules! fixture {
    ($path:literal) => {
        include_bytes!(concat!("fixtures/car/", $path)).as_slice()
    };
}

fn import(bytes: &[u8]) -> (Result<Imported, String>, MemStore) {
    let mut store = MemStore::default();
    let done = car::import(bytes, &mut store, |_| {}).map_err(|error| error.to_string());
    (done, store)
}

#[track_caller]
fn complete(bytes: &[u8], roots: usize, blocks: u64, new: u64) {
    let (done, store) = import(bytes);
    let done = done.unwrap();
    assert!(done.is_complete(), "{done:?}");
    assert_eq!(
        (done.roots.len(), done.read.blocks, done.new.blocks),
        (roots, blocks, new)
    );
    assert_eq!((store.len() as u64, done.at), (new, bytes.len() as u64));
}

/// Incomplete, and the roots reach these other blocks.
#[track_caller]
fn incomplete(bytes: &[u8], blocks: u64, missing: &[&str]) {
    let (done, store) = import(bytes);
    let done = done.unwrap();
    let named: Vec<String> = done.missing.first.iter().map(ToString::to_string).collect();
    assert_eq!(named, missing);
    assert!(!done.is_complete());
    assert_eq!(
        (done.missing.count, done.read.blocks),
        (missing.len() as u64, blocks)
    );
    assert!(
        done.missing
            .first
            .iter()
            .all(|cid| !store.has(cid).unwrap())
    );
    assert!(store.pins().unwrap().is_empty());
}

#[track_caller]
fn refused(bytes: &[u8], why: &str) {
    let (done, store) = import(bytes);
    assert_eq!(done.unwrap_err(), why);
    assert!(
        store.is_empty(),
        "nothing comes before the header's refusal"
    );
}

#[test]
fn cars_of_dag_cbor_and_raw_blocks_are_taken() {
    complete(
        fixture!("gateway-conformance/dag-cbor-traversal.car"),
        1,
        3,
        3,
    );
    complete(fixture!("own/complete.car"), 1, 5, 5);
    complete(fixture!("own/children-first.car"), 1, 5, 5);
    complete(fixture!("own/repeated.car"), 1, 8, 5);
    complete(fixture!("own/two-roots.car"), 2, 4, 4);
    // Without roots nothing is promised, so nothing is missing.
    complete(fixture!("own/no-roots.car"), 0, 2, 2);
}

#[test]
fn an_incomplete_car_says_what_is_missing() {
    let large = "bafkreiaraae5z3rbmifrm3z2x7wll37xvbz344u5dqwvharoplgf6nhltm";
    let below = "bafyreiasedtrf4n6ugblhykopirst7k5ykca7ofwji7ysmtiij7qq3hfju";
    let root = "bafyreieatrttir2ewvlqcabkoujh3dhoms5dng7qblcvnjm5cjz7mejtly";
    let hello = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";
    incomplete(fixture!("own/missing-leaf.car"), 4, &[large]);
    incomplete(fixture!("own/missing-node.car"), 4, &[below]);
    incomplete(fixture!("own/missing-root.car"), 4, &[root]);
    incomplete(fixture!("own/nothing-but-roots.car"), 0, &[root, hello]);
}

#[test]
fn foreign_roots_are_refused_by_name() {
    let root = |why: &str| format!("the header is refused: a link is refused (at 8): {why}");
    let codec = |code: &str| root(&format!("codec {code} is not taken: {RAW_AND_CBOR}"));
    for (bytes, code) in [
        (
            fixture!("gateway-conformance/dag-json-traversal.car"),
            "0x129",
        ),
        (fixture!("gateway-conformance/plain-json.car"), "0x200"),
        (
            fixture!("gateway-conformance/plain-cbor-that-can-be-dag-json.car"),
            "0x200",
        ),
        (fixture!("gateway-conformance/plain-cbor.car"), "0x51"),
        (
            fixture!("gateway-conformance/plain-cbor-that-can-be-dag-cbor.car"),
            "0x51",
        ),
        (fixture!("gateway-conformance/dag-pb.car"), "0x70"),
        (
            fixture!("gateway-conformance/dir-with-dag-cbor-with-links.car"),
            "0x70",
        ),
        (
            fixture!("gateway-conformance/dir-with-duplicate-files.car"),
            "0x70",
        ),
        (
            fixture!("gateway-conformance/gateway-json-cbor.car"),
            "0x70",
        ),
        (
            fixture!("gateway-conformance/gateway-raw-block.car"),
            "0x70",
        ),
        (
            fixture!("gateway-conformance/single-layer-hamt-with-multi-block-files.car"),
            "0x70",
        ),
        (
            fixture!("gateway-conformance/subdir-with-mixed-block-files.car"),
            "0x70",
        ),
        (
            fixture!("gateway-conformance/subdir-with-two-single-block-files.car"),
            "0x70",
        ),
    ] {
        refused(bytes, &codec(code));
    }
    // This one would be incomplete, were its blocks not CIDv0 (dag-pb) and so refused already.
    refused(
        fixture!("gateway-conformance/file-3k-and-3-blocks-missing-block.car"),
        &root(
            "this is a CIDv0 (Qm…): icn takes CIDv1 only; re-add the data as CIDv1 with sha2-256",
        ),
    );
}

#[test]
fn a_foreign_frame_is_refused_with_its_offset_even_below_an_allowed_root() {
    let foreign = fixture!("gateway-conformance/dag-pb.car");
    // The header of a CAR without roots before the frames of the foreign one, which begin at 59.
    let mixed = [&fixture!("own/no-roots.car")[..18], &foreign[59..]].concat();
    refused(
        &mixed,
        &format!("the frame at byte 18 is refused: codec 0x70 is not taken: {RAW_AND_CBOR}"),
    );
}

#[test]
fn an_export_is_what_an_independent_writer_writes() {
    for bytes in [
        fixture!("own/complete.car"),
        fixture!("own/two-roots.car"),
        fixture!("gateway-conformance/dag-cbor-traversal.car"),
    ] {
        let (done, store) = import(bytes);
        let mut out = Vec::new();
        car::export(&store, &done.unwrap().roots, &mut out, |_| {}).unwrap();
        assert_eq!(out, bytes);
    }
}
