//! How a job ends, and where its mana goes: the only place where holds and bonds of jobs are closed.
//!
//! | ending | executors | owner |
//! |---|---|---|
//! | settled | who claims what won is paid and has its bond back; another claim or silence loses it | the rest of the hold |
//! | Disagreed | who revealed has its base and its bond; silence loses the bond | the rest of the hold |
//! | Late | who revealed has its bond back; silence loses it | the hold |
//! | NoBids, Cancelled | - | the hold |
//!
//! What is lost goes to the treasury, so that nobody can farm it. Every ending closes every hold and
//! bond of the job in the same step.

use crate::fault::Fault;
use crate::job::{Assignment, Ended, Ending, Job, Phase, Seat, Work};
use crate::rules::{effects, qualify};
use crate::standing::{AGREED, DAY_MS, OVERRULED, SILENT};
use crate::{Draft, Event, Reject};
use icn_base::run::Claim;
use icn_base::{Cid, Did, JobId, Mana};
use icn_economics::price::market_fee;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The assignment of a job that is assigned, to change.
pub(super) fn assigned(id: JobId, job: &Job) -> Result<Assignment, Reject> {
    match &job.phase {
        Phase::Assigned(assigned) => Ok((**assigned).clone()),
        Phase::Open { .. } => Err(Reject::JobNotAssigned { job: id }),
        Phase::Ended(_) => Err(Reject::JobEnded { job: id }),
    }
}

/// An executor's seat.
pub(super) fn seat(assigned: &mut Assignment, executor: Did) -> Result<&mut Seat, Reject> {
    let mut seats = assigned.seats.iter_mut();
    let found = seats.find(|seat| seat.executor == executor);
    found.ok_or(Reject::NoSeat { executor })
}

/// Pays the fee of a seat's message from what was set aside for it.
pub(super) fn pay_fee(draft: &mut Draft<'_>, job: &Job, seat: &mut Seat) -> Result<(), Reject> {
    let fee = job.fees.tx;
    seat.fees = seat.fees.minus(fee)?;
    draft.change(&seat.executor, |account| account.pay_from_bond(fee))?;
    draft.collect(fee);
    Ok(())
}

/// Ends a job that nobody has a seat in.
pub(super) fn unassigned(draft: &mut Draft<'_>, id: JobId, job: Job, how: Ending) {
    close(draft, id, job, how, None, Vec::new());
}

/// Ends a job by the receipts that have come: settled if a claim has its quorum, late if silence is
/// why none has, disagreed if none could.
pub(super) fn tally(draft: &mut Draft<'_>, id: JobId, job: Job, assigned: Assignment) {
    let mut votes: BTreeMap<Cid, u8> = BTreeMap::new();
    let mut silent = 0u8;
    for seat in assigned.live() {
        match seat.work {
            Work::Revealed { claim, .. } => {
                let count = votes.entry(claim).or_default();
                *count = count.saturating_add(1);
            }
            Work::Running | Work::Sealed { .. } => silent = silent.saturating_add(1),
            Work::Declined => {}
        }
    }
    let quorum = job.spec.agreement.quorum;
    let best = votes.iter().max_by_key(|(_, count)| **count);
    match best {
        Some((claim, count)) if *count >= quorum => settle(draft, id, job, assigned, *claim),
        _ => {
            let most = best.map_or(0, |(_, count)| *count);
            let reachable = most.saturating_add(silent) >= quorum;
            let how = if reachable {
                Ending::Late
            } else {
                Ending::Disagreed
            };
            refund(draft, id, job, assigned, how);
        }
    }
}

/// A claim has won.
fn settle(draft: &mut Draft<'_>, id: JobId, mut job: Job, assigned: Assignment, winner: Cid) {
    let found = match &assigned.claims[..] {
        [only] => Some(only),
        claims => claims.iter().find(|claim| claim.cid() == Ok(winner)),
    };
    let claim = Arc::clone(found.expect("every revealed claim is kept until the end"));
    for seat in assigned.live() {
        match seat.work {
            Work::Revealed { claim: own, .. } if own == winner => {
                let charge = seat.offer.charge(claim.fuel_used);
                let charge =
                    charge.expect("no more fuel than the limit, whose charge is in bounds");
                pay(draft, id, &mut job, seat, charge);
                unbond(draft, seat);
                praise(draft, &job, seat.executor);
            }
            Work::Revealed { .. } => {
                forfeit(draft, id, seat);
                draft.credit(&seat.executor, OVERRULED);
            }
            Work::Running | Work::Sealed { .. } => {
                forfeit(draft, id, seat);
                draft.credit(&seat.executor, SILENT);
            }
            Work::Declined => {}
        }
    }
    let how = outcome(draft, id, &mut job, &claim);
    let won = Some((winner, claim.output));
    close(draft, id, job, how, won, receipts(&assigned));
}

