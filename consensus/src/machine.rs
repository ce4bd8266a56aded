//! A validator: the core, what is around it, and what waits for the next height.

use crate::bridge::{CoreInput, commit_in, entry_in, judged_in, message_in};
use crate::context::{Address, BlockId, Context, Height, ValidatorSet};
use crate::desk::Desk;
use crate::early::Early;
use crate::entry::Judged;
use crate::fault::Fault;
use crate::words::{Broken, Effect, Input, Output, Silence};
use crate::{Entry, Highest, Message, Pace, Validators};
use arc_malachitebft_core_consensus as core;
use arc_malachitebft_core_types as malachite;
use core::process;
use icn_base::order::{Certificate, CertificateError, Evidence, Step};
use icn_base::{Cid, Keypair, NetworkId, Time};
use malachite::{
    Round, ThresholdParam, TimeoutKind, ValueOrigin, ValuePayload, VoteExtensionPolicy,
};

type Core = core::State<Context>;

/// One validator, or one who follows the validators.
pub struct Consensus {
    desk: Desk,
    core: Option<Box<Core>>,
    early: Early,
    /// The log as it was found, until the first height begins.
    found: Vec<Entry>,
    begun: bool,
    silence: Option<Silence>,
    late: Output,
}

impl Consensus {
    /// Whoever has these keys, with what the disk has kept: the highest-signed record and the log.
    pub fn new(
        keys: Keypair,
        network: NetworkId,
        highest: Option<Highest>,
        log: Vec<Entry>,
    ) -> Self {
        Self::build(keys, network, highest, log, None)
    }

    /// The same, without one of the guards.
    #[cfg(feature = "faults")]
    pub fn without(
        fault: Fault,
        keys: Keypair,
        network: NetworkId,
        highest: Option<Highest>,
        log: Vec<Entry>,
    ) -> Self {
        Self::build(keys, network, highest, log, Some(fault))
    }

    fn build(
        keys: Keypair,
        network: NetworkId,
        highest: Option<Highest>,
        log: Vec<Entry>,
        fault: Option<Fault>,
    ) -> Self {
        Self {
            desk: Desk::new(keys, network, highest, fault),
            core: None,
            early: Early::default(),
            found: log,
            begun: false,
            silence: None,
            late: Output::default(),
        }
    }

    /// The height under way; 0 before the first.
    pub const fn height(&self) -> u64 {
        self.desk.height
    }

    /// The round under way, once there is something to decide.
    pub fn round(&self) -> Option<u32> {
        self.core.as_ref()?.round().as_u32()
    }

    /// Why this node does not sign, if it does not.
    pub const fn silence(&self) -> Option<Silence> {
        self.silence
    }

