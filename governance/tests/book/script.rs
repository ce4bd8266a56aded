//! Stories as text: one line, one deed, with what came of it behind the arrow.
//!
//! `members abcd`, `treasury 50`, `power a 10`, `set NAME VALUE` lay the ground. Then lines begin
//! with a time since the beginning, such as `25h` or `1d+5m`; lines with one time are one block.
//! - `2h a proposes p KIND`, where KIND is `text`, `set NAME VALUE`, `admit x`, `remove x`,
//!   `power x N`, `pay x N`, `circuit KEY [INPUTS CONSTRAINTS]`, `retire KEY`, several of them with ` + ` between, or `choose KINDS | KINDS` with
//!   `nothing` for an option that does nothing
//! - `a opens p`, `a votes p BALLOT`, `a votes p BALLOT bound`, `a closes p`, `a executes p`,
//!   `a withdraws p`, `a hands SCOPE to x until TIME`, `a revokes SCOPE`, `x is ready`
//! - `tick` makes a block and one more, so that deadlines up to this time are due
//! - `show p` draws the votes as they stand
//!
//! A deed may end with `seen TIME`: it comes from a run that knew the state of that time.

use crate::mesh::{Mesh, did, id, time};
use expect_test::Expect;
use icn_base::gov::{
    Ballot, ChoiceOption, CircuitOffer, DelegateRequest, ProposalKind, ProposalRequest,
    RevokeRequest, VoteRequest,
};
use icn_base::{Bytes, Cid, Codec, Did, Mana, Time};
use icn_governance::{Action, Enactment, Fact, Fee, Preview, Step, tally};

/// Plays the story and compares what came of each line.
pub(crate) fn check(expected: Expect) {
    let mut mesh = Mesh::new("");
    let mut played = String::new();
    for line in expected.data().lines().map(str::trim) {
        let deed = line.split("=>").next().unwrap_or_default().trim();
        let outcome = if deed.is_empty() {
            String::new()
        } else {
            play(&mut mesh, deed)
        };
        let line = if outcome.is_empty() {
            deed.to_owned()
        } else {
            format!("{deed:<44} => {outcome}")
        };
        played.push_str(line.trim_end());
        played.push('\n');
    }
    expected.assert_eq(&format!("{}\n", played.trim()));
}

fn play(mesh: &mut Mesh, deed: &str) -> String {
    let words: Vec<&str> = deed.split_whitespace().collect();
    match words[..] {
        ["members", letters] => *mesh = Mesh::new(letters),
        ["treasury", units] => mesh.treasury = units.parse().unwrap(),
        ["power", who, power] => {
            mesh.validators.insert(letter(who), power.parse().unwrap());
        }
        ["set", name, value] => {
            mesh.parameters
                .insert(name.parse().unwrap(), value.parse().unwrap());
        }
        ["show", name] => return show(mesh, name),
        [at, "tick"] => {
            let mut steps = mesh.begin(moment(at));
            steps.extend(mesh.begin(moment(at).after_ms(1).unwrap()));
            steps.extend(mesh.end());
            return steps.iter().map(outcome).collect::<Vec<_>>().join("; ");
        }
        [at, who, ref deed @ ..] => {
            mesh.begin(moment(at));
            let (deed, seen) = match deed {
                [deed @ .., "seen", seen] => (deed, moment(seen)),
                deed => (deed, mesh.at),
            };
            let action = action(mesh, deed);
            return match mesh.act(letter(who), action, seen) {
                Ok(step) => outcome(&step),
                Err(refusal) => format!("refused: {}", refusal.name()),
            };
        }
        _ => panic!("no deed: {deed}"),
    }
    String::new()
}

fn action(mesh: &Mesh, deed: &[&str]) -> Action {
    match *deed {
        ["proposes", name, ref rest @ ..] => {
            let kind = kind(&rest.join(" "));
            let request = ProposalRequest {
                title: name.into(),
                text: String::new(),
                kind,
            };
            Action::Propose {
                id: id(name),
                request: request.into(),
            }
        }
        ["opens", name] => Action::OpenVoting(id(name)),
        ["closes", name] => Action::CloseVoting(id(name)),
        ["executes", name] => Action::Execute(id(name)),
        ["withdraws", name] => Action::Withdraw(id(name)),
        ["votes", name, how, ref rest @ ..] => {
            let preview = match *rest {
                [] => None,
                ["bound"] => {
                    let book = mesh.book(mesh.at);
                    Some(Preview::of(&book, book.proposal(&id(name)).unwrap()).cid())
                }
                _ => Some(Cid::of(Codec::DagCbor, b"something else")),
            };
            Action::Vote(VoteRequest {
                proposal: id(name),
                ballot: ballot(how),
                preview,
            })
        }
        ["hands", scope, "to", who, "until", until] => Action::Delegate(DelegateRequest {
            to: letter(who),
            scope: scope.parse().unwrap(),
            until: moment(until),
        }),
        ["is", "ready"] => Action::Ready {},
        ["revokes", scope] => Action::Revoke(RevokeRequest {
            scope: scope.parse().unwrap(),
        }),
        _ => panic!("no deed: {deed:?}"),
    }
}

fn kind(text: &str) -> ProposalKind {
    if let Some(options) = text.strip_prefix("choose ") {
        let option = |(at, text): (usize, &str)| ChoiceOption {
            label: format!("option {at}"),
            kinds: if text == "nothing" {
                vec![]
            } else {
                parts(text)
            },
        };
        return ProposalKind::Choice {
            options: options.split(" | ").enumerate().map(option).collect(),
        };
    }
    let mut parts = parts(text);
    if parts.len() > 1 {
        ProposalKind::Bundle(parts)
    } else {
        parts.remove(0)
    }
}

