//! What a block has decided for the next one: parameters, and who orders. Until the block has ended
//! no rule reads it, but for those that decide more of it.

use crate::key::Key;
use crate::state::{Chain, Changes};
use crate::{Draft, State};
use icn_base::{Did, Mana, Time};
use icn_governance::Parameter;
use std::collections::BTreeMap;

/// Decided, and not yet in force. Between blocks there is nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Next {
    /// Parameters that change.
    pub(crate) parameters: BTreeMap<Parameter, u64>,
    /// All validators, if one of them changes.
    pub(crate) validators: Option<BTreeMap<Did, u64>>,
}

impl State {
    /// Puts in force what the block that ends now has decided.
    pub(crate) fn come_into_force(&mut self, at: Time) {
        let Next {
            parameters,
            validators,
        } = std::mem::take(&mut self.next);
        if let Some(validators) = validators {
            let both = self.validators.keys().chain(validators.keys());
            self.touched.extend(both.copied().map(Key::Validator));
            self.validators = validators;
        }
        if parameters.contains_key(&Parameter::Capacity) {
            self.refill(at);
        }
        for (parameter, value) in parameters {
            self.touched.insert(Key::Parameter(parameter));
            self.parameters.insert(parameter, value);
        }
        let amount = Mana::new(self.parameter(Parameter::RegenAmount));
        let amount = amount.expect("amounts are bounded well below the largest");
        let mut regeneration = self.chain.regeneration;
        regeneration.change(at, amount, self.parameter(Parameter::RegenIntervalMs));
        self.absorb(Changes {
            chain: Some(Chain {
                regeneration,
                ..self.chain
            }),
            ..Changes::default()
        });
    }

    /// Credits every member under the capacity that ends now. Otherwise who was not touched before
    /// it would be credited under the new one, and others would not.
    fn refill(&mut self, at: Time) {
        let members = self.actors.iter();
        let members = members.filter(|(_, actor)| actor.account.is_member());
        let mut draft = Draft::new(self, at);
        for (did, _) in members {
            let touched = draft.change(did, |_| Ok(()));
            touched.expect("a touch only credits what there is room for");
        }
        let changes = draft.changes;
        self.absorb(changes);
    }
}
