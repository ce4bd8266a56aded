//! Why a store cannot be opened.

use icn_dag::StoreError;

/// Why a store cannot be opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{path} is held by {holder}: stop it, or use another directory")]
    Locked {
        /// The lock file.
        path: String,
        /// The process and its command.
        holder: String,
    },
    /// A later version of icn has written it.
    #[error(
        "{path} is in format {format}, written by icn {writer}: use that version or a later one \
         (this is icn {}, which reads format 1)", env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The log.
        path: String,
        /// Its format.
        format: i128,
        /// The version of icn that wrote it.
        writer: String,
    },
    /// The log was changed by something else than icn. Everything after the damage may say
    /// anything, so nothing is cut or guessed.
    #[error(
        "{path} is damaged: {reason}; put back a copy of it, or import the blocks, which are in \
         the .car files beside it, into a new store"
    )]
    LogDamaged {
        /// The log.
        path: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// There are segments, but no log that says what counts in them.
    #[error(
        "{path} is missing, but there are segments beside it: put back a copy of it, or import \
         the .car files into a new store"
    )]
    LogMissing {
        /// The log.
        path: String,
    },
    /// The index cannot be used, and building it again would meet the same.
    #[error("{0}")]
    Index(String),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}
