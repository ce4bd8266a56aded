//! Who orders.

use crate::stage::{SOON_MS, all_at, book, calm, one_more, quiet, until, user};
use icn_base::gov::{Ballot, ProposalKind, ProposalRequest, ProposalStatus, VoteRequest};
use icn_base::{Did, ProposalId};
use icn_ledger::Action;
use sim::liars::Lie;
use sim::people::{MEMBERS, POWER};
use sim::plan::Odd;
use sim::{Plan, World};

/// Members decide on a validator's power.
fn set_power(world: &mut World, did: Did, power: u64) {
    let request = ProposalRequest {
        title: "who orders".into(),
        text: String::new(),
        kind: ProposalKind::SetValidator { did, power },
    };
    let propose = Action::Propose(Box::new(request));
    let proposal = ProposalId::new(user(world, "alice", 0, propose));
    reach(world, proposal, ProposalStatus::Deliberation);
    user(world, "alice", 1, Action::OpenVoting { proposal });
    reach(world, proposal, ProposalStatus::Voting);
    let vote = Action::Vote(VoteRequest {
        proposal,
        ballot: Ballot::Yes,
        preview: None,
    });
    for node in 0..5 {
        world.act(node, vote.clone(), 0).unwrap();
    }
    for name in MEMBERS {
        user(world, name, 2, vote.clone());
    }
    until(world, "all have voted", |state| {
        state.governance().votes(&proposal).count() == 9
    });
    user(world, "bob", 3, Action::CloseVoting { proposal });
    reach(world, proposal, ProposalStatus::Accepted);
    user(world, "carol", 0, Action::Execute { proposal });
    until(world, "it is in force", |state| state.power(&did) == power);
}

fn reach(world: &mut World, proposal: ProposalId, status: ProposalStatus) {
    until(world, status.name(), |state| {
        let known = state.governance().proposal(&proposal);
        known.is_some_and(|known| known.status() == status)
    });
}

#[test]
fn who_signs_two_votes_is_shown_to_the_book_and_orders_no_more() {
    let mut plan = Plan::calm(7, 4, 0);
    plan.odd = vec![Odd::Lies(Lie::EquivocatingVoter)];
    let mut world = quiet(plan);
    let liar = world.nodes[0].did;
    world.set_busy(true);
    let shown = |world: &World| book(world).power(&liar) == 0;
    world
        .run_until("the liar has lost its power", SOON_MS, shown)
        .unwrap();
    assert!(world.hits.count("evidence on the ledger") > 0);
    let height = world.height();
    all_at(&mut world, height + 3);
    world.finish().unwrap();
}

#[test]
fn a_validator_is_added_and_removed_by_vote_while_all_goes_on() {
    let mut world = calm(4, 1);
    let newcomer = world.nodes[4].did;
    world.act(4, Action::Ready {}, 0).unwrap();
    one_more(&mut world, 0);
    set_power(&mut world, newcomer, POWER);
    assert_eq!(book(&world).validators().len(), 5);
    // Four of five are enough, and it takes the newcomer to have four.
    world.stop(0);
    for _ in 0..3 {
        one_more(&mut world, 1);
    }
    world.start(0).unwrap();
    let height = world.height();
    all_at(&mut world, height);
    set_power(&mut world, newcomer, 0);
    assert_eq!(book(&world).validators().len(), 4);
    world.stop(4);
    one_more(&mut world, 1);
    world.start(4).unwrap();
    let height = world.height();
    world
        .run_until("it follows", SOON_MS, |world| {
            world.nodes[4].height() >= height
        })
        .unwrap();
    world.finish().unwrap();
}
