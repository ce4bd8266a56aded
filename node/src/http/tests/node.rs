//! A mesh of one that serves the door: each submission is a block at once. It runs the jobs that it
//! has the module for.

use super::Client;
use crate::http::{
    Api, Ask, Check, Door, Inside, Meters, NoEvidence, Past, Report, Server, Settings, Tip, Token,
    View, Who, past,
};
use crate::lone::{Done, Lone, mana};
use icn_base::{Cid, JobId, Keypair, Time, TxId};
use icn_dag::{Batch, Block, Blocks, MemStore, Store, StoreError};
use icn_ledger::{Genesis, GenesisAccount, State};
use icn_mesh::{Mempool, NotTaken, Waiting};
use icn_replay::Chain;
use icn_sandbox::{ENGINE, Sandbox};
use prometheus_client::registry::Registry;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, RwLock};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// The token of the operator.
pub(super) const TOKEN: &str = "a-token-for-tests";

/// A key of somebody who has mana and is no member.
pub(super) fn stranger() -> Keypair {
    Keypair::from_seed([9; 32])
}

/// What a test makes go wrong.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Submissions that are dropped unread.
    pub(super) lost: AtomicU32,
    /// Submissions that are done and not answered.
    pub(super) unanswered: AtomicU32,
}

/// A node that answers HTTP, until it is dropped.
pub(super) struct Node {
    pub(super) client: Client,
    pub(super) faults: Arc<Faults>,
    door: Option<Door>,
    stop: CancellationToken,
    runtime: Option<Runtime>,
    /// The ledger, when the node is stopped.
    book: std::sync::mpsc::Receiver<Book>,
    _directory: Option<tempfile::TempDir>,
}

impl Node {
    /// A node with a ledger of its own.
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut node = Self::on(Book::fresh(), directory.path(), change);
        node._directory = Some(directory);
        node
    }

    /// A node over a ledger that was there before.
    pub(super) fn on(book: Book, directory: &Path, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new(directory.join("keys"));
        settings.token = Some(Token::new(TOKEN));
        change(&mut settings);
        let runtime = Runtime::new().unwrap();
        let (blocks, past) = (Arc::clone(&book.blocks), Arc::clone(&book.past));
        let (door, inside) = Door::new(book.who(), book.view(), blocks, past);
        let mut registry = Registry::default();
        let meters = Meters::register(&mut registry);
        let api = Api::new(settings, door.clone(), Arc::new(registry), meters).unwrap();
        let server = runtime.block_on(Server::bind(api)).unwrap();
        let address = server.address();
        let stop = CancellationToken::new();
        runtime.spawn(server.run(stop.clone()));
        let faults = Arc::new(Faults::default());
        let (send, receive) = std::sync::mpsc::channel();
        let seen = Arc::clone(&faults);
        std::thread::spawn(move || drop(send.send(book.serve(inside, &seen))));
        Self {
            client: Client {
                address,
                token: Some(TOKEN.to_owned()),
            },
            faults,
            door: Some(door),
            stop,
            runtime: Some(runtime),
            book: receive,
            _directory: None,
        }
    }

    /// Stops it as a signal does, and hands out what is on its disk.
    pub(super) fn stop(mut self) -> Book {
        self.end();
        // The last handle of the door ends the loop behind it.
        self.door = None;
        self.book.recv().unwrap()
    }

    /// What HTTP holds of it.
    pub(super) fn door(&self) -> &Door {
        self.door.as_ref().unwrap()
    }

    fn end(&mut self) {
        self.stop.cancel();
        if let Some(runtime) = self.runtime.take() {
            std::thread::sleep(std::time::Duration::from_millis(50));
            runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end();
    }
}

/// The ledger behind a node, and what stays when it is stopped.
pub(super) struct Book {
    lone: Lone,
    /// The same state, folded from blocks, so that each block's facts are known.
    state: State,
    blocks: Arc<Shelf>,
    past: Arc<Memory>,
    done: BTreeMap<Cid, Done>,
    reported: usize,
}

#[derive(Debug, Default)]
struct Shelf(RwLock<MemStore>);

impl Blocks for Shelf {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        self.0.read().unwrap().get(cid)
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        self.0.read().unwrap().size(cid)
    }
}

#[derive(Debug, Default)]
struct Memory {
    reports: RwLock<BTreeMap<u64, Arc<Report>>>,
    heights: RwLock<BTreeMap<TxId, u64>>,
}

impl Past for Memory {
    fn report(&self, height: u64) -> Result<Option<Arc<Report>>, StoreError> {
        Ok(self.reports.read().unwrap().get(&height).cloned())
    }

    fn height_of(&self, tx: &TxId) -> Result<Option<u64>, StoreError> {
        Ok(self.heights.read().unwrap().get(tx).copied())
    }

    fn first(&self) -> u64 {
        1
    }
}

fn sandbox() -> Arc<Sandbox> {
    static SANDBOX: OnceLock<Arc<Sandbox>> = OnceLock::new();
    let made = || {
        let settings = icn_sandbox::Settings {
            instances: 4,
            ..icn_sandbox::Settings::default()
        };
        Arc::new(Sandbox::new(&settings).unwrap())
    };
    Arc::clone(SANDBOX.get_or_init(made))
}

fn now() -> Time {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Time::from_ms(u64::try_from(passed.unwrap().as_millis()).unwrap()).unwrap()
}

