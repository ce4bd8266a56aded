//! Prepared keys by the CID of their bytes: preparing one costs as much as several verifications.

use crate::{Key, Refusal};
use icn_base::Cid;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Keys that were prepared before. What is in it changes no answer, only how long it takes.
#[derive(Debug)]
pub struct Keys {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    uses: u64,
    keys: BTreeMap<Cid, (u64, Arc<Key>)>,
}

impl Keys {
    /// Keeps at most so many. A key of 8 inputs takes about a megabyte.
    pub const fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::new(Kept {
                uses: 0,
                keys: BTreeMap::new(),
            }),
        }
    }

    /// The key with this CID, prepared from `bytes` unless it is here. The caller has seen that the
    /// bytes are those that the CID names.
    pub fn get(&self, cid: &Cid, bytes: &[u8]) -> Result<Arc<Key>, Refusal> {
        if let Some(key) = self.lock().find(cid) {
            return Ok(key);
        }
        let key = Arc::new(Key::from_json(bytes)?);
        self.lock().keep(*cid, Arc::clone(&key), self.most);
        Ok(key)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // A thread that ended inside left a whole map: every change of it is one insertion.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, cid: &Cid) -> Option<Arc<Key>> {
        self.uses += 1;
        let (used, key) = self.keys.get_mut(cid)?;
        *used = self.uses;
        Some(Arc::clone(key))
    }

    /// Makes room by dropping the key that was not used for longest.
    fn keep(&mut self, cid: Cid, key: Arc<Key>, most: usize) {
        if self.keys.len() >= most {
            let oldest = self.keys.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(cid, _)| *cid) {
                self.keys.remove(&oldest);
            }
        }
        if most > 0 {
            self.keys.insert(cid, (self.uses, key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Codec;

    const KEY: &[u8] = include_bytes!("../vectors/bn128/key.json");
    const OTHER: &[u8] = include_bytes!("../vectors/bls12381/key.json");

    fn cid(bytes: &[u8]) -> Cid {
        Cid::of(Codec::Raw, bytes)
    }

    #[test]
    fn a_key_is_prepared_once_and_the_oldest_makes_room() {
        let keys = Keys::new(1);
        let one = keys.get(&cid(KEY), KEY).unwrap();
        assert!(Arc::ptr_eq(&one, &keys.get(&cid(KEY), KEY).unwrap()));
        // Bytes are not looked at again.
        assert!(Arc::ptr_eq(&one, &keys.get(&cid(KEY), b"").unwrap()));
        keys.get(&cid(OTHER), OTHER).unwrap();
        assert!(!Arc::ptr_eq(&one, &keys.get(&cid(KEY), KEY).unwrap()));
        assert_eq!(keys.lock().keys.len(), 1);
    }

    #[test]
    fn what_is_no_key_is_not_kept() {
        let keys = Keys::new(2);
        assert!(keys.get(&cid(b"{"), b"{").is_err());
        assert!(keys.lock().keys.is_empty());
    }
}
