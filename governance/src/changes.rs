//! Rows that a rule has written and that are not yet in the state.

use crate::History;
use crate::delegation::Delegations;
use crate::member::Member;
use crate::proposal::{Proposal, Vote};
use crate::state::Key;
use icn_base::codec::{self, CodecError};
use icn_base::gov::Scope;
use icn_base::{Did, ProposalId, Time};
use std::collections::BTreeMap;

/// New rows, and votes that are gone. They are kept whole or dropped whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// How often voting was opened.
    pub openings: Option<u64>,
    /// Members.
    pub members: BTreeMap<Did, History<Member>>,
    /// Delegations.
    pub delegations: BTreeMap<(Did, Scope), Delegations>,
    /// Proposals.
    pub proposals: BTreeMap<ProposalId, Proposal>,
    /// Votes; none where one is gone.
    pub votes: BTreeMap<ProposalId, BTreeMap<Did, Option<Vote>>>,
    /// When nodes said that they are ready to order.
    pub ready: BTreeMap<Did, Time>,
}

impl Changes {
    /// Adds later changes.
    pub fn extend(&mut self, later: Self) {
        self.openings = later.openings.or(self.openings);
        self.members.extend(later.members);
        self.delegations.extend(later.delegations);
        self.proposals.extend(later.proposals);
        for (id, votes) in later.votes {
            self.votes.entry(id).or_default().extend(votes);
        }
        self.ready.extend(later.ready);
    }

    /// True if they change nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The rows that they touch.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        keys.extend(self.openings.map(|_| Key::Openings));
        keys.extend(self.members.keys().map(|did| Key::Member(*did)));
        keys.extend(
            self.delegations
                .keys()
                .map(|(did, scope)| Key::Delegation(*did, *scope)),
        );
        keys.extend(self.proposals.keys().map(|id| Key::Proposal(*id)));
        for (id, votes) in &self.votes {
            keys.extend(votes.keys().map(|did| Key::Vote(*id, *did)));
        }
        keys.extend(self.ready.keys().map(|did| Key::Ready(*did)));
        keys
    }

    /// Reads one row from the bytes that [`crate::State::row`] made of it.
    pub fn read(&mut self, key: &Key, bytes: &[u8]) -> Result<(), CodecError> {
        match key {
            Key::Openings => self.openings = Some(codec::decode(bytes)?),
            Key::Member(did) => drop(self.members.insert(*did, codec::decode(bytes)?)),
            Key::Delegation(did, scope) => {
                self.delegations
                    .insert((*did, *scope), codec::decode(bytes)?);
            }
            Key::Proposal(id) => drop(self.proposals.insert(*id, codec::decode(bytes)?)),
            Key::Vote(id, did) => {
                let vote = Some(codec::decode(bytes)?);
                self.votes.entry(*id).or_default().insert(*did, vote);
            }
            Key::Ready(did) => drop(self.ready.insert(*did, codec::decode(bytes)?)),
        }
        Ok(())
    }
}
