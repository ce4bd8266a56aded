//! Looking for blocks by their names, at several peers, with patience.
//!
//! Blocks that a job needs are kept; those of proposals are loose until their block is judged, and
//! are forgotten when the height is over.

use crate::limits::{ASKED_BLOCKS_MAX, LOOSE_BYTES_MAX, WANTED_MAX};
use crate::message::{Ask, Found};
use crate::peers::Offence;
use crate::{Mesh, Stopped};
use icn_base::limits::{READS_MAX, RUN_INPUT_BYTES_MAX};
use icn_base::run::Layout;
use icn_base::{Cid, Codec, Did, JobId, Time};
use icn_dag::{Block, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// A block that is looked for.
#[derive(Clone, Debug)]
struct Want {
    /// Who should have it, the best first.
    from: Vec<Did>,
    /// How often it was asked for in vain.
    tries: usize,
    asked: bool,
    not_before: Time,
    /// False if it is a proposal's.
    keep: bool,
}

/// What a job needs.
#[derive(Clone, Debug)]
struct Needs {
    cids: Vec<Cid>,
    from: Vec<Did>,
}

/// Blocks that are looked for, and those that are loose.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fetch {
    wants: BTreeMap<Cid, Want>,
    jobs: BTreeMap<JobId, Needs>,
    loose: BTreeMap<Cid, Block>,
    loose_bytes: usize,
}

impl Fetch {
    pub(crate) fn want_loose(&mut self, cids: Vec<Cid>, from: Did, now: Time) {
        for cid in cids {
            self.want(cid, &[from], false, now);
        }
    }

    pub(crate) fn want_for(&mut self, job: JobId, cids: Vec<Cid>, from: Vec<Did>, now: Time) {
        let needs = self.jobs.entry(job).or_insert(Needs {
            cids: Vec::new(),
            from: Vec::new(),
        });
        for did in from {
            if !needs.from.contains(&did) {
                needs.from.push(did);
            }
        }
        if !cids.is_empty() {
            needs.cids = cids;
        }
        for cid in &needs.cids {
            if let Some(want) = self.wants.get_mut(cid) {
                want.from.clone_from(&needs.from);
                want.not_before = now;
            }
        }
    }

    fn want(&mut self, cid: Cid, from: &[Did], keep: bool, now: Time) {
        if self.wants.len() >= WANTED_MAX && !self.wants.contains_key(&cid) {
            return;
        }
        let want = self.wants.entry(cid).or_insert_with(|| Want {
            from: from.to_vec(),
            tries: 0,
            asked: false,
            not_before: now,
            keep,
        });
        want.keep |= keep;
    }

    pub(crate) fn unwant(&mut self, job: &JobId) {
        let Some(needs) = self.jobs.remove(job) else {
            return;
        };
        let needed: BTreeSet<Cid> = self
            .jobs
            .values()
            .flat_map(|job| job.cids.clone())
            .collect();
        for cid in needs.cids.iter().filter(|cid| !needed.contains(cid)) {
            self.wants.remove(cid);
        }
    }

    /// The height is over.
    pub(crate) fn forget_loose(&mut self) {
        self.wants.retain(|_, want| want.keep);
        self.loose.clear();
        self.loose_bytes = 0;
    }

    pub(crate) fn arrived(&mut self, cid: &Cid) {
        self.wants.remove(cid);
    }

    /// What a job needs is here; none if some of it is not yet.
    pub(crate) fn check_job(
        &mut self,
        job: &JobId,
        fresh: &BTreeMap<Cid, Block>,
        disk: &dyn Store,
        now: Time,
    ) -> Result<Option<Result<(), String>>, Stopped> {
        let Some(needs) = self.jobs.get(job).cloned() else {
            return Ok(None);
        };
        let (mut queue, mut seen) = (needs.cids.clone(), BTreeSet::new());
        let mut whole = true;
        let mut bytes = 0_u64;
        while let Some(cid) = queue.pop() {
            if !seen.insert(cid) {
                continue;
            }
            if cid.codec() == Codec::Raw && (fresh.contains_key(&cid) || get(disk, &cid)?.is_some())
            {
                continue;
            }
            let block = match fresh.get(&cid) {
                Some(block) => Some(block.clone()),
                None => get(disk, &cid)?,
            };
            let Some(block) = block else {
                self.want(cid, &needs.from, true, now);
                whole = false;
                continue;
            };
            if let Ok(layout) = block.value::<Layout>() {
                bytes = bytes.saturating_add(layout.size);
                if bytes > RUN_INPUT_BYTES_MAX || seen.len() + layout.parts.len() > 2 * READS_MAX {
                    self.unwant(job);
                    return Ok(Some(Err("its input is too large to be fetched".into())));
                }
                queue.extend(layout.parts);
            }
        }
        if whole {
            self.jobs.remove(job);
        }
        Ok(whole.then_some(Ok(())))
    }

