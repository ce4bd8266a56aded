//! The hash that circuits can afford: Poseidon over the scalar field of BN254.
//!
//! Width 3 (rate 2, capacity 1), x^5, 8 full and 57 partial rounds; constants and matrix from the
//! Grain generator of the Poseidon paper, first candidate, as in arkworks' `find_poseidon_ark_and_mds`
//! `(254, 2, 8, 57, 0)`. The capacity begins as what is hashed and how many elements it has, so
//! that no hash of one kind is a hash of another.

use ark_bn254::Fr;
use ark_crypto_primitives::sponge::constraints::CryptographicSpongeVar;
use ark_crypto_primitives::sponge::poseidon::constraints::PoseidonSpongeVar;
use ark_crypto_primitives::sponge::poseidon::{
    PoseidonConfig, PoseidonSponge, find_poseidon_ark_and_mds,
};
use ark_crypto_primitives::sponge::{CryptographicSponge, FieldBasedCryptographicSponge};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use std::sync::LazyLock;

const FULL_ROUNDS: usize = 8;
const PARTIAL_ROUNDS: usize = 57;
const RATE: usize = 2;
const FIELD_BITS: u64 = 254;

static CONFIG: LazyLock<PoseidonConfig<Fr>> = LazyLock::new(|| {
    let (constants, matrix) = find_poseidon_ark_and_mds(
        FIELD_BITS,
        RATE,
        FULL_ROUNDS as u64,
        PARTIAL_ROUNDS as u64,
        0,
    );
    PoseidonConfig::new(FULL_ROUNDS, PARTIAL_ROUNDS, 5, matrix, constants, RATE, 1)
});

/// What a hash is of. Numbers are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A node of a tree, from its two children.
    Node = 1,
    /// A leaf of a credential's claims: name, value.
    Claim = 2,
    /// A leaf of the members' tree: holder, commitment, until when.
    Member = 3,
    /// A holder's commitment, from the secret.
    Commitment = 4,
    /// What an issuer signs: claims root, commitment, until when, revocation id.
    Credential = 5,
    /// The challenge of a Schnorr signature: commitment point, key, message.
    Challenge = 6,
    /// An issuer, from the two coordinates of the key.
    Issuer = 7,
    /// A nullifier: circuit, scope, secret.
    Nullifier = 8,
}

impl Kind {
    fn capacity(self, elements: usize) -> Fr {
        Fr::from((self as u64) << 32 | elements as u64)
    }
}

/// Hashes elements.
pub(crate) fn hash(kind: Kind, elements: &[Fr]) -> Fr {
    let mut sponge = PoseidonSponge::new(&CONFIG);
    sponge.state[0] = kind.capacity(elements.len());
    sponge.absorb(&elements);
    sponge.squeeze_native_field_elements(1)[0]
}

/// Constrains a variable to be the hash of others.
pub(crate) fn hash_var(
    cs: &ConstraintSystemRef<Fr>,
    kind: Kind,
    elements: &[FpVar<Fr>],
) -> Result<FpVar<Fr>, SynthesisError> {
    let mut sponge = PoseidonSpongeVar::new(cs.clone(), &CONFIG);
    sponge.state[0] = FpVar::Constant(kind.capacity(elements.len()));
    sponge.absorb(&elements)?;
    let squeezed = sponge.squeeze_field_elements(1)?;
    Ok(squeezed[0].clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_r1cs_std::GR1CSVar;
    use ark_r1cs_std::alloc::AllocVar;
    use ark_relations::gr1cs::ConstraintSystem;

    #[test]
    fn the_circuit_computes_the_hash() {
        for count in 1..6u64 {
            let elements: Vec<Fr> = (0..count).map(|n| Fr::from(n * n + 1)).collect();
            let cs = ConstraintSystem::new_ref();
            let vars: Vec<_> = elements
                .iter()
                .map(|element| FpVar::new_witness(cs.clone(), || Ok(*element)).unwrap())
                .collect();
            let var = hash_var(&cs, Kind::Node, &vars).unwrap();
            assert_eq!(var.value().unwrap(), hash(Kind::Node, &elements));
            assert!(cs.is_satisfied().unwrap());
        }
    }

    #[test]
    fn kinds_and_lengths_do_not_meet() {
        let [one, zero] = [Fr::from(1), Fr::from(0)];
        let hashes = [
            hash(Kind::Node, &[one, zero]),
            hash(Kind::Node, &[one]),
            hash(Kind::Node, &[one, zero, zero]),
            hash(Kind::Claim, &[one, zero]),
        ];
        for (at, left) in hashes.iter().enumerate() {
            assert!(hashes[at + 1..].iter().all(|right| left != right), "{at}");
        }
    }

    #[test]
    fn the_parameters_are_frozen() {
        let expected =
            "11356397701691595458311437912475987208165021986101719346597682330625137963546";
        assert_eq!(
            hash(Kind::Node, &[Fr::from(1), Fr::from(2)]).to_string(),
            expected
        );
    }
}
