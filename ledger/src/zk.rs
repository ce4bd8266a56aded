//! What the book knows of proofs: circuits, issuers, credentials, two kinds of trees, and which
//! nullifiers are taken. The trees' nodes are rows, so that a path through one is proved as any
//! other row is, and changing a leaf writes one row for each level.

mod rows;
mod tree;

pub use rows::{Circuit, Enrolled, Issued, Issuer, PastRoot, Roots, Taken, Tree};
pub use tree::Grove;

use crate::table::{Rows, Table, absorb, seen};
use icn_base::codec::{self, CodecError};
use icn_base::run::Nullifier;
use icn_base::{Cid, Codec, Did};
use icn_zk::circuits::TREE_LEVELS;
use icn_zk::words::Numeral;
use serde::Serialize;
use std::collections::BTreeSet;

/// Which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A circuit, by its id.
    Circuit(Cid),
    /// An issuer.
    Issuer(Did),
    /// A credential, by the CID of its bytes, which are not in the book.
    Credential(Cid),
    /// A member's leaf in the members' tree.
    Enrolled(Did),
    /// How full a tree is, and its roots.
    Tree(Grove),
    /// A node of a tree: its level, 0 for leaves, and its place there. Absent where it is that of an
    /// empty tree.
    Node(Grove, u8, u32),
    /// A nullifier that is taken, see [`nullifier_key`].
    Nullifier(Cid),
}

/// The row of a nullifier: the CID of circuit, scope and nullifier.
pub fn nullifier_key(circuit: &Cid, nullifier: &Nullifier) -> Cid {
    let words = (circuit, &nullifier.scope, &nullifier.nullifier);
    let bytes = codec::encode(&words).expect("a nullifier has a canonical spelling");
    Cid::of(Codec::DagCbor, &bytes)
}

/// The tables.
#[derive(Clone, Debug, Default)]
pub struct State {
    circuits: Table<Cid, Circuit>,
    issuers: Table<Did, Issuer>,
    credentials: Table<Cid, Issued>,
    enrolled: Table<Did, Enrolled>,
    trees: Table<Grove, Tree>,
    nodes: Table<(Grove, u8, u32), Numeral>,
    nullifiers: Table<Cid, Taken>,
    /// Derived: circuits that are not retired.
    in_use: BTreeSet<Cid>,
}

/// What a draft has changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) circuits: Rows<Cid, Circuit>,
    pub(crate) issuers: Rows<Did, Issuer>,
    pub(crate) credentials: Rows<Cid, Issued>,
    pub(crate) enrolled: Rows<Did, Enrolled>,
    pub(crate) trees: Rows<Grove, Tree>,
    pub(crate) nodes: Rows<(Grove, u8, u32), Numeral>,
    pub(crate) nullifiers: Rows<Cid, Taken>,
}

/// The tables as a draft sees them.
#[derive(Clone, Copy, Debug)]
pub struct View<'s> {
    pub(crate) state: &'s State,
    pub(crate) changes: &'s Changes,
}

impl<'s> View<'s> {
    /// A circuit.
    pub fn circuit(self, id: &Cid) -> Option<&'s Circuit> {
        seen(&self.changes.circuits, &self.state.circuits, id)
    }

    /// An issuer.
    pub fn issuer(self, did: &Did) -> Option<&'s Issuer> {
        seen(&self.changes.issuers, &self.state.issuers, did)
    }

    /// A credential.
    pub fn credential(self, cid: &Cid) -> Option<&'s Issued> {
        seen(&self.changes.credentials, &self.state.credentials, cid)
    }

    /// A member's leaf.
    pub fn enrolled(self, did: &Did) -> Option<&'s Enrolled> {
        seen(&self.changes.enrolled, &self.state.enrolled, did)
    }

    /// A tree, unless it is empty.
    pub fn tree(self, grove: &Grove) -> Option<&'s Tree> {
        seen(&self.changes.trees, &self.state.trees, grove)
    }

    /// A node of a tree.
    pub fn node(self, grove: Grove, level: u8, place: u32) -> Numeral {
        let key = (grove, level, place);
        let found = seen(&self.changes.nodes, &self.state.nodes, &key).copied();
        found.unwrap_or_else(|| tree::empty(level))
    }

    /// The path of a leaf, the lowest sibling first.
    pub fn path(self, grove: Grove, place: u32) -> Vec<Numeral> {
        let sibling = |level: u8| self.node(grove, level, (place >> level) ^ 1);
        (0..TREE_LEVELS).map(sibling).collect()
    }

    /// What a nullifier was taken by.
    pub fn taken(self, key: &Cid) -> Option<&'s Taken> {
        seen(&self.changes.nullifiers, &self.state.nullifiers, key)
    }
}

