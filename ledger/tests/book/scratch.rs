//! What a guest sees while it runs is what the book does when it settles.

use crate::world::{Setup, World, did, mana, profile, put, spec};
use icn_base::JobId;
use icn_base::run::{Effect, Grant, JobSpec};
use icn_economics::Offer;
use icn_ledger::scratch::Scratch;
use icn_ledger::{Action, Reject};
use std::sync::Arc;

/// A job of alice's that bob runs, with grants.
fn running() -> (World, JobId) {
    let setup = Setup::default().member("alice", 1_000).member("bob", 1_000);
    let mut world = World::new(&setup);
    let register = world.sign("bob", Action::RegisterExecutor { profile: profile() });
    let mut wanted = spec("alice", 0);
    wanted.requires.allow.insert(did("bob"));
    wanted.grants = vec![
        Grant::ManaSpend {
            limit: mana(50),
            to: None,
        },
        Grant::MeshSubmit {
            count: 2,
            budget: mana(200),
        },
        Grant::DagWrite { bytes: 1_000 },
    ];
    let submit = world.sign(
        "alice",
        Action::SubmitJob {
            spec: Arc::new(wanted),
        },
    );
    let job = JobId::new(*submit.id().cid());
    world.block(1, &[register, submit]);
    let bids = vec![world.bid(
        job,
        "bob",
        Offer {
            base: mana(2),
            per_mfuel: mana(3),
        },
    )];
    let assign = world.sign(
        "alice",
        Action::AssignJob {
            job,
            bids,
            spares: vec![],
        },
    );
    world.block(200, &[assign]);
    (world, job)
}

#[test]
fn a_run_sees_its_own_effects_and_the_book_does_the_same() {
    let (mut world, job) = running();
    let at = world.state.chain().time;
    let mut scratch = Scratch::new(&world.state, job, at).unwrap();
    let mut child = JobSpec::clone(&scratch.job().spec);
    child.grants.clear();
    let kid = child.child_id(&job, 1).unwrap();
    let effects = [
        Effect::PayMana {
            to: did("carol"),
            amount: mana(30),
        },
        Effect::SubmitJob {
            spec: Box::new(child),
        },
        put("block", 999),
    ];
    for (index, effect) in (0..).zip(&effects) {
        assert_eq!(scratch.next_index(), index);
        scratch.perform(&world.state, effect).unwrap();
    }
    let before = scratch.clone();
    let refused = scratch.perform(&world.state, &Effect::SpendMana { amount: mana(21) });
    assert_eq!(refused, Err(Reject::GrantSpent { name: "mana.spend" }));
    assert_eq!(scratch.left(), before.left(), "a refusal takes nothing");
    assert_eq!(scratch.next_index(), 3);
    let carol = scratch.draft(&world.state).actor(&did("carol")).account;
    assert_eq!(carol.total(), mana(30));
    let seen = scratch.draft(&world.state).job(&kid).cloned().unwrap();
    assert!(
        world.state.actor(&did("carol")).is_none(),
        "the book itself has not changed"
    );

    let mut claim = world.claim(job, 400_000);
    claim.effects = effects.to_vec();
    let receipt = Box::new(world.receipt("bob", claim));
    let settle = world.sign(
        "bob",
        Action::SettleJob {
            receipt,
            salt: None,
        },
    );
    world.block(1, &[settle]);
    assert_eq!(world.state.actor(&did("carol")).unwrap().account, carol);
    let settled = world.state.job(&kid).unwrap();
    assert_eq!(
        (&settled.spec, settled.hold, settled.tree),
        (&seen.spec, seen.hold, seen.tree)
    );
}
