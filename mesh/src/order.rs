//! Around consensus: what it asks for is done, what it decides goes into the book.

use crate::judge::Candidate;
use crate::limits::BEAT_MOST_MS;
use crate::message::{Ask, Gossip};
use crate::peers::Offence;
use crate::sealed::{Record, Sealed, Spine};
use crate::words::{Decided, Effect, Off, Pass};
use crate::{Checkpoint, Mesh, Stopped, names};
use icn_base::order::Certificate;
use icn_base::run::{Claim, Receipt};
use icn_base::{Cid, Did, Time};
use icn_consensus::{self as consensus, Input, Message, Validators};
use icn_dag::{Block, Store};
use icn_ledger::job::Phase;
use icn_ledger::{Action, Event, Header, State, Verified};
use std::sync::Arc;

/// How far a clock may be from that of the others before it is said to be off.
const CLOCK_OFF_MS: u64 = 10_000;

impl Mesh {
    /// Consensus judges the message by the validators of its height.
    pub(crate) fn hear_order(
        &mut self,
        from: Did,
        message: Message,
        now: Time,
        disk: &dyn Store,
    ) -> Result<Pass, Stopped> {
        let (height, here) = (message.height(), self.consensus.height());
        let far = height > here.saturating_add(1);
        let stranger = message.by().is_some_and(|by| self.state.power(&by) == 0);
        self.forged = false;
        self.orders.push_back(Input::Heard(message));
        self.obey(disk, now)?;
        if std::mem::take(&mut self.forged) {
            self.offend(&from, Offence::Forged, now);
            return Ok(Pass::Reject);
        }
        match height < here || far || stranger {
            true => Ok(Pass::Ignore),
            false => Ok(Pass::Accept),
        }
    }

    /// Tells consensus all that it is to be told, and does what it wants.
    pub(crate) fn obey(&mut self, disk: &dyn Store, now: Time) -> Result<(), Stopped> {
        while let Some(input) = self.orders.pop_front() {
            let output = self.consensus.handle(input, now)?;
            self.out.keep.log.extend(output.log);
            if output.highest.is_some() {
                self.out.keep.highest = output.highest;
            }
            for effect in output.effects {
                self.order(effect, disk, now)?;
            }
        }
        Ok(())
    }

    fn order(
        &mut self,
        effect: consensus::Effect,
        disk: &dyn Store,
        now: Time,
    ) -> Result<(), Stopped> {
        use consensus::Effect as E;
        match effect {
            E::Send(message) => self.effect(Effect::Gossip(Gossip::Order(message))),
            E::Propose { height, round, .. } => self.propose(height, round, now),
            E::Judge {
                height,
                round,
                proposer,
                block,
            } => self.judge(height, round, proposer, block, now, disk)?,
            E::Decided(certificate) => self.decide(certificate, now, disk)?,
            E::Accuse(evidence) => self.accuse(evidence, now),
            E::Answer { to, .. } => {
                let height = self.height();
                self.ask(to, Ask::Tip { height }, now);
            }
            E::Behind { height } => self.behind(height, now),
            E::Refused { .. } => self.forged = true,
            E::Forged => self.forged = true,
            E::Forget { below } => self.out.keep.forget_below = Some(below),
            E::Silent { height, why } => self.effect(Effect::Silent { height, why }),
        }
        Ok(())
    }

    /// Our turn: a block of what waits.
    fn propose(&mut self, height: u64, round: u32, now: Time) {
        let Some(candidate) = self.make(now) else {
            return;
        };
        let block = candidate.block();
        self.keep_candidate(&candidate);
        self.effect(Effect::Gossip(Gossip::Body(candidate.body())));
        self.judging.found(candidate);
        // Others must have what is in it, or else they ask for it.
        self.told_at = Time::ZERO;
        self.orders.push_back(Input::Propose {
            height,
            round,
            block,
        });
    }

    fn accuse(&mut self, evidence: icn_base::order::Evidence, now: Time) {
        // Who cannot pay for it leaves it to the others, who have seen the same.
        drop(self.sign(Action::Evidence(Box::new(evidence)), now));
    }

    pub(crate) fn keep_candidate(&mut self, candidate: &Candidate) {
        for block in candidate.blocks() {
            self.keep(block);
        }
    }

    /// Puts a decided block into the book.
    pub(crate) fn decide(
        &mut self,
        certificate: Certificate,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        let block = certificate.block;
        let known = self.judging.take(&block);
        let Some(candidate) =
            known.map_or_else(|| self.recall(&block, disk), |one| Ok(Some(one)))?
        else {
            // It was judged late and so not looked into, but the others have decided it: they have
            // it, too.
            self.undecided = Some(certificate);
            self.behind(self.consensus.height(), now);
            return Ok(());
        };
        self.undecided = None;
        self.keep_candidate(&candidate);
        let Candidate {
            header,
            txs,
            state,
            applied,
            ..
        } = candidate;
        let before = std::mem::replace(&mut self.state, state);
        self.tip = block;
        self.compare_clocks(block, header.time, now);
        self.decided_at = now;
        self.took_ms = now.ms_since(header.time);
        self.judging.clear();
        let (record, blocks) = Record::new(&applied.verdicts, &applied.due).blocks();
        blocks.into_iter().for_each(|block| self.keep(block));
        let sealed = Sealed {
            certificate: certificate.clone(),
            record,
            below: self.spine.next(header.height),
        };
        let kept = Block::cbor(&sealed).expect("links and a certificate fit a block");
        let tip = *kept.cid();
        self.spine = Spine::at(tip, &sealed);
        let name = (names::TIP.to_owned(), Some(tip));
        self.out.keep.names.extend([name]);
        self.keep(kept);
        let verified: Vec<_> = txs.into_iter().map(|tx| tx.into_verified()).collect();
        for receipt in verified.iter().filter_map(receipt) {
            self.keep(receipt);
        }
        self.mempool.settle(&verified, &self.state, header.time);
        let decided = Arc::new(Decided {
            header,
            block,
            certificate,
            txs: verified.iter().map(Verified::id).collect(),
            verdicts: applied.verdicts,
            due: applied.due,
            state: self.state.clone(),
            root: applied.root,
            sealed: tip,
        });
        self.effect(Effect::Decided(Arc::clone(&decided)));
        if before.validators() != self.state.validators() {
            let validators = self.state.validators().keys().copied().collect();
            self.effect(Effect::Validators(validators));
        }
        self.checkpoint(before, header);
        self.begin_height()?;
        let facts = crate::market::facts(&decided.verdicts, &decided.due);
        let todo = self.with_market(now, |market, moment| {
            market.block(moment, &decided.header, facts)
        });
        self.fetch.forget_loose();
        self.perform(todo, now, disk)?;
        self.bring_results(&decided, now, disk)
    }

