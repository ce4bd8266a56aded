//! What the swarm reports, and what follows from it.

use super::{Task, did_of, is_relayed, time};
use crate::net::ask::Parcel;
use crate::net::behaviour::BehaviourEvent;
use crate::net::counters;
use crate::net::limits::{GOSSIP_BYTES_MAX, PINGS_LOST_MAX, PROVIDERS_MAX, RELAY_AGAIN_MS};
use crate::net::peers::Peer;
use crate::net::questions::Theirs;
use crate::net::tickets::Waiting;
use crate::net::words::{AskFault, Departure, Direction, Event, Refusal};
use libp2p::core::ConnectedPoint;
use libp2p::gossipsub::{self, MessageAcceptance};
use libp2p::kad::store::RecordStore;
use libp2p::request_response::{self, Message, OutboundFailure};
use libp2p::swarm::{ConnectionId, DialError, ListenError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, autonat, identify, kad, mdns, ping, relay};
use std::time::{Duration, Instant};

impl Task {
    pub(super) fn hear(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(event) => self.protocol(event),
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                ..
            } => self.opened(peer_id, connection_id, &endpoint),
            SwarmEvent::ConnectionClosed {
                peer_id,
                connection_id,
                num_established,
                ..
            } => self.closed(peer_id, connection_id, num_established),
            SwarmEvent::NewListenAddr { address, .. } => {
                tracing::info!(%address, "listening");
                self.say(Event::Listening(address));
            }
            SwarmEvent::ExternalAddrConfirmed { address } => {
                self.say(Event::Reachable(address));
            }
            SwarmEvent::ListenerClosed {
                listener_id,
                addresses,
                ..
            } => {
                if let Some(circuit) = self.circuits.remove(&listener_id) {
                    let again = Instant::now() + Duration::from_millis(RELAY_AGAIN_MS);
                    self.lost_circuits.push((again, circuit));
                }
                self.unheard(&addresses);
            }
            SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "a listener fails"),
            SwarmEvent::IncomingConnectionError {
                send_back_addr,
                error,
                peer_id,
                ..
            } => self.turned_back(peer_id, send_back_addr, error),
            SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
                self.dial_failed(peer_id, error);
            }
            _ => {}
        }
    }

    fn protocol(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Gossip(event) => self.gossiped(event),
            BehaviourEvent::Ask(event) => self.questioned(event),
            BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. }) => {
                self.identified(peer_id, info);
            }
            BehaviourEvent::Ping(event) => self.pinged(&event),
            BehaviourEvent::Kad(event) => self.searched(event),
            BehaviourEvent::Autonat(autonat::Event::StatusChanged { new, .. }) => {
                self.nat(&new);
            }
            BehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                for (peer, address) in found {
                    self.found_nearby(peer, address);
                }
            }
            BehaviourEvent::RelayClient(relay::client::Event::ReservationReqAccepted {
                relay_peer_id,
                ..
            }) => tracing::info!(relay = %relay_peer_id, "reachable through a relay"),
            _ => {}
        }
    }

    fn opened(&mut self, id: PeerId, connection: ConnectionId, endpoint: &ConnectedPoint) {
        let Some(did) = did_of(&id) else {
            return;
        };
        let now = Instant::now();
        let peer = Peer::new(did, endpoint, time(), now);
        match peer.direction {
            Direction::Inbound => counters::one(&self.counters.connections_in),
            Direction::Outbound => counters::one(&self.counters.connections_out),
        }
        let known = self.peers.entry(id).or_insert(peer);
        known.opened(connection);
        let address = match endpoint {
            ConnectedPoint::Dialer { address, .. } => Some(address),
            ConnectedPoint::Listener { .. } => None,
        };
        self.targets.connected(id, address);
    }

    fn closed(&mut self, id: PeerId, connection: ConnectionId, left: u32) {
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.closed(&connection);
        }
        if left > 0 {
            return;
        }
        self.relays.remove(&id);
        self.targets.lost(&id, Instant::now());
        let Some(gone) = self.peers.remove(&id) else {
            return;
        };
        let peer = gone.did;
        if gone.joined {
            let why = gone.why.unwrap_or(Departure::Closed);
            self.say(Event::Left { peer, why });
        } else if gone.why.is_none()
            && let Some(speaks) = gone.elsewhere()
        {
            // It saw sooner that the networks differ.
            let why = Refusal::OtherNetwork(speaks.to_owned());
            self.turned_away(Some(peer), gone.remote.clone(), why);
        }
    }

    fn identified(&mut self, id: PeerId, info: identify::Info) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let (version, now) = (info.protocol_version, Instant::now());
        let belongs = self.names.belongs(&version);
        peer.identified(belongs, &info.agent_version, &version, now);
        let (is_here, remote) = (peer.is_here(), peer.remote.clone());
        if is_here {
            let said = info.listen_addrs;
            // Where it was dialled, it listens in truth.
            let seen = (peer.direction == Direction::Outbound && !is_relayed(&remote))
                .then(|| remote.clone());
            self.book.learn(id, seen.into_iter().chain(said), &remote);
            for address in self.book.addresses(&id) {
                let kad = &mut self.swarm.behaviour_mut().kad;
                kad.add_address(&id, address.clone());
            }
            if info.protocols.contains(&relay::HOP_PROTOCOL_NAME) && !is_relayed(&remote) {
                self.seek_relays(id, &remote);
            }
        }
        self.judge(&id, now);
    }

    fn pinged(&mut self, event: &ping::Event) {
        let rtt = match &event.result {
            Ok(rtt) => Some(*rtt),
            Err(ping::Failure::Unsupported) => return,
            Err(_) => None,
        };
        let Some(peer) = self.peers.get_mut(&event.peer) else {
            return;
        };
        if peer.pinged(event.connection, rtt) >= PINGS_LOST_MAX {
            peer.why = Some(Departure::Silent);
            self.swarm.close_connection(event.connection);
        }
    }

    fn gossiped(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            } => self.told(propagation_source, message_id, message),
            gossipsub::Event::Subscribed { peer_id, topic } => {
                if self.names.topic_of(&topic).is_some()
                    && let Some(peer) = self.peers.get_mut(&peer_id)
                {
                    peer.subscribed = true;
                    self.judge(&peer_id, Instant::now());
                }
            }
            gossipsub::Event::SlowPeer { .. } => counters::one(&self.counters.slow),
            gossipsub::Event::Unsubscribed { .. }
            | gossipsub::Event::GossipsubNotSupported { .. } => {}
        }
    }

    fn told(&mut self, from: PeerId, id: gossipsub::MessageId, message: gossipsub::Message) {
        counters::one(&self.counters.gossip_in);
        counters::bytes(&self.counters.gossip_in_bytes, message.data.len());
        let heard = (
            did_of(&from),
            message.source.as_ref().and_then(did_of),
            self.names.topic_of(&message.topic),
        );
        let fits = message.data.len() <= GOSSIP_BYTES_MAX;
        let (Some(bearer), Some(author), Some(topic), true) = (heard.0, heard.1, heard.2, fits)
        else {
            counters::one(&self.counters.rejected);
            return self.pass(&id, &from, MessageAcceptance::Reject);
        };
        let ticket = self.tickets.give(Waiting {
            message: id.clone(),
            from,
        });
        let taken = self.say(Event::Heard {
            from: bearer,
            author,
            topic,
            bytes: message.data,
            ticket,
        });
        if !taken {
            self.tickets.take(ticket);
            self.pass(&id, &from, MessageAcceptance::Ignore);
        }
    }

    fn pass(&mut self, id: &gossipsub::MessageId, from: &PeerId, acceptance: MessageAcceptance) {
        let gossip = &mut self.swarm.behaviour_mut().gossip;
        // It was heard a moment ago, so gossipsub has it still.
        let _known = gossip.report_message_validation_result(id, from, acceptance);
    }

    fn questioned(&mut self, event: request_response::Event<Parcel, Parcel>) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                Message::Request {
                    request_id,
                    request,
                    channel,
                } => {
                    let theirs = Theirs {
                        request: request_id,
                        peer,
                        channel,
                    };
                    self.asked(theirs, request);
                }
                Message::Response {
                    request_id,
                    response,
                } => {
                    if let Some(ours) = self.questions.ended(request_id) {
                        self.answered(ours.id, ours.to, Ok(response.bytes));
                    }
                }
            },
            request_response::Event::OutboundFailure {
                request_id, error, ..
            } => {
                if let Some(ours) = self.questions.ended(request_id) {
                    self.answered(ours.id, ours.to, Err(fault(&error)));
                }
            }
            request_response::Event::InboundFailure { request_id, .. } => {
                self.questions.given_up(request_id);
            }
            request_response::Event::ResponseSent { .. } => {}
        }
    }

    fn asked(&mut self, theirs: Theirs, parcel: Parcel) {
        let Some(from) = did_of(&theirs.peer) else {
            return;
        };
        let Some(ticket) = self.questions.take(theirs) else {
            return counters::one(&self.counters.dropped);
        };
        counters::one(&self.counters.asked);
        counters::bytes(&self.counters.asked_bytes, parcel.bytes.len());
        let bytes = parcel.bytes;
        if !self.say(Event::Asked {
            from,
            bytes,
            ticket,
        }) {
            drop(self.questions.answer(ticket));
        }
    }

    fn searched(&mut self, event: kad::Event) {
        match event {
            kad::Event::OutboundQueryProgressed {
                id,
                result: kad::QueryResult::GetProviders(result),
                step,
                ..
            } => self.providers(id, result, step.last),
            kad::Event::InboundRequest {
                request:
                    kad::InboundRequest::AddProvider {
                        record: Some(record),
                    },
            } => {
                let store = self.swarm.behaviour_mut().kad.store_mut();
                if let Err(error) = store.add_provider(record) {
                    tracing::debug!(%error, "a provider was not noted");
                }
            }
            _ => {}
        }
    }

    fn providers(&mut self, query: kad::QueryId, result: kad::GetProvidersResult, last: bool) {
        let Some(search) = self.searches.get_mut(&query) else {
            return;
        };
        if let Ok(kad::GetProvidersOk::FoundProviders { providers, .. }) = result {
            search.found.extend(providers.iter().filter_map(did_of));
        }
        if !last && search.found.len() < PROVIDERS_MAX {
            return;
        }
        if let Some(mut query) = self.swarm.behaviour_mut().kad.query_mut(&query) {
            query.finish();
        }
        if let Some(search) = self.searches.remove(&query) {
            let peers = search.found.into_iter().take(PROVIDERS_MAX).collect();
            let id = search.id;
            self.say(Event::Providers { id, peers });
        }
    }

    fn nat(&mut self, status: &autonat::NatStatus) {
        tracing::info!(?status, "reachability");
        self.behind_nat = matches!(status, autonat::NatStatus::Private);
        let mode = match self.behind_nat {
            true => kad::Mode::Client,
            false => kad::Mode::Server,
        };
        self.swarm.behaviour_mut().kad.set_mode(Some(mode));
    }

    /// Somebody on the local network: dialled once, if there is room.
    fn found_nearby(&mut self, peer: PeerId, address: Multiaddr) {
        let gate = &self.swarm.behaviour().gate;
        if self.peers.len() < self.peers_max && gate.refusal(&peer, Instant::now()).is_none() {
            let known = vec![address];
            let options = libp2p::swarm::dial_opts::DialOpts::peer_id(peer)
                .addresses(known)
                .build();
            if let Err(error) = self.swarm.dial(options) {
                tracing::debug!(%error, "not dialled");
            }
        }
    }

    /// A relay no longer listens for this node: another may.
    fn unheard(&mut self, addresses: &[Multiaddr]) {
        for address in addresses {
            tracing::info!(%address, "no longer listening");
            let through = |relay: &PeerId| {
                let name = libp2p::multiaddr::Protocol::P2p(*relay);
                address.iter().any(|part| part == name)
            };
            self.relays.retain(|relay| !through(relay));
        }
    }

    fn turned_back(&mut self, id: Option<PeerId>, address: Multiaddr, error: ListenError) {
        counters::one(&self.counters.connections_refused);
        let why = match error {
            ListenError::LocalPeerId { .. } => Refusal::OwnKey,
            ListenError::Denied { cause } => match cause.downcast::<Refusal>() {
                Ok(why) => why,
                Err(error) => return tracing::debug!(%error, "a connection was refused"),
            },
            error => return tracing::debug!(%error, "a connection came to nothing"),
        };
        self.turned_away(id.as_ref().and_then(did_of), address, why);
    }

    fn dial_failed(&mut self, id: Option<PeerId>, error: DialError) {
        counters::one(&self.counters.dials_failed);
        let peer = id.as_ref().and_then(did_of);
        match error {
            DialError::LocalPeerId { address } => {
                self.targets.drop_address(&address);
                self.turned_away(None, address, Refusal::OwnKey);
            }
            DialError::Denied { cause } => match cause.downcast::<Refusal>() {
                Ok(why) => self.turned_away(peer, Multiaddr::empty(), why),
                Err(error) => tracing::debug!(%error, "not dialled"),
            },
            error => tracing::debug!(?peer, %error, "a dial came to nothing"),
        }
    }
}

/// Why there is no answer, in the node's words.
fn fault(error: &OutboundFailure) -> AskFault {
    match error {
        OutboundFailure::DialFailure => AskFault::Unreachable,
        OutboundFailure::Timeout => AskFault::Timeout,
        OutboundFailure::ConnectionClosed => AskFault::Lost,
        OutboundFailure::UnsupportedProtocols => AskFault::Unspoken,
        OutboundFailure::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            AskFault::Timeout
        }
        OutboundFailure::Io(_) => AskFault::Unanswered,
    }
}
