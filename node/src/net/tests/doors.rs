//! Who does not get in, and what an attack costs those who are.

use super::rig::{Node, config, joined, meet, network, node, until};
use crate::net::{Command, Departure, Event, NetConfig, Refusal, Topic, Verdict};
use icn_base::Time;
use libp2p::multiaddr::Protocol;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

async fn refused(node: &mut Node) -> Refusal {
    node.until(|event| match event {
        Event::Refused { why, .. } => Some(why),
        Event::Joined { peer, .. } => panic!("{peer} must not join"),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn another_network_is_refused_and_both_are_told_why() {
    let mut a = node(1, config()).await;
    let other = NetConfig {
        network: network("elsewhere"),
        bootstrap: vec![a.full()],
        ..config()
    };
    let mut b = node(2, other).await;
    let speaks = |name: &str| Refusal::OtherNetwork(format!("/icn/{}/1", network(name)));
    assert_eq!(refused(&mut b).await, speaks("here"));
    assert_eq!(refused(&mut a).await, speaks("elsewhere"));
    a.gossip(Topic::Txs, b"not for you").await;
    let said = b.says().await;
    assert!(
        !said
            .iter()
            .any(|event| matches!(event, Event::Heard { .. }))
    );
    assert!(a.net.peers().await.expect("there").is_empty());
}

#[tokio::test]
async fn who_is_banned_leaves_and_comes_back_when_its_time_is_up() {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = u64::try_from(now.expect("after 1970").as_millis()).expect("small");
    let until = Time::from_ms(now + 3_000).expect("small");
    let banned = Instant::now();
    let peer = b.did();
    a.tell(Command::Ban { peer, until }).await;
    let why = a
        .until(|event| match event {
            Event::Left { why, .. } => Some(why),
            _ => None,
        })
        .await;
    assert_eq!(why, Departure::Banned);
    assert_eq!(refused(&mut a).await, Refusal::Banned);
    a.sees(peer).await;
    assert!(banned.elapsed() >= Duration::from_millis(2_900));
}

#[tokio::test]
async fn a_second_node_with_the_same_key_is_told_and_harms_nobody() {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let twin = NetConfig {
        bootstrap: vec![a.at.clone(), b.full()],
        ..config()
    };
    let mut twin = node(1, twin).await;
    let why = until(&mut twin.events, |event| match event {
        Event::Refused { why, .. } => Some(why),
        _ => None,
    })
    .await;
    assert_eq!(why, Refusal::OwnKey);
    a.gossip(Topic::Txs, b"still here").await;
    assert_eq!(b.hears(Verdict::Accept).await.2, b"still here");
}

fn port(node: &Node) -> u16 {
    node.at
        .iter()
        .find_map(|part| match part {
            Protocol::Tcp(port) => Some(port),
            _ => None,
        })
        .expect("it listens on TCP")
}

/// What strangers send: nothing, noise, half a greeting, a greeting and noise.
fn garbage(number: usize) -> Vec<u8> {
    match number % 4 {
        0 => Vec::new(),
        1 => vec![0xff; 4_096],
        2 => b"\x13/multistream/1".to_vec(),
        _ => [
            b"\x13/multistream/1.0.0\n\x07/noise\n".as_slice(),
            &[0xaa; 600],
        ]
        .concat(),
    }
}

/// Opens so many connections to a port, each with its garbage, and holds them.
fn attack(port: u16, count: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for number in 0..count {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
            // The other side may have hung up already.
            drop(stream.write_all(&garbage(number)));
            held.push(stream);
        }
    }
    held
}

async fn two_talk_while(attackers: usize) {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let at = port(&a);
    let attack = tokio::task::spawn_blocking(move || attack(at, attackers));
    let mut slowest = Duration::ZERO;
    for round in 0_u8..40 {
        let sent = Instant::now();
        b.gossip(Topic::Order, &[round]).await;
        assert_eq!(a.hears(Verdict::Accept).await.2, [round]);
        slowest = slowest.max(sent.elapsed());
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let held = attack.await.expect("the attack ends");
    assert!(held.len() > attackers / 2, "{} connections", held.len());
    assert!(slowest < Duration::from_secs(10), "{slowest:?}");
    let peers = a.net.peers().await.expect("there");
    assert_eq!(peers.len(), 1);
    drop(held);
    // And somebody new gets in.
    let mut c = joined(3, &[&a]).await;
    meet(&mut a, &mut c).await;
    assert!(a.net.counts().connections_refused > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_talk_while_five_hundred_strangers_send_garbage() {
    two_talk_while(500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_talk_while_two_thousand_connections_are_opened() {
    two_talk_while(2_000).await;
}
