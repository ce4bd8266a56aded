//! Opens the store of the data directory, and tells a person what opening it had to mend.

use crate::Context;
use crate::failure::Failure;
use icn_abi::Class;
use icn_dag::StoreError;
use icn_store::{DiskStore, OpenError, Opened, Options};
use std::io::Write;

/// How large the store may grow.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Quota {
    /// Bytes that the blocks may take on the disk [default: 10 GiB]
    #[arg(long, value_name = "BYTES", env = "ICN_QUOTA")]
    quota: Option<u64>,
}

impl Quota {
    fn options(self) -> Options {
        let default = Options::default();
        Options {
            quota_bytes: self.quota.unwrap_or(default.quota_bytes),
            ..default
        }
    }
}

/// Opens the store for a verb that writes, and makes it if it is not there.
pub(crate) fn open(context: &Context, quota: Quota) -> Result<DiskStore, Failure> {
    let (store, opened) = DiskStore::open(&context.data_dir.path()?, quota.options())?;
    tell(&opened);
    Ok(store)
}

/// Opens the store for a verb that only reads. A directory without one is named, not filled.
pub(crate) fn read(context: &Context) -> Result<DiskStore, Failure> {
    must_be_there(context)?;
    open(context, Quota::default())
}

/// Opens the store and builds its index again.
pub(crate) fn rebuild(
    context: &Context,
    progress: impl FnMut(icn_store::Progress),
) -> Result<DiskStore, Failure> {
    must_be_there(context)?;
    let dir = context.data_dir.path()?;
    let (store, opened) = DiskStore::rebuild(&dir, Options::default(), progress)?;
    tell(&opened);
    Ok(store)
}

fn must_be_there(context: &Context) -> Result<(), Failure> {
    let dir = context.data_dir.path()?;
    if dir.join("store.log").exists() || dir.join("dag").exists() {
        return Ok(());
    }
    Err(Failure::new(
        Class::DagOperationFailed,
        format!("there is no store in {}", dir.display()),
    )
    .hint("`icn dag put` or `icn dag import` makes one; is --data-dir right?"))
}

/// Tells what was found wrong, or put right, on stderr: it is no part of the answer.
fn tell(opened: &Opened) {
    let mut err = std::io::stderr().lock();
    for note in &opened.notes {
        let _gone = writeln!(err, "note: {note}");
    }
    let untold = opened.damaged.saturating_sub(opened.notes.len() as u64);
    if untold > 0 {
        let _gone = writeln!(
            err,
            "note: and {untold} damaged places more: run `icn dag verify`"
        );
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let class = match error {
            OpenError::Store(error) => return error.into(),
            OpenError::Locked { .. } => Class::PermissionDenied,
            OpenError::Newer { .. } => Class::NotImplemented,
            OpenError::LogDamaged { .. } | OpenError::LogMissing { .. } => {
                Class::DagOperationFailed
            }
            OpenError::Index(_) => Class::Internal,
        };
        Self::new(class, error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let class = match &error {
            StoreError::Quota { .. } | StoreError::DiskFull => Class::ResourceLimitExceeded,
            StoreError::Io { .. } | StoreError::Stopped(_) => Class::Internal,
            StoreError::Damaged { .. } | StoreError::Missing(_) | StoreError::Block { .. } => {
                Class::DagOperationFailed
            }
        };
        Self::new(class, error)
    }
}
