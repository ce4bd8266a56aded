//! What an executor earns at the prices that it asks for if nobody says otherwise.

use super::Executor;
use crate::lone::{Lone, mana};
use icn_base::run::{Agreement, Claim, Exit, Input, Journal, Outcome, Receipt, Snapshot};
use icn_base::{Bytes, Cid, Codec, JobId, Keypair, Time, codec};
use icn_economics::Offer;
use icn_ledger::job::{Salt, seal};
use icn_ledger::{Action, Bid, Genesis, GenesisAccount, Profile, Terms};
use icn_sandbox::{ENGINE, Sandbox, Settings};
use std::sync::Arc;

/// A mesh of one owner and so many executors that ask for the default prices.
struct Market {
    lone: Lone,
    executors: Vec<Keypair>,
}

impl Market {
    fn new(executors: u8) -> Self {
        let keys = |number| Keypair::from_seed([number; 32]);
        let account = |number| GenesisAccount {
            did: keys(number).did(),
            mana: mana(10_000),
            member: true,
            power: 1,
        };
        let mut accounts: Vec<_> = (1..=executors + 1).map(account).collect();
        accounts.sort_by_key(|account| account.did);
        let genesis = Genesis {
            time: Time::from_ms(1_000_000).unwrap(),
            accounts,
            ..Genesis::default()
        };
        let sandbox = Arc::new(Sandbox::new(&Settings::default()).unwrap());
        let mut market = Self {
            lone: Lone::on(sandbox, keys(1), genesis),
            executors: (2..=executors + 1).map(keys).collect(),
        };
        market.each(|_, _| Action::RegisterExecutor {
            profile: Profile {
                capacity: 1,
                prices: prices(),
                capabilities: [].into(),
                labels: [].into(),
                engine: ENGINE.to_owned(),
            },
        });
        market
    }

    /// A block in which each executor does this.
    fn each(&mut self, action: impl Fn(&Lone, &Keypair) -> Action) {
        let lone = &self.lone;
        let sign = |keys| lone.sign_by(keys, vec![action(lone, keys)]);
        let txs: Vec<_> = self.executors.iter().flat_map(sign).collect();
        self.lone.settled(&txs);
    }

    /// All executors have a seat in a job.
    fn assigned(&mut self) -> JobId {
        let seats = u8::try_from(self.executors.len()).unwrap();
        let mut spec = self
            .lone
            .spec(b"a module", Input::Inline(Bytes(Vec::new())));
        spec.agreement = Agreement {
            executors: seats,
            quorum: seats,
        };
        let spec = Arc::new(spec);
        let submitted = self.lone.act(vec![Action::SubmitJob { spec }]);
        let job = JobId::new(*submitted[0].id().cid());
        let bid = |keys: &Keypair| {
            let terms = Terms {
                job,
                executor: keys.did(),
                offer: prices(),
                engine: ENGINE.to_owned(),
                assign_before: self.lone.state.chain().time.after_ms(60_000).unwrap(),
            };
            Bid::sign(terms, keys, &self.lone.network())
        };
        let bids = self.executors.iter().map(bid).collect();
        let spares = Vec::new();
        self.lone.act(vec![Action::AssignJob { job, bids, spares }]);
        job
    }

    /// All of them claim the same, and the job is settled.
    fn settle(&mut self, job: JobId) {
        let claim = claim(&self.lone, job);
        let name = claim.cid().unwrap();
        let salt = (self.executors.len() > 1).then_some(Salt([7; 32]));
        if let Some(salt) = &salt {
            self.each(|lone, keys| Action::CommitReceipt {
                job,
                seal: seal(&lone.network(), &job, &keys.did(), &name, salt),
            });
        }
        self.each(|lone, keys| {
            let at = lone.state.chain().time;
            let receipt = Receipt::sign(claim.clone(), at, at, keys, &lone.network());
            let receipt = Box::new(receipt.unwrap());
            Action::SettleJob { receipt, salt }
        });
    }

    /// What the first executor has.
    fn mana(&self) -> u64 {
        let actor = self.lone.state.actor(&self.executors[0].did()).unwrap();
        actor.account.spendable().units()
    }
}

fn prices() -> Offer {
    let Executor {
        base, per_mfuel, ..
    } = Executor::default();
    Offer { base, per_mfuel }
}

/// A run that used next to nothing.
fn claim(lone: &Lone, job: JobId) -> Claim {
    let spec = &lone.state.job(&job).unwrap().spec;
    let nothing = Cid::of(Codec::Raw, b"");
    let journal = codec::encode(&Journal::default()).unwrap();
    let outcome = Outcome {
        exit: Exit::Ok(0),
        output: nothing,
        log: nothing,
        effects: Vec::new(),
        fuel_used: 1,
        memory_peak: 0,
        host_calls: Vec::new(),
        journal: Cid::of(Codec::DagCbor, &journal),
        engine: ENGINE.to_owned(),
    };
    let read = Snapshot {
        height: lone.state.chain().height,
        root: *lone.state.root().unwrap(),
    };
    let input = icn_replay::job::input_cid(spec);
    Claim::new(job, spec.module, input, read, outcome)
}

#[test]
fn an_executor_gains_from_the_smallest_job_at_default_prices() {
    for (executors, gain) in [(1, 4), (2, 3)] {
        let mut market = Market::new(executors);
        let before = market.mana();
        let job = market.assigned();
        market.settle(job);
        assert_eq!(market.mana() - before, gain, "{executors} executors");
    }
}
