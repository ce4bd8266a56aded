//! `icn credential prove`: from a credential, or a leaf of the members' tree, to a proof.

use super::{show, trees};
use crate::answer::Answer;
use crate::failure::Failure;
use crate::zk::{built_in, prove};
use crate::{Context, file, gov};
use icn_abi::Class;
use icn_base::Bytes;
use icn_zk::circuits::{BuiltIn, element_of};
use icn_zk::credential::{Credential, HolderSecret};
use icn_zk::prove::{Leaf, Witness};
use icn_zk::words::Numeral;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Makes a proof from a credential, or of a membership
///
/// The proof is good for the time that is given, for the scope and the challenge that the verifier named, and shows
/// nothing but what its circuit states. The trees are those of the book as it is now. With --witness only the witness is written,
/// for `icn zk prove`, or for a guest that asks a node for the proof.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The circuit's name
    #[arg(value_parser = built_in)]
    circuit: BuiltIn,
    /// The credential, for all circuits but `membership`
    credential: Option<PathBuf>,
    /// The last day of birth that counts, or the least amount
    #[arg(long, value_name = "N")]
    bound: Option<u64>,
    /// What the nullifier is unique in
    #[arg(long, value_name = "TEXT")]
    scope: String,
    /// What the verifier asked for
    #[arg(long, value_name = "TEXT")]
    challenge: String,
    /// For how long the proof is good
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration, default_value = "10m")]
    period: Duration,
    /// The proving key, as `icn zk setup` writes it
    #[arg(long, value_name = "FILE", required_unless_present = "witness")]
    proving_key: Option<PathBuf>,
    /// Writes the witness here, and makes no proof
    #[arg(long, value_name = "FILE", conflicts_with = "proving_key")]
    witness: Option<PathBuf>,
    #[command(flatten)]
    files: prove::Out,
    #[command(flatten)]
    sign: gov::SignArgs,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let desk = gov::Desk::open(&args.sign, context)?;
    let witness = witness(args, &desk)?;
    match (&args.witness, &args.proving_key) {
        (Some(path), _) => {
            let json = serde_json::to_vec(&witness).map_err(Failure::malformed)?;
            file::write_bytes(path, &json)?;
            let text = format!("the witness is in {}: keep it to yourself", path.display());
            Ok(Answer::new(text, json!({ "witness": path })))
        }
        (None, Some(key)) => {
            let proved = prove::make(args.circuit, key, &witness)?;
            args.files.write(args.circuit, &proved)
        }
        (None, None) => Err(Failure::malformed(
            "name a proving key, or a file for the witness",
        )),
    }
}

fn witness(args: &Args, desk: &gov::Desk<'_>) -> Result<Witness, Failure> {
    let credential = args.credential.as_deref().map(show::read).transpose()?;
    let ms = u64::try_from(args.period.as_millis()).unwrap_or(u64::MAX);
    let mut salt = vec![0; 32];
    getrandom::fill(&mut salt).map_err(|error| {
        let text = format!("no randomness from the system: {error}");
        Failure::new(Class::Internal, text)
    })?;
    Ok(Witness {
        salt: Bytes(salt),
        secret: HolderSecret::of(&desk.keys),
        holder: desk.keys.did(),
        scope: Numeral(element_of(&args.scope)),
        challenge: Numeral(element_of(&args.challenge)),
        at_ms: desk.now.after_ms(ms).map_err(Failure::malformed)?.as_ms(),
        leaf: leaf(args.circuit, desk, credential.as_ref())?,
        credential: credential.map(Box::new),
        bound: args.bound,
    })
}

/// The place in a tree that the circuit shows, if it shows one.
fn leaf(
    circuit: BuiltIn,
    desk: &gov::Desk<'_>,
    credential: Option<&Credential>,
) -> Result<Option<Leaf>, Failure> {
    Ok(match circuit {
        BuiltIn::Membership => Some(trees::enrolled(desk)?),
        BuiltIn::NotRevoked => {
            let credential = credential.ok_or_else(|| Failure::malformed("name the credential"))?;
            Some(trees::issued(desk, credential)?)
        }
        BuiltIn::AgeOver | BuiltIn::BalanceAtLeast | BuiltIn::ReputationAtLeast => None,
    })
}
