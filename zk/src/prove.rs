//! Proofs of the built-in circuits. The same witness, salt, job and call give the same bytes.

use crate::circuits::{BuiltIn, Circuit, Element, Synthesis, Task};
use crate::inputs;
use crate::proof::Proof;
use ark_bn254::Bn254;
use ark_ff::{BigInteger, PrimeField};
use ark_groth16::{Groth16, ProvingKey};
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystem};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

mod witness;

pub use witness::{FromWitness, Leaf, MEMBER_UNTIL_MS, WITNESS_BYTES_MAX, Witness, WitnessError};

/// Why no proof was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// What should be proved is not so.
    #[error("the witness does not satisfy the circuit, so there is nothing to prove")]
    Unsatisfied,
    /// The proving key is another circuit's.
    #[error("the proving key is not one of this circuit: it has another number of variables")]
    OtherCircuit,
    /// The witness lacks something, or has too much.
    #[error(transparent)]
    Witness(#[from] WitnessError),
}

/// What a proof's blinding is derived from, besides circuit and witness.
#[derive(Clone)]
pub struct Blinding {
    /// 32 bytes that nobody else knows: without them the proof hides nothing from who can guess
    /// the witness.
    pub salt: [u8; 32],
    /// The job that the proof is made in, or whatever else tells two proofs apart.
    pub job: Vec<u8>,
    /// Which call of the job.
    pub call: u32,
}

impl std::fmt::Debug for Blinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blinding")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

/// A proof and its public inputs, in the forms of snarkjs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// `proof.json`.
    pub proof: String,
    /// `public.json`.
    pub public: String,
}

/// Proves a statement.
pub fn prove<C: Circuit>(
    key: &ProvingKey<Bn254>,
    circuit: &C,
    blinding: &Blinding,
) -> Result<Proved, ProveError> {
    let assignment = solve(circuit)?;
    let [instance, witness] = &assignment;
    if key.vk.gamma_abc_g1.len() != instance.len() || key.l_query.len() != witness.len() {
        return Err(ProveError::OtherCircuit);
    }
    let [r, s] = factors::<C>(blinding, &assignment);
    let proof = Groth16::<Bn254>::create_proof_with_reduction(Synthesis(circuit), key, r, s)
        .map_err(|_| ProveError::OtherCircuit)?;
    Ok(Proved {
        proof: Proof(proof).to_json(),
        public: inputs::to_json::<Bn254>(&circuit.public()),
    })
}

/// Proves a statement of a circuit that is known by name. `job` and `call` tell two proofs of one
/// witness apart.
pub fn prove_from(
    circuit: BuiltIn,
    key: &ProvingKey<Bn254>,
    witness: &Witness,
    (job, call): (&[u8], u32),
) -> Result<Proved, ProveError> {
    let blinding = Blinding {
        salt: witness.salt()?,
        job: job.to_vec(),
        call,
    };
    circuit.with(Proving {
        key,
        witness,
        blinding,
    })
}

struct Proving<'a> {
    key: &'a ProvingKey<Bn254>,
    witness: &'a Witness,
    blinding: Blinding,
}

impl Task for Proving<'_> {
    type Output = Result<Proved, ProveError>;

    fn run<C: FromWitness>(self) -> Self::Output {
        prove(self.key, &C::from_witness(self.witness)?, &self.blinding)
    }
}

/// All variables, instance and witness, if they satisfy the circuit. Arkworks would make a proof
/// of a statement that is not so, which nobody would accept.
fn solve<C: Circuit>(circuit: &C) -> Result<[Vec<Element>; 2], ProveError> {
    let cs = ConstraintSystem::new_ref();
    let laid_out = Synthesis(circuit).generate_constraints(cs.clone());
    if laid_out.is_err() || cs.is_satisfied() != Ok(true) {
        return Err(ProveError::Unsatisfied);
    }
    let read = || Ok([cs.instance_assignment()?, cs.witness_assignment()?]);
    read().map_err(|_: ark_relations::gr1cs::SynthesisError| ProveError::Unsatisfied)
}

/// The two numbers that hide the witness.
fn factors<C: Circuit>(blinding: &Blinding, assignment: &[Vec<Element>; 2]) -> [Element; 2] {
    let mut hash = Sha256::new();
    for element in assignment.iter().flatten() {
        hash.update(element.into_bigint().to_bytes_le());
    }
    let job = Sha256::digest(&blinding.job);
    let circuit = Sha256::digest(C::NAME);
    let info: [&[u8]; 5] = [
        &job,
        &blinding.call.to_le_bytes(),
        &circuit,
        &C::VERSION.to_le_bytes(),
        &hash.finalize(),
    ];
    let mut bytes = [0; 128];
    Hkdf::<Sha256>::new(Some(b"icn/zk/blinding/1"), &blinding.salt)
        .expand_multi_info(&info, &mut bytes)
        .expect("HKDF gives up to 8,160 bytes");
    let (r, s) = bytes.split_at(64);
    [r, s].map(Element::from_le_bytes_mod_order)
}

#[cfg(test)]
mod tests;