    /// Evidence against those who are still validators: transactions that the book may lack.
    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.desk.watch.kept()
    }

    /// When [`Input::Tick`] is due.
    pub fn next_deadline(&self) -> Option<Time> {
        self.desk.timers.next()
    }

    /// Takes one input. An error is our own fault: nothing that came with it may be done.
    pub fn handle(&mut self, input: Input, now: Time) -> Result<Output, Broken> {
        self.desk.now = now;
        match input {
            Input::Begin {
                height,
                validators,
                pace,
            } => self.begin(height, validators, pace)?,
            Input::Work => self.start(Vec::new())?,
            Input::Propose {
                height,
                round,
                block,
            } => self.feed_at(height, || {
                let (height, round) = (Height(height), Round::new(round));
                let value = core::LocallyProposedValue::new(height, round, BlockId(block));
                CoreInput::Propose(value)
            })?,
            Input::Judged {
                height,
                block,
                valid,
            } => self.judged(height, block, valid)?,
            Input::Heard(message) => {
                self.desk.forged = false;
                self.hear(message)?;
                if self.desk.forged {
                    self.desk.effect(Effect::Forged);
                }
            }
            Input::Decided(certificate) => self.prove(&certificate)?,
            Input::Tick => self.tick()?,
        }
        Ok(self.finish())
    }

    fn begin(&mut self, height: u64, validators: Validators, pace: Pace) -> Result<(), Broken> {
        if self.begun && height <= self.desk.height {
            return Err(Broken::Order {
                height: self.desk.height,
                begun: height,
            });
        }
        let at_height = |entry: &Entry| entry.height() == height;
        let log: Vec<_> = std::mem::take(&mut self.found)
            .into_iter()
            .filter(at_height)
            .collect();
        self.core = None;
        self.begun = true;
        self.desk.begin(height, validators, pace);
        self.early.begin(height);
        self.desk.effect(Effect::Forget { below: height });
        self.judge_memory(&log);
        self.restore_evidence(&log);
        let replayable = log.iter().any(|entry| entry_in(entry).is_some());
        if replayable && self.silence.is_none() {
            return self.start(log);
        }
        self.start_if_others_have()
    }

    /// Decides whether what was signed is remembered.
    fn judge_memory(&mut self, log: &[Entry]) {
        let height = self.desk.height;
        let logged = Highest::of_log(log, &self.desk.me);
        let lost = self
            .desk
            .highest
            .filter(|kept| kept.height > height || (kept.height == height && logged < Some(*kept)));
        let why = match (self.silence, lost) {
            (Some(Silence::KeyElsewhere), _) => Some(Silence::KeyElsewhere),
            (_, Some(kept)) if !self.desk.lacks(Fault::Highest) => Some(Silence::LogLost(kept)),
            _ => None,
        };
        // The log may be ahead of the record by what a crash came between.
        if logged > self.desk.highest {
            self.desk.highest = logged;
            self.desk.out.highest = logged;
        }
        self.silence = None;
        if let Some(why) = why {
            self.fall_silent(why);
        }
        self.desk.votes = self.silence.is_none() && self.desk.validators.contains(&self.desk.me);
    }

    /// Evidence moves from height to height, as long as it matters.
    fn restore_evidence(&mut self, log: &[Entry]) {
        let height = self.desk.height;
        let moved: Vec<_> = self.desk.watch.kept().cloned().collect();
        if self.desk.votes {
            let entry = |evidence| Entry::Evidence { height, evidence };
            self.desk.out.log.extend(moved.into_iter().map(entry));
        }
        for entry in log {
            if let Entry::Evidence { evidence, .. } = entry
                && self.desk.validators.contains(&evidence.accused())
                && let Some(evidence) = self.desk.watch.keep(evidence.clone())
            {
                self.desk.effect(Effect::Accuse(evidence));
            }
        }
    }

    fn fall_silent(&mut self, why: Silence) {
        self.silence = Some(why);
        self.desk.votes = false;
        if let Some(core) = &mut self.core {
            core.params.enabled = false;
        }
        let height = self.desk.height;
        self.desk.effect(Effect::Silent { height, why });
    }

    /// Starts the height, if it has begun and not started, with what the log says about it.
    fn start(&mut self, log: Vec<Entry>) -> Result<(), Broken> {
        if self.core.is_some() || !self.begun {
            return Ok(());
        }
        if self.wake(log).is_err() {
            // What has been derived from a log that contradicts itself never leaves.
            self.desk.out.effects.clear();
            self.desk.out.log.clear();
            self.core = None;
            self.desk.decided = false;
            self.fall_silent(Silence::LogSpoilt);
            self.wake(Vec::new())?;
        }
        for message in self.early.take(self.desk.height) {
            self.feed_message(&message)?;
        }
        Ok(())
    }

    fn wake(&mut self, log: Vec<Entry>) -> Result<(), Broken> {
        let set = ValidatorSet::new(&self.desk.validators);
        let height = Height(self.desk.height);
        let params = core::Params {
            address: Address(self.desk.me),
            threshold_params: core::ThresholdParams::default(),
            // With proposals alone, every block would pass unjudged.
            value_payload: ValuePayload::ProposalAndParts,
            enabled: self.silence.is_none(),
        };
        // Nothing but the height under way reaches the core, so its own queue stays empty.
        let mut core = Box::new(Core::new(Context, height, set.clone(), params, 1, 1));
        let inputs: Vec<_> = log.iter().filter_map(entry_in).collect();
        core.index_wal_entries(&inputs);
        self.core = Some(core);
        self.desk.begin_replay();
        let policy = VoteExtensionPolicy::Disabled;
        self.feed(CoreInput::StartHeight(height, set, false, None, policy))?;
        for input in inputs {
            self.feed(input)?;
        }
        let open = self.core.as_mut().and_then(|core| {
            core.reset_entries_index();
            core.driver.step_is_propose().then_some(core.round())
        });
        self.desk.end_replay(open.and_then(|round| round.as_u32()));
        Ok(())
    }

    /// Others have, if so many speak of the height that one of them is honest, or if the first in
    /// turn has put up a block and it is found good.
    fn start_if_others_have(&mut self) -> Result<(), Broken> {
        let (height, validators) = (self.desk.height, &self.desk.validators);
        if self.core.is_some() {
            return Ok(());
        }
        if self.early.has_begun(height, validators) {
            return self.start(Vec::new());
        }
        if let Some(opening) = self.early.opening(height, validators) {
            self.desk.put_up(&opening.body, opening.by);
        }
        Ok(())
    }

    fn judged(&mut self, height: u64, block: Cid, valid: bool) -> Result<(), Broken> {
        let Some((round, proposer)) = self.desk.proposed.get(&block).copied() else {
            return Ok(());
        };
        if valid && height == self.desk.height {
            self.start(Vec::new())?;
        }
        let judged = Judged {
            height,
            round,
            proposer,
            block,
            valid,
        };
        let held = self.desk.held(&block);
        self.feed_at(height, || judged_in(&judged, ValueOrigin::Consensus))?;
        match held.and_then(|said| message_in(&Message::Proposal(said))) {
            Some(input) => self.feed_at(height, || input),
            None => Ok(()),
        }
    }

    fn hear(&mut self, message: Message) -> Result<(), Broken> {
        let (height, here) = (message.height(), self.desk.height);
        let Some(by) = message.by() else {
            return self.hear_certificate(&message);
        };
        if !self.begun || !self.desk.validators.contains(&by) {
            return Ok(());
        }
        if by == self.desk.me {
            self.hear_own(&message);
        } else if height == here && self.core.is_some() {
            let waits = matches!(&message, Message::Proposal(said) if self.desk.doubts(said));
            if !waits {
                self.feed_message(&message)?;
            }
        } else if !self.desk.is_signed(&message) {
            self.desk.forged = true;
        } else if height < here {
            self.desk.effect(Effect::Answer { to: by, height });
        } else {
            self.early.keep(by, message, here);
            if height == here {
                self.start_if_others_have()?;
            } else if self.is_behind() {
                self.desk.effect(Effect::Behind { height: here });
            }
        }
        Ok(())
    }

    /// A certificate speaks for so many that the height has started.
    fn hear_certificate(&mut self, message: &Message) -> Result<(), Broken> {
        if !self.begun || message.height() != self.desk.height {
            return Ok(());
        }
        if self.core.is_none() {
            let real = match message {
                Message::Polka(certificate) => self.desk.check(certificate).is_ok(),
                Message::Round(certificate) => {
                    let votes = certificate.votes();
                    self.desk.justifies(votes, ThresholdParam::F_PLUS_ONE)
                }
                Message::Proposal(_) | Message::Vote(_) => false,
            };
            if !real {
                self.desk.forged = true;
                return Ok(());
            }
            self.start(Vec::new())?;
        }
        self.feed_message(message)
    }

    /// What we have not said ourselves, somebody else said with our key.
    fn hear_own(&mut self, message: &Message) {
        let here = self.desk.height;
        let (at, ours) = match message {
            Message::Vote(said) => (Highest::of_vote(&said.body), self.desk.watch.has_vote(said)),
            Message::Proposal(said) => (
                Highest::of_proposal(&said.body),
                self.desk.watch.has_proposal(said),
            ),
            Message::Polka(_) | Message::Round(_) => return,
        };
        // A log that was lost cannot tell what we said up to the record.
        let lost = matches!(self.silence, Some(Silence::LogLost(_) | Silence::LogSpoilt));
        let foreign = Some(at) > self.desk.highest || (at.height == here && !ours && !lost);
        if !foreign || self.silence == Some(Silence::KeyElsewhere) {
            return;
        }
        if self.desk.is_signed(message) {
            self.fall_silent(Silence::KeyElsewhere);
        } else {
            self.desk.forged = true;
        }
    }

    /// A proof that the height under way is decided.
    fn prove(&mut self, certificate: &Certificate) -> Result<(), Broken> {
        if certificate.height != self.desk.height || self.desk.decided || !self.begun {
            return Ok(());
        }
        if certificate.step != Step::Precommit {
            self.desk.effect(Effect::Refused {
                height: certificate.height,
                why: CertificateError::Power {
                    signed: 0,
                    total: self.desk.validators.power().into(),
                },
            });
            return Ok(());
        }
        self.start(Vec::new())?;
        self.feed(commit_in(certificate))?;
        if let Some(proposer) = self.desk.proven.take() {
            let judged = Judged {
                height: certificate.height,
                round: certificate.round,
                proposer,
                block: certificate.block,
                valid: true,
            };
            self.feed(judged_in(&judged, ValueOrigin::Sync))?;
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), Broken> {
        while let Some(timeout) = self.desk.timers.take_due(self.desk.now) {
            let resend = timeout.kind == TimeoutKind::Rebroadcast;
            self.feed(CoreInput::TimeoutElapsed(timeout))?;
            if resend && !self.desk.decided && self.is_behind() {
                let height = self.desk.height;
                self.desk.effect(Effect::Behind { height });
            }
        }
        Ok(())
    }

    fn is_behind(&self) -> bool {
        let beyond = self.early.beyond(self.desk.height);
        self.desk.validators.one_is_honest(beyond)
    }

    fn feed_message(&mut self, message: &Message) -> Result<(), Broken> {
        match message_in(message) {
            Some(input) => self.feed(input),
            None => Ok(()),
        }
    }

    fn feed_at(&mut self, height: u64, input: impl FnOnce() -> CoreInput) -> Result<(), Broken> {
        if height == self.desk.height && !self.desk.decided {
            self.feed(input())?;
        }
        Ok(())
    }

    fn feed(&mut self, input: CoreInput) -> Result<(), Broken> {
        let (Some(core), desk) = (&mut self.core, &mut self.desk) else {
            return Ok(());
        };
        let done: Result<(), core::Error<Context>> = process!(
            input: input,
            state: &mut **core,
            metrics: &(),
            with: effect => desk.perform(effect)
        );
        if std::mem::take(&mut desk.overtaken) {
            // Votes by our key that are not ours came in with certificates, and into the log.
            self.fall_silent(Silence::KeyElsewhere);
            return Ok(());
        }
        done.map_err(|error| Broken::Core {
            height: desk.height,
            why: error.to_string(),
        })
    }

    fn finish(&mut self) -> Output {
        let mut out = std::mem::take(&mut self.desk.out);
        if self.desk.decided {
            let asks = |e: &Effect| matches!(e, Effect::Propose { .. } | Effect::Judge { .. });
            out.effects.retain(|effect| !asks(effect));
        }
        if self.desk.lacks(Fault::LateLog) {
            let (log, highest) = (out.log, out.highest);
            out.log = std::mem::replace(&mut self.late.log, log);
            out.highest = std::mem::replace(&mut self.late.highest, highest);
        }
        out
    }
}

impl std::fmt::Debug for Consensus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Consensus")
            .field("me", &self.desk.me)
            .field("height", &self.desk.height)
            .field("round", &self.round())
            .field("silence", &self.silence)
            .finish_non_exhaustive()
    }
}
