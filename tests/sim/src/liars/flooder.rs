//! Sends rubbish, and well-signed messages from far away, as many as it can.

use super::{Mischief, Seat};
use crate::rng::Rng;
use icn_base::order::{Signed, Step, Vote};
use icn_consensus::Message;
use icn_mesh::{Gossip, Topic};

pub(super) fn acts(seat: &Seat<'_>, rng: &mut Rng) -> Vec<Mischief> {
    let height = seat.state.chain().height;
    // Rubbish has it banned, so it comes late: first it sends what is merely useless.
    if height > 15 && rng.permille(200) {
        let topic = *rng
            .one(&[Topic::Order, Topic::Txs, Topic::Market])
            .unwrap_or(&Topic::Order);
        let length = rng.pick(200);
        let bytes = (0..length).map(|_| rng.next().to_le_bytes()[0]).collect();
        return vec![Mischief::Sends(topic, bytes)];
    }
    let far = |rng: &mut Rng| {
        let ahead = [0, 1, 2, 1_000, u64::MAX / 2];
        let vote = Vote {
            height: height.saturating_add(*rng.one(&ahead).unwrap_or(&0)),
            round: *rng.one(&[0, 1, 5, 11, 900_000]).unwrap_or(&0),
            step: Step::Prevote,
            block: None,
        };
        let vote = Signed::sign(vote, seat.keys, seat.network);
        Mischief::Says(Gossip::Order(Message::Vote(vote)))
    };
    (0..8).map(|_| far(rng)).collect()
}
