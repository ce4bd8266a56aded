//! Every order of two and three events on one job: one ending, money exact, and no order in which
//! something counts twice.

use crate::world::{Setup, World, did, keys, mana, salt, spec};
use icn_base::JobId;
use icn_economics::Offer;
use icn_ledger::{Action, Event, SignedTx, Verdict};
use std::sync::Arc;

/// What can happen to a job that bob has bid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happening {
    Assign,
    AssignAgain,
    Cancel,
    Decline,
    Settle,
    SecondReceipt,
    Seal,
    OpenEnds,
    DeadlinePasses,
}

use Happening::{
    Assign, AssignAgain, Cancel, DeadlinePasses, Decline, OpenEnds, Seal, SecondReceipt, Settle,
};

const ALL: [Happening; 9] = [
    Assign,
    AssignAgain,
    Cancel,
    Decline,
    Settle,
    SecondReceipt,
    Seal,
    OpenEnds,
    DeadlinePasses,
];

struct Scene {
    world: World,
    job: JobId,
    endings: usize,
}

impl Scene {
    /// A job of alice's, open or already assigned to bob.
    fn new(assigned: bool) -> Self {
        let mut setup = Setup::default().parameter("regen_amount", 0);
        for person in ["alice", "bob", "carol"] {
            setup = setup.member(person, 1_000);
        }
        let mut world = World::new(&setup);
        let profile = crate::world::profile();
        for person in ["bob", "carol"] {
            let profile = profile.clone();
            let tx = world.sign(person, Action::RegisterExecutor { profile });
            world.block(1, &[tx]);
        }
        let tx = world.sign(
            "alice",
            Action::SubmitJob {
                spec: Arc::new(spec("alice", 2)),
            },
        );
        let job = JobId::new(*tx.id().cid());
        world.block(1, &[tx]);
        world.block(200, &[]);
        let mut scene = Self {
            world,
            job,
            endings: 0,
        };
        if assigned {
            scene.happens(Assign);
        }
        scene
    }

    fn sign(&self, happening: Happening) -> Option<SignedTx> {
        let (world, job) = (&self.world, self.job);
        let settle = |fuel| {
            let receipt = Box::new(world.receipt("bob", world.claim(job, fuel)));
            world.sign(
                "bob",
                Action::SettleJob {
                    receipt,
                    salt: None,
                },
            )
        };
        let assign = |name: &str| {
            let bid = world.bid(
                job,
                name,
                Offer {
                    base: mana(5),
                    per_mfuel: mana(4),
                },
            );
            world.sign(
                "alice",
                Action::AssignJob {
                    job,
                    bids: vec![bid],
                    spares: vec![],
                },
            )
        };
        match happening {
            Assign => Some(assign("bob")),
            AssignAgain => Some(assign("carol")),
            Cancel => Some(world.sign("alice", Action::CancelJob { job })),
            Decline => {
                let reason = "no room".into();
                Some(world.sign("bob", Action::DeclineJob { job, reason }))
            }
            Settle => Some(settle(500_000)),
            SecondReceipt => Some(settle(600_000)),
            Seal => {
                let seal = world.seal("bob", &world.claim(job, 500_000));
                Some(world.sign("bob", Action::CommitReceipt { job, seal }))
            }
            OpenEnds | DeadlinePasses => None,
        }
    }

    fn happens(&mut self, happening: Happening) {
        let tx = self.sign(happening);
        let at = match happening {
            OpenEnds => 2 + 200 + 6_000,
            DeadlinePasses => 2 + 10_000,
            _ => 0,
        };
        // One block reaches the deadline, and what is due falls due in the next one.
        let wait = at.max(self.world.now + 1) - self.world.now;
        let txs: Vec<_> = tx.into_iter().collect();
        let mut events = vec![];
        for (ms, txs) in [(wait, &txs[..]), (1, &[])] {
            let applied = self.world.block(ms, txs);
            events.extend(applied.due);
            for verdict in applied.verdicts {
                match verdict {
                    Verdict::Applied(more) => events.extend(more),
                    Verdict::Failed(_) | Verdict::Refused(_) => {}
                }
            }
        }
        let ended = |event: &&Event| matches!(event, Event::JobEnded { .. });
        self.endings += events.iter().filter(ended).count();
        self.check();
    }

