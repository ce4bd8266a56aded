//! What the mesh wants done, once what it rests on is on disk.

use super::intake::tell;
use super::{Heart, Told};
use crate::http::Past;
use crate::net::{self, Command};
use icn_base::{Did, Time, TxId};
use icn_dag::Batch;
use icn_ledger::State;
use icn_mesh::{Answer, Ask, Checkpoint, Effect, Gossip, Input, NotTaken, Pass, Topic, names};

impl Heart {
    /// Does one effect. True if it says that nothing is left to do.
    pub(super) fn perform(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Gossip(gossip) => self.gossip(&gossip),
            Effect::Verdict { ticket, verdict } => {
                let verdict = match verdict {
                    Pass::Accept => net::Verdict::Accept,
                    Pass::Ignore => net::Verdict::Ignore,
                    Pass::Reject => net::Verdict::Reject,
                };
                tell(&self.net, Command::Verdict { ticket, verdict });
            }
            Effect::Ask { id, to, ask } => self.question(id, to, &ask),
            Effect::Answer { ticket, answer } => self.answer(ticket, &answer),
            Effect::Ban {
                peer,
                until,
                offence,
            } => self.ban(peer, until, &offence),
            Effect::Taken { ticket, results } => {
                if let Some((ids, asker)) = self.waits.taken.remove(&ticket) {
                    let past = &self.chronicle;
                    let stands = |id: &TxId| matches!(past.height_of(id), Ok(Some(_)));
                    let verdict = |(id, result): (&TxId, Result<_, NotTaken>)| match result {
                        Err(NotTaken::Book(_)) if stands(id) => Err(NotTaken::Known),
                        other => other.map(drop),
                    };
                    let verdicts = ids.iter().zip(results).map(verdict).collect();
                    // Who asked may have gone away.
                    asker.send(verdicts).unwrap_or(());
                }
            }
            Effect::Explained {
                ticket,
                explanation,
            } => {
                if let Some(asker) = self.waits.explained.remove(&ticket) {
                    asker.send(explanation).unwrap_or(());
                }
            }
            Effect::Run(order) => self.run(*order),
            // A run that is of no more use ends by itself, within its time.
            Effect::Stop(job) => tracing::debug!(%job, "the run is of no more use"),
            Effect::Decided(decided) => self.decided(&decided),
            Effect::Checkpoint(checkpoint, state) => self.checkpoint(checkpoint, *state),
            Effect::Validators(dids) => tell(&self.net, Command::Validators(dids)),
            Effect::Silent { height, why } => {
                tracing::warn!(height, %why, "this node signs nothing");
                self.watch.silent = Some((height, why.to_string()));
            }
            Effect::Gone => return true,
        }
        false
    }

    /// A node that is on its own writes and signs nothing for nobody.
    fn gossip(&self, gossip: &Gossip) {
        if self.net.is_alone() {
            return;
        }
        let topic = match gossip.topic() {
            Topic::Order => net::Topic::Order,
            Topic::Txs => net::Topic::Txs,
            Topic::Market => net::Topic::Market,
        };
        let bytes = gossip.encode();
        tell(&self.net, Command::Gossip { topic, bytes });
    }

    fn question(&self, id: u64, to: Did, ask: &Ask) {
        let bytes = ask.encode();
        if self.net.try_tell(Command::Ask { to, id, bytes }).is_err() {
            let answer = None;
            let lost = Told::Input(Input::Answered { id, answer });
            self.intake.teller().send(lost).unwrap_or(());
        }
    }

    fn answer(&self, ticket: net::Ticket, answer: &Answer) {
        let bytes = answer.encode();
        tell(&self.net, Command::Answer { ticket, bytes });
    }

    fn ban(&self, peer: Did, until: Time, offence: &icn_mesh::Offence) {
        tracing::warn!(%peer, %offence, "banned");
        tell(&self.net, Command::Ban { peer, until });
    }

    /// Puts a state on disk when there is time.
    fn checkpoint(&self, checkpoint: Checkpoint, state: State) {
        let told = self.intake.teller();
        self.threads.spawn_blocking(move || {
            let blocks = checkpoint.blocks(&state);
            let name = names::CHECKPOINT.to_owned();
            let batch = Batch {
                blocks,
                names: [(name, Some(*checkpoint.block().cid()))].into(),
                ..Batch::default()
            };
            told.send(Told::Keep(batch)).unwrap_or(());
        });
    }
}
