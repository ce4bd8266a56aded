//! Messages, entries and certificates as the core has them, and back.

use crate::context::{Address, BlockId, CastVote, Context, Height, MadeProposal, round_number};
use crate::entry::{Judged, Waited};
use crate::{Entry, Message, RoundCertificate, RoundKind};
use arc_malachitebft_core_consensus as core;
use arc_malachitebft_core_types as malachite;
use core::{PeerId, ProposedValue};
use icn_base::order::{Certificate, Proposal, Seat, Signed, Step, Vote};
use malachite::{
    CommitCertificate, ExtendedCommitCertificate, ExtendedCommitSignature, PolkaCertificate,
    PolkaSignature, Round, RoundCertificateType, SignedMessage, Timeout, TimeoutKind, Validity,
    ValueOrigin, ValueResponse,
};

pub(crate) type CoreInput = core::Input<Context>;
type CoreVote = malachite::SignedVote<Context>;
type CoreProposal = malachite::SignedProposal<Context>;
type CoreRound = malachite::RoundCertificate<Context>;

pub(crate) fn vote_in(said: &Signed<Vote>) -> CoreVote {
    SignedMessage::new(CastVote::new(&said.body, said.by), said.signature)
}

pub(crate) fn vote_out(said: &CoreVote) -> Signed<Vote> {
    let (body, by) = said.message.words();
    Signed {
        body,
        by,
        signature: said.signature,
    }
}

pub(crate) fn proposal_in(said: &Signed<Proposal>) -> CoreProposal {
    SignedMessage::new(MadeProposal::new(&said.body, said.by), said.signature)
}

pub(crate) fn proposal_out(said: &CoreProposal) -> Signed<Proposal> {
    let (body, by) = said.message.words();
    Signed {
        body,
        by,
        signature: said.signature,
    }
}

/// Nothing, if a certificate that should be of prevotes is of others.
pub(crate) fn message_in(message: &Message) -> Option<CoreInput> {
    Some(match message {
        Message::Proposal(said) => CoreInput::Proposal(proposal_in(said)),
        Message::Vote(said) => CoreInput::Vote(vote_in(said)),
        Message::Polka(certificate) => CoreInput::PolkaCertificate(polka_in(certificate)?),
        Message::Round(certificate) => CoreInput::RoundCertificate(round_in(certificate)),
    })
}

pub(crate) fn polka_in(certificate: &Certificate) -> Option<PolkaCertificate<Context>> {
    let seat = |seat: &Seat| PolkaSignature::new(Address(seat.by), seat.signature);
    (certificate.step == Step::Prevote).then(|| PolkaCertificate {
        height: Height(certificate.height),
        round: Round::new(certificate.round),
        value_id: BlockId(certificate.block),
        polka_signatures: certificate.seats.iter().map(seat).collect(),
    })
}

pub(crate) fn polka_out(polka: &PolkaCertificate<Context>) -> Certificate {
    let seats = polka.polka_signatures.iter();
    Certificate {
        height: polka.height.0,
        round: round_number(polka.round),
        step: Step::Prevote,
        block: polka.value_id.0,
        seats: sorted(seats.map(|seat| (seat.address, seat.signature))),
    }
}

pub(crate) fn commit_out(commit: &CommitCertificate<Context>) -> Certificate {
    let seats = commit.commit_signatures.iter();
    Certificate {
        height: commit.height.0,
        round: round_number(commit.round),
        step: Step::Precommit,
        block: commit.value_id.0,
        seats: sorted(seats.map(|seat| (seat.address, seat.signature))),
    }
}

fn sorted(seats: impl Iterator<Item = (Address, icn_base::Signature)>) -> Vec<Seat> {
    let mut seats: Vec<_> = seats
        .map(|(address, signature)| Seat {
            by: address.0,
            signature,
        })
        .collect();
    seats.sort_by_key(|seat| seat.by);
    seats
}

