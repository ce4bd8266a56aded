//! The task around the swarm: it does what it is told, says what happens, and tidies twice a second.

mod hear;
mod sweep;

use crate::net::behaviour::Behaviour;
use crate::net::book::Book;
use crate::net::config::NetConfig;
use crate::net::counters::{self, Counters};
use crate::net::gate::is_relayed;
use crate::net::identity::{did_of, peer_of};
use crate::net::limits::{
    ANSWER_BYTES_MAX, ASK_BYTES_MAX, BAN_MS_MAX, EVENTS_SPILL_MAX, EVENTS_STALL_MAX,
    GOSSIP_BYTES_MAX, LEAVE_MS, SEARCHES_MAX, VALIDATORS_MAX,
};
use crate::net::names::Names;
use crate::net::peers::Peers;
use crate::net::questions::{Ours, Questions};
use crate::net::redial::Targets;
use crate::net::tickets::Tickets;
use crate::net::words::{
    AskFault, Command, Departure, Event, PeerInfo, Refusal, Ticket, Topic, Verdict,
};
use futures::StreamExt;
use icn_base::{Cid, Did, Time};
use libp2p::core::transport::ListenerId;
use libp2p::gossipsub::{MessageAcceptance, PublishError};
use libp2p::kad::{QueryId, RecordKey};
use libp2p::{Multiaddr, PeerId, Swarm};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// How often is tidied up and dialled again.
const SWEEP: Duration = Duration::from_millis(500);

/// A search for providers, and who was found so far.
#[derive(Debug)]
struct Search {
    id: u64,
    found: BTreeSet<Did>,
}

/// Everything that the network knows.
pub(crate) struct Task {
    swarm: Swarm<Behaviour>,
    names: Names,
    peers_max: usize,
    counters: Arc<Counters>,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    /// Events that did not fit the channel.
    spill: VecDeque<Event>,
    peers: Peers,
    book: Book,
    targets: Targets,
    tickets: Tickets,
    questions: Questions,
    searches: HashMap<QueryId, Search>,
    /// Relays that this node listens at.
    relays: BTreeSet<PeerId>,
    /// Addresses at relays that the operator named, by who listens there.
    circuits: HashMap<ListenerId, Multiaddr>,
    /// Those of them where nobody listens, and when they are tried again.
    lost_circuits: Vec<(Instant, Multiaddr)>,
    behind_nat: bool,
    /// Refusals that may still be reported before the next sweep.
    reports: u32,
}

/// What the task is handed: its ends of the channels, and who listens at relays.
pub(crate) struct Ends {
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) events: mpsc::Sender<Event>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) circuits: HashMap<ListenerId, Multiaddr>,
}

impl Task {
    pub(crate) fn new(
        swarm: Swarm<Behaviour>,
        names: Names,
        config: &NetConfig,
        ends: Ends,
    ) -> Self {
        let mut targets = Targets::new(
            Duration::from_millis(config.redial_min_ms),
            Duration::from_millis(config.redial_max_ms),
        );
        for address in &config.bootstrap {
            targets.add(address.clone(), swarm.local_peer_id(), Instant::now());
        }
        Self {
            swarm,
            names,
            peers_max: usize::try_from(config.peers_max).unwrap_or(usize::MAX),
            counters: ends.counters,
            commands: ends.commands,
            events: ends.events,
            spill: VecDeque::new(),
            peers: Peers::new(),
            book: Book::default(),
            targets,
            tickets: Tickets::default(),
            questions: Questions::default(),
            searches: HashMap::new(),
            relays: BTreeSet::new(),
            circuits: ends.circuits,
            lost_circuits: Vec::new(),
            behind_nat: false,
            reports: 0,
        }
    }

