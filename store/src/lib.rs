//! `icn_dag::Store` on a disk: nothing that was acknowledged is lost.
//!
//! - `dag/00000001.car` and on: the blocks, in segments that any tool reads as CAR v1.
//! - `store.log`: what counts in the segments, and pins and names. With the segments it is all the
//!   truth there is; both are synced before a commit is acknowledged.
//! - `index/`: where each block is, in sled. It can be deleted at any time and is built again.
//! - `lock`: one process at a time.
//!
//! A crash at any point leaves every acknowledged batch whole, and of the one that was not
//! acknowledged all or nothing. Bytes beyond what the log acknowledges are cut when the store is
//! opened; damage below that is named and never cut. A block that is read is hashed again.
//!
//! ```
//! use icn_dag::{Batch, Block, Blocks, Store};
//! use icn_store::{DiskStore, Options};
//!
//! # let dir = tempfile::tempdir().unwrap();
//! # let dir = dir.path();
//! let block = Block::raw(*b"hello").unwrap();
//! let (mut store, opened) = DiskStore::open(dir, Options::default()).unwrap();
//! opened.notes.iter().for_each(|note| eprintln!("{note}"));
//! store.commit(Batch::of([block.clone()])).unwrap();
//! drop(store);
//!
//! let (store, _) = DiskStore::open(dir, Options::default()).unwrap();
//! assert_eq!(store.get(block.cid()).unwrap(), Some(block));
//! ```

mod cid_hash;
mod commit;
mod compact;
mod disk;
mod error;
mod index;
mod lock;
mod log;
mod note;
mod open;
mod options;
mod reader;
mod segment;
mod store;
#[cfg(test)]
mod tests;

pub use compact::Compacted;
pub use error::OpenError;
pub use index::IndexStat;
pub use note::{Note, Opened};
pub use open::Progress;
pub use options::Options;
pub use reader::Reader;
pub use store::{DiskStore, Stat};
