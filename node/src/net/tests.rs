//! Real sockets on loopback, ports that the system picks.

mod asks;
mod doors;
mod gossip;
mod links;
mod rig;
