//! Users at their nodes.

use super::World;
use crate::checks::Violation;
use crate::event::Event;
use crate::node::Pending;
use crate::workload::{How, View};
use icn_base::Did;
use icn_ledger::{Action, SignedTx};
use icn_mesh::{Input, Waiting};

impl World {
    /// A user does the next thing, by what some node shows.
    pub(super) fn deed(&mut self) -> Result<(), Violation> {
        if !self.busy {
            return Ok(());
        }
        let mean = self.plan.deed_ms;
        let delay = mean / 2 + self.chance.users.below(mean);
        self.later(delay, 0, Event::Deed);
        let Some(seen) = self.some_node() else {
            return Ok(());
        };
        let dids: Vec<Did> = self
            .nodes
            .iter()
            .take(self.plan.nodes())
            .map(|node| node.did)
            .collect();
        let Some(mesh) = &self.nodes[seen].mesh else {
            return Ok(());
        };
        let view = View {
            state: mesh.state(),
            at: crate::clock::Clock::default().says(self.now),
            nodes: &dids,
            validators: self.plan.validators,
        };
        let deed = self.workload.next(&view, &mut self.chance.users);
        let Some(deed) = deed else { return Ok(()) };
        let node = deed.node.or_else(|| self.some_node());
        let Some(node) = node.filter(|node| self.nodes[*node].is_up()) else {
            return Ok(());
        };
        let who = deed.who.clone();
        self.story
            .tell(self.now, &who, || format!("{} at node {node}", deed.what));
        if !deed.blocks.is_empty() {
            self.give(node, Input::Put(deed.blocks))?;
        }
        match deed.how {
            How::Submit(tx) => self.submit(node, tx),
            How::Act { action, retries } => self.act(node, action, retries),
        }
    }

    /// A node signs something itself.
    pub fn act(&mut self, node: usize, action: Action, retries: u8) -> Result<(), Violation> {
        if !self.nodes[node].is_up() {
            return Ok(());
        }
        let ticket = self.nodes[node].give_ticket(Pending::User(None));
        let act = Input::Act {
            action,
            retries,
            ticket,
        };
        self.give(node, act)
    }

    /// A signed transaction is brought to a node's door.
    pub fn submit(&mut self, node: usize, tx: SignedTx) -> Result<(), Violation> {
        let Ok(waiting) = Waiting::new(tx.clone(), &self.network) else {
            self.hits.seen("refused at the door");
            return Ok(());
        };
        let ticket = self.nodes[node].give_ticket(Pending::User(Some(Box::new(tx))));
        let txs = vec![waiting];
        self.give(node, Input::Submit { txs, ticket })
    }

    fn some_node(&mut self) -> Option<usize> {
        let up = self.nodes.iter().filter(|node| node.is_up());
        let up: Vec<_> = up.map(|node| node.number).collect();
        self.chance.users.one(&up).copied()
    }

    /// What may have been lost is sent again, elsewhere.
    pub(super) fn again(&mut self) -> Result<(), Violation> {
        self.later(500, 0, Event::Again);
        let now = crate::clock::Clock::default().says(self.now);
        for (who, tx) in self.workload.again(now) {
            let Some(node) = self.some_node() else {
                continue;
            };
            self.hits.seen("sent again");
            self.story.tell(self.now, &who, || {
                format!("sends {} again, to node {node}", tx.id())
            });
            self.submit(node, tx)?;
        }
        Ok(())
    }
}
