//! Signing a transaction, and what the book of a snapshot would say to it.

use super::book;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore};
use crate::{Context, clock, file};
use icn_base::Time;
use icn_governance::Parameter;
use icn_ledger::{Action, SignedTx, TxBody, check};
use serde_json::json;
use std::path::PathBuf;

/// What every signed transaction needs.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    #[command(flatten)]
    book: book::Args,
    /// The key that signs
    #[arg(long, value_name = "NAME", default_value_t)]
    key: KeyName,
    /// A file with the passphrase in its first line, instead of asking
    #[arg(long, value_name = "FILE", env = "ICN_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
    /// The account's next number [default: the one that the snapshot says]
    #[arg(long, value_name = "N")]
    nonce: Option<u64>,
    /// Signs at this time, in ms since 1970, instead of now
    #[arg(long, value_name = "MS")]
    at: Option<u64>,
    /// Writes the transaction here, in canonical dag-cbor; otherwise it is printed as JSON
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Signs also what the book of the snapshot would refuse
    #[arg(long)]
    force: bool,
}

pub(super) fn run(
    args: &Args,
    context: &Context,
    action: impl FnOnce(Time) -> Result<Action, Failure>,
) -> Result<Answer, Failure> {
    let state = args.book.read(context)?;
    let now = match args.at {
        Some(ms) => Time::from_ms(ms).map_err(Failure::malformed)?,
        None => clock::now()?,
    };
    let keys = Keystore::open(context)?.load(&args.key, args.passphrase_file.as_deref())?;
    let from = keys.did();
    let next = state.actor(&from).map_or(0, |actor| actor.nonce);
    let life_ms = state.parameter(Parameter::MaxTxLifeMs);
    let body = TxBody {
        network: state.chain().network,
        from,
        nonce: Some(args.nonce.unwrap_or(next)),
        valid_until: now.after_ms(life_ms).map_err(Failure::malformed)?,
        action: action(now)?,
    };
    let tx = SignedTx::sign(body, &keys);
    let refused = check(&state, &tx, now).err();
    if let Some(reject) = refused.as_ref().filter(|_| !args.force) {
        let text = format!(
            "the book of the snapshot would refuse this: {reject} ({}, {})",
            reject.name(),
            reject.number()
        );
        let hint = format!("{}; or sign it all the same with --force", reject.hint());
        return Err(Failure::new(reject.class(), text).hint(hint));
    }
    let (id, would_be) = (tx.id(), refused.map(|reject| reject.number()));
    let json = json!({ "id": id, "tx": tx, "refused": would_be });
    let text = match &args.out {
        None => json["tx"].to_string(),
        Some(path) => {
            let bytes = tx.encode();
            let wrong = |error: std::io::Error| Failure::file("write", path, &error);
            file::write(path, |into| {
                into.write_all(&bytes).map_err(wrong)?;
                Ok(bytes.len() as u64)
            })?;
            format!(
                "transaction {id}\nwritten to {}: `icn tx inspect` shows it, a node of the mesh takes it",
                path.display()
            )
        }
    };
    Ok(Answer::new(text, json))
}
