//! A node: its rooms, and one match that shows what each input does.

use crate::asks::Asks;
use crate::fetch::Fetch;
use crate::judge::Judging;
use crate::market::{Market, Moment, Todo};
use crate::mempool::{Mempool, NotTaken, Waiting};
use crate::message::{Announcement, Body, Gossip, Heard};
use crate::peers::{Offence, Peers};
use crate::sealed::Spine;
use crate::sync::Sync;
use crate::words::{Effect, Input, Off, Output, Pass, Ticket};
use crate::{Removed, Setup, Stopped, fault, names};
use icn_base::{Cid, Did, JobId, Keypair, NetworkId, Time, TxId};
use icn_consensus::{Consensus, Pace};
use icn_dag::{Block, Store};
use icn_ledger::{Action, Bid, Genesis, SignedTx, State, TxBody};
use std::collections::{BTreeMap, VecDeque};

/// One whole node without I/O.
///
/// Inputs are handled one by one; [`Mesh::rest`] ends a batch of them and says what must be on disk
/// and what leaves then. Reading is by what `disk` has; what was said to be kept counts as read from
/// the moment at which it was said.
pub struct Mesh {
    pub(crate) keys: Keypair,
    pub(crate) network: NetworkId,
    pub(crate) pace: Pace,
    pub(crate) beat_ms: u64,
    pub(crate) checkpoint_heights: u64,
    /// The book after the last decided block.
    pub(crate) state: State,
    /// The last decided header, or the genesis.
    pub(crate) tip: Cid,
    pub(crate) spine: Spine,
    pub(crate) consensus: Consensus,
    /// What consensus is still to be told, in order.
    pub(crate) orders: VecDeque<icn_consensus::Input>,
    pub(crate) judging: Judging,
    pub(crate) mempool: Mempool,
    pub(crate) market: Market,
    pub(crate) peers: Peers,
    pub(crate) fetch: Fetch,
    pub(crate) sync: Sync,
    /// What must be on disk, and then leaves.
    pub(crate) out: Output,
    /// The blocks in `out`, by their names.
    pub(crate) fresh: BTreeMap<Cid, Block>,
    /// Transactions to be told to everybody, when the batch ends or soon after.
    pub(crate) tell: Vec<Waiting>,
    /// Bids of this node, likewise.
    pub(crate) tell_bids: Vec<Bid>,
    /// When such were told last.
    pub(crate) told_at: Time,
    pub(crate) asks: Asks,
    /// Whether a transaction that waits can stand in the next block.
    pub(crate) ready: bool,
    /// When the last block was decided here.
    pub(crate) decided_at: Time,
    /// How old it was then.
    pub(crate) took_ms: u64,
    /// What is decided at the height under way, while its block is not here.
    pub(crate) undecided: Option<icn_base::order::Certificate>,
    /// How far this node's clock is from that of the others.
    pub(crate) off: Option<Off>,
    /// Whether whoever brought the message under way has made it up.
    pub(crate) forged: bool,
    pub(crate) leaving: bool,
    pub(crate) removed: Removed,
}

