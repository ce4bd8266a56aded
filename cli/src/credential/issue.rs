//! `icn credential issue`.

use super::trees;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::{Context, file, gov};
use icn_abi::Class;
use icn_base::Did;
use icn_ledger::Action;
use icn_zk::credential::{Fact, Statement, circuit_key};
use icn_zk::words::Numeral;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Makes a credential, and notes it in the book
///
/// The place in the revocation tree is the next one that the book knows: if others were issued since, the book refuses
/// the transaction, and the credential is made again.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Whose credential it is
    holder: Did,
    /// The holder's commitment, which `icn credential commitment` prints
    commitment: Numeral,
    /// A claim: `born=YYYYMMDD`, `balance=N` or `reputation=N`; may be repeated
    #[arg(long = "claim", value_name = "CLAIM", required = true, value_parser = claim)]
    claims: Vec<(Fact, u64)>,
    /// For how long it holds
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    period: Duration,
    /// Writes the credential here, for its holder
    #[arg(long, value_name = "FILE", default_value = "credential.cbor")]
    credential: PathBuf,
    #[command(flatten)]
    sign: gov::SignArgs,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let desk = gov::Desk::open(&args.sign, context)?;
    let issuer = desk.keys.did();
    let key = circuit_key(&desk.keys);
    let next = trees::next_place(&desk)?;
    let ms = u64::try_from(args.period.as_millis()).unwrap_or(u64::MAX);
    let statement = Statement {
        issuer,
        circuit_key: key.public(),
        holder: args.holder,
        commitment: args.commitment,
        claims: args.claims.iter().copied().collect(),
        issued: desk.now,
        valid_until: desk.now.after_ms(ms).map_err(Failure::malformed)?,
        revocation_id: next,
    };
    let credential = statement.sign(&desk.keys, &key, &desk.network);
    let credential = credential.map_err(|error| Failure::new(Class::CryptoError, error))?;
    let action = Action::IssueCredential {
        credential: credential.cid(),
        place: next,
    };
    // Written first: what the book notes and nobody has is of no use to anyone.
    file::write_bytes(&args.credential, &credential.encode())?;
    let done = desk.sign(action)?;
    let cid = credential.cid();
    let text = format!(
        "credential {cid} in {}\n{}",
        args.credential.display(),
        done.text
    );
    let json = json!({ "credential": cid, "file": args.credential, "done": done.json });
    Ok(Answer::new(text, json))
}

fn claim(text: &str) -> Result<(Fact, u64), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let fact = Fact::ALL.into_iter().find(|fact| fact.name() == name);
    match (fact, value.parse()) {
        (Some(Fact::Born), Ok(day)) if !is_day(day) => {
            Err("a day of birth is written YYYYMMDD".into())
        }
        (Some(fact), Ok(value)) => Ok((fact, value)),
        _ => Err("write `born=YYYYMMDD`, `balance=N` or `reputation=N`".into()),
    }
}

/// True of a number that looks like a day.
fn is_day(day: u64) -> bool {
    (1..=31).contains(&(day % 100))
        && (1..=12).contains(&(day / 100 % 100))
        && day / 10_000 < 10_000
}
