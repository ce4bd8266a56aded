//! Who said two things where one is allowed.

use crate::Validators;
use icn_base::Did;
use icn_base::order::{Evidence, Proposal, Signed, Step, Vote};
use std::collections::BTreeMap;

/// What was said at the height under way, and the evidence that came of it.
///
/// Only statements that the core has let pass come here, so their number is bounded by its own
/// bounds: validators, rounds ahead, and conflicts for each.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    votes: BTreeMap<(Did, u32, Step), Signed<Vote>>,
    proposals: BTreeMap<(Did, u32), Signed<Proposal>>,
    kept: BTreeMap<Did, Evidence>,
}

impl Watch {
    /// Another height: what was said is history, what was proved is kept while it matters.
    pub(crate) fn begin(&mut self, validators: &Validators) {
        self.votes.clear();
        self.proposals.clear();
        self.kept.retain(|did, _| validators.contains(did));
    }

    /// Evidence against those who are validators.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Evidence> {
        self.kept.values()
    }

    /// True if this is what its signer said first.
    pub(crate) fn has_vote(&self, said: &Signed<Vote>) -> bool {
        let key = (said.by, said.body.round, said.body.step);
        self.votes.get(&key) == Some(said)
    }

    /// True if this is what its signer said first.
    pub(crate) fn has_proposal(&self, said: &Signed<Proposal>) -> bool {
        self.proposals.get(&(said.by, said.body.round)) == Some(said)
    }

    pub(crate) fn vote(&mut self, said: Signed<Vote>) -> Option<Evidence> {
        let key = (said.by, said.body.round, said.body.step);
        let before = *self.votes.entry(key).or_insert(said);
        self.keep(Evidence::votes(before, said).ok()?)
    }

    pub(crate) fn proposal(&mut self, said: Signed<Proposal>) -> Option<Evidence> {
        let key = (said.by, said.body.round);
        let before = *self.proposals.entry(key).or_insert(said);
        self.keep(Evidence::proposals(before, said).ok()?)
    }

    /// One proof against each is enough; returns the first.
    pub(crate) fn keep(&mut self, evidence: Evidence) -> Option<Evidence> {
        let did = evidence.accused();
        if self.kept.contains_key(&did) {
            return None;
        }
        self.kept.insert(did, evidence.clone());
        Some(evidence)
    }
}
