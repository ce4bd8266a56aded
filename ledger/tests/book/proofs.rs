//! The words of the tables for circuits, credentials and proofs.
//!
//! `alice enrol`, `alice issuer name=5`, `alice issue CREDENTIAL PLACE`, `alice recall CREDENTIAL`;
//! the kinds `circuit NAME` and `retire NAME`, see [`offer`]; the effect
//! `proof/CALL/CIRCUIT/MANA[/SCOPE/NULLIFIER]`.

use crate::script::{Line, amount};
use crate::world::{cid, keys, mana};
use icn_base::Bytes;
use icn_base::gov::{CircuitOffer, Prover};
use icn_base::run::{Effect, Nullifier, ProofPayment};
use icn_ledger::Action;
use icn_zk::credential::{HolderSecret, circuit_key};

const KEY: &[u8] = include_bytes!("../../../zk/vectors/bn128/key.json");
const OTHER: &[u8] = include_bytes!("../../../zk/vectors/bls12381/key.json");
const FORGEABLE: &[u8] = include_bytes!("../../../zk/vectors/bn128/key_without_phase_2.json");
const DEVELOPMENT: &[u8] = include_bytes!("../../../zk/vectors/development/membership.json");

pub(crate) fn action(line: &Line<'_>) -> Option<Action> {
    let who = line.word(0);
    Some(match line.word(1) {
        "enrol" => Action::Enrol {
            commitment: HolderSecret::of(&keys(who)).commitment(),
        },
        "issuer" => Action::RegisterIssuer {
            name: "n".repeat(line.number("name", 1) as usize),
            circuit_key: circuit_key(&keys(who)).public(),
        },
        "issue" => Action::IssueCredential {
            credential: cid(line.word(2)),
            place: amount(line.word(3)) as u32,
        },
        "recall" => Action::RevokeCredential {
            credential: cid(line.word(2)),
        },
        _ => return None,
    })
}

/// `power` and `other` are circuits; the rest is wrong in one way each.
pub(crate) fn offer(name: &str) -> CircuitOffer {
    let mut offer = CircuitOffer {
        key: Bytes(KEY.to_vec()),
        inputs: ["out", "a", "b"].map(str::to_owned).to_vec(),
        constraints: 2_500,
        statement: "a and b lead to out".into(),
        prover: None,
    };
    let membership = icn_zk::circuits::BuiltIn::Membership.describe();
    match name {
        "power" => {}
        "other" => offer.key = Bytes(OTHER.to_vec()),
        "rubbish" => offer.key = Bytes(b"{}".to_vec()),
        "forgeable" => offer.key = Bytes(FORGEABLE.to_vec()),
        "fewer" => drop(offer.inputs.pop()),
        "unnamed" => offer.inputs[1].clear(),
        "free" => offer.constraints = 0,
        "endless" => offer.constraints = u64::MAX,
        "wordy" => offer.statement = "s".repeat(4_097),
        "bulky-key" => offer.key = Bytes(vec![b' '; 9_000]),
        "pretends" => offer.prover = Some(prover("membership", 1)),
        "membership" | "cheaper" | "unknown-prover" => {
            offer.key = Bytes(DEVELOPMENT.to_vec());
            offer.inputs = membership
                .inputs
                .iter()
                .map(|name| (*name).into())
                .collect();
            offer.constraints = membership.constraints as u64;
            offer.prover = Some(prover(membership.name, membership.version));
            if name == "cheaper" {
                offer.constraints = 1;
            }
            if name == "unknown-prover" {
                offer.prover = Some(prover("membership", 99));
            }
        }
        other => panic!("{other} is no circuit"),
    }
    offer
}

fn prover(name: &str, version: u32) -> Prover {
    Prover {
        name: name.into(),
        version,
        key: cid("proving key"),
    }
}

pub(crate) fn effect(parts: &[&str]) -> Effect {
    let (call, circuit, units) = (parts[1], parts[2], parts[3]);
    let taken = parts.get(4).map(|scope| Nullifier {
        scope: (*scope).into(),
        nullifier: parts[5].into(),
    });
    Effect::PayProof(ProofPayment {
        call: amount(call) as u16,
        circuit: offer(circuit).id(),
        mana: mana(amount(units)),
        taken,
    })
}
