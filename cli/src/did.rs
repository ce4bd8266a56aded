//! `icn did`: who this is, and whether a signature is somebody's.

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore};
use clap::Subcommand;
use data_encoding::HEXLOWER_PERMISSIVE;
use icn_base::{Did, Signature};
use serde_json::json;

/// Prints the DID of a key, or verifies a signature
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// The key whose DID is printed
    #[arg(default_value_t)]
    name: KeyName,

    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Says whether a DID's key signed a message. Exit codes: 0 valid, 1 invalid, 65 malformed
    ///
    /// The rule is the one that the mesh uses everywhere: ed25519, strict (no small-order keys, no second spellings).
    Verify {
        /// Who is said to have signed: did:key:z6Mk…
        did: String,
        /// The message, in hex
        #[arg(long, value_name = "HEX")]
        message_hex: String,
        /// The signature: 128 hex digits
        #[arg(long, value_name = "HEX")]
        signature_hex: String,
    },
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    match args.verb {
        Some(Verb::Verify {
            did,
            message_hex,
            signature_hex,
        }) => verify(&did, &message_hex, &signature_hex),
        None => {
            let did = Keystore::open(context)?.did(&args.name)?;
            Ok(Answer::new(
                did.to_string(),
                json!({ "name": args.name, "did": did }),
            ))
        }
    }
}

fn verify(did: &str, message: &str, signature: &str) -> Result<Answer, Failure> {
    let did: Did = did.parse().map_err(Failure::malformed)?;
    let message = hex("message", message)?;
    let signature: [u8; 64] = hex("signature", signature)?
        .try_into()
        .map_err(|_| Failure::malformed("the signature is not 64 bytes (128 hex digits) long"))?;
    let valid = did
        .verify_plain(&message, &Signature::from_bytes(signature))
        .is_ok();
    let verdict = if valid { "valid" } else { "invalid" };
    Ok(Answer::new(verdict, json!({ "verdict": verdict })).exit(u8::from(!valid)))
}

fn hex(what: &str, text: &str) -> Result<Vec<u8>, Failure> {
    HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .map_err(|error| Failure::malformed(format!("the {what} is not hex: {error}")))
}
