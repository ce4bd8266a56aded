//! Fixed bounds of the book. What members may vote on is in `icn_governance::params`.

/// The largest transaction.
pub const TX_BYTES_MAX: usize = 512 * 1024;

/// The largest claim: those of all executors of a job stand in its row until it ends.
pub const CLAIM_BYTES_MAX: usize = 192 * 1024;

/// The longest memo or reason.
pub const MEMO_BYTES_MAX: usize = 256;

/// Transactions of one block.
pub const BLOCK_TXS_MAX: usize = 10_000;

/// Executors of one job.
pub const EXECUTORS_MAX: u8 = 7;

/// Spare bids that an assignment may bring.
pub const SPARES_MAX: usize = 64;

/// Capabilities, and labels, that a spec or a profile may name.
pub const NAMES_MAX: usize = 32;

/// Bytes of a capability, a label's name, its value or an engine's name.
pub const NAME_BYTES_MAX: usize = 64;

/// Executors that a spec may name.
pub const ALLOW_MAX: usize = 64;

/// Bytes of an entry point's name.
pub const ENTRY_BYTES_MAX: usize = 256;

/// Bytes of an issuer's name.
pub const ISSUER_NAME_BYTES_MAX: usize = 64;

/// Roots of a tree that are remembered after others have replaced them.
pub const PAST_ROOTS_MAX: usize = 64;

/// Digits of a field element of either curve.
pub const ELEMENT_DIGITS_MAX: usize = 78;

/// Seats that an executor may offer.
pub const CAPACITY_MAX: u32 = 1_024;

const _: () = assert!(
    TX_BYTES_MAX + EXECUTORS_MAX as usize * CLAIM_BYTES_MAX + SPARES_MAX * 1_024
        <= icn_base::limits::BLOCK_BYTES_MAX,
    "a job's row (its spec, its claims, its spare bids) fits a block"
);
