//! What a node wants done: first all that must be on disk, in its order, and only then what leaves.

use super::World;
use crate::checks::Violation;
use crate::disk::Crash;
use crate::event::Event;
use crate::guests::{Guest, Run};
use crate::hits::Fault;
use crate::node::Pending;
use icn_base::{Cid, JobId, TxId};
use icn_dag::{Batch, Blocks, Store};
use icn_ledger::{Event as Fact, Header, SignedTx};
use icn_mesh::{Decided, Effect, Input, Output, Ran, RunOrder, names};

impl World {
    /// Does what an output asks for, unless the machine stops in the middle of it.
    pub(super) fn perform(&mut self, node: usize, out: Output) -> Result<(), Violation> {
        let crash = self.draw_crash(&out);
        if let Some(crash) = crash {
            self.hits.fault(crash.fault());
            self.tell(node, || format!("stops: {}", crash.fault().name()));
        }
        if self.nodes[node].disk.write(&out.keep, crash) {
            let count = match crash {
                Some(Crash::AmongEffects(count)) => count,
                _ => usize::MAX,
            };
            for effect in out.effects.into_iter().take(count) {
                self.effect(node, effect)?;
            }
        }
        if crash.is_some() {
            self.crash(node);
        }
        Ok(())
    }

    fn draw_crash(&mut self, out: &Output) -> Option<Crash> {
        let idle = out.keep.is_empty() && out.effects.is_empty();
        if idle || !self.is_stormy() {
            return None;
        }
        let chance = &mut self.chance.crash;
        if !chance.permille(self.net.weather().crash) {
            return None;
        }
        Some(match chance.below(7) {
            0 => Crash::BeforeBlocks,
            1 => Crash::BeforeLog,
            2 => Crash::WithinLog(chance.below(1_000)),
            3 => Crash::BeforeRecord,
            4 => Crash::Full,
            5 => Crash::Error,
            _ => Crash::AmongEffects(chance.pick(out.effects.len().max(1))),
        })
    }

    fn effect(&mut self, node: usize, effect: Effect) -> Result<(), Violation> {
        match effect {
            Effect::Gossip(said) => return self.say(node, &said),
            Effect::Verdict { ticket, verdict } => self.verdict(node, ticket, verdict),
            Effect::Ask { id, to, ask } => self.ask(node, id, to, &ask),
            Effect::Answer { ticket, answer } => self.answer(node, ticket, answer),
            Effect::Ban { peer, offence, .. } => {
                let numbers = self.numbers.get(&peer).cloned().unwrap_or_default();
                self.tell(node, || format!("bans {numbers:?}: it {offence}"));
                return self.ban(node, peer, &offence.to_string());
            }
            Effect::Taken { ticket, results } => {
                let pending = self.nodes[node].tickets.remove(&ticket);
                if let (Some(Pending::User(Some(tx))), [Err(why)]) = (pending, &results[..]) {
                    let at = crate::clock::Clock::default().says(self.now);
                    self.workload.not_taken(&tx, why, at)?;
                }
                for result in results {
                    self.tell(node, || match result {
                        Ok(id) => format!("takes {id}"),
                        Err(why) => format!("does not take it: {why}"),
                    });
                }
            }
            Effect::Run(order) => self.order(node, &order),
            Effect::Stop(job) => {
                self.nodes[node].running.remove(&job);
            }
            Effect::Decided(decided) => return self.decided(node, &decided),
            Effect::Silent { height, why } => {
                self.tell(node, || format!("is silent at {height}: {why}"));
                self.hits.seen("silence");
                let it = &self.nodes[node];
                if it.is_honest() && !it.damaged {
                    let name = it.name();
                    let what = format!("{name} is honest, its disk is good: {why}");
                    return Err(Violation::new(what));
                }
            }
            Effect::Gone => {
                self.tell(node, || "is gone".into());
                self.nodes[node].gone = true;
                self.stop(node);
            }
            Effect::Checkpoint(checkpoint, state) => {
                let name = (
                    names::CHECKPOINT.to_owned(),
                    Some(*checkpoint.block().cid()),
                );
                let batch = Batch {
                    blocks: checkpoint.blocks(&state),
                    names: [name].into(),
                    ..Batch::default()
                };
                let kept = self.nodes[node].disk.commit(batch);
                kept.map_err(|error| Violation::new(error.to_string()))?;
            }
            Effect::Explained { .. } | Effect::Validators(_) => {}
        }
        Ok(())
    }

