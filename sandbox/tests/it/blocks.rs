//! Calls 3 and 4: blocks.

use crate::kit::{draft, env, guest, journal, refused, run, run_in};
use icn_abi::Class;
use icn_base::run::{Effect, Exit, Grant};
use icn_base::{Cid, Codec};
use icn_sandbox::{JobDraft, NodeFault};

const WRITE: Grant = Grant::DagWrite { bytes: 100 };

fn put(bytes: u32) -> JobDraft {
    draft(guest(&format!(
        r#"(data (i32.const 1000) "block")
        (func (export "run") (result i64)
            (call $host_put_dag_block (i32.const 1000) (i32.const {bytes})
                (i32.const 0) (i32.const 59)))"#
    )))
}

/// Reads the block of this CID into address 4096 and returns the result of the call.
fn get(cid: &str) -> JobDraft {
    draft(guest(&format!(
        r#"(data (i32.const 0) "{cid}")
        (func (export "run") (result i64)
            (call $host_get_dag_block (i32.const 0) (i32.const {})
                (i32.const 4096) (i32.const 100)))"#,
        cid.len()
    )))
}

#[test]
fn call_3_is_an_effect_that_names_the_block() {
    let finished = run(put(5).grant(WRITE));
    let cid = Cid::of(Codec::Raw, b"block");
    assert_eq!(finished.outcome.exit, Exit::Ok(59));
    assert_eq!(
        finished.outcome.effects,
        [Effect::PutBlock { cid, bytes: 5 }]
    );
    assert_eq!(finished.blocks, [(cid, b"block".to_vec())]);
    let answer = journal(&finished).answers[0].bytes.clone().unwrap();
    assert_eq!(*answer, *cid.to_string().as_bytes());
}

#[test]
fn call_3_keeps_to_the_bytes_that_are_granted() {
    assert_eq!(run(put(5)).outcome.exit, refused(Class::PermissionDenied));
    let finished = run(put(101).grant(WRITE));
    assert_eq!(finished.outcome.exit, refused(Class::PermissionDenied));
    assert_eq!(
        (finished.outcome.effects, finished.blocks),
        (vec![], vec![])
    );
}

#[test]
fn a_failed_run_leaves_no_block() {
    let code = guest(
        r#"(func (export "run") (drop (call $host_put_dag_block
            (i32.const 0) (i32.const 5) (i32.const 0) (i32.const 59))) (unreachable))"#,
    );
    let finished = run(draft(code).grant(WRITE));
    assert_eq!(
        (finished.outcome.effects, finished.blocks),
        (vec![], vec![])
    );
}

#[test]
fn call_4_reads_what_the_job_lists() {
    let block = b"listed block".to_vec();
    let cid = Cid::of(Codec::Raw, &block);
    let job = get(&cid.to_string()).grant(Grant::DagRead {}).read(cid, 12);
    let mut env = env(&job);
    env.blocks.insert(cid, block);
    let finished = run_in(job, &mut env);
    assert_eq!(finished.outcome.exit, Exit::Ok(12));
    let answer = &journal(&finished).answers[0];
    assert_eq!(
        (answer.result, &answer.bytes),
        (12, &None),
        "the CID names the bytes already"
    );
}

#[test]
fn call_4_reads_nothing_else_even_if_it_is_there() {
    let cid = Cid::of(Codec::Raw, b"hidden");
    let job = get(&cid.to_string()).grant(Grant::DagRead {});
    let mut with = env(&job);
    with.blocks.insert(cid, b"hidden".to_vec());
    let seen = run_in(job.clone(), &mut with);
    assert_eq!(seen.outcome.exit, refused(Class::DagOperationFailed));
    assert_eq!(
        seen.outcome,
        run(job).outcome,
        "a node that lacks the block says the same"
    );
}

#[test]
fn call_4_needs_its_grant_and_a_cid() {
    let cid = Cid::of(Codec::Raw, b"x");
    assert_eq!(
        run(get(&cid.to_string())).outcome.exit,
        refused(Class::PermissionDenied)
    );
    for wrong in ["", "b", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"] {
        let finished = run(get(wrong).grant(Grant::DagRead {}));
        assert_eq!(
            finished.outcome.exit,
            refused(Class::DagOperationFailed),
            "{wrong}"
        );
    }
}

#[test]
fn call_4_reads_what_the_run_wrote() {
    let code = guest(
        r#"(data (i32.const 1000) "block")
        (func (export "run") (result i64)
            (drop (call $host_put_dag_block (i32.const 1000) (i32.const 5)
                (i32.const 0) (i32.const 59)))
            (call $host_get_dag_block (i32.const 0) (i32.const 59)
                (i32.const 4096) (i32.const 100)))"#,
    );
    let finished = run(draft(code).grant(WRITE).grant(Grant::DagRead {}));
    assert_eq!(finished.outcome.exit, Exit::Ok(5));
}

#[test]
fn a_listed_block_that_is_missing_here_is_this_nodes_fault() {
    let cid = Cid::of(Codec::Raw, b"missing");
    let job = get(&cid.to_string()).grant(Grant::DagRead {}).read(cid, 7);
    assert!(matches!(crate::kit::fault(job), NodeFault::Missing(_)));
}

#[test]
fn a_listed_size_that_is_wrong_is_the_jobs_fault() {
    let cid = Cid::of(Codec::Raw, b"four");
    let job = get(&cid.to_string()).grant(Grant::DagRead {}).read(cid, 5);
    let mut env = env(&job);
    env.blocks.insert(cid, b"four".to_vec());
    assert_eq!(
        run_in(job, &mut env).outcome.exit,
        refused(Class::InvalidSpec)
    );
}
