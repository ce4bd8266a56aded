//! What the core asks for while it thinks, and what is given to it at once.

use crate::bridge::{commit_out, entry_out, polka_out, proposal_out, round_out, vote_out};
use crate::context::{Address, CastVote, Context, Height, MadeProposal};
use crate::fault::Fault;
use crate::known::Known;
use crate::timers::Timers;
use crate::watch::Watch;
use crate::words::{Effect, Output};
use crate::{Entry, Highest, Message, Pace, Validators};
use arc_malachitebft_core_consensus as core;
use arc_malachitebft_core_types as malachite;
use core::{ConsensusMsg, LivenessMsg, MisbehaviorEvidence, Resumable, Resume, SignedConsensusMsg};
use icn_base::order::{Certificate, CertificateError, Evidence, Proposal, Signed, Statement, Vote};
use icn_base::{Cid, Codec, Did, Keypair, NetworkId, Signature, Time};
use malachite::{Round, SignedMessage, ThresholdParam};
use std::collections::{BTreeMap, BTreeSet};

type CoreEffect = core::Effect<Context>;
type Refusal = malachite::CertificateError<Context>;

/// What is signed already, or above it. The core is not given a signature, and gives up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused;

/// Everything around the core at one height. It outlives heights.
#[derive(Debug)]
pub(crate) struct Desk {
    keys: Keypair,
    pub(crate) me: Did,
    network: NetworkId,
    fault: Option<Fault>,
    pub(crate) now: Time,
    pub(crate) height: u64,
    pub(crate) validators: Validators,
    pub(crate) pace: Pace,
    pub(crate) timers: Timers,
    pub(crate) watch: Watch,
    pub(crate) highest: Option<Highest>,
    /// Whether what is said here is kept: by validators that vote.
    pub(crate) votes: bool,
    pub(crate) decided: bool,
    known: Known,
    /// Blocks that were put up, the round and who did.
    pub(crate) proposed: BTreeMap<Cid, (u32, Did)>,
    /// Blocks of the log that it does not say what was thought of.
    unjudged: BTreeSet<Cid>,
    /// Blocks that were found bad, until they are put up in a later round.
    doubted: BTreeMap<Cid, Doubt>,
    /// While the log is read back: what was signed for the first time meanwhile.
    replay: Option<Vec<Signature>>,
    /// A question for a block that came up while the log was read back.
    turn: Option<(u32, Time)>,
    /// What a proven block is to the core.
    pub(crate) proven: Option<Did>,
    refused: Option<CertificateError>,
    /// A signature did not hold.
    pub(crate) forged: bool,
    /// The core wanted to sign where our key has signed before.
    pub(crate) overtaken: bool,
    pub(crate) out: Output,
}

/// A block that was found bad.
#[derive(Clone, Copy, Debug)]
struct Doubt {
    /// The last round that it was judged for.
    round: u32,
    /// A proposal that waits until it is judged again.
    held: Option<Signed<Proposal>>,
}

impl Desk {
    pub(crate) fn new(
        keys: Keypair,
        network: NetworkId,
        highest: Option<Highest>,
        fault: Option<Fault>,
    ) -> Self {
        let me = keys.did();
        let network = match fault {
            Some(Fault::Domain) => NetworkId::new(Cid::of(Codec::Raw, b"any")),
            _ => network,
        };
        Self {
            keys,
            me,
            network,
            fault,
            now: Time::ZERO,
            height: 0,
            validators: Validators::new([(me, 1)]).expect("one with power"),
            pace: Pace::default(),
            timers: Timers::default(),
            watch: Watch::default(),
            highest,
            votes: false,
            decided: false,
            known: Known::default(),
            proposed: BTreeMap::new(),
            unjudged: BTreeSet::new(),
            doubted: BTreeMap::new(),
            replay: None,
            turn: None,
            proven: None,
            refused: None,
            forged: false,
            overtaken: false,
            out: Output::default(),
        }
    }

    pub(crate) fn begin(&mut self, height: u64, validators: Validators, pace: Pace) {
        self.timers.cancel_all();
        self.watch.begin(&validators);
        self.known.begin(height);
        self.proposed.clear();
        self.unjudged.clear();
        self.doubted.clear();
        (self.height, self.validators, self.pace) = (height, validators, pace);
        (self.decided, self.votes) = (false, false);
    }

    pub(crate) fn lacks(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.out.effects.push(effect);
    }

    /// What follows is read back from the log.
    pub(crate) fn begin_replay(&mut self) {
        (self.replay, self.turn) = (Some(Vec::new()), None);
    }

