use super::super::tests::{COLLIDING, keep, key, map_of, none, numbers};
use super::super::{NodeError, NodeFault};
use super::*;
use icn_base::{Codec, codec};
use proptest::prelude::*;

/// A key, its value if it has one, and the proof of that.
type Proven = (Vec<u8>, Option<Vec<u8>>, Vec<Block>);

/// A map's root, with proofs for keys that it has and keys that it lacks.
fn proven(count: usize) -> (Cid, Vec<Proven>) {
    let (mut map, mut store) = (numbers(count), none());
    let root = keep(&mut map, &mut store);
    let opened = Hamt::open(&store, &root).unwrap();
    let proofs = (0..count + 50).map(|number| {
        let value = (number < count).then(|| codec::encode(&(number as u64)).unwrap());
        let proof = opened.proof(&store, &key(number)).unwrap();
        assert_eq!(
            proof,
            map.proof(&none(), &key(number)).unwrap(),
            "from memory or blocks"
        );
        (key(number), value, proof)
    });
    (root, proofs.collect())
}

#[test]
fn a_proof_says_what_the_map_says() {
    let (root, proofs) = proven(2_000);
    for (key, value, path) in proofs {
        assert_eq!(verify(&root, &key, &path), Ok(value));
    }
    let (empty, blocks) = Hamt::new().flush();
    assert_eq!(verify(&empty, b"x", &blocks), Ok(None));
}

#[test]
fn a_deep_proof_has_a_block_per_level() {
    let keys = COLLIDING[0].map(|key| (key.as_bytes().to_vec(), 1));
    let mut map = map_of(keys.clone());
    let (root, _) = map.flush();
    let path = map.proof(&none(), &keys[0].0).unwrap();
    assert_eq!(path.len(), 8);
    assert_eq!(verify(&root, &keys[0].0, &path), Ok(Some(vec![1])));
}

#[test]
fn a_map_with_changes_in_no_block_proves_nothing() {
    let map = numbers(10);
    assert!(matches!(
        map.proof(&none(), &key(1)),
        Err(HamtError::Unflushed)
    ));
}

#[test]
fn a_proof_with_a_block_dropped_doubled_swapped_or_added_is_refused() {
    let (root, proofs) = proven(2_000);
    let foreign = Block::cbor(&1u8).unwrap();
    for (key, _, path) in proofs.iter().step_by(97) {
        for at in 0..path.len() {
            let mut dropped = path.clone();
            dropped.remove(at);
            assert!(verify(&root, key, &dropped).is_err());
            let mut doubled = path.clone();
            doubled.insert(at, path[at].clone());
            assert!(verify(&root, key, &doubled).is_err());
            let mut replaced = path.clone();
            replaced[at] = foreign.clone();
            let found = *foreign.cid();
            let wanted = *path[at].cid();
            assert_eq!(
                verify(&root, key, &replaced),
                Err(ProofError::Foreign { found, wanted })
            );
            let mut swapped = path.clone();
            swapped.swap(at, (at + 1) % path.len());
            assert_eq!(verify(&root, key, &swapped).is_err(), path.len() > 1);
        }
        let mut longer = path.clone();
        longer.push(foreign.clone());
        assert_eq!(verify(&root, key, &longer), Err(ProofError::Extra(1)));
    }
    assert_eq!(verify(&root, b"x", &[]), Err(ProofError::Missing(root)));
}

#[test]
fn a_proof_with_any_bit_flipped_is_refused() {
    let (root, proofs) = proven(60);
    let (key, _, path) = &proofs[5];
    let mut tried = 0;
    for at in 0..path.len() {
        for bit in 0..path[at].bytes().len() * 8 {
            let mut bytes = path[at].bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // Many are no dag-cbor any more, and so no block at all.
            if let Ok(block) = Block::new(Codec::DagCbor, bytes) {
                let mut altered = path.clone();
                altered[at] = block;
                assert!(verify(&root, key, &altered).is_err());
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn a_proof_under_another_root_is_refused() {
    let (root, proofs) = proven(60);
    let (other, others) = proven(61);
    assert!(verify(&other, &proofs[0].0, &proofs[0].2).is_err());
    assert!(verify(&root, &others[0].0, &others[0].2).is_err());
    let raw = Block::raw(proofs[0].2[0].bytes()).unwrap();
    let fault = NodeFault::Raw;
    let node = NodeError {
        cid: *raw.cid(),
        fault,
    };
    let refused = Err(ProofError::Node(node));
    assert_eq!(verify(raw.cid(), b"x", std::slice::from_ref(&raw)), refused);
}

proptest! {
    /// The blocks of one key's proof may happen to prove something about another key, but then it
    /// is the truth.
    #[test]
    fn no_choice_of_blocks_proves_what_is_not_so(
        key_of in 0..2_050usize,
        picks in prop::collection::vec((0..2_050usize, 0..4usize), 0..5),
    ) {
        thread_local! {
            static PROVEN: (Cid, Vec<Proven>) = proven(2_000);
        }
        PROVEN.with(|(root, proofs)| {
            let (key, value, own) = &proofs[key_of];
            let blocks: Vec<Block> = picks
                .iter()
                .filter_map(|&(of, at)| proofs[of].2.get(at))
                .chain(own.iter().skip(picks.len()))
                .cloned()
                .collect();
            if let Ok(found) = verify(root, key, &blocks) {
                prop_assert_eq!(&found, value);
            }
            for (other, value, _) in proofs.iter().step_by(41) {
                if let Ok(found) = verify(root, other, own) {
                    prop_assert_eq!(&found, value);
                }
            }
            Ok(())
        })?;
    }
}