    /// Runs until it is told to leave, or until nobody is there to tell it anything.
    pub(crate) async fn run(mut self) {
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let stalled = self.spill.len() >= EVENTS_STALL_MAX;
            tokio::select! {
                room = self.events.clone().reserve_owned(), if !self.spill.is_empty() => match room {
                    Ok(room) => if let Some(event) = self.spill.pop_front() {
                        room.send(event);
                    },
                    Err(_) => break,
                },
                command = self.commands.recv() => match command {
                    Some(Command::Leave) | None => break,
                    Some(command) => self.obey(command),
                },
                event = self.swarm.select_next_some(), if !stalled => self.hear(event),
                _ = sweep.tick() => self.sweep(Instant::now()),
            }
        }
        self.leave().await;
    }

    /// Says something to the node. What cannot wait for it without end, gossip and questions, is
    /// dropped when the node is slow, and false comes back.
    fn say(&mut self, event: Event) -> bool {
        let event = match self.spill.is_empty() {
            true => match self.events.try_send(event) {
                Ok(()) => return true,
                Err(mpsc::error::TrySendError::Full(event)) => event,
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
            },
            false => event,
        };
        let may_go = matches!(event, Event::Heard { .. } | Event::Asked { .. });
        if may_go && self.spill.len() >= EVENTS_SPILL_MAX {
            counters::one(&self.counters.dropped);
            return false;
        }
        self.spill.push_back(event);
        true
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Gossip { topic, bytes } => self.gossip(topic, bytes),
            Command::Verdict { ticket, verdict } => self.verdict(ticket, verdict),
            Command::Ask { to, id, bytes } => self.ask(to, id, bytes),
            Command::Answer { ticket, bytes } => self.answer(ticket, bytes),
            Command::Refuse { ticket } => drop(self.questions.answer(ticket)),
            Command::Ban { peer, until } => self.ban(&peer, until),
            Command::Dial(address) => {
                let now = Instant::now();
                let me = *self.swarm.local_peer_id();
                self.targets.add(address, &me, now);
                self.dial(now);
            }
            Command::Validators(dids) => self.validators(&dids),
            Command::Provide(cid) => {
                let provided = self.swarm.behaviour_mut().kad.start_providing(key(&cid));
                if let Err(error) = provided {
                    tracing::warn!(%cid, %error, "cannot announce a block");
                }
            }
            Command::Withdraw(cid) => self.swarm.behaviour_mut().kad.stop_providing(&key(&cid)),
            Command::FindProviders { cid, id } => self.search(&cid, id),
            // Whoever asked may have gone: then nobody needs the list.
            Command::Peers(reply) => drop(reply.send(self.list())),
            Command::Leave => {}
        }
    }

    fn gossip(&mut self, topic: Topic, bytes: Vec<u8>) {
        let length = bytes.len();
        if length > GOSSIP_BYTES_MAX {
            tracing::error!(?topic, length, "gossip is larger than it may be");
            return counters::one(&self.counters.gossip_unsent);
        }
        let topic = self.names.topic(topic);
        match self.swarm.behaviour_mut().gossip.publish(topic, bytes) {
            Ok(_) => {
                counters::one(&self.counters.gossip_out);
                counters::bytes(&self.counters.gossip_out_bytes, length);
            }
            Err(error) => {
                if !matches!(error, PublishError::NoPeersSubscribedToTopic) {
                    tracing::debug!(%error, "gossip was not sent");
                }
                counters::one(&self.counters.gossip_unsent);
            }
        }
    }

    fn verdict(&mut self, ticket: Ticket, verdict: Verdict) {
        let Some(waiting) = self.tickets.take(ticket) else {
            return;
        };
        let (acceptance, counter) = match verdict {
            Verdict::Accept => (MessageAcceptance::Accept, &self.counters.accepted),
            Verdict::Ignore => (MessageAcceptance::Ignore, &self.counters.ignored),
            Verdict::Reject => (MessageAcceptance::Reject, &self.counters.rejected),
        };
        counters::one(counter);
        // False if the verdict came too late: gossipsub has dropped the message by itself.
        let _in_time = self
            .swarm
            .behaviour_mut()
            .gossip
            .report_message_validation_result(&waiting.message, &waiting.from, acceptance);
    }

    fn ask(&mut self, to: Did, id: u64, bytes: Vec<u8>) {
        counters::one(&self.counters.asks);
        let fault = match peer_of(&to) {
            _ if bytes.len() > ASK_BYTES_MAX => AskFault::TooLarge,
            None => AskFault::Unreachable,
            Some(peer) if peer == *self.swarm.local_peer_id() => AskFault::Unreachable,
            Some(peer) if !self.questions.may_ask(&peer) => AskFault::TooMany,
            Some(peer) => {
                let known = self.book.addresses(&peer).to_vec();
                let ask = &mut self.swarm.behaviour_mut().ask;
                let request = ask.send_request_with_addresses(&peer, bytes.into(), known);
                return self.questions.asked(request, Ours { id, to, peer });
            }
        };
        self.answered(id, to, Err(fault));
    }

    fn answered(&mut self, id: u64, from: Did, result: Result<Vec<u8>, AskFault>) {
        match &result {
            Ok(bytes) => {
                counters::one(&self.counters.answers_in);
                counters::bytes(&self.counters.answers_in_bytes, bytes.len());
            }
            Err(_) => counters::one(&self.counters.asks_failed),
        }
        self.say(Event::Answered { id, from, result });
    }

    fn answer(&mut self, ticket: Ticket, bytes: Vec<u8>) {
        let length = bytes.len();
        let Some(theirs) = self.questions.answer(ticket) else {
            return;
        };
        if length > ANSWER_BYTES_MAX {
            tracing::error!(length, "an answer is larger than it may be");
            return;
        }
        let Some(parcel) = self.questions.parcel(bytes) else {
            return counters::one(&self.counters.dropped);
        };
        let ask = &mut self.swarm.behaviour_mut().ask;
        if ask.send_response(theirs.channel, parcel).is_ok() {
            counters::one(&self.counters.answers_out);
            counters::bytes(&self.counters.answers_out_bytes, length);
        }
    }

    fn ban(&mut self, did: &Did, until: Time) {
        let Some(peer) = peer_of(did) else {
            return;
        };
        let stays = Duration::from_millis(until.ms_since(time()).min(BAN_MS_MAX));
        self.turn_out(peer, Instant::now() + stays, Departure::Banned);
    }

    /// Disconnects a peer and refuses it until then.
    fn turn_out(&mut self, peer: PeerId, until: Instant, why: Departure) {
        counters::one(&self.counters.banned);
        let gate = &mut self.swarm.behaviour_mut().gate;
        gate.refuse(peer, until, Refusal::Banned);
        self.part(&peer, why);
    }

    /// Disconnects a peer, if it is connected.
    fn part(&mut self, peer: &PeerId, why: Departure) {
        if let Some(known) = self.peers.get_mut(peer) {
            known.why = Some(why);
            if self.swarm.disconnect_peer_id(*peer).is_err() {
                tracing::debug!(%peer, "was gone already");
            }
        }
    }

    fn validators(&mut self, dids: &[Did]) {
        let me = *self.swarm.local_peer_id();
        let peers = dids.iter().filter_map(peer_of).filter(|peer| *peer != me);
        let peers: BTreeSet<PeerId> = peers.take(VALIDATORS_MAX).collect();
        let old = self.targets.validators().clone();
        let Behaviour { gossip, limits, .. } = self.swarm.behaviour_mut();
        for gone in old.difference(&peers) {
            gossip.remove_explicit_peer(gone);
            limits.remove_peer_id(gone);
        }
        for new in peers.difference(&old) {
            gossip.add_explicit_peer(new);
            limits.bypass_peer_id(new);
        }
        let now = Instant::now();
        self.targets.set_validators(peers, now);
        self.dial(now);
    }

    fn search(&mut self, cid: &Cid, id: u64) {
        if self.searches.len() >= SEARCHES_MAX {
            let peers = Vec::new();
            self.say(Event::Providers { id, peers });
            return;
        }
        let query = self.swarm.behaviour_mut().kad.get_providers(key(cid));
        let found = BTreeSet::new();
        self.searches.insert(query, Search { id, found });
    }

    fn list(&self) -> Vec<PeerInfo> {
        let gossip = &self.swarm.behaviour().gossip;
        let here = self.peers.iter().filter(|(_, peer)| peer.joined);
        here.map(|(id, peer)| PeerInfo {
            did: peer.did,
            addresses: self.book.addresses(id).to_vec(),
            remote: peer.remote.clone(),
            agent: peer.agent.clone(),
            rtt: peer.rtt,
            direction: peer.direction,
            since: peer.since,
            connections: peer.connections(),
            score: gossip.peer_score(id).unwrap_or(0.0),
            validator: self.targets.validators().contains(id),
        })
        .collect()
    }

    /// Says goodbye to everybody, and waits a little for that to arrive.
    async fn leave(&mut self) {
        for topic in self.names.clone().topics() {
            self.swarm.behaviour_mut().gossip.unsubscribe(topic);
        }
        let peers: Vec<PeerId> = self.swarm.connected_peers().copied().collect();
        for peer in peers {
            self.part(&peer, Departure::Leaving);
        }
        let closing = async {
            while self.swarm.connected_peers().next().is_some() {
                let event = self.swarm.select_next_some().await;
                self.hear(event);
            }
        };
        let closed = tokio::time::timeout(Duration::from_millis(LEAVE_MS), closing).await;
        if closed.is_err() {
            tracing::debug!("peers that did not close their end in time are left behind");
        }
    }
}

/// The name of a block in the table of providers: the hash of its CID, as in IPFS.
fn key(cid: &Cid) -> RecordKey {
    let [_version, _codec, hash @ ..] = cid.to_bytes();
    RecordKey::new(&hash)
}

/// What the clock of this machine says.
fn time() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let ms = since.map_or(0, |since| since.as_millis());
    let ms = u64::try_from(ms).unwrap_or(u64::MAX);
    Time::from_ms(ms).unwrap_or(Time::ZERO)
}
