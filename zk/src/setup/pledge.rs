//! A contributor's number, and the proof that its contributor knew it.

use super::ratio::same_ratio;
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

/// Where the numbers of one contribution come from. Nobody may ever learn it, and nobody needs it
/// again: drop it.
pub struct Secret([u8; 32]);

impl Secret {
    /// From chance of the machine and whatever the contributor adds to it.
    pub fn new(chance: &[u8; 32], added: &[u8]) -> Self {
        let mut secret = [0; 32];
        Hkdf::<Sha256>::new(Some(b"icn/zk/setup/secret/1"), chance)
            .expand(added, &mut secret)
            .expect("HKDF gives up to 8,160 bytes");
        Self(secret)
    }

    /// The number with this name.
    pub(super) fn number(&self, name: &str) -> Fr {
        let mut wide = [0; 64];
        Hkdf::<Sha256>::new(Some(b"icn/zk/setup/number/1"), &self.0)
            .expand(name.as_bytes(), &mut wide)
            .expect("HKDF gives up to 8,160 bytes");
        Fr::from_le_bytes_mod_order(&wide)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What a contribution follows: the hash of all that came before it.
pub(super) type Before = [u8; 32];

/// That somebody knows x: x times the generator, and x times a point that was hashed from it and
/// from all that came before, so that neither was copied from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, CanonicalSerialize, CanonicalDeserialize)]
pub(super) struct Pledge {
    x_g1: G1Affine,
    x_hashed: G2Affine,
}

impl Pledge {
    pub(super) fn new(before: &Before, name: &str, x: Fr) -> Self {
        let x_g1 = (G1Affine::generator() * x).into_affine();
        let hashed = hashed_point(before, name, &x_g1);
        Self {
            x_g1,
            x_hashed: (hashed * x).into_affine(),
        }
    }

    /// True if `new` is x times `old`, for an x that the contributor knew.
    pub(super) fn holds(&self, before: &Before, name: &str, old: G1Affine, new: G1Affine) -> bool {
        let hashed = hashed_point(before, name, &self.x_g1);
        let ratio = (hashed, self.x_hashed);
        same_ratio((G1Affine::generator(), self.x_g1), ratio) && same_ratio((old, new), ratio)
    }
}

/// A point of G2 whose logarithm nobody knows.
fn hashed_point(before: &Before, name: &str, x_g1: &G1Affine) -> G2Affine {
    let mut bytes = Vec::new();
    x_g1.serialize_compressed(&mut bytes)
        .expect("memory takes all bytes");
    let seed = Sha256::new_with_prefix(b"icn/zk/setup/pledge/1")
        .chain_update(before)
        .chain_update(name)
        .chain_update(bytes)
        .finalize();
    let found = (0u32..).find_map(|attempt| {
        let part = |which: u8| {
            let hash = |half: u8| {
                let hash = Sha256::new_with_prefix(seed);
                hash.chain_update(attempt.to_le_bytes())
                    .chain_update([which, half])
                    .finalize()
            };
            Fq::from_le_bytes_mod_order(&[hash(0), hash(1)].concat())
        };
        let x = Fq2::new(part(0), part(1));
        let point = G2Affine::get_point_from_x_unchecked(x, false)?.clear_cofactor();
        (!point.is_zero()).then_some(point)
    });
    found.expect("every second number is the coordinate of a point")
}
