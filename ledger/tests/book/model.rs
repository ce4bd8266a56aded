//! The real book beside the naive one: random people do random things, and after each step both say
//! the same of every balance, job and reputation, and the invariants hold.

use crate::assembly::{DELAY, EXECUTE_BY, TALK, TALK_MAX, VOTING, VOTING_MAX, Wish, wish};
use crate::attackers::Facts;
use crate::naive::{CAPACITY_MANA, INTERVAL, REGEN, SEATS};
use crate::naive::{MINT, Naive, Said, TREASURY};
use crate::world::{Setup, World, cid, did, mana, salt, spec};
use icn_base::gov::{Ballot, VoteRequest};
use icn_base::run::{Agreement, Claim, JobState};
use icn_base::{JobId, ProposalId};
use icn_economics::Offer;
use icn_governance::Parameter;
use icn_ledger::{Action, Draft, SignedTx, State, Verdict};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) const PEOPLE: [&str; 5] = ["alice", "bob", "carol", "dave", "eve"];
/// Eve is no member.
const MEMBERS: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// What somebody tries. Jobs are chosen among the latest.
#[derive(Clone, Debug)]
enum Step {
    Transfer {
        to: usize,
        units: u64,
    },
    Submit {
        n: usize,
        m: usize,
        price: u64,
    },
    Cancel {
        job: usize,
    },
    Register,
    Withdraw,
    Assign {
        job: usize,
        first: usize,
        bids: usize,
        spares: usize,
        base: u64,
        per: u64,
    },
    Decline {
        job: usize,
    },
    Seal {
        job: usize,
        variant: u8,
    },
    Settle {
        job: usize,
        variant: u8,
    },
    Propose(Wish),
    Open {
        motion: usize,
    },
    Vote {
        motion: usize,
        yes: bool,
    },
    Close {
        motion: usize,
    },
    Execute {
        motion: usize,
    },
    Retract {
        motion: usize,
    },
    /// A proposal, from its draft to its end, if all waits suffice.
    Campaign {
        wish: Wish,
        votes: [u8; 5],
        waits: [u64; 3],
    },
    /// All who have a seat seal and then reveal, but for those who forget to.
    Rush {
        job: usize,
        variants: [u8; 4],
        forgets: [u8; 4],
    },
}

fn step() -> impl Strategy<Value = Step> {
    let job = prop_oneof![6 => Just(0usize), 3 => Just(1), 1 => 2usize..5];
    prop_oneof![
        2 => (0usize..5, prop_oneof![0u64..50, Just(10_000)])
            .prop_map(|(to, units)| Step::Transfer { to, units }),
        3 => (1usize..=4, 0usize..=2, 10u64..40)
            .prop_map(|(n, more, price)| Step::Submit { n, m: n / 2 + more, price }),
        1 => job.clone().prop_map(|job| Step::Cancel { job }),
        3 => Just(Step::Register),
        1 => Just(Step::Withdraw),
        8 => (job.clone(), 0usize..5, 1usize..=9, 0usize..=2, 0u64..9, 0u64..9).prop_map(
            |(job, first, bids, spares, base, per)| Step::Assign {
                job, first, bids, spares, base, per
            }
        ),
        2 => job.clone().prop_map(|job| Step::Decline { job }),
        8 => (job.clone(), variant()).prop_map(|(job, variant)| Step::Seal { job, variant }),
        4 => (job.clone(), [variant(), variant(), variant(), variant()], [0u8..9, 0..9, 0..9, 0..9])
            .prop_map(|(job, variants, forgets)| Step::Rush { job, variants, forgets }),
        8 => (job, variant()).prop_map(|(job, variant)| Step::Settle { job, variant }),
        2 => wish().prop_map(Step::Propose),
        2 => (0usize..3).prop_map(|motion| Step::Open { motion }),
        3 => (0usize..3, any::<bool>()).prop_map(|(motion, yes)| Step::Vote { motion, yes }),
        2 => (0usize..3).prop_map(|motion| Step::Close { motion }),
        2 => (0usize..3).prop_map(|motion| Step::Execute { motion }),
        1 => (0usize..3).prop_map(|motion| Step::Retract { motion }),
        3 => (wish(), [0u8..5, 0..5, 0..5, 0..5, 0..5], [long(TALK), long(VOTING), long(DELAY)])
            .prop_map(|(wish, votes, waits)| Step::Campaign { wish, votes, waits }),
    ]
}

