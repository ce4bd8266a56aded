//! Which keys were used, for what, and what was answered.

use super::file::{Log, Record};
use icn_base::Bytes;
use icn_ledger::SignedTx;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

pub(in crate::http) use super::file::Stored;

/// How long a key is remembered.
const LIFE_MS: u64 = 24 * 60 * 60 * 1_000;

/// Keys that are remembered. Beyond, the oldest are forgotten before their time.
const KEYS_MAX: usize = 64 * 1024;

/// Bytes of what is remembered for them.
const REMEMBERED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes by which the file may be larger than what is remembered, before it is written anew.
const HISTORY_BYTES: u64 = 16 * 1024 * 1024;

type Key = [u8; 32];

/// The keys of a node.
#[derive(Debug)]
pub(in crate::http) struct Keys {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    log: Log,
    entries: HashMap<Key, Entry>,
    /// By age, the oldest first.
    ages: BTreeSet<(u64, Key)>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    record: Record,
    in_flight: bool,
}

/// What a key says of a request.
pub(in crate::http) enum Begun {
    /// It is this request's to answer.
    Held(Held),
    /// It was answered.
    Stored(Stored),
    /// It was used for another request.
    Other,
    /// Its answer is on its way.
    InFlight,
}

/// A key, while its request is answered. The last clone gives it back.
#[derive(Clone, Debug)]
pub(in crate::http) struct Held {
    hold: Arc<Hold>,
}

#[derive(Debug)]
struct Hold {
    keys: Arc<Keys>,
    key: Key,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.keys.inner().give_back(&self.key);
    }
}

impl Keys {
    /// Reads what was remembered.
    pub(in crate::http) fn open(path: &Path) -> io::Result<Arc<Self>> {
        let (log, records) = Log::open(path)?;
        let mut inner = Inner {
            log,
            entries: HashMap::new(),
            ages: BTreeSet::new(),
            bytes: 0,
        };
        for record in records {
            inner.remember(record, false);
        }
        inner.forget_old(now_ms());
        let inner = Mutex::new(inner);
        Ok(Arc::new(Self { inner }))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a key for a request, or says what is known of it.
    pub(in crate::http) fn begin(self: &Arc<Self>, key: Key, print: [u8; 32]) -> Begun {
        let (mut inner, now) = (self.inner(), now_ms());
        inner.forget_old(now);
        if let Some(entry) = inner.entries.get_mut(&key) {
            if *entry.record.print != print {
                return Begun::Other;
            }
            if let Some(stored) = &entry.record.stored {
                return Begun::Stored(stored.clone());
            }
            if entry.in_flight {
                return Begun::InFlight;
            }
            entry.in_flight = true;
        } else {
            let record = Record {
                key: Bytes(key.to_vec()),
                print: Bytes(print.to_vec()),
                at_ms: now,
                signed: None,
                stored: None,
            };
            inner.remember(record, true);
        }
        let keys = Arc::clone(self);
        Begun::Held(Held {
            hold: Arc::new(Hold { keys, key }),
        })
    }
}

impl Held {
    /// What was signed for it by a request that did not come to its end.
    pub(in crate::http) fn signed(&self) -> Option<SignedTx> {
        let inner = self.hold.keys.inner();
        let signed = inner.entries.get(&self.hold.key)?.record.signed.as_ref()?;
        SignedTx::decode(signed).ok()
    }

    /// Writes down what was signed, before it is submitted.
    pub(in crate::http) async fn sign(&self, tx: &SignedTx) -> io::Result<()> {
        let signed = Bytes(tx.encode());
        self.write(move |record| record.signed = Some(signed)).await
    }

    /// Writes down what is about to be answered.
    pub(in crate::http) async fn answer(&self, stored: Stored) -> io::Result<()> {
        let change = move |record: &mut Record| {
            (record.signed, record.stored) = (None, Some(stored));
        };
        self.write(change).await
    }

    async fn write(&self, change: impl FnOnce(&mut Record) + Send + 'static) -> io::Result<()> {
        let hold = Arc::clone(&self.hold);
        let write = move || hold.keys.inner().write(&hold.key, change);
        tokio::task::spawn_blocking(write)
            .await
            .map_err(io::Error::other)?
    }
}

impl Inner {
    /// Remembers a record in place of what was known of its key.
    fn remember(&mut self, record: Record, in_flight: bool) {
        let Ok(key) = Key::try_from(record.key.0.as_slice()) else {
            return;
        };
        self.forget(&key);
        self.ages.insert((record.at_ms, key));
        self.bytes = self.bytes.saturating_add(weight(&record));
        self.entries.insert(key, Entry { record, in_flight });
    }

