//! A block of the chain, as bytes: a small header, and the transactions as blocks of their own.
//!
//! The header links to its parent (the first one to the genesis), to the root of the state after its
//! parent, and to the list of its transactions, each of which is the block that its id names. So the
//! whole chain is one DAG, and a state's root is fixed by the header of the block that follows it.

use crate::block::{Applied, BlockError, apply_block, apply_verified_block};
use crate::{Reject, SignedTx, State, Verified};
use icn_base::{Cid, NetworkId, Time, TxId};
use icn_dag::Block;
use serde::{Deserialize, Serialize};

/// What a block of the chain is known by: its CID is the block's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The network.
    pub network: NetworkId,
    /// How many blocks are below it.
    pub height: u64,
    /// Its time.
    pub time: Time,
    /// The header before it; at height 1 the genesis.
    pub parent: Cid,
    /// The root of the state after its parent.
    pub state: Cid,
    /// The list of its transactions, in their order.
    pub txs: Cid,
}

/// Why a block cannot follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It belongs to another network.
    #[error("the block is for network {0}")]
    Network(NetworkId),
    /// It names another state.
    #[error("the block says that the state before it is {said}, it is {is}")]
    State {
        /// What the header says.
        said: Cid,
        /// What the blocks before it lead to.
        is: Cid,
    },
    /// Its height, time or size is wrong.
    #[error(transparent)]
    Block(#[from] BlockError),
}

impl Header {
    /// The header of the block that would follow `parent`, and the blocks of its transactions, their
    /// list first.
    pub fn new(state: &mut State, parent: Cid, time: Time, txs: &[SignedTx]) -> (Self, Vec<Block>) {
        let block = |tx| Block::cbor(tx).expect("a transaction fits a block");
        let blocks: Vec<Block> = txs.iter().map(block).collect();
        let ids: Vec<TxId> = blocks.iter().map(|tx| TxId::new(*tx.cid())).collect();
        let (header, list) = Self::over(state, parent, time, &ids);
        (header, [list].into_iter().chain(blocks).collect())
    }

    /// [`Header::new`] of transactions that were checked before, whose blocks are
    /// [`Verified::block`]: the header, and the list of their ids. Nothing of them is written again.
    pub fn of_verified(
        state: &mut State,
        parent: Cid,
        time: Time,
        txs: &[Verified],
    ) -> (Self, Block) {
        let ids: Vec<TxId> = txs.iter().map(Verified::id).collect();
        Self::over(state, parent, time, &ids)
    }

    fn over(state: &mut State, parent: Cid, time: Time, ids: &[TxId]) -> (Self, Block) {
        let list = Block::cbor(ids).expect("the list of a block's transactions fits a block");
        let chain = *state.chain();
        let header = Self {
            network: chain.network,
            height: chain.height.saturating_add(1),
            time,
            parent,
            state: root(state),
            txs: *list.cid(),
        };
        (header, list)
    }

    /// The header as a block.
    pub fn block(&self) -> Block {
        Block::cbor(self).expect("a header is small and has a canonical spelling")
    }

    /// Applies the block to the state after its parent. If it cannot follow, nothing has changed.
    pub fn apply(&self, state: &mut State, txs: &[SignedTx]) -> Result<Applied, HeaderError> {
        self.follows(state)?;
        Ok(apply_block(state, self.height, self.time, txs)?)
    }

    /// [`Header::apply`], where the signatures were checked before.
    pub fn apply_verified(
        &self,
        state: &mut State,
        txs: &[Result<Verified, Reject>],
    ) -> Result<Applied, HeaderError> {
        self.follows(state)?;
        Ok(apply_verified_block(state, self.height, self.time, txs)?)
    }

    fn follows(&self, state: &mut State) -> Result<(), HeaderError> {
        if self.network != state.chain().network {
            return Err(HeaderError::Network(self.network));
        }
        let (said, is) = (self.state, root(state));
        if said != is {
            return Err(HeaderError::State { said, is });
        }
        Ok(())
    }
}

/// The root of a state. After a block it is known; a new state is committed to first.
fn root(state: &mut State) -> Cid {
    match state.root() {
        Some(root) => *root,
        None => state.commit().0,
    }
}
