//! A run on the book and a run from its file are one run, and the book does what the run was told.

use crate::guests::{Call, all_calls, child, guest, job, listed, mesh};
use crate::lone::{Done, Lone, bob, bytes_of, mana};
use icn_base::run::{Effect, Exit, Grant, Input, JobState, Journal};
use icn_base::{Bytes, JobId, codec};
use icn_dag::{Batch, MemStore, Store, file};
use icn_ledger::job::Phase;
use icn_ledger::{Ending, State};
use icn_replay::{Verdict, verify};
use proptest::prelude::*;

/// The outcome of the run from the file, which must be valid.
#[track_caller]
fn replayed(mesh: &Lone, done: &Done) -> Vec<u8> {
    let file = mesh.file(done);
    match verify(&file[..], mesh.sandbox(), 60_000) {
        Verdict::Valid(grounds) => codec::encode(&grounds.outcome.unwrap()).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn ending(state: &State, job: &JobId) -> Ending {
    match &state.job(job).unwrap().phase {
        Phase::Ended(ended) => ended.how,
        other => panic!("{other:?}"),
    }
}

/// A mesh on which one job has ended, and that job's receipt as a guest would write it.
fn used() -> (Lone, JobId, String) {
    let mut mesh = mesh();
    let spec = job(&mut mesh, &[]);
    let first = mesh.job(spec);
    let receipt = serde_json::to_string(&first.receipt).unwrap();
    (mesh, first.job, receipt)
}

#[test]
fn every_call_that_the_book_answers_is_the_same_from_the_file() {
    let (mut mesh, known, receipt) = used();
    let calls = all_calls(&mesh, &known, &receipt);
    let spec = job(&mut mesh, &calls);
    let done = mesh.job(spec);
    assert_eq!(done.finished.outcome.exit, Exit::Ok(0));
    assert_eq!(replayed(&mesh, &done), bytes_of(&done.finished));

    let kinds: Vec<_> = done.finished.outcome.effects.iter().map(name).collect();
    assert_eq!(
        kinds,
        [
            "put", "spend", "pay", "submit", "anchor", "propose", "propose"
        ]
    );
    assert_eq!(ending(&mesh.state, &done.job), Ending::Completed);
    let bob = mesh.state.actor(&bob()).unwrap().account;
    assert_eq!(bob.total(), mana(511));
}

fn name(effect: &Effect) -> &'static str {
    match effect {
        Effect::PutBlock { .. } => "put",
        Effect::SpendMana { .. } => "spend",
        Effect::PayMana { .. } => "pay",
        Effect::SubmitJob { .. } => "submit",
        Effect::AnchorReceipt { .. } => "anchor",
        Effect::Propose(_) => "propose",
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_id_that_a_guest_is_told_is_that_of_the_job_which_opens() {
    let mut mesh = mesh();
    let spec = job(
        &mut mesh,
        &[Call::Ask("host_submit_mesh_job", child(10, ""))],
    );
    let done = mesh.job(spec);
    let journal: Journal = codec::decode(done.finished.journal.bytes()).unwrap();
    let told = journal.answers[0].bytes.clone().unwrap();
    let told: JobId = std::str::from_utf8(&told).unwrap().parse().unwrap();
    let opened = mesh.state.job(&told).unwrap();
    assert_eq!(opened.state(), JobState::Open);
    assert_eq!(opened.tree.parent, Some(done.job));
}

/// A child's own run proves its tree's top and its own row, and can be checked like any other.
#[test]
fn a_child_runs_and_is_proved_like_its_parent() {
    let mut mesh = mesh();
    let inner = guest(&[
        Call::Ask("host_submit_mesh_job", child(5, "")),
        Call::Tell("host_account_get_mana", String::new()),
    ]);
    let module = mesh.keep(icn_dag::Block::raw(inner).unwrap());
    let asked = format!(
        r#"{{"module":"{module}","fuel_limit":9000000,"max_price":"100",
            "grants":[{{"mesh.submit":{{"count":1,"budget":"50"}}}}]}}"#
    );
    let mut spec = job(&mut mesh, &[Call::Ask("host_submit_mesh_job", asked)]);
    // Exactly what it costs: its price and its budget, and the fees of its one effect, of its
    // assignment and of itself.
    spec.grants[1] = Grant::MeshSubmit {
        count: 2,
        budget: mana(100 + 50 + 1 + 1 + 1),
    };
    let parent = mesh.job(spec);
    assert_eq!(replayed(&mesh, &parent), bytes_of(&parent.finished));
    let [Effect::SubmitJob { spec }] = &parent.finished.outcome.effects[..] else {
        panic!("{:?}", parent.finished.outcome.effects)
    };
    let id = spec.child_id(&parent.job, 0).unwrap();
    mesh.take(id);
    let done = mesh.run(id);
    assert_eq!(done.finished.outcome.effects.len(), 1);
    assert_eq!(replayed(&mesh, &done), bytes_of(&done.finished));
    assert_eq!(ending(&mesh.state, &id), Ending::Completed);
}

#[test]
fn an_input_of_many_parts_travels_with_the_receipt() {
    let mut mesh = mesh();
    let input = vec![7; 5_000_000];
    let mut parts = MemStore::default();
    let stored = file::put(&input[..], &mut parts, |_| {}).unwrap();
    for cid in parts.list(None, 100).unwrap() {
        let block = icn_dag::Blocks::get(&parts, &cid).unwrap().unwrap();
        mesh.blocks.commit(Batch::of([block])).unwrap();
    }
    let echo = include_bytes!("../../../examples/wasm/echo.wasm");
    let mut spec = mesh.spec(echo, Input::Cid(stored.root));
    (spec.fuel_limit, spec.max_price) = (3_000_000_000, mana(4_000));
    spec.memory_pages = 1_024;
    let done = mesh.job(spec);
    assert!(done.finished.output.bytes() == input);
    assert_eq!(replayed(&mesh, &done), bytes_of(&done.finished));
}

#[test]
fn a_guest_that_fails_has_a_receipt_that_can_be_checked() {
    let mut mesh = mesh();
    for (guest, how) in [
        ("trap", Ending::GuestFailed),
        ("spin", Ending::GuestFailed),
        ("unknown-import", Ending::GuestFailed),
    ] {
        let path = format!(
            "{}/../examples/wasm/misbehave/{guest}.wasm",
            env!("CARGO_MANIFEST_DIR")
        );
        let spec = mesh.spec(&std::fs::read(path).unwrap(), Input::Inline(Bytes(vec![])));
        let done = mesh.job(spec);
        assert_eq!(replayed(&mesh, &done), bytes_of(&done.finished), "{guest}");
        assert_eq!(ending(&mesh.state, &done.job), how, "{guest}");
    }
}

#[test]
fn a_run_that_reads_little_is_proved_with_little() {
    let mut mesh = mesh();
    let spec = job(
        &mut mesh,
        &[Call::Tell("host_account_get_mana", String::new())],
    );
    let done = mesh.job(spec);
    assert!(!done.asked.all);
    let all = job(&mut mesh, &[Call::Get("host_get_pending_mesh_jobs")]);
    assert!(
        mesh.job(all).asked.all,
        "only all rows show which jobs are open"
    );
}

fn call() -> impl Strategy<Value = Call> {
    let did = prop_oneof![
        Just(String::new()),
        Just(bob().to_string()),
        Just(icn_base::Keypair::from_seed([9; 32]).did().to_string()),
        Just("did:key:z".to_owned()),
    ];
    let amount = prop_oneof![0u64..60, Just(u64::MAX >> 1)];
    let grants = prop_oneof![
        Just(String::new()),
        Just(r#","grants":[{"mana.spend":{"limit":"9"}}]"#.to_owned()),
        Just(
            r#","grants":[{"dag.write":{"bytes":9}}],"agreement":{"executors":3,"quorum":2}"#
                .to_owned()
        ),
        Just(r#","deadline":1"#.to_owned()),
    ];
    prop_oneof![
        did.clone()
            .prop_map(|did| Call::Tell("host_account_get_mana", did)),
        did.clone()
            .prop_map(|did| Call::Tell("host_get_reputation", did)),
        amount
            .clone()
            .prop_map(|n| Call::Pay("host_account_spend_mana", String::new(), n)),
        (did, amount).prop_map(|(did, n)| Call::Pay("host_account_credit_mana", did, n)),
        (0u64..200, grants)
            .prop_map(|(price, more)| { Call::Ask("host_submit_mesh_job", child(price, &more)) }),
        (0usize..50_000).prop_map(|size| Call::Ask("host_put_dag_block", "x".repeat(size))),
        Just(Call::Ask("host_get_dag_block", listed())),
        Just(Call::Get("host_get_pending_mesh_jobs")),
        Just(Call::Get("host_get_job_info")),
        prop_oneof![Just("bond"), Just("fuel_per_ms"), Just("")]
            .prop_map(|name| Call::Ask("host_get_parameter", name.to_owned())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever a guest asks, under whatever grants: one outcome on the book and from the file, and
    /// the book then does what the guest was told it would.
    #[test]
    fn any_run_is_the_same_from_its_file(
        calls in prop::collection::vec(call(), 0..12),
        spend in 0u64..100,
        budget in 0u64..400,
    ) {
        let mut mesh = mesh();
        let mut spec = job(&mut mesh, &calls);
        spec.grants[0] = Grant::ManaSpend { limit: mana(spend), to: None };
        spec.grants[1] = Grant::MeshSubmit { count: 2, budget: mana(budget) };
        let done = mesh.job(spec);
        prop_assert_eq!(done.finished.outcome.exit, Exit::Ok(0));
        prop_assert_eq!(replayed(&mesh, &done), bytes_of(&done.finished));
        prop_assert_eq!(ending(&mesh.state, &done.job), Ending::Completed);
    }
}