    fn forget(&mut self, key: &Key) -> Option<Entry> {
        let entry = self.entries.remove(key)?;
        self.ages.remove(&(entry.record.at_ms, *key));
        self.bytes = self.bytes.saturating_sub(weight(&entry.record));
        Some(entry)
    }

    /// Forgets what is too old, and the oldest beyond the bounds.
    fn forget_old(&mut self, now_ms: u64) {
        while let Some((at_ms, key)) = self.ages.first().copied() {
            let is_old = at_ms.saturating_add(LIFE_MS) < now_ms;
            let is_full = self.entries.len() >= KEYS_MAX || self.bytes > REMEMBERED_BYTES_MAX;
            if !is_old && !is_full {
                return;
            }
            self.forget(&key);
        }
    }

    /// Changes a key's record on disk, and then here.
    fn write(&mut self, key: &Key, change: impl FnOnce(&mut Record)) -> io::Result<()> {
        let Some(entry) = self.entries.get(key) else {
            return Err(io::Error::other("the key was forgotten"));
        };
        let (mut record, in_flight) = (entry.record.clone(), entry.in_flight);
        change(&mut record);
        self.log.append(&record)?;
        self.remember(record, in_flight);
        if self.log.bytes() > HISTORY_BYTES.saturating_add(self.bytes as u64) {
            let written = |entry: &&Record| entry.signed.is_some() || entry.stored.is_some();
            let records = self.entries.values().map(|entry| &entry.record);
            self.log.rewrite(records.filter(written))?;
        }
        Ok(())
    }

    /// A request is over. What it neither signed nor answered is as if it had not been sent.
    fn give_back(&mut self, key: &Key) {
        let Some(entry) = self.entries.get_mut(key) else {
            return;
        };
        entry.in_flight = false;
        if entry.record.signed.is_none() && entry.record.stored.is_none() {
            self.forget(key);
        }
    }
}

/// What a record takes, roughly.
fn weight(record: &Record) -> usize {
    let signed = record.signed.as_ref().map_or(0, |signed| signed.len());
    let stored = record.stored.as_ref().map_or(0, |stored| stored.body.len());
    256_usize.saturating_add(signed).saturating_add(stored)
}

fn now_ms() -> u64 {
    let passed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Stored {
        Stored {
            status: 201,
            media: None,
            location: None,
            body: Bytes(text.as_bytes().to_vec()),
        }
    }

    fn held(begun: Begun) -> Held {
        match begun {
            Begun::Held(held) => held,
            _ => panic!("the key is not free"),
        }
    }

    #[tokio::test]
    async fn a_key_is_answered_once_also_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        let keys = Keys::open(&path).unwrap();
        let first = held(keys.begin([1; 32], [7; 32]));
        assert!(matches!(keys.begin([1; 32], [7; 32]), Begun::InFlight));
        assert!(matches!(keys.begin([1; 32], [8; 32]), Begun::Other));
        first.answer(stored("done")).await.unwrap();
        drop(first);
        for keys in [Arc::clone(&keys), Keys::open(&path).unwrap()] {
            let again = keys.begin([1; 32], [7; 32]);
            assert!(matches!(again, Begun::Stored(answer) if answer == stored("done")));
            assert!(matches!(keys.begin([1; 32], [8; 32]), Begun::Other));
        }
    }

    #[tokio::test]
    async fn a_key_whose_request_came_to_nothing_is_free_again() {
        let directory = tempfile::tempdir().unwrap();
        let keys = Keys::open(&directory.path().join("keys")).unwrap();
        drop(held(keys.begin([1; 32], [7; 32])));
        drop(held(keys.begin([1; 32], [8; 32])));
        assert!(keys.inner().entries.is_empty());
    }

    #[tokio::test]
    async fn the_file_is_written_anew_when_it_is_mostly_history() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        let keys = Keys::open(&path).unwrap();
        let large = "x".repeat(900_000);
        for round in 0..64u8 {
            held(keys.begin([round % 2; 32], [round; 32]));
            let key = held(keys.begin([round % 2; 32], [round; 32]));
            key.answer(stored(&large)).await.unwrap();
            keys.inner().forget(&[round % 2; 32]);
        }
        assert!(std::fs::metadata(&path).unwrap().len() < 2 * HISTORY_BYTES);
    }
}
