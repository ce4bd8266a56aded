//! Random effects under random grants: all or none, exact to the unit, and the run's scratch copy
//! had said so before.

use crate::assembly;
use crate::world::{Setup, World, did, mana, profile, put, spec};
use icn_base::JobId;
use icn_base::run::{Effect, Grant, JobSpec};
use icn_economics::Offer;
use icn_ledger::job::{Ended, Phase};
use icn_ledger::quote::effects_most;
use icn_ledger::scratch::{Need, Scratch};
use icn_ledger::{Action, Ending, Key, Partial};
use proptest::prelude::*;
use std::sync::Arc;

/// An effect before it is known which job it is for.
#[derive(Clone, Debug)]
enum Wish {
    Spend(u64),
    Pay(u64),
    Put(u64),
    Child { price: u64, spend: u64 },
    Propose(u64),
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        (0u64..12).prop_map(Wish::Spend),
        (0u64..12).prop_map(Wish::Pay),
        (0u64..40).prop_map(Wish::Put),
        (1u64..20, 0u64..4).prop_map(|(price, spend)| Wish::Child { price, spend }),
        (0u64..12).prop_map(Wish::Propose),
    ]
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let spend = (0u64..60).prop_map(|limit| Grant::ManaSpend {
        limit: mana(limit),
        to: None,
    });
    let submit = (0u32..5, 0u64..120).prop_map(|(count, budget)| Grant::MeshSubmit {
        count,
        budget: mana(budget),
    });
    let write = (0u64..120).prop_map(|bytes| Grant::DagWrite { bytes });
    let propose = (0u32..5, 0u64..60).prop_map(|(count, fees)| Grant::GovernancePropose {
        count,
        fees: mana(fees),
    });
    let often = |grant| prop::option::weighted(0.8, grant);
    (
        often(spend.boxed()),
        often(submit.boxed()),
        often(write.boxed()),
        often(propose.boxed()),
    )
        .prop_map(|(spend, submit, write, propose)| {
            let all = [spend, submit, write, propose];
            all.into_iter().flatten().collect()
        })
}

struct Run {
    world: World,
    job: JobId,
}

impl Run {
    fn new(grants: Vec<Grant>) -> Self {
        let setup = Setup::default()
            .parameter("regen_amount", 0)
            .member("alice", 5_000)
            .member("bob", 1_000);
        let mut world = World::new(&setup);
        let register = world.sign("bob", Action::RegisterExecutor { profile: profile() });
        let mut wanted = spec("alice", 0);
        wanted.requires.allow.insert(did("bob"));
        wanted.grants = grants;
        let submit = world.sign(
            "alice",
            Action::SubmitJob {
                spec: Arc::new(wanted),
            },
        );
        let job = JobId::new(*submit.id().cid());
        world.block(1, &[register, submit]);
        let bids = vec![world.bid(
            job,
            "bob",
            Offer {
                base: mana(2),
                per_mfuel: mana(3),
            },
        )];
        let assign = world.sign(
            "alice",
            Action::AssignJob {
                job,
                bids,
                spares: vec![],
            },
        );
        world.block(200, &[assign]);
        Self { world, job }
    }

    fn spec(&self) -> &JobSpec {
        &self.world.state.job(&self.job).unwrap().spec
    }

    fn effects(&self, wishes: &[Wish]) -> Vec<Effect> {
        let effect = |wish: &Wish| match *wish {
            Wish::Spend(units) => Effect::SpendMana {
                amount: mana(units),
            },
            Wish::Pay(units) => Effect::PayMana {
                to: did("carol"),
                amount: mana(units),
            },
            Wish::Put(bytes) => put("block", bytes),
            Wish::Propose(units) => {
                Effect::Propose(Box::new(assembly::Wish::Pay("eve", units).request()))
            }
            Wish::Child { price, spend } => {
                let mut child = self.spec().clone();
                child.max_price = mana(price);
                let grant = Grant::ManaSpend {
                    limit: mana(spend),
                    to: None,
                };
                child.grants = if spend > 0 { vec![grant] } else { vec![] };
                Effect::SubmitJob {
                    spec: Box::new(child),
                }
            }
        };
        wishes.iter().map(effect).collect()
    }

