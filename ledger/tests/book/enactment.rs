//! What an executed proposal does to the book: when it is in force, where its mana comes from, and
//! that the root says all of it.

use crate::decisions::preview;
use crate::script::{Jobs, Line, sign};
use crate::world::{Setup, World, did, mana, time};
use icn_base::ProposalId;
use icn_base::gov::Scope;
use icn_governance::{self as governance, Parameter};
use icn_ledger::{Applied, Key, SignedTx, State, Verdict, apply, apply_block};

/// A world in which one member decides from block to block.
pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) names: Jobs,
}

impl Story {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            world: World::new(&setup),
            names: Jobs::new(),
        }
    }

    pub(crate) fn sign(&mut self, line: &str) -> SignedTx {
        sign(&self.world, &Line::new(line), &mut self.names, &[])
    }

    /// Each line a block, and none of them is refused.
    pub(crate) fn play(&mut self, lines: &[&str]) {
        for line in lines {
            let applied = self.block(1, line);
            assert!(
                matches!(applied.verdicts[..], [Verdict::Applied(_)]),
                "{line}: {:?}",
                applied.verdicts
            );
        }
    }

    pub(crate) fn block(&mut self, ms: u64, line: &str) -> Applied {
        let tx = self.sign(line);
        let applied = self.world.block(ms, &[tx]);
        self.world.state.audit().unwrap();
        applied
    }

    pub(crate) fn proposal(&self, name: &str) -> ProposalId {
        ProposalId::new(*self.names[name].cid())
    }

    fn total(&self, who: &str) -> u64 {
        let actor = self.world.state.actor(&did(who));
        actor.map_or(0, |actor| actor.account.total().units())
    }
}

/// No time passes between deciding and doing.
pub(crate) fn swift() -> Setup {
    [
        "min_deliberation_ms",
        "min_voting_ms",
        "execution_delay_ms",
        "change_delay_ms",
    ]
    .iter()
    .fold(Setup::default(), |setup, name| setup.parameter(name, 0))
}

/// The lines that bring a proposal to where it may be executed.
fn accepted(story: &mut Story, kind: &str) {
    story.play(&[
        &format!("alice propose p {kind}"),
        "alice open p",
        "alice vote p yes",
        "alice close p",
    ]);
}

#[test]
fn what_a_block_decides_is_in_force_in_the_next_and_nowhere_earlier() {
    let setup = swift().parameter("regen_amount", 0).member("alice", 1_000);
    let mut story = Story::new(setup);
    accepted(&mut story, "set tx_fee 7 + power alice 9");
    story.play(&["alice ready"]);
    let at = time(story.world.now + 1);
    let execute = story.sign("alice execute p");
    let mut early = story.world.state.clone();
    apply(&mut early, &execute, at).unwrap();
    assert_eq!(early.parameter(Parameter::TxFee), 1);
    assert_eq!(early.power(&did("alice")), 0);
    early.audit().unwrap();

    let before = story.total("alice");
    let pay = sign(
        &story.world,
        &Line::new("alice transfer bob 1"),
        &mut story.names,
        std::slice::from_ref(&execute),
    );
    story.world.block(1, &[execute, pay]);
    assert_eq!(before - story.total("alice"), 1 + 1 + 1, "two fees of 1");
    assert_eq!(story.world.state.parameter(Parameter::TxFee), 7);
    assert_eq!(story.world.state.power(&did("alice")), 9);
    assert_eq!(
        story.world.state.validators().get(&did("alice")),
        Some(&9),
        "it orders the next block"
    );
    story.play(&["alice transfer bob 1"]);
    assert_eq!(before - story.total("alice"), 3 + 1 + 7);
}

#[test]
fn a_budget_is_paid_by_the_treasury_and_nothing_is_made() {
    let mut setup = swift().parameter("regen_amount", 0).member("alice", 1_000);
    setup.treasury = 500;
    let mut story = Story::new(setup);
    let made = story.world.state.chain().supply.minted();
    accepted(&mut story, "pay eve 450");
    let treasury = story.world.state.chain().supply.treasury.units();
    story.play(&["alice execute p"]);
    let supply = story.world.state.chain().supply;
    assert_eq!(story.total("eve"), 450);
    assert_eq!(supply.treasury.units(), treasury - 450 + 1);
    assert_eq!(supply.minted(), made);
}

