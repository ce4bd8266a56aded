//! `icn zk prove`: a proof from a witness and a proving key.

use super::built_in;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::file;
use icn_abi::Class;
use icn_zk::circuits::{BuiltIn, Layout, Task};
use icn_zk::prove::{FromWitness, Proved, WITNESS_BYTES_MAX, Witness, prove_from};
use icn_zk::setup::{PROVING_KEY_BYTES_MAX, ProvingKey, read_proving_key};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Makes a proof of a built-in circuit
///
/// The witness is what `icn credential prove --witness` writes. Whoever has it can make the same proof: the proof is
/// derived from it, so that two runs write the same bytes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The circuit's name
    #[arg(value_parser = built_in)]
    circuit: BuiltIn,
    /// The proving key, as `icn zk setup` writes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The witness
    #[arg(long, value_name = "FILE")]
    witness: PathBuf,
    #[command(flatten)]
    out: Out,
}

/// Where the two files of a proof go.
#[derive(Debug, clap::Args)]
pub(crate) struct Out {
    /// Writes the proof here
    #[arg(long, value_name = "FILE", default_value = "proof.json")]
    proof: PathBuf,
    /// Writes the public inputs here
    #[arg(long, value_name = "FILE", default_value = "public.json")]
    public: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    let bytes = file::read(&args.witness, WITNESS_BYTES_MAX)?;
    let witness: Witness = serde_json::from_slice(&bytes).map_err(Failure::malformed)?;
    let proved = make(args.circuit, &args.key, &witness)?;
    args.out.write(args.circuit, &proved)
}

/// Makes a proof with the key of a file.
pub(crate) fn make(circuit: BuiltIn, key: &Path, witness: &Witness) -> Result<Proved, Failure> {
    let key = read_key(circuit, key)?;
    let proved = prove_from(circuit, &key, witness, (b"icn zk prove", 0));
    proved.map_err(|error| Failure::new(Class::CryptoError, error))
}

/// Reads a proving key, every point of which is checked.
pub(super) fn read_key(circuit: BuiltIn, path: &Path) -> Result<ProvingKey, Failure> {
    let bytes = file::read(path, PROVING_KEY_BYTES_MAX)?;
    let key = read_proving_key(&bytes, &circuit.with(LayoutOf), false);
    key.map_err(|error| Failure::malformed(format!("{}: {error}", path.display())))
}

struct LayoutOf;

impl Task for LayoutOf {
    type Output = Layout;

    fn run<C: FromWitness>(self) -> Layout {
        Layout::of::<C>()
    }
}

impl Out {
    /// Writes both files.
    pub(crate) fn write(&self, circuit: BuiltIn, proved: &Proved) -> Result<Answer, Failure> {
        for (path, text) in [(&self.proof, &proved.proof), (&self.public, &proved.public)] {
            file::write_bytes(path, text.as_bytes())?;
        }
        let name = circuit.describe().name;
        let json = json!({ "circuit": name, "proof": self.proof, "public": self.public });
        let text = format!(
            "a proof of {name} in {}, its public inputs in {}",
            self.proof.display(),
            self.public.display()
        );
        Ok(Answer::new(text, json))
    }
}
