//! How a history ends: the storm is over, everybody agrees, and what was begun has come to its end.

use super::World;
use crate::checks::Violation;
use crate::node::Node;
use icn_ledger::job::Phase;
use icn_mesh::Mesh;

/// How long after a storm everybody must be where the furthest was, and further.
const HEAL_MS: u64 = 30_000;

/// How long users may take for all that they want to do.
const WORK_MS: u64 = 240_000;

/// How long it may take until nothing is left to do.
const DRAIN_MS: u64 = 60_000;

impl World {
    /// Runs the whole history.
    pub fn run(&mut self) -> Result<(), Violation> {
        let heights = self.plan.heights;
        let txs = self.plan.txs;
        self.run_until("as much is decided as is to be", WORK_MS, |world| {
            let far = world.height() >= heights && world.workload.count >= txs;
            far && !world.is_stormy()
        })?;
        self.finish()
    }

    /// Lets users stop, and sees that all comes to its end.
    pub fn finish(&mut self) -> Result<(), Violation> {
        self.clear_up();
        self.busy = false;
        self.run_until("everything comes to rest", DRAIN_MS, World::is_at_rest)?;
        self.workload.end()?;
        self.compare_all()
    }

    /// Runs until something holds, and not for longer than that.
    pub fn run_until(
        &mut self,
        what: &str,
        most_ms: u64,
        holds: impl Fn(&Self) -> bool,
    ) -> Result<(), Violation> {
        let end = self.now + most_ms;
        while !holds(self) {
            if self.now > end {
                return Err(self.stands_still(what));
            }
            self.step()?;
            self.has_healed()?;
        }
        Ok(())
    }

    /// Runs for so long.
    pub fn run_for(&mut self, ms: u64) -> Result<(), Violation> {
        let end = self.now + ms;
        while self.queue.next().is_some_and(|at| at <= end) {
            self.step()?;
        }
        self.now = end;
        Ok(())
    }

    /// Users stop for a while, or go on.
    pub fn set_busy(&mut self, busy: bool) {
        if busy && !self.busy {
            self.later(1, 0, crate::event::Event::Deed);
        }
        self.busy = busy;
    }

    fn stands_still(&self, what: &str) -> Violation {
        let nodes: Vec<_> = self.nodes.iter().map(Node::describe).collect();
        Violation::new(format!(
            "it did not come to this in time: {what}; height {}, {} transactions; {}; {nodes:#?}",
            self.height(),
            self.workload.count,
            self.workload.waiting()
        ))
    }

    /// After a storm, everybody comes to where the furthest was, within a bound.
    fn has_healed(&mut self) -> Result<(), Violation> {
        let Some((since, height)) = self.storm.over else {
            return Ok(());
        };
        if self.now < since + HEAL_MS {
            return Ok(());
        }
        let mut honest = self.honest().filter(|node| !node.gone);
        match honest.find(|node| node.height() < height) {
            None => Ok(()),
            Some(node) => Err(Violation::new(format!(
                "{} is at {} long after the storm, others were at {height}: {node:?}",
                node.name(),
                node.height()
            ))),
        }
    }

    /// Nothing waits, no job is under way, and all honest nodes are at one height.
    fn is_at_rest(&self) -> bool {
        let height = self.height();
        let mut honest = self.honest().filter(|node| !node.gone);
        let rests = |node: &Node| {
            let mesh = node.mesh.as_ref();
            mesh.is_some_and(|mesh| mesh.height() == height && is_idle(mesh))
        };
        self.workload.is_settled() && honest.all(rests)
    }

    /// Every honest node has the same block at the top, and the same state.
    fn compare_all(&self) -> Result<(), Violation> {
        let meshes = self.honest().filter_map(|node| node.mesh.as_ref());
        for mesh in meshes {
            let block = self.checks.block(mesh.height());
            if block != Some(mesh.tip()) {
                let what = format!("{} is not what was decided: {mesh:?}", mesh.tip());
                return Err(Violation::new(what));
            }
        }
        Ok(())
    }
}

/// True if no job is under way.
fn is_idle(mesh: &Mesh) -> bool {
    let mut jobs = mesh.state().jobs_after(None);
    jobs.all(|(_, job)| matches!(job.phase, Phase::Ended(_)))
}
