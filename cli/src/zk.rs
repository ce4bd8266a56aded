//! `icn zk`: proofs that show nothing but what they state.

mod circuits;
mod verify;

use crate::answer::Answer;
use crate::failure::Failure;
use clap::Subcommand;

/// Zero-knowledge proofs: Groth16 over BN254 and BLS12-381, in the files of snarkjs
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Lists the built-in circuits: what each takes in, and how many constraints it has
    Circuits,
    /// Says whether a proof holds. Exit codes: 0 valid, 1 invalid, 65 malformed, 66 bad key, 2 a file cannot be read
    Verify(verify::Args),
}

pub(crate) fn run(verb: &Verb) -> Result<Answer, Failure> {
    match verb {
        Verb::Circuits => Ok(circuits::run()),
        Verb::Verify(args) => verify::run(args),
    }
}
