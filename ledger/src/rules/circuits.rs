//! Circuits come by vote: what is asked of one before members vote on it, and what is kept of it.

use crate::zk::Circuit;
use crate::{Draft, Reject};
use icn_base::Cid;
use icn_base::gov::{CircuitOffer, ProposalKind};
use icn_zk::Key;
use icn_zk::circuits::BuiltIn;

/// Refuses a proposal with a circuit that nobody should vote for.
pub(super) fn check(draft: &Draft<'_>, kind: &ProposalKind) -> Result<(), Reject> {
    match kind {
        ProposalKind::RegisterCircuit(offer) => check_offer(draft, offer).map(drop),
        ProposalKind::Bundle(kinds) => kinds.iter().try_for_each(|kind| check(draft, kind)),
        ProposalKind::Choice { options } => {
            let mut kinds = options.iter().flat_map(|option| &option.kinds);
            kinds.try_for_each(|kind| check(draft, kind))
        }
        ProposalKind::Text {}
        | ProposalKind::SetParameter { .. }
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::RemoveMember { .. }
        | ProposalKind::SetValidator { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RetireCircuit { .. } => Ok(()),
    }
}

/// The key is one, has the inputs that are named, and is no development key unless genesis allows
/// those. A built-in circuit is named with its own inputs and constraints.
fn check_offer(draft: &Draft<'_>, offer: &CircuitOffer) -> Result<Key, Reject> {
    let key = Key::from_json(&offer.key).map_err(|refusal| Reject::CircuitKey {
        cause: refusal.to_string(),
    })?;
    let (found, named) = (key.input_count(), offer.inputs.len());
    if found != named {
        return Err(Reject::CircuitInputCount { found, named });
    }
    if key.is_development() && !draft.state.chain.development {
        return Err(Reject::DevelopmentKey {});
    }
    let Some(prover) = &offer.prover else {
        return Ok(key);
    };
    let known = BuiltIn::find(&prover.name, prover.version);
    let known = known.map(BuiltIn::describe);
    let same = known.is_some_and(|known| {
        offer.inputs == known.inputs && offer.constraints == known.constraints as u64
    });
    if same {
        Ok(key)
    } else {
        Err(Reject::ProverDiffers {})
    }
}

/// Keeps a circuit that was voted for. Its key was checked when it was proposed.
pub(super) fn register(draft: &mut Draft<'_>, id: Cid, offer: &CircuitOffer) {
    let Ok(key) = check_offer(draft, offer) else {
        return;
    };
    let circuit = Circuit {
        key: offer.key.clone(),
        curve: key.curve().tag().to_owned(),
        inputs: offer.inputs.clone(),
        constraints: offer.constraints,
        statement: offer.statement.clone(),
        prover: offer.prover.clone(),
        registered: draft.at(),
        retired: None,
    };
    draft.changes.zk.circuits.insert(id, Some(circuit));
}

/// Ends a circuit. Its row stays, so that old receipts can be checked.
pub(super) fn retire(draft: &mut Draft<'_>, id: &Cid) {
    if let Some(circuit) = draft.zk().circuit(id) {
        let circuit = Circuit {
            retired: Some(draft.at()),
            ..circuit.clone()
        };
        draft.changes.zk.circuits.insert(*id, Some(circuit));
    }
}
