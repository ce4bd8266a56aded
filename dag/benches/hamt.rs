//! What a state commitment costs, beside what it cannot cost less than: the hash of the bytes that
//! it writes, and the signatures of the block whose changes it takes in.
//!
//! `cargo bench -p icn-dag --bench hamt` ends with a table of ratios, measured in one run.

#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time and prints it"
)]

use criterion::{BatchSize, Criterion};
use icn_base::{Cid, Codec, Did, Domain, Keypair, NetworkId, Signature};
use icn_dag::hamt::{Hamt, verify};
use icn_dag::{Block, MemStore};
use serde::Serialize;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ACCOUNTS: u64 = 1_000_000;
const CHANGES: u64 = 1_000;
const UPDATES: usize = 10_000;

/// About what the ledger keeps of an account.
#[derive(Serialize)]
struct Account {
    total: u64,
    held: u64,
    bonded: u64,
    index: u64,
    nonce: u64,
}

fn account(number: u64, nonce: u64) -> Account {
    Account {
        total: 10_000 + number,
        held: number % 500,
        bonded: number % 10,
        index: 1_000_000 + nonce,
        nonce,
    }
}

/// A tag and a public key, as the ledger has them; spread by hashing, as keys are.
fn key(number: u64) -> [u8; 33] {
    let mut key = [b'a'; 33];
    key[1..].copy_from_slice(Cid::of(Codec::Raw, &number.to_le_bytes()).digest());
    key
}

/// A map that is in memory reads no blocks.
fn none() -> MemStore {
    MemStore::default()
}

/// Gives every key another account than it has with another nonce.
fn set(map: &mut Hamt, keys: &[[u8; 33]], nonce: u64) {
    for (number, key) in (0..).zip(keys) {
        map.set(&none(), key, &account(number, nonce)).unwrap();
    }
}

/// A signature that holds, and what it is over.
struct Signed {
    did: Did,
    bytes: Vec<u8>,
    signature: Signature,
}

fn network() -> NetworkId {
    NetworkId::new(Cid::of(Codec::Raw, b"genesis"))
}

fn signed(number: u64) -> Signed {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let (keys, bytes) = (Keypair::from_seed(seed), vec![1; 200]);
    Signed {
        did: keys.did(),
        signature: keys.sign(Domain::Tx, &network(), &bytes),
        bytes,
    }
}

fn check(signed: &[Signed]) {
    for one in signed {
        one.did
            .verify(Domain::Tx, &network(), &one.bytes, &one.signature)
            .unwrap();
    }
}

fn hash(blocks: &[Block]) {
    for block in blocks {
        black_box(Cid::of(Codec::DagCbor, block.bytes()));
    }
}

/// The median of some runs. What `before` makes is not measured, nor what drops it.
fn median<T, R>(mut before: impl FnMut() -> T, mut run: impl FnMut(&mut T) -> R) -> Duration {
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let mut input = before();
            let start = Instant::now();
            let result = black_box(run(&mut input));
            let time = start.elapsed();
            drop((result, input));
            time
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn operations(criterion: &mut Criterion, large: &Hamt, updated: &[[u8; 33]], changed: &[[u8; 33]]) {
    criterion.bench_function("hamt::update_and_root/count=10000", |bencher| {
        let update = |mut map: Hamt| {
            set(&mut map, updated, 0);
            (map.flush(), map)
        };
        bencher.iter_batched(Hamt::new, update, BatchSize::PerIteration);
    });
    criterion.bench_function("hamt::update_and_root/of=1000000,count=1000", |bencher| {
        let mut nonce = 0;
        let scratch = || {
            nonce += 1;
            (large.clone(), nonce)
        };
        let update = |(mut map, nonce)| {
            set(&mut map, changed, nonce);
            (map.flush(), map)
        };
        bencher.iter_batched(scratch, update, BatchSize::PerIteration);
    });
    criterion.bench_function("hamt::get/of=1000000", |bencher| {
        bencher.iter(|| large.get_raw(&none(), &changed[7]).unwrap());
    });
    criterion.bench_function("hamt::proof/of=1000000", |bencher| {
        bencher.iter(|| large.proof(&none(), &changed[7]).unwrap());
    });
    let root = *large.root().unwrap();
    let proof = large.proof(&none(), &changed[7]).unwrap();
    criterion.bench_function("hamt::verify/of=1000000", |bencher| {
        bencher.iter(|| verify(&root, &changed[7], &proof).unwrap());
    });
}

fn row(name: &str, time: Duration, beside: &str, floor: Duration) {
    let ratio = time.as_secs_f64() / floor.as_secs_f64();
    println!("| {name} | {time:.2?} | {beside} | {floor:.2?} | {ratio:.2} |");
}

fn bytes_of(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| block.bytes().len()).sum()
}

fn ratios(large: &mut Hamt, updated: &[[u8; 33]], changed: &[[u8; 33]]) {
    println!("\n| what | time | beside | time | ratio |\n|---|---|---|---|---|");
    let mut blocks = Vec::new();
    let time = median(Hamt::new, |map| {
        set(map, updated, 0);
        blocks = map.flush().1;
    });
    let floor = median(
        || (),
        |()| {
            hash(&blocks);
            for key in updated {
                black_box(Cid::of(Codec::Raw, key));
            }
        },
    );
    row(
        "10,000 updates and their root",
        time,
        "sha2-256 of the keys and blocks",
        floor,
    );

    let mut nonce = 1_000_000;
    let mut next = || {
        nonce += 1;
        nonce
    };
    let signed: Vec<Signed> = (0..CHANGES).map(signed).collect();
    let signatures = median(|| (), |()| check(&signed));
    let name = "1,000 changes on 1,000,000 and the root, beside a clone";
    let time = median(
        || (large.clone(), next()),
        |(map, nonce)| {
            set(map, changed, *nonce);
            map.flush()
        },
    );
    row(name, time, "1,000 strict verifications", signatures);
    let name = "1,000 changes on 1,000,000 and the root, in place";
    let time = median(&mut next, |nonce| {
        set(large, changed, *nonce);
        blocks = large.flush().1;
    });
    row(name, time, "1,000 strict verifications", signatures);
    let floor = median(|| (), |()| hash(&blocks));
    row(name, time, "sha2-256 of the blocks", floor);
    println!(
        "\nThe changes wrote {} blocks, {} bytes.",
        blocks.len(),
        bytes_of(&blocks)
    );
    let proof = large.proof(&none(), &changed[7]).unwrap();
    println!(
        "A proof has {} blocks, {} bytes.",
        proof.len(),
        bytes_of(&proof)
    );
}

/// Bytes that this process holds, where the system tells.
fn resident() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = pages.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

fn main() {
    let keys: Vec<_> = (0..ACCOUNTS).map(key).collect();
    let changed: Vec<_> = (0..CHANGES).map(|number| key(number * 997)).collect();
    let before = resident();
    let mut large = Hamt::new();
    set(&mut large, &keys, 0);
    if let (Some(before), Some(after)) = (before, resident()) {
        println!("{} bytes of memory per entry", (after - before) / ACCOUNTS);
    }
    drop(large.flush());
    let updated = &keys[..UPDATES];
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    operations(&mut criterion, &large, updated, &changed);
    criterion.final_summary();
    ratios(&mut large, updated, &changed);
}
