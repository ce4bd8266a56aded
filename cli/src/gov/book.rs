//! The book of a snapshot.

use crate::failure::Failure;
use crate::{Context, file};
use icn_base::Cid;
use icn_ledger::State;
use icn_ledger::snapshot::SnapshotError;
use std::path::PathBuf;

const REMEDY: &str = "`icn ledger replay CHAIN --snapshot FILE` makes one from a chain";

/// Which book.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// The book of this snapshot, as `icn ledger replay --snapshot` writes it, instead of a node's; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// The root that the snapshot must have [default: the one that the file names, which nobody vouches for]
    #[arg(long, value_name = "CID", requires = "snapshot")]
    root: Option<Cid>,
}

impl Args {
    /// True if a snapshot is named.
    pub(super) const fn is_named(&self) -> bool {
        self.snapshot.is_some()
    }

    /// Reads the book of the snapshot, if one is named. Every block must hash to its CID and every row
    /// add up.
    pub(crate) fn read(&self, context: &Context) -> Result<Option<State>, Failure> {
        let Some(snapshot) = &self.snapshot else {
            return Ok(None);
        };
        let (roots, blocks) = file::car(snapshot, context)?;
        let root = match (self.root, &roots[..]) {
            (Some(root), _) => root,
            (None, [root]) => *root,
            (None, _) => {
                let text = format!(
                    "the file names {} roots: a snapshot names its one",
                    roots.len()
                );
                return Err(Failure::malformed(text).hint(REMEDY));
            }
        };
        Ok(Some(State::load(&blocks, &root)?))
    }
}

impl From<SnapshotError> for Failure {
    fn from(error: SnapshotError) -> Self {
        Self::malformed(format!("this is no snapshot of a book: {error}")).hint(REMEDY)
    }
}
