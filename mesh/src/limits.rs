//! What a node takes on. These are its own bounds, not the book's: others may have different ones.

use icn_base::limits::{BLOCK_BYTES_MAX, ORDER_MESSAGE_BYTES_MAX};
use icn_ledger::limits::{BLOCK_TXS_MAX, TX_BYTES_MAX};

/// Transactions that wait for a block.
pub const MEMPOOL_TXS_MAX: usize = 2 * BLOCK_TXS_MAX;

/// Bytes of them together.
pub const MEMPOOL_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Transactions of one account among them, beside one for each job that it is a party of, and how
/// far its nonces may be ahead of the book's.
pub const MEMPOOL_ACCOUNT_TXS_MAX: usize = 64;

/// Transactions of a block that is made here. The book allows more; smaller blocks travel sooner.
pub const MADE_TXS_MAX: usize = 2_000;

/// Bytes of the transactions of a block that is made here.
pub const MADE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes of the transactions of a block that is taken.
pub const TAKEN_BYTES_MAX: usize = 6 * 1024 * 1024;

/// Bytes of what everybody is told.
pub const GOSSIP_BYTES_MAX: usize = 1024 * 1024;

/// Transactions or bids that are told at a time.
pub const GOSSIP_ITEMS_MAX: usize = 1_024;

/// After something was told, what comes within so long is gathered and told together: whoever hears it
/// pays for each message.
pub const TELL_MS: u64 = 40;

/// Own bids that are told at a time, so that whoever hears them need not verify for long.
pub const BIDS_TOLD_MAX: usize = 128;

/// Bytes of a question.
pub const ASK_BYTES_MAX: usize = 64 * 1024;

/// Blocks that are asked for at a time.
pub const ASKED_BLOCKS_MAX: usize = 512;

/// Bytes of an answer.
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Heights of an answer.
pub const ANSWERED_STEPS_MAX: usize = 256;

/// Bytes of blocks that were brought and are not on disk: those of proposals.
pub const LOOSE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Blocks that are looked for at once.
pub const WANTED_MAX: usize = 64 * 1024;

/// Questions that wait for one peer's answer.
pub const ASKS_PER_PEER_MAX: usize = 8;

/// What blocks of the next height consist of: so many of these are remembered.
pub const BODIES_MAX: usize = 32;

/// Blocks of one height that are remembered because their time was wrong.
pub const UNTIMELY_MAX: usize = 64;

/// How long a transaction that a node signs itself may wait.
pub const OWN_TX_LIFE_MS: u64 = 120_000;

/// The least time between two blocks, where several order, unless somebody knows better.
pub const BEAT_MS: u64 = 40;

/// Where blocks take long, so long: the next one gathers meanwhile what would else need one of its own.
pub const BEAT_MOST_MS: u64 = 250;

/// So many heights lie between two states that are put on disk, unless somebody knows better.
pub const CHECKPOINT_HEIGHTS: u64 = 2_000;

/// How long an answer is waited for.
pub const ASK_MS: u64 = 5_000;

/// How often peers are asked how far they are.
pub const TIP_MS: u64 = 2_000;

/// Peers that are remembered, connected or not.
pub const PEERS_MAX: usize = 1_024;

/// Open jobs whose bids are collected here, those of other coordinators up to the half of it.
pub const AUCTIONS_MAX: usize = 8 * 1024;

/// Bids of one job; those that come first count.
pub const BIDS_PER_JOB_MAX: usize = 256;

/// Bids that have come before their job, of all and of one executor, and how long they are kept.
pub const EARLY_BIDS_MAX: usize = 1_024;
/// Of one executor.
pub const EARLY_PER_EXECUTOR_MAX: usize = 32;
/// So long.
pub const EARLY_MS: u64 = 10_000;

/// Jobs that an executor asks for at once, for each seat that it offers.
pub const ASKED_PER_SEAT: usize = 4;

/// Those who are said to have a job's blocks.
pub const HOLDERS_MAX: usize = 8;

/// How long a bid holds beyond the time of assignment, so that it can take a seat given back.
pub const SPARE_MS: u64 = 10_000;

/// Jobs in which a node stands by, whose snapshots are held in case that it gets a seat.
pub const SPARES_HELD_MAX: usize = 1_024;

/// A bid is told again after so long, in case that it got lost.
pub const BID_AGAIN_MS: u64 = 1_500;

/// Each time it waits so much longer, up to this.
pub const BID_AGAIN_MOST_MS: u64 = 12_000;

/// An assignment is sent again after so long, by fresh choice if the last one stands no more.
pub const ASSIGN_AGAIN_MS: u64 = 1_000;

/// Any other message of a job's party is sent again after so long.
pub const ACT_AGAIN_MS: u64 = 2_000;

/// How often the book is asked whether receipts may be revealed, once sealing should be over.
pub const LOOK_AGAIN_MS: u64 = 100;

/// An auction with too few good bids is looked at again after so long, if nothing happens before.
pub const SHORT_MS: u64 = 2_000;

/// Auctions with too few good bids, and jobs to ask for, that are looked at after one block.
pub const LOOKED_AT_MAX: usize = 256;

/// When a coordinator is silent, validators assign one after the other, so far apart.
pub const TURN_MS: u64 = 250;

/// Jobs that are looked at in one tick.
pub const TICK_JOBS_MAX: usize = 1_024;

/// Jobs whose story is remembered.
pub const EXPLAINED_MAX: usize = 4_096;

/// Points of a job's story.
pub const STAGES_MAX: usize = 64;

/// Jobs of this node that are to be tried again.
pub const RETRIED_MAX: usize = 4_096;

const _: () = assert!(
    MEMPOOL_BYTES_MAX >= 100 * TX_BYTES_MAX,
    "a few large transactions do not fill it"
);
const _: () = assert!(
    GOSSIP_BYTES_MAX >= TX_BYTES_MAX + 1_024 && GOSSIP_BYTES_MAX >= ORDER_MESSAGE_BYTES_MAX + 64,
    "whatever is told one by one fits"
);
const _: () = assert!(
    GOSSIP_BYTES_MAX >= 64 * BLOCK_TXS_MAX + 1_024,
    "the names of a block's transactions fit"
);
const _: () = assert!(
    ANSWER_BYTES_MAX >= TAKEN_BYTES_MAX + BLOCK_BYTES_MAX / 2,
    "any block of the chain fits an answer"
);