/// What the winning claim means: its effects stand if the guest ended well and all are allowed.
fn outcome(draft: &mut Draft<'_>, id: JobId, job: &mut Job, claim: &Claim) -> Ending {
    if !claim.exit.is_ok() {
        return Ending::GuestFailed;
    }
    match effects::apply_all(draft, id, job, &claim.effects) {
        Ok(()) => Ending::Completed,
        Err((effect, reject)) => Ending::EffectRefused {
            effect,
            number: reject.number(),
        },
    }
}

/// No claim has won.
pub(super) fn refund(
    draft: &mut Draft<'_>,
    id: JobId,
    mut job: Job,
    assigned: Assignment,
    how: Ending,
) {
    for seat in assigned.live() {
        match seat.work {
            Work::Revealed { .. } => {
                if how == Ending::Disagreed {
                    pay(draft, id, &mut job, seat, seat.offer.base);
                }
                unbond(draft, seat);
            }
            Work::Running | Work::Sealed { .. } => {
                forfeit(draft, id, seat);
                draft.credit(&seat.executor, SILENT);
            }
            Work::Declined => {}
        }
    }
    close(draft, id, job, how, None, receipts(&assigned));
}

/// Closes the hold: what is left of it goes back to the owner. A claim that has won comes with its
/// output.
fn close(
    draft: &mut Draft<'_>,
    id: JobId,
    mut job: Job,
    how: Ending,
    won: Option<(Cid, Cid)>,
    receipts: Vec<Cid>,
) {
    let refunded = job.hold.close();
    if !draft.state.lacks_guard(Fault::HoldRelease) {
        let released = draft.change(&job.owner, |owner| owner.release(refunded));
        released.expect("what is left of a hold is held in its owner's account");
    }
    let paid = job.hold.paid();
    if won.is_none() || !draft.state.lacks_guard(Fault::DoubleSettle) {
        job.phase = Phase::Ended(Arc::new(Ended {
            at: draft.at(),
            how,
            claim: won.map(|(claim, _)| claim),
            output: won.map(|(_, output)| output),
            receipts,
        }));
    }
    draft.put_job(id, job);
    draft.emit(Event::JobEnded {
        job: id,
        how,
        paid,
        refunded,
    });
}

/// Pays a charge from the hold: the executor gets it less the market fee.
fn pay(draft: &mut Draft<'_>, id: JobId, job: &mut Job, seat: &Seat, charge: Mana) {
    let fee = market_fee(charge, job.fees.market_bp);
    let net = charge.minus(fee).expect("a fee is a part of its charge");
    job.hold
        .pay(charge)
        .expect("the hold covers the highest price of every executor");
    draft
        .change(&job.owner, |owner| owner.pay_from_hold(charge))
        .and_then(|()| draft.change(&seat.executor, |account| account.deposit(net)))
        .expect("what is in a hold is in its owner's account");
    draft.collect(fee);
    draft.emit(Event::ExecutorPaid {
        job: id,
        executor: seat.executor,
        charge,
        fee,
    });
}

/// Gives back a bond, and the fees of messages that were not sent.
fn unbond(draft: &mut Draft<'_>, seat: &Seat) {
    let freed = draft.change(&seat.executor, |account| {
        account.unbond(seat.bond)?;
        account.unbond(seat.fees)
    });
    freed.expect("a seat's bond and fees are bonded in its executor's account");
    qualify::free(draft, &seat.executor);
}

/// Takes a bond into the treasury; the fees of messages that were not sent go back.
fn forfeit(draft: &mut Draft<'_>, id: JobId, seat: &Seat) {
    let taken = draft.change(&seat.executor, |account| {
        account.pay_from_bond(seat.bond)?;
        account.unbond(seat.fees)
    });
    taken.expect("a seat's bond and fees are bonded in its executor's account");
    draft.collect(seat.bond);
    qualify::free(draft, &seat.executor);
    let (executor, amount) = (seat.executor, seat.bond);
    draft.emit(Event::BondForfeited {
        job: id,
        executor,
        amount,
    });
}

/// Agreement among several raises reputation: once a day for each owner, and never one's own job.
fn praise(draft: &mut Draft<'_>, job: &Job, executor: Did) {
    if job.is_sealed() && job.owner != executor && draft.begin_day(executor, job.owner, DAY_MS) {
        draft.credit(&executor, AGREED);
    }
}

fn receipts(assigned: &Assignment) -> Vec<Cid> {
    let receipts = assigned.seats.iter().filter_map(|seat| match seat.work {
        Work::Revealed { receipt, .. } => Some(receipt),
        Work::Running | Work::Sealed { .. } | Work::Declined => None,
    });
    receipts.collect()
}
