//! A file of which anything was changed is never valid: its bytes, its blocks, its roots.

use crate::guests::{all_calls, job, mesh, mesh_of};
use crate::lone::{Done, Lone, car};
use icn_base::{Cid, Codec};
use icn_dag::Block;
use icn_dag::car::Frames;
use icn_replay::{CannotTell, Verdict, verify};

/// A run that reads of every kind, and its file.
fn sample(mut mesh: Lone) -> (Lone, Done, Vec<u8>) {
    let spec = job(&mut mesh, &[]);
    let first = mesh.job(spec);
    let receipt = serde_json::to_string(&first.receipt).unwrap();
    let mut calls = all_calls(&mesh, &first.job, &receipt);
    // With open jobs or proposals the file would hold the whole state.
    calls.retain(|call| {
        let call = format!("{call:?}");
        !call.contains("pending") && !call.contains("proposal")
    });
    let spec = job(&mut mesh, &calls);
    let done = mesh.job(spec);
    assert!(!done.asked.all);
    let file = mesh.file(&done);
    (mesh, done, file)
}

fn taken_apart(file: &[u8]) -> (Vec<Cid>, Vec<Block>) {
    let (roots, mut frames) = Frames::open(file).unwrap();
    let mut blocks = Vec::new();
    while let Some(frame) = frames.next_frame().unwrap() {
        blocks.push(Block::check(frame.cid, frame.bytes).unwrap());
    }
    (roots, blocks)
}

fn judged(mesh: &Lone, file: &[u8]) -> Verdict {
    verify(file, mesh.sandbox(), 60_000)
}

#[track_caller]
fn never_valid(mesh: &Lone, file: &[u8], what: impl std::fmt::Debug) -> Verdict {
    let verdict = judged(mesh, file);
    assert!(
        !matches!(verdict, Verdict::Valid(_)),
        "{what:?}: {verdict:?}"
    );
    verdict
}

#[test]
fn no_byte_can_be_changed_and_no_end_cut_off() {
    let (mesh, _, file) = sample(mesh());
    assert!(matches!(judged(&mesh, &file), Verdict::Valid(_)));
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1 << (at % 8);
        never_valid(&mesh, &changed, at);
    }
    for end in (0..file.len()).step_by(61) {
        never_valid(&mesh, &file[..end], end);
    }
}

#[test]
fn no_block_can_be_left_out() {
    let (mesh, _, file) = sample(mesh());
    let (roots, blocks) = taken_apart(&file);
    assert!(blocks.len() > 9, "{}", blocks.len());
    for at in 0..blocks.len() {
        let mut fewer = blocks.clone();
        let lost = *fewer.remove(at).cid();
        let verdict = never_valid(&mesh, &car(&roots, &fewer), lost);
        assert!(matches!(verdict, Verdict::CannotTell(_)), "{verdict:?}");
    }
}

/// The blocks of two files, mixed in every way, under the roots of either.
#[test]
fn no_block_can_be_another_meshs() {
    let (mesh, _, file) = sample(mesh());
    let (other, _, foreign) = sample(mesh_of([3; 32]));
    let (roots, blocks) = taken_apart(&file);
    let (foreign_roots, foreign_blocks) = taken_apart(&foreign);
    for (at, theirs) in foreign_blocks.iter().enumerate().take(blocks.len()) {
        if blocks.contains(theirs) {
            continue;
        }
        let mut swapped = blocks.clone();
        swapped[at] = theirs.clone();
        never_valid(&mesh, &car(&roots, &swapped), at);
    }
    for roots in [
        [roots[0], foreign_roots[1]],
        [foreign_roots[0], roots[1]],
        [roots[1], roots[0]],
        [roots[0], roots[0]],
    ] {
        let all: Vec<_> = blocks.iter().chain(&foreign_blocks).cloned().collect();
        never_valid(&mesh, &car(&roots, &all), roots);
    }
    let other = judged(&other, &foreign);
    assert!(matches!(other, Verdict::Valid(_)), "{other:?}");
}

#[test]
fn the_roots_are_a_receipt_and_a_header() {
    let (mesh, _, file) = sample(mesh());
    let (roots, blocks) = taken_apart(&file);
    for (wrong, count) in [
        (vec![], 0),
        (vec![roots[0]], 1),
        ([&roots[..], &roots[..1]].concat(), 3),
    ] {
        let verdict = judged(&mesh, &car(&wrong, &blocks));
        let Verdict::CannotTell(CannotTell::Roots(found)) = verdict else {
            panic!("{verdict:?}")
        };
        assert_eq!(found, count);
    }
    for block in &blocks {
        never_valid(&mesh, &car(&[*block.cid(), roots[1]], &blocks[1..]), block);
    }
}

/// A module of the same name is no other module: the name is its hash.
#[test]
fn another_module_is_a_missing_module() {
    let (mesh, done, file) = sample(mesh());
    let (roots, mut blocks) = taken_apart(&file);
    let module = done.receipt.claim.module;
    let at = blocks
        .iter()
        .position(|block| *block.cid() == module)
        .unwrap();
    blocks[at] = Block::raw(wat::parse_str("(module)").unwrap()).unwrap();
    let verdict = judged(&mesh, &car(&roots, &blocks));
    let Verdict::CannotTell(because) = verdict else {
        panic!("{verdict:?}")
    };
    assert!(
        because.to_string().contains(&module.to_string()),
        "{because}"
    );
}

#[test]
fn what_is_no_car_is_told_from_what_is_damaged() {
    let mesh = mesh();
    for bytes in [&b""[..], b"hello", b"\x00", &[0xff; 100], b"{\"claim\": 1}"] {
        let verdict = judged(&mesh, bytes);
        let Verdict::CannotTell(CannotTell::File(_)) = verdict else {
            panic!("{verdict:?}")
        };
    }
    let nothing = Cid::of(Codec::DagCbor, b"\xa0");
    let verdict = judged(&mesh, &car(&[nothing, nothing], &[]));
    assert!(matches!(
        verdict,
        Verdict::CannotTell(CannotTell::Missing {
            what: "receipt",
            ..
        })
    ));
}
