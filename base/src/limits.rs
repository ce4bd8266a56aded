//! Every fixed bound of the protocol, by name. Values that members may vote on live in
//! `governance`; nothing here is configurable, because every node must refuse the same bytes.

/// The largest block that any door takes, and so the largest a store ever holds.
///
/// 2 MiB is what IPFS tools exchange without complaint, and what a wasm module may weigh.
pub const BLOCK_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Nesting of arrays and maps that dag-cbor may have. Deeper input is refused unread.
pub const CBOR_DEPTH_MAX: usize = 128;

/// Links that one block may carry: a 2 MiB block of nothing but links stays below it.
pub const BLOCK_LINKS_MAX: usize = 65_536;

/// Bytes of a part when a file is too large for one block.
pub const PART_BYTES: usize = BLOCK_BYTES_MAX;

/// The largest file that is stored as parts (see `icn_dag::file`).
pub const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024 * 1024;

/// Links of a node of a file that is stored as parts.
pub const FILE_LINKS_MAX: usize = 1_024;

/// Different CIDs that one walk, and so one collection, may come upon. Each takes up to some
/// 100 bytes of memory.
pub const WALK_CIDS_MAX: usize = 64 * 1024 * 1024;

/// CIDs that a report gives one by one; the rest it counts.
pub const LISTED_CIDS_MAX: usize = 1_000;

/// CIDs that collection and scrub take from a store at a time.
pub const PAGE_CIDS: usize = 4_096;

/// Bytes of blocks that imports gather before they commit them; one block more may be held.
pub const BATCH_BYTES: usize = 32 * 1024 * 1024;

/// Blocks that imports gather before they commit them.
pub const BATCH_BLOCKS: usize = 16 * 1024;

/// Links that an import remembers until their blocks come. Beyond, it walks the DAG at its end.
pub const IMPORT_WAITING_MAX: usize = 256 * 1024;

/// The largest CAR header that an import reads.
pub const CAR_HEADER_BYTES_MAX: usize = 64 * 1024;

/// Roots that a CAR may name.
pub const CAR_ROOTS_MAX: usize = 1_024;

/// The longest key in a HAMT (see `icn_dag::hamt`): room for two CIDs or three keys and a tag.
pub const HAMT_KEY_BYTES_MAX: usize = 128;

/// The largest value in a HAMT. A full node of the largest entries still fits a block, so that no
/// write ever makes a map that cannot be stored; what is larger is put in a block and linked to.
pub const HAMT_VALUE_BYTES_MAX: usize = 16 * 1024;

/// Nesting that a value in a HAMT may have: five levels less than a block, for the arrays and the
/// map that the root puts around it.
pub const HAMT_VALUE_DEPTH_MAX: usize = CBOR_DEPTH_MAX - 5;

/// The longest text form of a DID: `did:key:z` and 48 base58 digits.
pub const DID_TEXT_BYTES_MAX: usize = 64;

/// The longest text form of a CID: `b` and 58 base32 digits.
pub const CID_TEXT_BYTES: usize = 59;

/// Mana is at most 2^63 - 1, so that it also fits where only signed integers exist.
pub const MANA_MAX: u64 = i64::MAX as u64;

/// Time is at most 2^53 - 1 milliseconds, so that JSON readers see it exactly.
pub const TIME_MS_MAX: u64 = (1 << 53) - 1;

/// Pages of 64 KiB that a job gets if it does not say.
pub const MEMORY_PAGES_DEFAULT: u32 = 512;

/// Pages of memory that a job may have.
pub const MEMORY_PAGES_MAX: u32 = 4_096;

/// Bytes of a page of a guest's memory.
pub const PAGE_BYTES: u64 = 64 * 1024;

/// The exported function that is called if a job does not say.
pub const ENTRY_DEFAULT: &str = "run";

/// How long bids are collected if a job does not say.
pub const BID_WINDOW_MS_DEFAULT: u64 = 200;

/// Bytes that a guest's module may have.
pub const MODULE_BYTES_MAX: usize = BLOCK_BYTES_MAX;

/// Types that a module may declare.
pub const MODULE_TYPES_MAX: u32 = 2_000;

