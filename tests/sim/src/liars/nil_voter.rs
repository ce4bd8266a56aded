//! Votes for no block, ever.

use super::Seat;
use icn_base::order::{Signed, Vote};
use icn_consensus::Message;
use icn_mesh::Gossip;

pub(super) fn says(said: &Gossip, seat: &Seat<'_>) -> Option<Vec<Gossip>> {
    let Gossip::Order(Message::Vote(vote)) = said else {
        return None;
    };
    if vote.by != seat.keys.did() {
        return None;
    }
    let body = Vote {
        block: None,
        ..vote.body
    };
    let vote = Signed::sign(body, seat.keys, seat.network);
    Some(vec![Gossip::Order(Message::Vote(vote))])
}