impl Mesh {
    /// Begins from what the disk has. Blocks above the last checkpoint are applied again.
    pub fn open(setup: Setup, disk: &dyn Store, now: Time) -> Result<Self, Stopped> {
        let opened = crate::open::read(&setup.genesis, setup.removed, disk)?;
        let network = setup.genesis.network();
        let twin = || Keypair::from_seed(*setup.keys.seed());
        let retries = crate::open::retries(disk)?;
        let (highest, log) = (setup.highest, setup.log);
        let consensus = fault::consensus(setup.removed, twin(), network, highest, log);
        let mut mesh = Self {
            market: Market::new(twin(), network, retries),
            network,
            pace: setup.pace,
            beat_ms: setup.beat_ms,
            checkpoint_heights: setup.checkpoint_heights.max(1),
            state: opened.state,
            tip: opened.tip,
            spine: opened.spine,
            consensus,
            orders: VecDeque::new(),
            judging: Judging::default(),
            mempool: Mempool::default(),
            peers: Peers::default(),
            fetch: Fetch::default(),
            sync: Sync::new(now),
            out: Output::default(),
            fresh: BTreeMap::new(),
            tell: Vec::new(),
            tell_bids: Vec::new(),
            told_at: Time::ZERO,
            asks: Asks::default(),
            ready: false,
            decided_at: Time::ZERO,
            took_ms: 0,
            undecided: None,
            off: None,
            forged: false,
            leaving: false,
            removed: setup.removed,
            keys: setup.keys,
        };
        if mesh.state.chain().height == 0 {
            let genesis = Block::cbor(&setup.genesis)
                .map_err(|source| Stopped::bad(*network.cid(), source))?;
            let name = (names::GENESIS.to_owned(), Some(*genesis.cid()));
            mesh.out.keep.names.extend([name]);
            mesh.keep(genesis);
        }
        let validators = mesh.state.validators().keys().copied().collect();
        mesh.out.effects.push(Effect::Validators(validators));
        mesh.begin_height()?;
        mesh.resume_market(&setup.genesis, disk, now)?;
        mesh.obey(disk, now)?;
        Ok(mesh)
    }

    /// Takes one input. An error is our own fault or the disk's: the process should end, and begin
    /// again from its disk; nothing that has not been said by [`Mesh::rest`] may be done.
    pub fn handle(&mut self, input: Input, now: Time, disk: &dyn Store) -> Result<(), Stopped> {
        match input {
            Input::Joined(peer) => self.joined(peer, now),
            Input::Left(peer) => self.left(&peer),
            Input::Heard {
                from,
                heard,
                ticket,
            } => {
                let verdict = self.hear(from, heard, now, disk)?;
                self.effect(Effect::Verdict { ticket, verdict });
            }
            Input::Offended { by, offence } => self.offend(&by, offence, now),
            Input::Asked { from, ask, ticket } => self.asked(from, ask, ticket, now, disk)?,
            Input::Answered { id, answer } => self.answered(id, answer, now, disk)?,
            Input::Submit { txs, ticket } => self.submit(txs, ticket, now),
            Input::Act {
                action,
                retries,
                ticket,
            } => self.act(action, retries, ticket, now, disk)?,
            Input::Retry { job, times } => {
                let todo = self.with_market(now, |market, moment| market.retry(moment, job, times));
                self.perform(todo, now, disk)?;
            }
            Input::Put(blocks) => self.put(blocks, now, disk)?,
            Input::Ran {
                job,
                started,
                result,
            } => {
                let todo = self.with_market(now, |market, moment| {
                    market.ran(moment, job, started, result)
                });
                self.perform(todo, now, disk)?;
            }
            Input::Explain { job, ticket } => {
                let explanation = self.market.explain(&job).map(Box::new);
                let told = Effect::Explained {
                    ticket,
                    explanation,
                };
                self.effect(told);
            }
            Input::Leave => {
                self.leaving = true;
                let todo = self.with_market(now, Market::leave);
                self.perform(todo, now, disk)?;
            }
            Input::Tick => self.tick(now, disk)?,
        }
        self.obey(disk, now)
    }

    /// Ends a batch of inputs: a block is made if there is something to decide, and what was said
    /// is handed out.
    pub fn rest(&mut self, now: Time, disk: &dyn Store) -> Result<Output, Stopped> {
        self.look_for_work(now);
        self.work(now);
        self.obey(disk, now)?;
        self.look_for_work(now);
        self.tell_all(now);
        if self.leaving && self.market.is_idle() {
            self.effect(Effect::Gone);
        }
        self.fresh.clear();
        Ok(std::mem::take(&mut self.out))
    }

