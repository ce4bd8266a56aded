//! Jobs in the naive book: what is set aside for them, and where it goes.

use super::{Model, Pot};
use crate::checks::Violation;
use icn_base::limits::{EFFECTS_MAX, PROOFS_MAX};
use icn_base::run::{Claim, Effect, Grant, JobSpec, Receipt};
use icn_base::{Cid, Did, JobId, Time};
use icn_governance::Parameter;
use icn_ledger::{Bid, Ending, Event};
use std::collections::{BTreeMap, BTreeSet};

/// A job and what is left of its hold.
#[derive(Clone, Debug)]
pub(super) struct Job {
    owner: Did,
    pub(super) left: u64,
    quorum: usize,
    sealed: bool,
    fuel_limit: u64,
    deadline: Time,
    last_call: Time,
    reveal_by: Option<Time>,
    fee: u64,
    effect_fee: u64,
    market_bp: u64,
    phase: Phase,
    seats: Vec<Seat>,
    spares: BTreeMap<Did, (u64, u64)>,
    claims: BTreeMap<Cid, Claim>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    Assigned,
    Ended,
}

#[derive(Clone, Debug)]
struct Seat {
    who: Did,
    base: u64,
    per: u64,
    bond: u64,
    fees: u64,
    since: Time,
    work: Work,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Running,
    Sealed,
    Shown(Cid),
    Declined,
}

/// How a job ends, as this book sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Nobody has a seat.
    Refunded,
    /// By what was shown.
    Tallied,
}

fn parts(whole: u64, numerator: u64, denominator: u64) -> u64 {
    let product = u128::from(whole) * u128::from(numerator);
    u64::try_from(product.div_ceil(u128::from(denominator))).unwrap_or(u64::MAX)
}

fn budgets(grants: &[Grant]) -> (u64, u64) {
    let (mut mana, mut effects) = (0, 0u64);
    for grant in grants {
        let (units, count) = match grant {
            Grant::ManaSpend { limit, .. } => (limit.units(), limit.units()),
            Grant::MeshSubmit { count, budget } => (budget.units(), (*count).into()),
            Grant::DagWrite { bytes } => (0, *bytes),
            Grant::DagRead {} => (0, 0),
            Grant::ZkVerify { budget } | Grant::ZkProve { budget } => {
                (budget.units(), PROOFS_MAX.into())
            }
            Grant::GovernancePropose { count, fees } => (fees.units(), (*count).into()),
            Grant::GovernanceVote { count, .. } => (0, (*count).into()),
        };
        mana += units;
        effects = effects.saturating_add(count);
    }
    (mana, effects.min(EFFECTS_MAX as u64))
}

fn unknown(job: JobId) -> Violation {
    Violation::new(format!(
        "{job} took effect and the naive book does not know it"
    ))
}

impl Model {
    /// A job that opens now.
    pub(super) fn opened(&self, owner: Did, spec: &JobSpec) -> Job {
        let (budget, effects) = budgets(&spec.grants);
        let (fee, effect_fee) = (
            self.parameter(Parameter::TxFee),
            self.parameter(Parameter::EffectFee),
        );
        let runs = u64::from(spec.agreement.executors) * spec.max_price.units();
        let wait = spec.bid_window_ms + 2 * self.parameter(Parameter::AssignGraceMs);
        Job {
            owner,
            left: runs + budget + effect_fee * effects + fee,
            quorum: spec.agreement.quorum.into(),
            sealed: spec.agreement.executors > 1,
            fuel_limit: spec.fuel_limit,
            deadline: spec.deadline,
            last_call: self.now.after_ms(wait).unwrap_or(self.now),
            reveal_by: None,
            fee,
            effect_fee,
            market_bp: self.parameter(Parameter::MarketFeeBp),
            phase: Phase::Open,
            seats: Vec::new(),
            spares: BTreeMap::new(),
            claims: BTreeMap::new(),
        }
    }

    fn job(&mut self, id: JobId) -> Result<Job, Violation> {
        self.jobs.get(&id).cloned().ok_or_else(|| unknown(id))
    }

