//! Host calls as a guest makes them: each with something to do, and most with little and with much.

use icn_abi::{CALLS, Call, ValType};
use icn_base::run::{Claim, Exit, Grant, JobState, JobStatus, Outcome, Receipt, Snapshot};
use icn_base::{Cid, Codec, Domain, JobId, Keypair, Mana, NetworkId, Time};
use icn_sandbox::{Account, JobDraft, MemEnv};
use std::fmt::Write;

/// Where texts lie in the guest's memory of 4 pages, and where answers go.
const TEXTS: usize = 65_536;
const OUT: &str = "(i32.const 131072) (i32.const 131072)";

/// One host call, some number of times.
pub(crate) struct Priced {
    pub(crate) name: String,
    pub(crate) number: u16,
    call: String,
    /// As often as its bounds allow, up to some thousands.
    pub(crate) times: u32,
}

impl Priced {
    /// A job that makes the call this many times.
    pub(crate) fn job(&self, times: u32) -> JobDraft {
        let imports: String = CALLS.iter().map(import).collect();
        let mut data = Vec::new();
        texts().iter().for_each(|text| data.extend_from_slice(text));
        let data = data.iter().fold(String::new(), |mut text, byte| {
            write!(text, "\\{byte:02x}").unwrap();
            text
        });
        let text = format!(
            r#"(module {imports} (memory (export "memory") 4) (data (i32.const {TEXTS}) "{data}")
            (func (export "run") (result i64) (local $left i32) (local $sum i64)
              (local.set $left (i32.const {times}))
              (drop (call $host_read_input (i32.const 0) (i32.const 0)))
              (block $done (loop $again
                (br_if $done (i32.eqz (local.get $left)))
                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                (local.set $sum (i64.or (local.get $sum) {}))
                (br $again)))
              (local.get $sum)))"#,
            self.call
        );
        let limit = Mana::new(1_000_000).unwrap();
        let draft = JobDraft::new(wat::parse_str(text).unwrap())
            .owner(owner())
            .fuel(1 << 50)
            .input(&vec![7; 65_536])
            .grant(Grant::ManaSpend { limit, to: None })
            .grant(Grant::MeshSubmit {
                count: 16,
                budget: limit,
            })
            .grant(Grant::DagWrite { bytes: 1 << 40 })
            .grant(Grant::DagRead {});
        blocks().iter().fold(draft, |draft, block| {
            draft.read(Cid::of(Codec::Raw, block), block.len() as u64)
        })
    }
}

/// A book in which every call finds what it asks for.
pub(crate) fn env(draft: &JobDraft) -> MemEnv {
    let run = draft.clone().into_run();
    let mut env = MemEnv::new(run.owner, run.job);
    let mana = Mana::new(1_000_000).unwrap();
    env.accounts.insert(
        owner(),
        Account {
            mana,
            reputation: 7,
        },
    );
    env.parameters
        .insert("quorum".to_owned(), "\"1/2\"".to_owned());
    let (job, state) = (job(), JobState::Late);
    let (claim, output) = (None, None);
    env.jobs.insert(
        job,
        JobStatus {
            job,
            state,
            claim,
            output,
        },
    );
    for block in blocks() {
        env.blocks.insert(Cid::of(Codec::Raw, &block), block);
    }
    env
}

