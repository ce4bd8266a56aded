//! Every bound between a node and its workers.

use icn_base::limits::{
    BLOCK_BYTES_MAX, JOURNAL_BYTES_MAX, LOG_BYTES_MAX, OUTPUT_BYTES_MAX, RUN_INPUT_BYTES_MAX,
};

/// Bytes of a message to a worker: the largest is an order with an input of the largest size.
#[expect(
    clippy::cast_possible_truncation,
    reason = "64 MiB fit every address space that a node runs in"
)]
pub const TO_WORKER_BYTES_MAX: usize = RUN_INPUT_BYTES_MAX as usize + 2 * BLOCK_BYTES_MAX;

/// Bytes of a message from a worker: an ending with all that a run may write, and the journal's own
/// words around its answers.
pub const FROM_WORKER_BYTES_MAX: usize =
    OUTPUT_BYTES_MAX + LOG_BYTES_MAX + 2 * JOURNAL_BYTES_MAX + 2 * BLOCK_BYTES_MAX;

/// Bytes of all blocks that one run may have written when it ends.
pub const WRITTEN_BYTES_MAX: usize = 256 * BLOCK_BYTES_MAX;

/// Questions that one run may ask. A guest pays fuel for each; a worker that somebody has taken over
/// does not.
pub const QUESTIONS_MAX: u32 = 262_144;

/// Bytes of a text from a worker that is shown to people.
pub const TEXT_BYTES_MAX: usize = 8 * 1024;

/// Orders that wait for a worker.
pub const QUEUE_MAX: usize = 4_096;

/// Orders that a worker may have at once. Those behind the first are short.
pub const PIPELINE_MAX: usize = 16;

/// Fuel that an order may use at most to be called short: some milliseconds.
pub const SHORT_FUEL_MAX: u64 = 20_000_000;

/// Bytes of an order that is called short. They fit the pipe beside others.
pub const SHORT_ORDER_BYTES_MAX: usize = 16 * 1024;

/// Bytes that wait to be written to one worker, above which it gets no further order.
pub const OUTBOX_BYTES_MAX: usize = 64 * 1024;

/// Modules whose bytes a worker keeps for its next runs, and how many bytes these may have.
pub const MODULES_KEPT_MAX: usize = 64;

/// Bytes of those modules together.
pub const MODULES_KEPT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// How long a worker may take until it is ready.
pub const START_MS: u64 = 30_000;

/// How long a module may take to be compiled, beside the run itself.
pub const COMPILE_MS: u64 = 10_000;

/// How much longer than its time a run may take before its worker is killed. The sandbox stops it at
/// its time; this is for what the sandbox cannot stop.
pub const GRACE_MS: u64 = 500;

/// How often a seat looks at the clock although nothing was said.
pub const TICK_MS: u64 = 200;

/// The longest pause between two attempts to start a worker.
pub const PAUSE_MS_MAX: u64 = 5_000;

/// Jobs that a worker runs in its life.
pub const JOBS_PER_LIFE: u64 = 10_000;

/// Time that a worker runs guests in its life. Its CPU limit is above.
pub const BUSY_MS_PER_LIFE: u64 = 15 * 60 * 1000;

/// CPU time that the system grants a worker, all its threads together.
pub const CPU_SECONDS_MAX: u64 = 30 * 60;

/// Jobs between two looks at how much memory a worker has.
pub const JOBS_PER_LOOK: u64 = 64;

/// Files that a worker may have open: its pipes, and the images of modules that are ready.
pub const FILES_MAX: u64 = 256;

/// Bytes of a file that a worker may write: an image of a guest's memory, or compiled code.
pub const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Descriptors that are closed one by one where the system does not list them.
pub const DESCRIPTORS_MAX: i32 = 4_096;

const _: () = assert!(
    MODULES_KEPT_MAX < 200,
    "images of modules must fit the files"
);
const _: () = assert!(
    BUSY_MS_PER_LIFE / 1000 < CPU_SECONDS_MAX,
    "an honest worker never meets its CPU limit"
);
