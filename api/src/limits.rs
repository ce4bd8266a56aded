//! Bounds of the HTTP API that do not depend on a node's configuration.

/// Bytes of a JSON body that is not a batch of transactions.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;

/// Transactions in one body.
pub const BATCH_TXS_MAX: usize = 1_000;

/// Bytes of a body of transactions: a thousand usual ones, or some of the largest.
pub const BATCH_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes of a CAR that is imported.
pub const IMPORT_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Bytes of a receipt's CAR that is to be verified.
pub const VERIFY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// CIDs that a CAR in an answer may hold.
pub const EXPORT_CIDS_MAX: usize = 1024 * 1024;

/// Items on a page, if nobody says otherwise.
pub const PAGE_ITEMS: usize = 50;

/// Items on a page at most.
pub const PAGE_ITEMS_MAX: usize = 500;

/// Rows that are looked at to fill a page. A page that is short, or empty, may have one after it.
pub const PAGE_ROWS_MAX: usize = 10_000;

/// Blocks that are looked at to fill a page of an account's history.
pub const HISTORY_BLOCKS_MAX: u64 = 512;

/// The longest that a request waits for something to happen, in seconds.
pub const WAIT_S_MAX: u64 = 60;

/// Bytes of an `Idempotency-Key`.
pub const KEY_BYTES_MAX: usize = 128;

/// Bytes of a cursor.
pub const CURSOR_BYTES_MAX: usize = 256;
