//! Whole states that somebody made up, with proofs that hold: what cannot stand in any book is not
//! run on, and nothing in it harms the checker.

use crate::guests::{Call, child, job, mesh};
use crate::lone::{Done, Lone, bob, car};
use icn_base::run::{Receipt, Snapshot};
use icn_base::{JobId, codec};
use icn_dag::hamt::Hamt;
use icn_dag::{Block, MemStore};
use icn_governance::Parameter;
use icn_ledger::{Header, Key};
use icn_replay::{CannotTell, Verdict, verify};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Rows = BTreeMap<Key, Vec<u8>>;

/// A run that changes what it can, and every row of its snapshot.
fn sample() -> (Lone, Done, Rows) {
    let mut mesh = mesh();
    let calls = [
        Call::Tell("host_account_get_mana", bob().to_string()),
        Call::Pay("host_account_spend_mana", String::new(), 3),
        Call::Pay("host_account_credit_mana", bob().to_string(), 4),
        Call::Ask("host_submit_mesh_job", child(10, "")),
        Call::Get("host_get_pending_mesh_jobs"),
    ];
    let spec = job(&mut mesh, &calls);
    let done = mesh.job(spec);
    let rows = done.snapshot.keys();
    let rows = rows
        .map(|key| (key, done.snapshot.row(&key).unwrap()))
        .collect();
    (mesh, done, rows)
}

/// The file of a receipt on a state of these rows, by the member who would gain by it.
fn file(mesh: &Lone, done: &Done, rows: &Rows) -> Option<Vec<u8>> {
    let (mut map, nowhere) = (Hamt::new(), MemStore::default());
    for (key, row) in rows {
        map.set_raw(&nowhere, &key.to_bytes(), row).ok()?;
    }
    let (root, mut blocks) = map.flush();
    let next = Header {
        state: root,
        ..done.next
    };
    let mut claim = done.receipt.claim.clone();
    claim.snapshot = Snapshot {
        root,
        ..claim.snapshot
    };
    let receipt: Receipt = mesh.sign_claim(claim);
    let receipt = Block::cbor(&receipt).unwrap();
    let module = icn_dag::Blocks::get(&mesh.blocks, &done.receipt.claim.module);
    let roots = [*receipt.cid(), *next.block().cid()];
    blocks.extend([receipt, next.block(), done.header.block()]);
    blocks.extend(module.unwrap());
    Some(car(&roots, &blocks))
}

fn judged(mesh: &Lone, done: &Done, rows: &Rows) -> Verdict {
    verify(&file(mesh, done, rows).unwrap()[..], mesh.sandbox(), 60_000)
}

/// A row, changed in its JSON.
fn change<T: serde::de::DeserializeOwned + serde::Serialize>(
    rows: &mut Rows,
    key: Key,
    change: impl FnOnce(&mut Value),
) {
    let row: T = codec::decode(&rows[&key]).unwrap();
    let mut json = serde_json::to_value(&row).unwrap();
    change(&mut json);
    let row: T = serde_json::from_value(json).unwrap();
    rows.insert(key, codec::encode(&row).unwrap());
}

type Forgery = fn(&mut Rows, &Lone, JobId);

/// What no book says.
const FORGERIES: [(&str, Forgery); 8] = [
    ("more is held than there is", |rows, mesh, _| {
        let key = Key::Account(mesh.keys.did());
        change::<icn_ledger::Actor>(rows, key, |row| row["account"]["total"] = json!("1"));
    }),
    ("more is held for the job than is held", |rows, mesh, _| {
        let key = Key::Account(mesh.keys.did());
        change::<icn_ledger::Actor>(rows, key, |row| row["account"]["held"] = json!("1"));
    }),
    ("more has left the hold than was in it", |rows, _, job| {
        change::<icn_ledger::Job>(rows, Key::Job(job), |row| {
            row["hold"]["paid"] = json!("99999")
        });
    }),
    ("the treasury has more than was made", |rows, _, _| {
        change::<icn_ledger::state::Chain>(rows, Key::Chain, |row| {
            row["supply"]["treasury"] = json!("9223372036854775807");
        });
    }),
    ("more was made than there can be", |rows, _, _| {
        change::<icn_ledger::state::Chain>(rows, Key::Chain, |row| {
            row["supply"]["genesis"] = json!("9223372036854775807");
            row["supply"]["regenerated"] = json!("9223372036854775807");
        });
    }),
    ("a payee is richer than the world", |rows, _, _| {
        change::<icn_ledger::Actor>(rows, Key::Account(bob()), |row| {
            row["account"]["total"] = json!("9223372036854775807");
        });
    }),
    ("a parameter is out of its bounds", |rows, _, _| {
        let key = Key::Parameter(Parameter::TxFee);
        rows.insert(key, codec::encode(&u64::MAX).unwrap());
    }),
    ("a row is no row", |rows, mesh, _| {
        rows.insert(
            Key::Account(mesh.keys.did()),
            codec::encode(&"mine").unwrap(),
        );
    }),
];

#[test]
fn books_that_do_not_add_up_are_not_run_on() {
    let (mesh, done, rows) = sample();
    assert!(matches!(judged(&mesh, &done, &rows), Verdict::Valid(_)));
    for (what, forge) in FORGERIES {
        let mut rows = rows.clone();
        forge(&mut rows, &mesh, done.job);
        let verdict = judged(&mesh, &done, &rows);
        assert!(
            matches!(verdict, Verdict::CannotTell(CannotTell::Lacking(_))),
            "{what}: {verdict:?}"
        );
    }
}

/// A state with a friendlier past holds together, but another header fixes it, and the verdict says
/// which: the chain has no such block.
#[test]
fn a_state_that_could_be_is_valid_on_its_own_header_only() {
    let (mesh, done, mut rows) = sample();
    change::<icn_ledger::Actor>(&mut rows, Key::Account(bob()), |row| {
        row["nonce"] = json!(5)
    });
    let Verdict::Valid(grounds) = judged(&mesh, &done, &rows) else {
        panic!("the run does not read that")
    };
    assert_ne!(grounds.fixed_by, *done.next.block().cid());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Rows with wounds, under proofs that hold: some verdict, and no harm.
    #[test]
    fn wounded_rows_get_a_verdict(
        which in any::<prop::sample::Index>(),
        wounds in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let (mesh, done, mut rows) = sample();
        let wounded = [
            Key::Chain,
            Key::Job(done.job),
            Key::Account(mesh.keys.did()),
            Key::Account(bob()),
            Key::Parameter(Parameter::Capacity),
        ];
        let row = rows.get_mut(which.get(&wounded)).unwrap();
        for (at, byte) in wounds {
            *at.get_mut(row) = byte;
        }
        if let Some(file) = file(&mesh, &done, &rows) {
            let _verdict = verify(&file[..], mesh.sandbox(), 60_000);
        }
    }
}
