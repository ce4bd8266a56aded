//! Brings what it has heard long ago, and votes of its own from another network.

use super::{Mischief, Seat};
use crate::letter::Letter;
use crate::rng::Rng;
use icn_base::order::{Signed, Step, Vote};
use icn_base::{Cid, Codec, NetworkId};
use icn_consensus::Message;
use icn_mesh::Gossip;
use std::collections::VecDeque;
use std::sync::Arc;

pub(super) fn acts(heard: &VecDeque<Arc<Letter>>, seat: &Seat<'_>, rng: &mut Rng) -> Vec<Mischief> {
    // What was never signed for this network has it banned, so it comes late.
    if seat.state.chain().height > 25 && rng.permille(50) {
        let elsewhere = NetworkId::new(Cid::of(Codec::Raw, b"elsewhere"));
        let vote = Vote {
            height: seat.state.chain().height.saturating_add(1),
            round: 0,
            step: Step::Prevote,
            block: None,
        };
        let vote = Signed::sign(vote, seat.keys, &elsewhere);
        return vec![Mischief::Says(Gossip::Order(Message::Vote(vote)))];
    }
    let mut old = Vec::new();
    for _ in 0..3 {
        if let Some(letter) = heard.get(rng.pick(heard.len())) {
            old.push(Mischief::Sends(letter.topic, letter.bytes.clone()));
        }
    }
    old
}
