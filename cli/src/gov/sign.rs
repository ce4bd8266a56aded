//! Signing a transaction: for a node that puts it into a block, or for a file, with what the book of a
//! snapshot would say to it.

use super::{Desk, book};
use crate::act::Done;
use crate::answer::Answer;
use crate::client::Client;
use crate::failure::Failure;
use crate::{Context, act, clock, file};
use icn_base::{Keypair, Time};
use icn_governance::Parameter;
use icn_ledger::{Action, SignedTx, State, TxBody, check};
use serde_json::json;
use std::path::PathBuf;

/// What every signed transaction needs.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) book: book::Args,
    #[command(flatten)]
    pub(super) signer: act::Args,
    /// The account's next number [default: the one that the snapshot says]
    #[arg(long, value_name = "N", requires = "snapshot")]
    nonce: Option<u64>,
    /// Signs at this time, in ms since 1970, instead of now
    #[arg(long, value_name = "MS", requires = "snapshot")]
    pub(super) at: Option<u64>,
    /// Writes the transaction here, in canonical dag-cbor; otherwise it is printed as JSON
    #[arg(long, short, value_name = "FILE", requires = "snapshot")]
    out: Option<PathBuf>,
    /// Signs also what the book of the snapshot would refuse
    #[arg(long, requires = "snapshot")]
    force: bool,
}

pub(crate) fn run(
    args: &Args,
    context: &Context,
    action: impl FnOnce(Time) -> Result<Action, Failure>,
) -> Result<Answer, Failure> {
    if args.book.is_named() {
        let desk = Desk::open(args, context)?;
        let done = desk.sign(action(desk.now)?)?;
        return Ok(done.into());
    }
    let action = action(clock::now()?)?;
    let done = act::act(&Client::open(context)?, action, &args.signer, context)?;
    Ok(done.into())
}

/// Signs a transaction for a file, if the book would take it.
pub(super) fn write(
    args: &Args,
    state: &State,
    keys: &Keypair,
    now: Time,
    action: Action,
) -> Result<Done, Failure> {
    let from = keys.did();
    let next = state.actor(&from).map_or(0, |actor| actor.nonce);
    let life_ms = state.parameter(Parameter::MaxTxLifeMs);
    let body = TxBody {
        network: state.chain().network,
        from,
        nonce: Some(args.nonce.unwrap_or(next)),
        valid_until: now.after_ms(life_ms).map_err(Failure::malformed)?,
        action,
    };
    let tx = SignedTx::sign(body, keys);
    let refused = check(state, &tx, now).err();
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
            file::write_bytes(path, &tx.encode())?;
            format!(
                "transaction {id}\nwritten to {}: `icn tx inspect` shows it, a node of the mesh takes it",
                path.display()
            )
        }
    };
    Ok(Done { text, json })
}
