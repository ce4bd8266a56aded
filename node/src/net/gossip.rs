//! Gossip: how it is named, checked, scored and passed on.
//!
//! A message's id is its author and the number that the author gave it, as in the specification, so
//! that other implementations name it alike. Validators repeat the same words on purpose when
//! nothing moves: each repetition has a number of its own and reaches everybody, while a copy that
//! comes by a second way has the same number and is dropped.

use crate::net::limits::{GOSSIP_BYTES_MAX, GOSSIP_FRAME_BYTES, GOSSIP_QUEUE_MAX, STREAMS_MAX};
use crate::net::names::Names;
use crate::net::words::Topic;
use libp2p::gossipsub::{
    Behaviour, Config, ConfigBuilder, ConfigBuilderError, Message, MessageAuthenticity, MessageId,
    PeerScoreParams, PeerScoreThresholds, TopicScoreParams, ValidationMode,
};
use libp2p::identity;
use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// How long an id is remembered. At 2,000 messages a second that is some 10 MiB.
const REMEMBERED: Duration = Duration::from_secs(30);

/// Where a peer's score begins to cost it something.
const THRESHOLDS: PeerScoreThresholds = PeerScoreThresholds {
    gossip_threshold: -40.0,
    publish_threshold: -80.0,
    graylist_threshold: OUTCAST_BELOW,
    accept_px_threshold: 1_000_000.0,
    opportunistic_graft_threshold: 1.0,
};

/// Below this score a peer is not heard, and soon not connected.
pub(crate) const OUTCAST_BELOW: f64 = -160.0;

/// Gossip of one network, subscribed to its topics.
pub(crate) fn behaviour(
    keys: &identity::Keypair,
    names: &Names,
    per_address_max: usize,
) -> Result<Behaviour, Box<dyn Error + Send + Sync>> {
    let authenticity = MessageAuthenticity::Signed(keys.clone());
    let mut gossip = Behaviour::new(authenticity, config()?)?;
    gossip.with_peer_score(scores(names, per_address_max), THRESHOLDS)?;
    for topic in names.topics() {
        gossip.subscribe(topic)?;
    }
    Ok(gossip)
}

fn config() -> Result<Config, ConfigBuilderError> {
    ConfigBuilder::default()
        .validation_mode(ValidationMode::Strict)
        .validate_messages()
        .message_id_fn(id)
        .duplicate_cache_time(REMEMBERED)
        .max_transmit_size(GOSSIP_BYTES_MAX + GOSSIP_FRAME_BYTES)
        .flood_publish(true)
        .history_length(4)
        .history_gossip(2)
        .heartbeat_initial_delay(Duration::from_millis(500))
        .connection_handler_queue_len(GOSSIP_QUEUE_MAX)
        .publish_queue_duration(Duration::from_secs(3))
        .forward_queue_duration(Duration::from_secs(1))
        .max_publish_messages(GOSSIP_QUEUE_MAX)
        .check_explicit_peers_ticks(10)
        .build()
}

/// The author's name and number, as in the specification.
fn id(message: &Message) -> MessageId {
    let mut id = message
        .source
        .as_ref()
        .map(|author| author.to_bytes())
        .unwrap_or_default();
    id.extend_from_slice(&message.sequence_number.unwrap_or_default().to_be_bytes());
    MessageId(id)
}

/// Good deeds earn a little, so that the well-behaved are preferred; rejected messages cost much,
/// by the square of their number: two in a few minutes silence a peer, three cast it out.
fn scores(names: &Names, per_address_max: usize) -> PeerScoreParams {
    let topic = TopicScoreParams {
        topic_weight: 1.0,
        time_in_mesh_weight: 0.01,
        time_in_mesh_quantum: Duration::from_secs(1),
        time_in_mesh_cap: 100.0,
        first_message_deliveries_weight: 0.1,
        first_message_deliveries_decay: 0.9,
        first_message_deliveries_cap: 40.0,
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        invalid_message_deliveries_weight: -20.0,
        invalid_message_deliveries_decay: 0.995,
        ..TopicScoreParams::default()
    };
    let crowd = u32::try_from(per_address_max).unwrap_or(u32::MAX).max(1);
    PeerScoreParams {
        topics: Topic::ALL
            .into_iter()
            .map(|name| (names.topic(name), topic.clone()))
            .collect(),
        topic_score_cap: 10.0,
        app_specific_weight: 1.0,
        ip_colocation_factor_weight: -5.0,
        ip_colocation_factor_threshold: f64::from(crowd),
        ip_colocation_factor_whitelist: [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ]
        .into(),
        behaviour_penalty_weight: -5.0,
        behaviour_penalty_threshold: 6.0,
        behaviour_penalty_decay: 0.9,
        slow_peer_weight: -0.05,
        slow_peer_threshold: 100.0,
        slow_peer_decay: 0.8,
        ..PeerScoreParams::default()
    }
}

const _: () = assert!(
    STREAMS_MAX >= 64,
    "gossip, questions and the rest fit a connection"
);

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::{Cid, Codec, Keypair, NetworkId};
    use libp2p::PeerId;
    use libp2p::gossipsub::TopicHash;

    #[test]
    fn the_settings_are_such_that_gossipsub_takes_them() {
        let names = Names::new(&NetworkId::new(Cid::of(Codec::Raw, b"here")));
        let keys = crate::net::identity::keys_of(&Keypair::from_seed([1; 32]));
        let gossip = behaviour(&keys, &names, 16).expect("they are");
        assert_eq!(gossip.topics().count(), Topic::ALL.len());
    }

    #[test]
    fn a_message_is_named_by_its_author_and_number_alone() {
        let author = PeerId::random();
        let message = |number, data: &[u8]| Message {
            source: Some(author),
            data: data.to_vec(),
            sequence_number: Some(number),
            topic: TopicHash::from_raw("any"),
        };
        assert_eq!(id(&message(1, b"a")), id(&message(1, b"b")));
        assert_ne!(id(&message(1, b"a")), id(&message(2, b"a")));
        let expected = [author.to_bytes().as_slice(), &7_u64.to_be_bytes()].concat();
        assert_eq!(id(&message(7, b"")).0, expected);
    }
}
