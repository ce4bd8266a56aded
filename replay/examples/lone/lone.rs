//! A mesh of one, made by hand: what a node will do by itself, one block after the other.

use icn_base::run::{
    Agreement, Claim, Inherited, Input, JobRequest, JobSpec, Receipt, Requires, Snapshot,
};
use icn_base::{Cid, Did, JobId, Keypair, Mana, NetworkId, Time, codec};
use icn_dag::car::Writer;
use icn_dag::{Batch, Block, MemStore, Store};
use icn_economics::Offer;
use icn_ledger::{
    Action, Applied, Bid, Genesis, GenesisAccount, Header, Profile, SignedTx, State, Terms, TxBody,
    Verdict,
};
use icn_replay::{Asked, Evidence, export};
use icn_sandbox::{ENGINE, Finished, Sandbox, Settings};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The member's key as 24 words, for `icn keys import`.
pub const WORDS: &str = "absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic \
    avoid letter advice cage absurd amount doctor acoustic avoid letter advice comic";

/// A member who owns jobs, assigns them and runs them, and the book that comes of it.
pub struct Lone {
    pub keys: Keypair,
    pub genesis: Genesis,
    pub state: State,
    pub headers: Vec<Header>,
    pub blocks: MemStore,
    pub engine: String,
    pub wall_ms: u64,
    written: Vec<Block>,
    sandbox: Arc<Sandbox>,
}

/// A job that was run, and all that its receipt can be proved with.
pub struct Done {
    pub job: JobId,
    pub receipt: Receipt,
    pub finished: Finished,
    pub asked: Asked,
    pub snapshot: State,
    pub header: Header,
    pub next: Header,
}

pub fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

/// Somebody who is no member.
pub fn bob() -> Did {
    Keypair::from_seed([2; 32]).did()
}

impl Lone {
    pub fn new() -> Self {
        let settings = Settings {
            instances: 4,
            ..Settings::default()
        };
        Self::with(Arc::new(Sandbox::new(&settings).unwrap()), [1; 32])
    }

    /// The mesh of the member whose key grows from this seed.
    pub fn with(sandbox: Arc<Sandbox>, seed: [u8; 32]) -> Self {
        let keys = Keypair::from_seed(seed);
        let account = |did, units, member, power| GenesisAccount {
            did,
            mana: mana(units),
            member,
            power,
        };
        let mut accounts = vec![
            account(keys.did(), 10_000, true, 1),
            account(bob(), 500, false, 0),
        ];
        let strangers = (100..160).map(|seed| Keypair::from_seed([seed; 32]).did());
        accounts.extend(strangers.map(|did| account(did, 1, false, 0)));
        accounts.sort_by_key(|account| account.did);
        let genesis = Genesis {
            time: Time::from_ms(1_000_000).unwrap(),
            accounts,
            ..Genesis::default()
        };
        Self::on(sandbox, keys, genesis)
    }

    /// The mesh that begins so.
    pub fn on(sandbox: Arc<Sandbox>, keys: Keypair, genesis: Genesis) -> Self {
        let mut state = genesis.state().unwrap();
        state.commit();
        let mut lone = Self {
            keys,
            state,
            headers: Vec::new(),
            blocks: MemStore::default(),
            engine: ENGINE.to_owned(),
            wall_ms: 60_000,
            written: Vec::new(),
            sandbox,
            genesis,
        };
        lone.keep(Block::cbor(&lone.genesis).unwrap());
        lone
    }

    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub fn network(&self) -> NetworkId {
        self.genesis.network()
    }

    /// The id of the last block; of the genesis, if there is none.
    pub fn head(&self) -> Cid {
        let last = self.headers.last().map(|header| *header.block().cid());
        last.unwrap_or(*self.network().cid())
    }

    /// Keeps a block, as the chain's CAR will have it.
    pub fn keep(&mut self, block: Block) -> Cid {
        let cid = *block.cid();
        self.written.push(block.clone());
        self.blocks.commit(Batch::of([block])).unwrap();
        cid
    }

    /// The actions as transactions that the member signs now.
    pub fn sign(&self, actions: Vec<Action>) -> Vec<SignedTx> {
        self.sign_by(&self.keys, actions)
    }

    /// The actions as transactions that somebody signs now.
    pub fn sign_by(&self, keys: &Keypair, actions: Vec<Action>) -> Vec<SignedTx> {
        let from = keys.did();
        let mut nonce = self.state.actor(&from).unwrap().nonce;
        let now = self.state.chain().time;
        let mut sign = |action: Action| {
            let own = (!action.is_market()).then_some(nonce);
            nonce += u64::from(own.is_some());
            let body = TxBody {
                network: self.network(),
                from,
                nonce: own,
                valid_until: now.after_ms(60_000).unwrap(),
                action,
            };
            SignedTx::sign(body, keys)
        };
        actions.into_iter().map(&mut sign).collect()
    }

    /// The next block.
    pub fn block(&mut self, txs: &[SignedTx]) -> Applied {
        self.block_after(250, txs)
    }

    /// The next block, that much later.
    pub fn block_after(&mut self, ms: u64, txs: &[SignedTx]) -> Applied {
        let time = self.state.chain().time.after_ms(ms).unwrap();
        let parent = self.head();
        let (header, blocks) = Header::new(&mut self.state, parent, time, txs);
        for block in blocks.into_iter().chain([header.block()]) {
            self.keep(block);
        }
        self.headers.push(header);
        header.apply(&mut self.state, txs).unwrap()
    }

