//! What is remembered of a block once it was applied: what became of its transactions, and every
//! fact, in order. A fact's name is its block's height and its place in it, so it is the same after
//! a restart, and on every node.

use icn_base::{Cid, Time, TxId};
use icn_dag::{Block, StoreError};
use icn_ledger::{Action, Event, Header, Reject, SignedTx, Verdict};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Blocks that were applied. All of it is on disk by the time that a view names their height.
pub trait Past: Send + Sync {
    /// What became of the block at a height; none if there is no such block, or if it is no longer
    /// remembered.
    fn report(&self, height: u64) -> Result<Option<Arc<Report>>, StoreError>;

    /// The height of the block in which a transaction stands.
    fn height_of(&self, tx: &TxId) -> Result<Option<u64>, StoreError>;

    /// The first height that is remembered.
    fn first(&self) -> u64;
}

/// What became of a block. That of a very full block is larger than a block of the DAG may be: it is
/// kept as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Its height.
    pub height: u64,
    /// The CID of its header.
    pub block: Cid,
    /// Its time.
    pub time: Time,
    /// Its transactions, in their order.
    pub txs: Vec<(TxId, Fate)>,
    /// Every fact: those of the transactions in their order, then what fell due.
    pub events: Vec<Happened>,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fate {
    /// It did what it says.
    Applied,
    /// It paid its fee and did nothing else.
    Failed(Refusal),
    /// It should not have stood there, and did nothing.
    Refused(Refusal),
}

/// A refusal of the book, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Its number.
    pub code: u16,
    /// Its name.
    pub name: String,
    /// The name of its class.
    pub class: String,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// A fact, and whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Happened {
    /// The place of its transaction in the block; none for what fell due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx: Option<u32>,
    /// What.
    pub event: Event,
}

impl Report {
    /// What became of the block with this header: a verdict for each transaction, and what fell due.
    pub fn of(header: &Header, txs: &[TxId], verdicts: &[Verdict], due: &[Event]) -> Self {
        let (mut fates, mut events) = (Vec::with_capacity(txs.len()), Vec::new());
        for ((place, id), verdict) in (0..).zip(txs).zip(verdicts) {
            let fate = match verdict {
                Verdict::Applied(facts) => {
                    let tx = Some(place);
                    events.extend(facts.iter().cloned().map(|event| Happened { tx, event }));
                    Fate::Applied
                }
                Verdict::Failed(reject) => Fate::Failed(reject.into()),
                Verdict::Refused(reject) => Fate::Refused(reject.into()),
            };
            fates.push((*id, fate));
        }
        events.extend(
            due.iter()
                .cloned()
                .map(|event| Happened { tx: None, event }),
        );
        Self {
            height: header.height,
            block: *header.block().cid(),
            time: header.time,
            txs: fates,
            events,
        }
    }

    /// What became of one of its transactions.
    pub fn fate(&self, tx: &TxId) -> Option<&Fate> {
        let found = self.txs.iter().find(|(id, _)| id == tx);
        found.map(|(_, fate)| fate)
    }
}

/// The receipts that came in a block's transactions, as blocks to be kept beside it: a receipt is
/// asked for by its own CID.
pub fn receipts(txs: &[SignedTx]) -> Vec<Block> {
    let receipt = |tx: &SignedTx| match &tx.body.action {
        Action::SettleJob { receipt, .. } | Action::AnchorReceipt { receipt } => {
            Block::cbor(receipt).ok()
        }
        _ => None,
    };
    txs.iter().filter_map(receipt).collect()
}

impl From<&Reject> for Refusal {
    fn from(reject: &Reject) -> Self {
        Self {
            code: reject.number(),
            name: reject.name().to_owned(),
            class: reject.class().name().to_owned(),
            message: reject.to_string(),
            hint: reject.hint().to_owned(),
        }
    }
}
