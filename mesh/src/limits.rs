//! What a node takes on. These are its own bounds, not the book's: others may have different ones.

use icn_ledger::limits::{BLOCK_TXS_MAX, TX_BYTES_MAX};

/// Transactions that wait for a block.
pub const MEMPOOL_TXS_MAX: usize = 2 * BLOCK_TXS_MAX;

/// Bytes of them together.
pub const MEMPOOL_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Transactions of one account among them, and how far its nonces may be ahead of the book's.
pub const MEMPOOL_ACCOUNT_TXS_MAX: usize = 64;

const _: () = assert!(
    MEMPOOL_BYTES_MAX >= 100 * TX_BYTES_MAX,
    "a few large transactions do not fill it"
);
