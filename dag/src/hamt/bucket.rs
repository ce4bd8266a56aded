//! A bucket: up to three entries that belong into one slot, sorted by key.

use icn_base::codec::{self, Reader};
use icn_base::limits::HAMT_VALUE_DEPTH_MAX;
use std::sync::Arc;

/// Entries that a bucket holds before it becomes a node: frozen, see docs/decisions/0003.
pub(super) const BUCKET_ENTRIES: usize = 3;

/// A key and the canonical bytes of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
}

/// A bucket, kept as the bytes that stand for it in a block: to write a node is to copy them, and
/// a million entries cost one allocation per bucket.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bucket(Arc<[u8]>);

impl Bucket {
    /// A bucket of entries that are sorted by key and few enough.
    pub(super) fn of(entries: &[Entry<'_>]) -> Self {
        debug_assert!(!entries.is_empty() && entries.len() <= BUCKET_ENTRIES);
        debug_assert!(entries.is_sorted_by(|a, b| a.key < b.key));
        let room: usize = entries
            .iter()
            .map(|e| e.key.len() + e.value.len() + 4)
            .sum();
        let mut bytes = Vec::with_capacity(room + 1);
        codec::push_array(&mut bytes, entries.len());
        for entry in entries {
            codec::push_array(&mut bytes, 2);
            codec::push_bytes(&mut bytes, entry.key);
            bytes.extend_from_slice(entry.value);
        }
        Self(bytes.into())
    }

    /// The bytes that stand in a block.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many entries there are: the low bits of the array's head.
    pub(super) fn len(&self) -> usize {
        usize::from(self.0[0] & 0x1f)
    }

    /// The entries, by key.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut reader = Reader::new(&self.0);
        let count = reader.array().expect(WRITTEN);
        (0..count).map(move |_| {
            reader.array().expect(WRITTEN);
            Entry {
                key: reader.bytes().expect(WRITTEN),
                value: reader.value(HAMT_VALUE_DEPTH_MAX).expect(WRITTEN),
            }
        })
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.entries()
            .find(|entry| entry.key == key)
            .map(|entry| entry.value)
    }

    /// The entries, with one of them set: one more than a bucket holds, at most.
    pub(super) fn with<'a>(&'a self, entry: Entry<'a>) -> Vec<Entry<'a>> {
        let mut entries: Vec<_> = self.entries().collect();
        match entries.binary_search_by(|old| old.key.cmp(entry.key)) {
            Ok(at) => entries[at] = entry,
            Err(at) => entries.insert(at, entry),
        }
        entries
    }

    /// The entries, without a key.
    pub(super) fn without(&self, key: &[u8]) -> Vec<Entry<'_>> {
        self.entries().filter(|entry| entry.key != key).collect()
    }
}

const WRITTEN: &str = "a bucket's bytes are written by `of` alone";
