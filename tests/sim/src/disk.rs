//! A node's disk: blocks with their names, the log of order, and the highest-signed record, each
//! written and synced in this order. What a crash comes before is not there afterwards.

use crate::hits::Fault;
use icn_base::Cid;
use icn_base::codec;
use icn_consensus::{Entry, Highest};
use icn_dag::{Batch, Block, Blocks, Pin, Store, StoreError};
use icn_mesh::Keep;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Length and checksum before each entry of the log.
const FRAME: usize = 8;

/// Where a write comes to its end too soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// Nothing is on disk.
    BeforeBlocks,
    /// Blocks and names are.
    BeforeLog,
    /// So much of the log's new bytes is, in thousandths.
    WithinLog(u64),
    /// All but the record is.
    BeforeRecord,
    /// Everything is, and so many effects are done.
    AmongEffects(usize),
    /// There is no room for it.
    Full,
    /// It fails.
    Error,
}

impl Crash {
    /// The fault that it is.
    pub const fn fault(self) -> Fault {
        match self {
            Self::BeforeBlocks => Fault::BeforeBlocks,
            Self::BeforeLog => Fault::BeforeLog,
            Self::WithinLog(_) => Fault::TornLog,
            Self::BeforeRecord => Fault::BeforeRecord,
            Self::AmongEffects(_) => Fault::AmongEffects,
            Self::Full => Fault::DiskFull,
            Self::Error => Fault::DiskError,
        }
    }
}

/// What a node finds when it starts again.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    blocks: BTreeMap<Cid, Block>,
    names: BTreeMap<String, Cid>,
    log: Vec<u8>,
    record: Option<Vec<u8>>,
    damaged: BTreeSet<Cid>,
}

/// What became of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRead {
    /// The entries that are whole, up to the first that is not.
    pub entries: Vec<Entry>,
    /// An entry in the middle is not what was written.
    pub damaged: bool,
}

impl Disk {
    /// Writes what must be kept, in its order. False if a crash came first.
    pub fn write(&mut self, keep: &Keep, crash: Option<Crash>) -> bool {
        if matches!(
            crash,
            Some(Crash::BeforeBlocks | Crash::Full | Crash::Error)
        ) {
            return false;
        }
        self.put(keep.blocks.clone(), keep.names.clone());
        if crash == Some(Crash::BeforeLog) {
            return false;
        }
        let frames = keep.log.iter().map(frame).collect::<Vec<_>>().concat();
        if let Some(Crash::WithinLog(part)) = crash {
            let whole = frames.len() * usize::try_from(part).unwrap_or(0) / 1_000;
            self.log
                .extend_from_slice(frames.get(..whole).unwrap_or_default());
            return false;
        }
        self.log.extend_from_slice(&frames);
        if crash == Some(Crash::BeforeRecord) {
            return false;
        }
        if let Some(highest) = &keep.highest {
            self.record = Some(codec::encode(highest).expect("three numbers have a spelling"));
        }
        if let Some(below) = keep.forget_below {
            self.forget(below);
        }
        true
    }

    fn put(&mut self, blocks: Vec<Block>, names: BTreeMap<String, Option<Cid>>) {
        for block in blocks {
            self.damaged.remove(block.cid());
            self.blocks.insert(*block.cid(), block);
        }
        for (name, cid) in names {
            match cid {
                Some(cid) => drop(self.names.insert(name, cid)),
                None => drop(self.names.remove(&name)),
            }
        }
    }

    fn forget(&mut self, below: u64) {
        let LogRead { entries, damaged } = self.read_log();
        if damaged {
            return;
        }
        let kept = entries.iter().filter(|entry| entry.height() >= below);
        self.log = kept.map(frame).collect::<Vec<_>>().concat();
    }

    /// Reads the log back: a torn tail is cut, and damage before it is told.
    pub fn read_log(&self) -> LogRead {
        let (mut entries, mut rest) = (Vec::new(), self.log.as_slice());
        while let Some((header, body)) = rest.split_at_checked(FRAME) {
            let (length, sum) = header.split_at(4);
            let length = length
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            let Some((body, after)) = body.split_at_checked(length) else {
                break;
            };
            let entry = Entry::decode(body).ok().filter(|_| checksum(body) == sum);
            let Some(entry) = entry else {
                return LogRead {
                    entries,
                    damaged: true,
                };
            };
            entries.push(entry);
            rest = after;
        }
        LogRead {
            entries,
            damaged: false,
        }
    }

    /// Cuts the log behind its last whole entry, as a node does when it starts.
    pub fn cut_tail(&mut self) {
        let entries = self.read_log().entries;
        self.log = entries.iter().map(frame).collect::<Vec<_>>().concat();
    }

    /// The highest-signed record.
    pub fn highest(&self) -> Option<Highest> {
        let record = self.record.as_ref()?;
        Some(codec::decode(record).expect("a record is replaced whole or not at all"))
    }

    /// True if nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.log.is_empty() && self.record.is_none()
    }

    /// Changes one of the blocks. Says which, if there are any.
    pub fn flip_block(&mut self, chance: u64) -> Option<Cid> {
        let count = u64::try_from(self.blocks.len()).unwrap_or(u64::MAX);
        let place = usize::try_from(chance.checked_rem(count)?).ok()?;
        let cid = *self.blocks.keys().nth(place)?;
        self.damaged.insert(cid);
        Some(cid)
    }

    /// Changes one bit of the log. False if it is empty.
    pub fn flip_log(&mut self, chance: u64) -> bool {
        let count = u64::try_from(self.log.len()).unwrap_or(u64::MAX);
        let place = chance.checked_rem(count);
        let place = place.and_then(|place| usize::try_from(place).ok());
        let Some(byte) = place.and_then(|place| self.log.get_mut(place)) else {
            return false;
        };
        *byte ^= 1;
        true
    }

    /// What an operator does who finds damage: everything goes but the record of what was signed.
    pub fn wipe(&mut self) {
        let record = self.record.take();
        *self = Self {
            record,
            ..Self::default()
        };
    }

    /// The log is lost; the record is not.
    pub fn lose_log(&mut self) {
        self.log.clear();
    }

    /// Everything about what was signed is lost.
    pub fn forget_signing(&mut self) {
        self.log.clear();
        self.record = None;
    }
}

