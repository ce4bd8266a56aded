//! A proposal: what is proposed, where it is in its life, and how it was voted on.

use crate::tally::Tally;
use crate::terms::Terms;
use crate::{Reason, Refusal};
use icn_base::gov::{Ballot, ProposalKind, ProposalStatus};
use icn_base::{Cid, Did, Mana, Time};
use serde::{Deserialize, Serialize};

/// A proposal's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Who made it.
    pub proposer: Did,
    /// What people call it.
    pub title: String,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What would change.
    pub kind: ProposalKind,
    /// What is in escrow until its end.
    pub fee: Mana,
    /// When it was made.
    pub proposed: Time,
    /// When its status last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Time>,
    /// Where it is.
    pub phase: Phase,
    /// The vote, once it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
}

/// Where a proposal is, and what it must know there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Phase {
    /// Voting may be opened within this window, after which it expires.
    Deliberation(Window),
    /// Voting may be closed early within this window, after which it closes by itself.
    Voting(Window),
    /// It may be executed within this window, after which it expires.
    Accepted(Window),
    /// It has not passed.
    Rejected {},
    /// Its changes are made.
    Executed {},
    /// Its changes could not be made.
    Failed(Reason),
    /// Its proposer took it back.
    Withdrawn {},
    /// Its time ran out.
    Expired {},
}

/// From when on something may be done, and when time does something by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Not before.
    pub from: Time,
    /// The deadline.
    pub until: Time,
}

/// A vote, from its opening on. What it fixes stays as it is, whatever is decided meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Poll {
    /// The number of the opening: members and delegations count as they were then.
    pub opening: u64,
    /// When it was opened.
    pub at: Time,
    /// Members who may vote.
    pub eligible: u64,
    /// Quorum and threshold.
    pub terms: Terms,
    /// True once it came back from being accepted, because its preview had changed.
    pub reopened: bool,
    /// The votes as they were counted last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
}

/// A member's vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// How.
    pub ballot: Ballot,
    /// The preview to which it is bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Cid>,
    /// When it was cast.
    pub at: Time,
}

impl Phase {
    /// The word for it.
    pub const fn status(&self) -> ProposalStatus {
        match self {
            Self::Deliberation(_) => ProposalStatus::Deliberation,
            Self::Voting(_) => ProposalStatus::Voting,
            Self::Accepted(_) => ProposalStatus::Accepted,
            Self::Rejected {} => ProposalStatus::Rejected,
            Self::Executed {} => ProposalStatus::Executed,
            Self::Failed(_) => ProposalStatus::Failed,
            Self::Withdrawn {} => ProposalStatus::Withdrawn,
            Self::Expired {} => ProposalStatus::Expired,
        }
    }

    /// The window of a phase that is not the end.
    pub const fn window(&self) -> Option<Window> {
        match self {
            Self::Deliberation(window) | Self::Voting(window) | Self::Accepted(window) => {
                Some(*window)
            }
            Self::Rejected {}
            | Self::Executed {}
            | Self::Failed(_)
            | Self::Withdrawn {}
            | Self::Expired {} => None,
        }
    }
}

impl Window {
    /// Opens `from_ms` after a time and is over `until_ms` after it, but not before it opens.
    pub(crate) fn after(at: Time, from_ms: u64, until_ms: u64) -> Self {
        let later = |ms| at.after_ms(ms).unwrap_or(LAST);
        Self {
            from: later(from_ms),
            until: later(until_ms.max(from_ms)),
        }
    }
}

/// The end of time: where a deadline beyond it falls due.
const LAST: Time = match Time::from_ms(icn_base::limits::TIME_MS_MAX) {
    Ok(last) => last,
    Err(_) => Time::ZERO,
};

impl Proposal {
    /// The word for where it is.
    pub const fn status(&self) -> ProposalStatus {
        self.phase.status()
    }

    /// When time moves it on; none after its end.
    pub fn due(&self) -> Option<Time> {
        self.phase.window().map(|window| window.until)
    }

    /// The options, if it is a choice.
    pub(crate) const fn options(&self) -> Option<usize> {
        match &self.kind {
            ProposalKind::Choice { options } => Some(options.len()),
            ProposalKind::Text {}
            | ProposalKind::SetParameter { .. }
            | ProposalKind::AdmitMember { .. }
            | ProposalKind::RemoveMember { .. }
            | ProposalKind::SetValidator { .. }
            | ProposalKind::Budget { .. }
            | ProposalKind::RegisterCircuit(_)
            | ProposalKind::RetireCircuit { .. }
            | ProposalKind::Bundle(_) => None,
        }
    }

    /// The same, in another phase from now on. One change of state in a block.
    pub(crate) fn moved(mut self, phase: Phase, at: Time) -> Result<Self, Refusal> {
        if self.changed == Some(at) {
            return Err(Refusal::JustChanged {});
        }
        (self.phase, self.changed) = (phase, Some(at));
        Ok(self)
    }

    /// Refuses any other phase than the one that is wanted.
    pub(crate) fn wrong(&self, wanted: ProposalStatus) -> Refusal {
        Refusal::WrongStatus {
            status: self.status(),
            wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_never_ends_before_it_opens_and_never_leaves_time() {
        let at = Time::from_ms(10).unwrap();
        let window = Window::after(at, 5, 2);
        assert_eq!((window.from.as_ms(), window.until.as_ms()), (15, 15));
        let window = Window::after(at, 0, u64::MAX);
        assert_eq!((window.from, window.until), (at, LAST));
        assert_eq!(LAST.as_ms(), icn_base::limits::TIME_MS_MAX);
    }
}
