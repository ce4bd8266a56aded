//! A draft: the state as a rule would change it. It is kept whole or dropped whole.

use crate::state::{Actor, Chain, Changes};
use crate::table::seen;
use crate::{Event, Reject, State};
use icn_base::{Did, Mana, NetworkId, Time};
use icn_economics::{Account, AccountError};
use icn_governance::Parameter;

/// A state and what a rule has changed in it so far.
#[derive(Clone, Debug)]
pub struct Draft<'s> {
    pub(crate) state: &'s State,
    pub(crate) at: Time,
    pub(crate) changes: Changes,
    pub(crate) events: Vec<Event>,
}

impl<'s> Draft<'s> {
    /// Nothing changed yet. `at` is the time of the block that is being applied.
    pub fn new(state: &'s State, at: Time) -> Self {
        Self {
            state,
            at,
            changes: Changes::default(),
            events: Vec::new(),
        }
    }

    /// The time of the block that is being applied.
    pub const fn at(&self) -> Time {
        self.at
    }

    /// The network.
    pub const fn network(&self) -> &NetworkId {
        &self.state.chain.network
    }

    /// True once a deadline is due: the parent block's time has reached it, so a transaction that
    /// was in time cannot lose to a jump of the clock.
    pub fn is_due(&self, deadline: Time) -> bool {
        self.state.chain.time >= deadline
    }

    /// A governed parameter.
    pub fn parameter(&self, parameter: Parameter) -> u64 {
        self.state.parameter(parameter)
    }

    /// A governed amount.
    pub fn amount(&self, parameter: Parameter) -> Mana {
        Mana::new(self.parameter(parameter)).expect("amounts are bounded well below the largest")
    }

    /// What the book knows of a DID, regenerated up to now.
    pub fn actor(&self, did: &Did) -> Actor {
        let mut actor = self.stored(did);
        let mut supply = self.chain().supply;
        supply.touch(
            &mut actor.account,
            self.index(),
            self.amount(Parameter::Capacity),
        );
        actor
    }

    /// Changes an account after it has regenerated up to now.
    pub(crate) fn change<T>(
        &mut self,
        did: &Did,
        change: impl FnOnce(&mut Account) -> Result<T, AccountError>,
    ) -> Result<T, Reject> {
        self.change_actor(did, |actor| change(&mut actor.account))
    }

    /// Changes all that the book knows of a DID. A refusal changes nothing.
    pub(crate) fn change_actor<T>(
        &mut self,
        did: &Did,
        change: impl FnOnce(&mut Actor) -> Result<T, AccountError>,
    ) -> Result<T, Reject> {
        let mut actor = self.stored(did);
        let mut chain = *self.chain();
        let capacity = self.amount(Parameter::Capacity);
        chain
            .supply
            .touch(&mut actor.account, self.index(), capacity);
        let answer = change(&mut actor)?;
        self.changes.chain = Some(chain);
        self.changes.actors.insert(*did, Some(actor));
        Ok(answer)
    }

    /// Takes into the treasury what has just left an account.
    pub(crate) fn collect(&mut self, amount: Mana) {
        let mut chain = *self.chain();
        chain
            .supply
            .collect(amount)
            .expect("what left an account fits the treasury");
        self.changes.chain = Some(chain);
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    fn chain(&self) -> &Chain {
        self.changes.chain.as_ref().unwrap_or(&self.state.chain)
    }

    fn index(&self) -> u64 {
        self.chain().regeneration.index(self.at)
    }

    fn stored(&self, did: &Did) -> Actor {
        seen(&self.changes.actors, &self.state.actors, did)
            .copied()
            .unwrap_or_default()
    }
}