    /// While a height is under way, nobody asks what the next one could hold.
    fn look_for_work(&mut self, now: Time) {
        let at = self.at(now);
        self.ready = self.consensus.round().is_none() && self.mempool.has_ready(&self.state, at);
    }

    /// When [`Input::Tick`] is due.
    pub fn next_deadline(&self) -> Option<Time> {
        let all = [
            self.consensus.next_deadline(),
            self.market.next_deadline(),
            self.fetch.next_deadline(),
            self.asks.next_deadline(),
            Some(self.sync.next_deadline()),
            self.next_work(),
            self.next_telling(),
        ];
        all.into_iter().flatten().min()
    }

    /// The book after the last decided block.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The last decided height.
    pub const fn height(&self) -> u64 {
        self.state.chain().height
    }

    /// The id of the last decided block; of the genesis, if there is none.
    pub const fn tip(&self) -> Cid {
        self.tip
    }

    /// Who this node is.
    pub fn did(&self) -> Did {
        self.keys.did()
    }

    /// The round of order under way, if there is something to decide.
    pub fn round(&self) -> Option<u32> {
        self.consensus.round()
    }

    /// How many transactions wait, and how many bytes they have.
    pub fn waiting(&self) -> (usize, usize) {
        (self.mempool.len(), self.mempool.bytes())
    }

    /// The height that a peer says it is at, if that is beyond what this node is about to decide.
    pub fn furthest(&self) -> Option<u64> {
        let here = self.height();
        let heights = self.peers.connected().map(|(_, peer)| peer.height);
        heights
            .max()
            .filter(|height| *height > here.saturating_add(1))
    }

    /// Says whether this node's store is full: then it asks for no job, whose blocks it could not keep.
    pub const fn set_full(&mut self, full: bool) {
        self.market.full = full;
    }

    /// How far this node's clock is from that of those who order, if that is too far.
    pub const fn clock_is_off(&self) -> Option<Off> {
        self.off
    }

    /// True if a transaction waits here for a block.
    pub fn waits(&self, tx: &TxId) -> bool {
        self.mempool.get(tx).is_some()
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.out.effects.push(effect);
    }

    pub(crate) fn keep(&mut self, block: Block) {
        if self.fresh.insert(*block.cid(), block.clone()).is_none() {
            self.out.keep.blocks.push(block);
        }
    }

    /// Gives a peer the points of an offence, and bans it if it has too many.
    pub(crate) fn offend(&mut self, peer: &Did, offence: Offence, now: Time) {
        if let Some(until) = self.peers.offend(peer, offence, now) {
            let peer = *peer;
            self.effect(Effect::Ban {
                peer,
                until,
                offence,
            });
        }
    }

    fn hear(
        &mut self,
        from: Did,
        heard: Heard,
        now: Time,
        disk: &dyn Store,
    ) -> Result<Pass, Stopped> {
        if self.peers.is_banned(&from, now) {
            return Ok(Pass::Ignore);
        }
        if !self.peers.count(&from, now) {
            self.offend(&from, Offence::Flood, now);
            return Ok(Pass::Ignore);
        }
        match heard {
            Heard::Txs(txs) => Ok(self.hear_txs(txs, now)),
            Heard::Order(message) => self.hear_order(from, message, now, disk),
            Heard::Body(body) => Ok(self.hear_body(from, body)),
            Heard::Announce(said) => self.hear_announcement(said, now, disk),
            Heard::Bids(bids) => {
                let (pass, todo) =
                    self.with_market(now, |market, moment| market.bids(moment, bids));
                self.perform(todo, now, disk)?;
                Ok(pass)
            }
        }
    }

    fn hear_body(&mut self, from: Did, body: Body) -> Pass {
        let next = self.height().saturating_add(1);
        if body.header.height != next || body.header.parent != self.tip {
            return Pass::Ignore;
        }
        match self.judging.bring(body, from) {
            true => Pass::Accept,
            false => Pass::Ignore,
        }
    }

