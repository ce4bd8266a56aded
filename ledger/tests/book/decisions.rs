//! The words of the tables for what members decide.
//!
//! `alice propose p KIND`, where KIND is `text`, `set NAME VALUE`, `admit eve`, `remove bob`,
//! `power bob 10`, `pay bob 5`, several of them with ` + ` between, or `choose KINDS or KINDS` with
//! `nothing` for an option that does nothing; `bulky` is what has too many bytes. Then `open p`,
//! `vote p yes|no|abstain|1,0|none`, `close p`, `execute p`, `retract p`, `delegate SCOPE bob`,
//! `revoke SCOPE`, `ready`. Options: `title=`, `text=`, `label=`, `memo=` give lengths, `till=` a
//! time, `preview=now` or `preview=other`.

use crate::proofs;
use crate::script::{Jobs, Line, amount};
use crate::world::{World, cid, did, mana, time};
use icn_base::gov::{
    Ballot, ChoiceOption, DelegateRequest, ProposalKind, ProposalRequest, ProposalStatus,
    RevokeRequest, VoteRequest,
};
use icn_base::run::Effect;
use icn_base::{Cid, JobId, ProposalId};
use icn_governance::proposal::Phase;
use icn_governance::{Enactment, Fact, Preview};
use icn_ledger::{Action, Draft, Event};

/// The proposal that a table calls so, or one that nobody knows.
fn named(jobs: &Jobs, name: &str) -> ProposalId {
    let unknown = || Cid::of(icn_base::Codec::DagCbor, name.as_bytes());
    ProposalId::new(jobs.get(name).map_or_else(unknown, |id| *id.cid()))
}

pub(crate) fn action(world: &World, line: &Line<'_>, jobs: &Jobs) -> Action {
    let proposal = || named(jobs, line.word(2));
    match line.word(1) {
        "propose" => Action::Propose(Box::new(ProposalRequest {
            title: "t".repeat(line.number("title", 1) as usize),
            text: "x".repeat(line.number("text", 0) as usize),
            kind: kind(line, &line.words(3).join(" ")),
        })),
        "open" => Action::OpenVoting {
            proposal: proposal(),
        },
        "vote" => Action::Vote(VoteRequest {
            proposal: proposal(),
            ballot: ballot(line.word(3)),
            preview: line.get("preview").map(|which| match which {
                "now" => preview(world, &proposal()),
                other => cid(other),
            }),
        }),
        "delegate" => Action::Delegate(DelegateRequest {
            scope: line.word(2).parse().unwrap(),
            to: did(line.word(3)),
            until: time(line.number("till", 1_000_000)),
        }),
        "revoke" => Action::Revoke(RevokeRequest {
            scope: line.word(2).parse().unwrap(),
        }),
        "close" => Action::CloseVoting {
            proposal: proposal(),
        },
        "execute" => Action::Execute {
            proposal: proposal(),
        },
        "retract" => Action::WithdrawProposal {
            proposal: proposal(),
        },
        "ready" => Action::Ready {},
        other => panic!("{other} is no verb"),
    }
}

/// What would be done now.
pub(crate) fn preview(world: &World, id: &ProposalId) -> Cid {
    let draft = Draft::new(&world.state, time(world.now));
    let book = draft.book(draft.at());
    let known = book.proposal(id);
    known.map_or(cid("no proposal"), |row| Preview::of(&book, row).cid())
}

fn kind(line: &Line<'_>, text: &str) -> ProposalKind {
    if let Some(options) = text.strip_prefix("choose ") {
        let option = |text: &str| ChoiceOption {
            label: "l".repeat(line.number("label", 1) as usize),
            kinds: parts(line, text),
        };
        return ProposalKind::Choice {
            options: options.split(" or ").map(option).collect(),
        };
    }
    match &parts(line, text)[..] {
        [one] if text != "bundle" => one.clone(),
        parts => ProposalKind::Bundle(parts.to_vec()),
    }
}

