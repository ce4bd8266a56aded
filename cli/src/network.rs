//! `icn network`: what several founders begin with, as one file that each of them has.

use crate::answer::{Answer, count};
use crate::failure::Failure;
use crate::{clock, file};
use clap::Subcommand;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::{Did, Mana, codec};
use icn_governance::Parameter;
use icn_ledger::genesis::GenesisError;
use icn_ledger::{Genesis, GenesisAccount};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What each founder has, if nobody says otherwise: as much as a member regains up to.
const FOUNDER_MANA: u64 = 10_000;

/// Networks that several begin together
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Writes the file that every founder gives to `icn init --network-file`
    New(NewArgs),
    /// Says what a network's file holds, and its id
    Show {
        /// The file
        file: PathBuf,
    },
}

/// What the network begins with.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// The file to write
    file: PathBuf,
    /// A member from the beginning: `DID`, `DID=MANA` or `DID=MANA=POWER`. Power 1 orders with the others, 0 does not
    #[arg(long = "founder", value_name = "FOUNDER", required = true)]
    founders: Vec<Founder>,
    /// A parameter that differs from its default: `NAME=VALUE`
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(Parameter, u64)>,
    /// The treasury's first mana
    #[arg(long, value_name = "N", default_value = "0")]
    treasury: Mana,
    /// A network to try things out on: its members may decide without delay, and votes take seconds
    #[arg(long)]
    development: bool,
}

/// A founder, as it was typed.
#[derive(Clone, Debug)]
struct Founder(GenesisAccount);

impl FromStr for Founder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.splitn(3, '=');
        let did = words.next().unwrap_or_default();
        let did: Did = did.parse().map_err(|error| format!("{did}: {error}"))?;
        let mana = words.next().map_or_else(founder_mana, |word| {
            word.parse().map_err(|error| format!("{word}: {error}"))
        })?;
        let power = words.next().map_or(Ok(1), |word| {
            word.parse().map_err(|error| format!("{word}: {error}"))
        })?;
        Ok(Self(GenesisAccount {
            did,
            mana,
            member: true,
            power,
        }))
    }
}

fn founder_mana() -> Result<Mana, String> {
    Mana::new(FOUNDER_MANA).map_err(|error| error.to_string())
}

fn parameter(text: &str) -> Result<(Parameter, u64), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let parameter: Parameter = name.parse().map_err(|error| format!("{error}"))?;
    let value = value.parse().map_err(|error| format!("{value}: {error}"))?;
    parameter.check(value).map_err(|error| error.to_string())?;
    Ok((parameter, value))
}

pub(crate) fn run(verb: &Verb) -> Result<Answer, Failure> {
    match verb {
        Verb::New(args) => new(args),
        Verb::Show { file } => {
            let genesis = read(file)?;
            Ok(Answer::new(text(&genesis), json(&genesis)))
        }
    }
}

fn new(args: &NewArgs) -> Result<Answer, Failure> {
    let mut accounts: Vec<_> = args
        .founders
        .iter()
        .map(|founder| founder.0.clone())
        .collect();
    accounts.sort_by_key(|account| account.did);
    let mut parameters = if args.development {
        quick()
    } else {
        BTreeMap::new()
    };
    parameters.extend(args.parameters.iter().copied());
    let genesis = Genesis {
        time: clock::now()?,
        accounts,
        treasury: args.treasury,
        parameters,
        development: args.development,
    };
    genesis.state()?;
    let mut bytes = serde_json::to_vec_pretty(&genesis).expect("a genesis is JSON");
    bytes.push(b'\n');
    file::write_bytes(&args.file, &bytes)?;
    let path = args.file.display();
    let text = format!(
        "{}\nwritten to {path}: each founder runs `icn init --network-file {path}`",
        text(&genesis)
    );
    Ok(Answer::new(text, json(&genesis)))
}

/// The genesis of one founder, who orders alone.
pub(crate) fn alone(did: Did, development: bool) -> Result<Genesis, Failure> {
    let mana = founder_mana().map_err(Failure::malformed)?;
    let account = GenesisAccount {
        did,
        mana,
        member: true,
        power: 1,
    };
    Ok(Genesis {
        time: clock::now()?,
        accounts: vec![account],
        parameters: if development {
            quick()
        } else {
            BTreeMap::new()
        },
        development,
        ..Genesis::default()
    })
}

/// Parameters under which things can be tried out: votes of seconds, no delays.
fn quick() -> BTreeMap<Parameter, u64> {
    [
        (Parameter::MinDeliberationMs, 0),
        (Parameter::MinVotingMs, 0),
        (Parameter::MaxVotingMs, 60_000),
        (Parameter::ExecutionDelayMs, 0),
        (Parameter::ChangeDelayMs, 0),
    ]
    .into()
}

/// Reads a genesis, in JSON or in canonical dag-cbor. It must make a state.
pub(crate) fn read(path: &Path) -> Result<Genesis, Failure> {
    let bytes = file::read(path, BLOCK_BYTES_MAX)?;
    let hint = "`icn network new` writes one";
    let genesis: Genesis = if bytes.trim_ascii_start().first() == Some(&b'{') {
        serde_json::from_slice(&bytes)
            .map_err(|error| Failure::malformed(format!("no genesis: {error}")).hint(hint))?
    } else {
        codec::decode(&bytes)
            .map_err(|error| Failure::malformed(format!("no genesis: {error}")).hint(hint))?
    };
    genesis.state()?;
    Ok(genesis)
}

fn text(genesis: &Genesis) -> String {
    let members = genesis.accounts.iter().filter(|account| account.member);
    let rows: String = genesis
        .accounts
        .iter()
        .map(|account| {
            let role = match (account.member, account.power) {
                (false, _) => "no member".to_owned(),
                (true, 0) => "member".to_owned(),
                (true, power) => format!("member, orders with power {power}"),
            };
            format!("\n{}  {} mana, {role}", account.did, account.mana)
        })
        .collect();
    let parameters: String = genesis
        .parameters
        .iter()
        .map(|(parameter, value)| format!("\n{parameter} = {value}"))
        .collect();
    let kind = if genesis.development {
        ", to try things out on"
    } else {
        ""
    };
    format!(
        "network {}\nbegins at {}{kind}, with {} and {} in the treasury{rows}{parameters}",
        genesis.network(),
        genesis.time,
        count(members.count() as u64, "member"),
        genesis.treasury,
    )
}

fn json(genesis: &Genesis) -> serde_json::Value {
    json!({ "network": genesis.network(), "genesis": genesis })
}

impl From<GenesisError> for Failure {
    fn from(error: GenesisError) -> Self {
        Self::malformed(format!("this makes no network: {error}"))
    }
}