    /// The log is read; what it leaves open is asked now. `open` is the round that waits for a
    /// proposal of ours.
    pub(crate) fn end_replay(&mut self, open: Option<u32>) {
        self.replay = None;
        for block in self.unjudged.clone() {
            if let Some(from) = self.proposed.get(&block).copied() {
                self.judge(block, from);
            }
        }
        if let Some((round, until)) = self.turn.take()
            && open == Some(round)
        {
            self.propose(round, until);
        }
    }

    /// Whether a certificate proves anything.
    pub(crate) fn check(&mut self, certificate: &Certificate) -> Result<(), CertificateError> {
        if self.lacks(Fault::Certificate) {
            return Ok(());
        }
        let (known, network) = (&mut self.known, &self.network);
        certificate.check_with(self.validators.powers(), |vote| known.holds(vote, network))
    }

    /// Whether who says it has signed it. Of a certificate, that is asked with the validators.
    pub(crate) fn is_signed(&mut self, message: &Message) -> bool {
        match message {
            Message::Proposal(said) => said.verify(&self.network).is_ok(),
            Message::Vote(said) => self.known.holds(said, &self.network),
            Message::Polka(_) | Message::Round(_) => false,
        }
    }

    /// Does what the core asks for. It never waits.
    pub(crate) fn perform(&mut self, effect: CoreEffect) -> Result<Resume<Context>, Refused> {
        use core::Effect as E;
        let refusal = || Refusal::VerificationError(None);
        match effect {
            E::SignVote(vote, r) => return Ok(r.resume_with(self.sign_vote(vote)?)),
            E::SignProposal(made, r) => return Ok(r.resume_with(self.sign_proposal(made)?)),
            E::VerifySignature(message, key, r) => {
                return Ok(r.resume_with(self.verify(message, key)));
            }
            E::VerifyCommitCertificate(c, _, _, r) => {
                let real = self.is_proof(&commit_out(&c));
                return Ok(r.resume_with(real.then_some(()).ok_or_else(refusal)));
            }
            E::VerifyExtendedCommitCertificate(c, _, _, _, r) => {
                let real = self.is_proof(&commit_out(&c.trim_vote_extensions()));
                return Ok(r.resume_with(real.then_some(()).ok_or_else(refusal)));
            }
            E::VerifyPolkaCertificate(c, _, _, r) => {
                let real = self.is_proof(&polka_out(&c));
                return Ok(r.resume_with(real.then_some(()).ok_or_else(refusal)));
            }
            E::VerifyRoundCertificate(c, _, thresholds, r) => {
                let needed = match c.cert_type {
                    malachite::RoundCertificateType::Precommit => thresholds.quorum,
                    malachite::RoundCertificateType::Skip => thresholds.honest,
                };
                let real = self.is_justified(&c, needed);
                return Ok(r.resume_with(real.then_some(()).ok_or_else(refusal)));
            }
            // Votes carry nothing besides the vote.
            E::ExtendVote(.., r) => return Ok(r.resume_with(None)),
            E::VerifyVoteExtension(.., r) => {
                let refusal = core::VoteExtensionError::InvalidVoteExtension;
                return Ok(r.resume_with(Err(refusal)));
            }
            E::CancelAllTimeouts(_) => self.timers.cancel_all(),
            E::CancelTimeout(timeout, _) => self.timers.cancel(timeout),
            E::ScheduleTimeout(timeout, _) => {
                self.timers.set(timeout, self.later(self.pace.ms(timeout)));
            }
            E::WalAppend(height, input, _) => self.remember(height, &input),
            E::PublishConsensusMsg(SignedConsensusMsg::Vote(vote), _)
            | E::PublishLivenessMsg(LivenessMsg::Vote(vote), _)
            | E::RepublishVote(vote, _) => self.send(Message::Vote(vote_out(&vote))),
            E::PublishConsensusMsg(SignedConsensusMsg::Proposal(said), _) => {
                self.send(Message::Proposal(proposal_out(&said)));
            }
            E::PublishLivenessMsg(LivenessMsg::PolkaCertificate(c), _) => {
                self.send(Message::Polka(polka_out(&c)));
            }
            E::PublishLivenessMsg(LivenessMsg::SkipRoundCertificate(c), _)
            | E::RepublishRoundCertificate(c, _) => self.send_round(&c),
            E::GetValue(_, round, timeout, _) => self.our_turn(round, self.pace.ms(timeout)),
            // Bodies are DAG blocks: whoever lacks one fetches it by its name.
            E::RestreamProposal(..) | E::StartRound(..) => {}
            E::CertVerifiedSyncValue(_, proposer, _) => self.proven = Some(proposer.0),
            E::CertRejectedSyncValue(_, height, _, _) => self.refuse(height),
            E::Decide(certificate, ..) => {
                self.decided = true;
                self.effect(Effect::Decided(commit_out(&certificate)));
            }
            E::Finalize(_, _, evidence, _) => self.accuse_all(&evidence),
        }
        Ok(Resume::Continue)
    }

