//! The words of the tables: one line, one transaction.
//!
//! `alice transfer bob 10 memo=3`, `alice submit j1 n=2 m=2 price=20 effect-free options…`.
//! What members decide is in `decisions.rs`, evidence in `accusations.rs`. Options are `key=value`; `nonce=`, `until=`, `net=`, `sig=` spoil the envelope.

use crate::world::{World, cid, did, exit, keys, mana, profile, put, salt, spec, time};
use crate::{accusations, decisions, proofs};
use icn_base::run::{Claim, Effect, Grant, Input, JobSpec, Listed};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Mana, NetworkId};
use icn_economics::Offer;
use icn_ledger::{Action, Bid, SignedTx};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Jobs, and proposals, by the names that a table gives them.
pub(crate) type Jobs = BTreeMap<String, JobId>;

/// One line, taken apart.
pub(crate) struct Line<'t> {
    words: Vec<&'t str>,
    options: Vec<(&'t str, &'t str)>,
}

impl<'t> Line<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let (mut words, mut options) = (Vec::new(), Vec::new());
        for token in text.split_whitespace() {
            match token.split_once('=') {
                Some(option) => options.push(option),
                None => words.push(token),
            }
        }
        Self { words, options }
    }

    pub(crate) fn word(&self, at: usize) -> &'t str {
        self.words
            .get(at)
            .copied()
            .unwrap_or_else(|| panic!("word {at} of {:?}", self.words))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'t str> {
        self.options
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| *value)
    }

    pub(crate) fn words(&self, from: usize) -> &[&'t str] {
        self.words.get(from..).unwrap_or_default()
    }

    fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'t str> + 'a {
        self.options
            .iter()
            .filter(move |(known, _)| *known == key)
            .map(|(_, value)| *value)
    }

    pub(crate) fn number(&self, key: &str, default: u64) -> u64 {
        self.get(key).map_or(default, amount)
    }
}

pub(crate) fn amount(text: &str) -> u64 {
    match text {
        "max" => icn_base::limits::MANA_MAX,
        digits => digits
            .parse()
            .unwrap_or_else(|_| panic!("{digits} is no number")),
    }
}

/// The signed transaction that a line says. New jobs get their names in `jobs`.
/// `before` are those of the same block.
pub(crate) fn sign(
    world: &World,
    line: &Line<'_>,
    jobs: &mut Jobs,
    before: &[SignedTx],
) -> SignedTx {
    let who = line.word(0);
    let action = action(world, line, jobs);
    let named = matches!(action, Action::SubmitJob { .. } | Action::Propose(_));
    let mut body = world.body(who, action);
    let own = before.iter().filter(|tx| tx.body.from == body.from);
    body.nonce = body.nonce.map(|nonce| nonce + own.count() as u64);
    if let Some(nonce) = line.get("nonce") {
        body.nonce = (nonce != "none").then(|| nonce.parse().unwrap());
    }
    if let Some(until) = line.get("until") {
        body.valid_until = time(until.parse().unwrap());
    }
    if let Some(other) = line.get("net") {
        body.network = NetworkId::new(cid(other));
    }
    let signer = line.get("sig").unwrap_or(who);
    let tx = SignedTx::sign(body, &keys(signer));
    if named {
        jobs.insert(line.word(2).to_owned(), JobId::new(*tx.id().cid()));
    }
    tx
}

