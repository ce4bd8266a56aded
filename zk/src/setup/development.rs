//! Keys for trying things out: their secrets are known to all, and so are they.

use super::ProvingKey;
use super::pledge::Secret;
use crate::circuits::{Circuit, Synthesis};
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_groth16::{Groth16, VerifyingKey};
use ark_std::rand::{Error, RngCore};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

fn number(name: &str) -> Fr {
    Secret::new(&[0; 32], b"icn/zk/development/1").number(name)
}

/// A circuit's key from public secrets: the same everywhere, in a second instead of a ceremony.
pub fn development_key<C: Circuit>() -> ProvingKey {
    let [alpha, beta, delta] = ["alpha", "beta", "delta"].map(number);
    Groth16::<Bn254>::generate_parameters_with_qap(
        Synthesis(&C::shape()),
        alpha,
        beta,
        Fr::from(1),
        delta,
        G1Projective::generator(),
        G2Projective::generator(),
        &mut Numbers(0),
    )
    .expect("a shape can be laid out")
}

/// The points by which a development key is known.
static POINTS: LazyLock<(G1Affine, G2Affine, G2Affine)> = LazyLock::new(|| {
    let [beta, delta] = ["beta", "delta"].map(|name| G2Affine::generator() * number(name));
    (
        (G1Affine::generator() * number("alpha")).into_affine(),
        beta.into_affine(),
        delta.into_affine(),
    )
});

/// True of a key whose powers or whose delta nobody has contributed to.
pub(crate) fn is_development(key: &VerifyingKey<Bn254>) -> bool {
    let (alpha, beta, delta) = *POINTS;
    key.alpha_g1 == alpha || key.beta_g2 == beta || key.delta_g2 == delta
}

/// The source of tau: numbers that look like chance and are always the same.
struct Numbers(u64);

impl RngCore for Numbers {
    fn next_u64(&mut self) -> u64 {
        self.0 += 1;
        let hash = Sha256::new_with_prefix(b"icn/zk/development/tau/1");
        let digest: [u8; 32] = hash.chain_update(self.0.to_le_bytes()).finalize().into();
        let (words, _) = digest.as_chunks();
        u64::from_le_bytes(words[0])
    }

    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let bytes = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(out);
        Ok(())
    }
}
