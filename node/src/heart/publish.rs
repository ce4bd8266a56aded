//! What others see of the node: views for HTTP, figures, and whether all is well.

use super::Heart;
use crate::http::view::{Check, Peer, Tip, View};
use icn_base::Time;
use icn_ledger::{Action, Profile};
use icn_mesh::{Decided, Input, Off};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the node looks at itself.
pub(super) const WATCH: Duration = Duration::from_secs(1);

/// How long there may be something to decide before a node that decides nothing is not ready.
const STALLED_MS: u64 = 30_000;

/// Bytes that must find room before this node asks for a job.
const FOR_A_JOB: u64 = 4 * 1024 * 1024;

/// How often a registration that is not in the book is tried again.
const REGISTER_MS: u64 = 5_000;

/// What is watched.
#[derive(Debug)]
pub(crate) struct Watch {
    /// Connected peers, as the network tells from time to time.
    pub(crate) peers: watch::Receiver<Arc<[Peer]>>,
    /// What this node offers as an executor, if it is one.
    pub(crate) offer: Option<Profile>,
    /// The height at which this node signs nothing, and why.
    pub(crate) silent: Option<(u64, String)>,
    /// Since when there is something to decide at the height under way.
    waiting_since: Option<Time>,
    looked: Time,
    registered: Time,
    changed: bool,
}

impl Watch {
    pub(crate) const fn new(peers: watch::Receiver<Arc<[Peer]>>, offer: Option<Profile>) -> Self {
        Self {
            peers,
            offer,
            silent: None,
            waiting_since: None,
            looked: Time::ZERO,
            registered: Time::ZERO,
            changed: true,
        }
    }
}

impl Heart {
    /// A block is in the book, and on disk.
    pub(super) fn decided(&mut self, decided: &Arc<Decided>) {
        self.chronicle.add(decided);
        self.recent.keep(decided.header, decided.state.clone());
        self.metrics.decided(decided);
        self.watch.waiting_since = None;
        self.watch.changed = true;
        if let Some((height, _)) = &self.watch.silent
            && decided.header.height >= *height
        {
            self.watch.silent = None;
        }
        tracing::debug!(
            height = decided.header.height,
            txs = decided.txs.len(),
            "decided"
        );
    }

    /// Publishes what has changed, and looks after the node now and then.
    pub(super) fn look(&mut self, now: Time) {
        let (waiting, bytes) = self.mesh.waiting();
        let stuck = waiting > 0 || self.mesh.round().is_some();
        match (stuck, self.watch.waiting_since) {
            (true, None) => self.watch.waiting_since = Some(now),
            (false, Some(_)) => self.watch.waiting_since = None,
            _ => {}
        }
        let due = now.ms_since(self.watch.looked) >= 1_000;
        if due {
            self.watch.looked = now;
            self.metrics.waiting(waiting, bytes);
            self.metrics.store(&self.disk.store.stat());
            self.mesh.set_full(self.disk.store.is_full(FOR_A_JOB));
        }
        if due || self.watch.changed {
            self.watch.changed = false;
            let view = self.view(now, waiting);
            self.inside.view.send_replace(Arc::new(view));
            self.register(now);
        }
    }

    pub(crate) fn view(&self, now: Time, waiting: usize) -> View {
        let state = self.mesh.state();
        let chain = state.chain();
        let root = state.root().copied();
        View {
            tip: Tip {
                height: chain.height,
                block: self.mesh.tip(),
                time: chain.time,
                root: root.expect("a state between blocks is committed to"),
            },
            state: state.clone(),
            waiting,
            behind: self.mesh.furthest(),
            peers: Arc::clone(&self.watch.peers.borrow()),
            checks: self.checks(now).into(),
        }
    }

    fn checks(&self, now: Time) -> Vec<Check> {
        let order = match (&self.watch.silent, self.watch.waiting_since) {
            (Some((height, why)), _) => Some(format!("silent at height {height}: {why}")),
            (None, Some(since)) if now.ms_since(since) >= STALLED_MS => Some(format!(
                "nothing was decided for {} s although something waits: are more than two thirds of \
                 the validators up? `icn peers` shows who is connected",
                now.ms_since(since) / 1_000
            )),
            _ => None,
        };
        let clock = self.clock_fault();
        let behind = self.mesh.furthest().map(|height| {
            format!(
                "at height {} while peers are at {height}",
                self.mesh.height()
            )
        });
        let leaving = self.stop.is_cancelled().then(|| "shutting down".to_owned());
        let check = |name, fault| Check { name, fault };
        vec![
            check("order", order),
            check("sync", behind),
            check("clock", clock),
            check("intake", leaving),
        ]
    }

    fn clock_fault(&self) -> Option<String> {
        let (ms, word) = match self.mesh.clock_is_off() {
            Some(Off::Ahead(ms)) => (ms, "ahead of"),
            Some(Off::Behind(ms)) => (ms, "behind"),
            None => {
                let apart = self.clock.is_apart();
                return apart.then(|| {
                    "the clock was set back: set it right, or start the node again".to_owned()
                });
            }
        };
        Some(format!(
            "this clock is {} s {word} that of the validators: set it right, and keep it with NTP",
            ms / 1_000
        ))
    }

    /// A member that runs jobs says so in the book, once, and again when its offer has changed.
    fn register(&mut self, now: Time) {
        let Some(offer) = &self.watch.offer else {
            return;
        };
        let (me, state) = (self.mesh.did(), self.mesh.state());
        let member = state
            .actor(&me)
            .is_some_and(|actor| actor.account.is_member());
        let known = state.executor(&me);
        let same = known.is_some_and(|known| known.open && known.profile == *offer);
        let tried = now.ms_since(self.watch.registered) < REGISTER_MS;
        if !member || same || tried || self.stop.is_cancelled() {
            return;
        }
        let profile = offer.clone();
        self.watch.registered = now;
        let act = Input::Act {
            action: Action::RegisterExecutor { profile },
            retries: 0,
            ticket: 0,
        };
        self.intake
            .teller()
            .send(super::Told::Input(act))
            .unwrap_or(());
    }
}
