//! A block: transactions in their order, then what falls due. Applying one is a fold.

use crate::limits::BLOCK_TXS_MAX;
use crate::tx::SignedTx;
use crate::{Event, Reject, State, apply};
use icn_base::Time;

/// What became of one transaction of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it says.
    Applied(Vec<Event>),
    /// It paid its fee and did nothing else; that is final.
    Failed(Reject),
    /// It may not stand in a block. In one that was decided all the same it changes nothing.
    Refused(Reject),
}

/// What a block has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// One verdict for each transaction.
    pub verdicts: Vec<Verdict>,
    /// What fell due.
    pub due: Vec<Event>,
}

/// Why a block cannot follow the last one. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Not the next height.
    #[error("the next height is {next}, the block's is {found}")]
    Height {
        /// The height that would follow.
        next: u64,
        /// The block's.
        found: u64,
    },
    /// Time does not move on.
    #[error("the block's time {found} is not after its parent's, {parent}")]
    Time {
        /// The parent's.
        parent: Time,
        /// The block's.
        found: Time,
    },
    /// More transactions than a block may have.
    #[error("a block has at most {BLOCK_TXS_MAX} transactions, this has {0}")]
    Transactions(usize),
}

/// Judges one transaction as part of a block.
pub fn judge(state: &mut State, tx: &SignedTx, at: Time) -> Verdict {
    let is_market = tx.body.action.is_market();
    match apply::apply(state, tx, at) {
        Ok(events) => Verdict::Applied(events),
        Err(reject) if reject.is_envelope() || is_market => Verdict::Refused(reject),
        Err(reject) => Verdict::Failed(reject),
    }
}

/// Applies a block to the state after its parent.
pub fn apply_block(
    state: &mut State,
    height: u64,
    at: Time,
    txs: &[SignedTx],
) -> Result<Applied, BlockError> {
    let chain = state.chain;
    let next = chain.height.saturating_add(1);
    if height != next {
        return Err(BlockError::Height {
            next,
            found: height,
        });
    }
    if at <= chain.time {
        return Err(BlockError::Time {
            parent: chain.time,
            found: at,
        });
    }
    if txs.len() > BLOCK_TXS_MAX {
        return Err(BlockError::Transactions(txs.len()));
    }
    let verdicts = txs.iter().map(|tx| judge(state, tx, at)).collect();
    state.close_block(height, at);
    Ok(Applied {
        verdicts,
        due: Vec::new(),
    })
}

impl State {
    fn close_block(&mut self, height: u64, at: Time) {
        self.chain.height = height;
        self.chain.time = at;
        self.touched.insert(crate::key::Key::Chain);
    }
}