    fn order(&mut self, node: usize, order: &RunOrder) {
        let Some(job) = order.state.job(&order.job) else {
            return;
        };
        let guest = Guest::of(&job.spec.module);
        self.nodes[node].running.insert(order.job);
        self.tell(node, || format!("runs {} that {guest:?}", order.job));
        let jitter = 1 + self.chance.net.below(30);
        let (after, ran) = match guest.map(|guest| guest.run(&job.spec, node)) {
            Some(Run::Ends(ms, ran)) => {
                if guest == Some(Guest::Slow) {
                    self.hits.fault(Fault::RunSlow);
                }
                (ms, Some(ran))
            }
            Some(Run::Fails(ms)) => {
                self.hits.fault(Fault::RunFails);
                (ms, None)
            }
            Some(Run::Never) | None => {
                self.hits.fault(Fault::RunNeverEnds);
                return;
            }
        };
        let ended = Event::Ran {
            life: self.nodes[node].life,
            job: order.job,
            started: self.now,
            ran,
        };
        self.later(after + jitter, node, ended);
    }

    pub(super) fn ran(
        &mut self,
        node: usize,
        life: u32,
        job: JobId,
        started: u64,
        ran: Option<Box<Ran>>,
    ) -> Result<(), Violation> {
        let it = &mut self.nodes[node];
        if it.life != life || !it.running.remove(&job) {
            return Ok(());
        }
        let started = it.now(started);
        let told = |ran: Box<Ran>| match &it.liar {
            Some(liar) => Box::new(liar.ran(*ran, &mut self.hits)),
            None => ran,
        };
        let result = ran
            .map(told)
            .ok_or("this machine lacks what it takes".into());
        self.give(
            node,
            Input::Ran {
                job,
                started,
                result,
            },
        )
    }

    fn decided(&mut self, node: usize, decided: &Decided) -> Result<(), Violation> {
        let (height, txs) = (decided.header.height, decided.txs.len());
        self.trace
            .step(self.now, node, "decided", &decided.block.to_bytes());
        self.tell(node, || {
            let round = decided.certificate.round;
            format!("decides {height} in round {round}: {txs} transactions")
        });
        self.nodes[node].told = height;
        if !self.nodes[node].is_honest() {
            return Ok(());
        }
        let disk = &self.nodes[node].disk;
        let mut bodies = Vec::new();
        let first = self.checks.decided(decided, || {
            bodies = read_txs(disk, &decided.header)?;
            Ok(bodies.clone())
        })?;
        if first {
            self.notice(decided);
            self.workload.decided(height, &bodies, &decided.verdicts)?;
        }
        Ok(())
    }

    /// Counts what is worth counting.
    fn notice(&mut self, decided: &Decided) {
        if decided.certificate.round > 0 {
            self.hits.seen("decided in a later round");
        }
        for event in events(decided) {
            match event {
                Fact::JobEnded { how, .. } => {
                    let name = format!("{how:?}");
                    let name = name.split([' ', '{']).next().unwrap_or_default();
                    *self.workload.endings.entry(name.to_owned()).or_default() += 1;
                }
                Fact::SeatDeclined { next: Some(_), .. } => self.hits.seen("spare took a seat"),
                Fact::BondForfeited { .. } => self.hits.seen("bond forfeited"),
                Fact::Enacted(_) => self.hits.seen("enacted"),
                Fact::OffenceRecorded { .. } => self.hits.seen("evidence on the ledger"),
                _ => {}
            }
        }
    }
}

fn events(decided: &Decided) -> impl Iterator<Item = &Fact> {
    let applied = decided.verdicts.iter().flat_map(|verdict| match verdict {
        icn_ledger::Verdict::Applied(events) => events.as_slice(),
        _ => &[],
    });
    applied.chain(&decided.due)
}

/// The transactions of a block that is on a disk.
fn read_txs(disk: &dyn Blocks, header: &Header) -> Result<Vec<SignedTx>, Violation> {
    let value = |cid: &Cid| {
        let block = disk.get(cid).ok().flatten();
        block.ok_or_else(|| Violation::new(format!("a decided block lacks {cid} on disk")))
    };
    let broken = |error: icn_dag::BlockError| Violation::new(error.to_string());
    let ids: Vec<TxId> = value(&header.txs)?.value().map_err(broken)?;
    let tx = |id: &TxId| value(id.cid())?.value().map_err(broken);
    ids.iter().map(tx).collect()
}
