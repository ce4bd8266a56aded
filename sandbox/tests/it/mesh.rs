//! Calls 16, 22, 23 and 27: child jobs, open jobs, receipts, states of jobs.

use crate::kit::{body, draft, env, guest, journal, mana, refused, run, run_in};
use icn_abi::Class;
use icn_base::run::{
    Claim, Effect, Exit, Grant, JobState, JobStatus, Outcome, Receipt, Snapshot, TrapCode,
};
use icn_base::{Cid, Codec, JobId, Keypair, NetworkId, Time};
use icn_sandbox::JobDraft;

fn cid(text: &str) -> Cid {
    Cid::of(Codec::Raw, text.as_bytes())
}

fn submits(count: u32, budget: u64) -> Grant {
    Grant::MeshSubmit {
        count,
        budget: mana(budget),
    }
}

/// A guest with this text at address 0 that calls `name` with it and with a buffer at address
/// 65536.
fn with_text(name: &str, text: &str) -> JobDraft {
    let bytes: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    draft(guest(&format!(
        r#"(data (i32.const 0) "{bytes}")
        (func (export "run") (result i64)
            (call ${name} (i32.const 0) (i32.const {}) (i32.const 65536) (i32.const 4096)))"#,
        text.len()
    )))
}

fn child(price: u64, more: &str) -> String {
    let module = cid("child");
    format!(r#"{{"module": "{module}", "fuel_limit": 1000, "max_price": "{price}"{more}}}"#)
}

fn submit(spec: &str) -> JobDraft {
    with_text("host_submit_mesh_job", spec)
}

#[test]
fn call_16_is_an_effect_paid_from_the_budget() {
    let job = submit(&child(10, "")).grant(submits(1, 10));
    let mut env = env(&job);
    let finished = run_in(job.clone(), &mut env);
    assert_eq!(finished.outcome.exit, Exit::Ok(59));
    let [Effect::SubmitJob { spec }] = finished.outcome.effects.as_slice() else {
        panic!("{:?}", finished.outcome.effects)
    };
    let parent = job.into_run();
    assert_eq!(spec.deadline, parent.spec.deadline, "inherited");
    let id = spec.child_id(&parent.job, 0).unwrap();
    let answer = journal(&finished).answers[0].bytes.clone().unwrap();
    assert_eq!(*answer, *id.to_string().as_bytes());
    assert_eq!(env.jobs[&id].state, JobState::Open);
    assert_eq!(env.accounts[&crate::kit::owner()].mana, mana(990));
}

#[test]
fn call_16_is_denied_beyond_count_and_budget() {
    assert_eq!(
        run(submit(&child(10, ""))).outcome.exit,
        refused(Class::PermissionDenied)
    );
    for grant in [submits(0, 10), submits(1, 9)] {
        let finished = run(submit(&child(10, "")).grant(grant));
        assert_eq!(finished.outcome.exit, refused(Class::PermissionDenied));
        assert_eq!(finished.outcome.effects, []);
    }
    let broke = run(submit(&child(5_000, "")).grant(submits(1, 9_000)));
    assert_eq!(broke.outcome.exit, refused(Class::Economic));
}

#[test]
fn a_child_is_granted_only_what_its_parent_has_left() {
    let more = r#", "grants": [{"dag.write": {"bytes": 50}}]"#;
    let job = submit(&child(1, more)).grant(submits(1, 10));
    assert_eq!(
        run(job.clone()).outcome.exit,
        refused(Class::PermissionDenied)
    );
    let finished = run(job.grant(Grant::DagWrite { bytes: 50 }));
    assert_eq!(finished.outcome.exit, Exit::Ok(59));
}

#[test]
fn call_16_refuses_words_that_are_no_spec() {
    let unknown = child(1, r#", "surprise": 1"#);
    let twice = child(1, r#", "fuel_limit": 2000"#);
    for spec in ["", "{", "[]", "{}", &unknown, &twice, "\u{0}"] {
        let finished = run(submit(spec).grant(submits(1, 10)));
        assert_eq!(
            finished.outcome.exit,
            refused(Class::Serialization),
            "{spec}"
        );
    }
}

#[test]
fn a_run_submits_at_most_16_children() {
    let spec = child(1, "");
    let bytes: String = spec.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    let code = guest(&format!(
        r#"(data (i32.const 0) "{bytes}")
        (func (export "run") (result i64) (local $n i32) (local $last i64)
            (loop $again
                (local.set $last (call $host_submit_mesh_job
                    (i32.const 0) (i32.const {}) (i32.const 0) (i32.const 0)))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $n) (i32.const 17))))
            (local.get $last))"#,
        spec.len()
    ));
    let finished = run(draft(code).grant(submits(100, 1_000)));
    assert_eq!(finished.outcome.exit, refused(Class::ResourceLimitExceeded));
    assert_eq!(finished.outcome.effects.len(), 16);
}

