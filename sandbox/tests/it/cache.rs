//! Compiled code on disk: used when it is ours, made again when it is not.

use crate::kit::{draft, env, module, sandbox};
use icn_base::run::Exit;
use icn_sandbox::JobDraft;
use std::fs;
use std::path::{Path, PathBuf};

fn job() -> JobDraft {
    draft(module(
        r#"(memory (export "memory") 1) (func (export "run") (result i64) (i64.const 11))"#,
    ))
}

/// Runs the job in a sandbox of its own with this cache, as after a restart.
fn run_with(cache: &Path) {
    let sandbox = sandbox(|settings| settings.cache = Some(cache.to_owned()));
    let finished = sandbox.run(&job().into_run(), &mut env(&job())).unwrap();
    assert_eq!(finished.outcome.exit, Exit::Ok(11));
}

fn entry(cache: &Path) -> PathBuf {
    let module = job().into_run().spec.module;
    cache.join(format!("{module}.compiled"))
}

#[test]
fn an_entry_is_used_again() {
    let cache = tempfile::tempdir().unwrap();
    run_with(cache.path());
    let written = fs::metadata(entry(cache.path()))
        .unwrap()
        .modified()
        .unwrap();
    run_with(cache.path());
    let after = fs::metadata(entry(cache.path()))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(written, after, "it was not written again");
}

#[test]
fn a_module_from_the_cache_runs_as_one_that_was_compiled() {
    let cache = tempfile::tempdir().unwrap();
    // Imports under the table's own types and under an older one, a start function, an entry point
    // that is none.
    let code = module(
        r#"(import "icn" "host_get_reputation" (func $reputation (result i64)))
        (import "icn" "host_write_output" (func $write (param i32 i32) (result i64)))
        (memory (export "memory") 3) (data (i32.const 0) "data")
        (func $start (drop (call $write (i32.const 0) (i32.const 2)))) (start $start)
        (func (export "run") (result i64)
            (drop (call $write (i32.const 2) (i32.const 2))) (call $reputation))
        (func (export "other") (param i32))"#,
    );
    for job in [draft(code.clone()), draft(code).entry("other")] {
        let run = || {
            let sandbox = sandbox(|settings| settings.cache = Some(cache.path().to_owned()));
            let finished = sandbox.run(&job.clone().into_run(), &mut env(&job));
            finished.unwrap().outcome
        };
        let fresh = crate::kit::run(job.clone()).outcome;
        assert_eq!((run(), run()), (fresh.clone(), fresh));
    }
}

#[test]
fn a_damaged_entry_is_made_again() {
    let cache = tempfile::tempdir().unwrap();
    run_with(cache.path());
    let good = fs::read(entry(cache.path())).unwrap();
    let damages: [fn(&mut Vec<u8>); 6] = [
        |bytes| bytes.clear(),
        |bytes| bytes.truncate(31),
        |bytes| bytes.truncate(1_000),
        |bytes| bytes[0] ^= 1,
        |bytes| bytes[5_000] ^= 1,
        |bytes| bytes.push(0),
    ];
    for damage in damages {
        let mut bad = good.clone();
        damage(&mut bad);
        fs::write(entry(cache.path()), &bad).unwrap();
        run_with(cache.path());
        assert_eq!(fs::read(entry(cache.path())).unwrap(), good);
    }
}

#[test]
fn an_entry_of_another_node_is_made_again() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run_with(ours.path());
    run_with(theirs.path());
    fs::copy(entry(theirs.path()), entry(ours.path())).unwrap();
    let foreign = fs::read(entry(ours.path())).unwrap();
    run_with(ours.path());
    assert_ne!(fs::read(entry(ours.path())).unwrap(), foreign);
}

#[test]
fn an_entry_under_another_modules_name_is_not_used() {
    let cache = tempfile::tempdir().unwrap();
    run_with(cache.path());
    let other = draft(module(
        r#"(memory (export "memory") 1) (func (export "run") (result i64) (i64.const 12))"#,
    ));
    let name = format!("{}.compiled", other.clone().into_run().spec.module);
    fs::copy(entry(cache.path()), cache.path().join(name)).unwrap();
    let sandbox = sandbox(|settings| settings.cache = Some(cache.path().to_owned()));
    let finished = sandbox
        .run(&other.clone().into_run(), &mut env(&other))
        .unwrap();
    assert_eq!(finished.outcome.exit, Exit::Ok(12));
}

#[test]
fn a_damaged_key_is_replaced_and_entries_with_it() {
    let cache = tempfile::tempdir().unwrap();
    run_with(cache.path());
    fs::write(cache.path().join("key"), b"short").unwrap();
    run_with(cache.path());
    assert_eq!(fs::read(cache.path().join("key")).unwrap().len(), 32);
}

#[cfg(unix)]
#[test]
fn the_key_is_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let cache = tempfile::tempdir().unwrap();
    run_with(cache.path());
    let mode = fs::metadata(cache.path().join("key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