    /// Pays from what is held for a job.
    fn spend(&mut self, job: &mut Job, to: Pot, units: u64) -> Result<(), Violation> {
        let left = job.left.checked_sub(units);
        job.left = left.ok_or_else(|| Violation::new("more left a hold than was in it"))?;
        self.pour(Pot::Held(job.owner), to, units)
    }

    fn give_seat(&mut self, job: &mut Job, who: Did, base: u64, per: u64) -> Result<(), Violation> {
        let worst = base + parts(per, job.fuel_limit, 1_000_000);
        let bond = worst.max(self.parameter(Parameter::Bond));
        let fees = if job.sealed { 2 * job.fee } else { job.fee };
        self.pour(Pot::Free(who), Pot::Bonded(who), bond + fees)?;
        job.seats.push(Seat {
            who,
            base,
            per,
            bond,
            fees,
            since: self.now,
            work: Work::Running,
        });
        Ok(())
    }

    pub(super) fn assign(&mut self, id: JobId, bids: &[Bid]) -> Result<(), Violation> {
        let mut job = self.job(id)?;
        if job.phase != Phase::Open {
            return Err(Violation::new(format!("{id} was assigned twice")));
        }
        for bid in bids {
            let (who, offer) = (bid.terms.executor, bid.terms.offer);
            self.give_seat(&mut job, who, offer.base.units(), offer.per_mfuel.units())?;
        }
        let fee = job.fee;
        self.spend(&mut job, Pot::Treasury, fee)?;
        job.phase = Phase::Assigned;
        self.jobs.insert(id, job);
        Ok(())
    }

    /// Spares stand by with what they asked.
    pub(super) fn stand_by(&mut self, id: JobId, spares: &[Bid]) {
        if let Some(job) = self.jobs.get_mut(&id) {
            for bid in spares {
                let offer = bid.terms.offer;
                let asked = (offer.base.units(), offer.per_mfuel.units());
                job.spares.insert(bid.terms.executor, asked);
            }
        }
    }

    fn message(&mut self, job: &mut Job, who: Did, work: Work) -> Result<Seat, Violation> {
        let seat = job.seats.iter_mut().find(|seat| seat.who == who);
        let Some(seat) = seat else {
            return Err(Violation::new(format!("{who} has no seat and was heard")));
        };
        let before = seat.clone();
        seat.work = work;
        seat.fees = seat.fees.saturating_sub(job.fee);
        self.pour(Pot::Bonded(who), Pot::Treasury, job.fee)?;
        Ok(before)
    }

    pub(super) fn decline(
        &mut self,
        who: Did,
        id: JobId,
        events: &[Event],
    ) -> Result<(), Violation> {
        let mut job = self.job(id)?;
        let seat = self.message(&mut job, who, Work::Declined)?;
        let mut back = seat.bond + seat.fees - job.fee;
        if self.now.ms_since(seat.since) > self.parameter(Parameter::AcceptMs) {
            let lost = seat.bond.div_ceil(10);
            self.pour(Pot::Bonded(who), Pot::Treasury, lost)?;
            back -= lost;
        }
        self.pour(Pot::Bonded(who), Pot::Free(who), back)?;
        let next = events.iter().find_map(|event| match event {
            Event::SeatDeclined { next, .. } => *next,
            _ => None,
        });
        if let Some(next) = next {
            let Some((base, per)) = job.spares.remove(&next) else {
                return Err(Violation::new(format!(
                    "{next} has a seat and did not stand by"
                )));
            };
            self.give_seat(&mut job, next, base, per)?;
        }
        let gone = job.seats.iter().all(|seat| seat.work == Work::Declined);
        self.open_reveal(&mut job);
        self.jobs.insert(id, job);
        match gone {
            true => self.end(id, How::Refunded, events),
            false => Ok(()),
        }
    }

