//! What the benches work on: people, transfers, and jobs from their submission to their end.

use icn_base::run::{Agreement, Claim, Exit, Input, JobSpec, Receipt, Requires, Snapshot};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, NetworkId, Time};
use icn_economics::Offer;
use icn_ledger::job::Phase;
use icn_ledger::{
    Action, Bid, Genesis, GenesisAccount, Profile, SignedTx, State, Terms, TxBody, Verified,
    apply_block,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) const COUNT: u64 = 1_000;

pub(crate) fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

pub(crate) fn time(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

pub(crate) fn cid(number: u64) -> Cid {
    Cid::of(Codec::Raw, &number.to_be_bytes())
}

/// An account that nobody has the key of; one in two hashes is a canonical key.
pub(crate) fn stranger(number: u64) -> Did {
    let mut key = *cid(number).digest();
    key[31] &= 0x3f;
    Did::from_public_key(key).unwrap()
}

/// One who can sign, and as many strangers as asked for.
pub(crate) fn genesis(strangers: u64) -> (Genesis, Keypair) {
    let keys = Keypair::from_seed([1; 32]);
    let (rich, member) = (mana(1 << 50), true);
    let mut accounts: Vec<_> = (0..strangers)
        .map(|number| GenesisAccount {
            did: stranger(number),
            mana: mana(100),
            member: false,
            power: 0,
        })
        .collect();
    accounts.push(GenesisAccount {
        did: keys.did(),
        mana: rich,
        member,
        power: 1,
    });
    accounts.sort_by_key(|account| account.did);
    (
        Genesis {
            accounts,
            ..Genesis::default()
        },
        keys,
    )
}

fn sign(network: &NetworkId, keys: &Keypair, nonce: u64, action: Action) -> SignedTx {
    let body = TxBody {
        network: *network,
        from: keys.did(),
        nonce: (!action.is_market()).then_some(nonce),
        valid_until: time(500_000),
        action,
    };
    SignedTx::sign(body, keys)
}

/// Transfers to different strangers.
pub(crate) fn transfers(
    keys: &Keypair,
    network: &NetworkId,
    from: u64,
    strangers: u64,
) -> Vec<SignedTx> {
    let pay = |nonce: u64| {
        let to = stranger(nonce.wrapping_mul(7_919) % strangers);
        let action = Action::Transfer {
            to,
            amount: mana(1),
            memo: String::new(),
        };
        let body = TxBody {
            network: *network,
            from: keys.did(),
            nonce: Some(nonce),
            valid_until: time(500_000),
            action,
        };
        SignedTx::sign(body, keys)
    };
    (from..from + COUNT).map(pay).collect()
}

pub(crate) fn verified(txs: &[SignedTx], state: &State) -> Vec<Verified> {
    let network = state.chain().network;
    txs.iter()
        .map(|tx| tx.clone().verify(&network).unwrap())
        .collect()
}

/// Blocks in which an executor registers, and as many jobs as asked for, 1,000 at most, are
/// submitted, assigned and settled.
pub(crate) fn lives(setting: &(Genesis, Keypair), state: &State, count: u64) -> Vec<Vec<SignedTx>> {
    let (genesis, keys) = setting;
    let network = genesis.network();
    let mut state = state.clone();
    let mut blocks = vec![];
    let mut push = |state: &mut State, txs: Vec<SignedTx>| {
        let height = state.chain().height + 1;
        let applied = apply_block(state, height, time(height * 300), &txs).unwrap();
        assert!(
            applied
                .verdicts
                .iter()
                .all(|verdict| { matches!(verdict, icn_ledger::Verdict::Applied(_)) })
        );
        blocks.push(txs);
    };
    let engine = "wasmtime-48/icn-1".to_owned();
    let profile = Profile {
        capacity: 1_000,
        prices: Offer {
            base: mana(2),
            per_mfuel: mana(3),
        },
        capabilities: BTreeSet::new(),
        labels: BTreeMap::new(),
        engine: engine.clone(),
    };
    push(
        &mut state,
        vec![sign(
            &network,
            keys,
            0,
            Action::RegisterExecutor { profile },
        )],
    );
    let spec = |number| JobSpec {
        module: cid(number),
        entry: "run".into(),
        input: Input::Inline(Bytes(vec![])),
        reads: vec![],
        fuel_limit: 1_000_000,
        memory_pages: 16,
        max_price: mana(20),
        bid_window_ms: 200,
        deadline: time(60_000),
        agreement: Agreement {
            executors: 1,
            quorum: 1,
        },
        requires: Requires::default(),
        grants: vec![],
        coordinator: keys.did(),
        retry_of: None,
    };
    let submit = |number| Action::SubmitJob {
        spec: Arc::new(spec(number)),
    };
    let submits: Vec<_> = (1..=count)
        .map(|number| sign(&network, keys, number, submit(number)))
        .collect();
    let jobs: Vec<_> = submits
        .iter()
        .map(|tx| JobId::new(*tx.id().cid()))
        .collect();
    push(&mut state, submits);
    let assign = |job: &JobId| {
        let offer = Offer {
            base: mana(2),
            per_mfuel: mana(3),
        };
        let (executor, assign_before) = (keys.did(), time(60_000));
        let terms = Terms {
            job: *job,
            executor,
            offer,
            engine: engine.clone(),
            assign_before,
        };
        let bids = vec![Bid::sign(terms, keys, &network)];
        sign(
            &network,
            keys,
            0,
            Action::AssignJob {
                job: *job,
                bids,
                spares: vec![],
            },
        )
    };
    push(&mut state, jobs.iter().map(assign).collect());
    let snapshot = Snapshot {
        height: state.chain().height,
        root: *state.root().unwrap(),
    };
    let settle = |job: &JobId| {
        let spec = &state.job(job).unwrap().spec;
        assert!(matches!(state.job(job).unwrap().phase, Phase::Assigned(_)));
        let claim = Claim {
            job: *job,
            module: spec.module,
            input: Cid::of(Codec::Raw, b""),
            snapshot,
            engine: engine.clone(),
            exit: Exit::Ok(0),
            output: cid(0),
            log: cid(0),
            journal: cid(0),
            effects: vec![],
            fuel_used: 500_000,
            host_calls: vec![],
            memory_peak: 65_536,
        };
        let receipt = Receipt::sign(claim, time(1), time(2), keys, &network).unwrap();
        let receipt = Box::new(receipt);
        sign(
            &network,
            keys,
            0,
            Action::SettleJob {
                receipt,
                salt: None,
            },
        )
    };
    let settles = jobs.iter().map(settle).collect();
    push(&mut state, settles);
    blocks
}
