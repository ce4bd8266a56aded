//! Sequences of chance, and second implementations written from the rules alone.

use crate::mesh::{Mesh, did, id, time};
use crate::rows::check_rows;
use icn_base::gov::{
    Ballot, ChoiceOption, DelegateRequest, ProposalKind, ProposalRequest, ProposalStatus,
    RevokeRequest, Scope, VoteRequest,
};
use icn_base::{Did, Mana, ProposalId, Time};
use icn_governance::{Action, Key, Parameter, Preview};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

/// A deed of chance: how much later, who, what, and two numbers that say the rest.
type Deed = (u8, u8, u8, u8, u8);

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    prop::collection::vec((0u8..10, 0u8..7, 0u8..14, any::<u8>(), any::<u8>()), 1..200)
}

fn kind(one: u8, two: u8) -> ProposalKind {
    let who = did(char::from(b'a' + two % 7));
    let set = |name: &str, value| ProposalKind::SetParameter {
        name: name.into(),
        value,
    };
    let pay = |amount| ProposalKind::Budget {
        to: who,
        amount: Mana::new(amount).unwrap(),
        memo: String::new(),
    };
    let option = |label: &str, kinds| ChoiceOption {
        label: label.into(),
        kinds,
    };
    match one % 10 {
        0 => ProposalKind::Text {},
        1 => set("tx_fee", u64::from(two)),
        2 => set("max_voting_ms", u64::from(two) * 100_000),
        3 => ProposalKind::AdmitMember { did: who },
        4 => ProposalKind::RemoveMember { did: who },
        5 => ProposalKind::SetValidator {
            did: who,
            power: u64::from(two % 40),
        },
        6 => pay(u64::from(two) * 10),
        7 => ProposalKind::Bundle(vec![ProposalKind::AdmitMember { did: who }, pay(7)]),
        _ => ProposalKind::Choice {
            options: vec![
                option("a", vec![pay(1)]),
                option("b", vec![]),
                option("c", vec![ProposalKind::AdmitMember { did: who }]),
            ],
        },
    }
}

/// The first proposal with a number that has not come to its end, or the next one to be made.
fn current(mesh: &Mesh, number: u8) -> ProposalId {
    let names = (0..).map(|made| id(&format!("{number} {made}")));
    let mut open = names.filter(|id| {
        !mesh
            .statuses
            .get(id)
            .is_some_and(|status| status.is_final())
    });
    open.next().unwrap()
}

fn action(mesh: &Mesh, what: u8, one: u8, two: u8) -> Action {
    let name = current(mesh, one % 4);
    let scope = Scope::ALL[usize::from(one) % Scope::ALL.len()];
    match what {
        0 | 1 => {
            let kind = kind(two, one);
            let request = ProposalRequest {
                title: "t".into(),
                text: String::new(),
                kind,
            };
            Action::Propose {
                id: name,
                request: request.into(),
            }
        }
        2..=5 => {
            let book = mesh.book(mesh.at);
            let proposal = book.proposal(&name).ok();
            let is_choice = proposal.is_some_and(|p| matches!(p.kind, ProposalKind::Choice { .. }));
            let preview = proposal
                .filter(|_| two.is_multiple_of(3))
                .map(|p| Preview::of(&book, p).cid());
            let ballot = match two % 8 {
                0 => Ballot::Abstain,
                1 => Ballot::No,
                _ if is_choice => Ballot::Ranked(vec![two % 3, (two % 3 + 1) % 3]),
                _ => Ballot::Yes,
            };
            Action::Vote(VoteRequest {
                proposal: name,
                ballot,
                preview,
            })
        }
        6 | 7 => Action::OpenVoting(name),
        8 | 9 => Action::CloseVoting(name),
        10 | 11 => Action::Execute(name),
        12 if two.is_multiple_of(4) => Action::Withdraw(name),
        12 if two % 4 == 1 => Action::Ready {},
        12 => Action::Revoke(RevokeRequest { scope }),
        _ => {
            let to = did(char::from(b'a' + two % 7));
            let until = mesh.at.after_ms(u64::from(two) * 3_600_000).unwrap();
            Action::Delegate(DelegateRequest { to, scope, until })
        }
    }
}

fn proposer(mesh: &Mesh, id: &ProposalId) -> Option<Did> {
    mesh.book(mesh.at)
        .proposal(id)
        .ok()
        .map(|proposal| proposal.proposer)
}

