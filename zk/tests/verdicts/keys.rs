//! Keys that are none, and keys that are worthless.

use super::{Row, infinity_1, infinity_2, moduli, other_curve, parse, row};
use crate::edit::{Edit, File, Files};
use crate::points;
use File::Key;
use serde_json::{Value, json};

pub(super) fn rows(files: &Files) -> Vec<Row> {
    let key = parse(&files.key);
    let (_, q) = moduli(files.curve);
    let set = Edit::Set;
    let mut rows = vec![
        // Keys that are not well-formed.
        row(
            "not JSON",
            Key,
            Edit::Whole(b"icn".to_vec()),
            "malformed",
            "snarkjs",
        ),
        row(
            "a key of another protocol",
            Key,
            set("/protocol", json!("fflonk")),
            "malformed",
            "another protocol",
        ),
        row(
            "a key of the other curve",
            Key,
            set("/curve", json!(other_curve(files))),
            "malformed",
            "",
        ),
        row(
            "alpha off the curve",
            Key,
            set("/vk_alpha_1/1", json!("3")),
            "malformed",
            "vk_alpha_1: the point is not on",
        ),
        row(
            "IC off the curve",
            Key,
            set("/IC/2/0", json!("3")),
            "malformed",
            "IC[2]: the point is not on",
        ),
        row(
            "delta outside the group",
            Key,
            set("/vk_delta_2", points::outside_g2(files.curve)),
            "malformed",
            "vk_delta_2: the point is on the curve, but",
        ),
        row(
            "gamma twice",
            Key,
            Edit::Replace("{", "{\"vk_gamma_2\": [],"),
            "malformed",
            "snarkjs",
        ),
        row(
            "nPublic as text",
            Key,
            set("/nPublic", json!("3")),
            "malformed",
            "snarkjs",
        ),
        row(
            "nPublic below zero",
            Key,
            set("/nPublic", json!(-1)),
            "malformed",
            "snarkjs",
        ),
        row(
            "alphabeta null",
            Key,
            set("/vk_alphabeta_12", json!(null)),
            "malformed",
            "snarkjs",
        ),
        row(
            "alphabeta of letters",
            Key,
            set("/vk_alphabeta_12/0/0/0", json!("a")),
            "malformed",
            "decimal digits",
        ),
        row(
            "IC of 1,026 points",
            Key,
            set("/IC", json!(vec![key["IC"][0].clone(); 1_026])),
            "malformed",
            "too many",
        ),
        row(
            "a key of 600 KiB",
            Key,
            Edit::Whole(vec![b' '; 600 << 10]),
            "malformed",
            "the most is",
        ),
        // Keys that are well-formed and worthless.
        row(
            "phase 2 skipped",
            Key,
            Edit::Whole(files.key_without_phase_2.clone()),
            "bad_key",
            "vk_gamma_2 and vk_delta_2",
        ),
        row(
            "gamma is delta",
            Key,
            set("/vk_gamma_2", key["vk_delta_2"].clone()),
            "bad_key",
            "vk_gamma_2 and vk_delta_2",
        ),
        row(
            "gamma is -delta",
            Key,
            set("/vk_gamma_2", opposite(&key["vk_delta_2"], q)),
            "bad_key",
            "equal or opposite",
        ),
        row(
            "beta is gamma",
            Key,
            set("/vk_beta_2", key["vk_gamma_2"].clone()),
            "bad_key",
            "vk_beta_2 and vk_gamma_2",
        ),
        row(
            "beta is -gamma",
            Key,
            set("/vk_beta_2", opposite(&key["vk_gamma_2"], q)),
            "bad_key",
            "equal or opposite",
        ),
        row(
            "beta is delta",
            Key,
            set("/vk_beta_2", key["vk_delta_2"].clone()),
            "bad_key",
            "vk_beta_2 and vk_delta_2",
        ),
        row(
            "alpha at infinity",
            Key,
            set("/vk_alpha_1", infinity_1()),
            "bad_key",
            "vk_alpha_1 is the point",
        ),
        row(
            "beta at infinity",
            Key,
            set("/vk_beta_2", infinity_2()),
            "bad_key",
            "vk_beta_2 is the point",
        ),
        row(
            "gamma at infinity",
            Key,
            set("/vk_gamma_2", infinity_2()),
            "bad_key",
            "vk_gamma_2 is the point",
        ),
        row(
            "delta at infinity",
            Key,
            set("/vk_delta_2", infinity_2()),
            "bad_key",
            "vk_delta_2 is the point",
        ),
        row(
            "the constant at infinity",
            Key,
            set("/IC/0", infinity_1()),
            "bad_key",
            "IC[0] is the point",
        ),
        row(
            "an input at infinity",
            Key,
            set("/IC/3", infinity_1()),
            "bad_key",
            "IC[3] is the point",
        ),
        row(
            "no IC",
            Key,
            set("/IC", json!([])),
            "bad_key",
            "IC is empty",
        ),
        row(
            "one IC less",
            Key,
            set("/nPublic", json!(4)),
            "bad_key",
            "nPublic is 4",
        ),
        row(
            "one IC more",
            Key,
            Edit::Push("/IC", key["IC"][1].clone()),
            "bad_key",
            "nPublic is 3",
        ),
        row(
            "nPublic at its end",
            Key,
            set("/nPublic", json!(u32::MAX)),
            "bad_key",
            "nPublic",
        ),
        row(
            "alphabeta of others",
            Key,
            set("/vk_alphabeta_12/1/2/1", json!("3")),
            "bad_key",
            "vk_alphabeta_12 is not",
        ),
    ];
    if let Some(outside) = points::outside_g1(files.curve) {
        let says = "the point is on the curve, but";
        rows.extend([
            row(
                "alpha outside",
                Key,
                set("/vk_alpha_1", outside.clone()),
                "malformed",
                says,
            ),
            row("IC outside", Key, set("/IC/1", outside), "malformed", says),
        ]);
    }
    rows
}

/// `q - text`, in decimal.
fn complement(text: &str, q: &str) -> String {
    let width = q.len();
    let digits = |text: &str| -> Vec<i8> {
        format!("{text:0>width$}")
            .bytes()
            .rev()
            .map(|b| (b - b'0').cast_signed())
            .collect()
    };
    let mut borrow = 0;
    let mut out: Vec<u8> = Vec::new();
    for (of_q, of_text) in digits(q).into_iter().zip(digits(text)) {
        let digit = of_q - of_text - borrow;
        borrow = i8::from(digit < 0);
        out.push(b'0' + digit.rem_euclid(10).cast_unsigned());
    }
    out.reverse();
    let out = String::from_utf8(out).unwrap();
    out.trim_start_matches('0').to_owned()
}

fn opposite(point: &Value, q: &str) -> Value {
    let part = |at: usize| complement(point[1][at].as_str().unwrap(), q);
    json!([point[0], [part(0), part(1)], point[2]])
}
