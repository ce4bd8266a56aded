//! What one CID says about the whole state: proofs, snapshots, and that only what happened counts.

use crate::world::{Setup, World, did, mana, profile, spec, time};
use icn_base::run::Input;
use icn_base::{Bytes, JobId};
use icn_dag::{Batch, MemStore, Store};
use icn_economics::Offer;
use icn_governance::Parameter;
use icn_ledger::block::BlockError;
use icn_ledger::proof::{BadProof, CannotRead, read};
use icn_ledger::snapshot::SnapshotError;
use icn_ledger::state::Actor;
use icn_ledger::{Action, Job, Key, Reject, State, Verdict, apply_block, check};
use std::sync::Arc;

/// A world with a settled job of 40 KB input.
fn world() -> (World, JobId) {
    let setup = Setup::default().member("alice", 1_000).member("bob", 1_000);
    let mut world = World::new(&setup);
    let register = world.sign("bob", Action::RegisterExecutor { profile: profile() });
    let mut large = spec("alice", 0);
    large.input = Input::Inline(Bytes(vec![7; 40_000]));
    let submit = world.sign(
        "alice",
        Action::SubmitJob {
            spec: Arc::new(large),
        },
    );
    let job = JobId::new(*submit.id().cid());
    world.block(1, &[register, submit]);
    let bid = world.bid(
        job,
        "bob",
        Offer {
            base: mana(2),
            per_mfuel: mana(3),
        },
    );
    let bids = vec![bid];
    let assign = world.sign(
        "alice",
        Action::AssignJob {
            job,
            bids,
            spares: vec![],
        },
    );
    world.block(200, &[assign]);
    let receipt = Box::new(world.receipt("bob", world.claim(job, 400_000)));
    let settle = world.sign(
        "bob",
        Action::SettleJob {
            receipt,
            salt: None,
        },
    );
    world.block(1, &[settle]);
    (world, job)
}

fn receipt_of(state: &State, job: &JobId) -> icn_base::Cid {
    let icn_ledger::job::Phase::Ended(ended) = &state.job(job).unwrap().phase else {
        panic!("the job is settled")
    };
    ended.receipts[0]
}

#[test]
fn an_account_a_job_and_a_receipt_are_proved_by_the_root() {
    let (world, job) = world();
    let state = &world.state;
    let root = *state.root().unwrap();
    let receipt = receipt_of(state, &job);
    let keys = [
        Key::Chain,
        Key::Parameter(Parameter::TxFee),
        Key::Account(did("bob")),
        Key::Executor(did("bob")),
        Key::Job(job),
        Key::Receipt(receipt),
    ];
    for key in keys {
        let proof = state.prove(key).unwrap();
        let row = proof.verify(&root).unwrap().unwrap();
        assert_eq!(Some(row), state.row(&key), "{key:?}");
        assert!(
            proof.verify(job.cid()).is_err(),
            "another root proves nothing"
        );
    }
    let proof = state.prove(Key::Account(did("bob"))).unwrap();
    let row = proof.verify(&root).unwrap().unwrap();
    let actor: Actor = icn_base::codec::decode(&row).unwrap();
    assert_eq!(&actor, state.actor(&did("bob")).unwrap());
    let nobody = state.prove(Key::Account(did("nobody"))).unwrap();
    assert_eq!(
        nobody.verify(&root),
        Ok(None),
        "that there is no row is proved, too"
    );
}

#[test]
fn a_large_row_stands_in_a_block_of_its_own_which_the_proof_must_have() {
    let (world, job) = world();
    let root = *world.state.root().unwrap();
    let proof = world.state.prove(Key::Job(job)).unwrap();
    let own = proof.own.clone().expect("40 KB do not fit the map");
    let proved: Job = own.value().unwrap();
    assert_eq!(&proved, world.state.job(&job).unwrap());
    let mut without = proof.clone();
    without.own = None;
    assert_eq!(without.verify(&root), Err(BadProof::Own(*own.cid())));
    let mut swapped = proof;
    swapped.own = swapped.path.first().cloned();
    assert!(swapped.verify(&root).is_err());
    let mut extra = world.state.prove(Key::Chain).unwrap();
    extra.own = Some(own);
    assert_eq!(extra.verify(&root), Err(BadProof::Extra));
}

/// Blocks are made when there are transactions, so a receipt must pass before the next one exists.
#[test]
fn a_receipt_passes_as_soon_as_the_block_that_assigned_its_job_is_decided() {
    let setup = Setup::default().member("alice", 1_000).member("bob", 1_000);
    let mut world = World::new(&setup);
    let register = world.sign("bob", Action::RegisterExecutor { profile: profile() });
    let submit = world.sign(
        "alice",
        Action::SubmitJob {
            spec: Arc::new(spec("alice", 0)),
        },
    );
    let job = JobId::new(*submit.id().cid());
    world.block(1, &[register, submit]);
    let bids = vec![world.bid(job, "bob", Offer::default())];
    let assign = world.sign(
        "alice",
        Action::AssignJob {
            job,
            bids,
            spares: vec![],
        },
    );
    let settle = |world: &World, height: u64| {
        let mut claim = world.claim(job, 1);
        claim.snapshot.height = height;
        claim.snapshot.root = *world.state.root().unwrap();
        let receipt = Box::new(world.receipt("bob", claim));
        world.sign(
            "bob",
            Action::SettleJob {
                receipt,
                salt: None,
            },
        )
    };
    // In the block of its own assignment nobody can know the root that the run should have read.
    let early = settle(&world, 2);
    let applied = world.block(200, &[assign, early]);
    let differs = Reject::ClaimDiffers { what: "snapshot" };
    assert_eq!(applied.verdicts[1], Verdict::Refused(differs.clone()));
    let good = settle(&world, 2);
    let at = time(world.now + 1);
    assert_eq!(check(&world.state, &good, at), Ok(()));
    assert_eq!(check(&world.state, &settle(&world, 1), at), Err(differs));
    world.block(1, &[]);
    assert_eq!(check(&world.state, &good, time(world.now + 1)), Ok(()));
}

