//! Circuits that come and go. Whether a key is one is for the ledger, which can read it.

use super::Sketch;
use crate::limits::{CIRCUIT_INPUTS_MAX, CONSTRAINTS_MAX, INPUT_NAME_BYTES_MAX, TEXT_BYTES_MAX};
use crate::{Enactment, Refusal};
use icn_base::Cid;
use icn_base::gov::CircuitOffer;

impl Sketch<'_> {
    pub(super) fn register(&mut self, offer: &CircuitOffer) -> Result<(), Refusal> {
        let circuit = offer.id();
        self.name_circuit(circuit)?;
        if self.book.world.circuits.contains(&circuit) {
            return Err(Refusal::CircuitExists { circuit });
        }
        let names = &offer.inputs;
        let named = |name: &String| (1..=INPUT_NAME_BYTES_MAX).contains(&name.len());
        if names.len() > CIRCUIT_INPUTS_MAX || !names.iter().all(named) {
            return Err(Refusal::CircuitInputs {});
        }
        let constraints = offer.constraints;
        if !(1..=CONSTRAINTS_MAX).contains(&constraints) {
            return Err(Refusal::CircuitConstraints { constraints });
        }
        if offer.statement.len() > TEXT_BYTES_MAX {
            return Err(Refusal::TextTooLong {
                bytes: offer.statement.len(),
                allowed: TEXT_BYTES_MAX,
            });
        }
        let offer = Box::new(offer.clone());
        self.changes
            .push(Enactment::RegisterCircuit { circuit, offer });
        Ok(())
    }

    pub(super) fn retire(&mut self, circuit: Cid) -> Result<(), Refusal> {
        self.name_circuit(circuit)?;
        if !self.book.world.circuits.contains(&circuit) {
            return Err(Refusal::NoSuchCircuit { circuit });
        }
        self.changes.push(Enactment::RetireCircuit { circuit });
        Ok(())
    }

    fn name_circuit(&mut self, circuit: Cid) -> Result<(), Refusal> {
        if self.circuits.insert(circuit) {
            Ok(())
        } else {
            Err(Refusal::CircuitTwice { circuit })
        }
    }
}
