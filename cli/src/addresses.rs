//! Where others can reach this machine, as far as it can tell by itself.

use icn_base::Did;
use icn_node::config::Multiaddr;
use icn_node::join;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// An address that leads out of any machine. Nothing is sent to it.
const ELSEWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9);

/// Addresses that can be given to others, each with the node's name at its end: those known from
/// outside first, then those listened on. "Everywhere" becomes the address that leads out, and a
/// port that is not chosen yet is no address.
pub(crate) fn reachable(listen: &[Multiaddr], external: &[Multiaddr], did: &Did) -> Vec<Multiaddr> {
    let all = external.iter().cloned();
    let all = all.chain(listen.iter().filter_map(concrete));
    let mut known: Vec<Multiaddr> = Vec::new();
    for address in all.filter_map(|address| join::named(address, did)) {
        if !known.contains(&address) {
            known.push(address);
        }
    }
    known
}

fn concrete(address: &Multiaddr) -> Option<Multiaddr> {
    let text = address.to_string();
    if text.contains("/tcp/0") || text.contains("/udp/0/") {
        return None;
    }
    let Some(rest) = text.strip_prefix("/ip4/0.0.0.0/") else {
        return (!text.starts_with("/ip6/::/")).then(|| address.clone());
    };
    format!("/ip4/{}/{rest}", own_address()?).parse().ok()
}

/// The address of this machine on the way out.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Keypair;

    #[test]
    fn what_is_known_comes_first_and_what_is_not_chosen_yet_is_left_out() {
        let did = Keypair::from_seed([1; 32]).did();
        let parse = |text: &str| text.parse().unwrap();
        let listen = [
            "/ip4/127.0.0.1/tcp/0",
            "/ip4/10.0.0.1/tcp/4279",
            "/ip6/::/tcp/1",
        ]
        .map(parse);
        let external = ["/dns4/example.org/tcp/4279"].map(parse);
        let found = reachable(&listen, &external, &did);
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].starts_with("/dns4/example.org/tcp/4279/p2p/12D3Koo"),
            "{found:?}"
        );
        assert!(
            found[1].starts_with("/ip4/10.0.0.1/tcp/4279/p2p/"),
            "{found:?}"
        );
    }
}
