//! `icn status` and `icn peers`: where the node is, and with whom.

use crate::Context;
use crate::answer::{Answer, count, plain};
use crate::client::Client;
use crate::failure::Failure;
use icn_api::gov::ValidatorView;
use icn_api::status::{PeerView, Status};
use icn_base::Time;
use serde_json::json;
use std::time::Duration;

/// Says where the node is: its height, the root of its state, its validators
pub(crate) fn status(context: &Context) -> Result<Answer, Failure> {
    let client = Client::open(context)?;
    let (status, mut json) = client.get_as::<Status>("/v1/status")?;
    let (validators, all) = client.get_as::<Vec<ValidatorView>>("/v1/validators")?;
    json["validator_set"] = all;
    let power: u64 = validators.iter().map(|one| one.power).sum();
    let orders = validators.iter().find(|one| one.did == status.did);
    let role = match orders {
        Some(own) => format!("orders, with power {} of {power}", own.power),
        None => "follows".to_owned(),
    };
    let state = match status.behind {
        Some(height) => format!("catching up: the others are at height {height}"),
        None => "up to date".to_owned(),
    };
    let age = age(status.time, crate::clock::now()?);
    let text = format!(
        "who         {}\nnetwork     {}\nversion     {}, {}\nheight      {}, {state}; the last block is {age} old\nblock       {}\nroot        {}\nrole        {role}\nvalidators  {}\npeers       {}\nwaiting     {}\naddresses   {}",
        status.did,
        status.network,
        status.version,
        status.engine,
        status.height,
        status.block,
        status.root,
        count(validators.len() as u64, "validator"),
        count(status.peers as u64, "peer"),
        count(status.waiting as u64, "transaction"),
        status.addresses.join("\n            "),
    );
    Ok(Answer::new(text, json))
}

/// Lists the peers that the node is connected with
pub(crate) fn peers(context: &Context) -> Result<Answer, Failure> {
    let client = Client::open(context)?;
    let (peers, json) = client.get_as::<Vec<PeerView>>("/v1/peers")?;
    let now = crate::clock::now()?;
    let line = |peer: &PeerView| {
        let who = peer
            .did
            .map_or_else(|| plain(&peer.id), |did| did.to_string());
        let rtt = peer
            .rtt_ms
            .map_or_else(|| "?".to_owned(), |ms| ms.to_string());
        let way = if peer.outbound {
            "dialled"
        } else {
            "dialled us"
        };
        let agent = peer.agent.as_deref().map(plain).unwrap_or_default();
        format!(
            "{who}  {}  {rtt} ms  {way} {} ago  {agent}\n",
            plain(&peer.address),
            age(peer.since, now)
        )
    };
    let lines: String = peers.iter().map(line).collect();
    let text = match peers.is_empty() {
        true => "no peers: others join with the string that `icn start` printed".to_owned(),
        false => format!("{lines}{}", count(peers.len() as u64, "peer")),
    };
    Ok(Answer::new(text, json!({ "peers": json })))
}

/// How long ago something was, for people.
pub(crate) fn age(then: Time, now: Time) -> String {
    let ms = now.ms_since(then);
    let length = match ms {
        0..=9_999 => Duration::from_millis(ms),
        _ => Duration::from_secs(ms / 1000),
    };
    humantime::format_duration(length).to_string()
}