fn parts(line: &Line<'_>, text: &str) -> Vec<ProposalKind> {
    let pay = |to: &str, units: &str| ProposalKind::Budget {
        to: did(to),
        amount: mana(amount(units)),
        memo: "m".repeat(line.number("memo", 0) as usize),
    };
    let part = |text: &str| match text.split(' ').collect::<Vec<_>>()[..] {
        ["text"] => vec![ProposalKind::Text {}],
        ["set", name, value] => vec![ProposalKind::SetParameter {
            name: name.into(),
            value: amount(value),
        }],
        ["admit", who] => vec![ProposalKind::AdmitMember { did: did(who) }],
        ["remove", who] => vec![ProposalKind::RemoveMember { did: did(who) }],
        ["power", who, power] => vec![ProposalKind::SetValidator {
            did: did(who),
            power: amount(power),
        }],
        ["pay", to, units] => vec![pay(to, units)],
        ["circuit", name] => vec![ProposalKind::RegisterCircuit(Box::new(proofs::offer(name)))],
        ["retire", name] => vec![ProposalKind::RetireCircuit {
            circuit: proofs::offer(name).id(),
        }],
        ["inner"] => vec![ProposalKind::Bundle(vec![])],
        ["bulky"] => vec![pay("bob", "1"); 16],
        ["nothing" | "bundle"] => vec![],
        _ => panic!("no kind: {text}"),
    };
    text.split(" + ").flat_map(part).collect()
}

fn ballot(text: &str) -> Ballot {
    match text {
        "yes" => Ballot::Yes,
        "no" => Ballot::No,
        "abstain" => Ballot::Abstain,
        "none" => Ballot::Ranked(vec![]),
        list => Ballot::Ranked(list.split(',').map(|one| one.parse().unwrap()).collect()),
    }
}

/// `propose/p/KIND` with `~` for blanks, `open/p`, `vote/p/yes`, `close/p/Accepted`, `execute/p`,
/// `delegate/all/bob`, `revoke/all`.
pub(crate) fn effect(job: JobId, index: u32, parts: &[&str], jobs: &mut Jobs) -> Effect {
    match *parts {
        ["propose", name, words] => {
            let request = ProposalRequest {
                title: "t".into(),
                text: String::new(),
                kind: kind(&Line::new(""), &words.replace('~', " ")),
            };
            let id = request.effect_id(&job, index.into()).unwrap();
            jobs.insert(name.to_owned(), JobId::new(*id.cid()));
            Effect::Propose(Box::new(request))
        }
        ["open", name] => Effect::OpenVoting {
            proposal: named(jobs, name),
        },
        ["vote", name, how] => Effect::Vote(VoteRequest {
            proposal: named(jobs, name),
            ballot: ballot(how),
            preview: None,
        }),
        ["close", name, status] => Effect::CloseVoting {
            proposal: named(jobs, name),
            status: *ProposalStatus::ALL
                .iter()
                .find(|one| one.name() == status)
                .unwrap(),
        },
        ["execute", name] => Effect::Execute {
            proposal: named(jobs, name),
        },
        ["delegate", scope, to] => Effect::Delegate(DelegateRequest {
            to: did(to),
            scope: scope.parse().unwrap(),
            until: time(1_000_000),
        }),
        ["revoke", scope] => Effect::Revoke(RevokeRequest {
            scope: scope.parse().unwrap(),
        }),
        _ => panic!("{parts:?} is no effect"),
    }
}

/// What became of proposals, in a few words.
pub(crate) fn told(world: &World, event: &Event, jobs: &Jobs) -> Option<String> {
    let name = |id: &ProposalId| {
        let known = jobs.iter().find(|(_, known)| known.cid() == id.cid());
        known.map_or("?", |(name, _)| name.as_str())
    };
    let who = |did: &icn_base::Did| {
        let known = world.names().find(|(known, _)| *known == did);
        known.map_or("?", |(_, name)| name.as_str()).to_owned()
    };
    Some(match event {
        Event::Governance(Fact::Moved { proposal, status }) => {
            let row = world.state.governance().proposal(proposal).unwrap();
            let reason = match &row.phase {
                Phase::Failed(reason) => format!("({})", reason.number),
                _ => String::new(),
            };
            format!("{} {status}{reason}", name(proposal))
        }
        Event::Enacted(change) => match change {
            Enactment::SetParameter {
                parameter,
                old,
                new,
            } => format!("{parameter} {old} -> {new}"),
            Enactment::AdmitMember { did } => format!("{} comes", who(did)),
            Enactment::RemoveMember { did } => format!("{} goes", who(did)),
            Enactment::SetValidator { did, old, new } => {
                format!("power of {} {old} -> {new}", who(did))
            }
            Enactment::Pay { to, amount, .. } => format!("{amount} to {}", who(to)),
            Enactment::RegisterCircuit { .. } => "circuit registered".into(),
            Enactment::RetireCircuit { .. } => "circuit retired".into(),
        },
        _ => return None,
    })
}