    /// The end of time does not come while a node runs.
    pub(crate) fn later(&self, ms: u64) -> Time {
        self.now.after_ms(ms).unwrap_or(self.now)
    }

    fn sign_vote(&mut self, vote: CastVote) -> Result<malachite::SignedVote<Context>, Refused> {
        let (words, _) = vote.words();
        let signature = self.sign(words, Highest::of_vote(&words))?;
        Ok(SignedMessage::new(vote, signature))
    }

    fn sign_proposal(
        &mut self,
        proposal: MadeProposal,
    ) -> Result<malachite::SignedProposal<Context>, Refused> {
        let (words, _) = proposal.words();
        let signature = self.sign(words, Highest::of_proposal(&words))?;
        Ok(SignedMessage::new(proposal, signature))
    }

    /// Signs what is above everything signed before, and nothing else.
    fn sign<T: Statement>(&mut self, words: T, at: Highest) -> Result<Signature, Refused> {
        if self.highest >= Some(at) && !self.lacks(Fault::Highest) {
            self.overtaken = true;
            return Err(Refused);
        }
        self.highest = self.highest.max(Some(at));
        self.out.highest = self.highest;
        let signature = Signed::sign(words, &self.keys, &self.network).signature;
        if let Some(first) = &mut self.replay {
            first.push(signature);
        }
        Ok(signature)
    }

    fn verify(
        &mut self,
        message: SignedMessage<Context, ConsensusMsg<Context>>,
        Address(key): Address,
    ) -> bool {
        let signature = message.signature;
        let said = match message.message {
            ConsensusMsg::Vote(vote) => {
                Message::Vote(vote_out(&SignedMessage::new(vote, signature)))
            }
            ConsensusMsg::Proposal(proposal) => {
                Message::Proposal(proposal_out(&SignedMessage::new(proposal, signature)))
            }
        };
        let holds = said.by() == Some(key) && self.is_signed(&said);
        self.forged |= !holds;
        holds
    }

    fn is_proof(&mut self, certificate: &Certificate) -> bool {
        self.refused = self.check(certificate).err();
        self.forged |= self.refused.is_some();
        self.refused.is_none()
    }

    fn is_justified(
        &mut self,
        certificate: &malachite::RoundCertificate<Context>,
        needed: ThresholdParam,
    ) -> bool {
        let votes = certificate.votes(&Context).map(|vote| vote_out(&vote));
        let justified = self.justifies(&votes.collect::<Vec<_>>(), needed);
        self.forged |= !justified;
        justified
    }

    /// Validators, each once, with as much power as is needed, said this. That the votes are of one
    /// round, and of the right kind, is the form of a certificate.
    pub(crate) fn justifies(&mut self, votes: &[Signed<Vote>], needed: ThresholdParam) -> bool {
        if self.lacks(Fault::Certificate) {
            return true;
        }
        let voters: BTreeSet<_> = votes.iter().map(|vote| vote.by).collect();
        let powers = voters.iter().map(|did| self.validators.powers().get(did));
        let power: Option<u64> = powers.sum::<Option<u64>>();
        voters.len() == votes.len()
            && power.is_some_and(|power| needed.is_met(power, self.validators.power()))
            && votes
                .iter()
                .all(|vote| self.known.holds(vote, &self.network))
    }

    fn remember(&mut self, height: Height, input: &crate::bridge::CoreInput) {
        let Some(entry) = entry_out(height, input) else {
            return;
        };
        let known = match (&self.replay, &entry) {
            (None, _) => false,
            (Some(first), Entry::Vote(said)) => !first.contains(&said.signature),
            (Some(first), Entry::Proposal(said)) => !first.contains(&said.signature),
            (
                Some(_),
                Entry::Polka(_) | Entry::Block(_) | Entry::Timeout { .. } | Entry::Evidence { .. },
            ) => true,
        };
        self.notice(&entry);
        if self.votes && !known {
            self.out.log.push(entry);
        }
    }