fn action(world: &World, line: &Line<'_>, jobs: &mut Jobs) -> Action {
    let known = jobs.clone();
    let job = |at: usize| {
        let unknown = JobId::new(Cid::of(Codec::DagCbor, line.word(at).as_bytes()));
        known.get(line.word(at)).copied().unwrap_or(unknown)
    };
    let who = line.word(0);
    match line.word(1) {
        "transfer" => Action::Transfer {
            to: did(line.word(2)),
            amount: mana(amount(line.word(3))),
            memo: "x".repeat(line.number("memo", 0) as usize),
        },
        "submit" => Action::SubmitJob {
            spec: Arc::new(job_spec(world, who, line, jobs)),
        },
        "cancel" => Action::CancelJob { job: job(2) },
        "assign" => {
            let job = job(2);
            let bids = |key| -> Vec<Bid> {
                let list = line.get(key).unwrap_or_default();
                let list = list.split(',').filter(|text| !text.is_empty());
                list.map(|text| bid(world, job, text, line, jobs)).collect()
            };
            Action::AssignJob {
                job,
                bids: bids("bids"),
                spares: bids("spares"),
            }
        }
        "decline" => {
            let reason = "x".repeat(line.number("reason", 0) as usize);
            Action::DeclineJob {
                job: job(2),
                reason,
            }
        }
        "seal" => {
            let claim = claim(world, job(2), line, jobs);
            Action::CommitReceipt {
                job: job(2),
                seal: world.seal(who, &claim),
            }
        }
        "settle" => {
            let claim = claim(world, job(2), line, jobs);
            let sealed = world
                .state
                .job(&job(2))
                .is_some_and(icn_ledger::Job::is_sealed);
            let salt_of = line
                .get("salt")
                .unwrap_or(if sealed { who } else { "none" });
            let mut receipt = world.receipt(line.get("by").unwrap_or(who), claim);
            if let Some(forged) = line.get("forged") {
                receipt.executor = did(forged);
            }
            let salt = (salt_of != "none").then(|| salt(salt_of));
            Action::SettleJob {
                receipt: Box::new(receipt),
                salt,
            }
        }
        "register" => {
            let mut offered = profile();
            offered.capacity = line.number("capacity", 4) as u32;
            offered.prices.base = mana(line.number("base", 2));
            offered.engine = line.get("engine").unwrap_or(&offered.engine).to_owned();
            let many = line.number("capabilities", 1);
            offered
                .capabilities
                .extend((1..many).map(|number| format!("c{number}")));
            Action::RegisterExecutor { profile: offered }
        }
        "withdraw" => Action::Withdraw {},
        "anchor" => Action::Anchor {
            cid: cid(line.word(2)),
        },
        "keep" => {
            let mut receipt = world.receipt(line.word(2), claim(world, job(2), line, jobs));
            if let Some(forged) = line.get("forged") {
                receipt.executor = did(forged);
            }
            Action::AnchorReceipt {
                receipt: Box::new(receipt),
            }
        }
        "accuse" => Action::Evidence(Box::new(accusations::evidence(world, line))),
        _ => proofs::action(line).unwrap_or_else(|| decisions::action(world, line, jobs)),
    }
}

/// `name:base:per_mfuel`, `name:base`, or `name`.
fn bid(world: &World, job: JobId, text: &str, line: &Line<'_>, jobs: &Jobs) -> Bid {
    let parts: Vec<&str> = text.split(':').collect();
    let part = |at: usize, default| parts.get(at).map_or(default, |text| amount(text));
    let offer = Offer {
        base: mana(part(1, 2)),
        per_mfuel: mana(part(2, 3)),
    };
    let mut terms = world.bid(job, parts[0], offer).terms;
    if let Some(engine) = line.get("engine") {
        terms.engine = engine.to_owned();
    }
    if let Some(before) = line.get("before") {
        terms.assign_before = time(before.parse().unwrap());
    }
    if let Some(other) = line.get("for") {
        terms.job = jobs[other];
    }
    let signer = line.get("forged").unwrap_or(parts[0]);
    Bid::sign(terms, &keys(signer), &world.network())
}

fn dids(text: &str) -> impl Iterator<Item = Did> {
    text.split(',').filter(|name| !name.is_empty()).map(did)
}

fn job_spec(world: &World, owner: &str, line: &Line<'_>, jobs: &Jobs) -> JobSpec {
    let mut spec = spec(owner, world.now);
    for (key, value) in &line.options {
        change(&mut spec, world, key, value, jobs);
    }
    spec
}

fn change(spec: &mut JobSpec, world: &World, key: &str, value: &str, jobs: &Jobs) {
    match key {
        "price" => spec.max_price = mana(amount(value)),
        "gas" => spec.fuel_limit = amount(value),
        "pages" => spec.memory_pages = amount(value) as u32,
        "entry" => spec.entry = "e".repeat(amount(value) as usize),
        "input" => spec.input = Input::Inline(Bytes(vec![0; amount(value) as usize])),
        "window" => spec.bid_window_ms = amount(value),
        "deadline" => spec.deadline = time(world.now + amount(value)),
        "n" => spec.agreement.executors = amount(value) as u8,
        "m" => spec.agreement.quorum = amount(value) as u8,
        "allow" => spec.requires.allow = dids(value).collect(),
        "can" => spec.requires.capabilities = value.split(',').map(str::to_owned).collect(),
        "zone" => drop(spec.requires.labels.insert("zone".into(), value.into())),
        "reputation" => spec.requires.reputation = amount(value) as u32,
        "names" => {
            let names = 0..amount(value);
            spec.requires.capabilities = names.map(|name| format!("c{name}")).collect();
        }
        "coordinator" => spec.coordinator = did(value),
        "retry" => spec.retry_of = Some(jobs[value]),
        "reads" => {
            let (count, size) = value.split_once('x').unwrap();
            let read = Listed {
                cid: cid("read"),
                size: amount(size),
            };
            spec.reads = vec![read; amount(count) as usize];
        }
        "grant" => spec.grants.push(grant(value)),
        _ => {}
    }
}

