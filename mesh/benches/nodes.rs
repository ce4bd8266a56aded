//! What order costs: nodes in one thread over perfect links and disks that cost nothing, so that
//! what is measured is the code. Beside it, in the same run, what must be paid in any case: one
//! check of each transaction's signature on each node.
//!
//! `cargo bench -p icn-mesh --bench nodes`
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads the clock and prints"
)]

use icn_base::{Did, Keypair, Mana, Time};
use icn_dag::{Batch, MemStore, Store};
use icn_ledger::{Action, Genesis, GenesisAccount, SignedTx, TxBody};
use icn_mesh::{Ask, Effect, Gossip, Input, Mesh, Setup, Waiting};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

const ACCOUNTS: u64 = 64;
/// Transactions of an account that are given at once.
const AT_ONCE: u64 = 32;
const ROUNDS: u64 = 8;

fn keys(number: u64) -> Keypair {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    Keypair::from_seed(seed)
}

fn at(ms: u64) -> Time {
    Time::from_ms(ms).expect("a bench is short")
}

fn genesis(validators: u64) -> Genesis {
    let mana = Mana::new(1_000_000).expect("an amount");
    let account = |number, power| GenesisAccount {
        did: keys(number).did(),
        mana,
        member: power > 0,
        power,
    };
    let nodes = (0..validators).map(|number| account(number, 1));
    let users = (0..ACCOUNTS).map(|number| account(1_000 + number, 0));
    let mut accounts: Vec<_> = nodes.chain(users).collect();
    accounts.sort_by_key(|account| account.did);
    Genesis {
        time: at(1_000),
        accounts,
        development: true,
        ..Genesis::default()
    }
}

struct Net {
    meshes: Vec<Mesh>,
    disks: Vec<MemStore>,
    names: BTreeMap<Did, usize>,
    genesis: Genesis,
    queue: VecDeque<(usize, Input)>,
    asks: BTreeMap<u64, (usize, u64)>,
    tickets: u64,
    now: Time,
    blocks: u64,
    steps: u64,
}

impl Net {
    fn new(count: u64) -> Self {
        let (genesis, now) = (genesis(count), at(10_000));
        let disks: Vec<_> = (0..count).map(|_| MemStore::default()).collect();
        let open = |(number, disk): (u64, &MemStore)| {
            let setup = Setup {
                checkpoint_heights: 1_000_000,
                ..Setup::new(keys(number), genesis.clone())
            };
            Mesh::open(setup, disk, now).expect("an empty disk is a beginning")
        };
        let meshes: Vec<_> = (0..count).zip(&disks).map(open).collect();
        let names = meshes.iter().map(Mesh::did).zip(0..).collect();
        let mut net = Self {
            meshes,
            disks,
            names,
            genesis,
            queue: VecDeque::new(),
            asks: BTreeMap::new(),
            tickets: 0,
            now,
            blocks: 0,
            steps: 0,
        };
        for node in 0..net.meshes.len() {
            for other in (0..net.meshes.len()).filter(|other| *other != node) {
                let joined = Input::Joined(net.meshes[other].did());
                net.queue.push_back((node, joined));
            }
        }
        net.settle();
        net
    }

    fn settle(&mut self) {
        while !self.queue.is_empty() {
            for node in 0..self.meshes.len() {
                let (mine, others) = self.queue.drain(..).partition(|(to, _)| *to == node);
                self.queue = others;
                let mine: VecDeque<(usize, Input)> = mine;
                if mine.is_empty() {
                    continue;
                }
                self.steps += mine.len() as u64;
                for (_, input) in mine {
                    let handled = self.meshes[node].handle(input, self.now, &self.disks[node]);
                    handled.expect("the disk has everything");
                }
                self.rest(node);
            }
        }
    }

    fn rest(&mut self, node: usize) {
        let out = self.meshes[node].rest(self.now, &self.disks[node]);
        let out = out.expect("the disk has everything");
        let from = self.meshes[node].did();
        let mut batch = Batch::of(out.keep.blocks);
        batch.names = out.keep.names;
        self.disks[node]
            .commit(batch)
            .expect("memory does not fail");
        for effect in out.effects {
            match effect {
                Effect::Gossip(gossip) => self.gossip(node, from, &gossip),
                Effect::Ask { id, to, ask } => {
                    self.tickets += 1;
                    self.asks.insert(self.tickets, (node, id));
                    let ask = Ask::read(&ask.encode()).expect("our own question");
                    let ticket = self.tickets;
                    let asked = Input::Asked { from, ask, ticket };
                    self.queue.push_back((self.names[&to], asked));
                }
                Effect::Answer { ticket, answer } => {
                    if let Some((asker, id)) = self.asks.remove(&ticket) {
                        let answer = Some(answer);
                        self.queue
                            .push_back((asker, Input::Answered { id, answer }));
                    }
                }
                Effect::Decided(_) if node == 0 => self.blocks += 1,
                _ => {}
            }
        }
    }

