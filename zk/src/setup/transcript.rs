//! What is written down of a setup, and how anyone checks it.

use super::pledge::{Before, Pledge, Secret};
use super::powers::multiplied_g1;
use super::ratio::{factors, same_ratio, sums_g1};
use super::{Powers, ProvingKey, development, proving_key_bytes, specialise};
use crate::circuits::Circuit;
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use icn_base::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// Contributions that one phase may have.
const STEPS_MAX: usize = 1_024;

/// A setup, step by step: with the files of the powers and of the key it can be checked by anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// The circuit's name.
    pub circuit: String,
    /// Counts changes of its constraints.
    pub version: u32,
    /// The contributions to the powers, in order.
    pub powers: Vec<PowersStep>,
    /// The contributions to the key, in order.
    pub key: Vec<KeyStep>,
}

/// A contribution to the powers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, CanonicalSerialize, CanonicalDeserialize)]
pub struct PowersStep {
    /// Of tau, alpha and beta.
    pub(super) pledges: [Pledge; 3],
    /// tau, alpha and beta after it.
    pub(super) heads: [G1Affine; 3],
    /// sha2-256 of the file after it.
    pub(super) powers: [u8; 32],
}

/// A contribution to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, CanonicalSerialize, CanonicalDeserialize)]
pub struct KeyStep {
    pledge: Pledge,
    /// delta after it.
    delta: G1Affine,
    /// sha2-256 of the proving key's file after it.
    key: [u8; 32],
}

