//! Calls 25, 26 and 30: proofs that nobody has to take a guest's word for.
//!
//! Fuel for the work is taken before the work, and kept. Mana is set aside from the grant before
//! it, and moves only if the proof holds or is made.

use crate::env::{Denial, EnvError, ProofRequest, Verified, WitnessRequest};
use crate::host::Host;
use crate::json;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;
use icn_base::Cid;
use icn_base::limits::PROOFS_MAX;
use icn_base::run::{Effect, Nullifier, ProofPayment};

pub(super) fn verify_fuel(host: &mut Host, inputs: &Inputs<'_>) -> Result<u64, EnvError> {
    let request: ProofRequest = json::read(inputs.bytes(0))?;
    let circuit = circuit(host, &request.circuit)?;
    Ok(icn_abi::verify_fuel(circuit.bls12_381, circuit.inputs))
}

pub(super) fn prove_fuel(host: &mut Host, inputs: &Inputs<'_>) -> Result<u64, EnvError> {
    let request: WitnessRequest = json::read(inputs.bytes(0))?;
    let circuit = circuit(host, &request.circuit)?;
    Ok(icn_abi::prove_fuel(circuit.constraints))
}

pub(super) fn verify(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    check(host, inputs, 25)
}

pub(super) fn verify_revocation(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    check(host, inputs, 30)
}

fn check(host: &mut Host, inputs: &Inputs<'_>, call: u16) -> Result<Answer, EnvError> {
    let request: ProofRequest = json::read(inputs.bytes(0))?;
    let price = circuit(host, &request.circuit)?.price;
    let left = host.grants.verify(price)?;
    count(host)?;
    let verified = host.env(|env| env.verify_proof(&request, call == 30));
    let verified = verified.inspect_err(|_| host.give_back(call, price))?;
    let Verified::Holds(taken) = verified else {
        host.give_back(call, price);
        return Ok(Answer::Number(0));
    };
    let paid = payment(call, request.circuit, price, taken);
    let effect = host.effect(call, paid, price, left);
    effect.inspect_err(|_| host.give_back(call, price))?;
    Ok(Answer::Number(1))
}

pub(super) fn prove(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    const CALL: u16 = 26;
    let request: WitnessRequest = json::read(inputs.bytes(0))?;
    let price = circuit(host, &request.circuit)?.price;
    let left = host.grants.prove(price)?;
    let call = count(host)?;
    let proved = host.env(|env| env.prove(&request, call));
    let proved = proved.inspect_err(|_| host.give_back(CALL, price))?;
    let paid = payment(CALL, request.circuit, price, None);
    let effect = host.effect(CALL, paid, price, left);
    effect.inspect_err(|_| host.give_back(CALL, price))?;
    Ok(Answer::Bytes(proved))
}

const fn payment(
    call: u16,
    circuit: Cid,
    mana: icn_base::Mana,
    taken: Option<Nullifier>,
) -> Effect {
    Effect::PayProof(ProofPayment {
        call,
        circuit,
        mana,
        taken,
    })
}

/// Counts a proof, and says which of the run it is.
fn count(host: &mut Host) -> Result<u32, Denial> {
    let number = host.proofs;
    if number == PROOFS_MAX {
        let text = format!("a run has at most {PROOFS_MAX} proofs verified or made");
        return Err(Denial::new(Class::ResourceLimitExceeded, text));
    }
    host.proofs += 1;
    Ok(number)
}

fn circuit(host: &Host, id: &Cid) -> Result<crate::env::CircuitInfo, EnvError> {
    host.env(|env| env.circuit(id))?.ok_or_else(|| {
        let text = format!("there is no registered circuit {id} at the snapshot");
        Denial::new(Class::InvalidSystemApiCall, text).into()
    })
}
