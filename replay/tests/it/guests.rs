//! Guests whose text calls the host and writes every result and answer to the output.

use crate::lone::{Lone, bob, mana};
use icn_abi::{CALLS, ValType};
use icn_base::run::{Grant, Input, JobSpec, Listed};
use icn_base::{Bytes, Codec, JobId};
use icn_dag::Block;
use icn_sandbox::{Sandbox, Settings};
use std::sync::{Arc, LazyLock};

pub(crate) static SANDBOX: LazyLock<Arc<Sandbox>> = LazyLock::new(|| {
    let settings = Settings {
        instances: 4,
        ..Settings::default()
    };
    Arc::new(Sandbox::new(&settings).unwrap())
});

/// A mesh of one whose member takes jobs.
pub(crate) fn mesh() -> Lone {
    mesh_of([1; 32])
}

pub(crate) fn mesh_of(seed: [u8; 32]) -> Lone {
    let mut mesh = Lone::with(Arc::clone(&SANDBOX), seed);
    mesh.register();
    mesh
}

/// One host call of a guest.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    /// A text, and a buffer for the answer.
    Ask(&'static str, String),
    /// A text without a buffer.
    Tell(&'static str, String),
    /// A buffer only.
    Get(&'static str),
    /// A DID and an amount.
    Pay(&'static str, String, u64),
}

/// A module that makes these calls in order.
pub(crate) fn guest(calls: &[Call]) -> Vec<u8> {
    let imports: String = CALLS
        .iter()
        .map(|call| {
            let params: String = call
                .params()
                .map(|ty| match ty {
                    ValType::I32 => " i32",
                    ValType::I64 => " i64",
                })
                .collect();
            let name = call.name;
            format!(r#"(import "icn" "{name}" (func ${name} (param{params}) (result i64)))"#)
        })
        .collect();
    let (mut data, mut body, mut at) = (String::new(), String::new(), 1024);
    let mut text = |text: &str| {
        let bytes: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        data += &format!(r#"(data (i32.const {at}) "{bytes}")"#);
        let place = format!("(i32.const {at}) (i32.const {})", text.len());
        at += text.len();
        place
    };
    const OUT: &str = "(i32.const 131072) (i32.const 65536)";
    for call in calls {
        let made = match call {
            Call::Ask(name, argument) => format!("(call ${name} {} {OUT})", text(argument)),
            Call::Tell(name, argument) => format!("(call ${name} {})", text(argument)),
            Call::Get(name) => format!("(call ${name} {OUT})"),
            Call::Pay(name, to, amount) => {
                format!("(call ${name} {} (i64.const {amount}))", text(to))
            }
        };
        body += &format!("(call $note {made})");
    }
    let module = format!(
        r#"(module {imports} (memory (export "memory") 4) {data}
        (func $note (param $result i64) (local $length i32)
            (i64.store (i32.const 0) (local.get $result))
            (drop (call $host_write_output (i32.const 0) (i32.const 8)))
            (local.set $length (i32.wrap_i64
                (call $host_read_result (i32.const 0) (i32.const 131072) (i32.const 65536))))
            (drop (call $host_write_output (i32.const 131072) (local.get $length))))
        (func (export "run") (result i64) {body} (i64.const 0)))"#
    );
    wat::parse_str(module).unwrap_or_else(|error| panic!("{error}"))
}

/// A job for a guest, with grants for everything and a block that it may read.
pub(crate) fn job(mesh: &mut Lone, calls: &[Call]) -> JobSpec {
    let mut spec = mesh.spec(&guest(calls), Input::Inline(Bytes(b"input".to_vec())));
    let listed = mesh.keep(Block::raw(b"listed".to_vec()).unwrap());
    spec.reads = vec![Listed {
        cid: listed,
        size: 6,
    }];
    spec.grants = vec![
        Grant::ManaSpend {
            limit: mana(100),
            to: None,
        },
        Grant::MeshSubmit {
            count: 3,
            budget: mana(400),
        },
        Grant::DagWrite { bytes: 100_000 },
        Grant::DagRead {},
        Grant::GovernancePropose {
            count: 4,
            fees: mana(25),
        },
    ];
    spec
}

/// The CID of the block that every job of [`job`] lists.
pub(crate) fn listed() -> String {
    icn_base::Cid::of(Codec::Raw, b"listed").to_string()
}

/// A child job as a guest asks for it.
pub(crate) fn child(price: u64, more: &str) -> String {
    let module = icn_base::Cid::of(Codec::Raw, b"child");
    format!(r#"{{"module":"{module}","fuel_limit":1000,"max_price":"{price}"{more}}}"#)
}

/// Every call that the book answers, with answers and with refusals.
pub(crate) fn all_calls(mesh: &Lone, known: &JobId, receipt: &str) -> Vec<Call> {
    let owner = mesh.keys.did().to_string();
    let text = str::to_owned;
    vec![
        Call::Get("host_get_block_info"),
        Call::Tell("host_account_get_mana", String::new()),
        Call::Tell("host_account_get_mana", bob().to_string()),
        Call::Tell("host_account_get_mana", text("nobody")),
        Call::Tell("host_get_reputation", owner.clone()),
        Call::Get("host_get_caller"),
        Call::Get("host_get_job_info"),
        Call::Ask("host_get_parameter", text("tx_fee")),
        Call::Ask("host_get_parameter", text("capacity")),
        Call::Ask("host_get_parameter", text("no_such")),
        Call::Ask("host_get_dag_block", listed()),
        Call::Ask("host_put_dag_block", text("a block of mine")),
        Call::Pay("host_account_spend_mana", String::new(), 7),
        Call::Pay("host_account_spend_mana", owner, 1_000),
        Call::Pay("host_account_credit_mana", bob().to_string(), 11),
        Call::Pay("host_account_credit_mana", String::new(), 1),
        Call::Tell("host_account_get_mana", bob().to_string()),
        Call::Ask("host_submit_mesh_job", child(10, "")),
        Call::Ask("host_submit_mesh_job", child(10, r#","fuel_limit":1"#)),
        Call::Ask("host_submit_mesh_job", child(10_000, "")),
        Call::Get("host_get_pending_mesh_jobs"),
        Call::Ask("host_get_job_status", known.to_string()),
        Call::Ask(
            "host_get_job_status",
            icn_base::Cid::of(Codec::Raw, b"none").to_string(),
        ),
        Call::Ask("host_anchor_receipt", text(receipt)),
        Call::Ask("host_anchor_receipt", text("{}")),
        Call::Ask("host_create_governance_proposal", proposal("first")),
        Call::Ask("host_create_governance_proposal", proposal("second")),
        Call::Ask("host_create_governance_proposal", proposal("one too dear")),
        Call::Ask(
            "host_get_proposal",
            icn_base::Cid::of(Codec::Raw, b"none").to_string(),
        ),
        Call::Get("host_get_job_info"),
    ]
}

/// A proposal as a guest makes it.
pub(crate) fn proposal(title: &str) -> String {
    format!(r#"{{"title":"{title}","kind":{{"text":{{}}}}}}"#)
}
