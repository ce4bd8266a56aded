//! Proofs that are none.

use super::{Row, infinity_1, infinity_2, moduli, other_curve, parse, row};
use crate::edit::{Edit, File, Files};
use crate::points;
use File::Proof;
use serde_json::{Value, json};

pub(super) fn rows(files: &Files) -> Vec<Row> {
    let proof = parse(&files.proof);
    let (_, q) = moduli(files.curve);
    let set = Edit::Set;
    let mut rows = vec![
        row(
            "A off the curve",
            Proof,
            set("/pi_a/0", json!("1")),
            "malformed",
            "pi_a: the point is not on the curve",
        ),
        row(
            "A at the origin",
            Proof,
            set("/pi_a", json!(["0", "0", "1"])),
            "malformed",
            "not on the curve",
        ),
        row(
            "A at infinity",
            Proof,
            set("/pi_a", infinity_1()),
            "malformed",
            "third coordinate",
        ),
        row(
            "B at infinity",
            Proof,
            set("/pi_b", infinity_2()),
            "malformed",
            "third coordinate",
        ),
        row(
            "C at infinity",
            Proof,
            set("/pi_c", infinity_1()),
            "malformed",
            "third coordinate",
        ),
        row(
            "z of 2",
            Proof,
            set("/pi_a/2", json!("2")),
            "malformed",
            "third coordinate",
        ),
        row(
            "z of B with a part",
            Proof,
            set("/pi_b/2/1", json!("1")),
            "malformed",
            "third coordinate",
        ),
        row(
            "a coordinate of q",
            Proof,
            set("/pi_a/0", json!(q)),
            "malformed",
            "below the field's modulus",
        ),
        row(
            "B off the curve",
            Proof,
            set("/pi_b/0/0", json!("7")),
            "malformed",
            "pi_b: the point is not on the curve",
        ),
        row(
            "B with its parts swapped",
            Proof,
            Edit::Whole(swapped(&proof)),
            "malformed",
            "pi_b: the point is not on",
        ),
        row(
            "B outside the group",
            Proof,
            set("/pi_b", points::outside_g2(files.curve)),
            "malformed",
            "pi_b: the point is on the curve, but",
        ),
        row(
            "A of two coordinates",
            Proof,
            set("/pi_a", json!(["1", "2"])),
            "malformed",
            "snarkjs",
        ),
        row(
            "A of four coordinates",
            Proof,
            Edit::Push("/pi_a", json!("1")),
            "malformed",
            "snarkjs",
        ),
        row(
            "a number as coordinate",
            Proof,
            set("/pi_a/2", json!(1)),
            "malformed",
            "snarkjs",
        ),
        row("no C", Proof, Edit::Remove("pi_c"), "malformed", "snarkjs"),
        row(
            "C twice",
            Proof,
            Edit::Replace("{", "{\"pi_c\": [\"0\",\"1\",\"0\"],"),
            "malformed",
            "duplicate field",
        ),
        row(
            "a field too many",
            Proof,
            Edit::Replace("{", "{\"pi_d\": \"0\","),
            "malformed",
            "unknown field",
        ),
        row(
            "another protocol",
            Proof,
            set("/protocol", json!("plonk")),
            "malformed",
            "another protocol",
        ),
        row(
            "no protocol",
            Proof,
            Edit::Remove("protocol"),
            "malformed",
            "snarkjs",
        ),
        row(
            "the other curve",
            Proof,
            set("/curve", json!(other_curve(files))),
            "malformed",
            "the proof is over",
        ),
        row(
            "an unknown curve",
            Proof,
            set("/curve", json!("BN128")),
            "malformed",
            "curve that is not taken",
        ),
        row(
            "a proof of 5 KiB",
            Proof,
            Edit::Whole(vec![b' '; 5 << 10]),
            "malformed",
            "the most is",
        ),
        row(
            "an empty proof",
            Proof,
            Edit::Whole(vec![]),
            "malformed",
            "snarkjs",
        ),
    ];
    if let Some(outside) = points::outside_g1(files.curve) {
        let says = "the point is on the curve, but";
        rows.extend([
            row(
                "A outside the group",
                Proof,
                set("/pi_a", outside.clone()),
                "malformed",
                says,
            ),
            row(
                "C outside the group",
                Proof,
                set("/pi_c", outside),
                "malformed",
                says,
            ),
        ]);
    }
    rows
}

/// B as smart contracts want it, the parts of each coordinate swapped.
fn swapped(proof: &Value) -> Vec<u8> {
    let mut proof = proof.clone();
    for coordinate in 0..2 {
        proof["pi_b"][coordinate].as_array_mut().unwrap().reverse();
    }
    proof.to_string().into_bytes()
}
