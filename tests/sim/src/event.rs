//! What is going to happen, in its order.

use crate::letter::Letter;
use icn_base::JobId;
use icn_mesh::Ran;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something that happens at a node.
#[derive(Clone, Debug)]
pub enum Event {
    /// Gossip arrives.
    Letter {
        /// From whom.
        from: usize,
        /// What.
        letter: Arc<Letter>,
        /// How many nodes have passed it on.
        hops: u8,
    },
    /// A question arrives.
    Asked {
        /// From whom.
        from: usize,
        /// In which of its lives.
        life: u32,
        /// Its number there.
        id: u64,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// An answer arrives, or will not.
    Answered {
        /// In which life it was asked.
        life: u32,
        /// The question's number.
        id: u64,
        /// Who answers.
        from: usize,
        /// The answer's bytes.
        bytes: Option<Vec<u8>>,
    },
    /// The node's deadline has come.
    Wake {
        /// In this life.
        life: u32,
    },
    /// A run has come to its end.
    Ran {
        /// In this life.
        life: u32,
        /// The job.
        job: JobId,
        /// When the run began, in the world.
        started: u64,
        /// What came of it, or that this machine cannot run it.
        ran: Option<Box<Ran>>,
    },
    /// The machine is switched on.
    Start,
    /// Two nodes find each other, if they can.
    Meet {
        /// The other one.
        peer: usize,
    },
    /// A connection is gone, at this end of it.
    Left {
        /// The other end.
        peer: usize,
    },
    /// A user does something.
    Deed,
    /// What may have been lost is sent again.
    Again,
    /// Something goes wrong.
    Storm,
    /// A liar does something by itself.
    Mischief,
}

impl Event {
    /// Its name, for the trace.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Letter { .. } => "letter",
            Self::Asked { .. } => "asked",
            Self::Answered { .. } => "answered",
            Self::Wake { .. } => "wake",
            Self::Ran { .. } => "ran",
            Self::Start => "start",
            Self::Meet { .. } => "meet",
            Self::Left { .. } => "left",
            Self::Deed => "deed",
            Self::Again => "again",
            Self::Storm => "storm",
            Self::Mischief => "mischief",
        }
    }

    /// What tells it from others of its name, for the trace.
    pub fn mark(&self) -> Vec<u8> {
        match self {
            Self::Letter { from, letter, .. } => {
                [from.to_be_bytes(), letter.id.to_be_bytes()].concat()
            }
            Self::Asked { bytes, .. } => bytes.clone(),
            Self::Answered { bytes, id, .. } => {
                let length = bytes.as_ref().map_or(0, Vec::len);
                [id.to_be_bytes(), length.to_be_bytes()].concat()
            }
            Self::Ran { job, .. } => job.cid().to_bytes().to_vec(),
            Self::Meet { peer } | Self::Left { peer } => peer.to_be_bytes().to_vec(),
            Self::Wake { .. }
            | Self::Start
            | Self::Deed
            | Self::Again
            | Self::Storm
            | Self::Mischief => Vec::new(),
        }
    }
}

/// Everything that is going to happen: by time, and then in the order in which it was caused.
#[derive(Debug, Default)]
pub struct Queue {
    events: BTreeMap<(u64, u64), (usize, Event)>,
    count: u64,
}

impl Queue {
    /// Lets something happen at a node at a time.
    pub fn at(&mut self, at: u64, node: usize, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), (node, event));
    }

    /// When the next event is.
    pub fn next(&self) -> Option<u64> {
        self.events.keys().next().map(|(at, _)| *at)
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<(u64, usize, Event)> {
        let ((at, _), (node, event)) = self.events.pop_first()?;
        Some((at, node, event))
    }
}