/// Functions that a module may have, imported ones included.
pub const MODULE_FUNCTIONS_MAX: u32 = 5_000;

/// Parameters of a function.
pub const MODULE_PARAMS_MAX: u32 = 32;

/// Results of a function or block.
pub const MODULE_RESULTS_MAX: u32 = 32;

/// Locals of a function, parameters not counted.
pub const MODULE_LOCALS_MAX: u32 = 2_000;

/// Blocks that may be open at once in a function.
pub const MODULE_NESTING_MAX: u32 = 256;

/// Targets of a branch table.
pub const MODULE_BRANCH_TARGETS_MAX: u32 = 1_024;

/// Bytes of a function's body.
pub const MODULE_BODY_BYTES_MAX: usize = 128 * 1024;

/// Bytes of all data segments together.
pub const MODULE_DATA_BYTES_MAX: u64 = 1024 * 1024;

/// Data segments and element segments, each.
pub const MODULE_SEGMENTS_MAX: u32 = 10_000;

/// Elements in all element segments together.
pub const MODULE_ELEMENTS_MAX: u64 = 20_000;

/// Globals that a module may have.
pub const MODULE_GLOBALS_MAX: u32 = 1_000;

/// Exports that a module may have.
pub const MODULE_EXPORTS_MAX: u32 = 5_000;

/// Bytes of the name of an export.
pub const MODULE_NAME_BYTES_MAX: usize = 256;

/// Tables that a module may have.
pub const MODULE_TABLES_MAX: u32 = 8;

/// Elements of all tables together, also after growth.
pub const TABLE_ELEMENTS_MAX: u32 = 10_000;

/// Calls that a guest may have open at once.
pub const CALL_DEPTH_MAX: u32 = 4_096;

/// Bytes of a structured argument of a host call.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;

/// Bytes that a run may write as its output.
pub const OUTPUT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes of a run's log.
pub const LOG_BYTES_MAX: usize = 64 * 1024;

/// Bytes of the answers in a run's journal.
pub const JOURNAL_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Effects of one run.
pub const EFFECTS_MAX: usize = 256;

/// Child jobs of one run.
pub const CHILDREN_MAX: u32 = 16;

/// Jobs below one that nobody's run submitted.
pub const TREE_JOBS_MAX: u32 = 64;

/// Generations below such a job.
pub const TREE_DEPTH_MAX: u32 = 4;

/// Bytes of an input that stands in the spec itself.
pub const INLINE_INPUT_BYTES_MAX: usize = 64 * 1024;

/// Blocks that a job may list to be read.
pub const READS_MAX: usize = 1_024;

/// Bytes of those blocks together.
pub const READS_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes of an input that a job names by its CID.
pub const RUN_INPUT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Open jobs that a run may see.
pub const PENDING_JOBS_MAX: usize = 64;

/// Bytes of a file that proves a receipt: module, input, reads, and a small state if the run
/// depends on all of it.
pub const RECEIPT_CAR_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Proofs that one run may have verified or made.
pub const PROOFS_MAX: u32 = 16;

/// Grants of one job.
pub const GRANTS_MAX: usize = 16;

/// Bytes of a message between validators. The largest honest one is a certificate of a round that
/// all of 128 validators signed: about 26 KiB.
pub const ORDER_MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Voting power of all validators together: three times as much still fits 64 bits.
pub const ORDER_POWER_MAX: u64 = u64::MAX / 4;

/// The last round that a height can have. Rounds take at least a timeout each, so nobody gets here.
pub const ORDER_ROUND_MAX: u32 = 1_000_000;

/// Messages of one validator that are kept for a height that has not begun.
pub const ORDER_EARLY_MAX: usize = 32;

const _: () = assert!(PART_BYTES <= BLOCK_BYTES_MAX, "a part must fit a block");
const _: () = assert!(
    FILE_LINKS_MAX * 41 + 64 < BLOCK_BYTES_MAX,
    "a node of a file must fit a block"
);
const _: () = assert!(
    BLOCK_LINKS_MAX * 41 > BLOCK_BYTES_MAX,
    "the link bound never bites first"
);