/// A certificate from elsewhere as the answer of a peer. Its body is a DAG block that the caller
/// has, and who brought it is not the core's affair.
pub(crate) fn commit_in(certificate: &Certificate) -> CoreInput {
    let seat = |seat: &Seat| ExtendedCommitSignature {
        address: Address(seat.by),
        signature: seat.signature,
        extension: None,
    };
    let certificate = ExtendedCommitCertificate {
        height: Height(certificate.height),
        round: Round::new(certificate.round),
        value_id: BlockId(certificate.block),
        commit_signatures: certificate.seats.iter().map(seat).collect(),
    };
    let peer = PeerId::from_bytes(&[0, 0]).expect("an identity multihash of nothing");
    CoreInput::SyncValueResponse(ValueResponse::new(peer, Default::default(), certificate))
}

fn round_in(certificate: &RoundCertificate) -> CoreRound {
    let first = certificate.first().body;
    CoreRound::new_from_votes(
        Height(first.height),
        Round::new(first.round),
        match certificate.kind() {
            RoundKind::Skip => RoundCertificateType::Skip,
            RoundKind::Precommit => RoundCertificateType::Precommit,
        },
        certificate.votes().iter().map(vote_in).collect(),
    )
}

pub(crate) fn round_out(certificate: &CoreRound) -> Option<RoundCertificate> {
    let kind = match certificate.cert_type {
        RoundCertificateType::Skip => RoundKind::Skip,
        RoundCertificateType::Precommit => RoundKind::Precommit,
    };
    let mut votes: Vec<_> = certificate.votes(&Context).map(|v| vote_out(&v)).collect();
    votes.sort_by_key(|vote| vote.by);
    // Of one who voted twice, one vote is enough.
    votes.dedup_by_key(|vote| vote.by);
    RoundCertificate::new(kind, votes)
}

pub(crate) fn judged_in(judged: &Judged, origin: ValueOrigin) -> CoreInput {
    let value = ProposedValue {
        height: Height(judged.height),
        round: Round::new(judged.round),
        valid_round: Round::Nil,
        proposer: Address(judged.proposer),
        value: BlockId(judged.block),
        validity: Validity::from_bool(judged.valid),
    };
    CoreInput::ProposedValue(value, origin)
}

/// What a log entry does again when it is read back; evidence is not the core's affair.
pub(crate) fn entry_in(entry: &Entry) -> Option<CoreInput> {
    Some(match entry {
        Entry::Proposal(said) => CoreInput::Proposal(proposal_in(said)),
        Entry::Vote(said) => CoreInput::Vote(vote_in(said)),
        Entry::Polka(certificate) => CoreInput::PolkaCertificate(polka_in(certificate)?),
        Entry::Block(judged) => judged_in(judged, ValueOrigin::Consensus),
        Entry::Timeout { round, waited, .. } => {
            let kind = match waited {
                Waited::Proposal => TimeoutKind::Propose,
                Waited::Prevotes => TimeoutKind::Prevote,
                Waited::Precommits => TimeoutKind::Precommit,
            };
            CoreInput::TimeoutElapsed(Timeout::new(Round::new(*round), kind))
        }
        Entry::Evidence { .. } => return None,
    })
}

/// What the core wants to remember. It asks for nothing else.
pub(crate) fn entry_out(height: Height, input: &CoreInput) -> Option<Entry> {
    Some(match input {
        CoreInput::Vote(said) => Entry::Vote(vote_out(said)),
        CoreInput::Proposal(said) => Entry::Proposal(proposal_out(said)),
        CoreInput::PolkaCertificate(polka) => Entry::Polka(polka_out(polka)),
        CoreInput::ProposedValue(value, _) => Entry::Block(Judged {
            height: value.height.0,
            round: round_number(value.round),
            proposer: value.proposer.0,
            block: value.value.0,
            valid: value.validity.is_valid(),
        }),
        CoreInput::TimeoutElapsed(timeout) => Entry::Timeout {
            height: height.0,
            round: round_number(timeout.round),
            waited: match timeout.kind {
                TimeoutKind::Propose => Waited::Proposal,
                TimeoutKind::Prevote => Waited::Prevotes,
                TimeoutKind::Precommit => Waited::Precommits,
                TimeoutKind::Rebroadcast | TimeoutKind::FinalizeHeight(_) => return None,
            },
        },
        CoreInput::StartHeight(..)
        | CoreInput::Propose(_)
        | CoreInput::SyncValueResponse(_)
        | CoreInput::RoundCertificate(_) => return None,
    })
}
