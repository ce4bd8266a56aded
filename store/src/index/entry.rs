//! An entry of the index, and the pages that hold many.

use crate::segment::Slot;
use icn_base::{Cid, Codec};

/// A block and where it is; or that it is not, which hides what older runs say.
pub(super) type Entry = (Cid, Option<Slot>);

/// A CID as pages hold it: codec, then digest, so that bytes sort as CIDs do.
pub(super) const KEY_BYTES: usize = 33;

/// A CID, and segment, offset and length. Segment 0 says that the block is not here.
const ENTRY_BYTES: usize = KEY_BYTES + 12;

/// Entries of a page: small enough that reading one for one block is cheap, large enough that sled
/// has little to do for each block.
pub(super) const PAGE_ENTRIES: usize = 64;

/// A CID as pages hold it.
pub(super) fn key(cid: &Cid) -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    key[0] = cid.codec() as u8;
    key[1..].copy_from_slice(cid.digest());
    key
}

/// Appends an entry to a page.
pub(super) fn push(page: &mut Vec<u8>, (cid, slot): &Entry) {
    page.extend_from_slice(&key(cid));
    let (segment, at, length) = match slot {
        Some(slot) => (slot.segment, slot.at, slot.length),
        None => (0, 0, 0),
    };
    for number in [segment, at, length] {
        page.extend_from_slice(&number.to_be_bytes());
    }
}

/// The entries of a page, as bytes; nothing if it is none of ours.
pub(super) fn rows(page: &[u8]) -> Option<&[[u8; ENTRY_BYTES]]> {
    match page.as_chunks() {
        (rows, []) if !rows.is_empty() => Some(rows),
        _ => None,
    }
}

/// Reads an entry.
pub(super) fn read(row: &[u8; ENTRY_BYTES]) -> Option<Entry> {
    let (key, numbers) = row.split_first_chunk::<KEY_BYTES>()?;
    let [segment, at, length] = numbers.as_chunks().0 else {
        return None;
    };
    let slot = Slot {
        segment: u32::from_be_bytes(*segment),
        at: u32::from_be_bytes(*at),
        length: u32::from_be_bytes(*length),
    };
    Some((cid(key)?, (slot.segment != 0).then_some(slot)))
}

/// What a page says about a CID; the outer nothing if it says nothing.
pub(super) fn find(page: &[u8], cid: &Cid) -> Option<Option<Slot>> {
    let (rows, wanted) = (rows(page)?, key(cid));
    let found = rows
        .binary_search_by(|row| row[..KEY_BYTES].cmp(&wanted[..]))
        .ok()?;
    read(&rows[found]).map(|(_, slot)| slot)
}

/// The position in a page of the first entry above a CID.
pub(super) fn above(page: &[u8], cid: &Cid) -> usize {
    let wanted = key(cid);
    rows(page).map_or(0, |rows| {
        rows.partition_point(|row| row[..KEY_BYTES] <= wanted[..])
    })
}

fn cid(key: &[u8; KEY_BYTES]) -> Option<Cid> {
    let (codec, digest) = key.split_first_chunk::<1>()?;
    let codec = [Codec::Raw, Codec::DagCbor]
        .into_iter()
        .find(|&known| codec == &[known as u8])?;
    Some(Cid::from_digest(codec, digest.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_cid_in_the_order_of_cids() {
        let codecs = [Codec::DagCbor, Codec::Raw];
        let mut entries: Vec<Entry> = (0..50_u32)
            .flat_map(|n| codecs.map(|codec| (n, Cid::of(codec, &n.to_be_bytes()))))
            .map(|(n, cid)| {
                let slot = Slot {
                    segment: n,
                    at: n + 1,
                    length: n + 2,
                };
                (cid, (n > 0).then_some(slot))
            })
            .collect();
        entries.sort_by_key(|(cid, _)| *cid);
        let mut page = Vec::new();
        entries.iter().for_each(|entry| push(&mut page, entry));
        let rows = rows(&page).unwrap();
        assert_eq!(rows.len(), 100);
        for (index, entry) in entries.iter().enumerate() {
            assert_eq!(read(&rows[index]), Some(*entry));
            assert_eq!(find(&page, &entry.0), Some(entry.1));
            assert_eq!(above(&page, &entry.0), index + 1);
        }
        assert_eq!(find(&page, &Cid::of(Codec::Raw, b"other")), None);
    }

    #[test]
    fn foreign_bytes_are_no_page() {
        for bytes in [&b""[..], &[0; ENTRY_BYTES - 1], &[0; ENTRY_BYTES + 1]] {
            assert_eq!(rows(bytes), None);
        }
        assert_eq!(read(&[0; ENTRY_BYTES]), None, "no codec is 0");
    }
}
