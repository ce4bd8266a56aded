//! The door between the HTTP API and the main loop. HTTP never touches the state machine: it reads
//! what the loop has published, and asks for everything else.
//!
//! The loop makes the door with [`Door::new`], publishes through [`Inside::view`] and serves
//! [`Inside::asks`]. Questions are bounded in number; when the loop has no time for more, HTTP
//! answers 503 at once instead of letting them pile up.

use super::past::Past;
use super::view::{View, Who};
use icn_api::verify::VerdictView;
use icn_base::{Cid, JobId, TxId};
use icn_dag::{Batch, Blocks, StoreError};
use icn_ledger::{Action, SignedTx};
use icn_mesh::{Explanation, NotTaken, Waiting};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot, watch};

/// Questions that may wait for the main loop.
pub const ASKS_MAX: usize = 1_024;

/// What HTTP holds of the node. Clones are cheap.
#[derive(Clone)]
pub struct Door {
    who: Arc<Who>,
    view: watch::Receiver<Arc<View>>,
    blocks: Arc<dyn Blocks + Send + Sync>,
    past: Arc<dyn Past>,
    asks: mpsc::Sender<Ask>,
    own: Arc<Mutex<()>>,
}

/// What the main loop holds of the door.
#[derive(Debug)]
pub struct Inside {
    /// Where a new view goes, after its block is on disk.
    pub view: watch::Sender<Arc<View>>,
    /// What is asked, in the order in which it came.
    pub asks: mpsc::Receiver<Ask>,
}

/// A question, and where its answer goes. An asker that has gone away is no fault.
#[derive(Debug)]
pub enum Ask {
    /// Are you there?
    Ping(oneshot::Sender<()>),
    /// Take these transactions into the mempool, and announce those that are taken. One answer
    /// each; one that waits already, or stands in a block, is [`NotTaken::Known`].
    Submit(Vec<Waiting>, oneshot::Sender<Vec<Result<(), NotTaken>>>),
    /// Does this transaction wait for a block?
    Waits(TxId, oneshot::Sender<bool>),
    /// Sign this with the node's key, under the next nonce that neither a block nor the mempool
    /// uses, but do not submit it. A nonce that was given out and never submitted is given out
    /// again: HTTP asks for one at a time.
    Sign(Action, oneshot::Sender<SignedTx>),
    /// Commit this to the store.
    Keep(Batch, oneshot::Sender<Result<(), StoreError>>),
    /// How came a job to its executors, or why has it none?
    Explain(JobId, oneshot::Sender<Option<Box<Explanation>>>),
    /// The CAR that proves a receipt, made on the snapshot of its job.
    Evidence(Cid, oneshot::Sender<Result<Vec<u8>, NoEvidence>>),
    /// Run a receipt's job again from the receipt's CAR, in a process that holds no key. The error says
    /// why this machine could not.
    Verify(Vec<u8>, oneshot::Sender<Result<VerdictView, String>>),
    /// Try a job of this node's again so often, if it fails for lack of executors.
    Retry(JobId, u8),
}

/// Why there is no CAR for a receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEvidence {
    /// There is no such receipt.
    #[error("no receipt {0} is known here")]
    Unknown(Cid),
    /// The state that the job ran on is no longer kept here.
    #[error("the snapshot at height {0} is no longer kept here: ask another node")]
    Gone(u64),
    /// Something that the run needs is missing here, or the machine failed.
    #[error("the evidence cannot be put together here: {0}")]
    Lacking(String),
}

/// The main loop does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It has too many questions before this one.
    #[error("the node is busy")]
    Busy,
    /// It has ended, or dropped the question.
    #[error("the node is stopping")]
    Stopped,
}

impl Door {
    /// A door to a node, and the side of it that belongs to the main loop.
    pub fn new(
        who: Who,
        first: View,
        blocks: Arc<dyn Blocks + Send + Sync>,
        past: Arc<dyn Past>,
    ) -> (Self, Inside) {
        let (publish, view) = watch::channel(Arc::new(first));
        let (sender, asks) = mpsc::channel(ASKS_MAX);
        let door = Self {
            who: Arc::new(who),
            view,
            blocks,
            past,
            asks: sender,
            own: Arc::default(),
        };
        let inside = Inside {
            view: publish,
            asks,
        };
        (door, inside)
    }

    /// What does not change.
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// The node as it is now.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.borrow())
    }

    /// Views to come; the one that is there counts as seen.
    pub fn views(&self) -> watch::Receiver<Arc<View>> {
        let mut views = self.view.clone();
        views.mark_unchanged();
        views
    }

    /// Blocks that are on disk.
    pub fn blocks(&self) -> &Arc<dyn Blocks + Send + Sync> {
        &self.blocks
    }

    /// Blocks of the chain that were applied.
    pub fn past(&self) -> &Arc<dyn Past> {
        &self.past
    }

    /// The leave to act as the node: one at a time, so that its nonces follow each other.
    pub async fn own(&self) -> MutexGuard<'_, ()> {
        self.own.lock().await
    }

    /// Asks, and waits for the answer.
    pub async fn ask<T>(
        &self,
        question: impl FnOnce(oneshot::Sender<T>) -> Ask,
    ) -> Result<T, NoAnswer> {
        let (sender, answer) = oneshot::channel();
        match self.asks.try_send(question(sender)) {
            Ok(()) => answer.await.map_err(|_| NoAnswer::Stopped),
            Err(mpsc::error::TrySendError::Full(_)) => Err(NoAnswer::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(NoAnswer::Stopped),
        }
    }

    /// Says something that has no answer.
    pub fn tell(&self, what: Ask) -> Result<(), NoAnswer> {
        self.asks.try_send(what).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NoAnswer::Busy,
            mpsc::error::TrySendError::Closed(_) => NoAnswer::Stopped,
        })
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Door({})", self.who.did)
    }
}
