//! Four members, one of whom lets a guest decide for her. What the guest asks for is tried on the
//! run's scratch copy, as its host calls are, and then settles with its receipt.

use crate::decisions::effect;
use crate::enactment::Story;
use crate::world::{Setup, did};
use icn_base::gov::ProposalStatus;
use icn_base::run::Effect;
use icn_base::{JobId, Time};
use icn_governance::Parameter;
use icn_ledger::scratch::Scratch;
use icn_ledger::{Ending, Event, Verdict};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Alice, bob, carol and dave, with the times that a mesh begins with. Dave runs jobs.
fn four_members() -> Story {
    let mut setup = Setup::default().parameter("regen_amount", 0);
    for name in ["alice", "bob", "carol", "dave"] {
        setup = setup.member(name, 1_000);
    }
    setup.treasury = 1_000;
    let mut story = Story::new(setup);
    story.play(&["dave register"]);
    story
}

impl Story {
    fn wait(&mut self, ms: u64) {
        self.world.block(ms, &[]);
    }

    fn treasury(&self) -> u64 {
        self.world.state.chain().supply.treasury.units()
    }

    fn status(&self, name: &str) -> ProposalStatus {
        let id = self.proposal(name);
        self.world
            .state
            .governance()
            .proposal(&id)
            .unwrap()
            .status()
    }

    fn time(&self) -> Time {
        self.world.state.chain().time
    }

    /// Alice's guest runs once: it asks for these things in turn, and answers what it was told.
    /// `finish/p` is the documented flow: close, compare with `Accepted`, execute.
    fn guest(&mut self, grants: &str, asks: &[&str]) -> Vec<String> {
        self.play(&[&format!("alice submit run allow=dave {grants}")]);
        self.wait(200);
        self.play(&["alice assign run bids=dave"]);
        let job = JobId::new(*self.names["run"].cid());
        let mut names = self.names.clone();
        let state = &self.world.state;
        let mut run = Scratch::new(state, job, self.time()).unwrap();
        let (mut told, mut done) = (Vec::new(), Vec::new());
        for ask in asks {
            let parts: Vec<&str> = ask.split('/').collect();
            if let ["finish", name] = parts[..] {
                let proposal = self.proposal(name);
                let status = run.closing(state, proposal).unwrap();
                run.perform(state, &Effect::CloseVoting { proposal, status })
                    .unwrap();
                done.push(format!("close/{name}/{status}"));
                told.push(status.to_string());
                if status.name() == "Accepted" {
                    match run.perform(state, &Effect::Execute { proposal }) {
                        Ok(()) => {
                            done.push(format!("execute/{name}"));
                            told.push("executed".into());
                        }
                        Err(reject) => told.push(reject.name().into()),
                    }
                }
                continue;
            }
            run.perform(state, &effect(job, run.next_index(), &parts, &mut names))
                .unwrap();
            done.push((*ask).to_owned());
            told.push("done".into());
        }
        let effects: Vec<_> = done
            .iter()
            .map(|effect| format!("effect={effect}"))
            .collect();
        let applied = self.block(1, &format!("dave settle run {}", effects.join(" ")));
        let Verdict::Applied(events) = &applied.verdicts[0] else {
            panic!("{applied:?}")
        };
        let completed = |event: &Event| {
            matches!(
                event,
                Event::JobEnded {
                    how: Ending::Completed,
                    ..
                }
            )
        };
        assert!(
            events.iter().any(completed),
            "the book does what the run was told: {events:?}"
        );
        told
    }
}

