//! The state of governance: tables of rows. Rules read it through a [`crate::Book`] and answer
//! with [`Changes`]; nothing else changes it.

use crate::delegation::Delegations;
use crate::member::Member;
use crate::proposal::{Proposal, Vote};
use crate::{Changes, History};
use icn_base::codec::{self, CodecError};
use icn_base::gov::Scope;
use icn_base::{Did, ProposalId, Time};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is agreed about members and proposals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub(crate) openings: u64,
    pub(crate) members: BTreeMap<Did, History<Member>>,
    pub(crate) delegations: BTreeMap<(Did, Scope), Delegations>,
    pub(crate) proposals: BTreeMap<ProposalId, Proposal>,
    pub(crate) votes: BTreeMap<ProposalId, BTreeMap<Did, Vote>>,
    pub(crate) ready: BTreeMap<Did, Time>,
    /// Derived: by delegate, who hands votes on to them.
    pub(crate) delegators: BTreeMap<Did, BTreeSet<(Did, Scope)>>,
    /// Derived: when proposals fall due. Each has a deadline until its end, so these are the ones
    /// under way.
    due: BTreeSet<(Time, ProposalId)>,
}

/// The name of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// How often voting was opened.
    Openings,
    /// A member.
    Member(Did),
    /// A member's delegation for a scope.
    Delegation(Did, Scope),
    /// A proposal.
    Proposal(ProposalId),
    /// A member's vote on a proposal that is under way.
    Vote(ProposalId, Did),
    /// When a node said that it is ready to order.
    Ready(Did),
}

impl State {
    /// The first state: these are members from the beginning.
    pub fn genesis(members: impl IntoIterator<Item = Did>, at: Time) -> Self {
        let member = Member {
            since: at,
            removed: None,
        };
        let members = members.into_iter().map(|did| (did, History::new(member)));
        Self {
            members: members.collect(),
            ..Self::default()
        }
    }

    /// A member's row.
    pub fn member(&self, did: &Did) -> Option<&History<Member>> {
        self.members.get(did)
    }

    /// Every row of a member, ascending; those of removed ones too.
    pub fn members(&self) -> impl Iterator<Item = (&Did, &History<Member>)> {
        self.members.iter()
    }

    /// Every delegation's row, ascending.
    pub fn delegations(&self) -> impl Iterator<Item = (&(Did, Scope), &Delegations)> {
        self.delegations.iter()
    }

    /// A proposal.
    pub fn proposal(&self, id: &ProposalId) -> Option<&Proposal> {
        self.proposals.get(id)
    }

    /// Every proposal above an id, ascending.
    pub fn proposals_after(
        &self,
        after: Option<&ProposalId>,
    ) -> impl Iterator<Item = (&ProposalId, &Proposal)> {
        let from = after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        self.proposals.range((from, std::ops::Bound::Unbounded))
    }

    /// The votes on a proposal under way, ascending by member.
    pub fn votes(&self, id: &ProposalId) -> impl Iterator<Item = (&Did, &Vote)> {
        self.votes.get(id).into_iter().flatten()
    }

    /// The proposals under way, the first to fall due first.
    pub fn under_way(&self) -> impl Iterator<Item = &ProposalId> {
        self.due.iter().map(|(_, id)| id)
    }

    /// The earliest deadline.
    pub fn next_due(&self) -> Option<Time> {
        self.due.first().map(|(time, _)| *time)
    }

    /// The proposals with a deadline at this time or before it, in order.
    pub fn due(&self, at: Time) -> Vec<ProposalId> {
        self.due
            .iter()
            .take_while(|(time, _)| *time <= at)
            .map(|(_, id)| *id)
            .collect()
    }

    /// Takes changes in, and names the rows they touch.
    pub fn absorb(&mut self, changes: Changes) -> Vec<Key> {
        let touched = changes.keys();
        if let Some(openings) = changes.openings {
            self.openings = openings;
        }
        self.members.extend(changes.members);
        for (key, row) in changes.delegations {
            self.follow(key, &row);
            self.delegations.insert(key, row);
        }
        for (id, proposal) in changes.proposals {
            if let Some(old) = self.proposals.get(&id).and_then(Proposal::due) {
                self.due.remove(&(old, id));
            }
            self.due.extend(proposal.due().map(|due| (due, id)));
            self.proposals.insert(id, proposal);
        }
        for (id, votes) in changes.votes {
            let table = self.votes.entry(id).or_default();
            for (did, vote) in votes {
                match vote {
                    Some(vote) => drop(table.insert(did, vote)),
                    None => drop(table.remove(&did)),
                }
            }
            if table.is_empty() {
                self.votes.remove(&id);
            }
        }
        self.ready.extend(changes.ready);
        touched
    }

    /// Keeps the index of delegators in step with a row that is about to be written.
    fn follow(&mut self, key: (Did, Scope), new: &Delegations) {
        let delegate = |row: &Delegations| row.hand.now().map(|hand| hand.to);
        if let Some(old) = self.delegations.get(&key).and_then(delegate)
            && let Some(delegators) = self.delegators.get_mut(&old)
        {
            delegators.remove(&key);
            if delegators.is_empty() {
                self.delegators.remove(&old);
            }
        }
        if let Some(to) = delegate(new) {
            self.delegators.entry(to).or_default().insert(key);
        }
    }

    /// The canonical bytes of a row, as the state is committed to; none where there is no row.
    pub fn row(&self, key: &Key) -> Option<Result<Vec<u8>, CodecError>> {
        match key {
            Key::Openings => Some(codec::encode(&self.openings)),
            Key::Member(did) => self.members.get(did).map(codec::encode),
            Key::Delegation(did, scope) => self.delegations.get(&(*did, *scope)).map(codec::encode),
            Key::Proposal(id) => self.proposals.get(id).map(codec::encode),
            Key::Vote(id, did) => self.votes.get(id)?.get(did).map(codec::encode),
            Key::Ready(did) => self.ready.get(did).map(codec::encode),
        }
    }

    /// Every key, ascending by table.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        let members = self.members.keys().map(|did| Key::Member(*did));
        let delegations = self
            .delegations
            .keys()
            .map(|(did, scope)| Key::Delegation(*did, *scope));
        let proposals = self.proposals.keys().map(|id| Key::Proposal(*id));
        let votes = self
            .votes
            .iter()
            .flat_map(|(id, votes)| votes.keys().map(|did| Key::Vote(*id, *did)));
        [Key::Openings]
            .into_iter()
            .chain(members)
            .chain(delegations)
            .chain(proposals)
            .chain(votes)
            .chain(self.ready.keys().map(|did| Key::Ready(*did)))
    }
}
