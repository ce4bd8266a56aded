//! `icn credential`: what an issuer states of a holder, and what the holder shows of it.

mod issue;
mod prove;
mod show;
mod trees;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore};
use crate::{Context, gov};
use clap::Subcommand;
use icn_base::{Cid, Did};
use icn_ledger::Action;
use icn_zk::credential::{HolderSecret, circuit_key};
use serde_json::json;
use std::path::PathBuf;

const TRY: &str = "\
An issuer, a holder and a verifier, each with a key of their own, through a node:
  icn credential commitment --key holder                        the holder sends what it prints to the issuer
  icn credential issuer 'Town hall' --key hall
  icn credential issue DID COMMITMENT --claim born=20000229 --for 365d --key hall --credential mine.cbor
                                                                the issuer sends mine.cbor to the holder
  icn credential prove age_over mine.cbor --bound 20081128 --scope 'entry' --challenge 'a word of the verifier' \\
      --proving-key ceremony/age_over.key --key holder
With --snapshot the same is done over a snapshot of the book, and transactions are written to files.";

/// Credentials: an issuer signs, the book knows what was revoked, the holder shows proofs
///
/// A credential is a file in dag-cbor that its holder keeps to itself. The book knows its CID and its place in the
/// issuer's revocation tree, and nothing of what it says.
#[derive(Debug, Subcommand)]
#[command(after_long_help = TRY, after_help = TRY)]
pub(crate) enum Verb {
    /// Prints the commitment that an issuer needs: it tells nothing of the secret
    Commitment(Own),
    /// Puts a member's commitment into the members' tree
    Enrol {
        #[command(flatten)]
        sign: gov::SignArgs,
    },
    /// Registers as an issuer, under a name
    Issuer {
        /// What people call the issuer
        name: String,
        #[command(flatten)]
        sign: gov::SignArgs,
    },
    /// Makes a credential, and notes it in the book
    Issue(issue::Args),
    /// Shows a credential, and whether its signatures hold. Exit codes: 0 they hold, 1 they do not, 65 it is none
    Show(show::Args),
    /// Takes a credential back that one has issued
    Revoke {
        /// The CID of the credential
        credential: Cid,
        #[command(flatten)]
        sign: gov::SignArgs,
    },
    /// Makes a proof from a credential, or of a membership
    Prove(prove::Args),
}

/// A key of one's own.
#[derive(Debug, clap::Args)]
pub(crate) struct Own {
    /// Whose secret
    #[arg(long, value_name = "NAME", default_value_t)]
    key: KeyName,
    /// A file with the passphrase in its first line, instead of asking
    #[arg(long, value_name = "FILE", env = "ICN_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Commitment(own) => commitment(own, context),
        Verb::Enrol { sign } => {
            let desk = gov::Desk::open(sign, context)?;
            let commitment = HolderSecret::of(&desk.keys).commitment();
            Ok(desk.sign(Action::Enrol { commitment })?.into())
        }
        Verb::Issuer { name, sign } => {
            let desk = gov::Desk::open(sign, context)?;
            let circuit_key = circuit_key(&desk.keys).public();
            let name = name.clone();
            Ok(desk
                .sign(Action::RegisterIssuer { name, circuit_key })?
                .into())
        }
        Verb::Issue(args) => issue::run(args, context),
        Verb::Show(args) => show::run(args, context),
        Verb::Revoke { credential, sign } => gov::sign(sign, context, |_| {
            Ok(Action::RevokeCredential {
                credential: *credential,
            })
        }),
        Verb::Prove(args) => prove::run(args, context),
    }
}

fn commitment(own: &Own, context: &Context) -> Result<Answer, Failure> {
    let keys = Keystore::open(context)?.load(&own.key, own.passphrase_file.as_deref())?;
    let holder: Did = keys.did();
    let commitment = HolderSecret::of(&keys).commitment();
    let text = format!("{holder}\n{commitment}");
    Ok(Answer::new(
        text,
        json!({ "holder": holder, "commitment": commitment }),
    ))
}
