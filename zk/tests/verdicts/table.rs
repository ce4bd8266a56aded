//! The rows: what stays valid, what turns invalid, and the tables of each file.

mod inputs;
mod keys;
mod proofs;

use crate::edit::{Edit, File, Files};
use File::{Key, Proof, Public};
use serde_json::{Value, json};

/// One change to one file, and what is said about it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) file: File,
    pub(crate) edit: Edit,
    pub(crate) verdict: &'static str,
    /// Part of the reason.
    pub(crate) says: &'static str,
}

/// All rows for a curve.
pub(crate) fn rows(files: &Files) -> Vec<Row> {
    let mut rows = well_formed(files);
    rows.extend(inputs::rows(files));
    rows.extend(proofs::rows(files));
    rows.extend(keys::rows(files));
    rows
}

fn well_formed(files: &Files) -> Vec<Row> {
    let [key, proof, public] = [&files.key, &files.proof, &files.public].map(|bytes| parse(bytes));
    let (r, _) = moduli(files.curve);
    let set = Edit::Set;
    vec![
        row(
            "the same, in one line",
            Proof,
            Edit::Whole(proof.to_string().into()),
            "valid",
            "",
        ),
        row(
            "fields in another order",
            Key,
            Edit::Whole(key.to_string().into()),
            "valid",
            "",
        ),
        row(
            "without alphabeta",
            Key,
            Edit::Remove("vk_alphabeta_12"),
            "valid",
            "",
        ),
        row(
            "another first input",
            Public,
            set("/0", json!("266")),
            "invalid",
            "",
        ),
        row(
            "inputs swapped",
            Public,
            set("", json!([public[1], public[0], public[2]])),
            "invalid",
            "",
        ),
        row(
            "the largest input",
            Public,
            set("/2", json!(less_one(r))),
            "invalid",
            "",
        ),
        row(
            "another proof",
            Proof,
            Edit::Whole(files.proof_2.clone()),
            "invalid",
            "",
        ),
        row(
            "A and C swapped",
            Proof,
            set("/pi_a", proof["pi_c"].clone()),
            "invalid",
            "",
        ),
        row(
            "alpha of another key",
            Key,
            Edit::Whole(other_alpha(&key)),
            "invalid",
            "",
        ),
    ]
}

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn row(
    name: &'static str,
    file: File,
    edit: Edit,
    verdict: &'static str,
    says: &'static str,
) -> Row {
    Row {
        name,
        file,
        edit,
        verdict,
        says,
    }
}

/// The orders of the scalar field and of the base field, in decimal.
fn moduli(curve: &str) -> (&'static str, &'static str) {
    if curve == "bn128" {
        (
            "21888242871839275222246405745257275088548364400416034343698204186575808495617",
            "21888242871839275222246405745257275088696311157297823662689037894645226208583",
        )
    } else {
        (
            "52435875175126190479447740508185965837690552500527637822603658699938581184513",
            "4002409555221667393417789825735904156556882819939007885332058136124031650490837864442687629129015664037894272559787",
        )
    }
}

/// The curve that the files are not over.
fn other_curve(files: &Files) -> &'static str {
    if files.curve == "bn128" {
        "bls12381"
    } else {
        "bn128"
    }
}

/// The point at infinity of G1, as snarkjs spells it.
fn infinity_1() -> Value {
    json!(["0", "1", "0"])
}

/// The point at infinity of G2.
fn infinity_2() -> Value {
    json!([["0", "0"], ["1", "0"], ["0", "0"]])
}

fn less_one(modulus: &str) -> String {
    // Both moduli are odd.
    let (rest, last) = modulus.split_at(modulus.len() - 1);
    format!("{rest}{}", last.parse::<u8>().unwrap() - 1)
}

fn other_alpha(key: &Value) -> Vec<u8> {
    let mut key = key.clone();
    key["vk_alpha_1"] = key["IC"][0].clone();
    key.as_object_mut()
        .unwrap()
        .remove("vk_alphabeta_12")
        .unwrap();
    key.to_string().into_bytes()
}
