//! The attackers' matrix: no transaction, whoever sends it, gives anyone mana, a membership, a
//! parameter or power but through a proposal that had passed and is executed.

use crate::decisions::told;
use crate::script::{Jobs, Line, sign};
use crate::world::{Setup, World};
use icn_base::gov::ProposalStatus;
use icn_base::{Did, ProposalId};
use icn_governance::{Enactment, Fact, Parameter};
use icn_ledger::{Applied, Event, State, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// What only members together may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    members: BTreeSet<Did>,
    validators: BTreeMap<Did, u64>,
    parameters: BTreeMap<Parameter, u64>,
    genesis: u64,
    treasury: u64,
    passed: BTreeSet<ProposalId>,
}

impl Facts {
    pub(crate) fn of(state: &State) -> Self {
        let members = state.governance().members().map(|(did, _)| *did);
        let parameters = Parameter::ALL.iter();
        let proposals = state.governance().proposals_after(None);
        let passed = proposals.filter(|(_, row)| row.status() == ProposalStatus::Accepted);
        let supply = state.chain().supply;
        Self {
            members: members.filter(|did| state.is_member(did)).collect(),
            validators: state.validators().clone(),
            parameters: parameters
                .map(|one| (*one, state.parameter(*one)))
                .collect(),
            genesis: supply.genesis.units(),
            treasury: supply.treasury.units(),
            passed: passed.map(|(id, _)| *id).collect(),
        }
    }

    /// Refuses every difference that no executed proposal explains.
    pub(crate) fn explain(&self, after: &Self, applied: &Applied) {
        let mut expected = self.clone();
        let mut executing = false;
        for event in events(applied) {
            match event {
                Event::Governance(Fact::Moved { proposal, status }) => {
                    executing = *status == ProposalStatus::Executed;
                    assert!(
                        !executing || self.passed.contains(proposal),
                        "what is executed had passed before the block"
                    );
                }
                Event::Enacted(change) => {
                    assert!(executing, "only what is executed changes anything");
                    expected.enact(change);
                }
                _ => {}
            }
        }
        assert!(
            after.treasury >= expected.treasury,
            "the rest only comes in"
        );
        expected.treasury = after.treasury;
        expected.passed.clone_from(&after.passed);
        assert_eq!(&expected, after);
    }

    fn enact(&mut self, change: &Enactment) {
        match change {
            Enactment::SetParameter { parameter, new, .. } => {
                self.parameters.insert(*parameter, *new);
            }
            Enactment::AdmitMember { did } => assert!(self.members.insert(*did)),
            Enactment::RemoveMember { did } => assert!(self.members.remove(did)),
            Enactment::SetValidator { did, new: 0, .. } => drop(self.validators.remove(did)),
            Enactment::SetValidator { did, new, .. } => {
                self.validators.insert(*did, *new);
            }
            Enactment::Pay { amount, .. } => self.treasury -= amount.units(),
            Enactment::RegisterCircuit { .. } | Enactment::RetireCircuit { .. } => {}
        }
    }
}

fn events(applied: &Applied) -> impl Iterator<Item = &Event> {
    let done = applied.verdicts.iter().flat_map(|verdict| match verdict {
        Verdict::Applied(events) => &events[..],
        Verdict::Failed(_) | Verdict::Refused(_) => &[],
    });
    done.chain(&applied.due)
}

