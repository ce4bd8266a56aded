//! What the tests share: guests that import every host call, and one way to run them.

use icn_abi::{CALLS, Call, ValType};
use icn_base::run::{Exit, Grant, Journal, TrapCode};
use icn_base::{Did, Keypair, Mana, codec};
use icn_sandbox::{Account, Backend, Finished, JobDraft, MemEnv, NodeFault, Sandbox, Settings};
use std::sync::LazyLock;

/// One sandbox for all tests, as a node has one for all jobs.
pub(crate) static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| sandbox(|_| {}));

pub(crate) fn sandbox(change: impl FnOnce(&mut Settings)) -> Sandbox {
    let mut settings = Settings {
        instances: 8,
        ..Settings::default()
    };
    change(&mut settings);
    Sandbox::new(&settings).unwrap()
}

pub(crate) fn interpreter() -> Sandbox {
    sandbox(|settings| settings.backend = Backend::Interpreter)
}

/// A guest that imports every host call by its name, with two pages of memory and this inside.
pub(crate) fn guest(fields: &str) -> Vec<u8> {
    let imports: String = CALLS.iter().map(import).collect();
    module(&format!(
        "{imports} (memory (export \"memory\") 2) {fields}"
    ))
}

/// A guest whose entry point is this body, an i64.
pub(crate) fn body(body: &str) -> Vec<u8> {
    guest(&format!(r#"(func (export "run") (result i64) {body})"#))
}

pub(crate) fn module(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {fields})")).unwrap_or_else(|error| panic!("{error}"))
}

fn import(call: &Call) -> String {
    let params: String = call.params().map(spell).collect();
    format!(
        r#"(import "icn" "{0}" (func ${0} (param {params}) (result i64)))"#,
        call.name
    )
}

fn spell(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => " i32",
        ValType::I64 => " i64",
    }
}

pub(crate) fn draft(code: Vec<u8>) -> JobDraft {
    JobDraft::new(code)
        .owner(owner())
        .fuel(100_000_000)
        .pages(16)
}

/// The job's owner: 1,000 mana, reputation 7.
pub(crate) fn owner() -> Did {
    Keypair::from_seed([1; 32]).did()
}

pub(crate) fn other() -> Did {
    Keypair::from_seed([2; 32]).did()
}

pub(crate) fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

pub(crate) fn env(draft: &JobDraft) -> MemEnv {
    let run = draft.clone().into_run();
    let mut env = MemEnv::new(run.owner, run.job);
    env.accounts.insert(
        owner(),
        Account {
            mana: mana(1_000),
            reputation: 7,
        },
    );
    env
}

pub(crate) fn run(draft: JobDraft) -> Finished {
    let mut env = env(&draft);
    SANDBOX.run(&draft.into_run(), &mut env).unwrap()
}

pub(crate) fn run_in(draft: JobDraft, env: &mut MemEnv) -> Finished {
    SANDBOX.run(&draft.into_run(), env).unwrap()
}

pub(crate) fn fault(draft: JobDraft) -> NodeFault {
    let mut env = env(&draft);
    SANDBOX.run(&draft.into_run(), &mut env).unwrap_err()
}

/// The exit of a guest with this entry point, without grants.
pub(crate) fn exit(code: &str) -> Exit {
    run(draft(body(code))).outcome.exit
}

pub(crate) fn granted(code: &str, grants: &[Grant]) -> Finished {
    let draft = grants
        .iter()
        .cloned()
        .fold(draft(body(code)), JobDraft::grant);
    run(draft)
}

pub(crate) fn trap(code: TrapCode) -> Exit {
    Exit::Trap(code)
}

pub(crate) fn refused(class: icn_abi::Class) -> Exit {
    Exit::Ok(class.result())
}

pub(crate) fn journal(finished: &Finished) -> Journal {
    codec::decode(finished.journal.bytes()).unwrap()
}
