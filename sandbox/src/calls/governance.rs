//! Calls 17 to 21, 28, 29 and 31: proposals, votes and delegations of the owner's.

use crate::env::{Denial, EnvError};
use crate::host::Host;
use crate::json;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;
use icn_base::gov::{DelegateRequest, ProposalRequest, RevokeRequest, VoteRequest};
use icn_base::run::Effect;
use icn_base::{Mana, ProposalId};

pub(super) fn propose(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let request: ProposalRequest = json::read(inputs.bytes(0))?;
    let fee = host.env(|env| env.proposal_fee())?;
    let left = host.grants.propose(fee)?;
    let id = request
        .effect_id(&host.run.job, host.effects.len() as u64)
        .map_err(|error| Denial::new(Class::Serialization, error.to_string()))?;
    host.effect(17, Effect::Propose(Box::new(request)), fee, left)?;
    Ok(Answer::Bytes(id.to_string().into_bytes()))
}

pub(super) fn open(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let proposal = proposal(inputs)?;
    let left = host.grants.propose(Mana::ZERO)?;
    host.effect(18, Effect::OpenVoting { proposal }, Mana::ZERO, left)?;
    Ok(Answer::Number(0))
}

pub(super) fn vote(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let vote: VoteRequest = json::read(inputs.bytes(0))?;
    let left = host.grants.vote(Some(&vote.proposal))?;
    host.effect(19, Effect::Vote(vote), Mana::ZERO, left)?;
    Ok(Answer::Number(0))
}

pub(super) fn close(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let proposal = proposal(inputs)?;
    let left = host.grants.propose(Mana::ZERO)?;
    let status = host.env(|env| env.closing(&proposal))?;
    let effect = Effect::CloseVoting { proposal, status };
    host.effect(20, effect, Mana::ZERO, left)?;
    Ok(Answer::Bytes(status.name().into()))
}

pub(super) fn execute(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let proposal = proposal(inputs)?;
    let left = host.grants.propose(Mana::ZERO)?;
    host.effect(21, Effect::Execute { proposal }, Mana::ZERO, left)?;
    Ok(Answer::Number(0))
}

pub(super) fn delegate(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let request: DelegateRequest = json::read(inputs.bytes(0))?;
    let left = host.grants.vote(None)?;
    host.effect(28, Effect::Delegate(request), Mana::ZERO, left)?;
    Ok(Answer::Number(0))
}

pub(super) fn revoke(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let request: RevokeRequest = json::read(inputs.bytes(0))?;
    let left = host.grants.vote(None)?;
    host.effect(29, Effect::Revoke(request), Mana::ZERO, left)?;
    Ok(Answer::Number(0))
}

pub(super) fn get(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let id = proposal(inputs)?;
    match host.env(|env| env.proposal(&id))? {
        Some(proposal) => Ok(Answer::Bytes(json::write(&proposal)?)),
        None => {
            let text = format!("there is no proposal {id} at the snapshot");
            Err(Denial::new(Class::InvalidSystemApiCall, text).into())
        }
    }
}

fn proposal(inputs: &Inputs<'_>) -> Result<ProposalId, Denial> {
    inputs
        .text(0)?
        .parse()
        .map_err(|error: icn_base::cid::CidError| {
            Denial::new(Class::InvalidSystemApiCall, error.to_string())
        })
}
