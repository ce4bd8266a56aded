//! Our words as Malachite's types. Nothing here leaves the crate.

use crate::Validators;
use arc_malachitebft_core_types as malachite;
use icn_base::order::{Proposal, Step, Vote};
use icn_base::{Cid, Did, Signature};
use malachite::{NilOrVal, Round, VoteType};
use std::fmt;

/// Which types the core works with.
#[derive(Clone, Debug)]
pub(crate) struct Context;

/// A validator's name: its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(pub(crate) Did);

/// The place of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Height(pub(crate) u64);

/// What is decided on: a block, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockId(pub(crate) Cid);

/// Parts of a value travel as DAG blocks, so there are none here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoPart {}

/// A vote and who casts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CastVote {
    height: Height,
    round: Round,
    step: VoteType,
    value: NilOrVal<BlockId>,
    by: Address,
}

/// A proposal and who makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MadeProposal {
    height: Height,
    round: Round,
    value: BlockId,
    valid_round: Round,
    by: Address,
}

/// A validator and its power.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Validator {
    address: Address,
    power: u64,
}

/// The validators of a height, in the order of their DIDs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValidatorSet {
    validators: Vec<Validator>,
    power: u64,
}

/// ed25519 as `icn_base` has it. The core only carries signatures; they are made and judged by
/// the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ed25519;

/// The core never decodes: bytes are decoded at our own door.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("signatures and keys are decoded before they reach the core")]
pub(crate) struct NotHere;

/// Timeouts are ours (`pace`); the core does not ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NoTimeouts;

impl malachite::Context for Context {
    type Address = Address;
    type Height = Height;
    type ProposalPart = NoPart;
    type Proposal = MadeProposal;
    type Validator = Validator;
    type ValidatorSet = ValidatorSet;
    type Timeouts = NoTimeouts;
    type Value = BlockId;
    type Vote = CastVote;
    type Extension = ();
    type SigningScheme = Ed25519;

    /// In turn, whatever their power: each height and each round moves on by one.
    fn select_proposer<'a>(
        &self,
        set: &'a ValidatorSet,
        height: Height,
        round: Round,
    ) -> &'a Validator {
        let round = round.as_u32().unwrap_or_default();
        let turn = Validators::turn(set.validators.len(), height.0, round);
        set.validators
            .get(turn)
            .expect("a turn is below the number of validators, of which there is one")
    }

    fn new_proposal(
        &self,
        height: Height,
        round: Round,
        value: BlockId,
        valid_round: Round,
        by: Address,
    ) -> MadeProposal {
        MadeProposal {
            height,
            round,
            value,
            valid_round,
            by,
        }
    }

    fn new_prevote(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<BlockId>,
        by: Address,
    ) -> CastVote {
        CastVote {
            height,
            round,
            step: VoteType::Prevote,
            value,
            by,
        }
    }

    fn new_precommit(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<BlockId>,
        by: Address,
    ) -> CastVote {
        CastVote {
            height,
            round,
            step: VoteType::Precommit,
            value,
            by,
        }
    }
}

impl CastVote {
    /// As `by` casts it.
    pub(crate) fn new(vote: &Vote, by: Did) -> Self {
        Self {
            height: Height(vote.height),
            round: Round::new(vote.round),
            step: match vote.step {
                Step::Prevote => VoteType::Prevote,
                Step::Precommit => VoteType::Precommit,
            },
            value: vote
                .block
                .map_or(NilOrVal::Nil, |cid| NilOrVal::Val(BlockId(cid))),
            by: Address(by),
        }
    }

    /// What is signed, and by whom.
    pub(crate) fn words(&self) -> (Vote, Did) {
        let vote = Vote {
            height: self.height.0,
            round: round_number(self.round),
            step: match self.step {
                VoteType::Prevote => Step::Prevote,
                VoteType::Precommit => Step::Precommit,
            },
            block: match self.value {
                NilOrVal::Nil => None,
                NilOrVal::Val(BlockId(cid)) => Some(cid),
            },
        };
        (vote, self.by.0)
    }
}

impl MadeProposal {
    /// As `by` makes it.
    pub(crate) fn new(proposal: &Proposal, by: Did) -> Self {
        Self {
            height: Height(proposal.height),
            round: Round::new(proposal.round),
            value: BlockId(proposal.block),
            valid_round: proposal.valid_round.map_or(Round::Nil, Round::new),
            by: Address(by),
        }
    }

    /// What is signed, and by whom.
    pub(crate) fn words(&self) -> (Proposal, Did) {
        let proposal = Proposal {
            height: self.height.0,
            round: round_number(self.round),
            block: self.value.0,
            valid_round: self.valid_round.as_u32(),
        };
        (proposal, self.by.0)
    }
}

impl ValidatorSet {
    pub(crate) fn new(validators: &Validators) -> Self {
        Self {
            validators: validators
                .powers()
                .iter()
                .map(|(did, power)| Validator {
                    address: Address(*did),
                    power: *power,
                })
                .collect(),
            power: validators.power(),
        }
    }
}

/// The core says "no round" only before a height's first one, and signs nothing there.
pub(crate) fn round_number(round: Round) -> u32 {
    round
        .as_u32()
        .expect("what is said about a height is said in a round")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl malachite::Address for Address {}

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl malachite::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl malachite::Value for BlockId {
    type Id = Self;

    fn id(&self) -> Self {
        *self
    }
}

impl malachite::ProposalPart<Context> for NoPart {
    fn is_first(&self) -> bool {
        match *self {}
    }

    fn is_last(&self) -> bool {
        match *self {}
    }
}

impl malachite::Proposal<Context> for MadeProposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &BlockId {
        &self.value
    }

    fn take_value(self) -> BlockId {
        self.value
    }

    fn pol_round(&self) -> Round {
        self.valid_round
    }

    fn validator_address(&self) -> &Address {
        &self.by
    }
}

impl malachite::Vote<Context> for CastVote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<BlockId> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<BlockId> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.step
    }

    fn validator_address(&self) -> &Address {
        &self.by
    }

    fn extension(&self) -> Option<&malachite::SignedExtension<Context>> {
        None
    }

    fn take_extension(&mut self) -> Option<malachite::SignedExtension<Context>> {
        None
    }

    /// Votes carry nothing besides the vote.
    fn extend(self, _: malachite::SignedExtension<Context>) -> Self {
        self
    }
}

impl malachite::Validator<Context> for Validator {
    fn address(&self) -> &Address {
        &self.address
    }

    fn public_key(&self) -> &Address {
        &self.address
    }

    fn voting_power(&self) -> u64 {
        self.power
    }
}

impl malachite::ValidatorSet<Context> for ValidatorSet {
    fn count(&self) -> usize {
        self.validators.len()
    }

    fn total_voting_power(&self) -> u64 {
        self.power
    }

    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        let found = self
            .validators
            .binary_search_by_key(address, |validator| validator.address);
        self.validators.get(found.ok()?)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.validators.get(index)
    }
}

impl malachite::SigningScheme for Ed25519 {
    type DecodingError = NotHere;
    type Signature = Signature;
    type PublicKey = Address;
    type PrivateKey = ();

    fn decode_signature(_: &[u8]) -> Result<Signature, NotHere> {
        Err(NotHere)
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.as_bytes().to_vec()
    }

    fn decode_public_key(_: &[u8]) -> Result<Address, NotHere> {
        Err(NotHere)
    }

    fn encode_public_key(key: &Address) -> Vec<u8> {
        key.0.public_key().to_vec()
    }
}

impl malachite::Timeouts<Context> for NoTimeouts {
    fn duration_for(&self, _: malachite::Timeout) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}
