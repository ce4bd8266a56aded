//! Signatures that circuits can check: Schnorr over Baby Jubjub, the curve embedded in the scalar
//! field of BN254 (`ark-ed-on-bn254`), its generator, prime order l of 251 bits.
//!
//! A key is P = x G. A signature of m is (e, s) with e = H(R.x, R.y, P.x, P.y, m) and s = k + e x
//! mod l, where R = k G; it is checked by computing R = s G - e P. The hash is Poseidon; e is taken
//! as an integer below the field's modulus.

use super::number;
use super::poseidon::{Kind, hash, hash_var};
use ark_bn254::Fr;
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup, PrimeGroup};
use ark_ed_on_bn254::constraints::EdwardsVar;
use ark_ed_on_bn254::{EdwardsAffine, EdwardsProjective, Fr as Scalar};
use ark_ff::{BigInteger, PrimeField};
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::convert::ToBitsGadget;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_r1cs_std::groups::CurveVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use hkdf::Hkdf;
use sha2::Sha256;

/// Bits of s: the order of the group has as many.
const SCALAR_BITS: usize = 251;

/// An issuer's secret key for circuits.
#[derive(Clone)]
pub struct SecretKey {
    scalar: Scalar,
    nonce_seed: [u8; 32],
}

/// An issuer's public key for circuits: a point of the group of prime order, not its zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub(crate) EdwardsAffine);

/// A signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub(crate) challenge: Fr,
    pub(crate) response: Scalar,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// Derives a key from 32 bytes that nobody can guess.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let mut nonce_seed = [0; 32];
        expand(seed, &[b"icn/zk/schnorr/nonce/1"], &mut nonce_seed);
        Self {
            scalar: wide_scalar(seed, &[b"icn/zk/schnorr/key/1"]),
            nonce_seed,
        }
    }

    /// The key that signatures are checked with.
    pub fn public(&self) -> PublicKey {
        PublicKey((EdwardsProjective::generator() * self.scalar).into_affine())
    }

    /// Signs a field element. The nonce is derived from key and message: it is never used twice.
    pub fn sign(&self, message: Fr) -> Signature {
        let message_bytes = message.into_bigint().to_bytes_le();
        let nonce = wide_scalar(&self.nonce_seed, &[b"icn/zk/schnorr/k/1", &message_bytes]);
        let commitment = (EdwardsProjective::generator() * nonce).into_affine();
        let challenge = challenge(&commitment, &self.public(), message);
        let reduced = Scalar::from_le_bytes_mod_order(&challenge.into_bigint().to_bytes_le());
        Signature {
            challenge,
            response: nonce + reduced * self.scalar,
        }
    }
}

impl PublicKey {
    /// The field element that stands for the issuer in public inputs.
    pub fn issuer(&self) -> Fr {
        hash(Kind::Issuer, &[self.0.x, self.0.y])
    }

    /// True if the signature is this key's of this message.
    pub fn verify(&self, message: Fr, signature: &Signature) -> bool {
        let minus_e_p = -self.0.mul_bigint(signature.challenge.into_bigint());
        let commitment = EdwardsProjective::generator() * signature.response + minus_e_p;
        challenge(&commitment.into_affine(), self, message) == signature.challenge
    }
}

fn challenge(commitment: &EdwardsAffine, key: &PublicKey, message: Fr) -> Fr {
    let EdwardsAffine { x, y } = *commitment;
    hash(Kind::Challenge, &[x, y, key.0.x, key.0.y, message])
}

/// A scalar without bias worth mentioning, from 64 bytes.
fn wide_scalar(seed: &[u8; 32], info: &[&[u8]]) -> Scalar {
    let mut wide = [0; 64];
    expand(seed, info, &mut wide);
    Scalar::from_le_bytes_mod_order(&wide)
}

fn expand(seed: &[u8; 32], info: &[&[u8]], out: &mut [u8]) {
    Hkdf::<Sha256>::new(None, seed)
        .expand_multi_info(info, out)
        .expect("HKDF gives up to 8,160 bytes");
}

/// Constrains a signature to be that of the issuer whose hash is returned.
///
/// The key is only shown to be on the curve: it is the hash that says whose it is, and an issuer's
/// key is checked when it is registered. Addition on this curve is complete, so no point needs a
/// special case.
pub(crate) fn issuer_var(
    cs: &ConstraintSystemRef<Fr>,
    key: &PublicKey,
    message: &FpVar<Fr>,
    signature: &Signature,
) -> Result<FpVar<Fr>, SynthesisError> {
    let key = EdwardsVar::new_variable_omit_prime_order_check(
        cs.clone(),
        || Ok(key.0.into_group()),
        ark_r1cs_std::alloc::AllocationMode::Witness,
    )?;
    let challenge = FpVar::new_witness(cs.clone(), || Ok(signature.challenge))?;
    let challenge_bits = challenge.to_bits_le()?;
    let response = FpVar::new_witness(cs.clone(), || {
        Fr::from_bigint(signature.response.into_bigint()).ok_or(SynthesisError::AssignmentMissing)
    })?;
    let response_bits = number::bits(cs, &response, SCALAR_BITS)?;

    let mut powers = Vec::with_capacity(SCALAR_BITS);
    let mut power = EdwardsProjective::generator();
    for _ in 0..SCALAR_BITS {
        powers.push(power);
        power.double_in_place();
    }
    let mut commitment = key.scalar_mul_le(challenge_bits.iter())?.negate()?;
    commitment.precomputed_base_scalar_mul_le(response_bits.iter().zip(&powers))?;
    let expected = hash_var(
        cs,
        Kind::Challenge,
        &[
            commitment.x,
            commitment.y,
            key.x.clone(),
            key.y.clone(),
            message.clone(),
        ],
    )?;
    challenge.enforce_equal(&expected)?;
    hash_var(cs, Kind::Issuer, &[key.x, key.y])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_r1cs_std::GR1CSVar;
    use ark_relations::gr1cs::ConstraintSystem;

    fn circuit_accepts(key: &PublicKey, message: Fr, signature: &Signature) -> bool {
        let cs = ConstraintSystem::new_ref();
        let message = FpVar::new_witness(cs.clone(), || Ok(message)).unwrap();
        let issuer = issuer_var(&cs, key, &message, signature).unwrap();
        assert_eq!(issuer.value().unwrap(), key.issuer());
        cs.is_satisfied().unwrap()
    }

    #[test]
    fn the_circuit_and_the_rule_agree() {
        let [key, other] = [7, 8].map(|seed| SecretKey::from_seed(&[seed; 32]));
        for number in 0..3u64 {
            let message = Fr::from(number);
            let signature = key.sign(message);
            let mut moved = signature;
            moved.response += Scalar::from(1);
            let mut zero = signature;
            zero.response = Scalar::from(0);
            for (key, message, signature, holds) in [
                (&key, message, signature, true),
                (&key, message + Fr::from(1), signature, false),
                (&other, message, signature, false),
                (&key, message, moved, false),
                (&key, message, zero, false),
            ] {
                let key = key.public();
                assert_eq!(key.verify(message, &signature), holds);
                assert_eq!(circuit_accepts(&key, message, &signature), holds);
            }
        }
    }

    #[test]
    fn signing_twice_gives_one_signature() {
        let key = SecretKey::from_seed(&[1; 32]);
        assert_eq!(key.sign(Fr::from(5)), key.sign(Fr::from(5)));
        assert_ne!(key.sign(Fr::from(5)), key.sign(Fr::from(6)));
    }
}
