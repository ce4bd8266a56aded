//! What deciding costs: all the work of all validators for one height, over links that take no
//! time and disks that take none.

#![allow(missing_docs, reason = "benches")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use icn_base::order::{Signed, Step, Vote};
use icn_base::{Cid, Codec, Keypair, NetworkId, Time};
use icn_consensus::{Consensus, Effect, Input, Pace, Validators};
use std::collections::VecDeque;
use std::hint::black_box;

struct Mesh {
    nodes: Vec<Consensus>,
    validators: Validators,
    height: u64,
}

fn network() -> NetworkId {
    NetworkId::new(Cid::of(Codec::Raw, b"a mesh"))
}

impl Mesh {
    fn new(count: u8) -> Self {
        let keys = || (0..count).map(|seed| Keypair::from_seed([seed; 32]));
        Self {
            nodes: keys()
                .map(|keys| Consensus::new(keys, network(), None, Vec::new()))
                .collect(),
            validators: Validators::new(keys().map(|keys| (keys.did(), 1))).expect("some"),
            height: 0,
        }
    }

    /// Begins a height at every node and runs until every one has decided it.
    fn decide(&mut self) -> usize {
        self.height += 1;
        let height = self.height;
        let block = Cid::of(Codec::DagCbor, &height.to_be_bytes());
        let mut queue = VecDeque::new();
        for node in 0..self.nodes.len() {
            let begin = Input::Begin {
                height,
                validators: self.validators.clone(),
                pace: Pace::default(),
            };
            queue.extend([(node, begin), (node, Input::Work)]);
        }
        let mut decided = 0;
        while let Some((node, input)) = queue.pop_front() {
            let out = self.nodes[node].handle(input, Time::ZERO).expect("sound");
            for effect in out.effects {
                match effect {
                    Effect::Send(message) => {
                        let others = (0..self.nodes.len()).filter(|other| *other != node);
                        queue.extend(others.map(|other| (other, Input::Heard(message.clone()))));
                    }
                    Effect::Propose { round, .. } => queue.push_back((
                        node,
                        Input::Propose {
                            height,
                            round,
                            block,
                        },
                    )),
                    Effect::Judge { block, .. } => queue.push_back((
                        node,
                        Input::Judged {
                            height,
                            block,
                            valid: true,
                        },
                    )),
                    Effect::Decided(_) => decided += 1,
                    _ => {}
                }
            }
        }
        assert_eq!(decided, self.nodes.len());
        decided
    }
}

fn decide(c: &mut Criterion) {
    let mut group = c.benchmark_group("consensus::decide");
    for count in [1, 4, 7] {
        let mut mesh = Mesh::new(count);
        group.bench_function(BenchmarkId::new("validators", count), |b| {
            b.iter(|| mesh.decide());
        });
    }
    group.finish();
}

/// The bare cost beside it.
fn verify(c: &mut Criterion) {
    let vote = Vote {
        height: 1,
        round: 0,
        step: Step::Precommit,
        block: Some(Cid::of(Codec::DagCbor, b"a block")),
    };
    let keys = Keypair::from_seed([7; 32]);
    let said = Signed::sign(vote, &keys, &network());
    c.bench_function("consensus::signature/verify", |b| {
        b.iter(|| black_box(&said).verify(&network()));
    });
}

criterion_group!(benches, decide, verify);
criterion_main!(benches);