    fn open_reveal(&self, job: &mut Job) {
        let running = job.seats.iter().any(|seat| seat.work == Work::Running);
        if job.sealed && !running && job.reveal_by.is_none() {
            let window = self.parameter(Parameter::RevealWindowMs);
            job.reveal_by = self.now.after_ms(window).ok();
        }
    }

    pub(super) fn seal(&mut self, who: Did, id: JobId) -> Result<(), Violation> {
        let mut job = self.job(id)?;
        self.message(&mut job, who, Work::Sealed)?;
        self.open_reveal(&mut job);
        self.jobs.insert(id, job);
        Ok(())
    }

    pub(super) fn settle(
        &mut self,
        who: Did,
        receipt: &Receipt,
        events: &[Event],
    ) -> Result<(), Violation> {
        let (id, claim) = (receipt.claim.job, receipt.claim.clone());
        let mut job = self.job(id)?;
        let name = claim
            .cid()
            .map_err(|error| Violation::new(error.to_string()))?;
        let seat = self.message(&mut job, who, Work::Shown(name))?;
        let ready = if job.sealed {
            Work::Sealed
        } else {
            Work::Running
        };
        if seat.work != ready {
            return Err(Violation::new(format!(
                "a receipt of {who} for {id} counted twice"
            )));
        }
        job.claims.insert(name, claim);
        let waits = |seat: &Seat| matches!(seat.work, Work::Running | Work::Sealed);
        let done = !job.seats.iter().any(waits);
        self.jobs.insert(id, job);
        match done {
            true => self.end(id, How::Tallied, events),
            false => Ok(()),
        }
    }

    /// What time ends by itself: found by looking at every job.
    pub(super) fn expire(&mut self, due: &[Event]) -> Result<(), Violation> {
        let ids: Vec<_> = self.jobs.keys().copied().collect();
        let mut ended = BTreeSet::new();
        for id in ids {
            let mut job = self.job(id)?;
            let assigned = job.phase == Phase::Assigned;
            let until = match job.phase {
                Phase::Open => job.last_call,
                Phase::Assigned => job.reveal_by.unwrap_or(job.deadline),
                Phase::Ended => continue,
            };
            if self.parent < until {
                continue;
            }
            let promised = job.seats.iter().any(|seat| seat.work == Work::Sealed);
            if assigned && job.reveal_by.is_none() && promised {
                let window = self.parameter(Parameter::RevealWindowMs);
                job.reveal_by = self.now.after_ms(window).ok();
                self.jobs.insert(id, job);
                continue;
            }
            ended.insert(id);
            let how = if assigned {
                How::Tallied
            } else {
                How::Refunded
            };
            self.end(id, how, due)?;
        }
        let told: BTreeSet<_> = due
            .iter()
            .filter_map(|event| match event {
                Event::JobEnded { job, .. } => Some(*job),
                _ => None,
            })
            .collect();
        if ended != told {
            let what = format!("time has ended {told:?}; by the naive book {ended:?}");
            return Err(Violation::new(what));
        }
        Ok(())
    }

    /// Ends a job, and compares how with what the book tells.
    pub(super) fn end(&mut self, id: JobId, how: How, events: &[Event]) -> Result<(), Violation> {
        let mut job = self.job(id)?;
        if job.phase == Phase::Ended {
            return Err(Violation::new(format!("{id} has ended twice")));
        }
        let told = events.iter().find_map(|event| match event {
            Event::JobEnded { job, how, .. } if *job == id => Some(*how),
            _ => None,
        });
        let Some(told) = told else {
            return Err(Violation::new(format!("{id} must have ended and has not")));
        };
        let own = match how {
            How::Refunded => BTreeSet::from([0]),
            How::Tallied => self.tally(&mut job, id, told)?,
        };
        if !own.contains(&kind(told)) {
            return Err(Violation::new(format!(
                "{id} ended by {told:?}: not by the naive book"
            )));
        }
        let (owner, left) = (job.owner, std::mem::take(&mut job.left));
        self.pour(Pot::Held(owner), Pot::Free(owner), left)?;
        job.phase = Phase::Ended;
        self.jobs.insert(id, job);
        Ok(())
    }

