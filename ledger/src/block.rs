//! A block: transactions in their order, then what falls due; then what it has decided comes into
//! force. Applying one is a fold.

use crate::job::Phase;
use crate::limits::BLOCK_TXS_MAX;
use crate::rules::expire::expire;
use crate::state::{Chain, Changes};
use crate::tx::{SignedTx, Verified};
use crate::{Event, Reject, State, apply_verified};
use icn_base::{Cid, Time};
use icn_dag::Block;
use std::sync::Arc;

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
    /// The root of the state after the block.
    pub root: Cid,
    /// The blocks of the state's map that are new.
    pub blocks: Vec<Block>,
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

/// Applies a block to the state after its parent: transactions in their order, then what falls
/// due. The signatures are checked here, one after the other; a node that has checked them on
/// several threads calls [`apply_verified_block`].
pub fn apply_block(
    state: &mut State,
    height: u64,
    at: Time,
    txs: &[SignedTx],
) -> Result<Applied, BlockError> {
    follows(state, height, at, txs.len())?;
    let network = state.chain.network;
    let verify = |tx: &SignedTx| tx.clone().verify(&network);
    let verified: Vec<_> = txs.iter().map(verify).collect();
    apply_verified_block(state, height, at, &verified)
}

/// [`apply_block`], where the signatures were checked before.
pub fn apply_verified_block(
    state: &mut State,
    height: u64,
    at: Time,
    txs: &[Result<Verified, Reject>],
) -> Result<Applied, BlockError> {
    follows(state, height, at, txs.len())?;
    give_snapshots(state);
    let verdicts = txs.iter().map(|tx| judge(state, tx, at)).collect();
    let due = expire(state, at);
    state.come_into_force(at);
    let chain = Chain {
        height,
        time: at,
        ..state.chain
    };
    state.absorb(Changes {
        chain: Some(chain),
        ..Changes::default()
    });
    let (root, blocks) = state.commit();
    state.tip = Some(root);
    Ok(Applied {
        verdicts,
        due,
        root,
        blocks,
    })
}

fn follows(state: &State, height: u64, at: Time, txs: usize) -> Result<(), BlockError> {
    let chain = &state.chain;
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
    if txs > BLOCK_TXS_MAX {
        return Err(BlockError::Transactions(txs));
    }
    Ok(())
}

fn judge(state: &mut State, tx: &Result<Verified, Reject>, at: Time) -> Verdict {
    let tx = match tx {
        Ok(tx) => tx,
        Err(reject) => return Verdict::Refused(reject.clone()),
    };
    match apply_verified(state, tx, at) {
        Ok(events) => Verdict::Applied(events),
        Err(reject) if reject.is_envelope() || tx.body().action.is_market() => {
            Verdict::Refused(reject)
        }
        Err(reject) => Verdict::Failed(reject),
    }
}

/// Jobs that the parent block assigned are run on the state after it, whose root is known now.
fn give_snapshots(state: &mut State) {
    let mut changes = Changes::default();
    for id in &state.unrooted {
        let Some(mut job) = state.jobs.get(id).cloned() else {
            continue;
        };
        if let Phase::Assigned(assigned) = &mut Arc::make_mut(&mut job).phase {
            let assigned = Arc::make_mut(assigned);
            assigned.snapshot = state.snapshot_after(assigned.height);
        }
        changes.jobs.insert(*id, Some(job));
    }
    state.absorb(changes);
}
