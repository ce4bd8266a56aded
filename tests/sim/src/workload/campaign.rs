//! Proposals through their whole lives.

use super::jobs::of_node;
use super::{Deed, Expect, How, View, Workload};
use crate::people::{MEMBERS, POWER, keys};
use crate::rng::Rng;
use icn_base::gov::{
    Ballot, ChoiceOption, ProposalKind, ProposalRequest, ProposalStatus, VoteRequest,
};
use icn_base::{Did, Mana, ProposalId};
use icn_ledger::Action;

/// Proposals of this workload that are under way at a time.
const CAMPAIGNS_MAX: usize = 2;

/// What somebody wants decided.
#[derive(Clone, Debug)]
pub(super) struct Campaign {
    proposal: ProposalId,
    proposer: usize,
    choice: bool,
    fate: Fate,
    stage: Stage,
    /// Members that have not voted yet, users first.
    voters: Vec<Voter>,
}

/// How a campaign is meant to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Passes,
    Fails,
    /// Its proposer takes it back.
    Withdrawn,
    /// Nobody closes the vote: time does.
    Lapses,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Proposed,
    Opened,
    Closed,
    Executed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voter {
    User(usize),
    Node(usize),
}

/// What governance may answer when something has moved on meanwhile.
const MOVED_ON: &[u16] = &[
    702, 704, 705, 706, 707, 709, 710, 711, 712, 760, 763, 764, 766, 786,
];

impl Workload {
    /// The next step of a proposal, or a new one.
    pub(super) fn decide(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        self.campaigns.retain(|campaign| {
            let known = view.state.governance().proposal(&campaign.proposal);
            !known.is_some_and(|known| known.status().is_final())
        });
        if self.campaigns.len() < CAMPAIGNS_MAX {
            return self.propose(view, rng);
        }
        let at = rng.pick(self.campaigns.len());
        self.step(at, view)
    }

    fn propose(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let proposer = rng.pick(MEMBERS.len());
        let follower = view.nodes.get(view.validators).copied();
        if let Some(node) = follower.filter(|_| rng.permille(200)) {
            // Power is given to no node that has not said that it is ready.
            let number = view.nodes.iter().position(|did| *did == node)?;
            return Some(of_node(number, Action::Ready {}, "is ready to order"));
        }
        let kind = kind(view, follower, rng);
        let choice = matches!(kind, ProposalKind::Choice { .. });
        let what = format!("proposes {}", kind.name());
        let request = ProposalRequest {
            title: "a proposal".into(),
            text: String::new(),
            kind,
        };
        // Too many of one's own; or what it asks for has been done or cannot be done.
        let expect = Expect::OrFailed(&[728, 729, 750, 751, 752, 763, 764, 766, 772]);
        let action = Action::Propose(Box::new(request));
        let deed = self.deed(proposer, action, view.at, expect, what)?;
        let How::Submit(tx) = &deed.how else {
            return Some(deed);
        };
        let users = (0..MEMBERS.len()).map(Voter::User);
        let nodes = (0..view.nodes.len()).map(Voter::Node);
        let fate = match rng.below(10) {
            0 => Fate::Withdrawn,
            1 => Fate::Lapses,
            2 | 3 => Fate::Fails,
            _ => Fate::Passes,
        };
        self.campaigns.push(Campaign {
            proposal: ProposalId::new(*tx.id().cid()),
            proposer,
            choice,
            fate,
            stage: Stage::Proposed,
            voters: nodes.chain(users).collect(),
        });
        Some(deed)
    }

    fn step(&mut self, at: usize, view: &View<'_>) -> Option<Deed> {
        let campaign = self.campaigns.get_mut(at)?;
        let proposal = campaign.proposal;
        let known = view.state.governance().proposal(&proposal)?;
        let expect = Expect::OrFailed(MOVED_ON);
        let (who, action, what) = match known.status() {
            ProposalStatus::Deliberation if campaign.stage < Stage::Opened => {
                campaign.stage = Stage::Opened;
                match campaign.fate {
                    Fate::Withdrawn => (
                        Voter::User(campaign.proposer),
                        Action::WithdrawProposal { proposal },
                        "withdraws its proposal",
                    ),
                    Fate::Passes | Fate::Fails | Fate::Lapses => (
                        Voter::User(campaign.proposer),
                        Action::OpenVoting { proposal },
                        "opens the vote",
                    ),
                }
            }
            ProposalStatus::Voting if !campaign.voters.is_empty() => {
                let voter = campaign.voters.pop()?;
                let ballot = campaign.ballot();
                let vote = VoteRequest {
                    proposal,
                    ballot,
                    preview: None,
                };
                (voter, Action::Vote(vote), "votes")
            }
            ProposalStatus::Voting if campaign.stage < Stage::Closed => {
                campaign.stage = Stage::Closed;
                if campaign.fate == Fate::Lapses {
                    return None;
                }
                let close = Action::CloseVoting { proposal };
                (Voter::User(campaign.proposer), close, "closes the vote")
            }
            ProposalStatus::Accepted if campaign.stage < Stage::Executed => {
                campaign.stage = Stage::Executed;
                let execute = Action::Execute { proposal };
                (
                    Voter::User(campaign.proposer),
                    execute,
                    "executes the proposal",
                )
            }
            _ => return None,
        };
        match who {
            Voter::User(who) => self.deed(who, action, view.at, expect, what.to_owned()),
            Voter::Node(node) => Some(of_node(node, action, what)),
        }
    }
}

impl Campaign {
    fn ballot(&self) -> Ballot {
        match (self.choice, self.fate) {
            (true, _) => Ballot::Ranked(vec![1, 0]),
            (false, Fate::Fails) => Ballot::No,
            (false, Fate::Passes | Fate::Withdrawn | Fate::Lapses) => Ballot::Yes,
        }
    }
}

fn kind(view: &View<'_>, follower: Option<Did>, rng: &mut Rng) -> ProposalKind {
    let eve = keys("eve").did();
    let budget = |units| ProposalKind::Budget {
        to: eve,
        amount: Mana::new(units).unwrap_or(Mana::ZERO),
        memo: String::new(),
    };
    let set = |name: &str, value| ProposalKind::SetParameter {
        name: name.into(),
        value,
    };
    match rng.below(9) {
        0 => ProposalKind::Text {},
        1 => set("bond", rng.between(5, 15)),
        2 => budget(rng.between(1, 9)),
        3 if view.state.is_member(&eve) => ProposalKind::RemoveMember { did: eve },
        3 => ProposalKind::AdmitMember { did: eve },
        4 => {
            let option = |label: &str, kinds| ChoiceOption {
                label: label.into(),
                kinds,
            };
            ProposalKind::Choice {
                options: vec![option("nothing", vec![]), option("a gift", vec![budget(2)])],
            }
        }
        5 => ProposalKind::Bundle(vec![set("effect_fee", rng.between(1, 2)), budget(1)]),
        _ => match follower {
            Some(did) => {
                let power = if view.state.power(&did) > 0 { 0 } else { POWER };
                ProposalKind::SetValidator { did, power }
            }
            None => set("market_fee_bp", rng.between(100, 400)),
        },
    }
}
