//! `icn zk circuits`: what is built in.

use crate::answer::Answer;
use icn_zk::circuits::{Description, built_in};
use serde_json::json;

pub(crate) fn run() -> Answer {
    let circuits = built_in();
    let text: String = circuits.iter().map(line).collect();
    let json: Vec<_> = circuits
        .iter()
        .map(|circuit| {
            json!({
                "name": circuit.name,
                "version": circuit.version,
                "curve": "bn128",
                "constraints": circuit.constraints,
                "inputs": circuit.inputs,
            })
        })
        .collect();
    Answer::new(text, json)
}

fn line(circuit: &Description) -> String {
    let Description {
        name,
        version,
        inputs,
        constraints,
    } = circuit;
    let inputs = inputs.join(" ");
    format!("{name} {version}  {constraints} constraints  {inputs}\n")
}
