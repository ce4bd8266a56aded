//! Older types of host calls link by the import's own type.

use crate::kit::{draft, env, mana, module, refused, run, run_in};
use icn_abi::Class;
use icn_base::run::{Effect, Exit, Grant, RefusalCode};
use icn_base::{Cid, Codec};

/// The module of the original's own manual: it imports one call under its older type and exports
/// `run`.
fn manual(result: &str, after: &str) -> Vec<u8> {
    let module_cid = Cid::of(Codec::Raw, b"child");
    let json = format!(r#"{{"module":"{module_cid}","fuel_limit":9,"max_price":"1"}}"#);
    let bytes: String = json.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    module(&format!(
        r#"(import "icn" "host_submit_mesh_job" (func $submit (param i32 i32) {result}))
        (memory (export "memory") 1)
        (data (i32.const 0) "{bytes}")
        (func (export "run") (result i64)
            (call $submit (i32.const 0) (i32.const {})) {after})"#,
        json.len()
    ))
}

fn grant() -> Grant {
    Grant::MeshSubmit {
        count: 1,
        budget: mana(10),
    }
}

#[test]
fn the_module_of_the_originals_manual_runs_unmodified() {
    let job = draft(manual("(result i64)", "")).grant(grant());
    let mut env = env(&job);
    let finished = run_in(job.clone(), &mut env);
    let [Effect::SubmitJob { spec }] = finished.outcome.effects.as_slice() else {
        panic!("{:?}", finished.outcome)
    };
    let id = spec.child_id(&job.into_run().job, 0).unwrap();
    assert_eq!(finished.outcome.exit, Exit::Ok(id.short() as i64));
    assert!(env.jobs.contains_key(&id));
}

#[test]
fn the_form_that_answers_an_i32_says_zero_or_the_class() {
    let code = manual("(result i32)", "(i64.extend_i32_s)");
    assert_eq!(
        run(draft(code.clone()).grant(grant())).outcome.exit,
        Exit::Ok(0)
    );
    assert_eq!(
        run(draft(code)).outcome.exit,
        refused(Class::PermissionDenied)
    );
}

#[test]
fn the_form_that_answers_nothing_still_has_its_effect() {
    let finished = run(draft(manual("", "(i64.const 3)")).grant(grant()));
    assert_eq!(finished.outcome.exit, Exit::Ok(3));
    assert_eq!(finished.outcome.effects.len(), 1);
}

#[test]
fn a_type_that_is_not_listed_is_refused_by_name() {
    let finished = run(draft(manual("(result f64)", "(i64.trunc_f64_s)")));
    assert_eq!(
        finished.outcome.exit,
        Exit::Refused(RefusalCode::ImportType)
    );
    let report = finished.report.unwrap();
    let reason = report.reasons[0].to_string();
    assert!(
        reason.contains("host_submit_mesh_job (i32, i32) -> (f64)"),
        "{reason}"
    );
    assert!(
        reason.contains("(i32, i32, i32, i32) -> (i64) or (i32, i32) -> (i64)"),
        "{reason}"
    );
}
