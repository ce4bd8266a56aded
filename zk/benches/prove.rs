//! What a proof of each built-in circuit costs to make, and to verify.
//!
//! `cargo bench -p icn-zk --features prove --bench prove`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark has nobody to answer to"
)]

use criterion::Criterion;
use icn_base::{Bytes, Cid, Codec, Keypair, NetworkId, Time};
use icn_zk::circuits::{BuiltIn, Element, Task, committed_leaf, empty_nodes, holder, parent};
use icn_zk::credential::{Credential, Fact, HolderSecret, Statement, circuit_key};
use icn_zk::prove::{FromWitness, Leaf, MEMBER_UNTIL_MS, Witness, prove_from};
use icn_zk::setup::development_key;
use icn_zk::words::Numeral;
use icn_zk::{Key, Verdict};
use std::time::Duration;

const NOW_MS: u64 = 1_800_000_000_000;

fn credential(keys: &Keypair) -> Credential {
    let key = circuit_key(keys);
    let statement = Statement {
        issuer: keys.did(),
        circuit_key: key.public(),
        holder: keys.did(),
        commitment: HolderSecret::of(keys).commitment(),
        claims: Fact::ALL.map(|fact| (fact, 20_000_101)).into(),
        issued: Time::from_ms(NOW_MS).unwrap(),
        valid_until: Time::from_ms(2 * NOW_MS).unwrap(),
        revocation_id: 0,
    };
    let network = NetworkId::new(Cid::of(Codec::DagCbor, b""));
    statement.sign(keys, &key, &network).unwrap()
}

/// The first leaf of a tree that is empty but for it.
fn leaf(leaf: Element) -> Leaf {
    let siblings = empty_nodes();
    let (last, path) = siblings.split_last().unwrap();
    let root = path
        .iter()
        .fold(leaf, |node, sibling| parent(node, *sibling));
    assert!(leaf != 0.into() || root == *last);
    Leaf {
        place: 0,
        path: path.iter().copied().map(Numeral).collect(),
        root: Numeral(root),
    }
}

fn witness(circuit: BuiltIn) -> Witness {
    let keys = Keypair::from_seed([7; 32]);
    let secret = HolderSecret::of(&keys);
    let mine = || {
        let until = MEMBER_UNTIL_MS.into();
        committed_leaf(holder(&keys.did()), secret.commitment().0, until)
    };
    let (bound, leaf) = match circuit {
        BuiltIn::AgeOver => (Some(20_081_128), None),
        BuiltIn::BalanceAtLeast | BuiltIn::ReputationAtLeast => (Some(10), None),
        BuiltIn::Membership => (None, Some(leaf(mine()))),
        BuiltIn::NotRevoked => (None, Some(leaf(0.into()))),
    };
    let shown = circuit != BuiltIn::Membership;
    Witness {
        salt: Bytes(vec![9; 32]),
        secret,
        holder: keys.did(),
        scope: Numeral(1.into()),
        challenge: Numeral(2.into()),
        at_ms: NOW_MS,
        credential: shown.then(|| Box::new(credential(&keys))),
        bound,
        leaf,
    }
}

struct Bench<'a>(BuiltIn, &'a mut Criterion);

impl Task for Bench<'_> {
    type Output = ();

    fn run<C: FromWitness>(self) {
        let Self(circuit, criterion) = self;
        let (key, witness) = (development_key::<C>(), witness(circuit));
        let judge = Key::of(&key).unwrap();
        let prove = || prove_from(circuit, &key, &witness, (b"bench", 0)).unwrap();
        let proved = prove();
        let (proof, public) = (proved.proof.as_bytes(), proved.public.as_bytes());
        let mut group = criterion.benchmark_group(format!("zk/circuit={}", C::NAME));
        group.bench_function("prove", |b| b.iter(prove));
        group.bench_function("judge", |b| {
            b.iter(|| assert_eq!(judge.judge(proof, public), Verdict::Valid));
        });
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    for circuit in BuiltIn::ALL {
        circuit.with(Bench(circuit, &mut criterion));
    }
    criterion.final_summary();
}