/// Mostly long enough.
fn long(ms: u64) -> impl Strategy<Value = u64> {
    prop_oneof![9 => Just(ms), 1 => Just(ms / 2), 1 => Just(ms * 30)]
}

/// Most executors tell the truth.
fn variant() -> impl Strategy<Value = u8> {
    prop_oneof![5 => Just(0u8), 1 => 1u8..3]
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![12 => 1u64..50, 6 => 50u64..400, 1 => 400u64..12_000]
}

struct Both {
    world: World,
    naive: Naive,
    jobs: Vec<JobId>,
    motions: Vec<ProposalId>,
}

impl Both {
    fn new() -> Self {
        let mut setup = Setup::default()
            .parameter("capacity", CAPACITY_MANA)
            .parameter("regen_amount", REGEN)
            .parameter("regen_interval_ms", INTERVAL)
            .parameter("min_deliberation_ms", TALK)
            .parameter("max_deliberation_ms", TALK_MAX)
            .parameter("min_voting_ms", VOTING)
            .parameter("max_voting_ms", VOTING_MAX)
            .parameter("execution_delay_ms", DELAY)
            .parameter("change_delay_ms", DELAY)
            .parameter("execute_by_ms", EXECUTE_BY);
        for member in MEMBERS {
            setup = setup.member(member, 300);
        }
        setup.people.push(("eve".into(), 50, false, 0));
        setup.treasury = 7;
        let mut naive = Naive {
            pots: BTreeMap::new(),
            jobs: vec![],
            members: MEMBERS.to_vec(),
            executors: BTreeMap::new(),
            reputation: BTreeMap::new(),
            praised: vec![],
            now: 0,
            parent: 0,
            motions: vec![],
            capacity: CAPACITY_MANA,
            regen: REGEN,
            since: 0,
            next: None,
        };
        naive.put(MINT, TREASURY, 7);
        naive.put(MINT, "eve", 50);
        MEMBERS
            .iter()
            .for_each(|member| naive.put(MINT, member, 300));
        Self {
            world: World::new(&setup),
            naive,
            jobs: vec![],
            motions: vec![],
        }
    }

    /// One of the latest jobs, if there is any.
    fn pick(&self, back: usize) -> Option<(usize, JobId)> {
        let at = self.jobs.len().checked_sub(1 + back)?;
        Some((at, self.jobs[at]))
    }

    /// One of the latest proposals, if there is any.
    fn motion(&self, back: usize) -> Option<(usize, ProposalId)> {
        let at = self.motions.len().checked_sub(1 + back)?;
        Some((at, self.motions[at]))
    }

    /// Claims differ by variant, in output and fuel.
    fn claim(&self, job: JobId, variant: u8) -> Claim {
        let mut claim = self
            .world
            .claim(job, 300_000 + 100_000 * u64::from(variant));
        claim.output = cid(&variant.to_string());
        claim
    }