    fn check(&self) {
        let state = &self.world.state;
        state.audit().unwrap();
        let job = state.job(&self.job).unwrap();
        let ended = job.due().is_none();
        assert_eq!(self.endings, usize::from(ended));
        assert_eq!(job.hold.left().is_zero(), ended);
        let kept: u64 = ["alice", "bob", "carol"]
            .map(|name| state.actor(&did(name)).unwrap().account)
            .map(|account| account.held().units() + account.bonded().units())
            .iter()
            .sum();
        assert_eq!(
            kept == 0,
            ended,
            "an ending closes every hold and bond, and nothing else does"
        );
    }

    /// Lets all time pass: now the job is over, whatever happened before.
    fn ends(&mut self) {
        self.happens(OpenEnds);
        self.happens(DeadlinePasses);
        assert_eq!(self.endings, 1);
        assert_eq!(self.world.state.next_due(), None);
    }
}

#[test]
fn two_events_in_any_order_make_one_ending() {
    for assigned in [false, true] {
        for one in ALL {
            for other in ALL {
                let mut scene = Scene::new(assigned);
                scene.happens(one);
                scene.happens(other);
                scene.ends();
            }
        }
    }
}

#[test]
fn three_events_in_any_order_make_one_ending() {
    let mut orders = 0;
    for assigned in [false, true] {
        for one in ALL {
            for two in ALL.into_iter().filter(|two| *two != one) {
                for three in ALL.into_iter().filter(|three| ![one, two].contains(three)) {
                    let mut scene = Scene::new(assigned);
                    for happening in [one, two, three] {
                        scene.happens(happening);
                    }
                    scene.ends();
                    orders += 1;
                }
            }
        }
    }
    assert_eq!(orders, 2 * 9 * 8 * 7);
}

/// All in one block: the order in the block decides, and never twice.
#[test]
fn events_in_one_block_make_one_ending() {
    for one in ALL {
        for two in ALL {
            let mut scene = Scene::new(true);
            let txs: Vec<_> = [one, two]
                .into_iter()
                .filter_map(|what| scene.sign(what))
                .collect();
            let applied = scene.world.block(1, &txs);
            let said = |verdict: &Verdict| match verdict {
                Verdict::Applied(events) => events.clone(),
                Verdict::Failed(_) | Verdict::Refused(_) => vec![],
            };
            let events = applied.verdicts.iter().flat_map(said).chain(applied.due);
            scene.endings = events
                .filter(|event| matches!(event, Event::JobEnded { .. }))
                .count();
            scene.check();
            scene.ends();
        }
    }
}

#[test]
fn a_lone_executor_needs_no_salt_and_a_seal_binds_all_its_words() {
    let scene = Scene::new(true);
    let claim = scene.world.claim(scene.job, 1);
    let cid = claim.cid().unwrap();
    let network = scene.world.network();
    let seal = icn_ledger::job::seal;
    let bob = keys("bob").did();
    let sealed = seal(&network, &scene.job, &bob, &cid, &salt("bob"));
    let other_job = JobId::new(cid);
    let other_network = icn_base::NetworkId::new(cid);
    for other in [
        seal(&other_network, &scene.job, &bob, &cid, &salt("bob")),
        seal(&network, &other_job, &bob, &cid, &salt("bob")),
        seal(&network, &scene.job, &did("carol"), &cid, &salt("bob")),
        seal(&network, &scene.job, &bob, other_job.cid(), &salt("carol")),
        seal(&network, &scene.job, &bob, network.cid(), &salt("bob")),
    ] {
        assert_ne!(sealed, other);
    }
}

#[test]
fn who_has_withdrawn_leaves_with_the_last_seat() {
    let mut scene = Scene::new(true);
    let bob = did("bob");
    let tx = scene.world.sign("bob", Action::Withdraw {});
    scene.world.block(1, &[tx]);
    let known = scene.world.state.executor(&bob).unwrap();
    assert_eq!((known.open, known.busy), (false, 1));
    scene.happens(Settle);
    assert_eq!(scene.world.state.executor(&bob), None);
}