impl Book {
    /// That of a network that has just begun.
    pub(super) fn fresh() -> Self {
        let keys = Keypair::from_seed([1; 32]);
        let account = |did, member| GenesisAccount {
            did,
            mana: mana(9_000),
            member,
            power: u64::from(member),
        };
        let mut accounts = vec![account(keys.did(), true), account(stranger().did(), false)];
        accounts.sort_by_key(|account| account.did);
        let genesis = Genesis {
            time: now(),
            accounts,
            development: true,
            ..Genesis::default()
        };
        let mut state = genesis.state().unwrap();
        state.commit();
        let mut lone = Lone::on(sandbox(), keys, genesis);
        lone.register();
        let mut book = Self {
            lone,
            state,
            blocks: Arc::default(),
            past: Arc::default(),
            done: BTreeMap::new(),
            reported: 0,
        };
        book.report();
        book
    }

    fn who(&self) -> Who {
        Who {
            did: self.lone.keys.did(),
            network: self.lone.network(),
            version: "0.0.0",
            engine: ENGINE,
            addresses: vec!["/ip4/127.0.0.1/tcp/1".to_owned()],
        }
    }

    fn view(&self) -> View {
        let chain = self.state.chain();
        View {
            state: self.state.clone(),
            tip: Tip {
                height: chain.height,
                block: self.lone.head(),
                time: chain.time,
                root: *self.state.root().unwrap(),
            },
            waiting: 0,
            behind: None,
            peers: Arc::default(),
            checks: Arc::new([Check {
                name: "store",
                fault: None,
            }]),
        }
    }

    /// Remembers what became of the blocks since the last time.
    fn report(&mut self) {
        for header in self.lone.headers.iter().skip(self.reported) {
            let txs = Chain::txs(&self.lone.blocks, header).unwrap();
            let applied = header.apply(&mut self.state, &txs).unwrap();
            let ids: Vec<TxId> = txs.iter().map(|tx| tx.id()).collect();
            let report = Report::of(header, &ids, &applied.verdicts, &applied.due);
            let mut shelf = self.blocks.0.write().unwrap();
            shelf.commit(Batch::of(past::receipts(&txs))).unwrap();
            let ids = ids.into_iter().map(|id| (id, header.height));
            self.past.heights.write().unwrap().extend(ids);
            let mut reports = self.past.reports.write().unwrap();
            reports.insert(header.height, Arc::new(report));
        }
        self.reported = self.lone.headers.len();
        let written = self.lone.written().to_vec();
        self.blocks
            .0
            .write()
            .unwrap()
            .commit(Batch::of(written))
            .unwrap();
    }

    fn serve(mut self, mut inside: Inside, faults: &Faults) -> Self {
        while let Some(ask) = inside.asks.blocking_recv() {
            self.answer(ask, faults);
            self.run_what_can_run();
            self.report();
            inside.view.send_replace(Arc::new(self.view()));
        }
        self
    }

    fn answer(&mut self, ask: Ask, faults: &Faults) {
        match ask {
            Ask::Ping(to) => drop(to.send(())),
            Ask::Submit(..) if count_down(&faults.lost) => {}
            Ask::Submit(txs, to) => {
                let verdicts = self.submit(txs);
                if !count_down(&faults.unanswered) {
                    drop(to.send(verdicts));
                }
            }
            Ask::Waits(_, to) => drop(to.send(false)),
            Ask::Sign(action, to) => drop(to.send(self.lone.sign(vec![action]).remove(0))),
            Ask::Keep(batch, to) => {
                for block in &batch.blocks {
                    self.lone.keep(block.clone());
                }
                drop(to.send(self.blocks.0.write().unwrap().commit(batch)));
            }
            Ask::Retry(..) => {}
            Ask::Explain(_, to) => drop(to.send(None)),
            Ask::Evidence(receipt, to) => {
                let done = self.done.get(&receipt).ok_or(NoEvidence::Unknown(receipt));
                drop(to.send(done.map(|done| self.lone.file(done))));
            }
            Ask::Verify(file, to) => {
                let verdict = icn_replay::verify(&file[..], self.lone.sandbox(), 60_000);
                drop(to.send(Ok(crate::http::verify::view(&verdict))));
            }
        }
    }

    /// A block of what the book would take.
    fn submit(&mut self, txs: Vec<Waiting>) -> Vec<Result<(), NotTaken>> {
        let at = self.lone.state.chain().time.after_ms(250).unwrap();
        let mut mempool = Mempool::default();
        let offer = |tx: Waiting| match self.past.height_of(&tx.id()) {
            Ok(Some(_)) => Err(NotTaken::Known),
            _ => mempool.offer(tx, &self.lone.state, at),
        };
        let verdicts = txs.into_iter().map(offer).collect();
        let next = mempool.next(&self.lone.state, at, 10_000, usize::MAX);
        let next: Vec<_> = next.into_iter().map(|tx| tx.tx().clone()).collect();
        if !next.is_empty() {
            self.lone.block(&next);
        }
        verdicts
    }

    fn run_what_can_run(&mut self) {
        let open = self.lone.state.jobs_after(None);
        let ready = open
            .filter(|(_, job)| job.is_open() && self.lone.blocks.has(&job.spec.module).unwrap());
        let ready: Vec<JobId> = ready.map(|(id, _)| *id).collect();
        for job in ready {
            self.lone.take(job);
            let done = self.lone.run(job);
            self.done.insert(done.receipt.cid().unwrap(), done);
        }
    }
}

fn count_down(left: &AtomicU32) -> bool {
    let less = |left: u32| left.checked_sub(1);
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
        .is_ok()
}