/// Members alice (who orders), bob, carol and dave; frank, who was one; eve, who never was. One
/// proposal in every status, each of which would make eve rich, a member and a validator.
fn scene() -> (World, Jobs) {
    let mut setup = Setup::default()
        .parameter("regen_amount", 0)
        .parameter("min_deliberation_ms", 10)
        .parameter("max_deliberation_ms", 3_000)
        .parameter("min_voting_ms", 10)
        .parameter("max_voting_ms", 1_000)
        .parameter("execution_delay_ms", 10)
        .parameter("change_delay_ms", 10)
        .parameter("execute_by_ms", 1_000);
    setup.people.push(("alice".into(), 1_000, true, 10));
    for name in ["bob", "carol", "dave", "frank"] {
        setup = setup.member(name, 1_000);
    }
    setup.people.push(("eve".into(), 1_000, false, 0));
    setup.treasury = 100;
    let (mut world, mut names) = (World::new(&setup), Jobs::new());
    let mut play = |ms: u64, rows: &[&str]| {
        for (at, row) in rows.iter().enumerate() {
            let tx = sign(&world, &Line::new(row), &mut names, &[]);
            let applied = world.block(if at == 0 { ms } else { 1 }, &[tx]);
            assert!(
                matches!(applied.verdicts[0], Verdict::Applied(_)),
                "{row} {applied:?}"
            );
        }
    };
    let yes = |name: &str| {
        let vote = |who: &str| format!("{who} vote {name} yes");
        ["alice", "bob", "carol", "dave", "frank"].map(vote)
    };
    let gift = "pay eve 5 + admit eve + set tx_fee 9 + power alice 9";
    let lines = |name: &str, who: &str| format!("{who} propose {name} {gift}");
    let all = |rows: &[String]| rows.iter().map(String::clone).collect::<Vec<_>>();
    let mut each = |ms: u64, rows: Vec<String>| {
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        play(ms, &rows);
    };
    each(
        1,
        vec![
            "frank propose out remove frank".into(),
            lines("expired", "dave"),
        ],
    );
    each(10, vec!["frank open out".into()]);
    each(1, all(&yes("out")));
    each(10, vec!["alice close out".into()]);
    each(10, vec!["alice execute out".into()]);
    each(
        3_000,
        vec![lines("withdrawn", "bob"), "bob retract withdrawn".into()],
    );
    each(
        1,
        vec![
            lines("rejected", "bob"),
            "alice propose done pay bob 5".into(),
        ],
    );
    each(
        10,
        vec!["bob open rejected".into(), "alice open done".into()],
    );
    each(10, all(&yes("done")[..4]));
    each(10, vec!["alice close done".into(), "alice ready".into()]);
    each(10, vec!["alice execute done".into()]);
    each(
        1_000,
        vec!["alice transfer bob 1".into(), "alice transfer bob 1".into()],
    );
    each(1, vec![lines("voting", "bob"), lines("passed", "carol")]);
    each(
        10,
        vec!["bob open voting".into(), "carol open passed".into()],
    );
    each(10, all(&yes("passed")[..4]));
    each(
        10,
        vec!["carol close passed".into(), lines("draft", "dave")],
    );
    (world, names)
}

const PROPOSALS: [(&str, &str); 8] = [
    ("draft", "Deliberation"),
    ("voting", "Voting"),
    ("passed", "Accepted"),
    ("rejected", "Rejected"),
    ("done", "Executed"),
    ("withdrawn", "Withdrawn"),
    ("expired", "Expired"),
    ("nothing", ""),
];

const DEEDS: [&str; 8] = [
    "open NAME",
    "vote NAME yes",
    "vote NAME yes preview=now",
    "vote NAME 0,1",
    "close NAME",
    "execute NAME",
    "retract NAME",
    "execute NAME sig=alice",
];

const OTHERS: [&str; 9] = [
    "propose new pay eve 5",
    "propose new admit eve",
    "propose new power bob 1",
    "delegate all bob",
    "revoke all",
    "ready",
    "register",
    "withdraw",
    "transfer eve 1",
];

#[test]
fn the_scene_has_a_proposal_in_every_status() {
    let (world, names) = scene();
    for (name, status) in PROPOSALS.iter().filter(|(name, _)| *name != "nothing") {
        let id = ProposalId::new(*names[*name].cid());
        let row = world.state.governance().proposal(&id).unwrap();
        assert_eq!(row.status().name(), *status, "{name}");
    }
}

