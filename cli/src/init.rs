//! `icn init`: a data directory becomes a node's: its key, its network, its operator's token.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::keys::Lock;
use crate::keystore::{KeyName, Keystore};
use crate::settings::Flags;
use crate::{Context, addresses, keys, network};
use icn_abi::Class;
use icn_base::{Did, NetworkId};
use icn_ledger::Genesis;
use icn_node::config::Layers;
use icn_node::{Config, Home, Join, home};
use serde_json::json;
use std::path::PathBuf;

/// Makes a data directory into a node's: its key, its network, its operator's token
///
/// Without --join or --network-file the node begins a network of its own, in which it is the one member and orders
/// alone; others may join later. Doing it twice is harmless: what is there stays.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Joins the network of another node: the string that `icn start` prints there
    #[arg(long, value_name = "STRING")]
    join: Option<String>,
    /// Begins a network with others: the file that `icn network new` wrote, the same for all of them
    #[arg(long, value_name = "FILE")]
    network_file: Option<PathBuf>,
    /// Begins a network to try things out on: votes take seconds
    #[arg(long, conflicts_with_all = ["join", "network_file"])]
    development: bool,
    #[command(flatten)]
    lock: Lock,
    #[command(flatten)]
    flags: Flags,
}

/// The network that a node comes into.
struct Chosen {
    network: NetworkId,
    genesis: Option<Genesis>,
    join: Option<Join>,
    /// False if it was there before.
    is_new: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let home = Home::new(context.data_dir.path()?);
    let join = args.join.as_deref().map(str::parse).transpose();
    let join: Option<Join> = join.map_err(Failure::malformed)?;
    let file = args
        .network_file
        .as_deref()
        .map(network::read)
        .transpose()?;
    if let (Some(join), Some(genesis)) = (&join, &file)
        && join.network != genesis.network()
    {
        let text = format!(
            "the join string is of network {}, the file of {}",
            join.network,
            genesis.network()
        );
        return Err(Failure::new(Class::InvalidSystemApiCall, text));
    }
    // The configuration is judged before anything is made.
    let text = configuration(&args.flags, join.as_ref())?;
    home.make()?;
    let did = key(args.lock, context)?;
    let chosen = choose(&home, did, join, file, args.development)?;
    match &chosen.genesis {
        Some(genesis) => home.keep_genesis(genesis)?,
        None => home.settle(chosen.network)?,
    }
    home.make_token()?;
    let path = home.config_file();
    if path.exists() {
        crate::note(&format!(
            "{} is there already and stays as it is",
            path.display()
        ));
    } else {
        home::replace(&path, text.as_bytes(), 0o644)?;
    }
    let config = crate::settings::load(&home, &args.flags)?.config;
    answer(&home, did, &chosen, &config, context)
}

/// The text of `icn.toml`.
fn configuration(flags: &Flags, join: Option<&Join>) -> Result<String, Failure> {
    let mut layers = Layers::default();
    for (flag, key, value) in flags.said()? {
        layers.flag(flag, &key, &value)?;
    }
    if let Some(join) = join.filter(|_| flags.bootstrap.is_empty()) {
        let addresses: Vec<_> = join.addresses.iter().map(ToString::to_string).collect();
        layers.flag("--join", "net.bootstrap", &addresses.join(","))?;
    }
    layers.load()?;
    Ok(format!(
        "# What this node does otherwise than the defaults, which `icn config defaults` prints and explains.\n\n{}",
        layers.differences()
    ))
}

/// The node's key, made if there is none.
fn key(lock: Lock, context: &Context) -> Result<Did, Failure> {
    let (store, name) = (Keystore::open(context)?, KeyName::default());
    match store.did(&name) {
        Ok(did) => Ok(did),
        Err(_) => {
            store.must_be_free(&name)?;
            let keys = keys::fresh()?;
            store.save(&name, &keys, lock.protection()?)?;
            Ok(keys.did())
        }
    }
}

fn choose(
    home: &Home,
    did: Did,
    join: Option<Join>,
    file: Option<Genesis>,
    development: bool,
) -> Result<Chosen, Failure> {
    let here = home.network()?;
    let asked = join.as_ref().map(|join| join.network);
    let asked = asked.or_else(|| file.as_ref().map(Genesis::network));
    let (network, genesis) = match (here, asked) {
        (Some(here), None) => (here, home.genesis()?),
        (_, Some(asked)) => (asked, file),
        (None, None) => {
            let genesis = network::alone(did, development)?;
            (genesis.network(), Some(genesis))
        }
    };
    Ok(Chosen {
        network,
        genesis,
        join,
        is_new: here.is_none(),
    })
}

fn answer(
    home: &Home,
    did: Did,
    chosen: &Chosen,
    config: &Config,
    context: &Context,
) -> Result<Answer, Failure> {
    let genesis = chosen.genesis.as_ref();
    let founder = genesis.is_some_and(|genesis| {
        let mut accounts = genesis.accounts.iter();
        accounts.any(|account| account.did == did && account.member)
    });
    let others = addresses::reachable(&config.net.listen, &config.net.external, &did);
    let join = (!others.is_empty()).then(|| Join::new(chosen.network, others).to_string());
    let next = context.command("start");
    let state = match (chosen.is_new, founder, &chosen.join) {
        (false, ..) => "it was there before, and stays",
        (true, true, _) => "you are one of its founders",
        (true, false, Some(_)) => "you join it",
        (true, false, None) => "it begins with others",
    };
    let mut text = format!(
        "who      {did}\nnetwork  {}: {state}\ndata     {}\n",
        chosen.network,
        home.dir().display()
    );
    if !founder {
        text.push_str(&format!(
            "member   not yet; one of the members runs\n         icn gov propose 'Admit a member' 'admit {did}'\n"
        ));
    }
    text.push_str(&format!("\nnext: {next}"));
    if let Some(join) = &join {
        text.push_str(&format!("\nothers join with: icn init --join {join}"));
    }
    let json = json!({
        "did": did,
        "network": chosen.network,
        "data_dir": home.dir(),
        "founder": founder,
        "new": chosen.is_new,
        "api": config.api.enabled.then_some(config.api.listen),
        "addresses": config.net.listen,
        "join": join,
        "next": next,
    });
    Ok(Answer::new(text, json))
}
