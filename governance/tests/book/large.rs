//! A thousand members who hand votes on, beside a second implementation that looks at all of
//! them each time.

use crate::mesh::{Mesh, id, time};
use icn_base::gov::{Ballot, DelegateRequest, ProposalKind, ProposalRequest, Scope, VoteRequest};
use icn_base::{Did, Keypair, Time};
use icn_governance::{Action, State};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

const MEMBERS: usize = 1_000;
const SCOPES: [Scope; 3] = [Scope::All, Scope::Text, Scope::Budget];

/// Delegations by number, as they were accepted.
#[derive(Default)]
struct Naive {
    edges: BTreeMap<(usize, Scope), usize>,
}

impl Naive {
    /// True if, with this edge, no kind has a cycle or a path of more than eight edges, whichever
    /// of the edges for it and for all kinds are taken.
    fn allows(&self, from: usize, scope: Scope, to: usize) -> bool {
        let mut edges = self.edges.clone();
        edges.insert((from, scope), to);
        [Scope::Text, Scope::Budget, Scope::Choice]
            .iter()
            .all(|kind| {
                // The longest path from each member, improved until nothing changes. In a cycle it
                // grows for ever, so it is enough to see it pass eight.
                let mut longest = vec![0; MEMBERS];
                loop {
                    let mut same = true;
                    for ((from, scope), to) in &edges {
                        if *scope != Scope::All && scope != kind {
                            continue;
                        }
                        let length = longest[*to] + 1;
                        if length > 8 {
                            return false;
                        }
                        if length > longest[*from] {
                            (longest[*from], same) = (length, false);
                        }
                    }
                    if same {
                        return true;
                    }
                }
            })
    }

    /// The ballot that counts for a member in a vote on a text.
    fn ballot(&self, member: usize, votes: &BTreeMap<usize, Ballot>) -> Option<Ballot> {
        if let Some(ballot) = votes.get(&member) {
            return Some(ballot.clone());
        }
        let own = self.edges.get(&(member, Scope::Text));
        let to = own.or_else(|| self.edges.get(&(member, Scope::All)))?;
        self.ballot(*to, votes)
    }
}

fn members() -> Vec<Did> {
    let seed = |number: usize| {
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&(number as u64).to_le_bytes());
        seed
    };
    (0..MEMBERS)
        .map(|number| Keypair::from_seed(seed(number)).did())
        .collect()
}

#[test]
fn a_thousand_members_delegate_like_the_naive_ones() {
    let mut runner = TestRunner::deterministic();
    let hands = prop::collection::vec((0..MEMBERS, 0..MEMBERS, 0..SCOPES.len()), 1_500);
    let votes = prop::collection::vec(0..15_usize, MEMBERS);
    let (hands, votes) = (hands, votes).new_tree(&mut runner).unwrap().current();
    let members = members();
    let mut mesh = Mesh::new("");
    mesh.state = State::genesis(members.iter().copied(), Time::ZERO);
    let mut naive = Naive::default();
    let mut refused = BTreeMap::<&str, usize>::new();
    for (at, (from, to, scope)) in hands.into_iter().enumerate() {
        // Half of the delegations go to a few, so that long paths and cycles are tried.
        let to = if at % 2 == 0 { to % 40 } else { to };
        let from = if at % 3 == 0 { from % 40 } else { from };
        let scope = SCOPES[scope];
        let until = time(86_400_000);
        let request = DelegateRequest {
            to: members[to],
            scope,
            until,
        };
        let allowed = from != to && naive.allows(from, scope, to);
        match mesh.act(members[from], Action::Delegate(request), Time::ZERO) {
            Ok(_) => {
                assert!(allowed, "{from} to {to} for {scope}");
                naive.edges.insert((from, scope), to);
                mesh.end();
            }
            Err(refusal) => {
                assert!(!allowed, "{from} to {to} for {scope}: {refusal}");
                *refused.entry(refusal.name()).or_default() += 1;
            }
        }
    }
    assert!(
        refused["DelegationCycle"] > 10 && refused["DelegationTooDeep"] > 10,
        "{refused:?}"
    );

    let kind = ProposalKind::Text {};
    let request = ProposalRequest {
        title: "t".into(),
        text: String::new(),
        kind,
    };
    mesh.must(
        members[0],
        Action::Propose {
            id: id("p"),
            request: request.into(),
        },
    );
    mesh.begin(time(3_600_000));
    mesh.must(members[0], Action::OpenVoting(id("p")));
    let ballots = [Ballot::Yes, Ballot::No, Ballot::Abstain];
    // One in five votes.
    let votes = votes
        .into_iter()
        .map(|how| ballots.get(how).cloned())
        .enumerate();
    let votes: BTreeMap<usize, Ballot> = votes.filter_map(|(who, how)| Some((who, how?))).collect();
    for (member, ballot) in &votes {
        let vote = VoteRequest {
            proposal: id("p"),
            ballot: ballot.clone(),
            preview: None,
        };
        mesh.must(members[*member], Action::Vote(vote));
    }
    mesh.begin(time(10 * 86_400_000));
    mesh.begin(time(11 * 86_400_000));
    mesh.end();

    let poll = mesh.state.proposal(&id("p")).unwrap().poll.clone().unwrap();
    let tally = poll.tally.unwrap();
    let count = |ballot: Ballot| {
        let of = |member| naive.ballot(member, &votes) == Some(ballot.clone());
        (0..MEMBERS).filter(|member| of(*member)).count() as u64
    };
    let counted = ballots.map(count);
    assert_eq!([tally.yes, tally.no, tally.abstain], counted);
    assert_eq!(
        (tally.direct, poll.eligible),
        (votes.len() as u64, MEMBERS as u64)
    );
    assert_eq!(tally.delegated, counted.iter().sum::<u64>() - tally.direct);
    assert!(tally.delegated > 100, "{tally:?}");
}
