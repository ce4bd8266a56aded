//! The chronicle: what became of each block, for those who ask later. Everything in it stands on
//! disk; what is kept in memory only makes it quick.

use crate::http::past::{Fate, Happened, Past, Refusal, Report};
use icn_base::run::Receipt;
use icn_base::{Cid, TxId};
use icn_dag::{Blocks, StoreError, file};
use icn_ledger::{Action, Event, Header, SignedTx};
use icn_mesh::sealed::{self, Refused};
use icn_mesh::{Decided, Record, Sealed};
use icn_store::Reader;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// Blocks whose reports are kept in memory.
const REPORTS_MAX: usize = 1_024;

/// Transactions that are found by their id: the last ones.
const TXS_MAX: usize = 1_000_000;

/// Heights that a start looks back for them.
const HEIGHTS_BACK: u64 = 200_000;

/// Blocks that were applied.
#[derive(Debug)]
pub(crate) struct Chronicle {
    reader: Reader,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    tip: Option<Cid>,
    first: u64,
    reports: BTreeMap<u64, Arc<Report>>,
    txs: BTreeMap<TxId, u64>,
    order: VecDeque<TxId>,
}

impl Known {
    fn add(&mut self, report: Arc<Report>) {
        for (id, _) in &report.txs {
            self.note(*id, report.height);
        }
        self.reports.insert(report.height, report);
        if self.reports.len() > REPORTS_MAX {
            self.reports.pop_first();
        }
    }

    fn note(&mut self, id: TxId, height: u64) {
        if self.txs.insert(id, height).is_none() {
            self.order.push_back(id);
        }
        while self.order.len() > TXS_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.txs.remove(&oldest);
            }
        }
    }
}

impl Chronicle {
    /// The chronicle of a chain with this tip.
    pub(crate) fn open(reader: Reader, tip: Option<Cid>) -> Result<Self, StoreError> {
        let mut known = Known {
            tip,
            first: 1,
            ..Known::default()
        };
        let (mut at, mut back) = (tip, Vec::new());
        while let Some(cid) = at {
            let Some(sealed) = value::<Sealed>(&reader, &cid)? else {
                break;
            };
            known.first = sealed.height();
            let (height, count) = (sealed.height(), back.len());
            if count >= TXS_MAX || back.len() as u64 >= HEIGHTS_BACK {
                break;
            }
            if let Some(header) = value::<Header>(&reader, &sealed.certificate.block)? {
                let ids = value::<Vec<TxId>>(&reader, &header.txs)?.unwrap_or_default();
                back.extend(ids.into_iter().map(|id| (id, height)));
            }
            at = sealed.below.first().copied();
        }
        for (id, height) in back.into_iter().rev() {
            known.note(id, height);
        }
        if known.first > 1 && tip.is_some() {
            known.first = 1;
        }
        Ok(Self {
            reader,
            known: RwLock::new(known),
        })
    }

    /// A block was decided, and is on disk. `tip` is found by its name.
    pub(crate) fn add(&self, decided: &Decided) {
        let report = Arc::new(report_of_decided(decided));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.tip = Some(decided.sealed);
        known.add(report);
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A height as it was sealed.
    pub(crate) fn sealed(&self, height: u64) -> Result<Option<Sealed>, StoreError> {
        let Some(tip) = self.known().tip else {
            return Ok(None);
        };
        match sealed::find(&self.reader, &tip, height)? {
            Some(cid) => value(&self.reader, &cid),
            None => Ok(None),
        }
    }
}

impl Past for Chronicle {
    fn report(&self, height: u64) -> Result<Option<Arc<Report>>, StoreError> {
        if let Some(known) = self.known().reports.get(&height) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(sealed) = self.sealed(height)? else {
            return Ok(None);
        };
        let Some(header) = value::<Header>(&self.reader, &sealed.certificate.block)? else {
            return Ok(None);
        };
        let ids = value::<Vec<TxId>>(&self.reader, &header.txs)?;
        let (Some(ids), Some(record)) = (ids, record(&self.reader, &sealed.record)?) else {
            return Ok(None);
        };
        Ok(Some(Arc::new(report_of(&header, &ids, record))))
    }

    fn height_of(&self, tx: &TxId) -> Result<Option<u64>, StoreError> {
        Ok(self.known().txs.get(tx).copied())
    }

    fn first(&self) -> u64 {
        self.known().first
    }
}

/// The receipt with this name: a block of its own, or in a transaction that is.
pub(crate) fn receipt_of(blocks: &impl Blocks, cid: &Cid) -> Option<Receipt> {
    let block = blocks.get(cid).ok().flatten()?;
    if let Ok(receipt) = block.value::<Receipt>() {
        return Some(receipt);
    }
    match block.value::<SignedTx>().ok()?.body.action {
        Action::SettleJob { receipt, .. } | Action::AnchorReceipt { receipt } => Some(*receipt),
        _ => None,
    }
}

fn record(blocks: &Reader, cid: &Cid) -> Result<Option<Record>, StoreError> {
    let Some(block) = blocks.get(cid)? else {
        return Ok(None);
    };
    if let Ok(record) = block.value::<Record>() {
        return Ok(Some(record));
    }
    let mut bytes = Vec::new();
    let read = file::get(blocks, cid, &mut bytes, |_| {});
    Ok(read.ok().and_then(|_| icn_base::codec::decode(&bytes).ok()))
}

fn report_of_decided(decided: &Decided) -> Report {
    let record = Record::new(&decided.verdicts, &decided.due);
    report_of(&decided.header, &decided.txs, record)
}

fn report_of(header: &Header, ids: &[TxId], record: Record) -> Report {
    let (mut txs, mut events) = (Vec::with_capacity(ids.len()), Vec::new());
    for ((place, id), fate) in (0_u32..).zip(ids).zip(record.txs) {
        let fate = match fate {
            sealed::Fate::Applied(facts) => {
                let happened = |event: Event| Happened {
                    tx: Some(place),
                    event,
                };
                events.extend(facts.into_iter().map(happened));
                Fate::Applied
            }
            sealed::Fate::Failed(refused) => Fate::Failed(refusal(refused)),
            sealed::Fate::Refused(refused) => Fate::Refused(refusal(refused)),
        };
        txs.push((*id, fate));
    }
    let due = record.due.into_iter();
    events.extend(due.map(|event| Happened { tx: None, event }));
    Report {
        height: header.height,
        block: *header.block().cid(),
        time: header.time,
        txs,
        events,
    }
}

fn refusal(refused: Refused) -> Refusal {
    Refusal {
        code: refused.number,
        name: refused.name,
        class: refused.class,
        message: refused.message,
        hint: refused.hint,
    }
}

fn value<T: serde::de::DeserializeOwned + serde::Serialize>(
    blocks: &Reader,
    cid: &Cid,
) -> Result<Option<T>, StoreError> {
    let bad = |source| StoreError::Block { cid: *cid, source };
    let block = blocks.get(cid)?;
    block.map(|block| block.value().map_err(bad)).transpose()
}
