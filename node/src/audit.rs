//! A data directory, judged from its own bytes: the whole chain is applied again from the genesis,
//! each height by the certificate that decided it, and everything is added up after each.

use crate::Home;
use icn_base::order::CertificateError;
use icn_base::{Cid, Mana, NetworkId};
use icn_dag::{Blocks, Store, StoreError};
use icn_ledger::header::HeaderError;
use icn_ledger::{AuditError, Header, State};
use icn_mesh::{Sealed, names};
use icn_replay::{Chain, ChainError};
use icn_store::{DiskStore, OpenError, Options};
use serde::Serialize;

/// What a chain that holds comes to.
#[derive(Clone, Debug, Serialize)]
pub struct Sound {
    /// The network.
    pub network: NetworkId,
    /// The last height.
    pub height: u64,
    /// The last block; at height 0 the genesis.
    pub block: Cid,
    /// The root of the state after it.
    pub root: Cid,
    /// Transactions in its blocks.
    pub txs: u64,
    /// Accounts.
    pub accounts: u64,
    /// Their mana together.
    pub in_accounts: Mana,
    /// The treasury's.
    pub treasury: Mana,
    /// All that was ever made; the sum of the two.
    pub minted: Mana,
}

/// What is wrong with a data directory.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A block is missing or damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blocks are no chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// No chain lives here.
    #[error("there is no chain here yet: the node has never run")]
    Empty,
    /// The chain is another network's.
    #[error("the chain here is of network {found}, and the directory of {settled}")]
    OtherNetwork {
        /// Whose chain it is.
        found: NetworkId,
        /// Whose it should be.
        settled: NetworkId,
    },
    /// A height was not decided.
    #[error("the certificate of height {height} proves nothing: {source}")]
    Certificate {
        /// The height.
        height: u64,
        /// Why not.
        source: CertificateError,
    },
    /// A certificate decides another block.
    #[error("at height {height} block {decided} was decided, and the chain has {found}")]
    OtherBlock {
        /// The height.
        height: u64,
        /// What the certificate is for.
        decided: Cid,
        /// What stands there.
        found: Cid,
    },
    /// A block cannot follow the one before it.
    #[error("the block at height {height} cannot follow: {source}")]
    Follow {
        /// The height.
        height: u64,
        /// Why not.
        source: HeaderError,
    },
    /// The book does not add up.
    #[error("after height {height} the book does not add up: {source}")]
    Sum {
        /// The height.
        height: u64,
        /// What is wrong.
        source: AuditError,
    },
}

/// Judges a data directory on which no node runs. `progress` is told each height, and the last one.
pub fn audit(home: &Home, progress: impl FnMut(u64, u64)) -> Result<Sound, Unsound> {
    let (store, _) = DiskStore::open(home.dir(), Options::default())?;
    let genesis = store.name(names::GENESIS)?.ok_or(Unsound::Empty)?;
    let sealed = match store.name(names::TIP)? {
        Some(tip) => seals(&store, tip)?,
        None => Vec::new(),
    };
    let head = sealed.last().map_or(genesis, |last| last.certificate.block);
    let chain = Chain::open(&store, &head)?;
    let settled = home.network().ok().flatten();
    let found = chain.genesis().network();
    if let Some(settled) = settled.filter(|settled| *settled != found) {
        return Err(Unsound::OtherNetwork { found, settled });
    }
    let (state, txs) = replay(&store, &chain, Some(&sealed), progress)?;
    Ok(sum(&state, head, txs))
}

/// Judges the chain that ends at a block, wherever its blocks are. What decided them is not looked at.
pub fn fold(
    blocks: &(impl Blocks + ?Sized),
    head: &Cid,
    progress: impl FnMut(u64, u64),
) -> Result<Sound, Unsound> {
    let chain = Chain::open(blocks, head)?;
    let (state, txs) = replay(blocks, &chain, None, progress)?;
    Ok(sum(&state, *head, txs))
}

/// What decided each height, upwards.
fn seals(store: &DiskStore, tip: Cid) -> Result<Vec<Sealed>, StoreError> {
    let (mut sealed, mut at) = (Vec::new(), Some(tip));
    while let Some(cid) = at {
        let one = Sealed::read(store, &cid)?;
        at = one.below.first().copied();
        sealed.push(one);
    }
    sealed.reverse();
    Ok(sealed)
}

fn replay(
    blocks: &(impl Blocks + ?Sized),
    chain: &Chain,
    sealed: Option<&[Sealed]>,
    mut progress: impl FnMut(u64, u64),
) -> Result<(State, u64), Unsound> {
    let (genesis, last) = (chain.genesis(), chain.headers().len() as u64);
    let mut state = genesis.state().map_err(ChainError::from)?;
    drop(state.commit());
    let (network, mut txs) = (genesis.network(), 0_u64);
    for (at, header) in chain.headers().iter().enumerate() {
        let height = header.height;
        if let Some(sealed) = sealed.and_then(|sealed| sealed.get(at)) {
            decided(&network, &state, header, sealed)?;
        }
        let all = Chain::txs(blocks, header)?;
        let applied = header.apply(&mut state, &all);
        applied.map_err(|source| Unsound::Follow { height, source })?;
        let added = state.audit();
        added.map_err(|source| Unsound::Sum { height, source })?;
        txs = txs.saturating_add(all.len() as u64);
        progress(height, last);
    }
    Ok((state, txs))
}

/// Holds if a header is the one that its height's validators have decided.
fn decided(
    network: &NetworkId,
    state: &State,
    header: &Header,
    sealed: &Sealed,
) -> Result<(), Unsound> {
    let (height, certificate) = (header.height, &sealed.certificate);
    let checked = certificate.check(network, state.validators());
    checked.map_err(|source| Unsound::Certificate { height, source })?;
    let (decided, found) = (certificate.block, *header.block().cid());
    if decided == found && certificate.height == height {
        return Ok(());
    }
    Err(Unsound::OtherBlock {
        height,
        decided,
        found,
    })
}

/// What a state that adds up comes to.
fn sum(state: &State, block: Cid, txs: u64) -> Sound {
    let at = state.chain();
    let (treasury, minted) = (at.supply.treasury, at.supply.minted());
    let mut totals = state.actors().map(|(_, actor)| actor.account.total());
    let in_accounts = totals.try_fold(Mana::ZERO, Mana::plus);
    Sound {
        network: at.network,
        height: at.height,
        block,
        root: *state
            .root()
            .expect("a state between blocks is committed to"),
        txs,
        accounts: state.actors().count() as u64,
        in_accounts: in_accounts.expect("it adds up"),
        treasury,
        minted,
    }
}