/// `spend/limit[/to]`, `submit/count/budget`, `write/bytes`, `read`, `propose/count/fees`,
/// `vote/count`, `verify/budget`, `prove/budget`.
fn grant(text: &str) -> Grant {
    let parts: Vec<&str> = text.split('/').collect();
    match parts[..] {
        ["spend", limit] => Grant::ManaSpend {
            limit: mana(amount(limit)),
            to: None,
        },
        ["spend", limit, to] => Grant::ManaSpend {
            limit: mana(amount(limit)),
            to: Some(did(to)),
        },
        ["submit", count, budget] => Grant::MeshSubmit {
            count: amount(count) as u32,
            budget: mana(amount(budget)),
        },
        ["write", bytes] => Grant::DagWrite {
            bytes: amount(bytes),
        },
        ["read"] => Grant::DagRead {},
        ["propose", count, fees] => Grant::GovernancePropose {
            count: amount(count) as u32,
            fees: mana(amount(fees)),
        },
        ["verify", budget] => Grant::ZkVerify {
            budget: mana(amount(budget)),
        },
        ["prove", budget] => Grant::ZkProve {
            budget: mana(amount(budget)),
        },
        ["vote", count] => Grant::GovernanceVote {
            count: amount(count) as u32,
            proposal: None,
        },
        _ => panic!("{text} is no grant"),
    }
}

fn claim(world: &World, job: JobId, line: &Line<'_>, jobs: &mut Jobs) -> Claim {
    let mut claim = world.claim(job, line.number("fuel", 500_000));
    claim.exit = exit(line.get("exit").unwrap_or("0"));
    claim.memory_peak = line.number("memory", claim.memory_peak);
    claim.output = cid(line.get("output").unwrap_or("output"));
    match line.get("wrong") {
        Some("module") => claim.module = cid("other"),
        Some("input") => claim.input = cid("other"),
        Some("snapshot") => claim.snapshot.root = cid("other"),
        Some("engine") => claim.engine = "other".into(),
        Some(other) => panic!("nothing of a claim is called {other}"),
        None => {}
    }
    for (index, text) in (0u32..).zip(line.all("effect")) {
        let effect = effect(world, job, index, text, jobs);
        claim.effects.push(effect);
    }
    claim
}

/// What members decide is in `decisions.rs`. `spend/5`, `pay/bob/3`, `put/100`, `put/100/cbor`, `keep/carol`, `child/name/key:value/…`; proofs are in
/// `proofs.rs`.
fn effect(world: &World, job: JobId, index: u32, text: &str, jobs: &mut Jobs) -> Effect {
    let parts: Vec<&str> = text.split('/').collect();
    match parts[..] {
        ["spend", units] => Effect::SpendMana {
            amount: mana(amount(units)),
        },
        ["pay", to, units] => Effect::PayMana {
            to: did(to),
            amount: mana(amount(units)),
        },
        ["put", bytes] => put("block", amount(bytes)),
        ["put", bytes, _] => Effect::PutBlock {
            cid: Cid::of(Codec::DagCbor, b"\xa0"),
            bytes: amount(bytes),
        },
        ["keep", who] => {
            let receipt = world.receipt(who, world.claim(job, 0));
            Effect::AnchorReceipt {
                receipt: Box::new(receipt),
            }
        }
        ["forged", who] => {
            let mut receipt = world.receipt(who, world.claim(job, 0));
            receipt.executor = did("nobody");
            Effect::AnchorReceipt {
                receipt: Box::new(receipt),
            }
        }
        ["child", name, ref options @ ..] => {
            let parent = world.state.job(&job);
            let parent = parent.map(|job| JobSpec::clone(&job.spec));
            let mut spec = parent.unwrap_or_else(|| spec("alice", world.now));
            spec.grants.clear();
            for option in options {
                let (key, value) = option.split_once(':').unwrap();
                change(&mut spec, world, key, &value.replace('~', "/"), jobs);
            }
            jobs.insert(name.to_owned(), spec.child_id(&job, index.into()).unwrap());
            Effect::SubmitJob {
                spec: Box::new(spec),
            }
        }
        ["proof", ..] => proofs::effect(&parts),
        _ => decisions::effect(job, index, &parts, jobs),
    }
}

/// An amount that a table may name.
pub(crate) fn units(text: &str) -> Mana {
    mana(amount(text))
}
