//! Trees in the book: a leaf changes, and the nodes above it.

use super::rows::{PastRoot, Roots, Tree};
use crate::Draft;
use crate::limits::PAST_ROOTS_MAX;
use icn_base::Did;
use icn_zk::circuits::{TREE_LEVELS, empty_nodes, parent};
use icn_zk::words::Numeral;

/// Which tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grove {
    /// That of the members.
    Members,
    /// That of what an issuer has revoked.
    Issuer(Did),
}

/// The node of an empty tree.
pub(super) fn empty(level: u8) -> Numeral {
    let node = empty_nodes().get(usize::from(level));
    Numeral(*node.expect("a node has a level of the tree"))
}

impl Draft<'_> {
    /// The tree as it stands.
    pub(crate) fn tree(&self, grove: Grove) -> Tree {
        self.zk().tree(&grove).cloned().unwrap_or_else(|| Tree {
            next: 0,
            roots: Roots {
                now: empty(TREE_LEVELS),
                past: Vec::new(),
            },
        })
    }

    /// The roots of a tree as they stand.
    pub fn roots(&self, grove: Grove) -> Roots {
        self.tree(grove).roots
    }

    pub(crate) fn put_tree(&mut self, grove: Grove, tree: Tree) {
        self.changes.zk.trees.insert(grove, Some(tree));
    }

    /// Sets a leaf, and replaces the root.
    pub(crate) fn set_leaf(&mut self, grove: Grove, place: u32, leaf: Numeral) {
        let mut tree = self.tree(grove);
        let mut node = leaf;
        let mut at = place;
        self.put_node(grove, 0, at, node);
        for level in 0..TREE_LEVELS {
            let sibling = self.zk().node(grove, level, at ^ 1);
            let (left, right) = if at & 1 == 0 {
                (node, sibling)
            } else {
                (sibling, node)
            };
            node = Numeral(parent(left.0, right.0));
            at >>= 1;
            self.put_node(grove, level.saturating_add(1), at, node);
        }
        let (root, replaced) = (tree.roots.now, self.at());
        tree.roots.past.push(PastRoot { root, replaced });
        let spare = tree.roots.past.len().saturating_sub(PAST_ROOTS_MAX);
        tree.roots.past.drain(..spare);
        tree.roots.now = node;
        self.put_tree(grove, tree);
    }

    fn put_node(&mut self, grove: Grove, level: u8, place: u32, node: Numeral) {
        let row = (node != empty(level)).then_some(node);
        self.changes.zk.nodes.insert((grove, level, place), row);
    }
}