    /// The next block; everything in it is done.
    pub fn act(&mut self, actions: Vec<Action>) -> Vec<SignedTx> {
        let txs = self.sign(actions);
        self.settled(&txs);
        txs
    }

    /// The next block of these; everything in it is done.
    pub fn settled(&mut self, txs: &[SignedTx]) {
        for verdict in self.block(txs).verdicts {
            assert!(matches!(verdict, Verdict::Applied(_)), "{verdict:?}");
        }
    }

    /// Offers to run jobs.
    pub fn register(&mut self) {
        let profile = Profile {
            capacity: 8,
            prices: offer(),
            capabilities: BTreeSet::new(),
            labels: BTreeMap::new(),
            engine: self.engine.clone(),
        };
        self.act(vec![Action::RegisterExecutor { profile }]);
    }

    /// A job for this module; the caller changes what it wants otherwise.
    pub fn spec(&mut self, module: &[u8], input: Input) -> JobSpec {
        let module = self.keep(Block::raw(module.to_vec()).unwrap());
        let request = JobRequest {
            module,
            entry: None,
            input: Some(input),
            reads: None,
            fuel_limit: 100_000_000,
            memory_pages: Some(32),
            max_price: mana(500),
            bid_window_ms: None,
            deadline: None,
            agreement: None,
            requires: None,
            grants: None,
            coordinator: None,
            retry_of: None,
        };
        request.complete(Inherited {
            deadline: self.state.chain().time.after_ms(600_000).unwrap(),
            agreement: Agreement::default(),
            requires: Requires::default(),
            coordinator: self.keys.did(),
        })
    }

    /// Submits a job and gives it to oneself.
    pub fn assign(&mut self, spec: JobSpec) -> JobId {
        let submit = Action::SubmitJob {
            spec: Arc::new(spec),
        };
        let job = JobId::new(*self.act(vec![submit])[0].id().cid());
        self.take(job);
        job
    }

    /// Gives an open job to oneself.
    pub fn take(&mut self, job: JobId) {
        let terms = Terms {
            job,
            executor: self.keys.did(),
            offer: offer(),
            engine: self.engine.clone(),
            assign_before: self.state.chain().time.after_ms(60_000).unwrap(),
        };
        let bids = vec![Bid::sign(terms, &self.keys, &self.network())];
        self.act(vec![Action::AssignJob {
            job,
            bids,
            spares: vec![],
        }]);
    }

    /// Runs a job that was assigned in the last block, settles it, and keeps what it wrote.
    pub fn run(&mut self, job: JobId) -> Done {
        let snapshot = self.state.clone();
        let header = *self.headers.last().unwrap();
        let (finished, asked) = icn_replay::job::run_on(
            &self.sandbox,
            &snapshot,
            &self.blocks,
            (job, &header),
            self.wall_ms,
        )
        .unwrap();
        let receipt = self.receipt(job, &snapshot, &finished);
        for content in [&finished.output, &finished.log, &finished.journal] {
            for (cid, bytes) in content.blocks() {
                self.keep(Block::check(cid, bytes).unwrap());
            }
        }
        self.act(vec![Action::SettleJob {
            receipt: Box::new(receipt.clone()),
            salt: None,
        }]);
        Done {
            job,
            receipt,
            finished,
            asked,
            snapshot,
            header,
            next: *self.headers.last().unwrap(),
        }
    }

    fn receipt(&self, job: JobId, snapshot: &State, finished: &Finished) -> Receipt {
        let spec = &snapshot.job(&job).unwrap().spec;
        let read = Snapshot {
            height: snapshot.chain().height,
            root: *snapshot.root().unwrap(),
        };
        let input = icn_replay::job::input_cid(spec);
        let claim = Claim::new(job, spec.module, input, read, finished.outcome.clone());
        self.sign_claim(claim)
    }

    /// The member's word for a claim.
    pub fn sign_claim(&self, claim: Claim) -> Receipt {
        let began = self.state.chain().time;
        Receipt::sign(claim, began, began, &self.keys, &self.network()).unwrap()
    }

    /// Submits, assigns, runs and settles.
    pub fn job(&mut self, spec: JobSpec) -> Done {
        let job = self.assign(spec);
        self.run(job)
    }

    /// The file of a receipt.
    pub fn file(&self, done: &Done) -> Vec<u8> {
        let mut file = Vec::new();
        let evidence = Evidence {
            receipt: &done.receipt,
            header: &done.header,
            next: &done.next,
            state: &done.snapshot,
            asked: &done.asked,
            blocks: &self.blocks,
        };
        export(&evidence, &mut file).unwrap();
        file
    }

    /// Every block of the chain and of its jobs, in the order in which they came.
    pub fn written(&self) -> &[Block] {
        &self.written
    }

    /// The chain, with all that its jobs need, as a CAR whose root is the head.
    pub fn chain(&self) -> Vec<u8> {
        car(&[self.head()], &self.written)
    }
}

fn offer() -> Offer {
    Offer {
        base: mana(2),
        per_mfuel: mana(1),
    }
}

/// A CAR of these blocks, each once.
pub fn car(roots: &[Cid], blocks: &[Block]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, roots).unwrap();
    let mut seen = BTreeSet::new();
    for block in blocks {
        if seen.insert(*block.cid()) {
            writer.put(block).unwrap();
        }
    }
    writer.finish().unwrap();
    bytes
}

/// The canonical bytes of an outcome.
pub fn bytes_of(finished: &Finished) -> Vec<u8> {
    codec::encode(&finished.outcome).unwrap()
}
