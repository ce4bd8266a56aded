//! `icn zk setup`: keys that many people make in turn.

mod directory;

use super::built_in;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::file;
use clap::Subcommand;
use directory::{Directory, PowersFile};
use icn_abi::Class;
use icn_base::gov::{CircuitOffer, Prover};
use icn_base::{Bytes, Cid, Codec};
use icn_zk::Key;
use icn_zk::circuits::{BuiltIn, Task};
use icn_zk::prove::FromWitness;
use icn_zk::setup::{
    Powers, ProvingKey, Secret, SetupFault, Transcript, contribute, development_key,
    proving_key_bytes, specialise,
};
use serde_json::json;
use std::path::{Path, PathBuf};

const TRY: &str = "\
A ceremony of two people for one circuit, each on a machine of their own, the directory sent from one to the other:
  icn zk setup new ceremony
  icn zk setup contribute ceremony                        by each, in turn
  icn zk setup contribute ceremony --circuit membership   by each, in turn
  icn zk setup verify ceremony --circuit membership       by anyone, at any time";

/// Setup: one directory goes from one contributor to the next
///
/// Whoever knows the secrets behind a key can prove anything. Each contributor multiplies what is there by numbers of
/// their own, which are forgotten when the program ends; the key is sound if one of them was honest. First the powers
/// are made, which serve every circuit; then, for each circuit, a key.
#[derive(Debug, Subcommand)]
#[command(after_long_help = TRY, after_help = TRY)]
pub(crate) enum Verb {
    /// Begins a ceremony in a new directory
    New {
        /// The directory
        directory: PathBuf,
        /// Constraints and inputs that it serves, as a power of two
        #[arg(long, value_name = "N", default_value_t = 16_384)]
        size: usize,
    },
    /// Adds one's part: to the powers, or to a circuit's key once nobody adds to the powers any more
    Contribute {
        /// The directory
        directory: PathBuf,
        /// To the key of this circuit
        #[arg(long, value_parser = built_in)]
        circuit: Option<BuiltIn>,
        /// Letters typed at will, beside the randomness of the machine
        #[arg(long, value_name = "TEXT", default_value = "")]
        entropy: String,
    },
    /// Checks every contribution, the powers and the key. Takes minutes. Exit codes: 0 all hold, 1 something does not
    Verify(Of),
    /// Writes a circuit's verification key as snarkjs does, and prints the CIDs that a proposal names
    Export {
        #[command(flatten)]
        of: Of,
        /// Writes the verification key here
        #[arg(
            long,
            short,
            value_name = "FILE",
            default_value = "verification_key.json"
        )]
        out: PathBuf,
        /// Writes what `icn gov propose 'circuit FILE'` reads here
        #[arg(long, value_name = "FILE")]
        offer: Option<PathBuf>,
    },
    /// Writes a key whose secrets everybody knows, for networks to try things out on
    Development(Of),
}

/// A circuit of a ceremony.
#[derive(Debug, clap::Args)]
pub(crate) struct Of {
    /// The directory
    directory: PathBuf,
    /// The circuit
    #[arg(long, value_parser = built_in)]
    circuit: BuiltIn,
}

pub(crate) fn run(verb: &Verb) -> Result<Answer, Failure> {
    match verb {
        Verb::New { directory, size } => new(directory, *size),
        Verb::Contribute {
            directory,
            circuit,
            entropy,
        } => {
            let directory = Directory::open(directory)?;
            let secret = secret(entropy)?;
            match circuit {
                None => to_powers(&directory, &secret),
                Some(circuit) => circuit.with(ToKey {
                    directory: &directory,
                    secret: &secret,
                }),
            }
        }
        Verb::Verify(of) => of.circuit.with(Verify(&Directory::open(&of.directory)?)),
        Verb::Export { of, out, offer } => export(of, out, offer.as_deref()),
        Verb::Development(of) => of
            .circuit
            .with(Development(&Directory::make(&of.directory)?)),
    }
}

fn new(path: &Path, size: usize) -> Result<Answer, Failure> {
    let powers = Powers::first(size)
        .ok_or_else(|| Failure::malformed("the size is a power of two from 2 to 32,768"))?;
    let directory = Directory::make(path)?;
    directory.must_be_empty()?;
    directory.write_powers(&PowersFile {
        powers,
        steps: Vec::new(),
    })?;
    let text = format!(
        "a ceremony of size {size} begins in {}\nnext: `icn zk setup contribute {}`",
        path.display(),
        path.display()
    );
    Ok(Answer::new(text, json!({ "size": size })))
}

fn to_powers(directory: &Directory, secret: &Secret) -> Result<Answer, Failure> {
    directory.must_have_no_keys()?;
    let mut file = directory.powers()?;
    let (powers, step) = file.powers.contribute(&file.steps, secret);
    file.powers = powers;
    file.steps.push(step);
    directory.write_powers(&file)?;
    let number = file.steps.len();
    let digest = hex(&file.powers.digest());
    let text =
        format!("contribution {number} to the powers is in\nsha2-256 of the powers: {digest}");
    Ok(Answer::new(
        text,
        json!({ "contributions": number, "sha256": digest }),
    ))
}

/// A contribution to a circuit's key; the first begins it.
struct ToKey<'a> {
    directory: &'a Directory,
    secret: &'a Secret,
}