    fn hear_announcement(
        &mut self,
        said: Announcement,
        now: Time,
        disk: &dyn Store,
    ) -> Result<Pass, Stopped> {
        let (pass, todo) = self.with_market(now, |market, moment| market.announced(moment, &said));
        self.perform(todo, now, disk)?;
        Ok(pass)
    }

    fn hear_txs(&mut self, txs: Vec<Waiting>, now: Time) -> Pass {
        let at = self.at(now);
        let mut taken = false;
        for tx in txs {
            taken |= self.mempool.offer(tx, &self.state, at).is_ok();
        }
        match taken {
            true => Pass::Accept,
            false => Pass::Ignore,
        }
    }

    /// Lets the market act on the book as it stands.
    pub(crate) fn with_market<T>(
        &mut self,
        now: Time,
        act: impl FnOnce(&mut Market, Moment<'_>) -> T,
    ) -> T {
        let moment = Moment {
            state: &self.state,
            mempool: &self.mempool,
            now,
        };
        act(&mut self.market, moment)
    }

    fn submit(&mut self, txs: Vec<Waiting>, ticket: Ticket, now: Time) {
        let results = txs.into_iter().map(|tx| self.take_in(tx, now)).collect();
        self.effect(Effect::Taken { ticket, results });
    }

    fn act(
        &mut self,
        action: Action,
        retries: u8,
        ticket: Ticket,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        let opens = matches!(action, Action::SubmitJob { .. });
        let taken = self.sign(action, now);
        if let Ok(tx) = &taken
            && opens
            && retries > 0
        {
            let job = JobId::new(*tx.cid());
            let todo = self.with_market(now, |market, moment| market.retry(moment, job, retries));
            self.perform(todo, now, disk)?;
        }
        let results = vec![taken];
        self.effect(Effect::Taken { ticket, results });
        Ok(())
    }

    /// Signs with this node's key, and takes it in.
    pub(crate) fn sign(&mut self, action: Action, now: Time) -> Result<TxId, NotTaken> {
        let waiting = Waiting::new(self.draft(action, now), &self.network)?;
        self.take_in(waiting, now)
    }

    /// Signs with this node's key, under the next nonce that neither the book nor the mempool uses,
    /// and does nothing else.
    pub fn draft(&self, action: Action, now: Time) -> SignedTx {
        SignedTx::sign(self.unsigned(action, now), &self.keys)
    }

    /// Takes what the market says. All that it carries has been verified, or was signed here. What
    /// waits already is told again as it is: others know its signature.
    fn say(&mut self, action: Action, now: Time) -> Result<TxId, NotTaken> {
        let (me, at) = (self.did(), self.at(now));
        if let Some(known) = self.mempool.alike(&me, &action, &self.state, at) {
            let known = known.clone();
            let id = known.id();
            self.tell.push(known);
            return Ok(id);
        }
        let waiting = Waiting::own(self.unsigned(action, now), &self.keys)?;
        self.take_in(waiting, now)
    }

    fn unsigned(&self, action: Action, now: Time) -> TxBody {
        let me = self.did();
        let market = action.is_market();
        let nonce = (!market).then(|| self.mempool.next_nonce(&self.state, &me));
        let life_ms = self
            .state
            .parameter(icn_governance::Parameter::MaxTxLifeMs)
            .min(crate::limits::OWN_TX_LIFE_MS);
        let at = self.at(now);
        TxBody {
            network: self.network,
            from: me,
            nonce,
            valid_until: at.after_ms(life_ms).unwrap_or(at),
            action,
        }
    }

    fn take_in(&mut self, waiting: Waiting, now: Time) -> Result<TxId, NotTaken> {
        let id = waiting.id();
        self.mempool
            .offer(waiting.clone(), &self.state, self.at(now))?;
        self.tell.push(waiting);
        Ok(id)
    }

    /// The time that the next block would have, if it were made now.
    pub(crate) fn at(&self, now: Time) -> Time {
        let parent = self.state.chain().time;
        parent.after_ms(1).map_or(now, |after| after.max(now))
    }

    fn put(&mut self, blocks: Vec<Block>, now: Time, disk: &dyn Store) -> Result<(), Stopped> {
        for block in blocks {
            let cid = *block.cid();
            self.keep(block);
            self.fetch.arrived(&cid);
        }
        self.look_for_jobs(now, disk)
    }

    /// Does what the market wants, in order.
    pub(crate) fn perform(
        &mut self,
        todo: Vec<Todo>,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        let mut queue = VecDeque::from(todo);
        while let Some(next) = queue.pop_front() {
            match next {
                // What does not get in is asked for again, as long as it is of use.
                Todo::Act(action) => drop(self.say(action, now)),
                Todo::Bid(bid) => self.tell_bids.push(bid),
                Todo::Announce(job) => self.announce(job),
                Todo::Want { job, cids, from } => {
                    self.fetch.want_for(job, cids, from, now);
                    if let Some(held) = self.fetch.check_job(&job, &self.fresh, disk, now)? {
                        queue.extend(
                            self.with_market(now, |market, moment| market.held(moment, job, held)),
                        );
                    }
                    self.ask_around(now);
                }
                Todo::Unwant(job) => self.fetch.unwant(&job),
                Todo::Run(order) => self.effect(Effect::Run(order)),
                Todo::Stop(job) => self.effect(Effect::Stop(job)),
                Todo::Keep(blocks) => blocks.into_iter().for_each(|block| self.keep(block)),
                Todo::Retries(retries) => self.remember(retries),
            }
        }
        Ok(())
    }

    fn announce(&mut self, job: JobId) {
        let said = Announcement::sign(job, &self.keys, &self.network);
        self.effect(Effect::Gossip(Gossip::Announce(said)));
    }

    fn remember(&mut self, retries: BTreeMap<JobId, u8>) {
        let block = Block::cbor(&retries.into_iter().collect::<Vec<_>>());
        let block = block.expect("ids and small numbers have a canonical spelling");
        let name = (names::RETRIES.to_owned(), Some(*block.cid()));
        self.out.keep.names.extend([name]);
        self.keep(block);
    }

    /// The market takes up what the book says is this node's to do. The states that runs read are
    /// made again from the blocks above the last checkpoint, if one is asked for.
    fn resume_market(
        &mut self,
        genesis: &Genesis,
        disk: &dyn Store,
        now: Time,
    ) -> Result<(), Stopped> {
        let (mut states, mut failed) = (None, None);
        let removed = self.removed;
        let past = |height: u64| {
            let states = states.get_or_insert_with(|| {
                let found = crate::open::states(genesis, removed, disk);
                found.unwrap_or_else(|error| {
                    failed = Some(error);
                    BTreeMap::new()
                })
            });
            states.get(&height).cloned()
        };
        let todo = self.with_market(now, |market, moment| market.restart(moment, past));
        match failed {
            Some(error) => Err(error),
            None => self.perform(todo, now, disk),
        }
    }

    fn tick(&mut self, now: Time, disk: &dyn Store) -> Result<(), Stopped> {
        if self.consensus.next_deadline().is_some_and(|at| at <= now) {
            self.orders.push_back(icn_consensus::Input::Tick);
        }
        if self.market.next_deadline().is_some_and(|at| at <= now) {
            let todo = self.with_market(now, Market::tick);
            self.perform(todo, now, disk)?;
        }
        self.expire_asks(now);
        self.ask_around(now);
        self.look_around(now);
        Ok(())
    }
}

impl std::fmt::Debug for Mesh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mesh")
            .field("me", &self.did())
            .field("height", &self.height())
            .field("order", &self.consensus)
            .field("waiting", &self.mempool.len())
            .finish_non_exhaustive()
    }
}
