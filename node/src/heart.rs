//! The main loop: inputs are drained in batches, the mesh handles each, what must be kept is put on
//! disk, and only then anything leaves (DESIGN section 2).
//!
//! It has a thread of its own, which is the only one that writes to the disk. Whatever costs time and
//! needs no state is done elsewhere: reading and verifying what peers bring, running guests, making
//! checkpoints.

mod checked;
mod doors;
mod effects;
mod intake;
mod publish;
mod runs;
mod verify;

pub(crate) use intake::Intake;
pub(crate) use publish::Watch;

use crate::clock::Clock;
use crate::disk::{Disk, DiskError};
use crate::http::door::{Ask, Inside};
use crate::metrics::Metrics;
use crate::net::{Event, Net};
use crate::past::Chronicle;
use crate::worker::WorkerPool;
use icn_base::TxId;
use icn_dag::{Batch, Store, StoreError};
use icn_ledger::{Header, State};
use icn_mesh::{Explanation, Input, Mesh, NotTaken, Stopped, Ticket};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Inputs that are handled before the disk is written.
const BATCH_MAX: usize = 4_096;

/// Snapshots that are kept in memory, so that receipts can be proved.
const SNAPSHOTS_MAX: usize = 4_096;

/// Where the verdicts on submitted transactions go, and which transactions they are.
pub(crate) type Taken = (Vec<TxId>, oneshot::Sender<Vec<Result<(), NotTaken>>>);

/// What other threads tell the loop.
#[derive(Debug)]
pub(crate) enum Told {
    /// Something for the mesh.
    Input(Input),
    /// A checkpoint's blocks and its name.
    Keep(Batch),
}

/// All that the loop has.
pub(crate) struct Heart {
    pub(crate) mesh: Mesh,
    pub(crate) disk: Disk,
    pub(crate) clock: Clock,
    pub(crate) net: Net,
    pub(crate) events: mpsc::Receiver<Event>,
    /// What the network said before this loop began.
    pub(crate) early: Vec<Event>,
    pub(crate) inside: Inside,
    pub(crate) intake: Intake,
    pub(crate) told: mpsc::UnboundedReceiver<Told>,
    pub(crate) pool: Arc<WorkerPool>,
    pub(crate) chronicle: Arc<Chronicle>,
    pub(crate) metrics: Arc<Metrics>,
    /// Threads for what takes time.
    pub(crate) threads: Handle,
    pub(crate) stop: CancellationToken,
    pub(crate) waits: Waits,
    pub(crate) recent: Recent,
    pub(crate) watch: publish::Watch,
    /// Where a file may stand for a while.
    pub(crate) cache: PathBuf,
}

/// Askers that wait for the mesh.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    last: Ticket,
    taken: BTreeMap<Ticket, Taken>,
    explained: BTreeMap<Ticket, oneshot::Sender<Option<Box<Explanation>>>>,
}

/// The last snapshots and the headers that led to them.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    heights: VecDeque<u64>,
    by_height: BTreeMap<u64, (State, Header)>,
}