    /// Pays and takes by what was shown; says which kinds of ending that may be.
    fn tally(&mut self, job: &mut Job, id: JobId, told: Ending) -> Result<BTreeSet<u8>, Violation> {
        let shown = |name: &Cid| {
            let seats = job.seats.iter();
            seats.filter(|seat| seat.work == Work::Shown(*name)).count()
        };
        let counts: Vec<_> = job.claims.keys().map(|name| (shown(name), *name)).collect();
        let best = counts.iter().map(|(count, _)| *count).max().unwrap_or(0);
        let silent = |seat: &&Seat| matches!(seat.work, Work::Running | Work::Sealed);
        let silence = job.seats.iter().filter(silent).count();
        let winner = counts.iter().find(|(count, _)| *count >= job.quorum);
        let winner = winner.map(|(_, name)| *name);
        let disagreed = winner.is_none() && best + silence < job.quorum;
        let fuel = winner.and_then(|name| job.claims.get(&name).map(|claim| claim.fuel_used));
        for seat in job.seats.clone() {
            let charge = match (seat.work, winner) {
                (Work::Declined, _) => continue,
                (Work::Shown(own), Some(won)) if own == won => {
                    Some(seat.base + parts(seat.per, fuel.unwrap_or(0), 1_000_000))
                }
                (Work::Shown(_), None) => disagreed.then_some(seat.base),
                (Work::Shown(_), Some(_)) | (Work::Running | Work::Sealed, _) => {
                    self.pour(Pot::Bonded(seat.who), Pot::Treasury, seat.bond)?;
                    self.pour(Pot::Bonded(seat.who), Pot::Free(seat.who), seat.fees)?;
                    continue;
                }
            };
            if let Some(charge) = charge {
                let fee = parts(charge, job.market_bp, 10_000);
                self.spend(job, Pot::Treasury, fee)?;
                self.spend(job, Pot::Free(seat.who), charge - fee)?;
            }
            let back = seat.bond + seat.fees;
            self.pour(Pot::Bonded(seat.who), Pot::Free(seat.who), back)?;
        }
        let claim = winner.and_then(|name| job.claims.get(&name).cloned());
        let Some(claim) = claim else {
            return Ok(BTreeSet::from([if disagreed { 3 } else { 4 }]));
        };
        if !claim.exit.is_ok() {
            return Ok(BTreeSet::from([2]));
        }
        if told == Ending::Completed {
            for (index, effect) in (0u32..).zip(&claim.effects) {
                self.effect(job, id, index, effect)?;
            }
        }
        Ok(BTreeSet::from([1, 5]))
    }

    fn effect(
        &mut self,
        job: &mut Job,
        id: JobId,
        index: u32,
        effect: &Effect,
    ) -> Result<(), Violation> {
        match effect {
            Effect::SpendMana { amount } => self.spend(job, Pot::Treasury, amount.units())?,
            Effect::PayMana { to, amount } => self.spend(job, Pot::Free(*to), amount.units())?,
            Effect::SubmitJob { spec } => {
                let child = self.opened(job.owner, spec);
                let fee = self.parameter(Parameter::TxFee);
                self.spend(job, Pot::Treasury, fee)?;
                let left = job.left.checked_sub(child.left);
                job.left = left.ok_or_else(|| Violation::new("a child took more than is held"))?;
                let name = spec.child_id(&id, index.into());
                let name = name.map_err(|error| Violation::new(error.to_string()))?;
                self.jobs.insert(name, child);
            }
            _ => {}
        }
        let fee = job.effect_fee;
        self.spend(job, Pot::Treasury, fee)
    }
}

const fn kind(ending: Ending) -> u8 {
    match ending {
        Ending::NoBids | Ending::Cancelled => 0,
        Ending::Completed => 1,
        Ending::GuestFailed => 2,
        Ending::Disagreed => 3,
        Ending::Late => 4,
        Ending::EffectRefused { .. } => 5,
    }
}
