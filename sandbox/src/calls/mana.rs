//! Calls 10, 11, 12 and 24: what accounts have, and payments out of the owner's.

use crate::env::{Denial, EnvError};
use crate::host::Host;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;
use icn_base::run::Effect;
use icn_base::{Did, Mana};

pub(super) fn balance(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let account = account(host, inputs)?;
    let mana = host.env(|env| env.spendable(&account))?;
    Ok(Answer::Number(
        i64::try_from(mana.units()).unwrap_or(i64::MAX),
    ))
}

pub(super) fn reputation(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let account = account(host, inputs)?;
    let reputation = host.env(|env| env.reputation(&account))?;
    Ok(Answer::Number(reputation.into()))
}

pub(super) fn spend(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    if account(host, inputs)? != host.run.owner {
        let text = "a job spends its owner's mana only; use call 12 to pay another account";
        return Err(Denial::new(Class::PermissionDenied, text).into());
    }
    let amount = amount(inputs)?;
    let left = host.grants.spend(amount, None)?;
    host.effect(11, Effect::SpendMana { amount }, amount, left)?;
    Ok(Answer::Number(0))
}

pub(super) fn credit(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let to = account(host, inputs)?;
    let amount = amount(inputs)?;
    let left = host.grants.spend(amount, Some(&to))?;
    host.effect(12, Effect::PayMana { to, amount }, amount, left)?;
    Ok(Answer::Number(0))
}

/// The account that is meant: the owner's, if none is named.
fn account(host: &Host, inputs: &Inputs<'_>) -> Result<Did, Denial> {
    match inputs.text(0)? {
        "" => Ok(host.run.owner),
        text => text.parse().map_err(|error: icn_base::did::DidError| {
            Denial::new(Class::InvalidSystemApiCall, error.to_string())
        }),
    }
}

/// An amount that moves something.
fn amount(inputs: &Inputs<'_>) -> Result<Mana, Denial> {
    match Mana::new(inputs.number(0)) {
        Ok(amount) if !amount.is_zero() => Ok(amount),
        _ => {
            let text = "an amount of mana to be moved is between 1 and 2^63 - 1";
            Err(Denial::new(Class::InvalidSystemApiCall, text))
        }
    }
}
