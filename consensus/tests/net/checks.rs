//! What must hold, whatever happens.

use icn_base::codec;
use icn_base::order::{Certificate, Evidence};
use icn_base::{Cid, Did, NetworkId};
use icn_consensus::{Highest, Message, Validators};
use std::collections::{BTreeMap, BTreeSet};

/// Sees everything that leaves honest nodes.
#[derive(Debug)]
pub(crate) struct Checks {
    network: NetworkId,
    honest: BTreeSet<Did>,
    said: BTreeMap<(Did, Highest), Vec<u8>>,
    decided: BTreeMap<u64, Cid>,
    /// Blocks that may follow, by height.
    valid: BTreeSet<(u64, Cid)>,
    pub(crate) accused: BTreeSet<Did>,
}

/// What did not hold.
pub(crate) type Violation = String;

impl Checks {
    pub(crate) fn new(network: NetworkId, honest: BTreeSet<Did>) -> Self {
        Self {
            network,
            honest,
            said: BTreeMap::new(),
            decided: BTreeMap::new(),
            valid: BTreeSet::new(),
            accused: BTreeSet::new(),
        }
    }

    pub(crate) fn made(&mut self, height: u64, block: Cid) {
        self.valid.insert((height, block));
    }

    pub(crate) fn may_follow(&self, height: u64, block: Cid) -> bool {
        self.valid.contains(&(height, block))
    }

    /// Never two values for one height, round and step.
    pub(crate) fn sent(&mut self, by: Did, message: &Message) -> Result<(), Violation> {
        let (at, body) = match message {
            Message::Vote(said) if said.by == by => (
                Highest::of_vote(&said.body),
                codec::encode(&said.body).unwrap(),
            ),
            Message::Proposal(said) if said.by == by => (
                Highest::of_proposal(&said.body),
                codec::encode(&said.body).unwrap(),
            ),
            Message::Vote(_) | Message::Proposal(_) | Message::Polka(_) | Message::Round(_) => {
                return Ok(());
            }
        };
        if !self.honest.contains(&by) {
            return Ok(());
        }
        let before = self.said.entry((by, at)).or_insert_with(|| body.clone());
        if *before == body {
            Ok(())
        } else {
            Err(format!("{by} signed two values at {at:?}"))
        }
    }

    /// One block for each height, one that may follow, with a certificate that proves it.
    pub(crate) fn decided(
        &mut self,
        proof: &Certificate,
        validators: &Validators,
    ) -> Result<(), Violation> {
        let (height, block) = (proof.height, proof.block);
        let before = *self.decided.entry(height).or_insert(block);
        if before != block {
            return Err(format!("height {height} is {before} and {block}"));
        }
        if !self.may_follow(height, block) {
            return Err(format!("height {height} is {block}, which may not follow"));
        }
        proof
            .check(&self.network, validators.powers())
            .map_err(|error| format!("height {height}: {error}"))
    }

    /// Only liars are accused, and the proof stands by itself.
    pub(crate) fn accused(&mut self, evidence: &Evidence) -> Result<(), Violation> {
        evidence
            .check(&self.network)
            .map_err(|error| format!("evidence: {error}"))?;
        let did = evidence.accused();
        self.accused.insert(did);
        if self.honest.contains(&did) {
            return Err(format!("{did} is honest and accused"));
        }
        Ok(())
    }

    pub(crate) fn heights(&self) -> usize {
        self.decided.len()
    }
}
