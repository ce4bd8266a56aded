//! The bare parts of a job: what no node can save.

#[path = "../../../../replay/examples/lone/lone.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the example's mesh of one can do more than is measured here"
)]
mod lone;

use crate::usage;
use icn_base::run::{Agreement, Input};
use icn_base::{Bytes, Cid, Codec, Domain, JobId, codec};
use icn_ledger::SignedTx;
use icn_sandbox::{MemEnv, Run};
use lone::Lone;
use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

const ECHO: &[u8] = include_bytes!("../../../../examples/wasm/echo.wasm");
/// How often each part is done.
const TIMES: u32 = 4_000;
/// Jobs whose bytes are put on disk at once.
const GROUP: u32 = 100;

/// A job's life, made once.
struct Life {
    lone: Lone,
    txs: Vec<SignedTx>,
    run: Arc<Run>,
    job: JobId,
    /// Bytes of everything that is kept of it.
    kept: Vec<Vec<u8>>,
}

/// Prints what each part takes, and how many times their sum a job takes.
pub(crate) fn table(validators: usize, cpu: Duration) {
    let life = Life::new();
    let nodes = validators as f64;
    // The user signs elsewhere, and every node checks that. A bid, an assignment, a receipt and its
    // transaction are signed by one node and checked by the others.
    let signed = 4.0;
    let checked = nodes + signed * (nodes - 1.0);
    let rows = [
        ("signatures made", signed, life.sign()),
        ("signatures checked", checked, life.verify()),
        ("hash and encode", nodes, life.encode()),
        ("instantiate and run", 1.0, life.execute()),
        (
            "append and sync, a hundred jobs at once",
            nodes,
            life.append(),
        ),
    ];
    println!("\n| bare part | each | times | together |");
    println!("|---|---|---|---|");
    let mut sum = 0.0;
    for (name, times, each) in rows {
        let each = each.as_secs_f64() * 1e6;
        sum += each * times;
        println!(
            "| {name} | {each:.1} us | {times:.0} | {:.0} us |",
            each * times
        );
    }
    let cpu = cpu.as_secs_f64() * 1e6;
    println!("| **all** | | | {sum:.0} us |");
    println!(
        "\nA job takes {cpu:.0} us, {:.1} times its bare parts.\n",
        cpu / sum
    );
}

impl Life {
    fn new() -> Self {
        let mut lone = Lone::new();
        lone.register();
        let from = lone.written().len();
        let input = Input::Inline(Bytes(b"the quick brown fox".to_vec()));
        let mut spec = lone.spec(ECHO, input);
        spec.agreement = Agreement::default();
        spec.fuel_limit = 1_000_000;
        let done = lone.job(spec.clone());
        let owner = lone.keys.did();
        let run = Arc::new(Run {
            job: done.job,
            owner,
            spec,
            code: ECHO.into(),
            input: b"the quick brown fox".as_slice().into(),
            wall_ms: 10_000,
        });
        // The module is kept once for all jobs.
        let kept = lone.written()[from..]
            .iter()
            .map(|block| block.bytes().to_vec());
        let kept: Vec<_> = kept.filter(|bytes| bytes != ECHO).collect();
        let txs = kept.iter().filter_map(|bytes| SignedTx::decode(bytes).ok());
        let txs: Vec<_> = txs.collect();
        assert_eq!(txs.len(), 3, "it is submitted, assigned and settled");
        Self {
            job: done.job,
            lone,
            txs,
            run,
            kept,
        }
    }

    fn sign(&self) -> Duration {
        let (network, bytes) = (self.lone.network(), &self.kept[0]);
        each(|| {
            black_box(self.lone.keys.sign(Domain::Tx, &network, bytes));
        })
    }

    fn verify(&self) -> Duration {
        let (network, bytes) = (self.lone.network(), &self.kept[0]);
        let signature = self.lone.keys.sign(Domain::Tx, &network, bytes);
        let did = self.lone.keys.did();
        each(|| {
            did.verify(Domain::Tx, &network, black_box(bytes), &signature)
                .unwrap()
        })
    }

    /// What is kept of it is written once and named by its hash.
    fn encode(&self) -> Duration {
        each(|| {
            for tx in &self.txs {
                black_box(codec::encode(tx).unwrap());
            }
            for bytes in &self.kept {
                black_box(Cid::of(Codec::DagCbor, bytes));
            }
        })
    }

    fn execute(&self) -> Duration {
        let mut env = MemEnv::new(self.run.owner, self.job);
        each(|| {
            let finished = self.lone.sandbox().run(&self.run, &mut env).unwrap();
            assert!(finished.outcome.exit.is_ok());
        })
    }

    fn append(&self) -> Duration {
        let mut file = tempfile::tempfile().unwrap();
        let bytes = self.kept.concat().repeat(GROUP as usize);
        let before = usage::own();
        for _ in 0..TIMES / GROUP {
            file.write_all(black_box(&bytes)).unwrap();
            file.sync_data().unwrap();
        }
        (usage::own() - before) / TIMES
    }
}

/// CPU time of doing it once, on average.
fn each(mut work: impl FnMut()) -> Duration {
    work();
    let before = usage::own();
    for _ in 0..TIMES {
        work();
    }
    (usage::own() - before) / TIMES
}
