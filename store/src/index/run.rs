//! A run: entries in the order of their CIDs, in pages, never changed once it is written. In
//! memory are only its filter and the beginning of the first CID of each page: about 11 bits for
//! each entry.

use super::entry::{self, Entry, PAGE_ENTRIES};
use super::filter::Filter;
use super::pages::{IndexFault, Kind, Pages};
use crate::segment::Slot;
use icn_base::Cid;
use serde::{Deserialize, Serialize};

/// Filters and fences are kept in values of this size.
const PART_BYTES: usize = 4_096;

/// A run as the catalogue knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunRow {
    pub(super) number: u64,
    pub(super) entries: u64,
}

/// A run that can be asked.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) row: RunRow,
    filter: Filter,
    /// [`fence`] of the first CID of each page.
    fences: Vec<u64>,
}

impl Run {
    /// Reads what is kept in memory.
    pub(super) fn load(pages: &Pages, row: RunRow) -> Result<Self, IndexFault> {
        let broken = || IndexFault::Broken(format!("run {} is not whole", row.number));
        let entries = usize::try_from(row.entries).map_err(|_| broken())?;
        let fences = parts(pages, row.number, Kind::Fences)?;
        let filter = parts(pages, row.number, Kind::Filter)?;
        let fences = fences.as_chunks().0.iter().copied().map(u64::from_be_bytes);
        let fences: Vec<u64> = fences.collect();
        if entries == 0 || fences.len() != entries.div_ceil(PAGE_ENTRIES) {
            return Err(broken());
        }
        Ok(Self {
            row,
            filter: Filter::from_bytes(&filter).ok_or_else(broken)?,
            fences,
        })
    }

    /// What the run says about a CID; the outer nothing if it says nothing.
    pub(super) fn find(
        &self,
        pages: &Pages,
        cid: &Cid,
    ) -> Result<Option<Option<Slot>>, IndexFault> {
        if !self.filter.may_have(cid) {
            return Ok(None);
        }
        Ok(self
            .seek(pages, cid)?
            .and_then(|(_, page)| entry::find(&page, cid)))
    }

    /// The page that would hold a CID, with its number; nothing if it would stand before all.
    pub(super) fn seek(
        &self,
        pages: &Pages,
        cid: &Cid,
    ) -> Result<Option<(usize, sled::IVec)>, IndexFault> {
        let wanted = fence(&entry::key(cid));
        let mut after = self.fences.partition_point(|&first| first <= wanted);
        while let Some(number) = after.checked_sub(1) {
            let page = self.page(pages, number)?;
            // Only the beginnings were compared; the whole of a first CID may still be above.
            if entry::above(&page, cid) > 0 {
                return Ok(Some((number, page)));
            }
            after = number;
        }
        Ok(None)
    }

    /// How many pages there are.
    pub(super) fn pages(&self) -> usize {
        self.fences.len()
    }

    /// A page, which begins with its fence.
    pub(super) fn page(&self, pages: &Pages, number: usize) -> Result<sled::IVec, IndexFault> {
        let run = self.row.number;
        let key = u32::try_from(number).expect("a run has fewer than 2^32 pages");
        let page = pages.get(run, Kind::Page, key)?;
        let first = entry::rows(&page).map(|rows| fence(&rows[0]));
        if first.as_ref() == self.fences.get(number) {
            Ok(page)
        } else {
            Err(IndexFault::Broken(format!(
                "page {number} of run {run} is another's"
            )))
        }
    }
}

/// Writes a run, entry by entry.
#[derive(Debug)]
pub(super) struct RunWriter<'a> {
    pages: &'a Pages,
    number: u64,
    entries: u64,
    filter: Filter,
    fences: Vec<u64>,
    page: Vec<u8>,
    in_page: usize,
}

impl<'a> RunWriter<'a> {
    /// A run of at most `entries`.
    pub(super) fn new(pages: &'a Pages, number: u64, entries: usize) -> Self {
        Self {
            pages,
            number,
            entries: 0,
            filter: Filter::new(entries),
            fences: Vec::with_capacity(entries.div_ceil(PAGE_ENTRIES)),
            page: Vec::new(),
            in_page: 0,
        }
    }

    /// Appends an entry, which must be above the one before. True if that ended a page.
    pub(super) fn push(&mut self, entry: &Entry) -> Result<bool, IndexFault> {
        if self.in_page == 0 {
            self.fences.push(fence(&entry::key(&entry.0)));
        }
        self.filter.insert(&entry.0);
        entry::push(&mut self.page, entry);
        self.entries += 1;
        self.in_page += 1;
        if self.in_page < PAGE_ENTRIES {
            return Ok(false);
        }
        self.end_page()?;
        Ok(true)
    }

    /// Writes what is left, and the filter and fences. Nothing if there was no entry.
    pub(super) fn finish(mut self) -> Result<Option<Run>, IndexFault> {
        if self.entries == 0 {
            return Ok(None);
        }
        self.end_page()?;
        let fences = self.fences.iter().flat_map(|fence| fence.to_be_bytes());
        self.put_parts(Kind::Fences, &fences.collect::<Vec<u8>>())?;
        self.put_parts(Kind::Filter, &self.filter.to_bytes())?;
        Ok(Some(Run {
            row: RunRow {
                number: self.number,
                entries: self.entries,
            },
            filter: self.filter,
            fences: self.fences,
        }))
    }

    fn end_page(&mut self) -> Result<(), IndexFault> {
        if self.in_page > 0 {
            let number = u32::try_from(self.fences.len() - 1).expect("fewer than 2^32 pages");
            let page = std::mem::take(&mut self.page);
            self.pages.put(self.number, Kind::Page, number, page)?;
            self.in_page = 0;
        }
        Ok(())
    }

    /// Writes bytes in parts, with a first one that says how many there are.
    fn put_parts(&self, kind: Kind, bytes: &[u8]) -> Result<(), IndexFault> {
        let length = (bytes.len() as u64).to_be_bytes().to_vec();
        self.pages.put(self.number, kind, 0, length)?;
        for (number, part) in (1..).zip(bytes.chunks(PART_BYTES)) {
            self.pages.put(self.number, kind, number, part.to_vec())?;
        }
        Ok(())
    }
}

/// The first eight bytes of a key, which sort as keys do.
fn fence(key: &[u8]) -> u64 {
    let eight = key.first_chunk::<8>().expect("a key has 33 bytes");
    u64::from_be_bytes(*eight)
}

/// Reads what [`RunWriter::put_parts`] wrote.
fn parts(pages: &Pages, run: u64, kind: Kind) -> Result<Vec<u8>, IndexFault> {
    let broken = || IndexFault::Broken(format!("the {kind:?} of run {run} is not whole"));
    let length = pages.get(run, kind, 0)?;
    let length: [u8; 8] = length.as_ref().try_into().map_err(|_| broken())?;
    let length = usize::try_from(u64::from_be_bytes(length)).map_err(|_| broken())?;
    let mut bytes = Vec::new();
    for number in 1.. {
        if bytes.len() >= length {
            break;
        }
        bytes.extend_from_slice(&pages.get(run, kind, number)?);
    }
    if bytes.len() == length {
        Ok(bytes)
    } else {
        Err(broken())
    }
}
