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
pub const PART_BYTES: usize = 1024 * 1024;

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
pub const BATCH_BYTES: usize = 8 * 1024 * 1024;

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

const _: () = assert!(PART_BYTES < BLOCK_BYTES_MAX, "a part must fit a block");
const _: () = assert!(
    BLOCK_LINKS_MAX * 41 > BLOCK_BYTES_MAX,
    "the link bound never bites first"
);
