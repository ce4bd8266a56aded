//! Beginning from a disk: the last checkpoint, and the blocks above it, applied again.

use crate::mempool::Waiting;
use crate::sealed::{Sealed, Spine};
use crate::{Removed, Stopped, fault, names};
use icn_base::{Cid, JobId, TxId};
use icn_dag::{Block, Blocks, Store, StoreError};
use icn_ledger::{Genesis, Header, SignedTx, State, apply_verified_block};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A state that is on the disk, by the header that names its root: the one of the block after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The header.
    pub header: Header,
}

/// What a disk leads to.
pub(crate) struct Opened {
    pub(crate) state: State,
    pub(crate) tip: Cid,
    pub(crate) spine: Spine,
}

impl Checkpoint {
    /// What a disk must keep for it: the state's blocks, and the one that names it last.
    pub fn blocks(&self, state: &State) -> Vec<Block> {
        let mut blocks = state.prove_all();
        blocks.push(self.block());
        blocks
    }

    /// The block that [`names::CHECKPOINT`] points at.
    pub fn block(&self) -> Block {
        Block::cbor(self).expect("a header has a canonical spelling")
    }
}

/// The state that the disk's blocks lead to.
pub(crate) fn read(
    genesis: &Genesis,
    removed: Removed,
    disk: &dyn Store,
) -> Result<Opened, Stopped> {
    let network = genesis.network();
    let known = disk.name(names::GENESIS)?;
    if known.is_some_and(|known| known != *network.cid()) {
        return Err(Stopped::OtherNetwork);
    }
    let (mut state, mut tip) = base(genesis, removed, disk)?;
    let Some(last) = disk.name(names::TIP)? else {
        return Ok(Opened {
            state,
            tip,
            spine: Spine::default(),
        });
    };
    let sealed = Sealed::read(disk, &last)?;
    let spine = Spine::at(last, &sealed);
    for step in above(disk, state.chain().height, last)? {
        tip = step.certificate.block;
        apply(&mut state, &tip, disk)?;
    }
    Ok(Opened { state, tip, spine })
}

/// The states above the last checkpoint, each with the header of the block that led to it.
pub(crate) fn states(
    genesis: &Genesis,
    removed: Removed,
    disk: &dyn Store,
) -> Result<BTreeMap<u64, (State, Header)>, Stopped> {
    let mut states = BTreeMap::new();
    let Some(last) = disk.name(names::TIP)? else {
        return Ok(states);
    };
    let (mut state, _) = base(genesis, removed, disk)?;
    for step in above(disk, state.chain().height, last)? {
        let header = apply(&mut state, &step.certificate.block, disk)?;
        states.insert(header.height, (state.clone(), header));
    }
    Ok(states)
}

/// The last checkpoint, or the genesis.
fn base(genesis: &Genesis, removed: Removed, disk: &dyn Store) -> Result<(State, Cid), Stopped> {
    if let Some((state, tip)) = checkpoint(disk)? {
        return Ok((fault::book(removed, state), tip));
    }
    let mut state = fault::book(removed, genesis.state()?);
    drop(state.commit());
    Ok((state, *genesis.network().cid()))
}

/// The sealed heights above this one, upwards.
fn above(disk: &dyn Store, height: u64, last: Cid) -> Result<Vec<Sealed>, Stopped> {
    let (mut steps, mut at) = (Vec::new(), Some(last));
    while let Some(cid) = at {
        let sealed = Sealed::read(disk, &cid)?;
        if sealed.height() <= height {
            break;
        }
        at = sealed.below.first().copied();
        steps.push(sealed);
    }
    steps.reverse();
    Ok(steps)
}

fn apply(state: &mut State, block: &Cid, disk: &dyn Store) -> Result<Header, Stopped> {
    let header: Header = value(disk, block)?;
    let ids: Vec<TxId> = value(disk, &header.txs)?;
    let network = state.chain().network;
    let mut txs = Vec::new();
    for id in &ids {
        let tx: SignedTx = value(disk, id.cid())?;
        txs.push(Waiting::new(tx, &network).map(Waiting::into_verified));
    }
    let root = state.root().copied();
    let applied = apply_verified_block(state, header.height, header.time, &txs);
    match (root == Some(header.state), applied) {
        (true, Ok(_)) => Ok(header),
        _ => Err(Stopped::Diverged(header.height)),
    }
}

/// The state of the last checkpoint, and the block after which it stands. One that is damaged does
/// not count: the chain leads there, too.
fn checkpoint(disk: &dyn Store) -> Result<Option<(State, Cid)>, Stopped> {
    let Some(cid) = disk.name(names::CHECKPOINT)? else {
        return Ok(None);
    };
    let Checkpoint { header } = value(disk, &cid)?;
    let state = State::load(disk, &header.state);
    Ok(state.ok().map(|state| (state, header.parent)))
}

/// How often jobs of this node are still to be tried again.
pub(crate) fn retries(disk: &dyn Store) -> Result<BTreeMap<JobId, u8>, Stopped> {
    match disk.name(names::RETRIES)? {
        None => Ok(BTreeMap::new()),
        Some(cid) => Ok(value::<Vec<(JobId, u8)>>(disk, &cid)?.into_iter().collect()),
    }
}

fn value<T: serde::de::DeserializeOwned + Serialize>(
    disk: &(impl Blocks + ?Sized),
    cid: &Cid,
) -> Result<T, Stopped> {
    let block = disk.get(cid)?.ok_or(StoreError::Missing(*cid))?;
    block.value().map_err(|source| Stopped::bad(*cid, source))
}
