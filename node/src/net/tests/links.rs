//! Connections: made, lost, made again; and who has what.

use super::rig::{Node, address, config, joined, keys, meet, node};
use crate::net::{
    AGENT, Command, Departure, Direction, Event, NetConfig, Topic, Verdict, peer_of, start,
};
use icn_base::{Cid, Codec, Did};
use libp2p::multiaddr::Protocol;

async fn left(node: &mut Node, who: Did) -> Departure {
    node.until(|event| match event {
        Event::Left { peer, why } if peer == who => Some(why),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_node_that_comes_back_to_its_port_is_found_again() {
    let mut a = node(1, config()).await;
    let at = a.at.clone();
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    a.tell(Command::Leave).await;
    assert_eq!(left(&mut a, b.did()).await, Departure::Leaving);
    assert_eq!(left(&mut b, a.did()).await, Departure::Closed);
    assert!(a.events.recv().await.is_none(), "the network has ended");
    drop(a);
    let again = NetConfig {
        listen: vec![at.clone()],
        ..config()
    };
    let mut a = node(1, again).await;
    assert_eq!(a.at, at);
    meet(&mut a, &mut b).await;
    a.gossip(Topic::Order, b"back").await;
    assert_eq!(b.hears(Verdict::Accept).await.2, b"back");
}

#[tokio::test]
async fn quic_carries_the_same_words() {
    let quic = || NetConfig {
        listen: vec![address("/ip4/127.0.0.1/udp/0/quic-v1")],
        ..config()
    };
    let mut a = node(1, quic()).await;
    let bootstrap = vec![a.full()];
    let mut b = node(
        2,
        NetConfig {
            bootstrap,
            ..quic()
        },
    )
    .await;
    meet(&mut a, &mut b).await;
    a.gossip(Topic::Txs, b"over quic").await;
    assert_eq!(b.hears(Verdict::Accept).await.2, b"over quic");
    let peers = b.net.peers().await.expect("there");
    assert!(peers[0].remote.to_string().contains("/quic-v1"));
}

#[tokio::test]
async fn validators_find_each_other_and_stay_connected() {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    let mut c = joined(3, &[&a]).await;
    let all = vec![a.did(), b.did(), c.did()];
    for node in [&a, &b, &c] {
        node.tell(Command::Validators(all.clone())).await;
    }
    b.sees(c.did()).await;
    c.sees(b.did()).await;
    a.sees(b.did()).await;
    b.gossip(Topic::Order, b"vote").await;
    let heard = c.hears(Verdict::Ignore).await;
    assert_eq!((heard.0, heard.1), (b.did(), b.did()), "directly");
    let peers = c.net.peers().await.expect("there");
    assert!(peers.iter().all(|peer| peer.validator));
}

#[tokio::test]
async fn peers_are_listed_with_what_is_known_of_them() {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let [of_a, of_b] = [&a, &b].map(|node| node.net.clone());
    let (seen, seer) = (of_b.peers().await, of_a.peers().await);
    let (seen, seer) = (seen.expect("there"), seer.expect("there"));
    assert_eq!((seen.len(), seer.len()), (1, 1));
    assert_eq!(seen[0].did, a.did());
    assert_eq!(seen[0].agent, AGENT);
    assert_eq!(seen[0].direction, Direction::Outbound);
    assert_eq!(seer[0].direction, Direction::Inbound);
    assert!(seen[0].addresses.contains(&a.at));
    assert!(seer[0].addresses.contains(&b.at));
    assert!(!seen[0].validator && seen[0].connections >= 1);
    assert!(seen[0].since.as_ms() > 1_600_000_000_000);
}

#[tokio::test]
async fn who_has_a_block_is_found() {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let mut c = joined(3, &[&a]).await;
    meet(&mut a, &mut c).await;
    let cid = Cid::of(Codec::Raw, b"a block");
    b.tell(Command::Provide(cid)).await;
    for id in 0.. {
        assert!(id < 60, "it is found in time");
        c.tell(Command::FindProviders { cid, id }).await;
        let found = c
            .until(|event| match event {
                Event::Providers { id: of, peers } if of == id => Some(peers),
                _ => None,
            })
            .await;
        if found == [b.did()] {
            break;
        }
        assert!(found.is_empty());
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let nothing = Cid::of(Codec::Raw, b"another block");
    let search = Command::FindProviders {
        cid: nothing,
        id: 1_000,
    };
    c.tell(search).await;
    let found = c
        .until(|event| match event {
            Event::Providers { id: 1_000, peers } => Some(peers),
            _ => None,
        })
        .await;
    assert!(found.is_empty());
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("bound").port();
    let listen = vec![address(&format!("/ip4/127.0.0.1/tcp/{port}"))];
    let config = NetConfig { listen, ..config() };
    let error = start(&keys(1), &config).expect_err("it is taken");
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

#[tokio::test]
async fn a_handle_that_is_dropped_ends_the_network() {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let who = b.did();
    drop(b);
    assert_eq!(left(&mut a, who).await, Departure::Closed);
}

#[tokio::test]
async fn a_node_that_cannot_be_dialled_is_reached_through_a_relay() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("bound").port();
    drop(free);
    let at = address(&format!("/ip4/127.0.0.1/tcp/{port}"));
    let relaying = || NetConfig {
        listen: vec![at.clone()],
        external: vec![at.clone()],
        relay_server: true,
        ..config()
    };
    let relay = node(1, relaying()).await;
    let circuit = relay.full().with(Protocol::P2pCircuit);
    let hidden = NetConfig {
        listen: vec![circuit.clone()],
        ..config()
    };
    let mut hidden = node(2, hidden).await;
    let me = peer_of(&hidden.did()).expect("a key");
    let bootstrap = vec![circuit.with(Protocol::P2p(me))];
    let caller = NetConfig {
        bootstrap,
        ..config()
    };
    let mut caller = node(3, caller).await;
    meet(&mut caller, &mut hidden).await;
    hidden.gossip(Topic::Txs, b"from behind a wall").await;
    assert_eq!(caller.hears(Verdict::Accept).await.2, b"from behind a wall");
    // The relay comes back: the node listens there again, and is found.
    drop(relay);
    let _relay = node(1, relaying()).await;
    hidden.sees(caller.did()).await;
}
