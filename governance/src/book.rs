//! What a rule reads: the state, what the same transaction has changed since, the rest of the book
//! that proposals may change, and the time.

use crate::delegation::{Delegations, Hand};
use crate::history::Openings;
use crate::limits::READY_MS;
use crate::member::Member;
use crate::proposal::{Proposal, Vote};
use crate::{Changes, History, Parameter, Refusal, State};
use icn_base::gov::Scope;
use icn_base::{Cid, Did, Mana, ProposalId, Time};
use std::collections::{BTreeMap, BTreeSet};

/// All that a rule may depend on.
#[derive(Clone, Copy, Debug)]
pub struct Book<'b> {
    /// The state.
    pub state: &'b State,
    /// What the transaction that is being applied has changed so far.
    pub changes: &'b Changes,
    /// What proposals change beside members.
    pub world: World<'b>,
    /// The time of the block that is being applied.
    pub at: Time,
    /// The time of its parent. A deadline is due once this has reached it, so what was in time
    /// cannot lose to a jump of the clock.
    pub parent: Time,
    /// The time of the state that the acting member had before it: that of the block, or, for a
    /// run's effect, that of the run's snapshot.
    pub seen: Time,
}

/// What proposals change beside members; the ledger keeps it.
#[derive(Clone, Copy, Debug)]
pub struct World<'b> {
    /// Parameters in force.
    pub parameters: &'b BTreeMap<Parameter, u64>,
    /// Parameters that this block has set: they come into force with the next one.
    pub pending: &'b BTreeMap<Parameter, u64>,
    /// Validators of the next height.
    pub validators: &'b BTreeMap<Did, u64>,
    /// Circuits of which proofs are verified.
    pub circuits: &'b BTreeSet<Cid>,
    /// What the treasury has.
    pub treasury: Mana,
}

impl World<'_> {
    /// A parameter in force.
    pub fn parameter(&self, parameter: Parameter) -> u64 {
        let default = parameter.row().default;
        self.parameters.get(&parameter).copied().unwrap_or(default)
    }
}

impl<'b> Book<'b> {
    /// True once a deadline is due.
    pub fn is_due(&self, deadline: Time) -> bool {
        self.parent >= deadline
    }

    /// A member's row.
    pub fn member(&self, did: &Did) -> Option<&'b History<Member>> {
        self.changes
            .members
            .get(did)
            .or_else(|| self.state.members.get(did))
    }

    /// Every member's row, those of removed ones too.
    pub fn members(&self) -> impl Iterator<Item = (&'b Did, &'b History<Member>)> {
        let changed = &self.changes.members;
        let same = self
            .state
            .members
            .iter()
            .filter(|(did, _)| !changed.contains_key(did));
        changed.iter().chain(same)
    }

    /// Members now.
    pub fn members_count(&self) -> u64 {
        let rows = self
            .members()
            .filter(|(_, row)| row.now().is_some_and(Member::is_in));
        rows.count() as u64
    }

    /// True for one who was a member when a vote under way was opened.
    pub fn is_eligible(&self, did: &Did, opening: u64) -> bool {
        let member = self.member(did).and_then(|row| row.at(opening));
        member.is_some_and(Member::is_in)
    }

    /// A delegation's row.
    pub fn delegation(&self, from: &Did, scope: Scope) -> Option<&'b Delegations> {
        let key = (*from, scope);
        self.changes
            .delegations
            .get(&key)
            .or_else(|| self.state.delegations.get(&key))
    }

    /// To whom a member hands votes now.
    pub fn hand(&self, from: &Did, scope: Scope) -> Option<Did> {
        let hand = self.delegation(from, scope)?.hand.now()?;
        hand.to_at(self.at)
    }

    /// Who hands votes on to a delegate now, and for which scope.
    pub fn delegators(&self, to: &Did) -> impl Iterator<Item = (Did, Scope)> {
        let known = self.state.delegators.get(to).into_iter().flatten();
        let both: BTreeSet<_> = known
            .chain(self.changes.delegations.keys())
            .copied()
            .collect();
        let to = *to;
        both.into_iter()
            .filter(move |(from, scope)| self.hand(from, *scope) == Some(to))
    }

    /// To whom a member hands votes of a kind, in a vote under way that was opened at a time: the
    /// delegation for the kind goes before the one for all.
    pub fn delegate(&self, from: &Did, kind: Scope, opening: u64, at: Time) -> Option<Did> {
        [kind, Scope::All].iter().find_map(|scope| {
            let hand: &Hand = self.delegation(from, *scope)?.hand.at(opening)?;
            hand.to_at(at)
        })
    }

    /// A proposal, or the refusal that there is none.
    pub fn proposal(&self, id: &ProposalId) -> Result<&'b Proposal, Refusal> {
        let changed = self.changes.proposals.get(id);
        let found = changed.or_else(|| self.state.proposals.get(id));
        found.ok_or(Refusal::UnknownProposal { proposal: *id })
    }

    /// Every proposal under way.
    pub fn under_way(&self) -> impl Iterator<Item = &'b Proposal> {
        let ids: BTreeSet<_> = self
            .state
            .under_way()
            .chain(self.changes.proposals.keys())
            .collect();
        let found = ids.into_iter().filter_map(|id| self.proposal(id).ok());
        found.filter(|proposal| proposal.due().is_some())
    }

    /// How often voting was opened, and which votes are not yet over.
    pub fn openings(&self) -> Openings {
        let made = self.changes.openings.unwrap_or(self.state.openings);
        let live = self
            .under_way()
            .filter_map(|proposal| Some(proposal.poll.as_ref()?.opening));
        Openings {
            made,
            live: live.collect(),
        }
    }

    /// When a member voted on a proposal under way, before this transaction.
    pub fn voted(&self, id: &ProposalId, did: &Did) -> Option<Time> {
        let vote = self.state.votes.get(id)?.get(did)?;
        Some(vote.at)
    }

    /// When a member decided about a delegation, before this transaction.
    pub fn delegated(&self, from: &Did, scope: Scope) -> Option<Time> {
        let row = self.state.delegations.get(&(*from, scope))?;
        Some(row.changed)
    }

    /// True for a node that has said lately that it is ready to order.
    pub fn is_ready(&self, did: &Did) -> bool {
        let said = self.changes.ready.get(did);
        let said = said.or_else(|| self.state.ready.get(did));
        said.is_some_and(|said| self.at.ms_since(*said) <= READY_MS)
    }

    /// Every vote on a proposal under way.
    pub fn votes(&self, id: &ProposalId) -> BTreeMap<&'b Did, &'b Vote> {
        let mut votes: BTreeMap<_, _> = self.state.votes(id).collect();
        for (did, changed) in self.changes.votes.get(id).into_iter().flatten() {
            match changed {
                Some(vote) => drop(votes.insert(did, vote)),
                None => drop(votes.remove(did)),
            }
        }
        votes
    }
}