    /// Signs the step, and says what the naive book says to it.
    fn sign(&mut self, who: &'static str, step: &Step, ms: u64) -> Option<(SignedTx, Said)> {
        let (action, said): (Action, Said);
        match *step {
            Step::Transfer { to, units } => {
                let to = PEOPLE[to];
                action = Action::Transfer {
                    to: did(to),
                    amount: mana(units),
                    memo: String::new(),
                };
                self.naive.pass(ms);
                said = self.naive.transfer(who, to, units);
            }
            Step::Submit { n, m, price } => {
                let mut wanted = spec(who, self.world.now + ms);
                wanted.agreement = Agreement {
                    executors: n as u8,
                    quorum: m as u8,
                };
                wanted.max_price = mana(price);
                action = Action::SubmitJob {
                    spec: Arc::new(wanted),
                };
                self.naive.pass(ms);
                said = self.naive.submit(who, n, m, price);
            }
            Step::Cancel { job } => {
                let (at, job) = self.pick(job)?;
                action = Action::CancelJob { job };
                self.naive.pass(ms);
                said = self.naive.cancel(who, at);
            }
            Step::Register => {
                let mut profile = crate::world::profile();
                profile.capacity = SEATS as u32;
                action = Action::RegisterExecutor { profile };
                self.naive.pass(ms);
                said = self.naive.register(who);
            }
            Step::Withdraw => {
                action = Action::Withdraw {};
                self.naive.pass(ms);
                said = self.naive.withdraw(who);
            }
            Step::Assign {
                job,
                first,
                bids,
                spares,
                base,
                per,
            } => {
                let (at, job) = self.pick(job)?;
                // As many bids as the job wants, mostly; people in a circle from the first one.
                let bids = if bids == 9 { 1 } else { self.naive.jobs[at].n };
                // Eve, who may not work, begins one circle in five.
                let circle = if first == 4 { 5 } else { 4 };
                let person = |index: usize| (PEOPLE[(first + index) % circle], base, per);
                let all: Vec<_> = (0..(bids + spares).min(4)).map(person).collect();
                let (bids, spares) = all.split_at(bids.min(all.len()));
                let sign = |list: &[(&str, u64, u64)]| {
                    let offer = |(who, base, per): &(&str, u64, u64)| {
                        let offer = Offer {
                            base: mana(*base),
                            per_mfuel: mana(*per),
                        };
                        self.world.bid(job, who, offer)
                    };
                    list.iter().map(offer).collect()
                };
                action = Action::AssignJob {
                    job,
                    bids: sign(bids),
                    spares: sign(spares),
                };
                let expired = ms > 10_000;
                self.naive.pass(ms);
                said = match expired {
                    true => Said::Refused,
                    false => self.naive.assign(who, at, bids, spares),
                };
            }
            Step::Decline { job } => {
                let (at, job) = self.pick(job)?;
                action = Action::DeclineJob {
                    job,
                    reason: String::new(),
                };
                self.naive.pass(ms);
                said = self.naive.decline(who, at);
            }
            Step::Seal { job, variant } => {
                let (at, job) = self.pick(job)?;
                let seal = self.world.seal(who, &self.claim(job, variant));
                action = Action::CommitReceipt { job, seal };
                self.naive.pass(ms);
                said = self.naive.seal(who, at, variant);
            }
            Step::Settle { job, variant } => {
                let (at, job) = self.pick(job)?;
                let claim = self.claim(job, variant);
                let fuel = claim.fuel_used;
                let receipt = Box::new(self.world.receipt(who, claim));
                let salt = (self.naive.jobs[at].n > 1).then(|| salt(who));
                action = Action::SettleJob { receipt, salt };
                self.naive.pass(ms);
                said = self.naive.settle(who, at, variant, fuel);
            }
            Step::Propose(wish) => {
                action = Action::Propose(Box::new(wish.request()));
                self.naive.pass(ms);
                said = self.naive.propose(who, wish);
            }
            Step::Open { motion } => {
                let (at, proposal) = self.motion(motion)?;
                action = Action::OpenVoting { proposal };
                self.naive.pass(ms);
                said = self.naive.open(who, at);
            }
            Step::Vote { motion, yes } => {
                let (at, proposal) = self.motion(motion)?;
                action = Action::Vote(VoteRequest {
                    proposal,
                    ballot: if yes { Ballot::Yes } else { Ballot::No },
                    preview: None,
                });
                self.naive.pass(ms);
                said = self.naive.vote(who, at, yes);
            }
            Step::Close { motion } => {
                let (at, proposal) = self.motion(motion)?;
                action = Action::CloseVoting { proposal };
                self.naive.pass(ms);
                said = self.naive.close(who, at);
            }
            Step::Execute { motion } => {
                let (at, proposal) = self.motion(motion)?;
                action = Action::Execute { proposal };
                self.naive.pass(ms);
                said = self.naive.execute(who, at);
            }
            Step::Retract { motion } => {
                let (at, proposal) = self.motion(motion)?;
                action = Action::WithdrawProposal { proposal };
                self.naive.pass(ms);
                said = self.naive.retract(who, at);
            }
            Step::Rush { .. } | Step::Campaign { .. } => return None,
        }
        Some((self.world.sign(who, action), said))
    }

