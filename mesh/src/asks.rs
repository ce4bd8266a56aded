//! Questions to peers: each is answered once, refused, or given up.

use crate::limits::ASK_MS;
use crate::message::{Answer, Ask};
use crate::peers::Offence;
use crate::words::Effect;
use crate::{Mesh, Stopped};
use icn_base::{Did, Time};
use icn_dag::Store;
use std::collections::BTreeMap;

/// Questions that wait for an answer, by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asks {
    last: u64,
    open: BTreeMap<u64, Open>,
}

#[derive(Clone, Debug)]
struct Open {
    to: Did,
    ask: Ask,
    until: Time,
}

impl Asks {
    pub(crate) fn next_deadline(&self) -> Option<Time> {
        self.open.values().map(|open| open.until).min()
    }
}

impl Mesh {
    /// Asks a peer, and returns the question's number.
    pub(crate) fn ask(&mut self, to: Did, ask: Ask, now: Time) -> u64 {
        self.asks.last = self.asks.last.wrapping_add(1);
        let id = self.asks.last;
        let open = Open {
            to,
            ask: ask.clone(),
            until: now.after_ms(ASK_MS).unwrap_or(now),
        };
        self.asks.open.insert(id, open);
        self.peers.asking(&to);
        self.effect(Effect::Ask { id, to, ask });
        id
    }

    /// A peer has answered, or will not.
    pub(crate) fn answered(
        &mut self,
        id: u64,
        answer: Option<Answer>,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        let Some(Open { to, ask, .. }) = self.asks.open.remove(&id) else {
            return Ok(());
        };
        self.peers.asked(&to);
        match (ask, answer) {
            (Ask::Tip { .. }, Some(Answer::Tip { height })) => {
                self.peers.is_at(&to, height);
                self.catch_up(now);
                Ok(())
            }
            (Ask::Decided { .. }, Some(Answer::Decided(steps))) => {
                self.take_steps(id, to, steps, now, disk)
            }
            (Ask::Blocks(cids), Some(Answer::Blocks(found))) => {
                self.take_blocks(to, &cids, found, now, disk)
            }
            (ask, answer) => {
                if answer.is_some() {
                    self.offend(&to, Offence::WrongAnswer, now);
                }
                self.unanswered(id, to, &ask, now);
                Ok(())
            }
        }
    }

    /// Gives up what has waited too long.
    pub(crate) fn expire_asks(&mut self, now: Time) {
        let late = self.asks.open.iter().filter(|(_, open)| open.until <= now);
        let late: Vec<u64> = late.map(|(id, _)| *id).collect();
        for id in late {
            if let Some(Open { to, ask, .. }) = self.asks.open.remove(&id) {
                self.peers.asked(&to);
                self.unanswered(id, to, &ask, now);
            }
        }
    }

    fn unanswered(&mut self, id: u64, to: Did, ask: &Ask, now: Time) {
        match ask {
            Ask::Tip { .. } => {}
            Ask::Decided { .. } => {
                self.sync.ended(id);
                // It will be asked how far it is before it is believed again.
                self.peers.is_at(&to, 0);
                self.catch_up(now);
            }
            Ask::Blocks(cids) => {
                self.fetch.missed(cids, now);
                self.ask_around(now);
            }
        }
    }
}
