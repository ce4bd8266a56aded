//! Content-addressed blocks, without a disk: `icn-store` keeps them on one.
//!
//! - [`Block`]: bytes and the CID that names them. A `Block` that exists has been checked.
//! - [`Blocks`] reads, [`Store`] also writes: all of a [`Batch`] or none of it.
//! - [`walk`] follows links in bounded memory; [`survey`] counts what roots reach, and names what
//!   is missing there.
//! - [`collect`] drops what no holding [`Pin`] and no name reaches; [`scrub`] finds what the disk
//!   has changed.
//! - [`car`] takes blocks in from CAR files and out to them; [`mod@file`] keeps files larger than a
//!   block.
//! - [`hamt`] is the map whose root CID commits to a state.
//!
//! Nothing here opens a file; CAR files come and go through the `Read` and `Write` handed in.
//!
//! ```
//! use icn_dag::{Batch, Block, Blocks, MemStore, Store};
//!
//! let mut store = MemStore::default();
//! let leaf = Block::raw(b"hello".to_vec()).unwrap();
//! let root = Block::cbor(&[leaf.cid()]).unwrap();
//! store.commit(Batch::of([leaf.clone(), root.clone()])).unwrap();
//! assert_eq!(store.get(leaf.cid()).unwrap(), Some(leaf.clone()));
//! assert_eq!(root.links().unwrap(), [*leaf.cid()]);
//! ```

pub mod block;
pub mod car;
pub mod collect;
pub mod file;
pub mod hamt;
pub mod intake;
pub mod mem;
pub mod pin;
#[cfg(test)]
mod samples;
pub mod scrub;
pub mod store;
pub mod survey;
pub mod walk;

pub use block::{Block, BlockError};
pub use mem::MemStore;
pub use pin::Pin;
pub use store::{Batch, Blocks, Store, StoreError};
