//! A chain folds into the state that its blocks led to, or the block that is wrong is named.

use crate::guests::{Call, job, mesh, mesh_of};
use crate::lone::{Lone, bob, mana};
use icn_base::{Cid, Codec, NetworkId, Time};
use icn_dag::{Batch, Block, MemStore, Store};
use icn_ledger::header::HeaderError;
use icn_ledger::{Action, Header, State};
use icn_replay::{Chain, ChainError};

fn sample() -> Lone {
    let mut mesh = mesh();
    let calls = [Call::Pay("host_account_spend_mana", String::new(), 3)];
    let spec = job(&mut mesh, &calls);
    mesh.job(spec);
    let transfer = |amount| Action::Transfer {
        to: bob(),
        amount: mana(amount),
        memo: String::new(),
    };
    let txs = mesh.sign(vec![transfer(5), transfer(100_000)]);
    let twice = [&txs[..], &txs[..1]].concat();
    mesh.block(&twice);
    mesh
}

fn fold(mesh: &Lone, head: &Cid) -> Result<State, ChainError> {
    let chain = Chain::open(&mesh.blocks, head)?;
    Ok(chain.fold(&mesh.blocks, None, |_| {})?.state)
}

#[test]
fn folding_the_blocks_gives_the_state_that_they_led_to() {
    let mesh = sample();
    let chain = Chain::open(&mesh.blocks, &mesh.head()).unwrap();
    assert_eq!(chain.headers(), &mesh.headers[..]);
    assert_eq!(*chain.genesis(), mesh.genesis);
    let mut heights = vec![];
    let folded = chain
        .fold(&mesh.blocks, None, |height| heights.push(height))
        .unwrap();
    assert_eq!(folded.state.root(), mesh.state.root());
    assert_eq!(heights, (1..=mesh.headers.len() as u64).collect::<Vec<_>>());
    let txs = folded.txs;
    assert_eq!((txs.applied, txs.failed, txs.refused), (5, 1, 1));

    for (header, parent) in chain.headers().iter().skip(1).zip(chain.headers()) {
        let until = chain
            .fold(&mesh.blocks, Some(parent.height), |_| {})
            .unwrap();
        assert_eq!(
            until.state.root(),
            Some(&header.state),
            "the next header names it"
        );
    }
}

#[test]
fn a_genesis_alone_is_a_chain() {
    let mesh = mesh();
    let genesis = fold(&mesh, mesh.network().cid()).unwrap();
    assert_eq!(genesis.chain().height, 0);
    assert_eq!(genesis.root(), Some(&mesh.headers[0].state));
}

/// A block that somebody else made above the head.
fn above(mesh: &mut Lone, change: impl FnOnce(&mut Header)) -> Cid {
    let time = mesh.state.chain().time.after_ms(1).unwrap();
    let parent = mesh.head();
    let (mut header, blocks) = Header::new(&mut mesh.state, parent, time, &[]);
    change(&mut header);
    mesh.blocks.commit(Batch::of(blocks)).unwrap();
    mesh.blocks.commit(Batch::of([header.block()])).unwrap();
    *header.block().cid()
}

#[test]
fn a_header_that_does_not_fit_is_refused_by_what_is_wrong_with_it() {
    let mut mesh = sample();
    let other = Cid::of(Codec::Raw, b"other");
    let wrong = [
        above(&mut mesh, |header| header.state = other),
        above(&mut mesh, |header| header.network = NetworkId::new(other)),
        above(&mut mesh, |header| header.height += 1),
        above(&mut mesh, |header| header.time = Time::ZERO),
    ];
    let whys: Vec<_> = wrong
        .iter()
        .map(|head| match fold(&mesh, head).unwrap_err() {
            ChainError::Follow { source, .. } => match source {
                HeaderError::State { .. } => "state",
                HeaderError::Network(_) => "network",
                HeaderError::Block(icn_ledger::BlockError::Height { .. }) => "height",
                HeaderError::Block(icn_ledger::BlockError::Time { .. }) => "time",
                HeaderError::Block(other) => panic!("{other}"),
            },
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(whys, ["state", "network", "height", "time"]);
    assert!(
        fold(&mesh, &above(&mut sample(), |_| {})).is_err(),
        "another store"
    );
    let good = above(&mut mesh, |_| {});
    assert!(fold(&mesh, &good).is_ok());

    let foreign = mesh_of([3; 32]);
    let gap = above(&mut mesh, |header| header.parent = *foreign.network().cid());
    mesh.keep(Block::cbor(&foreign.genesis).unwrap());
    assert!(matches!(fold(&mesh, &gap), Err(ChainError::Gap(_))));
    let list = above(&mut mesh, |header| {
        header.txs = *good_list(&[header.parent]).cid()
    });
    mesh.keep(good_list(&[mesh.head()]));
    assert!(matches!(
        fold(&mesh, &list),
        Err(ChainError::Transaction { .. })
    ));
    let many = vec![other; 10_001];
    let list = above(&mut mesh, |header| header.txs = *good_list(&many).cid());
    mesh.keep(good_list(&many));
    assert!(matches!(
        fold(&mesh, &list),
        Err(ChainError::TooMany { .. })
    ));
}

fn good_list(cids: &[Cid]) -> Block {
    Block::cbor(&cids).unwrap()
}

#[test]
fn each_missing_block_is_named() {
    let mesh = sample();
    let chain = Chain::open(&mesh.blocks, &mesh.head()).unwrap();
    let mut needed = vec![*mesh.network().cid()];
    for header in chain.headers() {
        needed.extend([*header.block().cid(), header.txs]);
        let txs = Chain::txs(&mesh.blocks, header).unwrap();
        needed.extend(txs.iter().map(|tx| *tx.id().cid()));
    }
    for cid in needed {
        let mut fewer: MemStore = mesh.blocks.clone();
        let drop = Batch {
            drop: vec![cid],
            ..Batch::default()
        };
        fewer.commit(drop).unwrap();
        let error = Chain::open(&fewer, &mesh.head())
            .and_then(|chain| chain.fold(&fewer, None, |_| {}))
            .unwrap_err();
        let ChainError::Missing { cid: named, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(named, cid);
    }
}
