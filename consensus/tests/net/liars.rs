//! Those who lie. Each keeps the protocol but for one thing.

use crate::rng::Rng;
use icn_base::order::{Certificate, Proposal, Seat, Signed, Step, Vote};
use icn_base::{Cid, Codec, Keypair, NetworkId, Signature};
use icn_consensus::Message;

/// What a liar does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lie {
    /// Proposes one block to these and another to those.
    TwoProposals,
    /// Votes one way here and another way there.
    TwoVotes,
    /// Forgets all it said whenever it falls.
    Amnesia,
    /// Says nothing.
    Silence,
    /// Votes for no block, ever.
    NilVotes,
    /// Runs twice with one key.
    Clone,
    /// Answers who asks with forged proofs.
    ForgedProofs,
    /// Brings what others said on another network.
    Replay,
    /// Sends rubbish, and messages from far away.
    Flood,
    /// Proposes blocks that may not follow.
    BadBlocks,
}

impl Lie {
    pub(crate) const ALL: [Self; 10] = [
        Self::TwoProposals,
        Self::TwoVotes,
        Self::Amnesia,
        Self::Silence,
        Self::NilVotes,
        Self::Clone,
        Self::ForgedProofs,
        Self::Replay,
        Self::Flood,
        Self::BadBlocks,
    ];
}

/// What a liar sends to one of the others in the place of a message. Gossip brings some of them
/// both sides of a lie.
pub(crate) fn twist(
    lie: Lie,
    message: &Message,
    to: usize,
    keys: &Keypair,
    network: &NetworkId,
) -> Vec<Message> {
    let twin = match (lie, message) {
        (Lie::Silence, _) => return Vec::new(),
        (Lie::NilVotes, Message::Vote(said)) => {
            let block = None;
            let vote = Vote { block, ..said.body };
            return vec![Message::Vote(Signed::sign(vote, keys, network))];
        }
        (Lie::TwoProposals, Message::Proposal(said)) => {
            let block = twin(&said.body.block);
            let proposal = Proposal { block, ..said.body };
            Message::Proposal(Signed::sign(proposal, keys, network))
        }
        (Lie::TwoVotes, Message::Vote(said)) => {
            let block = match said.body.block {
                Some(cid) if to % 4 == 1 => Some(twin(&cid)),
                Some(_) => None,
                None => Some(Cid::of(Codec::DagCbor, b"nothing")),
            };
            Message::Vote(Signed::sign(Vote { block, ..said.body }, keys, network))
        }
        _ => return vec![message.clone()],
    };
    match to % 3 {
        0 => vec![message.clone()],
        1 => vec![twin],
        _ => vec![twin, message.clone()],
    }
}

/// The other block that a liar puts beside this one.
pub(crate) fn twin(block: &Cid) -> Cid {
    Cid::of(Codec::DagCbor, &block.to_bytes())
}

/// A proof of a block that nobody voted for.
pub(crate) fn forge(height: u64, others: &[Keypair], rng: &mut Rng) -> Certificate {
    let block = Cid::of(Codec::DagCbor, &rng.next().to_be_bytes());
    let mut seats: Vec<_> = others
        .iter()
        .map(|keys| Seat {
            by: keys.did(),
            signature: Signature::from_bytes([7; 64]),
        })
        .collect();
    seats.sort_by_key(|seat| seat.by);
    seats.dedup_by_key(|seat| seat.by);
    Certificate {
        height,
        round: 0,
        step: Step::Precommit,
        block,
        seats,
    }
}

/// What an honest validator said on another network, at this height.
pub(crate) fn replayed(
    height: u64,
    keys: &Keypair,
    elsewhere: &NetworkId,
    rng: &mut Rng,
) -> Message {
    let block = rng
        .permille(700)
        .then(|| Cid::of(Codec::DagCbor, b"a block over there"));
    let step = if rng.permille(500) {
        Step::Prevote
    } else {
        Step::Precommit
    };
    let vote = Vote {
        height,
        round: u32::try_from(rng.below(2)).unwrap(),
        step,
        block,
    };
    Message::Vote(Signed::sign(vote, keys, elsewhere))
}

/// A flooder's message: rubbish, or well signed and from far away.
pub(crate) fn flood(height: u64, keys: &Keypair, network: &NetworkId, rng: &mut Rng) -> Vec<u8> {
    if rng.permille(500) {
        let length = rng.pick(200);
        return (0..length).map(|_| rng.next().to_le_bytes()[0]).collect();
    }
    let far = [0, 1, 2, 1_000, u64::MAX - height][rng.pick(5)];
    let vote = Vote {
        height: height + far,
        round: [0, 1, 5, 11, 900_000][rng.pick(5)],
        step: Step::Prevote,
        block: None,
    };
    Message::Vote(Signed::sign(vote, keys, network)).encode()
}
