//! Proofs: three points, each shown to be in its group.

use crate::curve::{Curve, Engine, Point};
use crate::error::{Malformed, Place};
use crate::json::{self, ProofFile, point};

const WHAT: &str = "the proof";

/// A proof whose points are in their groups, and none of them at infinity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proof<E: Engine>(pub(crate) ark_groth16::Proof<E>);

/// A proof file, read as far as its form goes.
pub(crate) fn open(bytes: &[u8]) -> Result<(Curve, ProofFile<&str>), Malformed> {
    let file: ProofFile<&str> = json::read(WHAT, bytes, crate::limits::PROOF_BYTES_MAX)?;
    let curve = json::tags(WHAT, file.protocol, file.curve)?;
    Ok((curve, file))
}

impl<E: Engine> Proof<E> {
    /// Checks the points: digits and equations of all of them before the first group.
    pub(crate) fn read(file: &ProofFile<&str>) -> Result<Self, Malformed> {
        let [at_a, at_b, at_c] = ["pi_a", "pi_b", "pi_c"].map(Place::of);
        let a = finite(point::read_g1::<E>(&file.pi_a, at_a)?, at_a)?;
        let c = finite(point::read_g1::<E>(&file.pi_c, at_c)?, at_c)?;
        let b = finite(point::read_g2::<E>(&file.pi_b, at_b)?, at_b)?;
        for (is_in, at) in [(E::in_g1(&a), at_a), (E::in_g1(&c), at_c)] {
            if !is_in {
                return Err(Malformed::OffGroup { at });
            }
        }
        if !E::in_g2(&b) {
            return Err(Malformed::OffGroup { at: at_b });
        }
        Ok(Self(ark_groth16::Proof { a, b, c }))
    }

    /// Writes `proof.json`.
    #[cfg(feature = "prove")]
    pub(crate) fn to_json(&self) -> String {
        let (protocol, curve) = json::tags_of(E::CURVE);
        json::write(&ProofFile {
            pi_a: point::write_g1::<E>(&self.0.a),
            pi_b: point::write_g2::<E>(&self.0.b),
            pi_c: point::write_g1::<E>(&self.0.c),
            protocol,
            curve,
        })
    }
}

/// A proof has no business at infinity: honest provers meet it with probability 2^-254.
fn finite<P: Point>(read: point::Read<P>, at: Place) -> Result<P, Malformed> {
    match read {
        point::Read::Point(point) => Ok(point),
        point::Read::Infinity => Err(Malformed::NotAffine { at }),
    }
}