/// Plays deeds and checks after each block what must always hold; [`Mesh`] checks after each step
/// that no proposal leaves its life. Answers the statuses that were reached.
fn play(deeds: &[Deed]) -> BTreeSet<ProposalStatus> {
    let mut mesh = Mesh::new("abcde");
    mesh.treasury = 50;
    let short = [
        (Parameter::MinDeliberationMs, 0),
        (Parameter::MinVotingMs, 0),
        (Parameter::ExecutionDelayMs, 0),
        (Parameter::ChangeDelayMs, 1),
    ];
    mesh.parameters.extend(short);
    let mut reached = BTreeSet::new();
    for (later, who, what, one, two) in deeds {
        let gap = [0, 0, 0, 0, 1, 1, 2, 3, 60_000, u64::from(*one) * 3_000_000];
        let gap = gap[usize::from(*later)];
        mesh.begin(mesh.at.after_ms(gap).unwrap());
        let action = action(&mesh, *what, *one, *two);
        let before = mesh.draft.clone();
        let seen = mesh.at;
        let who = match &action {
            // Few would ever be opened if anybody tried.
            Action::OpenVoting(id) if two % 4 > 0 => proposer(&mesh, id),
            _ => None,
        }
        .unwrap_or(did(char::from(b'a' + who)));
        if mesh.act(who, action, seen).is_err() {
            assert_eq!(mesh.draft, before, "a refusal changes nothing");
        }
        reached.extend(mesh.statuses.values());
        if gap > 0 {
            check(&mut mesh);
        }
    }
    reached.extend(mesh.statuses.values());
    reached
}

fn check(mesh: &mut Mesh) {
    mesh.end();
    let book = mesh.book(mesh.at);
    assert!(book.members_count() > 0);
    for did in mesh.validators.keys() {
        let member = book.member(did).and_then(icn_governance::History::now);
        assert!(
            member.is_some_and(icn_governance::Member::is_in),
            "validators are members"
        );
    }
    assert!(
        mesh.state.due(mesh.parent).is_empty(),
        "nothing outlives its deadline"
    );
    for key in mesh.state.keys() {
        let Key::Vote(id, did) = key else { continue };
        let proposal = mesh.state.proposal(&id).unwrap();
        let opening = proposal.poll.as_ref().unwrap().opening;
        assert!(book.is_eligible(&did, opening) && !proposal.status().is_final());
    }
    check_rows(&mesh.state);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_sequence_leaves_the_life_that_is_written_down(deeds in deeds()) {
        play(&deeds);
    }

    /// Two orders of the same votes are the same votes.
    #[test]
    fn the_order_of_votes_does_not_matter(
        votes in Just((0u8..26).collect::<Vec<_>>()).prop_shuffle(),
        ballots in prop::collection::vec(0u8..4, 26),
        hands in prop::collection::vec((0u8..26, 0u8..26), 0..20),
        count in 0usize..26,
    ) {
        let tally = |order: &[u8]| {
            let mut mesh = Mesh::new("abcdefghijklmnopqrstuvwxyz");
            let letter = |at: &u8| did(char::from(b'a' + at));
            let hour = |hours: u64| time(hours * 3_600_000);
            for (from, to) in &hands {
                let request =
                    DelegateRequest { to: letter(to), scope: Scope::All, until: hour(50) };
                // Cycles are refused, and the rest is the same in both orders.
                mesh.act(letter(from), Action::Delegate(request), Time::ZERO).ok();
            }
            let kind = ProposalKind::Text {};
            let request = ProposalRequest { title: "t".into(), text: String::new(), kind };
            let propose = Action::Propose { id: id("p"), request: request.into() };
            mesh.must(did('a'), propose);
            mesh.begin(hour(1));
            mesh.must(did('a'), Action::OpenVoting(id("p")));
            for at in order {
                let ballot = [Ballot::Yes, Ballot::Yes, Ballot::No, Ballot::Abstain];
                let ballot = ballot[usize::from(ballots[usize::from(*at)])].clone();
                let vote = VoteRequest { proposal: id("p"), ballot, preview: None };
                mesh.must(letter(at), Action::Vote(vote));
            }
            mesh.begin(hour(25));
            let early = mesh.act(did('a'), Action::CloseVoting(id("p")), hour(25)).is_ok();
            mesh.begin(hour(1_000));
            mesh.begin(hour(1_001));
            let poll = mesh.state.proposal(&id("p")).unwrap().poll.clone();
            (mesh.statuses, early, poll)
        };
        let order = &votes[..count];
        let ascending: Vec<u8> = order.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        prop_assert_eq!(tally(order), tally(&ascending));
    }
}

