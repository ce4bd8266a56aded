//! Where a proposal is in its life.

use serde::{Deserialize, Serialize};
use std::fmt;

/// `Deliberation -> Voting | Withdrawn | Expired`, `Voting -> Accepted | Rejected`,
/// `Accepted -> Executed | Failed | Expired | Voting (once)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProposalStatus {
    /// It can be read and talked about.
    Deliberation,
    /// Members vote.
    Voting,
    /// It has passed and waits to be executed.
    Accepted,
    /// It has not passed.
    Rejected,
    /// Its changes are made.
    Executed,
    /// It has passed, and its changes could not be made.
    Failed,
    /// Its proposer took it back.
    Withdrawn,
    /// Its time ran out.
    Expired,
}

impl ProposalStatus {
    /// Every status.
    pub const ALL: &[Self] = &[
        Self::Deliberation,
        Self::Voting,
        Self::Accepted,
        Self::Rejected,
        Self::Executed,
        Self::Failed,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// Its name: a bare word, as guests compare it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deliberation => "Deliberation",
            Self::Voting => "Voting",
            Self::Accepted => "Accepted",
            Self::Rejected => "Rejected",
            Self::Executed => "Executed",
            Self::Failed => "Failed",
            Self::Withdrawn => "Withdrawn",
            Self::Expired => "Expired",
        }
    }

    /// True if nothing follows it.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Deliberation | Self::Voting | Self::Accepted => false,
            Self::Rejected | Self::Executed | Self::Failed | Self::Withdrawn | Self::Expired => {
                true
            }
        }
    }
}

impl fmt::Display for ProposalStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
