//! Which bids get a job's seats: a function of the book, the job and the bids.

use crate::explain::Fate;
use icn_base::{Cid, Codec, Did, JobId, Mana, Time};
use icn_ledger::limits::SPARES_MAX;
use icn_ledger::{Bid, Draft, Executor, Job, Reject, State, may_sit, may_take};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Executors are as good as each other within so many points of reputation.
const BAND: u16 = 100;

/// What was chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    /// One for each seat; none if there are too few.
    pub(super) bids: Vec<Bid>,
    /// Those that stand by, best first.
    pub(super) spares: Vec<Bid>,
    /// What became of each bid.
    pub(super) fates: Vec<(Did, Fate)>,
}

/// The book and the job that is to be assigned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered<'a> {
    pub(super) state: &'a State,
    /// The time that the assigning block will have.
    pub(super) at: Time,
    pub(super) id: JobId,
    pub(super) job: &'a Job,
}

/// The cheapest first, by what they may cost at most; then those of better repute; then by a number
/// that nobody can choose. `taken` says how many seats of an executor are given but not yet in the
/// book.
pub(super) fn choose(
    offered: &Offered<'_>,
    bids: &BTreeMap<Did, Bid>,
    taken: &BTreeMap<Did, u32>,
) -> Choice {
    let mut choice = Choice::default();
    let mut good = Vec::new();
    for (executor, bid) in bids {
        let taken = taken.get(executor).copied().unwrap_or(0);
        match fits(offered, bid, taken) {
            Ok(worst) => good.push((rank(offered, executor, worst), bid)),
            Err(reject) => choice.fates.push((*executor, refused(&reject))),
        }
    }
    good.sort_by_key(|(rank, _)| *rank);
    let good: Vec<&Bid> = good.into_iter().map(|(_, bid)| bid).collect();
    let seats = usize::from(offered.job.spec.agreement.executors);
    let Some(engine) = engine(&good, seats) else {
        let waiting = good.iter().map(|bid| (bid.terms.executor, Fate::Waiting));
        choice.fates.extend(waiting);
        return choice;
    };
    let mut rank = 0;
    for bid in good {
        let executor = bid.terms.executor;
        rank += 1;
        let fate = if bid.terms.engine != engine {
            rank -= 1;
            refused(&Reject::EngineDiffers { executor })
        } else if rank <= seats {
            choice.bids.push(bid.clone());
            Fate::Chosen { rank }
        } else if rank <= seats + SPARES_MAX {
            choice.spares.push(bid.clone());
            Fate::Spare { rank }
        } else {
            Fate::Waiting
        };
        choice.fates.push((executor, fate));
    }
    choice
}

/// What a refusal is called where people read it.
pub(super) fn refused(reject: &Reject) -> Fate {
    Fate::Refused {
        number: reject.number(),
        why: reject.to_string(),
    }
}

/// The first executor that could still bid: nobody else would be worth waiting for.
pub(super) fn awaited(offered: &Offered<'_>, bidders: &BTreeSet<Did>) -> Option<Did> {
    let waited_for = |(did, known): &(&Did, &Executor)| {
        !bidders.contains(did) && sits(offered, did, &known.profile.prices).is_ok()
    };
    let named = &offered.job.spec.requires.allow;
    let known = |did| Some((did, offered.state.executor(did)?));
    let first = if named.is_empty() {
        offered.state.executors().find(waited_for)
    } else {
        named.iter().filter_map(known).find(waited_for)
    };
    first.map(|(did, _)| *did)
}

/// Whether the book would give this executor a seat for this offer.
pub(super) fn sits(
    offered: &Offered<'_>,
    executor: &Did,
    offer: &icn_economics::Offer,
) -> Result<(), Reject> {
    may_sit(offered.state, offered.at, &offered.id, executor, offer)
}

/// Whether the book would take this bid; what it may cost at most.
fn fits(offered: &Offered<'_>, bid: &Bid, taken: u32) -> Result<Mana, Reject> {
    may_take(offered.state, offered.at, bid)?;
    let executor = bid.terms.executor;
    let Some(registered) = offered.state.executor(&executor) else {
        return Err(Reject::NotRegistered { executor });
    };
    let capacity = registered.profile.capacity;
    if registered.busy.saturating_add(taken) >= capacity {
        return Err(Reject::NoCapacity { executor, capacity });
    }
    Ok(bid.worst_case(offered.job.spec.fuel_limit)?)
}

fn rank(offered: &Offered<'_>, executor: &Did, worst: Mana) -> (Mana, Reverse<u16>, [u8; 32]) {
    let actor = Draft::new(offered.state, offered.at).actor(executor);
    let band = actor.standing.score(offered.at) / BAND;
    (worst, Reverse(band), lot(&offered.id, executor))
}

/// A number that is fair to all and the same everywhere.
pub(super) fn lot(job: &JobId, did: &Did) -> [u8; 32] {
    let bytes = [&job.cid().to_bytes()[..], did.public_key()].concat();
    *Cid::of(Codec::Raw, &bytes).digest()
}

/// All of a job's executors have one engine: that of the best bid which enough others share.
fn engine(good: &[&Bid], seats: usize) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for bid in good {
        *counts.entry(&bid.terms.engine).or_default() += 1;
    }
    let enough = |bid: &&&Bid| counts.get(bid.terms.engine.as_str()) >= Some(&seats);
    good.iter().find(enough).map(|bid| bid.terms.engine.clone())
}
