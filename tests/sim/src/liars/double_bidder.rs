//! Asks one price here and another there.

use super::Seat;
use icn_base::Mana;
use icn_ledger::Bid;
use icn_mesh::Gossip;

pub(super) fn says(said: &Gossip, to: usize, seat: &Seat<'_>) -> Option<Vec<Gossip>> {
    let Gossip::Bids(bids) = said else {
        return None;
    };
    let dearer = |bid: &Bid| {
        let mut terms = bid.terms.clone();
        terms.offer.base = terms.offer.base.plus(Mana::new(1).ok()?).ok()?;
        Some(Bid::sign(terms, seat.keys, seat.network))
    };
    let twins: Vec<_> = bids.iter().filter_map(dearer).collect();
    Some(match to % 3 {
        0 => vec![said.clone()],
        1 => vec![Gossip::Bids(twins)],
        _ => vec![Gossip::Bids(twins), said.clone()],
    })
}
