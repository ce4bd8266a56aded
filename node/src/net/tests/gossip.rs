//! What everybody is told.

use super::rig::{joined, keys, meet, node};
use crate::net::limits::GOSSIP_BYTES_MAX;
use crate::net::{Command, Departure, Event, Topic, Verdict};
use icn_base::Time;
use icn_base::limits::TIME_MS_MAX;

#[tokio::test]
async fn two_nodes_join_and_hear_each_other_and_repeats_arrive_again() {
    let mut a = node(1, super::rig::config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    for _ in 0..3 {
        a.gossip(Topic::Order, b"the same words").await;
        let heard = b.hears(Verdict::Accept).await;
        assert_eq!(heard, (a.did(), a.did(), b"the same words".to_vec()));
    }
    b.gossip(Topic::Market, b"back").await;
    assert_eq!(a.hears(Verdict::Accept).await.2, b"back");
    let counts = b.net.counts();
    assert_eq!((counts.gossip_in, counts.gossip_in_bytes), (3, 42));
}

#[tokio::test]
async fn a_lone_node_gossips_to_nobody_and_that_is_fine() {
    let mut a = node(1, super::rig::config()).await;
    a.gossip(Topic::Txs, b"hello").await;
    a.tell(Command::Verdict {
        ticket: 77,
        verdict: Verdict::Accept,
    })
    .await;
    assert!(a.says().await.is_empty());
    assert_eq!(a.net.counts().gossip_unsent, 1);
}

#[tokio::test]
async fn a_copy_that_comes_by_a_second_way_is_heard_once() {
    let mut a = node(1, super::rig::config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let mut c = joined(3, &[&a, &b]).await;
    meet(&mut a, &mut c).await;
    b.sees(c.did()).await;
    a.gossip(Topic::Txs, b"once").await;
    b.hears(Verdict::Accept).await;
    c.hears(Verdict::Accept).await;
    for said in [a.says().await, b.says().await, c.says().await] {
        assert!(
            !said
                .iter()
                .any(|event| matches!(event, Event::Heard { .. }))
        );
    }
}

#[tokio::test]
async fn what_is_accepted_goes_on_and_what_is_rejected_does_not_and_costs() {
    let mut a = node(1, super::rig::config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    // A line: c finds a by itself, and must not.
    let (peer, until) = (keys(3).did(), Time::from_ms(TIME_MS_MAX).expect("in range"));
    a.tell(Command::Ban { peer, until }).await;
    let mut c = joined(3, &[&b]).await;
    meet(&mut b, &mut c).await;
    // Until the mesh stands, what is accepted may be passed on late or not at all.
    let heard = loop {
        a.gossip(Topic::Txs, b"good").await;
        b.hears(Verdict::Accept).await;
        let said = c.says().await;
        let heard = said.into_iter().find_map(|event| match event {
            Event::Heard { from, author, .. } => Some((from, author)),
            _ => None,
        });
        if let Some(heard) = heard {
            break heard;
        }
    };
    assert_eq!(heard, (b.did(), a.did()), "b brings what a said");
    let before = b.score(a.did()).await.expect("connected");
    a.gossip(Topic::Txs, b"bad").await;
    assert_eq!(b.hears(Verdict::Reject).await.2, b"bad");
    let is_bad = |event: &Event| matches!(event, Event::Heard { bytes, .. } if bytes == b"bad");
    assert!(!c.says().await.iter().any(is_bad));
    let after = b.score(a.did()).await.expect("connected");
    assert!(after <= before - 10.0, "{before} became {after}");
    assert_eq!(b.net.counts().rejected, 1);
    a.gossip(Topic::Txs, b"dull").await;
    b.hears(Verdict::Ignore).await;
    assert!(b.score(a.did()).await.expect("connected") >= after);
}

#[tokio::test]
async fn whoever_is_rejected_again_and_again_is_cast_out() {
    let mut a = node(1, super::rig::config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    for _ in 0..3 {
        a.gossip(Topic::Txs, b"bad").await;
        b.hears(Verdict::Reject).await;
    }
    let why = b
        .until(|event| match event {
            Event::Left { why, .. } => Some(why),
            _ => None,
        })
        .await;
    assert_eq!(why, Departure::Outcast);
    assert_eq!(b.score(a.did()).await, None);
    assert_eq!(b.net.counts().banned, 1);
}

#[tokio::test]
async fn large_gossip_arrives_and_larger_is_not_sent() {
    let mut a = node(1, super::rig::config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    a.gossip(Topic::Txs, &vec![7; GOSSIP_BYTES_MAX + 1]).await;
    a.gossip(Topic::Txs, &vec![8; GOSSIP_BYTES_MAX]).await;
    let heard = b.hears(Verdict::Accept).await.2;
    assert_eq!((heard.len(), heard[0]), (GOSSIP_BYTES_MAX, 8));
    assert_eq!(a.net.counts().gossip_unsent, 1);
}
