//! Keeps assignments of its own back, and gives seats where it may not: in jobs that are not its own
//! to assign, that are assigned already, or by bids of other jobs.

use super::{Mischief, Seat, push};
use crate::letter::Letter;
use crate::rng::Rng;
use icn_ledger::{Action, Bid, SignedTx, TxBody};
use icn_mesh::{Gossip, Heard};
use std::collections::VecDeque;

pub(super) fn notice(known: &mut VecDeque<Bid>, letter: &Letter) {
    if let Ok(Heard::Bids(bids)) = &letter.read {
        bids.iter().for_each(|bid| push(known, bid.clone()));
    }
}

/// Its own assignments stay with it.
pub(super) fn says(said: &Gossip) -> Option<Vec<Gossip>> {
    let Gossip::Txs(txs) = said else {
        return None;
    };
    let assigns = |tx: &SignedTx| matches!(tx.body.action, Action::AssignJob { .. });
    if !txs.iter().any(assigns) {
        return None;
    }
    let kept: Vec<_> = txs.iter().filter(|tx| !assigns(tx)).cloned().collect();
    Some(if kept.is_empty() {
        Vec::new()
    } else {
        vec![Gossip::Txs(kept)]
    })
}

pub(super) fn acts(known: &VecDeque<Bid>, seat: &Seat<'_>, rng: &mut Rng) -> Vec<Mischief> {
    let Some(bid) = known.get(rng.pick(known.len())) else {
        return Vec::new();
    };
    let jobs: Vec<_> = seat.state.jobs_after(None).map(|(id, _)| *id).collect();
    let job = match rng.one(&jobs) {
        Some(other) if rng.permille(300) => *other,
        _ => bid.terms.job,
    };
    let of_job = known.iter().filter(|bid| bid.terms.job == job);
    let mut bids: Vec<_> = of_job.take(3).cloned().collect();
    if bids.is_empty() {
        bids.push(bid.clone());
    }
    let action = Action::AssignJob {
        job,
        bids,
        spares: Vec::new(),
    };
    let body = TxBody {
        network: *seat.network,
        from: seat.keys.did(),
        nonce: None,
        valid_until: seat.now.after_ms(20_000).unwrap_or(seat.now),
        action,
    };
    let tx = SignedTx::sign(body, seat.keys);
    vec![Mischief::Says(Gossip::Txs(vec![tx]))]
}
