//! A disk that keeps what was synced, and nothing else.

use icn_base::order::Certificate;
use icn_consensus::{Entry, Highest, Output};

/// What a node finds when it starts again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    pub(crate) log: Vec<Vec<u8>>,
    pub(crate) highest: Option<Highest>,
    /// The certificates of the heights that are decided, from the first on.
    pub(crate) chain: Vec<Certificate>,
}

/// Where a crash comes, if one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    BeforeLog,
    WithinLog(usize),
    BeforeHighest,
    /// After this many effects.
    AmongEffects(usize),
}

impl Disk {
    /// Writes what an output asks for, in its order. False if the crash came first.
    pub(crate) fn write(&mut self, out: &Output, crash: Option<Crash>) -> bool {
        let entries = out.log.iter().map(Entry::encode);
        match crash {
            Some(Crash::BeforeLog) => return false,
            Some(Crash::WithinLog(count)) => {
                self.log.extend(entries.take(count % (out.log.len() + 1)));
                return false;
            }
            Some(Crash::BeforeHighest | Crash::AmongEffects(_)) | None => self.log.extend(entries),
        }
        if crash == Some(Crash::BeforeHighest) {
            return false;
        }
        if out.highest.is_some() {
            self.highest = out.highest;
        }
        true
    }

    /// The height under way.
    pub(crate) fn height(&self) -> u64 {
        self.chain.len() as u64 + 1
    }

    pub(crate) fn read_log(&self) -> Vec<Entry> {
        let read = |bytes: &Vec<u8>| Entry::decode(bytes).unwrap();
        self.log.iter().map(read).collect()
    }

    pub(crate) fn forget(&mut self, below: u64) {
        self.log
            .retain(|bytes| Entry::decode(bytes).unwrap().height() >= below);
    }
}
