//! Many sorted sources as one: the newest that says something about a CID is right.

use super::entry::{self, Entry};
use super::pages::{IndexFault, Pages};
use super::run::Run;
use icn_base::Cid;
use std::sync::Arc;

/// Entries in the order of their CIDs.
#[derive(Debug)]
pub(super) enum Source {
    /// From memory.
    Sorted(std::vec::IntoIter<Entry>),
    /// From a run.
    Run(Cursor),
}

/// A place in a run.
#[derive(Debug)]
pub(super) struct Cursor {
    run: Arc<Run>,
    /// The page that `page` holds, or that is to be read next.
    number: usize,
    page: Option<sled::IVec>,
    at: usize,
}

/// Merges sources.
#[derive(Debug)]
pub(super) struct Merge<'a> {
    pages: &'a Pages,
    /// The newest first, each with its next entry taken out.
    sources: Vec<(Source, Option<Entry>)>,
}

impl Source {
    /// A run from the first entry above `after`.
    pub(super) fn run(
        pages: &Pages,
        run: Arc<Run>,
        after: Option<&Cid>,
    ) -> Result<Self, IndexFault> {
        let mut cursor = Cursor {
            run,
            number: 0,
            page: None,
            at: 0,
        };
        if let Some(after) = after
            && let Some((number, page)) = cursor.run.seek(pages, after)?
        {
            cursor.at = entry::above(&page, after);
            (cursor.number, cursor.page) = (number, Some(page));
        }
        Ok(Self::Run(cursor))
    }

    fn next(&mut self, pages: &Pages) -> Result<Option<Entry>, IndexFault> {
        match self {
            Self::Sorted(entries) => Ok(entries.next()),
            Self::Run(cursor) => cursor.next(pages),
        }
    }
}

impl Cursor {
    fn next(&mut self, pages: &Pages) -> Result<Option<Entry>, IndexFault> {
        while self.number < self.run.pages() {
            let page = match &self.page {
                Some(page) => page,
                None => self.page.insert(self.run.page(pages, self.number)?),
            };
            if let Some(row) = entry::rows(page).and_then(|rows| rows.get(self.at)) {
                self.at += 1;
                let entry = entry::read(row);
                return entry.map(Some).ok_or_else(|| {
                    IndexFault::Broken(format!("page {} holds no CID", self.number))
                });
            }
            (self.number, self.page, self.at) = (self.number + 1, None, 0);
        }
        Ok(None)
    }
}

impl<'a> Merge<'a> {
    /// Merges sources, of which the newest must come first.
    pub(super) fn new(pages: &'a Pages, sources: Vec<Source>) -> Result<Self, IndexFault> {
        let mut begun = Vec::with_capacity(sources.len());
        for mut source in sources {
            let first = source.next(pages)?;
            begun.push((source, first));
        }
        let sources = begun;
        Ok(Self { pages, sources })
    }

    /// The next entry, as its newest source has it.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, IndexFault> {
        let mut least: Option<Entry> = None;
        for (_, entry) in &self.sources {
            if let Some(entry) = entry
                && least.is_none_or(|(cid, _)| entry.0 < cid)
            {
                least = Some(*entry);
            }
        }
        let Some((cid, _)) = least else {
            return Ok(None);
        };
        for (source, entry) in &mut self.sources {
            if entry.is_some_and(|entry| entry.0 == cid) {
                *entry = source.next(self.pages)?;
            }
        }
        Ok(least)
    }
}