    /// What an entry means for us, whether it is new or read back.
    fn notice(&mut self, entry: &Entry) {
        match entry {
            Entry::Vote(said) => {
                let evidence = self.watch.vote(*said);
                self.accuse(evidence);
            }
            Entry::Proposal(said) => {
                let evidence = self.watch.proposal(*said);
                self.accuse(evidence);
                self.put_up(&said.body, said.by);
            }
            Entry::Block(judged) => {
                let from = (judged.round, judged.proposer);
                self.proposed.entry(judged.block).or_insert(from);
                self.unjudged.remove(&judged.block);
                let doubt = Doubt {
                    round: judged.round,
                    held: None,
                };
                match judged.valid {
                    true => drop(self.doubted.remove(&judged.block)),
                    false => drop(self.doubted.entry(judged.block).or_insert(doubt)),
                }
            }
            Entry::Polka(_) | Entry::Timeout { .. } | Entry::Evidence { .. } => {}
        }
    }

    /// A block that was not put up before at this height is to be judged.
    pub(crate) fn put_up(&mut self, proposal: &Proposal, by: Did) {
        let block = proposal.block;
        if self.proposed.contains_key(&block) {
            return;
        }
        let from = (proposal.round, by);
        self.proposed.insert(block, from);
        if self.replay.is_some() {
            self.unjudged.insert(block);
        } else {
            self.judge(block, from);
        }
    }

    /// A block that was found bad may be good in a later round, whose bounds of time are wider: more
    /// than two thirds may have prevoted for it meanwhile. It is judged again before the core hears
    /// that it was put up, for the core would ask nobody. True if so.
    pub(crate) fn doubts(&mut self, said: &Signed<Proposal>) -> bool {
        let Proposal { block, round, .. } = said.body;
        let Some(doubt) = self.doubted.get_mut(&block) else {
            return false;
        };
        if round <= doubt.round
            || said.by != self.validators.proposer(self.height, round)
            || said.verify(&self.network).is_err()
        {
            return false;
        }
        (doubt.round, doubt.held) = (round, Some(*said));
        self.judge(block, (round, said.by));
        true
    }

    /// The proposal that waited for a verdict on its block.
    pub(crate) fn held(&mut self, block: &Cid) -> Option<Signed<Proposal>> {
        self.doubted.get_mut(block)?.held.take()
    }

    fn judge(&mut self, block: Cid, (round, proposer): (u32, Did)) {
        let height = self.height;
        self.effect(Effect::Judge {
            height,
            round,
            proposer,
            block,
        });
    }

    fn our_turn(&mut self, round: Round, ms: u64) {
        let round = crate::context::round_number(round);
        let until = self.later(ms);
        if self.replay.is_some() {
            self.turn = Some((round, until));
        } else {
            self.propose(round, until);
        }
    }

    fn propose(&mut self, round: u32, until: Time) {
        let height = self.height;
        self.effect(Effect::Propose {
            height,
            round,
            until,
        });
    }

    fn send(&mut self, message: Message) {
        self.effect(Effect::Send(message));
    }

    fn send_round(&mut self, certificate: &malachite::RoundCertificate<Context>) {
        if let Some(certificate) = round_out(certificate) {
            self.send(Message::Round(certificate));
        }
    }

    fn refuse(&mut self, height: Height) {
        if let Some(why) = self.refused.take() {
            self.effect(Effect::Refused {
                height: height.0,
                why,
            });
        }
    }

    fn accuse_all(&mut self, evidence: &MisbehaviorEvidence<Context>) {
        for (_, pairs) in evidence.votes.iter() {
            for (a, b) in pairs {
                let evidence = Evidence::votes(vote_out(a), vote_out(b)).ok();
                let new = evidence.and_then(|evidence| self.watch.keep(evidence));
                self.accuse(new);
            }
        }
        for (_, pairs) in evidence.proposals.iter() {
            for (a, b) in pairs {
                let evidence = Evidence::proposals(proposal_out(a), proposal_out(b)).ok();
                let new = evidence.and_then(|evidence| self.watch.keep(evidence));
                self.accuse(new);
            }
        }
    }

    fn accuse(&mut self, evidence: Option<Evidence>) {
        let Some(evidence) = evidence else { return };
        if self.votes {
            self.out.log.push(Entry::Evidence {
                height: self.height,
                evidence: evidence.clone(),
            });
        }
        self.effect(Effect::Accuse(evidence));
    }
}