fn parts(text: &str) -> Vec<ProposalKind> {
    let part = |part: &str| match part.split_whitespace().collect::<Vec<_>>()[..] {
        ["text"] => ProposalKind::Text {},
        ["set", name, value] => ProposalKind::SetParameter {
            name: name.into(),
            value: value.parse().unwrap(),
        },
        ["admit", who] => ProposalKind::AdmitMember { did: letter(who) },
        ["remove", who] => ProposalKind::RemoveMember { did: letter(who) },
        ["power", who, power] => ProposalKind::SetValidator {
            did: letter(who),
            power: power.parse().unwrap(),
        },
        ["pay", to, amount] => ProposalKind::Budget {
            to: letter(to),
            amount: Mana::new(amount.parse().unwrap()).unwrap(),
            memo: String::new(),
        },
        ["circuit", key] => offer(key, 1, 1_000),
        ["circuit", key, inputs, constraints] => {
            offer(key, inputs.parse().unwrap(), constraints.parse().unwrap())
        }
        ["retire", key] => ProposalKind::RetireCircuit {
            circuit: Cid::of(Codec::Raw, key.as_bytes()),
        },
        ["bundle"] => ProposalKind::Bundle(vec![]),
        _ => panic!("no kind: {part}"),
    };
    text.split(" + ").map(part).collect()
}

/// A circuit: governance does not look into its key.
fn offer(key: &str, inputs: usize, constraints: u64) -> ProposalKind {
    ProposalKind::RegisterCircuit(Box::new(CircuitOffer {
        key: Bytes(key.as_bytes().to_vec()),
        inputs: vec!["input".into(); inputs],
        constraints,
        statement: String::new(),
        prover: None,
    }))
}

fn ballot(text: &str) -> Ballot {
    match text {
        "yes" => Ballot::Yes,
        "no" => Ballot::No,
        "abstain" => Ballot::Abstain,
        "none" => Ballot::Ranked(vec![]),
        list => Ballot::Ranked(
            list.split(',')
                .map(|option| option.parse().unwrap())
                .collect(),
        ),
    }
}

fn letter(word: &str) -> Did {
    did(word.parse().unwrap_or_else(|_| panic!("no member: {word}")))
}

/// `1d+5h+3m+2ms`
fn moment(text: &str) -> Time {
    let part = |part: &str| {
        let unit = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let count: u64 = part.trim_end_matches(unit).parse().unwrap();
        count
            * match unit {
                "ms" => 1,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                _ => panic!("no time: {text}"),
            }
    };
    time(text.split('+').map(part).sum())
}

fn outcome(step: &Step) -> String {
    let facts = step.facts.iter().map(|fact| match fact {
        Fact::Proposed { .. } => "Deliberation".to_owned(),
        Fact::Moved { status, .. } => status.to_string(),
        Fact::Voted { .. } => "voted".to_owned(),
        Fact::Delegated { .. } => "handed on".to_owned(),
        Fact::Revoked { .. } => "revoked".to_owned(),
        Fact::Ready { .. } => "ready".to_owned(),
    });
    let fee = step.fee.iter().map(|fee| match fee {
        Fee::Escrow { from, amount } => format!("{amount} from {} in escrow", name(from)),
        Fee::Return { to, amount } => format!("{amount} back to {}", name(to)),
        Fee::Forfeit { amount, .. } => format!("{amount} to the treasury"),
    });
    let failed = step
        .changes
        .proposals
        .values()
        .filter_map(|proposal| match &proposal.phase {
            icn_governance::proposal::Phase::Failed(reason) => {
                Some(format!("{}: {}", reason.number, reason.message))
            }
            _ => None,
        });
    let enact = step.enact.iter().map(|change| match change {
        Enactment::SetParameter {
            parameter,
            old,
            new,
        } => format!("{parameter} {old} -> {new}"),
        Enactment::AdmitMember { did } => format!("{} comes", name(did)),
        Enactment::RemoveMember { did } => format!("{} goes", name(did)),
        Enactment::SetValidator { did, old, new } => format!("power {} {old} -> {new}", name(did)),
        Enactment::RegisterCircuit { circuit, .. } => format!("circuit {circuit}"),
        Enactment::RetireCircuit { circuit } => format!("no circuit {circuit}"),
        Enactment::Pay { to, amount, .. } => format!("{amount} paid to {}", name(to)),
    });
    facts
        .chain(failed)
        .chain(fee)
        .chain(enact)
        .collect::<Vec<_>>()
        .join(", ")
}

fn show(mesh: &Mesh, name: &str) -> String {
    let book = mesh.book(mesh.at);
    let poll = book.proposal(&id(name)).unwrap().poll.as_ref().unwrap();
    let tally = tally(&book, &id(name)).unwrap().unwrap();
    let counts = [
        ("own", tally.direct),
        ("handed on", tally.delegated),
        ("yes", tally.yes),
        ("no", tally.no),
        ("abstain", tally.abstain),
        ("ranked", tally.ranked),
    ];
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    let runoff = tally.runoff.as_ref().map(|runoff| {
        let rounds: Vec<_> = runoff
            .rounds
            .iter()
            .map(|round| format!("{:?}", round.votes))
            .collect();
        format!(
            "; {} wins {}",
            runoff.winner.map_or(-1, i16::from),
            rounds.join(" ")
        )
    });
    format!(
        "{} of {}: {}{}",
        tally.cast(),
        poll.eligible,
        counts.join(", "),
        runoff.unwrap_or_default()
    )
}

fn name(did: &Did) -> char {
    ('a'..='z')
        .find(|letter| crate::mesh::did(*letter) == *did)
        .unwrap_or('?')
}