impl State {
    /// Circuits that are registered and not retired.
    pub const fn in_use(&self) -> &BTreeSet<Cid> {
        &self.in_use
    }

    /// A circuit, also one that is retired.
    pub fn circuit(&self, id: &Cid) -> Option<&Circuit> {
        self.circuits.get(id)
    }

    /// Every circuit, retired ones too, ascending.
    pub fn circuits(&self) -> impl Iterator<Item = (&Cid, &Circuit)> {
        self.circuits.iter()
    }

    /// Every issuer, ascending.
    pub fn issuers(&self) -> impl Iterator<Item = (&Did, &Issuer)> {
        self.issuers.iter()
    }

    /// The canonical bytes of a row, if it is there.
    pub(crate) fn row(&self, key: &Key) -> Option<Vec<u8>> {
        match key {
            Key::Circuit(id) => self.circuits.get(id).map(bytes),
            Key::Issuer(did) => self.issuers.get(did).map(bytes),
            Key::Credential(cid) => self.credentials.get(cid).map(bytes),
            Key::Enrolled(did) => self.enrolled.get(did).map(bytes),
            Key::Tree(grove) => self.trees.get(grove).map(bytes),
            Key::Node(grove, level, place) => self.nodes.get(&(*grove, *level, *place)).map(bytes),
            Key::Nullifier(key) => self.nullifiers.get(key).map(bytes),
        }
    }

    /// Every key.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        let circuits = self.circuits.keys().copied().map(Key::Circuit);
        let nodes = self.nodes.keys();
        circuits
            .chain(self.issuers.keys().copied().map(Key::Issuer))
            .chain(self.credentials.keys().copied().map(Key::Credential))
            .chain(self.enrolled.keys().copied().map(Key::Enrolled))
            .chain(self.trees.keys().copied().map(Key::Tree))
            .chain(nodes.map(|(grove, level, place)| Key::Node(*grove, *level, *place)))
            .chain(self.nullifiers.keys().copied().map(Key::Nullifier))
    }

    /// Takes a draft's changes in, and names the rows.
    pub(crate) fn absorb(&mut self, changes: Changes, mut touch: impl FnMut(Key)) {
        for (id, circuit) in &changes.circuits {
            if circuit.as_ref().is_some_and(|it| it.retired.is_none()) {
                self.in_use.insert(*id);
            } else {
                self.in_use.remove(id);
            }
        }
        absorb(&mut self.circuits, changes.circuits, |id| {
            touch(Key::Circuit(id))
        });
        absorb(&mut self.issuers, changes.issuers, |did| {
            touch(Key::Issuer(did))
        });
        absorb(&mut self.credentials, changes.credentials, |cid| {
            touch(Key::Credential(cid))
        });
        absorb(&mut self.enrolled, changes.enrolled, |did| {
            touch(Key::Enrolled(did))
        });
        absorb(&mut self.trees, changes.trees, |grove| {
            touch(Key::Tree(grove))
        });
        absorb(&mut self.nodes, changes.nodes, |(grove, level, place)| {
            touch(Key::Node(grove, level, place));
        });
        absorb(&mut self.nullifiers, changes.nullifiers, |key| {
            touch(Key::Nullifier(key))
        });
    }
}

impl Changes {
    /// Reads one row from the bytes that [`State::row`] made of it.
    pub(crate) fn read(&mut self, key: Key, row: &[u8]) -> Result<(), CodecError> {
        match key {
            Key::Circuit(id) => drop(self.circuits.insert(id, Some(codec::decode(row)?))),
            Key::Issuer(did) => drop(self.issuers.insert(did, Some(codec::decode(row)?))),
            Key::Credential(cid) => drop(self.credentials.insert(cid, Some(codec::decode(row)?))),
            Key::Enrolled(did) => drop(self.enrolled.insert(did, Some(codec::decode(row)?))),
            Key::Tree(grove) => drop(self.trees.insert(grove, Some(codec::decode(row)?))),
            Key::Node(grove, level, place) => {
                let node = Some(codec::decode(row)?);
                self.nodes.insert((grove, level, place), node);
            }
            Key::Nullifier(key) => drop(self.nullifiers.insert(key, Some(codec::decode(row)?))),
        }
        Ok(())
    }
}

fn bytes<T: Serialize>(row: &T) -> Vec<u8> {
    codec::encode(row).expect("the words of a row have a canonical spelling")
}