    /// Where the scratch copy refuses, and the number of the refusal.
    fn foreseen(&self, effects: &[Effect]) -> Option<(u32, u16)> {
        let at = self.world.state.chain().time;
        let mut scratch = Scratch::new(&self.world.state, self.job, at).unwrap();
        (0..).zip(effects).find_map(|(index, effect)| {
            let refused = scratch.perform(&self.world.state, effect).err();
            refused.map(|reject| (index, reject.number()))
        })
    }

    /// The same, where no row is known but those that the scratch copy says it needs.
    fn foreseen_from_rows(&self, effects: &[Effect]) -> Option<(u32, u16)> {
        let full = &self.world.state;
        let mut known = Partial::new(&full.row(&Key::Chain).unwrap()).unwrap();
        let learn = |known: &mut Partial, need| {
            let keys = match need {
                Need::Rows(keys) => keys,
                Need::All => full.keys().collect(),
            };
            let rows = keys
                .into_iter()
                .filter_map(|key| Some((key, full.row(&key)?)));
            known.put(rows).unwrap();
        };
        learn(&mut known, Need::of_run(self.job));
        let mut scratch = Scratch::new(known.state(), self.job, full.chain().time).unwrap();
        (0..).zip(effects).find_map(|(index, effect)| {
            let need = scratch.needs(known.state(), effect);
            learn(&mut known, need);
            let refused = scratch.perform(known.state(), effect).err();
            refused.map(|reject| (index, reject.number()))
        })
    }

    fn settle(&mut self, effects: &[Effect]) -> Ended {
        let mut claim = self.world.claim(self.job, 400_000);
        claim.effects = effects.to_vec();
        let receipt = Box::new(self.world.receipt("bob", claim));
        let tx = self.world.sign(
            "bob",
            Action::SettleJob {
                receipt,
                salt: None,
            },
        );
        self.world.block(1, &[tx]);
        match &self.world.state.job(&self.job).unwrap().phase {
            Phase::Ended(ended) => Ended::clone(ended),
            other => panic!("the receipt settles the job: {other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn effects_are_all_or_none_and_as_the_scratch_copy_said(
        grants in grants(),
        wishes in prop::collection::vec(wish(), 0..8),
    ) {
        let mut run = Run::new(grants);
        let most = effects_most(&run.spec().grants) as usize;
        let wishes = &wishes[..wishes.len().min(most)];
        let effects = run.effects(wishes);
        let foreseen = run.foreseen(&effects);
        prop_assert_eq!(run.foreseen_from_rows(&effects), foreseen);
        let treasury = |run: &Run| run.world.state.chain().supply.treasury.units();
        let before = treasury(&run);
        let ended = run.settle(&effects);
        run.world.state.audit().unwrap();

        let said = match ended.how {
            Ending::Completed => None,
            Ending::EffectRefused { effect, number } => Some((effect, number)),
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(said, foreseen);
        // What is left of the wishes: all or nothing.
        let granted = if said.is_none() { wishes } else { &[] };
        let state = &run.world.state;
        let (mut paid, mut spent, mut children, mut proposals) = (0, 0, 0, 0);
        for (index, wish) in (0..).zip(granted) {
            match wish {
                Wish::Pay(units) => paid += units,
                Wish::Spend(units) => spent += units,
                Wish::Put(_) => {}
                Wish::Propose(_) => proposals += 1,
                Wish::Child { .. } => {
                    let Effect::SubmitJob { spec } = &effects[index as usize] else {
                        panic!("a child is a job")
                    };
                    let child = state.job(&spec.child_id(&run.job, index).unwrap()).unwrap();
                    prop_assert_eq!(child.tree.parent, Some(run.job));
                    children += 1;
                }
            }
        }
        let carol = state.actor(&did("carol")).map_or(0, |actor| actor.account.total().units());
        prop_assert_eq!(carol, paid);
        prop_assert_eq!(state.jobs_after(None).count(), 1 + children);
        // The fees: of each effect, of each child, of the receipt, and of the charge of 4.
        let fees = granted.len() as u64 + children as u64 + 1 + 1;
        prop_assert_eq!(treasury(&run) - before, spent + fees);
        let held: u64 = state.jobs_after(None).map(|(_, job)| job.hold.left().units()).sum();
        let alice = state.actor(&did("alice")).unwrap().account;
        prop_assert_eq!(alice.held().units(), held);
        prop_assert_eq!(alice.bonded().units(), 10 * proposals);
        prop_assert_eq!(state.governance().under_way().count() as u64, proposals);
        let job = state.job(&run.job).unwrap();
        prop_assert!(job.hold.left().is_zero());
    }
}
