//! Makes a second block beside each of its own, one millisecond later, and proposes it to some.

use super::Seat;
use icn_base::Cid;
use icn_base::order::{Proposal, Signed};
use icn_consensus::Message;
use icn_mesh::{Body, Gossip};
use std::collections::BTreeMap;

pub(super) fn says(
    twins: &mut BTreeMap<Cid, Cid>,
    said: &Gossip,
    to: usize,
    seat: &Seat<'_>,
) -> Option<Vec<Gossip>> {
    match said {
        Gossip::Body(body) if body.header.height > seat.state.chain().height => {
            let twin = twin(body)?;
            twins.insert(*body.header.block().cid(), *twin.header.block().cid());
            Some(vec![said.clone(), Gossip::Body(twin)])
        }
        Gossip::Order(Message::Proposal(proposal)) if proposal.by == seat.keys.did() => {
            let block = *twins.get(&proposal.body.block)?;
            let body = Proposal {
                block,
                ..proposal.body
            };
            let twin = Signed::sign(body, seat.keys, seat.network);
            let twin = Gossip::Order(Message::Proposal(twin));
            Some(match to % 3 {
                0 => vec![said.clone()],
                1 => vec![twin],
                _ => vec![twin, said.clone()],
            })
        }
        _ => None,
    }
}

fn twin(body: &Body) -> Option<Body> {
    let mut twin = body.clone();
    twin.header.time = twin.header.time.after_ms(1).ok()?;
    Some(twin)
}
