//! The node's network alone, for other people's libp2p to meet (`tests/interop/libp2p`): it says a
//! word twice a second, prints what it hears, rejects what is forged, and answers every question with
//! the question. It ends when its standard input does.
#![expect(
    clippy::print_stdout,
    reason = "whoever started it reads it line by line"
)]

use icn_base::{Cid, Codec, Keypair, NetworkId};
use icn_node::net::{self, Command, Event, Net, NetConfig, Topic, Verdict, peer_of};
use libp2p::multiaddr::Protocol;
use serde_json::json;
use std::error::Error;
use std::io::Read;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let network = NetworkId::new(Cid::of(Codec::Raw, b"interop"));
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    let keys = Keypair::from_seed(seed);
    let config = NetConfig {
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse()?],
        ..NetConfig::new(network)
    };
    let (node, mut events) = net::start(&keys, &config)?;
    let me = peer_of(&node.did()).ok_or("the key is no point")?;
    let mut word = tokio::time::interval(Duration::from_millis(500));
    let mut input = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(Event::Listening(at)) => {
                    let at = at.with(Protocol::P2p(me)).to_string();
                    println!("{}", json!({ "listening": at, "network": network }));
                }
                Some(event) => react(&node, event).await?,
                None => return Ok(()),
            },
            _ = word.tick() => {
                let bytes = b"a word of the node".to_vec();
                node.tell(Command::Gossip { topic: Topic::Txs, bytes }).await?;
            }
            ended = &mut input => {
                ended??;
                node.tell(Command::Leave).await?;
                while events.recv().await.is_some() {}
                return Ok(());
            },
        }
    }
}

async fn react(node: &Net, event: Event) -> Result<(), Box<dyn Error>> {
    match event {
        Event::Heard {
            author,
            bytes,
            ticket,
            ..
        } => {
            let (verdict, word) = match bytes.starts_with(b"forged") {
                true => (Verdict::Reject, "reject"),
                false => (Verdict::Accept, "accept"),
            };
            let heard = String::from_utf8_lossy(&bytes);
            println!(
                "{}",
                json!({ "heard": heard, "author": author, "verdict": word })
            );
            node.tell(Command::Verdict { ticket, verdict }).await?;
            // The list of peers comes after the verdict was taken.
            node.peers().await?;
            println!("{}", json!({ "rejected": node.counts().rejected }));
        }
        Event::Asked { bytes, ticket, .. } => {
            node.tell(Command::Answer { ticket, bytes }).await?;
        }
        Event::Refused { why, .. } => println!("{}", json!({ "refused": why.to_string() })),
        _ => {}
    }
    Ok(())
}
