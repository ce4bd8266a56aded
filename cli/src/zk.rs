//! `icn zk`: proofs that show nothing but what they state.

mod circuits;
pub(crate) mod prove;
mod setup;
mod verify;

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use clap::Subcommand;
use icn_zk::circuits::BuiltIn;

/// Zero-knowledge proofs: Groth16 over BN254 and BLS12-381, in the files of snarkjs
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Lists the built-in circuits, or those of a book: what each takes in, and how many constraints it has
    Circuits(circuits::Args),
    /// Makes a circuit's keys, by many people in turn of whom one must be honest
    #[command(subcommand)]
    Setup(setup::Verb),
    /// Makes a proof of a built-in circuit
    Prove(prove::Args),
    /// Says whether a proof holds. Exit codes: 0 valid, 1 invalid, 65 malformed, 66 bad key, 2 a file cannot be read
    Verify(verify::Args),
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Circuits(args) => circuits::run(args, context),
        Verb::Setup(verb) => setup::run(verb),
        Verb::Prove(args) => prove::run(args),
        Verb::Verify(args) => verify::run(args),
    }
}

/// The built-in circuit of this name.
pub(crate) fn built_in(name: &str) -> Result<BuiltIn, String> {
    let mut all = BuiltIn::ALL.into_iter();
    let found = all.find(|circuit| circuit.describe().name == name);
    found.ok_or_else(|| {
        let names = BuiltIn::ALL.map(|circuit| circuit.describe().name);
        format!("there is no such circuit: use {}", names.join(", "))
    })
}