/// Why the loop ended.
#[derive(Debug, thiserror::Error)]
pub enum HeartError {
    /// The mesh cannot go on.
    #[error(transparent)]
    Mesh(#[from] Stopped),
    /// The disk cannot.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The disk cannot.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network has ended by itself.
    #[error("the network has ended")]
    Net,
}

enum Next {
    Event(Option<Event>),
    Ask(Option<Ask>),
    Told(Option<Told>),
    Stop,
    Time,
}

impl Heart {
    /// Beats until it is told to stop and has nothing left to do, or cannot go on.
    pub(crate) async fn beat(mut self) -> Result<(), HeartError> {
        let early = std::mem::take(&mut self.early);
        let early = early.into_iter();
        let early: Vec<_> = early
            .filter_map(|event| self.intake.event(event, &self.net))
            .collect();
        let now = self.clock.now();
        for input in early {
            self.mesh.handle(input, now, &self.disk.store)?;
        }
        self.rest()?;
        let (mut leaving, mut gone) = (false, false);
        while !gone {
            let next = self.next(leaving).await;
            let mut inputs = Vec::new();
            match next {
                Next::Event(Some(event)) => inputs.extend(self.intake.event(event, &self.net)),
                Next::Event(None) => return Err(HeartError::Net),
                Next::Ask(Some(ask)) => self.ask(ask, &mut inputs)?,
                Next::Told(Some(told)) => self.told(told, &mut inputs)?,
                Next::Ask(None) | Next::Told(None) => {}
                Next::Stop => {
                    leaving = true;
                    inputs.push(Input::Leave);
                }
                Next::Time => inputs.push(Input::Tick),
            }
            self.drain(&mut inputs)?;
            let now = self.clock.now();
            for input in inputs {
                self.mesh.handle(input, now, &self.disk.store)?;
            }
            gone = self.rest()?;
        }
        Ok(())
    }

    async fn next(&mut self, leaving: bool) -> Next {
        let wait = match self.mesh.next_deadline() {
            Some(deadline) => self.clock.until(deadline),
            None => publish::WATCH,
        };
        tokio::select! {
            biased;
            () = self.stop.cancelled(), if !leaving => Next::Stop,
            told = self.told.recv() => Next::Told(told),
            ask = self.inside.asks.recv() => Next::Ask(ask),
            event = self.events.recv() => Next::Event(event),
            () = tokio::time::sleep(wait.min(publish::WATCH)) => Next::Time,
        }
    }

    /// Takes what else is there already.
    fn drain(&mut self, inputs: &mut Vec<Input>) -> Result<(), HeartError> {
        while inputs.len() < BATCH_MAX {
            let before = inputs.len();
            let mut found = false;
            if let Ok(told) = self.told.try_recv() {
                found = true;
                self.told(told, inputs)?;
            }
            if let Ok(ask) = self.inside.asks.try_recv() {
                found = true;
                self.ask(ask, inputs)?;
            }
            if let Ok(event) = self.events.try_recv() {
                found = true;
                inputs.extend(self.intake.event(event, &self.net));
            }
            if !found && inputs.len() == before {
                break;
            }
        }
        Ok(())
    }

    fn told(&mut self, told: Told, inputs: &mut Vec<Input>) -> Result<(), HeartError> {
        match told {
            Told::Input(input) => inputs.push(input),
            Told::Keep(batch) => match self.disk.store.commit(batch) {
                // Without it the node only begins from an older one.
                Err(full @ (StoreError::Quota { .. } | StoreError::DiskFull)) => {
                    tracing::warn!("there is no room for a checkpoint: {full}");
                }
                kept => kept?,
            },
        }
        Ok(())
    }

    /// Ends a batch: the disk first, then the world. True if nothing is left to do.
    fn rest(&mut self) -> Result<bool, HeartError> {
        let now = self.clock.now();
        let out = self.mesh.rest(now, &self.disk.store)?;
        self.disk.keep(out.keep)?;
        let mut gone = false;
        for effect in out.effects {
            gone |= self.perform(effect);
        }
        self.look(now);
        Ok(gone)
    }
}

impl Waits {
    fn ticket(&mut self) -> Ticket {
        self.last = self.last.wrapping_add(1);
        self.last
    }
}

impl Recent {
    /// Keeps a snapshot, and lets the oldest go.
    pub(crate) fn keep(&mut self, header: Header, state: State) {
        self.heights.push_back(header.height);
        self.by_height.insert(header.height, (state, header));
        while self.heights.len() > SNAPSHOTS_MAX {
            if let Some(oldest) = self.heights.pop_front() {
                self.by_height.remove(&oldest);
            }
        }
    }

    pub(crate) fn get(&self, height: u64) -> Option<&(State, Header)> {
        self.by_height.get(&height)
    }
}

impl std::fmt::Debug for Heart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Heart({:?})", self.mesh)
    }
}