impl Blocks for Disk {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        if self.damaged.contains(cid) {
            return Err(StoreError::Damaged {
                cid: *cid,
                place: "the simulated disk".into(),
            });
        }
        Ok(self.blocks.get(cid).cloned())
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        let block = self.blocks.get(cid);
        Ok(block.and_then(|block| u64::try_from(block.bytes().len()).ok()))
    }
}

impl Store for Disk {
    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        for cid in &batch.drop {
            self.blocks.remove(cid);
        }
        self.put(batch.blocks, batch.names);
        Ok(())
    }

    fn list(&self, after: Option<&Cid>, count: usize) -> Result<Vec<Cid>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let above = self.blocks.range((from, Bound::Unbounded));
        Ok(above.take(count).map(|(cid, _)| *cid).collect())
    }

    /// Nothing is pinned: a node of the simulation collects nothing.
    fn pins(&self) -> Result<Vec<Pin>, StoreError> {
        Ok(Vec::new())
    }

    fn name(&self, name: &str) -> Result<Option<Cid>, StoreError> {
        Ok(self.names.get(name).copied())
    }

    fn names(&self) -> Result<BTreeMap<String, Cid>, StoreError> {
        Ok(self.names.clone())
    }
}

fn frame(entry: &Entry) -> Vec<u8> {
    let body = entry.encode();
    let length = u32::try_from(body.len()).expect("an entry is far smaller than 4 GiB");
    [&length.to_be_bytes()[..], &checksum(&body), &body].concat()
}

fn checksum(body: &[u8]) -> [u8; 4] {
    let digest = Sha256::digest(body);
    let mut sum = [0; 4];
    sum.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_consensus::{Act, Waited};

    fn entry(round: u32) -> Entry {
        Entry::Timeout {
            height: 3,
            round,
            waited: Waited::Prevotes,
        }
    }

    fn keep() -> Keep {
        Keep {
            blocks: vec![Block::raw(*b"a block").unwrap()],
            names: [(
                "tip".to_owned(),
                Some(*Block::raw(*b"a block").unwrap().cid()),
            )]
            .into(),
            log: vec![entry(0), entry(1)],
            highest: Some(Highest {
                height: 3,
                round: 1,
                act: Act::Prevote,
            }),
            forget_below: None,
        }
    }

    /// What is there: the block, its name, entries of the log, the record.
    fn found(crash: Option<Crash>) -> (bool, bool, usize, bool) {
        let mut disk = Disk::default();
        let done = disk.write(&keep(), crash);
        assert_eq!(
            done,
            crash.is_none_or(|crash| matches!(crash, Crash::AmongEffects(_)))
        );
        let log = disk.read_log();
        assert!(!log.damaged);
        let cid = *Block::raw(*b"a block").unwrap().cid();
        let named = disk.name("tip").unwrap() == Some(cid);
        let highest = disk.highest().is_some();
        (disk.has(&cid).unwrap(), named, log.entries.len(), highest)
    }

    #[test]
    fn what_a_crash_comes_before_is_not_there() {
        for nothing in [Crash::BeforeBlocks, Crash::Full, Crash::Error] {
            assert_eq!(found(Some(nothing)), (false, false, 0, false));
        }
        assert_eq!(found(Some(Crash::BeforeLog)), (true, true, 0, false));
        assert_eq!(found(Some(Crash::WithinLog(400))), (true, true, 0, false));
        assert_eq!(found(Some(Crash::WithinLog(900))), (true, true, 1, false));
        assert_eq!(found(Some(Crash::BeforeRecord)), (true, true, 2, false));
        assert_eq!(found(Some(Crash::AmongEffects(0))), (true, true, 2, true));
        assert_eq!(found(None), (true, true, 2, true));
    }

    #[test]
    fn a_torn_tail_is_cut_and_damage_is_told() {
        let mut disk = Disk::default();
        assert!(!disk.write(&keep(), Some(Crash::WithinLog(900))));
        disk.cut_tail();
        assert!(disk.write(&keep(), None));
        let log = disk.read_log();
        assert_eq!((log.entries.len(), log.damaged), (3, false));
        assert!(disk.flip_log(FRAME as u64));
        assert_eq!(disk.read_log().entries.len(), 0);
        assert!(disk.read_log().damaged);
    }

    #[test]
    fn a_changed_block_is_damaged_until_it_is_written_again() {
        let mut disk = Disk::default();
        assert!(disk.write(&keep(), None));
        let cid = disk.flip_block(7).unwrap();
        assert!(disk.get(&cid).is_err());
        assert!(disk.write(&keep(), None));
        assert!(disk.get(&cid).unwrap().is_some());
        disk.wipe();
        assert!(disk.highest().is_some() && disk.read_log().entries.is_empty());
        assert!(disk.get(&cid).unwrap().is_none() && !disk.is_empty());
    }

    #[test]
    fn what_is_old_is_forgotten() {
        let mut disk = Disk::default();
        assert!(disk.write(&keep(), None));
        let later = Keep {
            forget_below: Some(4),
            ..Keep::default()
        };
        assert!(disk.write(&later, None));
        assert!(disk.read_log().entries.is_empty());
    }
}
