//! Connections between nodes, and what is asked and answered over them.

use super::World;
use crate::checks::Violation;
use crate::event::Event;
use crate::node::Pending;
use icn_base::Did;
use icn_mesh::{Answer, Ask, Input};

/// How long the shell waits for an answer.
const ANSWER_MS: u64 = 2_000;

impl World {
    const fn link(one: usize, other: usize) -> (usize, usize) {
        if one < other {
            (one, other)
        } else {
            (other, one)
        }
    }

    pub(super) fn are_linked(&self, one: usize, other: usize) -> bool {
        self.links.contains(&Self::link(one, other))
    }

    /// Those that a node is connected with.
    pub(super) fn peers(&self, node: usize) -> Vec<usize> {
        let all = 0..self.nodes.len();
        all.filter(|peer| self.are_linked(node, *peer)).collect()
    }

    /// Two nodes find each other, if both are up and neither wants to hear nothing of the other.
    pub(super) fn meet(&mut self, node: usize, peer: usize) -> Result<(), Violation> {
        let (Some(one), Some(other)) = (self.nodes.get(node), self.nodes.get(peer)) else {
            return Ok(());
        };
        let both_up = one.is_up() && other.is_up() && one.did != other.did;
        let willing = !one.banned.contains(&other.did) && !other.banned.contains(&one.did);
        if !both_up || !willing || self.are_linked(node, peer) {
            return Ok(());
        }
        if !self.net.talk(node, peer) {
            self.later(700, node, Event::Meet { peer });
            return Ok(());
        }
        let (here, there) = (one.did, other.did);
        self.links.insert(Self::link(node, peer));
        self.give(node, Input::Joined(there))?;
        self.give(peer, Input::Joined(here))
    }

    /// Everybody notices, a little later, that a node is gone.
    pub(super) fn unlink(&mut self, node: usize) {
        for peer in self.peers(node) {
            self.links.remove(&Self::link(node, peer));
            let delay = 20 + self.chance.net.below(100);
            self.later(delay, peer, Event::Left { peer: node });
        }
    }

    /// One connection ends, and comes back after a while.
    pub(super) fn part(&mut self, one: usize, other: usize, for_ms: u64) {
        if self.links.remove(&Self::link(one, other)) {
            self.later(1, one, Event::Left { peer: other });
            self.later(1, other, Event::Left { peer: one });
            self.later(for_ms, one, Event::Meet { peer: other });
        }
    }

    pub(super) fn left(&mut self, node: usize, peer: usize) -> Result<(), Violation> {
        let did = self.nodes[peer].did;
        // A twin may still be there; or the peer has come back meanwhile.
        let twins = self.numbers.get(&did).cloned().unwrap_or_default();
        if twins.iter().any(|twin| self.are_linked(node, *twin)) {
            return Ok(());
        }
        self.give(node, Input::Left(did))
    }

    /// Nothing is heard of a peer any more.
    pub(super) fn ban(&mut self, node: usize, peer: Did, why: &str) -> Result<(), Violation> {
        self.checks.banned(&self.nodes[node].did, &peer, why)?;
        self.hits.seen("ban");
        self.nodes[node].banned.insert(peer);
        for other in self.numbers.get(&peer).cloned().unwrap_or_default() {
            if self.links.remove(&Self::link(node, other)) {
                self.later(1, other, Event::Left { peer: node });
            }
        }
        Ok(())
    }

    /// A node asks a peer.
    pub(super) fn ask(&mut self, node: usize, id: u64, to: Did, ask: &Ask) {
        let life = self.nodes[node].life;
        let none = Event::Answered {
            life,
            id,
            from: node,
            bytes: None,
        };
        let twins = self.numbers.get(&to).cloned().unwrap_or_default();
        let linked = twins
            .into_iter()
            .filter(|twin| self.are_linked(node, *twin));
        let linked: Vec<_> = linked.collect();
        let Some(to) = self.chance.net.one(&linked).copied() else {
            self.later(30, node, none);
            return;
        };
        self.later(ANSWER_MS, node, none);
        let bytes = ask.encode();
        let flight = self
            .net
            .flight(node, to, &mut self.chance.net, &mut self.hits);
        if let Some(delay) = flight.first {
            let asked = Event::Asked {
                from: node,
                life,
                id,
                bytes,
            };
            self.later(delay, to, asked);
        }
    }

    pub(super) fn asked(
        &mut self,
        node: usize,
        from: usize,
        life: u32,
        id: u64,
        bytes: &[u8],
    ) -> Result<(), Violation> {
        let by = self.nodes[from].did;
        if !self.nodes[node].is_up() || !self.are_linked(node, from) {
            return Ok(());
        }
        match Ask::read(bytes) {
            Ok(ask) => {
                let ticket = self.nodes[node].give_ticket(Pending::Asked { from, life, id });
                let asked = Input::Asked {
                    from: by,
                    ask,
                    ticket,
                };
                self.give(node, asked)
            }
            Err(offence) => self.give(node, Input::Offended { by, offence }),
        }
    }

    /// A node answers.
    pub(super) fn answer(&mut self, node: usize, ticket: u64, answer: Answer) {
        let pending = self.nodes[node].tickets.remove(&ticket);
        let Some(Pending::Asked { from, life, id }) = pending else {
            return;
        };
        let answer = match &self.nodes[node].liar {
            Some(liar) => liar.answers(answer, &mut self.hits),
            None => Some(answer),
        };
        let Some(answer) = answer else { return };
        let flight = self
            .net
            .flight(node, from, &mut self.chance.net, &mut self.hits);
        if let Some(delay) = flight.first.filter(|_| self.are_linked(node, from)) {
            let answered = Event::Answered {
                life,
                id,
                from: node,
                bytes: Some(answer.encode()),
            };
            self.later(delay, from, answered);
        }
    }

    pub(super) fn answered(
        &mut self,
        node: usize,
        life: u32,
        id: u64,
        from: usize,
        bytes: Option<Vec<u8>>,
    ) -> Result<(), Violation> {
        if self.nodes[node].life != life {
            return Ok(());
        }
        let by = self.nodes[from].did;
        match bytes.map(|bytes| Answer::read(&bytes)) {
            None => self.give(node, Input::Answered { id, answer: None }),
            Some(Ok(answer)) => {
                let answer = Some(answer);
                self.give(node, Input::Answered { id, answer })
            }
            Some(Err(offence)) => {
                self.give(node, Input::Answered { id, answer: None })?;
                self.give(node, Input::Offended { by, offence })
            }
        }
    }
}
