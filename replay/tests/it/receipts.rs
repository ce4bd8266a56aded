//! Receipts that lie: each lie is found and named, whoever signed it.

use crate::guests::{Call, guest, job, mesh};
use crate::lone::{Done, Lone, bob, mana};
use icn_base::run::{Claim, Effect, Exit, Grant, Input, Journal, Receipt};
use icn_base::{Bytes, Cid, Codec, Keypair, NetworkId, Time};
use icn_dag::Block;
use icn_replay::{CannotTell, Evidence, Verdict, export, verify};

fn sample() -> (Lone, Done) {
    let mut mesh = mesh();
    let calls = [
        Call::Tell("host_account_get_mana", String::new()),
        Call::Pay("host_account_spend_mana", String::new(), 3),
    ];
    let spec = job(&mut mesh, &calls);
    let done = mesh.job(spec);
    (mesh, done)
}

/// The verdict on another receipt for the same run.
fn judged(mesh: &Lone, done: &Done, receipt: &Receipt) -> Verdict {
    let mut file = Vec::new();
    let evidence = Evidence {
        receipt,
        header: &done.header,
        next: &done.next,
        state: &done.snapshot,
        asked: &done.asked,
        blocks: &mesh.blocks,
    };
    export(&evidence, &mut file).unwrap();
    verify(&file[..], mesh.sandbox(), 60_000)
}

