//! Merkle trees of a fixed depth, by Poseidon.

use super::poseidon::{Kind, hash, hash_var};
use ark_bn254::Fr;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::fields::fp::FpVar;
use ark_r1cs_std::select::CondSelectGadget;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The siblings from a leaf to the root, the leaf's first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<const DEPTH: usize>(pub [Fr; DEPTH]);

/// A tree of `2^DEPTH` leaves, of which only those that are not zero take room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree<const DEPTH: usize> {
    /// Nodes other than those of the empty tree, by level (0 for leaves) and place.
    nodes: BTreeMap<(usize, u64), Fr>,
    /// The node of each level of the empty tree.
    empty: Vec<Fr>,
}

impl<const DEPTH: usize> Default for Tree<DEPTH> {
    fn default() -> Self {
        let mut empty = vec![Fr::from(0)];
        for level in 0..DEPTH {
            empty.push(hash(Kind::Node, &[empty[level], empty[level]]));
        }
        Self {
            nodes: BTreeMap::new(),
            empty,
        }
    }
}

/// Levels of the members' tree and of revocation trees: room for a million leaves.
pub const TREE_DEPTH: usize = TREE_LEVELS as usize;

/// The same, as levels are counted.
pub const TREE_LEVELS: u8 = 20;

/// The node above two others, for who keeps the nodes of a tree elsewhere.
pub fn parent(left: Fr, right: Fr) -> Fr {
    hash(Kind::Node, &[left, right])
}

/// The nodes of an empty tree by level, from its leaves up to its root.
pub fn empty_nodes() -> &'static [Fr; TREE_DEPTH + 1] {
    &EMPTY
}

static EMPTY: LazyLock<[Fr; TREE_DEPTH + 1]> = LazyLock::new(|| {
    let mut nodes = [Fr::from(0); TREE_DEPTH + 1];
    for level in 0..TREE_DEPTH {
        nodes[level + 1] = parent(nodes[level], nodes[level]);
    }
    nodes
});

impl<const DEPTH: usize> Tree<DEPTH> {
    /// Sets the leaf at a place; places beyond the tree's end wrap around.
    pub fn set(&mut self, place: u64, leaf: Fr) {
        let mut place = place % (1 << DEPTH);
        self.nodes.insert((0, place), leaf);
        for level in 0..DEPTH {
            let left = self.node(level, place & !1);
            let right = self.node(level, place | 1);
            place >>= 1;
            self.nodes
                .insert((level + 1, place), hash(Kind::Node, &[left, right]));
        }
    }

    /// The root.
    pub fn root(&self) -> Fr {
        self.node(DEPTH, 0)
    }

    /// The path of a place.
    pub fn path(&self, place: u64) -> Path<DEPTH> {
        let place = place % (1 << DEPTH);
        Path(std::array::from_fn(|level| {
            self.node(level, (place >> level) ^ 1)
        }))
    }

    fn node(&self, level: usize, place: u64) -> Fr {
        let node = self.nodes.get(&(level, place)).copied();
        node.unwrap_or(self.empty[level])
    }
}

/// The root that a leaf, the bits of its place (lowest first) and its path lead to.
pub(crate) fn root_var<const DEPTH: usize>(
    cs: &ConstraintSystemRef<Fr>,
    leaf: &FpVar<Fr>,
    place: &[Boolean<Fr>],
    path: &Path<DEPTH>,
) -> Result<FpVar<Fr>, SynthesisError> {
    assert_eq!(
        place.len(),
        DEPTH,
        "a place has as many bits as the tree has levels"
    );
    let mut node = leaf.clone();
    for (is_right, sibling) in place.iter().zip(&path.0) {
        let sibling = FpVar::new_witness(cs.clone(), || Ok(*sibling))?;
        let left = FpVar::conditionally_select(is_right, &sibling, &node)?;
        let right = &node + &sibling - &left;
        node = hash_var(cs, Kind::Node, &[left, right])?;
    }
    Ok(node)
}

/// The bits of a place in a tree, as a witness.
pub(crate) fn place_var(
    cs: &ConstraintSystemRef<Fr>,
    place: u64,
    depth: usize,
) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    (0..depth)
        .map(|at| Boolean::new_witness(cs.clone(), || Ok(place >> at & 1 == 1)))
        .collect()
}