    /// A block that was proposed just now, and decided although this node judged its time to be wrong:
    /// then this node's clock is. Others that were fetched may be old.
    fn compare_clocks(&mut self, block: Cid, time: Time, now: Time) {
        let live = self.judging.untimely.remove(&block);
        let here = live.unwrap_or(now);
        let (ahead_ms, behind_ms) = (here.ms_since(time), time.ms_since(here));
        if behind_ms > CLOCK_OFF_MS {
            self.off = Some(Off::Behind(behind_ms));
        } else if ahead_ms <= CLOCK_OFF_MS {
            self.off = None;
        } else if live.is_some() {
            self.off = Some(Off::Ahead(ahead_ms));
        }
    }

    /// What a job of this node's owner has come to is brought here: users ask this node for it.
    fn bring_results(
        &mut self,
        decided: &Decided,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        let me = self.did();
        for fact in crate::market::facts(&decided.verdicts, &decided.due) {
            let Event::JobEnded { job, .. } = fact else {
                continue;
            };
            let Some(row) = self.state.job(job) else {
                continue;
            };
            let mine = row.owner == me || row.spec.coordinator == me;
            let (true, Phase::Ended(ended)) = (mine, &row.phase) else {
                continue;
            };
            let (claim, receipts) = (ended.claim, ended.receipts.clone());
            let (mut cids, mut from) = (Vec::new(), Vec::new());
            for cid in receipts {
                let receipt = self.have(&cid, disk)?;
                let receipt = receipt.and_then(|block| block.value::<Receipt>().ok());
                let Some(receipt) = receipt.filter(|one| one.claim.cid().ok() == claim) else {
                    continue;
                };
                let Claim {
                    output,
                    log,
                    journal,
                    ..
                } = receipt.claim;
                cids = vec![output, log, journal];
                from.push(receipt.executor);
            }
            if !cids.is_empty() {
                self.fetch.want_for(*job, cids, from, now);
                drop(self.fetch.check_job(job, &self.fresh, disk, now)?);
            }
        }
        self.ask_around(now);
        Ok(())
    }

    /// Now and then a state is put on disk, so that a start need not begin at the genesis, and others
    /// can begin from it. The header names the root of the state before it.
    fn checkpoint(&mut self, before: State, header: Header) {
        let distance = header.height.saturating_sub(1);
        if distance > 0 && distance.is_multiple_of(self.checkpoint_heights) {
            let checkpoint = Checkpoint { header };
            self.effect(Effect::Checkpoint(checkpoint, Box::new(before)));
        }
    }

    /// Consensus turns to the next height.
    pub(crate) fn begin_height(&mut self) -> Result<(), Stopped> {
        let powers = self.state.validators().iter();
        let powers = powers.map(|(did, power)| (*did, *power));
        self.orders.push_back(Input::Begin {
            height: self.height().saturating_add(1),
            validators: Validators::new(powers)?,
            pace: self.pace,
        });
        Ok(())
    }

    /// Is there something to decide, and has the last block been long enough ago?
    pub(crate) fn work(&mut self, now: Time) {
        if self.consensus.round().is_none() && self.next_work().is_some_and(|at| at <= now) {
            self.orders.push_back(Input::Work);
        }
    }

    /// When a block is next made: soon if transactions wait, else when a deadline falls due. It is
    /// waited for as long as the last one took: a mesh that is busy makes fewer blocks, and larger ones.
    /// Alone, a node need not wait for others to gather what they have.
    pub(crate) fn next_work(&self) -> Option<Time> {
        if self.consensus.round().is_some() {
            return None;
        }
        let alone = self.state.validators().len() == 1;
        let gather_ms = self.beat_ms.max(self.took_ms.min(BEAT_MOST_MS));
        let beat_ms = if alone { 0 } else { gather_ms };
        let soon = self.decided_at.after_ms(beat_ms).ok();
        let waits = self.ready.then_some(soon).flatten();
        let due = self
            .state
            .next_due()
            .map(|due| due.max(soon.unwrap_or(due)));
        [waits, due].into_iter().flatten().min()
    }
}

/// The receipt that a transaction brings, as a block of its own: it is asked for by its own name.
fn receipt(tx: &Verified) -> Option<Block> {
    let action = &tx.body().action;
    if let Action::SettleJob { receipt, .. } | Action::AnchorReceipt { receipt } = action {
        return Block::cbor(receipt).ok();
    }
    None
}
