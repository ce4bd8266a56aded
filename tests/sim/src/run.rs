//! One history, and many of them.

use crate::checks::Violation;
use crate::hits::Hits;
use crate::plan::Plan;
use crate::story::Story;
use crate::world::World;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;

/// What a history has come to.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// What did not hold, if anything.
    pub violation: Option<Violation>,
    /// The hash of all its steps.
    pub trace: String,
    /// How many steps it had.
    pub steps: u64,
    /// How many milliseconds passed in it.
    pub world_ms: u64,
    /// How many heights were decided.
    pub heights: u64,
    /// How many transactions were.
    pub txs: usize,
    /// What was met.
    pub hits: Hits,
    /// How jobs have ended.
    pub endings: BTreeMap<String, u64>,
    /// The story, if it was told.
    pub story: Vec<String>,
}

/// Runs one history.
pub fn run(plan: Plan, story: Story) -> Report {
    let mut world = World::new(plan, story);
    let violation = world.run().err();
    report(&world, violation)
}

/// What a world has come to.
pub fn report(world: &World, violation: Option<Violation>) -> Report {
    Report {
        seed: world.plan.seed,
        violation,
        trace: world.trace.hex(),
        steps: world.trace.steps(),
        world_ms: world.now,
        heights: world.height(),
        txs: world.workload.count,
        hits: world.hits.clone(),
        endings: world.workload.endings.clone(),
        story: world.story.lines().to_vec(),
    }
}

/// Runs many, on so many threads, and hands each report over as it comes.
pub fn run_all(
    seeds: Range<u64>,
    threads: usize,
    plan: impl Fn(u64) -> Plan + Sync,
    each: impl FnMut(Report) + Send,
) {
    let next = Mutex::new(seeds);
    let each = Mutex::new(each);
    let work = || {
        let seed = || next.lock().expect("nobody panics with the lock").next();
        while let Some(seed) = seed() {
            let report = run(plan(seed), Story::default());
            let mut each = each.lock().expect("nobody panics with the lock");
            each(report);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(work);
        }
    });
}