    /// Who tries it: mostly one whose business it is, sometimes anyone.
    fn actor(&self, step: &Step, index: usize) -> &'static str {
        let (Step::Cancel { job }
        | Step::Assign { job, .. }
        | Step::Decline { job }
        | Step::Seal { job, .. }
        | Step::Settle { job, .. }) = *step
        else {
            return PEOPLE[index];
        };
        let job = self.pick(job).map(|(at, _)| &self.naive.jobs[at]);
        match (job, step) {
            (Some(job), Step::Cancel { .. } | Step::Assign { .. }) if index > 0 => job.owner,
            (Some(job), _) if index > 0 && !job.seats.is_empty() => {
                job.seats[(index - 1) % job.seats.len()].who
            }
            _ => PEOPLE[index],
        }
    }

    /// Takes a step, or the several that it stands for.
    fn go(&mut self, who: &'static str, step: &Step, ms: u64) {
        if let Step::Campaign { wish, votes, waits } = *step {
            self.take(who, &Step::Propose(wish), ms);
            self.take(who, &Step::Open { motion: 0 }, waits[0]);
            for (who, vote) in PEOPLE.into_iter().zip(votes).filter(|(_, vote)| *vote > 0) {
                let yes = vote > 1;
                self.take(who, &Step::Vote { motion: 0, yes }, 1);
            }
            self.take(who, &Step::Close { motion: 0 }, waits[1]);
            return self.take(who, &Step::Execute { motion: 0 }, waits[2]);
        }
        let Step::Rush {
            job,
            variants,
            forgets,
        } = *step
        else {
            return self.take(who, step, ms);
        };
        let Some((at, _)) = self.pick(job) else {
            return;
        };
        let seats: Vec<_> = self.naive.jobs[at]
            .seats
            .iter()
            .map(|seat| seat.who)
            .collect();
        for (index, who) in seats
            .iter()
            .enumerate()
            .filter(|(index, _)| forgets[index % 4] > 0)
        {
            self.take(
                who,
                &Step::Seal {
                    job,
                    variant: variants[index % 4],
                },
                1,
            );
        }
        for (index, who) in seats
            .iter()
            .enumerate()
            .filter(|(index, _)| forgets[index % 4] > 1)
        {
            self.take(
                who,
                &Step::Settle {
                    job,
                    variant: variants[index % 4],
                },
                1,
            );
        }
    }

    fn take(&mut self, who: &'static str, step: &Step, ms: u64) {
        let Some((tx, said)) = self.sign(who, step, ms) else {
            return;
        };
        let before = Facts::of(&self.world.state);
        let applied = self.world.block(ms, std::slice::from_ref(&tx));
        before.explain(&Facts::of(&self.world.state), &applied);
        self.naive.expire();
        self.naive.adjourn();
        let heard = match &applied.verdicts[0] {
            Verdict::Applied(_) => Said::Applied,
            Verdict::Failed(_) => Said::Failed,
            Verdict::Refused(_) => Said::Refused,
        };
        assert_eq!(heard, said, "{who} {step:?}: {:?}", applied.verdicts[0]);
        match (step, heard) {
            (Step::Submit { .. }, Said::Applied) => self.jobs.push(JobId::new(*tx.id().cid())),
            (Step::Propose(_), Said::Applied) => {
                self.motions.push(ProposalId::new(*tx.id().cid()));
            }
            _ => {}
        }
        self.compare();
        self.invariants();
    }

    fn compare(&self) {
        let state = &self.world.state;
        let draft = Draft::new(state, state.chain().time);
        for name in PEOPLE {
            let actor = draft.actor(&did(name));
            let (real, naive) = (actor.account, &self.naive);
            assert_eq!(real.spendable(), mana(naive.sum(name)), "{name} can spend");
            assert_eq!(real.held(), mana(naive.held_by(name)), "{name} has held");
            assert_eq!(
                real.bonded(),
                mana(naive.bonded_by(name) + naive.escrowed_by(name)),
                "{name} has bonded"
            );
            let score = i64::from(actor.standing.score(state.chain().time));
            assert_eq!(
                score,
                naive.reputation.get(name).copied().unwrap_or(100),
                "{name}"
            );
        }
        assert_eq!(
            state.chain().supply.treasury,
            mana(self.naive.sum(TREASURY))
        );
        for (id, naive) in self.jobs.iter().zip(&self.naive.jobs) {
            let real = match state.job(id).unwrap().state() {
                JobState::Open => "open",
                JobState::Assigned => "assigned",
                JobState::Completed => "completed",
                JobState::GuestFailed => "guest failed",
                JobState::NoBids => "no bids",
                JobState::Late => "late",
                JobState::Cancelled => "cancelled",
                JobState::Disagreed => "disagreed",
            };
            assert_eq!(real, naive.state);
        }
        for (id, naive) in self.motions.iter().zip(&self.naive.motions) {
            let real = state.governance().proposal(id).unwrap();
            assert_eq!(real.status().name(), naive.phase, "{naive:?}");
        }
        for name in PEOPLE {
            let naive = self.naive.members.contains(&name);
            assert_eq!(state.is_member(&did(name)), naive, "{name}");
        }
        assert_eq!(state.parameter(Parameter::Capacity), self.naive.capacity);
        assert_eq!(state.parameter(Parameter::RegenAmount), self.naive.regen);
    }

    /// Invariants 1, 2, 4 and 10 of the design, as far as they are the book's.
    fn invariants(&self) {
        let state = &self.world.state;
        state.audit().unwrap();
        let mut held = 0;
        for (_, job) in state.jobs_after(None) {
            let hold = job.hold;
            let sum = hold.paid().units() + hold.refunded().units() + hold.left().units();
            assert_eq!(sum, hold.held().units());
            let ended = job.due().is_none();
            assert!(
                !ended || hold.left().is_zero(),
                "every ending closes the hold"
            );
            held += hold.left().units();
            assert!(
                ended || job.due() >= state.next_due(),
                "what is unfinished falls due"
            );
        }
        let accounts = state
            .actors()
            .map(|(_, actor)| actor.account.held().units());
        assert_eq!(
            accounts.sum::<u64>(),
            held,
            "what is held is held for a job"
        );
        assert!(state.root().is_some());
        crate::market::indexes(state);
    }

    /// A snapshot of the state is the state.
    fn snapshot(&self) {
        let mut car = Vec::new();
        let root = self.world.state.export(&mut car).unwrap();
        assert_eq!(
            Some(&root),
            self.world.state.root(),
            "step by step or at once: one root"
        );
        let mut again = State::import(&car[..], &root).unwrap();
        assert_eq!(again.commit().0, root);
        assert_eq!(again.next_due(), self.world.state.next_due());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_book_and_the_naive_book_agree_at_every_step(
        steps in prop::collection::vec((0usize..5, step(), wait()), 1..500),
    ) {
        let mut both = Both::new();
        // Most of the time everybody may run jobs.
        for member in MEMBERS {
            both.take(member, &Step::Register, 1);
        }
        for (who, step, ms) in steps {
            both.go(both.actor(&step, who), &step, ms);
        }
        both.snapshot();
    }
}

/// So that the sequences of chance do not pass by what they are to try.
#[test]
fn a_campaign_with_time_and_votes_is_executed() {
    let mut both = Both::new();
    let wishes = [
        Wish::Pay("eve", 9),
        Wish::Capacity(400),
        Wish::Regen(3),
        Wish::Admit("eve"),
        Wish::Remove("dave"),
    ];
    for wish in wishes {
        let (votes, waits) = ([2; 5], [TALK, VOTING, DELAY]);
        both.go("alice", &Step::Campaign { wish, votes, waits }, 1);
        let phase = both.naive.motions.last().unwrap().phase;
        assert_eq!(phase, "Executed", "{wish:?}");
    }
}
