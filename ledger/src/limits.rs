//! Fixed bounds of the book. What members may vote on is in `icn_governance::params`.

/// The largest transaction.
pub const TX_BYTES_MAX: usize = 512 * 1024;

/// The longest memo, reason or label.
pub const MEMO_BYTES_MAX: usize = 256;

/// Transactions of one block.
pub const BLOCK_TXS_MAX: usize = 10_000;
