//! Votes for a block here, and for none there.

use super::Seat;
use icn_base::order::{Signed, Vote};
use icn_base::{Cid, Codec};
use icn_consensus::Message;
use icn_mesh::Gossip;

pub(super) fn says(said: &Gossip, to: usize, seat: &Seat<'_>) -> Option<Vec<Gossip>> {
    let Gossip::Order(Message::Vote(vote)) = said else {
        return None;
    };
    if vote.by != seat.keys.did() {
        return None;
    }
    let block = match vote.body.block {
        Some(_) => None,
        None => Some(Cid::of(Codec::DagCbor, b"a block that nobody made")),
    };
    let body = Vote { block, ..vote.body };
    let twin = Signed::sign(body, seat.keys, seat.network);
    let twin = Gossip::Order(Message::Vote(twin));
    Some(match to % 3 {
        0 => vec![said.clone()],
        1 => vec![twin],
        _ => vec![twin, said.clone()],
    })
}
