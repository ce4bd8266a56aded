//! The files of snarkjs as they stand on paper: fields, strings, nesting. What they mean is for
//! [`element`] and [`point`].
//!
//! Reading borrows every string from the file, which also refuses escapes: a digit has one
//! spelling. serde refuses fields that are unknown, missing or there twice.

pub(crate) mod element;
pub(crate) mod point;

use crate::curve::Curve;
use crate::error::Malformed;
use serde::{Deserialize, Deserializer, Serialize};

/// Three coordinates of a point of G1.
pub(crate) type G1<T> = [T; 3];
/// Three coordinates of a point of G2, each a pair.
pub(crate) type G2<T> = [[T; 2]; 3];
/// An element of the field that pairings end in: two of three pairs.
pub(crate) type Gt<T> = [[[T; 2]; 3]; 2];

/// `verification_key.json`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile<T> {
    pub(crate) protocol: T,
    pub(crate) curve: T,
    #[serde(rename = "nPublic")]
    pub(crate) n_public: u32,
    pub(crate) vk_alpha_1: G1<T>,
    pub(crate) vk_beta_2: G2<T>,
    pub(crate) vk_gamma_2: G2<T>,
    pub(crate) vk_delta_2: G2<T>,
    /// Some writers leave it out: it follows from alpha and beta.
    #[serde(
        default = "absent",
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) vk_alphabeta_12: Option<Gt<T>>,
    #[serde(rename = "IC")]
    pub(crate) ic: Vec<G1<T>>,
}

/// `proof.json`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofFile<T> {
    pub(crate) pi_a: G1<T>,
    pub(crate) pi_b: G2<T>,
    pub(crate) pi_c: G1<T>,
    pub(crate) protocol: T,
    pub(crate) curve: T,
}

const PROTOCOL: &str = "groth16";

fn absent<T>() -> Option<T> {
    None
}

/// Reads a field that is there, so that `null` is no second spelling of a field left out.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads a file of at most `max` bytes.
pub(crate) fn read<'de, T: Deserialize<'de>>(
    what: &'static str,
    bytes: &'de [u8],
    max: usize,
) -> Result<T, Malformed> {
    if bytes.len() > max {
        return Err(Malformed::TooLarge {
            what,
            bytes: bytes.len(),
            max,
        });
    }
    serde_json::from_slice(bytes).map_err(|error| Malformed::Json {
        what,
        reason: shortened(&error.to_string()),
    })
}

/// Checks the two tags that keys and proofs carry.
pub(crate) fn tags(what: &'static str, protocol: &str, curve: &str) -> Result<Curve, Malformed> {
    if protocol != PROTOCOL {
        return Err(Malformed::Protocol { what });
    }
    Curve::from_tag(curve).ok_or(Malformed::Curve { what })
}

/// The two tags, to be written.
pub(crate) fn tags_of(curve: Curve) -> (String, String) {
    (PROTOCOL.to_owned(), curve.tag().to_owned())
}

/// Writes a file the way snarkjs does: one space of indentation, no newline at the end.
pub(crate) fn write(file: &impl Serialize) -> String {
    let mut out = Vec::new();
    let form = serde_json::ser::PrettyFormatter::with_indent(b" ");
    file.serialize(&mut serde_json::Serializer::with_formatter(&mut out, form))
        .expect("strings and small numbers can be written to memory");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// The reader quotes what it found, and that may be long.
fn shortened(reason: &str) -> String {
    const CHARS_MAX: usize = 160;
    match reason.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &reason[..end]),
        None => reason.to_owned(),
    }
}
