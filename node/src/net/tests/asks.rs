//! One question, one answer.

use super::rig::{Node, config, joined, keys, meet, node};
use crate::net::limits::{ANSWER_BYTES_MAX, ASK_BYTES_MAX, ASKED_PER_PEER_MAX, ASKS_PER_PEER_MAX};
use crate::net::{AskFault, Command, Event, NetConfig, Ticket};
use icn_base::Did;
use std::time::Duration;

async fn pair(ask_timeout_ms: u64) -> (Node, Node) {
    let patience = |ask_timeout_ms| NetConfig {
        ask_timeout_ms,
        ..config()
    };
    let mut a = node(1, patience(ask_timeout_ms)).await;
    let to_a = NetConfig {
        bootstrap: vec![a.full()],
        ..patience(ask_timeout_ms + 1_000)
    };
    let mut b = node(2, to_a).await;
    meet(&mut a, &mut b).await;
    (a, b)
}

async fn ask(from: &Node, to: Did, id: u64, bytes: Vec<u8>) {
    from.tell(Command::Ask { to, id, bytes }).await;
}

async fn asked(node: &mut Node) -> (Did, Vec<u8>, Ticket) {
    node.until(|event| match event {
        Event::Asked {
            from,
            bytes,
            ticket,
        } => Some((from, bytes, ticket)),
        _ => None,
    })
    .await
}

async fn answered(node: &mut Node) -> (u64, Result<Vec<u8>, AskFault>) {
    node.until(|event| match event {
        Event::Answered { id, result, .. } => Some((id, result)),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn each_asks_the_other_and_gets_its_answer() {
    let (mut a, mut b) = pair(60_000).await;
    for length in [0, 1, 70_000, ASK_BYTES_MAX] {
        ask(&a, b.did(), 5, vec![3; length]).await;
        let (from, bytes, ticket) = asked(&mut b).await;
        assert_eq!((from, bytes.len()), (a.did(), length));
        b.tell(Command::Answer { ticket, bytes }).await;
        assert_eq!(answered(&mut a).await, (5, Ok(vec![3; length])));
    }
    ask(&b, a.did(), 6, b"large".to_vec()).await;
    let (_, _, ticket) = asked(&mut a).await;
    let bytes = vec![9; ANSWER_BYTES_MAX];
    a.tell(Command::Answer { ticket, bytes }).await;
    let (id, result) = answered(&mut b).await;
    assert_eq!(
        (id, result.map(|bytes| bytes.len())),
        (6, Ok(ANSWER_BYTES_MAX))
    );
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let (mut a, mut b) = pair(60_000).await;
    ask(&a, b.did(), 1, vec![0; ASK_BYTES_MAX + 1]).await;
    assert_eq!(answered(&mut a).await, (1, Err(AskFault::TooLarge)));
    ask(&a, b.did(), 2, Vec::new()).await;
    let (_, _, ticket) = asked(&mut b).await;
    let bytes = vec![0; ANSWER_BYTES_MAX + 1];
    b.tell(Command::Answer { ticket, bytes }).await;
    assert_eq!(answered(&mut a).await, (2, Err(AskFault::Unanswered)));
}

#[tokio::test]
async fn without_an_answer_there_is_a_reason() {
    let (mut a, mut b) = pair(3_000).await;
    ask(&a, b.did(), 1, b"refused".to_vec()).await;
    let (_, _, ticket) = asked(&mut b).await;
    b.tell(Command::Refuse { ticket }).await;
    assert_eq!(answered(&mut a).await, (1, Err(AskFault::Unanswered)));
    ask(&a, b.did(), 2, b"forgotten".to_vec()).await;
    let (_, _, ticket) = asked(&mut b).await;
    assert_eq!(answered(&mut a).await, (2, Err(AskFault::Timeout)));
    let bytes = b"too late".to_vec();
    b.tell(Command::Answer { ticket, bytes }).await;
    ask(&a, keys(9).did(), 3, Vec::new()).await;
    assert_eq!(answered(&mut a).await, (3, Err(AskFault::Unreachable)));
    ask(&a, a.did(), 4, Vec::new()).await;
    assert_eq!(answered(&mut a).await, (4, Err(AskFault::Unreachable)));
    ask(&a, b.did(), 5, b"lost".to_vec()).await;
    asked(&mut b).await;
    b.tell(Command::Leave).await;
    assert_eq!(answered(&mut a).await, (5, Err(AskFault::Lost)));
}

#[tokio::test]
async fn a_peer_has_so_many_questions_open_at_either_end() {
    let (mut a, mut b) = pair(3_000).await;
    let most = u64::try_from(ASKS_PER_PEER_MAX).expect("small");
    for id in 0..=most {
        ask(&a, b.did(), id, vec![1]).await;
    }
    assert_eq!(answered(&mut a).await, (most, Err(AskFault::TooMany)));
    for _ in 0..ASKED_PER_PEER_MAX {
        asked(&mut b).await;
    }
    for _ in ASKED_PER_PEER_MAX..ASKS_PER_PEER_MAX {
        assert_eq!(answered(&mut a).await.1, Err(AskFault::Unanswered));
    }
    assert_eq!(b.net.counts().asked, 16);
    // Whichever end's patience is over first.
    for _ in 0..ASKED_PER_PEER_MAX {
        let fault = answered(&mut a).await.1;
        assert!(fault == Err(AskFault::Timeout) || fault == Err(AskFault::Unanswered));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    ask(&a, b.did(), 99, vec![2]).await;
    let (_, bytes, ticket) = asked(&mut b).await;
    b.tell(Command::Answer { ticket, bytes }).await;
    assert_eq!(answered(&mut a).await, (99, Ok(vec![2])));
}

#[tokio::test]
async fn a_peer_whose_address_is_known_is_dialled_to_be_asked() {
    let mut a = node(1, config()).await;
    let mut b = joined(2, &[&a]).await;
    meet(&mut a, &mut b).await;
    let mut c = joined(3, &[&a]).await;
    meet(&mut a, &mut c).await;
    // Peers learn of each other through the table of the one that both know.
    b.sees(c.did()).await;
    ask(&b, c.did(), 1, b"hello".to_vec()).await;
    let (from, bytes, ticket) = asked(&mut c).await;
    assert_eq!(from, b.did());
    c.tell(Command::Answer { ticket, bytes }).await;
    assert_eq!(answered(&mut b).await, (1, Ok(b"hello".to_vec())));
}