#[test]
fn call_22_answers_open_jobs() {
    let code = "(call $host_get_pending_mesh_jobs (i32.const 0) (i32.const 1000))";
    let finished = run(draft(body(code)));
    let answer = journal(&finished).answers[0].bytes.clone().unwrap();
    assert_eq!(*answer, *b"{\"jobs\":[]}");
}

#[test]
fn call_27_answers_the_state_of_a_job() {
    let id = JobId::new(cid("job"));
    let job = with_text("host_get_job_status", &id.to_string());
    let mut env = env(&job);
    assert_eq!(
        run_in(job.clone(), &mut env).outcome.exit,
        refused(Class::UnknownJob)
    );
    let status = JobStatus {
        job: id,
        state: JobState::Late,
        claim: None,
        output: None,
    };
    env.jobs.insert(id, status.clone());
    let finished = run_in(job, &mut env);
    let answer = journal(&finished).answers[0].bytes.clone().unwrap();
    assert_eq!(
        serde_json::from_slice::<JobStatus>(&answer).unwrap(),
        status
    );
    let rubbish = run(with_text("host_get_job_status", "7"));
    assert_eq!(rubbish.outcome.exit, refused(Class::InvalidSystemApiCall));
}

fn receipt(network: &NetworkId) -> Receipt {
    let outcome = Outcome {
        exit: Exit::Trap(TrapCode::Unreachable),
        output: cid("output"),
        log: cid("log"),
        effects: vec![],
        fuel_used: 5,
        memory_peak: 0,
        host_calls: vec![],
        journal: cid("journal"),
        engine: icn_sandbox::ENGINE.into(),
    };
    let snapshot = Snapshot {
        height: 1,
        root: cid("root"),
    };
    let claim = Claim::new(
        JobId::new(cid("job")),
        cid("module"),
        cid("input"),
        snapshot,
        outcome,
    );
    let keys = Keypair::from_seed([3; 32]);
    Receipt::sign(claim, Time::ZERO, Time::ZERO, &keys, network).unwrap()
}

#[test]
fn call_23_anchors_a_receipt_that_is_signed_for_this_network() {
    let here = NetworkId::new(Cid::of(Codec::Raw, b"icn in memory"));
    let receipt = receipt(&here);
    let job = with_text(
        "host_anchor_receipt",
        &serde_json::to_string(&receipt).unwrap(),
    );
    assert_eq!(
        run(job.clone()).outcome.exit,
        refused(Class::PermissionDenied)
    );
    let finished = run(job.grant(Grant::DagWrite { bytes: 5_000 }));
    assert_eq!(finished.outcome.exit, Exit::Ok(59));
    let cid = receipt.cid().unwrap();
    let effect = Effect::AnchorReceipt {
        receipt: Box::new(receipt),
    };
    assert_eq!(finished.outcome.effects, [effect]);
    let answer = journal(&finished).answers[0].bytes.clone().unwrap();
    assert_eq!(*answer, *cid.to_string().as_bytes());
}

#[test]
fn call_23_refuses_other_networks_changed_words_and_rubbish() {
    let grant = Grant::DagWrite { bytes: 5_000 };
    let anchor = |text: &str| {
        run(with_text("host_anchor_receipt", text).grant(grant.clone()))
            .outcome
            .exit
    };
    let elsewhere = receipt(&NetworkId::new(cid("another network")));
    let elsewhere = serde_json::to_string(&elsewhere).unwrap();
    assert_eq!(anchor(&elsewhere), refused(Class::SignatureError));
    let here = receipt(&NetworkId::new(Cid::of(Codec::Raw, b"icn in memory")));
    let changed = serde_json::to_string(&here).unwrap().replace(":5,", ":6,");
    assert_eq!(anchor(&changed), refused(Class::SignatureError));
    assert_eq!(anchor("{}"), refused(Class::Serialization));
}
