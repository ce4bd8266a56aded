//! Gossip: what one node says, all hear, from it or from each other, and each once.

use super::World;
use crate::checks::Violation;
use crate::event::Event;
use crate::letter::Letter;
use crate::liars::{Mischief, Seat};
use crate::node::Pending;
use icn_mesh::{Gossip, Input, Pass};
use std::sync::Arc;

/// How long gossip remembers what it has had. What is said again on purpose comes later.
const SEEN_MS: u64 = 1_200;

/// So many nodes pass something on, one to the other.
const HOPS_MAX: u8 = 4;

impl World {
    /// A node says something to all that it is connected with.
    pub(super) fn say(&mut self, node: usize, said: &Gossip) -> Result<(), Violation> {
        if let Gossip::Order(message) = said {
            self.checks.sent(self.nodes[node].did, message)?;
        }
        if self.nodes[node].liar.is_some() {
            return self.say_twisted(node, said);
        }
        let letter = self.letters.of(said, &self.network);
        if let Err(offence) = &letter.read {
            let name = self.nodes[node].name();
            let what = format!("{name} is honest and {offence}: {said:?}");
            return Err(Violation::new(what));
        }
        self.tell(node, || format!("says {}", letter.describe()));
        self.send(node, None, &letter, 0);
        Ok(())
    }

    /// A liar says to each what it likes.
    fn say_twisted(&mut self, node: usize, said: &Gossip) -> Result<(), Violation> {
        let keys = self.nodes[node].keys();
        let now = self.nodes[node].now(self.now);
        let mut letters = Vec::new();
        for to in self.peers(node) {
            let it = &mut self.nodes[node];
            let (Some(liar), Some(mesh)) = (&mut it.liar, &it.mesh) else {
                continue;
            };
            let seat = Seat {
                keys: &keys,
                network: &self.network,
                state: mesh.state(),
                now,
            };
            for twisted in liar.says(said, to, &seat, &mut self.hits) {
                letters.push((to, self.letters.of(&twisted, &self.network)));
            }
        }
        for (to, letter) in letters {
            self.carry(node, to, &letter, 0);
        }
        Ok(())
    }

    /// A liar does something by itself.
    pub(super) fn mischief(&mut self, node: usize) -> Result<(), Violation> {
        let delay = 100 + self.chance.liars.below(400);
        self.later(delay, node, Event::Mischief);
        if !self.busy {
            return Ok(());
        }
        let keys = self.nodes[node].keys();
        let now = self.nodes[node].now(self.now);
        let it = &mut self.nodes[node];
        let (Some(liar), Some(mesh)) = (&mut it.liar, &it.mesh) else {
            return Ok(());
        };
        let seat = Seat {
            keys: &keys,
            network: &self.network,
            state: mesh.state(),
            now,
        };
        let done = liar.acts(&seat, &mut self.chance.liars, &mut self.hits);
        for mischief in done {
            let letter = match mischief {
                Mischief::Says(said) => self.letters.of(&said, &self.network),
                Mischief::Sends(topic, bytes) => self.letters.bytes(topic, bytes, &self.network),
            };
            self.send(node, None, &letter, 0);
        }
        Ok(())
    }

    fn send(&mut self, node: usize, but: Option<usize>, letter: &Arc<Letter>, hops: u8) {
        let until = self.now + SEEN_MS;
        self.nodes[node].seen.insert(letter.id, until);
        for to in self.peers(node) {
            if Some(to) != but {
                self.carry(node, to, letter, hops);
            }
        }
    }

    fn carry(&mut self, from: usize, to: usize, letter: &Arc<Letter>, hops: u8) {
        let flight = self
            .net
            .flight(from, to, &mut self.chance.net, &mut self.hits);
        for delay in [flight.first, flight.again].into_iter().flatten() {
            let letter = Arc::clone(letter);
            self.later(delay, to, Event::Letter { from, letter, hops });
        }
    }

    /// Gossip arrives.
    pub(super) fn letter(
        &mut self,
        node: usize,
        from: usize,
        letter: Arc<Letter>,
        hops: u8,
    ) -> Result<(), Violation> {
        let (now, by) = (self.now, self.nodes[from].did);
        let linked = self.are_linked(node, from);
        let it = &mut self.nodes[node];
        if !it.is_up() || !linked || it.banned.contains(&by) {
            return Ok(());
        }
        let known = it.seen.get(&letter.id).is_some_and(|until| *until > now);
        if known {
            return Ok(());
        }
        it.seen.insert(letter.id, now + SEEN_MS);
        if it.seen.len() > 2_000 {
            it.seen.retain(|_, until| *until > now);
        }
        if let Some(liar) = &mut it.liar {
            liar.hears(&letter);
        }
        match &letter.read {
            Err(offence) => {
                let offence = *offence;
                self.give(node, Input::Offended { by, offence })
            }
            Ok(heard) => {
                let heard = heard.clone();
                let pending = Pending::Letter { from, letter, hops };
                let ticket = it.give_ticket(pending);
                let heard = Input::Heard {
                    from: by,
                    heard,
                    ticket,
                };
                self.give(node, heard)
            }
        }
    }

    /// A node has judged what it heard: what is good is passed on.
    pub(super) fn verdict(&mut self, node: usize, ticket: u64, verdict: Pass) {
        let pending = self.nodes[node].tickets.remove(&ticket);
        let Some(Pending::Letter { from, letter, hops }) = pending else {
            return;
        };
        if verdict == Pass::Accept && hops < HOPS_MAX {
            self.send(node, Some(from), &letter, hops + 1);
        }
    }
}