/// Everybody tries everything on everything, alone and in one block with its double.
#[test]
fn nothing_but_an_executed_proposal_gives_mana_membership_or_power() {
    let (world, names) = scene();
    let named = PROPOSALS.iter().flat_map(|(name, _)| {
        let deeds = DEEDS
            .iter()
            .filter(|deed| *name != "nothing" || !deed.contains("now"));
        deeds.map(move |deed| deed.replace("NAME", name))
    });
    let deeds: Vec<_> = named.chain(OTHERS.map(String::from)).collect();
    let mut enacted = Vec::new();
    for who in ["alice", "bob", "frank", "eve"] {
        for deed in &deeds {
            for wait in [1, 15] {
                let row = format!("{who} {deed}");
                let (mut world, mut names) = (world.clone(), names.clone());
                let tx = sign(&world, &Line::new(&row), &mut names, &[]);
                let before = Facts::of(&world.state);
                let applied = world.block(wait, &[tx.clone(), tx]);
                world.state.audit().unwrap();
                before.explain(&Facts::of(&world.state), &applied);
                let done = matches!(applied.verdicts[0], Verdict::Applied(_));
                assert!(
                    !matches!(applied.verdicts[1], Verdict::Applied(_)),
                    "{row} twice"
                );
                let outsider = ["frank", "eve"].contains(&who);
                let harmless = ["ready", "transfer eve 1"].contains(&&deed[..]);
                assert!(!(outsider && done) || harmless, "{row}");
                enacted.extend(
                    events(&applied)
                        .filter(|event| matches!(event, Event::Enacted(_)))
                        .filter_map(|event| told(&world, event, &names))
                        .map(|change| format!("{row} after {wait} ms: {change}")),
                );
            }
        }
    }
    // The only door: a member executes what has passed, once its delay is over.
    let door = |who: &str| {
        let change = |text: &str| format!("{who} execute passed after 15 ms: {text}");
        [
            "5 to eve",
            "eve comes",
            "tx_fee 1 -> 9",
            "power of alice 10 -> 9",
        ]
        .map(change)
    };
    let mut expected: Vec<_> = ["alice", "bob"].iter().flat_map(|who| door(who)).collect();
    let signed = "alice execute passed sig=alice";
    expected.extend(door("alice").map(|line| line.replace("alice execute passed", signed)));
    enacted.sort();
    expected.sort();
    assert_eq!(enacted, expected);
}

/// The same through guests: under every grant there is, a run has no more than its owner.
#[test]
fn a_guest_gets_no_further_than_its_owner() {
    let (world, names) = scene();
    let asks = [
        "open/NAME",
        "vote/NAME/yes",
        "close/NAME/Accepted",
        "execute/NAME",
    ];
    let named = PROPOSALS
        .iter()
        .flat_map(|(name, _)| asks.map(|ask| ask.replace("NAME", name)));
    let others = ["propose/new/pay~eve~5", "delegate/all/bob", "revoke/all"].map(String::from);
    let asks: Vec<_> = named.chain(others).collect();
    let mut enacted = Vec::new();
    for owner in ["alice", "frank", "eve"] {
        for ask in &asks {
            let (mut world, mut names) = (world.clone(), names.clone());
            let grants = "grant=propose/9/90 grant=vote/9";
            for (ms, row) in [
                (1, "dave register".to_owned()),
                (1, format!("{owner} submit run allow=dave {grants}")),
                (200, format!("{owner} assign run bids=dave")),
                (1, format!("dave settle run effect={ask}")),
            ] {
                let tx = sign(&world, &Line::new(&row), &mut names, &[]);
                let before = Facts::of(&world.state);
                let applied = world.block(ms, &[tx]);
                assert!(
                    matches!(applied.verdicts[0], Verdict::Applied(_)),
                    "{row}: {applied:?}"
                );
                world.state.audit().unwrap();
                before.explain(&Facts::of(&world.state), &applied);
                let changes = events(&applied).filter(|event| matches!(event, Event::Enacted(_)));
                enacted.extend(changes.map(|_| format!("{owner} {ask}")));
            }
        }
    }
    assert_eq!(
        enacted, ["alice execute/passed"; 4],
        "the four parts of one bundle"
    );
}