#[test]
fn a_state_that_has_moved_on_proves_nothing_until_it_is_committed_to() {
    let (mut world, _) = world();
    let (to, amount) = (did("bob"), mana(1));
    let tx = world.sign(
        "alice",
        Action::Transfer {
            to,
            amount,
            memo: String::new(),
        },
    );
    let old = *world.state.root().unwrap();
    icn_ledger::apply(&mut world.state, &tx, time(world.now + 1)).unwrap();
    assert!(world.state.root().is_none());
    assert!(world.state.prove(Key::Chain).is_err());
    let (new, blocks) = world.state.commit();
    assert_ne!(new, old);
    assert!(!blocks.is_empty());
    assert_eq!(
        world.state.commit(),
        (new, vec![]),
        "nothing is written twice"
    );
}

#[test]
fn the_blocks_of_a_few_proofs_answer_for_their_rows_and_for_nothing_else() {
    let (world, job) = world();
    let state = &world.state;
    let root = *state.root().unwrap();
    let known = [Key::Chain, Key::Job(job), Key::Account(did("nobody"))];
    let mut store = MemStore::default();
    for key in known {
        let proof = state.prove(key).unwrap();
        store.commit(Batch::of(proof.blocks().cloned())).unwrap();
    }
    for key in known {
        assert_eq!(
            read(&store, &root, key).unwrap(),
            state.row(&key),
            "{key:?}"
        );
    }
    let mut missing = 0;
    for key in state.keys() {
        match read(&store, &root, key) {
            Ok(row) => assert_eq!(row, state.row(&key), "beside the way of a proof: {key:?}"),
            Err(_) => missing += 1,
        }
    }
    assert!(missing > 0, "what was not proved is missing, not absent");
    let own = state.prove(Key::Job(job)).unwrap().own.unwrap();
    store
        .commit(Batch {
            drop: vec![*own.cid()],
            ..Batch::default()
        })
        .unwrap();
    let missing = read(&store, &root, Key::Job(job)).unwrap_err();
    assert!(matches!(missing, CannotRead::Missing(cid) if cid == *own.cid()));
}

#[test]
fn a_snapshot_goes_on_as_if_nothing_had_happened() {
    let (mut world, _) = world();
    let mut car = Vec::new();
    let root = world.state.export(&mut car).unwrap();
    assert_eq!(Some(&root), world.state.root());
    let mut again = State::import(&car[..], &root).unwrap();
    assert_eq!(again.root(), Some(&root));
    let tx = world.sign(
        "alice",
        Action::SubmitJob {
            spec: Arc::new(spec("alice", world.now)),
        },
    );
    let height = world.state.chain().height + 1;
    let at = time(world.now + 1);
    let applied = apply_block(&mut again, height, at, std::slice::from_ref(&tx)).unwrap();
    assert_eq!(world.block(1, &[tx]).root, applied.root);
}

#[test]
fn a_snapshot_with_a_changed_cut_or_missing_block_is_refused() {
    let (world, _) = world();
    let mut car = Vec::new();
    let root = world.state.export(&mut car).unwrap();
    for at in (0..car.len()).step_by(97) {
        let mut changed = car.clone();
        changed[at] ^= 1;
        let read = State::import(&changed[..], &root);
        // The header's root is not used: the caller's is.
        assert!(at < 60 || read.is_err(), "byte {at}");
        assert!(
            at == 0 || State::import(&car[..at], &root).is_err(),
            "cut at {at}"
        );
    }
    let other = *Key::Chain.to_bytes().first().unwrap();
    let foreign = icn_base::Cid::of(icn_base::Codec::DagCbor, &[other]);
    assert!(matches!(
        State::import(&car[..], &foreign),
        Err(SnapshotError::Map(_))
    ));
}

#[test]
fn a_block_follows_its_parent_in_height_and_time_or_changes_nothing() {
    let (mut world, _) = world();
    let root = *world.state.root().unwrap();
    let (height, now) = (world.state.chain().height, time(world.now));
    let state = &mut world.state;
    let later = time(world.now + 1);
    let wrong = apply_block(state, height, later, &[]).unwrap_err();
    assert_eq!(
        wrong,
        BlockError::Height {
            next: height + 1,
            found: height
        }
    );
    let wrong = apply_block(state, height + 1, now, &[]).unwrap_err();
    assert_eq!(
        wrong,
        BlockError::Time {
            parent: now,
            found: now
        }
    );
    assert_eq!(state.root(), Some(&root));
}