/// What is wrong with a setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupFault {
    /// The transcript is another circuit's.
    #[error("the transcript is of another circuit, or of another version of it")]
    OtherCircuit,
    /// Nobody has contributed.
    #[error("nobody has contributed to the {0}")]
    NoContribution(&'static str),
    /// More contributions than are read.
    #[error("the transcript has more than 1,024 contributions")]
    TooMany,
    /// A contribution that does not follow from what was there before it, or whose contributor
    /// did not know the number.
    #[error("contribution {1} to the {0} does not follow from what came before it")]
    Contribution(&'static str, usize),
    /// The file is not what the last contribution led to.
    #[error("the powers are not those that the last contribution led to")]
    OtherPowers,
    /// The same of the key.
    #[error("the key is not the one that the last contribution led to")]
    OtherKey,
    /// Points that do not belong together.
    #[error("{0} are not consistent")]
    Inconsistent(&'static str),
    /// The powers are too few.
    #[error("the powers are too few for this circuit")]
    TooSmall,
    /// A key of secrets that everybody knows.
    #[error("this is a development key: its secrets are public")]
    Development,
}

impl PowersStep {
    /// The hash of all steps so far.
    pub(super) fn chain(steps: &[Self]) -> Before {
        chain(b"icn/zk/setup/powers/1", steps)
    }

    pub(super) fn follows(&self, before: &Before, old: &[G1Affine; 3]) -> bool {
        let names = ["tau", "alpha", "beta"];
        let mut parts = names
            .iter()
            .zip(&self.pledges)
            .zip(old.iter().zip(&self.heads));
        parts.all(|((name, pledge), (old, new))| pledge.holds(before, name, *old, *new))
    }
}

/// Multiplies the key's delta by a number of the contributor's.
pub fn contribute(
    mut key: ProvingKey,
    powers: &[PowersStep],
    before: &[KeyStep],
    secret: &Secret,
) -> (ProvingKey, KeyStep) {
    let delta = secret.number("delta");
    let inverse = delta
        .inverse()
        .expect("a number is zero with chance 2^-254");
    let all = |points: &[G1Affine]| multiplied_g1(points, &vec![inverse; points.len()]);
    key.delta_g1 = (key.delta_g1 * delta).into_affine();
    key.vk.delta_g2 = (key.vk.delta_g2 * delta).into_affine();
    key.l_query = all(&key.l_query);
    key.h_query = all(&key.h_query);
    let step = KeyStep {
        pledge: Pledge::new(&key_chain(powers, before), "delta", delta),
        delta: key.delta_g1,
        key: digest(&key),
    };
    (key, step)
}

impl Transcript {
    /// Begins a transcript for a circuit on these contributions to the powers.
    pub fn new<C: Circuit>(powers: Vec<PowersStep>) -> Self {
        Self {
            circuit: C::NAME.to_owned(),
            version: C::VERSION,
            powers,
            key: Vec::new(),
        }
    }

    /// Checks everything: that each contribution follows from the one before, that the powers are
    /// powers, that the key is this circuit's on these powers, and that delta is what its
    /// contributors made it. Takes as long as making the key.
    pub fn check<C: Circuit>(&self, powers: &Powers, key: &ProvingKey) -> Result<(), SetupFault> {
        if self.circuit != C::NAME || self.version != C::VERSION {
            return Err(SetupFault::OtherCircuit);
        }
        if self.powers.len() > STEPS_MAX || self.key.len() > STEPS_MAX {
            return Err(SetupFault::TooMany);
        }
        powers.check(&self.powers)?;
        self.check_delta(key)?;
        let first = specialise::<C>(powers).ok_or(SetupFault::TooSmall)?;
        is_grown_from(&first, key)?;
        if development::is_development(&key.vk) {
            return Err(SetupFault::Development);
        }
        Ok(())
    }

    fn check_delta(&self, key: &ProvingKey) -> Result<(), SetupFault> {
        let last = self.key.last().ok_or(SetupFault::NoContribution("key"))?;
        if last.delta != key.delta_g1 || last.key != digest(key) {
            return Err(SetupFault::OtherKey);
        }
        let mut old = G1Affine::generator();
        for (index, step) in self.key.iter().enumerate() {
            let before = key_chain(&self.powers, &self.key[..index]);
            if !step.pledge.holds(&before, "delta", old, step.delta) {
                return Err(SetupFault::Contribution("key", index));
            }
            old = step.delta;
        }
        Ok(())
    }
}

/// True of a key that differs from the first one by delta alone.
fn is_grown_from(first: &ProvingKey, key: &ProvingKey) -> Result<(), SetupFault> {
    let mut without = key.clone();
    without.delta_g1 = first.delta_g1;
    without.vk.delta_g2 = first.vk.delta_g2;
    without.l_query.clone_from(&first.l_query);
    without.h_query.clone_from(&first.h_query);
    if without != *first {
        return Err(SetupFault::Inconsistent("the key and the powers"));
    }
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    let seed = digest(key);
    let divided = |name: &str, new: &[G1Affine], old: &[G1Affine]| {
        let factors = factors(&seed, name, old.len());
        new.len() == old.len() && same_ratio(sums_g1(&factors, new, old), (g2, key.vk.delta_g2))
    };
    if same_ratio((g1, key.delta_g1), (g2, key.vk.delta_g2))
        && divided("l", &key.l_query, &first.l_query)
        && divided("h", &key.h_query, &first.h_query)
    {
        Ok(())
    } else {
        Err(SetupFault::Inconsistent("the key and its delta"))
    }
}

fn digest(key: &ProvingKey) -> [u8; 32] {
    Sha256::digest(proving_key_bytes(key)).into()
}

fn key_chain(powers: &[PowersStep], steps: &[KeyStep]) -> Before {
    let mut hash = Sha256::new_with_prefix(PowersStep::chain(powers));
    hash.update(chain(b"icn/zk/setup/key/1", steps));
    hash.finalize().into()
}

fn chain<T: CanonicalSerialize>(domain: &[u8], steps: &[T]) -> Before {
    let mut hash = Sha256::new_with_prefix(domain);
    for step in steps {
        hash.update(bytes(step));
    }
    hash.finalize().into()
}

fn bytes<T: CanonicalSerialize>(step: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    step.serialize_compressed(&mut bytes)
        .expect("memory takes all bytes");
    bytes
}

fn read<'de, T: CanonicalDeserialize, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let bytes = Bytes::deserialize(from)?;
    let mut rest: &[u8] = &bytes;
    let step = T::deserialize_compressed(&mut rest);
    match step {
        Ok(step) if rest.is_empty() => Ok(step),
        _ => Err(de::Error::custom("a contribution is not what it should be")),
    }
}

impl Serialize for PowersStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Bytes(bytes(self)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PowersStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer)
    }
}

impl Serialize for KeyStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Bytes(bytes(self)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeyStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer)
    }
}
