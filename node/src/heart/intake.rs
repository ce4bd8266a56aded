//! What the network brings becomes inputs of the mesh. Signatures are checked on other threads, as
//! many at once as the machine has; order's own messages go straight in.

use super::Told;
use super::checked::Checked;
use crate::net::{self, Command, Event, Net, Verdict};
use icn_base::{Did, NetworkId, TxId};
use icn_mesh::{Answer, Ask, Gossip, Heard, Input, Offence, Topic, Waiting};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};

/// Messages that wait to be verified. What comes beyond is not heard.
const VERIFYING_MAX: usize = 1_024;

/// Where the network's events go.
#[derive(Clone, Debug)]
pub(crate) struct Intake {
    network: NetworkId,
    told: mpsc::UnboundedSender<Told>,
    threads: Handle,
    room: Arc<Semaphore>,
    /// Threads that verify at once: more would only keep the loop from its turn.
    turns: Arc<Semaphore>,
    checked: Arc<Checked>,
}

impl Intake {
    pub(crate) fn new(
        network: NetworkId,
        told: mpsc::UnboundedSender<Told>,
        threads: Handle,
    ) -> Self {
        Self {
            network,
            told,
            threads,
            room: Arc::new(Semaphore::new(VERIFYING_MAX)),
            turns: Arc::new(Semaphore::new(cores())),
            checked: Arc::default(),
        }
    }

    /// Where other threads tell the loop.
    pub(crate) fn teller(&self) -> mpsc::UnboundedSender<Told> {
        self.told.clone()
    }

    /// What an event says to the mesh, if it says it at once.
    pub(crate) fn event(&self, event: Event, net: &Net) -> Option<Input> {
        match event {
            Event::Joined { peer, .. } => Some(Input::Joined(peer)),
            Event::Left { peer, .. } => Some(Input::Left(peer)),
            Event::Heard {
                from,
                topic,
                bytes,
                ticket,
                ..
            } => self.heard(from, topic_of(topic), bytes, ticket, net),
            Event::Asked {
                from,
                bytes,
                ticket,
            } => match Ask::read(&bytes) {
                Ok(ask) => Some(Input::Asked { from, ask, ticket }),
                Err(offence) => {
                    tell(net, Command::Refuse { ticket });
                    Some(Input::Offended { by: from, offence })
                }
            },
            Event::Answered { id, from, result } => self.answered(id, from, result.ok()),
            Event::Listening(address) => {
                tracing::info!(%address, "listening");
                None
            }
            Event::Reachable(address) => {
                tracing::info!(%address, "seen from outside");
                None
            }
            Event::Refused { address, why, .. } => {
                tracing::debug!(%address, %why, "turned away");
                None
            }
            Event::Providers { .. } => None,
        }
    }

    fn heard(
        &self,
        from: Did,
        topic: Topic,
        bytes: Vec<u8>,
        ticket: net::Ticket,
        net: &Net,
    ) -> Option<Input> {
        if topic == Topic::Order {
            return Some(judged(
                from,
                Gossip::read(&bytes, topic, &self.network),
                ticket,
                net,
            ));
        }
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            let verdict = Verdict::Ignore;
            tell(net, Command::Verdict { ticket, verdict });
            return None;
        };
        let (told, network, net) = (self.told.clone(), self.network, net.clone());
        let (turns, checked) = (Arc::clone(&self.turns), Arc::clone(&self.checked));
        let verify = move || {
            let held = |id: &TxId| checked.has(id);
            let read = Gossip::read_unless(&bytes, topic, &network, held);
            if let Ok(Heard::Txs(txs)) = &read {
                checked.add(txs.iter().map(Waiting::id));
            }
            // The loop may have ended meanwhile.
            let input = judged(from, read, ticket, &net);
            told.send(Told::Input(input)).unwrap_or(());
        };
        self.threads.spawn(async move {
            let turn = turns.acquire_owned().await;
            // A thread that failed has said nothing, which is what is left of its message.
            tokio::task::spawn_blocking(verify).await.unwrap_or(());
            drop((turn, place));
        });
        None
    }

    fn answered(&self, id: u64, from: Did, bytes: Option<Vec<u8>>) -> Option<Input> {
        let Some(bytes) = bytes else {
            return Some(Input::Answered { id, answer: None });
        };
        let told = self.told.clone();
        self.threads.spawn_blocking(move || {
            let answer = Answer::read(&bytes);
            if let Err(offence) = &answer {
                let offended = Input::Offended {
                    by: from,
                    offence: *offence,
                };
                told.send(Told::Input(offended)).unwrap_or(());
            }
            let answer = answer.ok();
            told.send(Told::Input(Input::Answered { id, answer }))
                .unwrap_or(());
        });
        None
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn judged(from: Did, read: Result<Heard, Offence>, ticket: net::Ticket, net: &Net) -> Input {
    match read {
        Ok(heard) => Input::Heard {
            from,
            heard,
            ticket,
        },
        Err(offence) => {
            let verdict = Verdict::Reject;
            tell(net, Command::Verdict { ticket, verdict });
            Input::Offended { by: from, offence }
        }
    }
}

/// Tells the network; one that has too much to do loses it.
pub(super) fn tell(net: &Net, command: Command) {
    if let Err(lost) = net.try_tell(command) {
        tracing::debug!(?lost, "the network has too much to do");
    }
}

const fn topic_of(topic: net::Topic) -> Topic {
    match topic {
        net::Topic::Order => Topic::Order,
        net::Topic::Txs => Topic::Txs,
        net::Topic::Market => Topic::Market,
    }
}