    fn take(&mut self, cid: &Cid) -> Option<bool> {
        self.wants.remove(cid).map(|want| want.keep)
    }

    fn put_loose(&mut self, block: Block) {
        let bytes = self.loose_bytes.saturating_add(block.bytes().len());
        if bytes <= LOOSE_BYTES_MAX {
            self.loose_bytes = bytes;
            self.loose.insert(*block.cid(), block);
        }
    }

    /// These were asked for and did not come: others may have them, in a while.
    pub(crate) fn missed(&mut self, cids: &[Cid], now: Time) {
        for cid in cids {
            let Some(want) = self.wants.get_mut(cid) else {
                continue;
            };
            want.asked = false;
            want.tries = want.tries.saturating_add(1);
            let wait_ms = 20_u64.saturating_mul(1 << want.tries.min(8));
            want.not_before = now.after_ms(wait_ms).unwrap_or(now);
        }
    }

    /// When something is to be asked for again.
    pub(crate) fn next_deadline(&self) -> Option<Time> {
        let waiting = self.wants.values().filter(|want| !want.asked);
        waiting.map(|want| want.not_before).min()
    }
}

/// A block that the disk has changed is as good as none: others have it.
fn get(disk: &dyn Store, cid: &Cid) -> Result<Option<Block>, Stopped> {
    match disk.get(cid) {
        Err(StoreError::Damaged { .. }) => Ok(None),
        read => Ok(read?),
    }
}

impl Mesh {
    /// A block that is here, wherever.
    pub(crate) fn have(&self, cid: &Cid, disk: &dyn Store) -> Result<Option<Block>, Stopped> {
        let near = self.fresh.get(cid).or_else(|| self.fetch.loose.get(cid));
        match near {
            Some(block) => Ok(Some(block.clone())),
            None => get(disk, cid),
        }
    }

    /// Asks peers for what is looked for: those first that should have it, then others in turn.
    pub(crate) fn ask_around(&mut self, now: Time) {
        let ready = |(_, want): &(&Cid, &Want)| !want.asked && want.not_before <= now;
        let ready: Vec<(Cid, Vec<Did>, usize)> = self
            .fetch
            .wants
            .iter()
            .filter(ready)
            .map(|(cid, want)| (*cid, want.from.clone(), want.tries))
            .collect();
        let mut asks: BTreeMap<Did, Vec<Cid>> = BTreeMap::new();
        for (cid, from, tries) in ready {
            let named = from.get(tries).copied();
            let named = named.filter(|did| self.peers.is_free(did));
            let chosen = named.or_else(|| match tries < from.len() {
                true => from.iter().find(|did| self.peers.is_free(did)).copied(),
                false => self.peers.choose(|_, _| true),
            });
            match chosen.or_else(|| self.peers.choose(|_, _| true)) {
                Some(peer) => asks.entry(peer).or_default().push(cid),
                None => self.fetch.missed(&[cid], now),
            }
        }
        for (peer, cids) in asks {
            for some in cids.chunks(ASKED_BLOCKS_MAX) {
                for cid in some {
                    if let Some(want) = self.fetch.wants.get_mut(cid) {
                        want.asked = true;
                    }
                }
                self.ask(peer, Ask::Blocks(some.to_vec()), now);
            }
        }
    }

    /// Takes the blocks that a peer has brought.
    pub(crate) fn take_blocks(
        &mut self,
        peer: Did,
        asked: &[Cid],
        found: Vec<Found>,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        for Found { cid, bytes } in found {
            let block = Block::check(cid, bytes.0);
            match block {
                Ok(block) if asked.contains(&cid) => match self.fetch.take(&cid) {
                    Some(true) => self.keep(block),
                    Some(false) => self.fetch.put_loose(block),
                    None => {}
                },
                Ok(_) | Err(_) => {
                    self.offend(&peer, Offence::WrongAnswer, now);
                    break;
                }
            }
        }
        self.fetch.missed(asked, now);
        self.look_at_all(now, disk)?;
        self.look_for_jobs(now, disk)?;
        self.ask_around(now);
        Ok(())
    }

    /// Tells the market which jobs have all that they need.
    pub(crate) fn look_for_jobs(&mut self, now: Time, disk: &dyn Store) -> Result<(), Stopped> {
        let jobs: Vec<JobId> = self.fetch.jobs.keys().copied().collect();
        for job in jobs {
            if let Some(held) = self.fetch.check_job(&job, &self.fresh, disk, now)? {
                let todo = self.with_market(now, |market, moment| market.held(moment, job, held));
                self.perform(todo, now, disk)?;
            }
        }
        Ok(())
    }
}
