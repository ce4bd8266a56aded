//! Fixed bounds of governance. What members may vote on is in [`crate::params`].

/// Members at most: a tally looks at each of them.
pub const MEMBERS_MAX: u64 = 10_000;

/// Proposals that one member may have under way.
pub const OPEN_PER_MEMBER_MAX: usize = 3;

/// Proposals that may be under way in all.
pub const OPEN_MAX: usize = 256;

/// Bytes of a title.
pub const TITLE_BYTES_MAX: usize = 128;

/// Bytes of a proposal's text. What is longer is a block, and its CID stands in the text.
pub const TEXT_BYTES_MAX: usize = 4_096;

/// Bytes of what a proposal would change, in dag-cbor. With its texts and its tally a proposal
/// still fits one value of the state's commitment.
pub const KIND_BYTES_MAX: usize = 8_192;

/// Parts of a bundle, and changes of an option.
pub const PARTS_MAX: usize = 16;

/// Options of a choice.
pub const OPTIONS_MAX: usize = 16;

/// Bytes of an option's label.
pub const LABEL_BYTES_MAX: usize = 64;

/// Bytes of a budget's memo.
pub const MEMO_BYTES_MAX: usize = 256;

/// Hands through which a vote may pass.
pub const DELEGATION_DEPTH_MAX: usize = 8;

/// Changes of one delegation that votes under way may still have to tell apart.
pub const HISTORY_MAX: usize = 64;

/// Power of one validator.
pub const POWER_MAX: u64 = 1_000;

/// How long a node's word that it is ready to order holds.
pub const READY_MS: u64 = 3_600_000;

/// Validators at most.
pub const VALIDATORS_MAX: usize = 128;

/// Public inputs of a circuit.
pub const CIRCUIT_INPUTS_MAX: usize = 64;

/// Bytes of the name of a circuit's input.
pub const INPUT_NAME_BYTES_MAX: usize = 64;

/// Constraints of a circuit: at the highest rate its price is still an amount of mana.
pub const CONSTRAINTS_MAX: u64 = 1 << 40;

/// A whole, in basis points.
pub const BASIS_POINTS: u64 = 10_000;

const _: () = assert!(
    TITLE_BYTES_MAX + TEXT_BYTES_MAX + KIND_BYTES_MAX + 3_072
        < icn_base::limits::HAMT_VALUE_BYTES_MAX,
    "a proposal and its tally must fit a value of the commitment"
);
