//! The node: its network, its store, its ports, its peers.

use super::Finding;
use crate::Context;
use crate::client::Client;
use icn_api::status::{Ready, Status};
use icn_node::config::Multiaddr;
use icn_node::home::Runs;
use icn_node::{Config, Home};
use icn_store::{DiskStore, Options};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long a peer may take to answer the door.
const KNOCK: Duration = Duration::from_secs(3);

pub(super) fn look(home: &Home, config: &Config, context: &Context) -> Vec<Finding> {
    let mut findings = vec![network(home)];
    match home.runs() {
        Ok(Some(runs)) => findings.extend(running(&runs, context)),
        Ok(None) => {
            findings.push(store(home, config));
            findings.extend(ports(config));
        }
        Err(error) => findings.push(Finding::wrong("node", error.to_string(), error.remedy())),
    }
    findings.extend(config.net.bootstrap.iter().filter_map(peer));
    findings
}

fn network(home: &Home) -> Finding {
    let what = "network";
    match (home.network(), home.genesis()) {
        (Ok(None), _) => Finding::wrong(what, "none lives here", "`icn init`"),
        (Ok(Some(network)), Ok(Some(_))) => Finding::fine(what, network.to_string()),
        (Ok(Some(network)), Ok(None)) => Finding::warning(
            what,
            format!("{network}; what it began with is not known yet"),
            "the first start asks its peers for it",
        ),
        (Err(error), _) | (_, Err(error)) => {
            Finding::wrong(what, error.to_string(), error.remedy())
        }
    }
}

/// A node that runs says itself how it is.
fn running(runs: &Runs, context: &Context) -> Vec<Finding> {
    let mut findings = vec![Finding::fine(
        "node",
        format!("it runs, process {}", runs.process),
    )];
    let client = match Client::open(context) {
        Ok(client) => client,
        Err(failure) => {
            findings.push(Finding::failed("API", failure));
            return findings;
        }
    };
    match client.get_as::<Ready>("/readyz") {
        Ok((ready, _)) => findings.extend(ready.checks.into_iter().map(|check| {
            let found = format!("{}: {}", check.name, check.fault.as_deref().unwrap_or("ok"));
            match check.ok {
                true => Finding::fine("node", found),
                false => Finding::wrong("node", found, "its log says more"),
            }
        })),
        Err(failure) => findings.push(Finding::failed("node is ready", failure)),
    }
    if let Ok((status, _)) = client.get_as::<Status>("/v1/status") {
        findings.push(match (status.peers, status.validators) {
            (0, validators) if validators > 1 => Finding::wrong(
                "peers",
                "none is connected",
                "name one in net.bootstrap, and see whether the ports are open",
            ),
            (peers, _) => Finding::fine("peers", crate::answer::count(peers as u64, "peer")),
        });
    }
    findings
}

fn store(home: &Home, config: &Config) -> Finding {
    let what = "store";
    if !home.dir().join("store.log").exists() {
        return Finding::fine(what, "none yet; the first start makes it");
    }
    let options = Options {
        quota_bytes: config.store.quota_bytes,
        reserve_bytes: config.store.reserve_bytes,
        ..Options::default()
    };
    match DiskStore::open(home.dir(), options) {
        Ok((_, opened)) if opened.damaged > 0 => Finding::wrong(
            what,
            format!("{} damaged places", opened.damaged),
            "`icn dag verify` names them; peers give the blocks again",
        ),
        Ok((store, _)) => Finding::fine(what, crate::answer::count(store.stat().blocks, "block")),
        Err(error) => Finding::failed(what, error.into()),
    }
}

/// Ports that a node would listen on.
fn ports(config: &Config) -> Vec<Finding> {
    let mut wanted = Vec::new();
    if config.api.enabled {
        wanted.push(("port of the API", config.api.listen, "api.listen"));
    }
    let tcp = config.net.listen.iter().filter_map(tcp);
    wanted.extend(tcp.map(|address| ("port for peers", address, "net.listen")));
    let looked = wanted
        .into_iter()
        .map(|(what, address, key)| match TcpListener::bind(address) {
            Ok(_) => Finding::fine(what, format!("{address} is free")),
            Err(error) => Finding::wrong(
                what,
                format!("{address}: {error}"),
                format!("end what listens there, or choose another {key}"),
            ),
        });
    looked.collect()
}

/// Knocks at a peer's door.
fn peer(address: &Multiaddr) -> Option<Finding> {
    let what = "peer to dial";
    let place = tcp(address)?;
    Some(match TcpStream::connect_timeout(&place, KNOCK) {
        Ok(_) => Finding::fine(what, format!("{place} answers the door")),
        Err(error) => Finding::warning(
            what,
            format!("{place}: {error}"),
            "does it run, and is its port open? another one may do as well",
        ),
    })
}

/// Where an address leads, if it is of TCP.
fn tcp(address: &Multiaddr) -> Option<SocketAddr> {
    let text = address.to_string();
    let mut words = text.split('/').skip(1);
    let (kind, host, transport, port) =
        (words.next()?, words.next()?, words.next()?, words.next()?);
    if transport != "tcp" {
        return None;
    }
    let port: u16 = port.parse().ok()?;
    match kind {
        "ip4" | "ip6" => Some(SocketAddr::new(host.parse().ok()?, port)),
        "dns" | "dns4" | "dns6" => (host, port).to_socket_addrs().ok()?.next(),
        _ => None,
    }
}