impl Task for ToKey<'_> {
    type Output = Result<Answer, Failure>;

    fn run<C: FromWitness>(self) -> Self::Output {
        let (mut transcript, key) = match self.directory.key::<C>()? {
            Some(begun) => begun,
            None => begin::<C>(self.directory)?,
        };
        let (key, step) = contribute(key, &transcript.powers, &transcript.key, self.secret);
        transcript.key.push(step);
        self.directory.write_key::<C>(&transcript, &key)?;
        let number = transcript.key.len();
        let text = format!("contribution {number} to the key of {} is in", C::NAME);
        Ok(Answer::new(
            text,
            json!({ "circuit": C::NAME, "contributions": number }),
        ))
    }
}

fn begin<C: FromWitness>(directory: &Directory) -> Result<(Transcript, ProvingKey), Failure> {
    let file = directory.powers()?;
    if file.steps.is_empty() {
        return Err(fault(SetupFault::NoContribution("powers")));
    }
    let key = specialise::<C>(&file.powers).ok_or_else(|| fault(SetupFault::TooSmall))?;
    Ok((Transcript::new::<C>(file.steps), key))
}

struct Verify<'a>(&'a Directory);

impl Task for Verify<'_> {
    type Output = Result<Answer, Failure>;

    fn run<C: FromWitness>(self) -> Self::Output {
        let (transcript, key) = self.0.must_have_key::<C>()?;
        let powers = self.0.powers()?.powers;
        transcript.check::<C>(&powers, &key).map_err(fault)?;
        let (of_powers, of_key) = (transcript.powers.len(), transcript.key.len());
        let ids = Ids::of(&key)?;
        let text = format!(
            "the key of {} holds: {of_powers} contributions to the powers, {of_key} to the key\n{ids}",
            C::NAME
        );
        let json = json!({
            "circuit": C::NAME,
            "contributions": { "powers": of_powers, "key": of_key },
            "id": ids.circuit,
            "proving_key": ids.proving_key,
        });
        Ok(Answer::new(text, json))
    }
}

fn export(of: &Of, out: &Path, offer: Option<&Path>) -> Result<Answer, Failure> {
    let directory = Directory::open(&of.directory)?;
    let key = of.circuit.with(directory::ReadKey(&directory))?;
    let ids = Ids::of(&key)?;
    file::write_bytes(out, ids.json.as_bytes())?;
    if let Some(path) = offer {
        let text = serde_json::to_vec_pretty(&ids.offer(of.circuit)).map_err(Failure::malformed)?;
        file::write_bytes(path, &text)?;
    }
    let json = json!({
        "id": ids.circuit,
        "proving_key": ids.proving_key,
        "development": ids.development,
        "file": out,
    });
    Ok(Answer::new(ids.to_string(), json))
}

struct Development<'a>(&'a Directory);

impl Task for Development<'_> {
    type Output = Result<Answer, Failure>;

    fn run<C: FromWitness>(self) -> Self::Output {
        let key = development_key::<C>();
        self.0
            .write_key::<C>(&Transcript::new::<C>(Vec::new()), &key)?;
        let ids = Ids::of(&key)?;
        let text = format!("a key whose secrets everybody knows\n{ids}");
        let json =
            json!({ "id": ids.circuit, "proving_key": ids.proving_key, "development": true });
        Ok(Answer::new(text, json))
    }
}

/// What a proposal names.
struct Ids {
    json: String,
    circuit: Cid,
    /// The file's first block if it has several: what `icn dag put` prints.
    proving_key: Cid,
    development: bool,
}

impl Ids {
    fn of(key: &ProvingKey) -> Result<Self, Failure> {
        let verifying = Key::of(key).map_err(Failure::malformed)?;
        let json = verifying.to_json();
        let circuit = Cid::of(Codec::Raw, json.as_bytes());
        let mut blocks = icn_dag::MemStore::default();
        let bytes = proving_key_bytes(key);
        let stored = icn_dag::file::put(bytes.as_slice(), &mut blocks, |_| {})?;
        Ok(Self {
            json,
            circuit,
            proving_key: stored.root,
            development: verifying.is_development(),
        })
    }
}

impl Ids {
    fn offer(&self, circuit: BuiltIn) -> CircuitOffer {
        let known = circuit.describe();
        CircuitOffer {
            key: Bytes(self.json.clone().into_bytes()),
            inputs: known.inputs.iter().map(|name| (*name).to_owned()).collect(),
            constraints: known.constraints as u64,
            statement: format!("{} {}: see docs/circuits", known.name, known.version),
            prover: Some(Prover {
                name: known.name.to_owned(),
                version: known.version,
                key: self.proving_key,
            }),
        }
    }
}

impl std::fmt::Display for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = if self.development {
            " (development: only networks that allow it take it)"
        } else {
            ""
        };
        write!(
            f,
            "circuit {}{mark}\nproving key {}",
            self.circuit, self.proving_key
        )
    }
}

/// Chance of the machine, and what the contributor typed.
fn secret(entropy: &str) -> Result<Secret, Failure> {
    let mut chance = zeroize::Zeroizing::new([0; 32]);
    getrandom::fill(&mut *chance).map_err(|error| {
        let text = format!("no randomness from the system: {error}");
        Failure::new(Class::Internal, text)
    })?;
    Ok(Secret::new(&chance, entropy.as_bytes()))
}

fn fault(fault: SetupFault) -> Failure {
    Failure::new(Class::CryptoError, fault)
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