/// A poll of eight members with votes so far, least time over.
fn half_voted(choice: bool, terms: (u64, u64), ballots: &[u8]) -> Mesh {
    let mut mesh = Mesh::new("abcdefgh");
    mesh.parameters.insert(Parameter::QuorumBp, terms.0);
    mesh.parameters.insert(Parameter::ThresholdBp, terms.1);
    mesh.parameters.insert(Parameter::MinDeliberationMs, 0);
    let option = || ChoiceOption {
        label: "x".into(),
        kinds: vec![],
    };
    let options = vec![option(), option(), option()];
    let kind = if choice {
        ProposalKind::Choice { options }
    } else {
        ProposalKind::Text {}
    };
    let request = ProposalRequest {
        title: "t".into(),
        text: String::new(),
        kind,
    };
    mesh.must(
        did('a'),
        Action::Propose {
            id: id("p"),
            request: request.into(),
        },
    );
    mesh.must(did('a'), Action::OpenVoting(id("p")));
    cast(&mut mesh, choice, ballots);
    mesh.begin(time(86_400_000));
    mesh
}

/// Ballots of a, b, c and so on, by number; 4 for none.
fn cast(mesh: &mut Mesh, choice: bool, ballots: &[u8]) {
    for (member, how) in ('a'..='z').zip(ballots) {
        let ballot = match (how, choice) {
            (0, _) => Ballot::Abstain,
            (1, false) => Ballot::Yes,
            (2 | 3, false) => Ballot::No,
            (1..=3, true) => Ballot::Ranked(vec![how - 1, how % 3]),
            _ => continue,
        };
        let vote = VoteRequest {
            proposal: id("p"),
            ballot,
            preview: None,
        };
        mesh.must(did(member), Action::Vote(vote));
    }
}

/// The status, and the winner of a choice, once the poll is over.
fn end(mut mesh: Mesh, choice: bool, ballots: &[u8]) -> (ProposalStatus, Option<u8>) {
    cast(&mut mesh, choice, ballots);
    mesh.begin(time(8 * 86_400_000));
    mesh.begin(time(9 * 86_400_000));
    mesh.end();
    let tally = mesh
        .state
        .proposal(&id("p"))
        .unwrap()
        .poll
        .clone()
        .unwrap()
        .tally
        .unwrap();
    let winner = tally.runoff.and_then(|runoff| runoff.winner);
    (mesh.statuses[&id("p")], winner)
}

/// The ballots of those who have not voted yet.
fn rest(so_far: &[u8], ballots: &[u8]) -> Vec<u8> {
    so_far
        .iter()
        .zip(ballots)
        .map(|(own, other)| if *own == 4 { *other } else { 4 })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What closes early would have ended so whatever those had done who had not voted; and a
    /// proposal that may not close early could have ended either way.
    #[test]
    fn an_early_end_is_the_end_in_any_case(
        choice: bool,
        terms in (1u64..=10_000, 5_001u64..=10_000),
        so_far in prop::collection::vec(0u8..5, 8),
        others in prop::collection::vec(prop::collection::vec(0u8..5, 8), 4),
    ) {
        let mesh = half_voted(choice, terms, &so_far);
        let mut early = mesh.clone();
        let closes = early.act(did('a'), Action::CloseVoting(id("p")), mesh.at).is_ok();
        let ends = |ballots: &[u8]| end(mesh.clone(), choice, &rest(&so_far, ballots));
        if closes {
            let outcome = end(early, choice, &[]);
            for ballots in others.iter().chain([&vec![1; 8], &vec![2; 8], &vec![3; 8], &vec![4; 8]]) {
                let other = ends(ballots);
                prop_assert_eq!(other.0, outcome.0, "{:?}", ballots);
                prop_assert!(other.0 == ProposalStatus::Rejected || other.1 == outcome.1);
            }
        } else if !choice {
            let outcomes: BTreeSet<_> = [1, 2, 4].map(|how| ends(&[how; 8]).0).into();
            prop_assert_eq!(outcomes.len(), 2);
        }
    }
}

#[test]
fn chance_reaches_every_status() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..100 {
        reached.extend(play(&deeds().new_tree(&mut runner).unwrap().current()));
    }
    let all: BTreeSet<_> = ProposalStatus::ALL.iter().copied().collect();
    assert_eq!(reached, all);
}
