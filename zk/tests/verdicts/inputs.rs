//! Public inputs that are none.

use super::{Row, moduli, row};
use crate::edit::{Edit, File, Files};
use File::Public;
use serde_json::json;

pub(super) fn rows(files: &Files) -> Vec<Row> {
    let (r, _) = moduli(files.curve);
    let set = Edit::Set;
    vec![
        row(
            "an input of r",
            Public,
            set("/0", json!(r)),
            "malformed",
            "input[0]: a field element must be below",
        ),
        row(
            "an input of 5 + r",
            Public,
            set("/1", json!(plus_five(r))),
            "malformed",
            "input[1]: a field element must be below",
        ),
        row(
            "an input of 600 digits",
            Public,
            set("/1", json!("9".repeat(600))),
            "malformed",
            "below",
        ),
        row(
            "a negative input",
            Public,
            set("/1", json!("-5")),
            "malformed",
            "decimal digits",
        ),
        row(
            "an input with a plus",
            Public,
            set("/1", json!("+5")),
            "malformed",
            "decimal digits",
        ),
        row(
            "an input with a leading zero",
            Public,
            set("/1", json!("05")),
            "malformed",
            "leading zeros",
        ),
        row(
            "an input in hex",
            Public,
            set("/1", json!("0x5")),
            "malformed",
            "decimal digits",
        ),
        row(
            "an empty input",
            Public,
            set("/1", json!("")),
            "malformed",
            "decimal digits",
        ),
        row(
            "an input with a space",
            Public,
            set("/1", json!(" 5")),
            "malformed",
            "decimal digits",
        ),
        row(
            "a number as input",
            Public,
            set("/1", json!(5)),
            "malformed",
            "snarkjs",
        ),
        row(
            "null as input",
            Public,
            set("/1", json!(null)),
            "malformed",
            "snarkjs",
        ),
        row(
            "a digit as an escape",
            Public,
            Edit::Replace("\"5\"", "\"\\u0035\""),
            "malformed",
            "snarkjs",
        ),
        row(
            "one input less",
            Public,
            set("", json!(["265", "5"])),
            "malformed",
            "takes 3 public inputs, not 2",
        ),
        row(
            "one input more",
            Public,
            Edit::Push("", json!("0")),
            "malformed",
            "takes 3 public inputs, not 4",
        ),
        row(
            "no inputs",
            Public,
            set("", json!([])),
            "malformed",
            "takes 3 public inputs, not 0",
        ),
        row(
            "inputs as an object",
            Public,
            set("", json!({"0": "265"})),
            "malformed",
            "snarkjs",
        ),
        row(
            "inputs and a tail",
            Public,
            Edit::Replace("]", "]]"),
            "malformed",
            "snarkjs",
        ),
        row(
            "inputs of 200 KiB",
            Public,
            Edit::Whole(vec![b' '; 200 << 10]),
            "malformed",
            "the most is",
        ),
        row(
            "inputs not UTF-8",
            Public,
            Edit::Whole(b"[\"\xff\"]".to_vec()),
            "malformed",
            "snarkjs",
        ),
        row(
            "inputs nested deep",
            Public,
            Edit::Whole(vec![b'['; 100_000]),
            "malformed",
            "snarkjs",
        ),
    ]
}

fn plus_five(modulus: &str) -> String {
    // The last digits of the scalar fields' moduli are 17 and 13.
    let (rest, last) = modulus.split_at(modulus.len() - 2);
    format!("{rest}{}", last.parse::<u8>().unwrap() + 5)
}