/// What an invalid receipt says otherwise.
#[track_caller]
fn lies(verdict: Verdict) -> Vec<&'static str> {
    match verdict {
        Verdict::Invalid { differs, .. } => differs.iter().map(|one| one.what).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_field_of_a_claim_is_checked() {
    let (mesh, done) = sample();
    let other = Cid::of(Codec::Raw, b"other");
    type Lie = (&'static str, fn(&mut Claim, Cid));
    let lie: [Lie; 12] = [
        ("module", |claim, other| claim.module = other),
        ("input", |claim, other| claim.input = other),
        ("engine", |claim, _| claim.engine.push('x')),
        ("exit", |claim, _| claim.exit = Exit::Ok(1)),
        ("output", |claim, other| claim.output = other),
        ("log", |claim, other| claim.log = other),
        ("journal", |claim, other| claim.journal = other),
        ("effects", |claim, _| claim.effects.clear()),
        ("effects", |claim, _| {
            claim.effects.push(claim.effects[0].clone())
        }),
        ("fuel_used", |claim, _| claim.fuel_used += 1),
        ("memory_peak", |claim, _| claim.memory_peak += 1),
        ("host_calls", |claim, _| claim.host_calls[0].count += 1),
    ];
    for (what, change) in lie {
        let mut claim = done.receipt.claim.clone();
        change(&mut claim, other);
        let receipt = mesh.sign_claim(claim);
        assert_eq!(lies(judged(&mesh, &done, &receipt)), [what]);
        // A field that was changed and not signed again is worth nothing at all.
        let unsigned = Receipt {
            signature: done.receipt.signature,
            ..receipt
        };
        assert_eq!(lies(judged(&mesh, &done, &unsigned)), ["signature"]);
    }
    let mut claim = done.receipt.claim.clone();
    claim.effects[0] = Effect::PayMana {
        to: bob(),
        amount: mana(3),
    };
    claim.fuel_used -= 1;
    let receipt = mesh.sign_claim(claim);
    assert_eq!(
        lies(judged(&mesh, &done, &receipt)),
        ["effects", "fuel_used"]
    );
}

#[test]
fn another_job_height_or_root_is_no_snapshot_of_this_file() {
    let (mut mesh, done) = sample();
    let again = job(&mut mesh, &[]);
    let later = mesh.job(again);
    let (first, second) = (mesh.file(&done), mesh.file(&later));
    assert_ne!(first, second);

    let mut claim = done.receipt.claim.clone();
    claim.job = later.job;
    let receipt = mesh.sign_claim(claim);
    let mut file = Vec::new();
    let evidence = Evidence {
        receipt: &receipt,
        header: &done.header,
        next: &done.next,
        state: &done.snapshot,
        asked: &done.asked,
        blocks: &mesh.blocks,
    };
    assert!(
        export(&evidence, &mut file).is_err(),
        "there is no such job there"
    );

    let mut claim = done.receipt.claim.clone();
    claim.snapshot.height += 1;
    let verdict = judged(&mesh, &done, &mesh.sign_claim(claim));
    assert!(
        matches!(verdict, Verdict::CannotTell(CannotTell::Headers(_))),
        "{verdict:?}"
    );
}

#[test]
fn only_who_has_a_seat_can_say_how_it_went() {
    let (mesh, done) = sample();
    let stranger = Keypair::from_seed([7; 32]);
    let sign = |keys: &Keypair, network: &NetworkId| {
        let (claim, at) = (done.receipt.claim.clone(), Time::ZERO);
        Receipt::sign(claim, at, at, keys, network).unwrap()
    };
    let receipt = sign(&stranger, &mesh.network());
    assert_eq!(lies(judged(&mesh, &done, &receipt)), ["executor"]);
    let elsewhere = NetworkId::new(Cid::of(Codec::Raw, b"elsewhere"));
    let receipt = sign(&mesh.keys, &elsewhere);
    assert_eq!(lies(judged(&mesh, &done, &receipt)), ["signature"]);
    let stolen = Receipt {
        executor: stranger.did(),
        ..done.receipt.clone()
    };
    assert_eq!(lies(judged(&mesh, &done, &stolen)), ["signature"]);
}

/// A receipt that was made on another state, by an executor that read a balance which is not there.
#[test]
fn a_changed_read_is_found_in_the_journal_and_said() {
    let (mut mesh, done) = sample();
    let mut journal: Journal = icn_base::codec::decode(done.finished.journal.bytes()).unwrap();
    journal.answers[0].result += 1;
    let block = Block::cbor(&journal).unwrap();
    let mut claim = done.receipt.claim.clone();
    claim.journal = *block.cid();
    let receipt = mesh.sign_claim(claim);

    let (file, mut with) = (
        mesh.file(&Done {
            receipt: receipt.clone(),
            ..done
        }),
        Vec::new(),
    );
    let plain = verify(&file[..], mesh.sandbox(), 60_000);
    assert_eq!(lies(plain), ["journal"]);
    // With the journal in the file, the answer itself is named.
    mesh.keep(block.clone());
    with.extend_from_slice(&file);
    icn_dag::car::frame::push(&mut with, block.cid(), block.bytes());
    let Verdict::Invalid { differs, .. } = verify(&with[..], mesh.sandbox(), 60_000) else {
        panic!("the receipt is false")
    };
    assert!(differs[0].claimed.contains("\"call\":10"), "{differs:?}");
    assert_ne!(differs[0].claimed, differs[0].found);
}

#[test]
fn another_engine_is_cannot_tell() {
    let mut mesh = mesh();
    mesh.engine = "wasmtime-99/icn-7".into();
    mesh.register();
    let spec = job(&mut mesh, &[]);
    let job = mesh.assign(spec);
    let (snapshot, header) = (mesh.state.clone(), *mesh.headers.last().unwrap());
    let (mut finished, asked) = icn_replay::job::run_on(
        mesh.sandbox(),
        &snapshot,
        &mesh.blocks,
        (job, &header),
        60_000,
    )
    .unwrap();
    finished.outcome.engine.clone_from(&mesh.engine);
    let spec = &snapshot.job(&job).unwrap().spec;
    let read = icn_base::run::Snapshot {
        height: header.height,
        root: *snapshot.root().unwrap(),
    };
    let input = icn_replay::job::input_cid(spec);
    let claim = Claim::new(job, spec.module, input, read, finished.outcome.clone());
    let receipt = mesh.sign_claim(claim);
    mesh.act(vec![]);
    let next = *mesh.headers.last().unwrap();
    let done = Done {
        job,
        receipt,
        finished,
        asked,
        snapshot,
        header,
        next,
    };
    let verdict = judged(&mesh, &done, &done.receipt);
    let Verdict::CannotTell(CannotTell::Engine { theirs, .. }) = verdict else {
        panic!("{verdict:?}")
    };
    assert_eq!(theirs, mesh.engine);
}

#[test]
fn a_run_that_takes_too_long_here_is_cannot_tell() {
    let mut mesh = mesh();
    let spin = include_bytes!("../../../examples/wasm/misbehave/spin.wasm");
    let mut spec = mesh.spec(spin, Input::Inline(Bytes(vec![])));
    spec.fuel_limit = 3_000_000_000;
    spec.grants = vec![Grant::DagRead {}];
    spec.max_price = mana(5_000);
    let done = mesh.job(spec);
    let verdict = verify(&mesh.file(&done)[..], mesh.sandbox(), 1);
    assert!(
        matches!(verdict, Verdict::CannotTell(CannotTell::Fault(_))),
        "{verdict:?}"
    );
    let verdict = verify(&mesh.file(&done)[..], mesh.sandbox(), 60_000);
    assert!(matches!(verdict, Verdict::Valid(_)), "{verdict:?}");
}

#[test]
fn a_file_of_a_guest_without_calls_is_small() {
    let mut mesh = mesh();
    let module = guest(&[]);
    let spec = mesh.spec(&module, Input::Inline(Bytes(vec![])));
    let done = mesh.job(spec);
    let size = mesh.file(&done).len() - module.len();
    assert!(size < 12_000, "{size}");
}
