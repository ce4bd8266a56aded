//! Grants: what effects a run may have. What is not granted is denied.

use crate::{Did, Mana, ProposalId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Leave for one kind of effect, counted and capped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Grant {
    /// To pay from the owner's account.
    #[serde(rename = "mana.spend")]
    ManaSpend {
        /// As much in all.
        limit: Mana,
        /// To this account only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Did>,
    },
    /// To submit child jobs.
    #[serde(rename = "mesh.submit")]
    MeshSubmit {
        /// As many.
        count: u32,
        /// Their holds together.
        budget: Mana,
    },
    /// To write blocks and to anchor receipts.
    #[serde(rename = "dag.write")]
    DagWrite {
        /// As many bytes in all.
        bytes: u64,
    },
    /// To read the blocks that the job lists.
    #[serde(rename = "dag.read")]
    DagRead {},
    /// To make proposals, open and close voting, and execute what has passed.
    #[serde(rename = "governance.propose")]
    GovernancePropose {
        /// As often in all.
        count: u32,
        /// The fees of the proposals together.
        fees: Mana,
    },
    /// To vote, and to hand votes on.
    #[serde(rename = "governance.vote")]
    GovernanceVote {
        /// As often in all.
        count: u32,
        /// On this proposal only; then votes cannot be handed on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposal: Option<ProposalId>,
    },
    /// To have proofs verified.
    #[serde(rename = "zk.verify")]
    ZkVerify {
        /// Their prices together.
        budget: Mana,
    },
    /// To have proofs made.
    #[serde(rename = "zk.prove")]
    ZkProve {
        /// Their prices together.
        budget: Mana,
    },
}

impl Grant {
    /// The grant's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ManaSpend { .. } => "mana.spend",
            Self::MeshSubmit { .. } => "mesh.submit",
            Self::DagWrite { .. } => "dag.write",
            Self::DagRead {} => "dag.read",
            Self::GovernancePropose { .. } => "governance.propose",
            Self::GovernanceVote { .. } => "governance.vote",
            Self::ZkVerify { .. } => "zk.verify",
            Self::ZkProve { .. } => "zk.prove",
        }
    }

    /// The mana that is set aside for it when the job is submitted.
    pub const fn mana(&self) -> Mana {
        match self {
            Self::ManaSpend { limit, .. } => *limit,
            Self::MeshSubmit { budget, .. }
            | Self::ZkVerify { budget }
            | Self::ZkProve { budget } => *budget,
            Self::GovernancePropose { fees, .. } => *fees,
            Self::DagWrite { .. } | Self::DagRead {} | Self::GovernanceVote { .. } => Mana::ZERO,
        }
    }

    /// True if its effects move value or speak for a member, so that one executor's word is not
    /// enough for them.
    pub const fn is_valuable(&self) -> bool {
        !matches!(
            self,
            Self::DagWrite { .. } | Self::DagRead {} | Self::ZkVerify { .. }
        )
    }

    /// True if its executors see what only the owner may know, so that the owner must name them.
    pub const fn is_confidential(&self) -> bool {
        matches!(self, Self::ZkProve { .. })
    }
}

/// The short form for command lines does not say a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no grant: write `mana.spend:limit=N[,to=DID]`, `mesh.submit:count=N,budget=N`, \
     `dag.write:bytes=N`, `dag.read`, `governance.propose:count=N,fees=N`, \
     `governance.vote:count=N[,proposal=ID]`, `zk.verify:budget=N` or `zk.prove:budget=N`"
)]
pub struct GrantError(String);

/// The short form: `name:key=value,key=value`.
impl FromStr for Grant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        parse(text).ok_or_else(|| GrantError(text.chars().take(80).collect()))
    }
}

fn parse(text: &str) -> Option<Grant> {
    let (name, rest) = text.split_once(':').unwrap_or((text, ""));
    let mut fields = Vec::new();
    for field in rest.split(',').filter(|field| !field.is_empty()) {
        let (key, value) = field.split_once('=')?;
        if fields.iter().any(|(known, _)| *known == key) {
            return None;
        }
        fields.push((key, value));
    }
    let mut take = |key: &str| {
        let at = fields.iter().position(|(known, _)| *known == key)?;
        Some(fields.remove(at).1)
    };
    let grant = match name {
        "mana.spend" => Grant::ManaSpend {
            limit: take("limit")?.parse().ok()?,
            to: take("to").map(str::parse).transpose().ok()?,
        },
        "mesh.submit" => Grant::MeshSubmit {
            count: take("count")?.parse().ok()?,
            budget: take("budget")?.parse().ok()?,
        },
        "dag.write" => Grant::DagWrite {
            bytes: take("bytes")?.parse().ok()?,
        },
        "dag.read" => Grant::DagRead {},
        "governance.propose" => Grant::GovernancePropose {
            count: take("count")?.parse().ok()?,
            fees: take("fees")?.parse().ok()?,
        },
        "governance.vote" => Grant::GovernanceVote {
            count: take("count")?.parse().ok()?,
            proposal: take("proposal").map(str::parse).transpose().ok()?,
        },
        "zk.verify" => Grant::ZkVerify {
            budget: take("budget")?.parse().ok()?,
        },
        "zk.prove" => Grant::ZkProve {
            budget: take("budget")?.parse().ok()?,
        },
        _ => return None,
    };
    fields.is_empty().then_some(grant)
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::ManaSpend { limit, to: None } => write!(f, ":limit={limit}"),
            Self::ManaSpend {
                limit,
                to: Some(to),
            } => write!(f, ":limit={limit},to={to}"),
            Self::MeshSubmit { count, budget } => write!(f, ":count={count},budget={budget}"),
            Self::DagWrite { bytes } => write!(f, ":bytes={bytes}"),
            Self::DagRead {} => Ok(()),
            Self::GovernancePropose { count, fees } => write!(f, ":count={count},fees={fees}"),
            Self::GovernanceVote {
                count,
                proposal: None,
            } => write!(f, ":count={count}"),
            Self::GovernanceVote {
                count,
                proposal: Some(proposal),
            } => write!(f, ":count={count},proposal={proposal}"),
            Self::ZkVerify { budget } | Self::ZkProve { budget } => write!(f, ":budget={budget}"),
        }
    }
}
