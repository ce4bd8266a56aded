use super::*;
use icn_base::Keypair;
use libp2p::PeerId;
use proptest::prelude::*;

fn address(seed: u8, bare: &str) -> Multiaddr {
    let peer = peer_of(&Keypair::from_seed([seed; 32]).did()).unwrap();
    let bare: Multiaddr = bare.parse().unwrap();
    bare.with(Protocol::P2p(peer))
}

fn network() -> NetworkId {
    NetworkId::new(Cid::of(Codec::DagCbor, b"\xa0"))
}

#[test]
fn what_one_prints_the_other_reads() {
    let addresses = [
        address(1, "/ip4/192.0.2.7/tcp/4279"),
        address(1, "/ip4/192.0.2.7/udp/4279/quic-v1"),
        address(2, "/dns4/node.example.org/tcp/4279"),
    ];
    let join = Join::new(network(), addresses.clone());
    let text = join.to_string();
    let read: Join = text.parse().unwrap();
    assert_eq!(read.network, network());
    assert_eq!(read.addresses.len(), 3);
    assert!(addresses.iter().all(|one| read.addresses.contains(one)));
    assert!(text.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    assert_eq!(format!("  {text}\n").parse(), Ok(read));
}

#[test]
fn a_usual_one_fits_on_a_line_and_a_half() {
    let join = Join::new(network(), [address(1, "/ip4/192.0.2.7/tcp/4279")]);
    assert!(join.to_string().len() <= 120, "{join}");
    let lone = Join::new(network(), []);
    assert_eq!(lone.to_string().parse(), Ok(lone));
}

#[test]
fn every_changed_or_missing_letter_is_noticed() {
    let text = Join::new(network(), [address(1, "/ip4/192.0.2.7/tcp/4279")]).to_string();
    for at in 0..text.len() {
        let (before, after) = text.split_at(at);
        let missing = format!("{before}{}", &after[1..]);
        assert!(missing.parse::<Join>().is_err(), "{missing}");
        let other = if after.starts_with('z') { 'y' } else { 'z' };
        let changed = format!("{before}{other}{}", &after[1..]);
        assert!(changed.parse::<Join>().is_err(), "{changed}");
    }
}

#[test]
fn what_is_none_says_why() {
    let check = |text: &str, expected: JoinError| assert_eq!(text.parse::<Join>(), Err(expected));
    check("", JoinError::Prefix);
    check("/ip4/192.0.2.7/tcp/4279", JoinError::Prefix);
    check("icn2abc", JoinError::Later);
    check("icn1", JoinError::Sum);
    check("icn1ab0", JoinError::Letter('0'));
    check("icn1abü", JoinError::Letter('ü'));
    check(&format!("icn1{}", "z".repeat(10_000)), JoinError::TooLong);
    check(&spelt(&[7; 31]), JoinError::Shape("network"));
    check(&spelt(&[7; 40]), JoinError::Shape("peer where one begins"));
}

#[test]
fn peers_without_an_ed25519_key_or_an_address_are_left_out() {
    let nameless = "/ip4/192.0.2.7/tcp/4279".parse().unwrap();
    let bare = Multiaddr::empty().with(Protocol::P2p(PeerId::random()));
    assert_eq!(Join::new(network(), [nameless, bare]).addresses, []);
}

#[test]
fn more_addresses_than_there_may_be_are_refused() {
    let did = Keypair::from_seed([1; 32]).did();
    let mut bytes = [&[7; 32], did.public_key().as_slice(), &[255]].concat();
    for _ in 0..255 {
        bytes.extend([8, 4, 127, 0, 0, 1, 6, 0, 1]);
    }
    let refused = spelt(&bytes).parse::<Join>().unwrap_err();
    assert_eq!(refused, JoinError::Shape("reasonable number of addresses"));
}

/// A text with the right sum, whatever it holds.
fn spelt(bytes: &[u8]) -> String {
    let all = [bytes, &sum(bytes)].concat();
    format!("{PREFIX}{}", bs58::encode(all).into_string())
}

proptest! {
    #[test]
    fn any_bytes_get_a_verdict_and_one_spelling(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = spelt(&bytes);
        if let Ok(join) = text.parse::<Join>() {
            prop_assert_eq!(join.to_string(), text);
        }
    }
}