/// Every call whose work is done here. What governance costs is the ledger's work, which a book in
/// memory does not do.
pub(crate) fn all() -> Vec<Priced> {
    let texts = texts();
    // Pointer and length of a text.
    let at = |index: usize| {
        let before: usize = texts[..index].iter().map(Vec::len).sum();
        format!(
            "(i32.const {}) (i32.const {})",
            TEXTS + before,
            texts[index].len()
        )
    };
    let [did, spec, receipt, small, large] = [0, 1, 2, 3, 4].map(at);
    let [id, parameter, message, signature, signer] = [5, 6, 7, 8, 9].map(at);
    let (few, much) = (
        "(i32.const 0) (i32.const 64)",
        "(i32.const 0) (i32.const 65536)",
    );
    let rows = [
        (0, "", String::new(), 10_000),
        (1, "64 B", format!("(i32.const 2) {few}"), 800),
        (
            1,
            "16 KiB",
            "(i32.const 2) (i32.const 0) (i32.const 16384)".to_owned(),
            3,
        ),
        (2, "", OUT.to_owned(), 5_000),
        (3, "64 B", format!("{few} {OUT}"), 250),
        (3, "64 KiB", format!("{much} {OUT}"), 250),
        (4, "64 B", format!("{small} {OUT}"), 5_000),
        (4, "64 KiB", format!("{large} {OUT}"), 1_000),
        (5, "", String::new(), 10_000),
        (6, "64 B", few.to_owned(), 10_000),
        (6, "64 KiB", much.to_owned(), 100),
        (7, "64 KiB", OUT.to_owned(), 1_000),
        (8, "64 B", few.to_owned(), 10_000),
        (8, "64 KiB", much.to_owned(), 200),
        (9, "64 B", format!("(i32.const 0) {few}"), 10_000),
        (10, "", did.clone(), 5_000),
        (11, "", format!("{did} (i64.const 1)"), 250),
        (12, "", format!("{signer} (i64.const 1)"), 250),
        (13, "", OUT.to_owned(), 10_000),
        (14, "", OUT.to_owned(), 2_000),
        (15, "", format!("{parameter} {OUT}"), 5_000),
        (16, "", format!("{spec} {OUT}"), 16),
        (22, "", OUT.to_owned(), 5_000),
        (23, "", format!("{receipt} {OUT}"), 250),
        (24, "", did.clone(), 5_000),
        (27, "", format!("{id} {OUT}"), 5_000),
        (32, "64 B", format!("{few} {OUT}"), 10_000),
        (32, "64 KiB", format!("{much} {OUT}"), 100),
        (33, "", format!("{signer} {message} {signature}"), 500),
    ];
    rows.map(|(number, size, arguments, times)| {
        let row = icn_abi::by_number(number).unwrap();
        Priced {
            name: format!("{number} {} {size}", row.name.trim_start_matches("host_")),
            number,
            call: format!("(call ${} {arguments})", row.name),
            times,
        }
    })
    .into()
}

fn import(call: &Call) -> String {
    let spell = |ty| match ty {
        ValType::I32 => " i32",
        ValType::I64 => " i64",
    };
    let params: String = call.params().map(spell).collect();
    format!(
        r#"(import "icn" "{0}" (func ${0} (param{params}) (result i64)))"#,
        call.name
    )
}

fn owner() -> icn_base::Did {
    Keypair::from_seed([1; 32]).did()
}

fn job() -> JobId {
    JobId::new(Cid::of(Codec::Raw, b"job"))
}

fn blocks() -> [Vec<u8>; 2] {
    [vec![1; 64], vec![2; 65_536]]
}

/// What calls want to hear.
fn texts() -> [Vec<u8>; 10] {
    let module = Cid::of(Codec::Raw, b"child");
    let spec = format!(r#"{{"module":"{module}","fuel_limit":1000,"max_price":"3"}}"#);
    let [small, large] = blocks().map(|block| Cid::of(Codec::Raw, &block).to_string());
    let keys = Keypair::from_seed([2; 32]);
    let network = NetworkId::new(Cid::of(Codec::Raw, b"icn in memory"));
    let signature = keys.sign(Domain::Tx, &network, b"words");
    // What a signature is over begins with its domain and its network.
    let mut message = b"\x08icn/tx/1".to_vec();
    message.extend_from_slice(&network.cid().to_bytes());
    message.extend_from_slice(b"words");
    [
        owner().to_string().into_bytes(),
        spec.into_bytes(),
        serde_json::to_vec(&receipt()).unwrap(),
        small.into_bytes(),
        large.into_bytes(),
        job().to_string().into_bytes(),
        b"quorum".to_vec(),
        message,
        signature.as_bytes().to_vec(),
        keys.did().to_string().into_bytes(),
    ]
}

fn receipt() -> Receipt {
    let cid = |text: &str| Cid::of(Codec::Raw, text.as_bytes());
    let outcome = Outcome {
        exit: Exit::Ok(0),
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
    let claim = Claim::new(job(), cid("module"), cid("input"), snapshot, outcome);
    let keys = Keypair::from_seed([3; 32]);
    let network = NetworkId::new(cid("icn in memory"));
    Receipt::sign(claim, Time::ZERO, Time::ZERO, &keys, &network).unwrap()
}
