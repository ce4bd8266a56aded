//! A chain of blocks, folded into the state that it leads to.

use icn_base::{Cid, Time};
use icn_dag::{Block, BlockError, Blocks, StoreError};
use icn_ledger::genesis::GenesisError;
use icn_ledger::header::HeaderError;
use icn_ledger::limits::BLOCK_TXS_MAX;
use icn_ledger::{AuditError, Genesis, Header, Reject, SignedTx, State, Verdict};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The headers of a chain, from the first to its head, and the genesis below them.
#[derive(Clone, Debug)]
pub struct Chain {
    genesis: Genesis,
    headers: Vec<Header>,
}

/// Why blocks are no chain. Each names the block to look at.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// A block is not here.
    #[error("the {what} is missing: block {cid}")]
    Missing {
        /// What it is.
        what: &'static str,
        /// Its name.
        cid: Cid,
    },
    /// A block is something else than it should be.
    #[error("block {cid} is no {what}: {source}")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// Its name.
        cid: Cid,
        /// What is wrong.
        source: BlockError,
    },
    /// The bytes of a transaction are none.
    #[error("block {cid} is no transaction: {reject}")]
    Transaction {
        /// Its name.
        cid: Cid,
        /// What is wrong.
        reject: Reject,
    },
    /// A list of transactions is too long.
    #[error("the block at height {height} has {found} transactions, {BLOCK_TXS_MAX} are allowed")]
    TooMany {
        /// Its height.
        height: u64,
        /// How many it has.
        found: usize,
    },
    /// Heights must end at 1, above the genesis.
    #[error("the first block has height {0}: the chain has a gap")]
    Gap(u64),
    /// No such state can begin.
    #[error("the genesis makes no state: {0}")]
    Genesis(#[from] GenesisError),
    /// A block cannot follow the one before it.
    #[error("the block at height {height} cannot follow: {source}")]
    Follow {
        /// Its height.
        height: u64,
        /// Why not.
        source: HeaderError,
    },
    /// The book does not add up after a block. No chain leads there: this is a fault of icn.
    #[error("after height {height} the book does not add up: {source}")]
    Audit {
        /// The height.
        height: u64,
        /// What is wrong.
        source: AuditError,
    },
    /// The blocks cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a chain leads to.
#[derive(Clone, Debug)]
pub struct Folded {
    /// The state.
    pub state: State,
    /// What became of its transactions.
    pub txs: Totals,
}

/// Transactions by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Did what they say.
    pub applied: u64,
    /// Paid their fee and did nothing else.
    pub failed: u64,
    /// Should not have stood in a block, and did nothing.
    pub refused: u64,
}

impl Chain {
    /// Follows the headers from the head down to the genesis. A genesis alone is a chain, too.
    pub fn open(blocks: &(impl Blocks + ?Sized), head: &Cid) -> Result<Self, ChainError> {
        let (mut headers, mut at) = (Vec::new(), *head);
        loop {
            let block = block(blocks, "header or genesis", &at)?;
            let Ok(header) = block.value::<Header>() else {
                let genesis = value(&block, "header or genesis")?;
                headers.reverse();
                return Self::above(genesis, headers);
            };
            at = header.parent;
            headers.push(header);
        }
    }

    fn above(genesis: Genesis, headers: Vec<Header>) -> Result<Self, ChainError> {
        match headers.first() {
            Some(first) if first.height != 1 => Err(ChainError::Gap(first.height)),
            _ => Ok(Self { genesis, headers }),
        }
    }

    /// The headers, from height 1 on.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The genesis.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The header of a height.
    pub fn header(&self, height: u64) -> Option<&Header> {
        let at = usize::try_from(height.checked_sub(1)?).ok()?;
        self.headers.get(at)
    }

    /// The transactions of a block.
    pub fn txs(
        blocks: &(impl Blocks + ?Sized),
        header: &Header,
    ) -> Result<Vec<SignedTx>, ChainError> {
        let list = block(blocks, "list of transactions", &header.txs)?;
        let ids: Vec<Cid> = value(&list, "list of transactions")?;
        if ids.len() > BLOCK_TXS_MAX {
            let (height, found) = (header.height, ids.len());
            return Err(ChainError::TooMany { height, found });
        }
        let tx = |cid: &Cid| {
            let block = block(blocks, "transaction", cid)?;
            let tx = SignedTx::decode(block.bytes());
            tx.map_err(|reject| ChainError::Transaction { cid: *cid, reject })
        };
        ids.iter().map(tx).collect()
    }

    /// Applies block after block, up to a height or to the head, and adds everything up after each.
    /// `progress` is told each height.
    pub fn fold(
        &self,
        blocks: &(impl Blocks + ?Sized),
        until: Option<u64>,
        mut progress: impl FnMut(u64),
    ) -> Result<Folded, ChainError> {
        let mut state = self.genesis.state()?;
        state.commit();
        let mut txs = Totals::default();
        let wanted = |header: &&Header| until.is_none_or(|until| header.height <= until);
        for header in self.headers.iter().take_while(wanted) {
            let height = header.height;
            let all = Self::txs(blocks, header)?;
            let applied = header
                .apply(&mut state, &all)
                .map_err(|source| ChainError::Follow { height, source })?;
            for verdict in &applied.verdicts {
                let count = match verdict {
                    Verdict::Applied(_) => &mut txs.applied,
                    Verdict::Failed(_) => &mut txs.failed,
                    Verdict::Refused(_) => &mut txs.refused,
                };
                *count += 1;
            }
            state
                .audit()
                .map_err(|source| ChainError::Audit { height, source })?;
            progress(height);
        }
        Ok(Folded { state, txs })
    }

    /// The time of the last block, or of the genesis.
    pub fn time(&self) -> Time {
        self.headers
            .last()
            .map_or(self.genesis.time, |last| last.time)
    }
}

fn block(
    blocks: &(impl Blocks + ?Sized),
    what: &'static str,
    cid: &Cid,
) -> Result<Block, ChainError> {
    let found = blocks.get(cid)?;
    found.ok_or(ChainError::Missing { what, cid: *cid })
}

fn value<T: DeserializeOwned + Serialize>(
    block: &Block,
    what: &'static str,
) -> Result<T, ChainError> {
    block.value().map_err(|source| ChainError::Unreadable {
        what,
        cid: *block.cid(),
        source,
    })
}
