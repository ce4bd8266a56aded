//! People with keys, a state, and a clock that only the test moves.

use icn_base::run::{
    Agreement, Claim, Effect, Exit, Input, JobSpec, Receipt, Requires, Snapshot, TrapCode,
};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, NetworkId, Time};
use icn_economics::Offer;
use icn_ledger::job::{Phase, Salt, seal};
use icn_ledger::{
    Action, Applied, Bid, Genesis, GenesisAccount, Profile, SignedTx, State, Terms, TxBody,
    apply_block,
};
use std::collections::BTreeMap;

pub(crate) const ENGINE: &str = "wasmtime-48/icn-1";

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) genesis: Genesis,
    pub(crate) state: State,
    pub(crate) now: u64,
    names: BTreeMap<Did, String>,
}

pub(crate) fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

pub(crate) fn time(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

pub(crate) fn cid(text: &str) -> Cid {
    Cid::of(Codec::Raw, text.as_bytes())
}

/// A person's key grows from the name.
pub(crate) fn keys(name: &str) -> Keypair {
    Keypair::from_seed(*Cid::of(Codec::Raw, name.as_bytes()).digest())
}

pub(crate) fn did(name: &str) -> Did {
    keys(name).did()
}

/// What a world begins with.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) people: Vec<(String, u64, bool, u64)>,
    pub(crate) parameters: Vec<(String, u64)>,
    pub(crate) treasury: u64,
    pub(crate) development: bool,
}

impl Setup {
    /// A member with this much mana.
    pub(crate) fn member(mut self, name: &str, units: u64) -> Self {
        self.people.push((name.into(), units, true, 0));
        self
    }

    /// A parameter that differs from its default.
    pub(crate) fn parameter(mut self, name: &str, value: u64) -> Self {
        self.parameters.push((name.into(), value));
        self
    }
}

impl World {
    pub(crate) fn new(setup: &Setup) -> Self {
        let account = |(name, units, member, power): &(String, u64, bool, u64)| GenesisAccount {
            did: did(name),
            mana: mana(*units),
            member: *member,
            power: *power,
        };
        let mut accounts: Vec<_> = setup.people.iter().map(account).collect();
        accounts.sort_by_key(|account| account.did);
        let parameter = |(name, value): &(String, u64)| (name.parse().unwrap(), *value);
        let genesis = Genesis {
            time: Time::ZERO,
            accounts,
            treasury: mana(setup.treasury),
            parameters: setup.parameters.iter().map(parameter).collect(),
            development: setup.development,
        };
        let mut state = genesis.state().unwrap();
        state.commit();
        let people = setup.people.iter();
        let names = people.map(|(name, ..)| (did(name), name.clone())).collect();
        Self {
            genesis,
            state,
            now: 0,
            names,
        }
    }

    pub(crate) fn network(&self) -> NetworkId {
        self.genesis.network()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = (&Did, &String)> {
        self.names.iter()
    }

    /// The body that `name` would sign now.
    pub(crate) fn body(&self, name: &str, action: Action) -> TxBody {
        let from = did(name);
        let next = self.state.actor(&from).map_or(0, |actor| actor.nonce);
        TxBody {
            network: self.network(),
            from,
            nonce: (!action.is_market()).then_some(next),
            valid_until: time(self.now + 60_000),
            action,
        }
    }

    pub(crate) fn sign(&self, name: &str, action: Action) -> SignedTx {
        SignedTx::sign(self.body(name, action), &keys(name))
    }

    /// The next block, `ms` later than the last.
    pub(crate) fn block(&mut self, ms: u64, txs: &[SignedTx]) -> Applied {
        self.now += ms;
        let height = self.state.chain().height + 1;
        apply_block(&mut self.state, height, time(self.now), txs).unwrap()
    }

    pub(crate) fn bid(&self, job: JobId, name: &str, offer: Offer) -> Bid {
        let terms = Terms {
            job,
            executor: did(name),
            offer,
            engine: ENGINE.into(),
            assign_before: time(self.now + 10_000),
        };
        Bid::sign(terms, &keys(name), &self.network())
    }

    /// The snapshot that executors of a job read.
    pub(crate) fn snapshot(&self, job: &JobId) -> Snapshot {
        let nowhere = Snapshot {
            height: 0,
            root: cid("nowhere"),
        };
        match self.state.job(job).map(|job| &job.phase) {
            Some(Phase::Assigned(assigned)) => assigned.snapshot.unwrap_or_else(|| {
                // The next block will write down the root that the state has now.
                Snapshot {
                    height: self.state.chain().height,
                    root: self.state.root().copied().unwrap(),
                }
            }),
            _ => nowhere,
        }
    }

    /// A claim that fits the job.
    pub(crate) fn claim(&self, job: JobId, fuel_used: u64) -> Claim {
        let spec = self.state.job(&job).map(|job| job.spec.clone());
        Claim {
            job,
            module: spec.as_ref().map_or(cid(""), |spec| spec.module),
            input: match spec.as_ref().map(|spec| &spec.input) {
                Some(Input::Cid(cid)) => *cid,
                Some(Input::Inline(bytes)) => Cid::of(Codec::Raw, bytes),
                None => cid(""),
            },
            snapshot: self.snapshot(&job),
            engine: ENGINE.into(),
            exit: Exit::Ok(0),
            output: cid("output"),
            log: cid(""),
            journal: cid("journal"),
            effects: vec![],
            fuel_used,
            host_calls: vec![],
            memory_peak: 65_536,
        }
    }

    pub(crate) fn receipt(&self, name: &str, claim: Claim) -> Receipt {
        Receipt::sign(claim, time(0), time(1), &keys(name), &self.network()).unwrap()
    }

    pub(crate) fn seal(&self, name: &str, claim: &Claim) -> Cid {
        let claim_cid = claim.cid().unwrap();
        seal(
            &self.network(),
            &claim.job,
            &did(name),
            &claim_cid,
            &salt(name),
        )
    }
}

pub(crate) fn salt(name: &str) -> Salt {
    Salt(*cid(name).digest())
}

/// A spec for one executor, due in ten seconds.
pub(crate) fn spec(owner: &str, now: u64) -> JobSpec {
    JobSpec {
        module: cid("module"),
        entry: "run".into(),
        input: Input::Inline(Bytes(b"input".to_vec())),
        reads: vec![],
        fuel_limit: 1_000_000,
        memory_pages: 16,
        max_price: mana(20),
        bid_window_ms: 200,
        deadline: time(now + 10_000),
        agreement: Agreement {
            executors: 1,
            quorum: 1,
        },
        requires: Requires::default(),
        grants: vec![],
        coordinator: did(owner),
        retry_of: None,
    }
}

pub(crate) fn profile() -> Profile {
    Profile {
        capacity: 4,
        prices: Offer {
            base: mana(2),
            per_mfuel: mana(3),
        },
        capabilities: ["gpu".to_owned()].into(),
        labels: [("zone".to_owned(), "north".to_owned())].into(),
        engine: ENGINE.into(),
    }
}

/// A trap, an end of fuel, or a number.
pub(crate) fn exit(text: &str) -> Exit {
    match text {
        "trap" => Exit::Trap(TrapCode::Unreachable),
        "fuel" => Exit::OutOfFuel,
        number => Exit::Ok(number.parse().unwrap()),
    }
}

pub(crate) fn put(text: &str, bytes: u64) -> Effect {
    Effect::PutBlock {
        cid: cid(text),
        bytes,
    }
}
