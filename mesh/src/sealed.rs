//! What a node keeps of each decided height, found again by its number.
//!
//! A [`Sealed`] block links to the header, to what became of the block, and to those of lower
//! heights: the one below, and from there each that is reached by clearing the lowest bit of the
//! height. So any height is a few steps away from the tip, and the chain is one DAG under one name.
//! Nodes keep different certificates of one decision, so this block is a node's own.

use icn_base::Cid;
use icn_base::order::Certificate;
use icn_base::run::Content;
use icn_dag::{Block, Blocks, StoreError};
use icn_ledger::{Event, Verdict};
use serde::{Deserialize, Serialize};

/// A decided height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// That it was decided.
    pub certificate: Certificate,
    /// What became of it: a [`Record`].
    pub record: Cid,
    /// Lower heights, the next one first: see [`below`].
    pub below: Vec<Cid>,
}

/// What a block has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What became of each transaction.
    pub txs: Vec<Fate>,
    /// What fell due.
    pub due: Vec<Event>,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fate {
    /// It did what it says.
    Applied(Vec<Event>),
    /// It paid its fee and did nothing else.
    Failed(Refused),
    /// It stood in the block and should not have.
    Refused(Refused),
}

/// A refusal, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Its number.
    pub number: u16,
    /// Its name.
    pub name: String,
    /// The name of its class.
    pub class: String,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The decided heights that can be reached from the last one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spine {
    /// The last height and its [`Sealed`], then those that it links to.
    links: Vec<(u64, Cid)>,
}

/// The heights that a height links to, the nearest first.
pub fn below(height: u64) -> impl Iterator<Item = u64> {
    let above_zero = |at: u64| (at > 0).then_some(at);
    let first = height.checked_sub(1).and_then(above_zero);
    std::iter::successors(first, move |at| above_zero(at & (at - 1)))
}

impl Sealed {
    /// Reads one.
    pub fn read(blocks: &(impl Blocks + ?Sized), cid: &Cid) -> Result<Self, StoreError> {
        let block = blocks.get(cid)?.ok_or(StoreError::Missing(*cid))?;
        let bad = |source| StoreError::Block { cid: *cid, source };
        block.value().map_err(bad)
    }

    /// Its height.
    pub const fn height(&self) -> u64 {
        self.certificate.height
    }
}

impl Spine {
    /// The spine that ends at this block.
    pub(crate) fn at(tip: Cid, sealed: &Sealed) -> Self {
        let height = sealed.height();
        let lower = below(height).zip(sealed.below.iter().copied());
        Self {
            links: [(height, tip)].into_iter().chain(lower).collect(),
        }
    }

    /// What the next height links to.
    pub(crate) fn next(&self, height: u64) -> Vec<Cid> {
        let linked = |at: u64| self.links.iter().find(|(known, _)| *known == at);
        below(height)
            .map_while(linked)
            .map(|(_, cid)| *cid)
            .collect()
    }

    /// The block of a height; none if it is not on this chain, or not here.
    pub(crate) fn find_with<E>(
        &self,
        height: u64,
        read: impl Fn(&Cid) -> Result<Option<Sealed>, E>,
    ) -> Result<Option<Cid>, E> {
        let mut links = self.links.clone();
        loop {
            let nearest = links.iter().rfind(|(at, _)| *at >= height);
            let Some((at, cid)) = nearest.copied() else {
                return Ok(None);
            };
            if at == height {
                return Ok(Some(cid));
            }
            let Some(sealed) = read(&cid)? else {
                return Ok(None);
            };
            links = below(at).zip(sealed.below).collect();
        }
    }
}

/// The sealed block of a height, from the tip's.
pub fn find(
    blocks: &(impl Blocks + ?Sized),
    tip: &Cid,
    height: u64,
) -> Result<Option<Cid>, StoreError> {
    let sealed = Sealed::read(blocks, tip)?;
    let read = |cid: &Cid| Sealed::read(blocks, cid).map(Some);
    Spine::at(*tip, &sealed).find_with(height, read)
}

impl Record {
    /// From what applying a block has answered.
    pub fn new(verdicts: &[Verdict], due: &[Event]) -> Self {
        Self {
            txs: verdicts.iter().map(Fate::of).collect(),
            due: due.to_vec(),
        }
    }

    /// Its name, and the blocks that hold it.
    pub(crate) fn blocks(&self) -> (Cid, Vec<Block>) {
        let content = Content::value(self).expect("facts have a canonical spelling");
        let checked = |(cid, bytes): (Cid, &[u8])| {
            Block::check(cid, bytes).expect("content is cut into blocks by their names")
        };
        let blocks = content.blocks().into_iter().map(checked).collect();
        (content.cid(), blocks)
    }
}

impl Fate {
    fn of(verdict: &Verdict) -> Self {
        let refused = |reject: &icn_ledger::Reject| Refused {
            number: reject.number(),
            name: reject.name().to_owned(),
            class: reject.class().name().to_owned(),
            message: reject.to_string(),
            hint: reject.hint().to_owned(),
        };
        match verdict {
            Verdict::Applied(events) => Self::Applied(events.clone()),
            Verdict::Failed(reject) => Self::Failed(refused(reject)),
            Verdict::Refused(reject) => Self::Refused(refused(reject)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Codec;
    use icn_base::order::Step;
    use icn_dag::{Batch, MemStore, Store};

    fn sealed(height: u64, below: Vec<Cid>) -> Sealed {
        let nothing = Cid::of(Codec::Raw, b"");
        let certificate = Certificate {
            height,
            round: 0,
            step: Step::Precommit,
            block: nothing,
            seats: Vec::new(),
        };
        Sealed {
            certificate,
            record: nothing,
            below,
        }
    }

    fn chain(first: u64, last: u64) -> (MemStore, Spine) {
        let (mut store, mut spine) = (MemStore::default(), Spine::default());
        for height in first..=last {
            let sealed = sealed(height, spine.next(height));
            let block = Block::cbor(&sealed).unwrap();
            spine = Spine::at(*block.cid(), &sealed);
            store.commit(Batch::of([block])).unwrap();
        }
        (store, spine)
    }

    fn at(store: &MemStore, spine: &Spine, height: u64) -> Result<Option<Cid>, StoreError> {
        spine.find_with(height, |cid| Sealed::read(store, cid).map(Some))
    }

    #[test]
    fn every_height_is_found_and_no_other() {
        let (store, spine) = chain(1, 300);
        for height in 1..=300 {
            let cid = at(&store, &spine, height).unwrap().unwrap();
            assert_eq!(Sealed::read(&store, &cid).unwrap().height(), height);
        }
        assert_eq!(at(&store, &spine, 0).unwrap(), None);
        assert_eq!(at(&store, &spine, 301).unwrap(), None);
    }

    #[test]
    fn a_chain_that_begins_above_the_first_height_ends_there() {
        let (store, spine) = chain(37, 120);
        for height in 37..=120 {
            let cid = at(&store, &spine, height).unwrap().unwrap();
            assert_eq!(Sealed::read(&store, &cid).unwrap().height(), height);
        }
        assert_eq!(at(&store, &spine, 36).unwrap(), None);
    }

    #[test]
    fn a_height_links_to_few_others() {
        assert!(below(1).next().is_none());
        assert_eq!(below(7).collect::<Vec<_>>(), [6, 4]);
        assert_eq!(below(9).collect::<Vec<_>>(), [8]);
        assert!((1..100_000).all(|height| below(height).count() <= 17));
    }
}
