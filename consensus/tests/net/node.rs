//! A node: a validator and its disk.

use crate::disk::Disk;
use crate::liars::Lie;
use icn_base::{Cid, Codec, Did, Keypair, NetworkId};
use icn_consensus::{Consensus, Pace};
use std::collections::BTreeSet;

#[cfg(feature = "faults")]
pub(crate) type Removed = Option<icn_consensus::Fault>;
#[cfg(not(feature = "faults"))]
pub(crate) type Removed = Option<std::convert::Infallible>;

pub(crate) struct Node {
    key: u8,
    did: Did,
    pub(crate) lie: Option<Lie>,
    pub(crate) removed: Removed,
    pub(crate) pace: Pace,
    pub(crate) disk: Disk,
    pub(crate) machine: Option<Consensus>,
    /// How often it has started.
    pub(crate) life: u32,
    /// Its log was lost, or replaced by an old copy.
    pub(crate) damaged: bool,
    pub(crate) wakes: BTreeSet<u64>,
}

impl Node {
    pub(crate) fn new(key: u8, lie: Option<Lie>, removed: Removed) -> Self {
        Self {
            key,
            did: Keypair::from_seed([key; 32]).did(),
            lie,
            removed,
            pace: Pace {
                propose_ms: 400,
                propose_step_ms: 200,
                vote_ms: 150,
                vote_step_ms: 100,
                resend_ms: 900,
                max_ms: 5_000,
            },
            disk: Disk::default(),
            machine: None,
            life: 0,
            damaged: false,
            wakes: BTreeSet::new(),
        }
    }

    /// What statements are signed for.
    pub(crate) fn network(removed: Removed) -> NetworkId {
        Self::named("the mesh", removed)
    }

    /// What they are signed for on another network.
    pub(crate) fn elsewhere(removed: Removed) -> NetworkId {
        Self::named("another mesh", removed)
    }

    /// Without the guard, one signs for any network on all of them.
    fn named(name: &str, removed: Removed) -> NetworkId {
        #[cfg(feature = "faults")]
        let name = match removed {
            Some(icn_consensus::Fault::Domain) => "any",
            _ => name,
        };
        #[cfg(not(feature = "faults"))]
        let (name, None) = (name, removed);
        NetworkId::new(Cid::of(Codec::Raw, name.as_bytes()))
    }

    pub(crate) const fn did(&self) -> Did {
        self.did
    }

    pub(crate) fn keys(&self) -> Keypair {
        Keypair::from_seed([self.key; 32])
    }

    pub(crate) const fn is_up(&self) -> bool {
        self.machine.is_some()
    }

    pub(crate) fn start(&mut self, network: &NetworkId) {
        let (log, highest) = (self.disk.read_log(), self.disk.highest);
        let keys = self.keys();
        self.life += 1;
        self.wakes.clear();
        self.machine = Some(match self.removed {
            None => Consensus::new(keys, *network, highest, log),
            #[cfg(feature = "faults")]
            Some(fault) => Consensus::without(fault, keys, *network, highest, log),
            #[cfg(not(feature = "faults"))]
            Some(never) => match never {},
        });
    }

    pub(crate) fn fall(&mut self) {
        self.machine = None;
        self.life += 1;
    }

    pub(crate) fn describe(&self) -> String {
        let state = self.machine.as_ref().map(|machine| format!("{machine:?}"));
        format!("{:?} at {}: {state:?}", self.lie, self.disk.height())
    }
}
