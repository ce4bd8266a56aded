//! Changes and ballots in the words of the command line.

use crate::failure::Failure;
use crate::file;
use icn_base::gov::{Ballot, ChoiceOption, ProposalKind, ProposalRequest};
use std::path::Path;

/// The proposal that these words say.
pub(super) fn request(
    title: String,
    text: String,
    changes: &[String],
    options: &[String],
) -> Result<ProposalRequest, Failure> {
    let kind = if options.is_empty() {
        let mut kinds = kinds(changes.iter().map(String::as_str))?;
        match kinds.len() {
            1 => kinds.remove(0),
            _ => ProposalKind::Bundle(kinds),
        }
    } else {
        let options = options.iter().map(|words| option(words));
        ProposalKind::Choice {
            options: options.collect::<Result<_, _>>()?,
        }
    };
    Ok(ProposalRequest { title, text, kind })
}

fn option(words: &str) -> Result<ChoiceOption, Failure> {
    let (label, changes) = words.split_once('=').ok_or_else(|| unknown(words))?;
    let changes = changes.split(';').map(str::trim);
    Ok(ChoiceOption {
        label: label.to_owned(),
        kinds: kinds(changes.filter(|change| !change.is_empty()))?,
    })
}

fn kinds<'a>(changes: impl Iterator<Item = &'a str>) -> Result<Vec<ProposalKind>, Failure> {
    changes
        .map(|change| match change.strip_prefix("circuit ") {
            Some(file) => circuit(Path::new(file.trim())),
            None => kind(change).ok_or_else(|| unknown(change)),
        })
        .collect()
}

fn kind(change: &str) -> Option<ProposalKind> {
    let words: Vec<&str> = change.split_whitespace().collect();
    Some(match words.as_slice() {
        ["text"] => ProposalKind::Text {},
        ["set", name, value] => ProposalKind::SetParameter {
            name: (*name).to_owned(),
            value: value.parse().ok()?,
        },
        ["admit", did] => ProposalKind::AdmitMember {
            did: did.parse().ok()?,
        },
        ["remove", did] => ProposalKind::RemoveMember {
            did: did.parse().ok()?,
        },
        ["power", did, power] => ProposalKind::SetValidator {
            did: did.parse().ok()?,
            power: power.parse().ok()?,
        },
        ["pay", to, amount, memo @ ..] => ProposalKind::Budget {
            to: to.parse().ok()?,
            amount: amount.parse().ok()?,
            memo: memo.join(" "),
        },
        ["retire", circuit] => ProposalKind::RetireCircuit {
            circuit: circuit.parse().ok()?,
        },
        _ => return None,
    })
}

/// A circuit's offer, from a file as `icn zk setup export --offer` writes it.
fn circuit(file: &Path) -> Result<ProposalKind, Failure> {
    let bytes = file::read(file, OFFER_BYTES_MAX)?;
    let offer = serde_json::from_slice(&bytes).map_err(Failure::malformed)?;
    Ok(ProposalKind::RegisterCircuit(Box::new(offer)))
}

/// Bytes of a circuit's offer as JSON: more than a proposal may have.
const OFFER_BYTES_MAX: usize = 64 * 1024;

fn unknown(words: &str) -> Failure {
    Failure::malformed(format!("`{words}` says no change")).hint(
        "write `text`, `set NAME VALUE`, `admit DID`, `remove DID`, `power DID N`, `pay DID AMOUNT [MEMO]`, `circuit FILE` or `retire CIRCUIT`, each in quotes; \
         an option is `LABEL=CHANGE; CHANGE`",
    )
}

/// A ballot.
pub(super) fn ballot(word: &str) -> Result<Ballot, String> {
    match word {
        "yes" => Ok(Ballot::Yes),
        "no" => Ok(Ballot::No),
        "abstain" => Ok(Ballot::Abstain),
        list => {
            let options: Result<_, _> = list.split(',').map(str::parse).collect();
            options
                .map(Ballot::Ranked)
                .map_err(|_| "write `yes`, `no`, `abstain`, or option numbers such as `1,0`".into())
        }
    }
}