    /// Every node reads the bytes and checks the signatures for itself.
    fn gossip(&mut self, node: usize, from: Did, gossip: &Gossip) {
        let network = self.genesis.network();
        let bytes = gossip.encode();
        for other in (0..self.meshes.len()).filter(|other| *other != node) {
            let heard = Gossip::read(&bytes, gossip.topic(), &network);
            let heard = heard.expect("an honest message");
            let ticket = 0;
            self.queue.push_back((
                other,
                Input::Heard {
                    from,
                    heard,
                    ticket,
                },
            ));
        }
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now.after_ms(ms).expect("a bench is short");
        loop {
            self.settle();
            let next = self.meshes.iter().filter_map(Mesh::next_deadline).min();
            let Some(next) = next.filter(|next| *next <= end) else {
                break;
            };
            self.now = self.now.after_ms(1).expect("a bench is short").max(next);
            for node in 0..self.meshes.len() {
                self.queue.push_back((node, Input::Tick));
            }
        }
        self.now = end;
    }
}

fn transfers(net: &Net, round: u64) -> Vec<SignedTx> {
    let to = keys(0).did();
    let network = net.genesis.network();
    let valid_until = at(500_000);
    let of = |account: u64| {
        (0..AT_ONCE).map(move |place| {
            let keys = keys(1_000 + account);
            let body = TxBody {
                network,
                from: keys.did(),
                nonce: Some(round * AT_ONCE + place),
                valid_until,
                action: Action::Transfer {
                    to,
                    amount: Mana::new(1).expect("an amount"),
                    memo: String::new(),
                },
            };
            SignedTx::sign(body, &keys)
        })
    };
    (0..ACCOUNTS).flat_map(of).collect()
}

fn measure(count: u64) {
    let mut net = Net::new(count);
    let all: Vec<_> = (0..ROUNDS).map(|round| transfers(&net, round)).collect();
    let network = net.genesis.network();
    let txs = ROUNDS * ACCOUNTS * AT_ONCE;

    let begin = Instant::now();
    for tx in all.iter().flatten() {
        tx.clone().verify(&network).expect("it is signed");
    }
    let bare = begin.elapsed();

    let begin = Instant::now();
    for round in all {
        let taken = round.into_iter().map(|tx| Waiting::new(tx, &network));
        let taken: Result<Vec<_>, _> = taken.collect();
        let txs = taken.expect("they are signed");
        net.queue.push_back((0, Input::Submit { txs, ticket: 1 }));
        net.pass(1_000);
    }
    let whole = begin.elapsed();
    let sent = net.meshes[0].state().actor(&keys(1_000).did());
    assert_eq!(
        sent.map(|actor| actor.nonce),
        Some(ROUNDS * AT_ONCE),
        "all were decided"
    );

    let per = |time: Duration, by: u64| time.as_secs_f64() * 1e6 / by as f64;
    println!(
        "nodes={count} txs={txs} blocks={} steps={} | {:.0} tx/s, {:.0} blocks/s, {:.0} steps/s | {:.1} us a \
         transaction and node, {:.1} us a bare check, ratio {:.2}",
        net.blocks,
        net.steps,
        txs as f64 / whole.as_secs_f64(),
        net.blocks as f64 / whole.as_secs_f64(),
        net.steps as f64 / whole.as_secs_f64(),
        per(whole, txs * count),
        per(bare, txs),
        per(whole, txs * count) / per(bare, txs),
    );
}

/// One transaction a block: what a block costs.
fn blocks(count: u64) {
    let mut net = Net::new(count);
    let network = net.genesis.network();
    let txs: Vec<_> = (0..2)
        .flat_map(|round| transfers(&net, round))
        .take(1_000)
        .collect();
    let begin = Instant::now();
    for tx in txs {
        let txs = vec![Waiting::new(tx, &network).expect("it is signed")];
        net.queue.push_back((0, Input::Submit { txs, ticket: 1 }));
        net.pass(30);
    }
    let whole = begin.elapsed();
    println!(
        "nodes={count} blocks={} | {:.0} blocks/s, {:.2} ms of CPU a block and node",
        net.blocks,
        net.blocks as f64 / whole.as_secs_f64(),
        whole.as_secs_f64() * 1e3 / (net.blocks * count) as f64
    );
}

fn main() {
    for count in [1, 4] {
        measure(count);
        blocks(count);
    }
}
