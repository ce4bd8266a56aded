//! What others say about heights that have not started here.

use crate::{Message, Validators};
use icn_base::Did;
use icn_base::limits::ORDER_EARLY_MAX;
use icn_base::order::{Proposal, Signed};
use std::collections::BTreeMap;

/// Signed messages of validators for the height that waits and the one after it, so many of each,
/// and the highest that each has spoken of.
#[derive(Debug, Default)]
pub(crate) struct Early {
    kept: BTreeMap<u64, BTreeMap<Did, Vec<Message>>>,
    spoken: BTreeMap<Did, u64>,
}

impl Early {
    pub(crate) fn begin(&mut self, height: u64) {
        self.kept.retain(|kept, _| *kept >= height);
        self.spoken.retain(|_, spoken| *spoken >= height);
    }

    /// Keeps a message, if it is near enough. Its signature holds.
    pub(crate) fn keep(&mut self, by: Did, message: Message, here: u64) {
        let height = message.height();
        let spoken = self.spoken.entry(by).or_default();
        *spoken = height.max(*spoken);
        if height > here.saturating_add(1) {
            return;
        }
        let theirs = self.kept.entry(height).or_default().entry(by).or_default();
        if theirs.len() < ORDER_EARLY_MAX && !theirs.contains(&message) {
            theirs.push(message);
        }
    }

    /// True if more than a third of the power speaks of this height: an honest one has started it.
    pub(crate) fn has_begun(&self, height: u64, validators: &Validators) -> bool {
        let kept = self.kept.get(&height);
        kept.is_some_and(|kept| validators.one_is_honest(kept.keys()))
    }

    /// What the first one in turn has proposed.
    pub(crate) fn opening(&self, height: u64, validators: &Validators) -> Option<Signed<Proposal>> {
        let first = validators.proposer(height, 0);
        let said = self.kept.get(&height)?.get(&first)?;
        said.iter().find_map(|message| match message {
            Message::Proposal(said) if said.body.round == 0 => Some(*said),
            Message::Proposal(_) | Message::Vote(_) | Message::Polka(_) | Message::Round(_) => None,
        })
    }

    /// What was said about a height, to be heard now.
    pub(crate) fn take(&mut self, height: u64) -> Vec<Message> {
        let kept = self.kept.remove(&height).unwrap_or_default();
        kept.into_values().flatten().collect()
    }

    /// Who has spoken of later heights.
    pub(crate) fn beyond(&self, height: u64) -> impl Iterator<Item = &Did> {
        let later = move |(_, spoken): &(&Did, &u64)| **spoken > height;
        self.spoken.iter().filter(later).map(|(did, _)| did)
    }
}