#[test]
fn a_guest_and_a_person_change_a_parameter_and_pay_from_the_treasury() {
    let mut story = four_members();

    // The guest drafts one proposal and bob the other.
    let drafted = story.guest("grant=propose/1/10", &["propose/fee/set~tx_fee~3"]);
    assert_eq!(drafted, ["done"]);
    story.play(&["bob propose budget pay carol 600"]);
    assert_eq!(story.status("fee"), ProposalStatus::Deliberation);

    // After an hour of talk each opens the vote on its own.
    story.wait(HOUR);
    story.guest(
        "grant=propose/1/0 grant=vote/2",
        &["open/fee", "vote/fee/yes"],
    );
    story.play(&["bob open budget", "bob vote fee yes", "bob vote budget yes"]);
    let voted = story.guest("grant=vote/1", &["vote/budget/yes"]);
    assert_eq!(voted, ["done"]);
    story.play(&[
        "carol vote fee yes",
        "carol vote budget yes",
        "dave vote fee no",
    ]);

    // After a day the outcome is certain. The guest closes its vote, and may not execute at once.
    story.wait(DAY);
    let closed = story.guest("grant=propose/2/0", &["finish/fee"]);
    assert_eq!(closed, ["Accepted", "TooEarly"]);
    story.play(&["bob close budget"]);
    assert_eq!(story.status("budget"), ProposalStatus::Accepted);
    let early = story.guest("grant=propose/2/0", &["finish/fee"]);
    assert_eq!(
        early,
        ["Accepted", "TooEarly"],
        "closed before is no refusal"
    );

    // When the delay is over, the same guest executes; the fee it had escrowed comes back.
    story.wait(DAY);
    assert_eq!(story.world.state.parameter(Parameter::TxFee), 1);
    let bonded = |story: &Story| {
        story
            .world
            .state
            .actor(&did("alice"))
            .unwrap()
            .account
            .bonded()
            .units()
    };
    assert_eq!(bonded(&story), 10);
    let executed = story.guest("grant=propose/2/0", &["finish/fee"]);
    assert_eq!(executed, ["Accepted", "executed"]);
    assert_eq!(story.status("fee"), ProposalStatus::Executed);
    assert_eq!(bonded(&story), 0);
    assert_eq!(story.world.state.parameter(Parameter::TxFee), 3, "in force");

    // Bob executes his: the treasury pays carol, and his transaction costs the new fee.
    let (treasury, minted) = (story.treasury(), story.world.state.chain().supply.minted());
    story.play(&["bob execute budget"]);
    assert_eq!(story.treasury(), treasury + 3 - 600);
    assert_eq!(
        story.world.state.chain().supply.minted(),
        minted,
        "nothing was made"
    );
    let carol = story.world.state.actor(&did("carol")).unwrap().account;
    assert_eq!(
        carol.total().units(),
        1_000 - 2 + 600,
        "she paid for two votes"
    );
}

#[test]
fn a_guest_and_a_person_do_the_same_by_ranked_choice() {
    let mut story = four_members();

    // One of three: a higher fee, a payment to carol, or nothing.
    let choice = "propose/c/choose~set~tx_fee~3~or~set~tx_fee~2~+~pay~carol~600~or~nothing";
    story.guest("grant=propose/1/10", &[choice]);
    story.wait(HOUR);
    story.guest("grant=propose/1/0 grant=vote/1", &["open/c", "vote/c/1,0"]);

    // First choices are 1, 1, 0 and 2. Of the two last, the later one listed goes out, and dave's
    // vote passes on to the payment, which then has more than half.
    story.play(&["bob vote c 1", "carol vote c 0", "dave vote c 2,1"]);
    story.wait(DAY);
    story.play(&["bob close c"]);
    let id = story.proposal("c");
    let state = &story.world.state;
    let tally = state
        .governance()
        .proposal(&id)
        .unwrap()
        .poll
        .clone()
        .unwrap()
        .tally
        .unwrap();
    let rounds: Vec<_> = tally
        .runoff
        .as_ref()
        .unwrap()
        .rounds
        .iter()
        .map(|round| round.votes.clone())
        .collect();
    assert_eq!(rounds, [vec![1, 2, 1], vec![1, 3, 0]]);

    story.wait(DAY);
    let treasury = story.treasury();
    let executed = story.guest("grant=propose/2/0", &["finish/c"]);
    assert_eq!(executed, ["Accepted", "executed"]);
    assert_eq!(story.world.state.parameter(Parameter::TxFee), 2, "in force");
    let carol = story.world.state.actor(&did("carol")).unwrap().account;
    assert_eq!(carol.total().units(), 1_000 - 1 + 600);
    assert!(story.treasury() < treasury - 500, "the treasury has paid");
}