/// Whoever was touched before the capacity changes, and whoever was not, have the same after it.
#[test]
fn a_change_of_capacity_treats_the_touched_and_the_untouched_alike() {
    let setup = swift()
        .parameter("capacity", 50)
        .parameter("regen_interval_ms", 1_000)
        .member("alice", 2_000);
    let mut story = Story::new(setup);
    accepted(&mut story, "admit bob + admit carol");
    story.play(&[
        "alice execute p",
        "alice propose p set capacity 500",
        "alice open p",
    ]);
    story.block(20_000, "alice vote p yes");
    story.play(&["bob vote p yes", "alice close p"]);
    story.block(20_000, "alice transfer bob 1");
    story.play(&["alice execute p", "alice transfer carol 1"]);
    assert_eq!(story.total("bob"), 51);
    assert_eq!(
        story.total("carol"),
        51,
        "it had grown to 50 and no further"
    );
    story.block(2_000, "alice transfer bob 1");
    assert_eq!(
        story.total("bob"),
        51 + 20 + 1,
        "from now on it grows to 500"
    );
}

#[test]
fn regeneration_goes_on_from_what_it_was() {
    let setup = swift()
        .parameter("regen_interval_ms", 1_000)
        .member("alice", 100);
    let mut story = Story::new(setup);
    accepted(
        &mut story,
        "set regen_amount 100 + set regen_interval_ms 5000",
    );
    let now = story.world.now;
    let before = story.total("alice");
    story.block(3_000 - now, "alice execute p");
    assert_eq!(story.total("alice"), before + 30 - 1);
    story.block(4_999, "alice transfer bob 1");
    assert_eq!(
        story.total("alice"),
        before + 30 - 3,
        "no whole interval yet"
    );
    story.block(1, "alice transfer bob 1");
    assert_eq!(story.total("alice"), before + 30 - 5 + 100);
}

/// A story in which everything that has a row of its own is under way.
fn busy() -> Story {
    let setup = Setup::default()
        .parameter("min_deliberation_ms", 1)
        .member("alice", 1_000)
        .member("bob", 1_000)
        .member("carol", 1_000);
    let mut story = Story::new(setup);
    story.play(&[
        "carol delegate budget bob",
        "alice propose p pay eve 5",
        "alice open p",
        "carol revoke budget",
        "bob vote p yes",
        "alice propose q set tx_fee 3",
        "carol ready",
    ]);
    story
}

#[test]
fn every_row_of_governance_is_proved_by_the_root() {
    let story = busy();
    let state = &story.world.state;
    let root = *state.root().unwrap();
    let proposal = story.proposal("p");
    let keys = [
        governance::Key::Openings,
        governance::Key::Member(did("alice")),
        governance::Key::Delegation(did("carol"), Scope::Budget),
        governance::Key::Proposal(proposal),
        governance::Key::Vote(proposal, did("bob")),
        governance::Key::Ready(did("carol")),
    ];
    for key in keys.map(Key::Governance) {
        let row = state.prove(key).unwrap().verify(&root).unwrap();
        assert!(row.is_some(), "{key:?}");
        assert_eq!(row, state.row(&key));
    }
    let nobody = Key::Governance(governance::Key::Vote(proposal, did("eve")));
    assert_eq!(state.prove(nobody).unwrap().verify(&root), Ok(None));
}

#[test]
fn a_snapshot_in_the_middle_of_a_vote_goes_on_as_if_nothing_had_happened() {
    let mut story = busy();
    let mut car = Vec::new();
    let root = story.world.state.export(&mut car).unwrap();
    let mut again = State::import(&car[..], &root).unwrap();
    again.audit().unwrap();
    assert_eq!(again.next_due(), story.world.state.next_due());
    for (ms, line) in [
        (1, "carol vote p no"),
        (7 * 86_400_000, "alice vote q yes"),
        (1, "alice propose r text"),
    ] {
        let tx = story.sign(line);
        let height = again.chain().height + 1;
        let at = time(story.world.now + ms);
        let applied = apply_block(&mut again, height, at, std::slice::from_ref(&tx)).unwrap();
        assert_eq!(story.world.block(ms, &[tx]).root, applied.root, "{line}");
    }
    let row = again.governance().proposal(&story.proposal("p")).unwrap();
    assert_eq!(row.status().name(), "Rejected", "time has closed the vote");
}

#[test]
fn blocks_are_made_for_proposals_that_fall_due() {
    let mut story = busy();
    let state = &story.world.state;
    let row = state.governance().proposal(&story.proposal("p")).unwrap();
    assert_eq!(state.next_due(), row.due());
    let wait = row.due().unwrap().as_ms() - story.world.now;
    assert!(story.world.block(wait, &[]).due.is_empty());
    assert!(
        !story.world.block(1, &[]).due.is_empty(),
        "its parent was due"
    );
}

#[test]
fn a_preview_says_what_would_change_and_moves_only_with_it() {
    let mut story = busy();
    let (one, other) = (story.proposal("p"), story.proposal("q"));
    let before = preview(&story.world, &one);
    story.play(&["alice transfer bob 100"]);
    assert_eq!(
        preview(&story.world, &one),
        before,
        "balances are not in it"
    );
    assert_ne!(preview(&story.world, &other), before);
    assert_eq!(
        mana(1),
        story.world.state.chain().supply.treasury.min(mana(1))
    );
}
