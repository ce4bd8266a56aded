//! Why a key, a proof or its inputs are refused before any pairing.

use crate::curve::Curve;
use std::fmt;

/// Why no verdict on a proof was possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Bytes that are not what they are said to be.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A key that is well-formed and must not be trusted.
    #[error("the verification key is refused: {0}")]
    BadKey(#[from] KeyFault),
}

/// What is wrong with bytes that should be a key, a proof or public inputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// More bytes than such a file may have.
    #[error("{what} has {bytes} bytes; the most is {max}")]
    TooLarge {
        /// Which file.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The bound.
        max: usize,
    },
    /// Not the JSON that snarkjs writes: a missing, unknown or repeated field, a number where a
    /// string belongs, an escape in a string, a wrong number of coordinates.
    #[error("{what} is not in the form of snarkjs: {reason}")]
    Json {
        /// Which file.
        what: &'static str,
        /// What the reader says.
        reason: String,
    },
    /// A protocol other than Groth16.
    #[error("{what} is of another protocol than `groth16`")]
    Protocol {
        /// Which file.
        what: &'static str,
    },
    /// A curve that is not taken.
    #[error("{what} names a curve that is not taken: use `bn128` or `bls12381`")]
    Curve {
        /// Which file.
        what: &'static str,
    },
    /// A proof over another curve than the key's.
    #[error("the proof is over {proof}, the verification key over {key}")]
    OtherCurve {
        /// The proof's curve.
        proof: Curve,
        /// The key's.
        key: Curve,
    },
    /// A field element that is not in its one spelling.
    #[error("{at}: {fault}")]
    Element {
        /// Where it stands.
        at: Place,
        /// What is wrong with it.
        fault: ElementFault,
    },
    /// A third coordinate that is not 1.
    #[error("{at}: the third coordinate must be 1")]
    NotAffine {
        /// Which point.
        at: Place,
    },
    /// Coordinates that do not satisfy the curve's equation.
    #[error("{at}: the point is not on the curve")]
    OffCurve {
        /// Which point.
        at: Place,
    },
    /// A point on the curve, outside the subgroup of prime order.
    #[error("{at}: the point is on the curve, but not in its subgroup of prime order")]
    OffGroup {
        /// Which point.
        at: Place,
    },
    /// Another number of inputs than the key has.
    #[error("the verification key takes {expected} public inputs, not {found}")]
    InputCount {
        /// The key's number.
        expected: usize,
        /// The number given.
        found: usize,
    },
    /// More inputs than any key may have.
    #[error("{found} public inputs are too many: the most is {max}")]
    TooManyInputs {
        /// The number given.
        found: usize,
        /// The bound.
        max: usize,
    },
}

/// Why a text is not a field element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementFault {
    /// A sign, a point, a space, a letter, or nothing at all.
    #[error("a field element is written in decimal digits only")]
    Digits,
    /// A zero in front of other digits.
    #[error("a field element is written without leading zeros")]
    LeadingZero,
    /// A value that is not below the field's modulus.
    #[error("a field element must be below the field's modulus")]
    Modulus,
}

/// What makes a well-formed key worthless: with most of these, anybody can forge proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// A point at infinity.
    #[error("{at} is the point at infinity, so that a part of the statement is not checked")]
    Infinity {
        /// Which point.
        at: Place,
    },
    /// Two of beta, gamma and delta are the same or opposite.
    #[error(
        "{one} and {two} are equal or opposite, so that anybody can forge proofs; \
         was phase 2 of the setup skipped?"
    )]
    Related {
        /// The one.
        one: Place,
        /// The other.
        two: Place,
    },
    /// No points for inputs at all, not even for the constant.
    #[error("IC is empty")]
    NoInputPoints,
    /// `nPublic` does not count the points.
    #[error(
        "nPublic is {n_public}, which with the constant needs one point more than that in IC, not {points}"
    )]
    InputPoints {
        /// What `nPublic` says.
        n_public: u32,
        /// The points that are there.
        points: usize,
    },
    /// The pairing of alpha and beta that the file states is not theirs.
    #[error("vk_alphabeta_12 is not the pairing of vk_alpha_1 and vk_beta_2")]
    AlphaBeta,
}

/// Where in a file something stands, by the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The field, or what an element of the list is called.
    pub field: &'static str,
    /// Which element of a list.
    pub index: Option<usize>,
}

impl Place {
    pub(crate) const fn of(field: &'static str) -> Self {
        Self { field, index: None }
    }

    pub(crate) const fn nth(field: &'static str, index: usize) -> Self {
        Self {
            field,
            index: Some(index),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "{}[{index}]", self.field),
            None => f.write_str(self.field),
        }
    }
}
