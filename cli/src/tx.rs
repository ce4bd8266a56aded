//! `icn tx inspect`: what a transaction says, and whether it is signed.

use crate::answer::Answer;
use crate::failure::{Failure, MALFORMED};
use crate::file;
use clap::Subcommand;
use icn_base::NetworkId;
use icn_ledger::limits::TX_BYTES_MAX;
use icn_ledger::{Reject, SignedTx};
use serde_json::{Value, json};
use std::path::PathBuf;

/// In JSON, bytes are longer than they are.
const JSON_BYTES_MAX: usize = 2 * TX_BYTES_MAX;

/// Transactions, without a node
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Shows what a transaction says. Exit codes: 0 its signatures hold, 1 they do not, 65 malformed, 2 no such file
    Inspect(Args),
}

/// Shows what a transaction says, its id, and whether its signatures hold
///
/// Reads canonical dag-cbor, or the JSON that POST /v1/transactions takes. What is malformed is named with its place.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file with the transaction; `-` reads stdin
    file: PathBuf,
    /// The network for which it must be meant [default: the one that it names]
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
}

pub(crate) fn run(verb: &Verb) -> Result<Answer, Failure> {
    match verb {
        Verb::Inspect(args) => inspect(args),
    }
}

fn inspect(args: &Args) -> Result<Answer, Failure> {
    let tx = parse(&file::read(&args.file, JSON_BYTES_MAX)?)?;
    let network = args.network.unwrap_or(tx.body.network);
    let refused = tx.clone().verify(&network).err();
    let (id, bytes) = (tx.id(), tx.encode().len());
    let mut json = json!({ "id": id, "bytes": bytes, "tx": tx });
    json["verdict"] = json!(if refused.is_none() {
        "valid"
    } else {
        "invalid"
    });
    if let Some(reject) = &refused {
        json["reject"] = described(reject);
    }
    let exit = u8::from(refused.is_some());
    Ok(Answer::new(text(&tx, &json, refused.as_ref()), json).exit(exit))
}

/// JSON begins with a brace, and no transaction in dag-cbor does.
fn parse(bytes: &[u8]) -> Result<SignedTx, Failure> {
    let hint = "a transaction is canonical dag-cbor, or the same in JSON: {\"body\": {…}, \"signature\": \"…\"}";
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        if bytes.len() > JSON_BYTES_MAX {
            let text = format!("the JSON has more than {JSON_BYTES_MAX} bytes");
            return Err(Failure::malformed(text));
        }
        return serde_json::from_slice(bytes)
            .map_err(|error| Failure::malformed(format!("no transaction: {error}")).hint(hint));
    }
    SignedTx::decode(bytes).map_err(|reject| {
        let remedy = match reject {
            Reject::Malformed { .. } => hint,
            _ => reject.hint(),
        };
        Failure::new(reject.class(), &reject)
            .hint(remedy)
            .exit(MALFORMED)
    })
}

fn described(reject: &Reject) -> Value {
    json!({
        "number": reject.number(),
        "name": reject.name(),
        "class": reject.class().name(),
        "message": reject.to_string(),
        "hint": reject.hint(),
    })
}

fn text(tx: &SignedTx, json: &Value, refused: Option<&Reject>) -> String {
    let body = &tx.body;
    let nonce = match body.nonce {
        Some(nonce) => nonce.to_string(),
        None => "none: a message of a job's parties".to_owned(),
    };
    let action = &json["tx"]["body"]["action"];
    let action = serde_json::to_string_pretty(action).unwrap_or_default();
    let signed = match refused {
        None => "valid: its signatures hold".to_owned(),
        Some(reject) => format!("invalid: {reject} ({}, {})", reject.name(), reject.number()),
    };
    format!(
        "transaction {}\nfrom        {}\nnetwork     {}\nnonce       {nonce}\nvalid until {}\nsize        {} bytes\naction      {action}\n{signed}",
        tx.id(),
        body.from,
        body.network,
        body.valid_until,
        json["bytes"],
    )
}
