//! Calls 17 to 21, 28, 29 and 31: what members decide, asked for by guests.

use crate::kit::{draft, env, guest, journal, mana, module, other, owner, refused, run, run_in};
use icn_abi::Class;
use icn_base::gov::{
    Ballot, DelegateRequest, ProposalKind, ProposalRequest, ProposalStatus, ProposalView, Scope,
    VoteRequest,
};
use icn_base::run::{Effect, Exit, Grant};
use icn_base::{Cid, Codec, ProposalId, Time};
use icn_sandbox::{Finished, JobDraft, MemEnv};

fn proposes(count: u32, fees: u64) -> Grant {
    Grant::GovernancePropose {
        count,
        fees: mana(fees),
    }
}

fn votes(count: u32, proposal: Option<ProposalId>) -> Grant {
    Grant::GovernanceVote { count, proposal }
}

fn id(name: &str) -> ProposalId {
    ProposalId::new(Cid::of(Codec::DagCbor, name.as_bytes()))
}

fn view(status: ProposalStatus) -> ProposalView {
    ProposalView {
        proposal: id("p"),
        status,
        proposer: owner(),
        title: "t".into(),
        text: String::new(),
        kind: ProposalKind::Text {},
        fee: mana(10),
        proposed: Time::ZERO,
        from: None,
        until: None,
        poll: None,
        preview: None,
        failed: None,
    }
}

/// One call after another, each with its text; the run answers what the last one does. An answer
/// goes to address 65536.
fn calls(calls: &[(&str, &str)]) -> JobDraft {
    let (mut data, mut code) = (String::new(), String::new());
    for (at, (name, text)) in calls.iter().enumerate() {
        let start = at * 2_048;
        let bytes: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        data += &format!(r#"(data (i32.const {start}) "{bytes}")"#);
        let call = icn_abi::CALLS.iter().find(|call| call.name == *name);
        let out = match call.unwrap().answer {
            icn_abi::Answer::Out(_) => "(i32.const 65536) (i32.const 4096)",
            _ => "",
        };
        let drop = if at + 1 < calls.len() { "(drop)" } else { "" };
        let length = text.len();
        code += &format!("(call ${name} (i32.const {start}) (i32.const {length}) {out}) {drop}");
    }
    draft(guest(&format!(
        r#"{data} (func (export "run") (result i64) {code})"#
    )))
}

fn one(name: &str, text: &str) -> JobDraft {
    calls(&[(name, text)])
}

const PROPOSE: &str = "host_create_governance_proposal";
const OPEN: &str = "host_open_governance_voting";
const VOTE: &str = "host_cast_governance_vote";
const CLOSE: &str = "host_close_governance_proposal_voting";
const EXECUTE: &str = "host_execute_governance_proposal";
const DELEGATE: &str = "host_delegate_vote";
const REVOKE: &str = "host_revoke_delegation";
const GET: &str = "host_get_proposal";

fn request() -> ProposalRequest {
    ProposalRequest {
        title: "Two for all".into(),
        text: String::new(),
        kind: ProposalKind::SetParameter {
            name: "tx_fee".into(),
            value: 2,
        },
    }
}

fn request_json() -> String {
    serde_json::to_string(&request()).unwrap()
}

fn vote_json(ballot: &str) -> String {
    format!(r#"{{"proposal": "{}", "ballot": {ballot}}}"#, id("p"))
}

fn answer(finished: &Finished) -> String {
    let answers = journal(finished).answers;
    let bytes = answers.last().unwrap().bytes.clone().unwrap();
    String::from_utf8(bytes.0).unwrap()
}

/// An environment with the proposal `p` in this status.
fn with(job: &JobDraft, status: ProposalStatus) -> MemEnv {
    let mut env = env(job);
    env.proposals.insert(id("p"), view(status));
    env
}

#[test]
fn call_17_makes_a_proposal_for_its_fee() {
    let job = one(PROPOSE, &request_json()).grant(proposes(1, 10));
    let mut env = env(&job);
    env.parameters.insert("proposal_fee".into(), "10".into());
    let finished = run_in(job.clone(), &mut env);
    let expected = request().effect_id(&job.into_run().job, 0).unwrap();
    assert_eq!(finished.outcome.exit, Exit::Ok(59));
    assert_eq!(answer(&finished), expected.to_string());
    assert_eq!(
        finished.outcome.effects,
        [Effect::Propose(Box::new(request()))]
    );
    assert_eq!(env.accounts[&owner()].mana, mana(990));
    let stats = finished.outcome.host_calls;
    assert_eq!((stats[0].call, stats[0].mana), (17, mana(10)));
}

#[test]
fn call_17_is_denied_beyond_count_and_fees_and_beyond_what_the_owner_has() {
    let propose = |grants: &[Grant], fee: &str| {
        let job = one(PROPOSE, &request_json());
        let job = grants.iter().cloned().fold(job, JobDraft::grant);
        let mut env = env(&job);
        env.parameters.insert("proposal_fee".into(), fee.into());
        let finished = run_in(job, &mut env);
        assert_eq!(finished.outcome.effects, []);
        assert!(env.proposals.is_empty());
        finished.outcome.exit
    };
    let denied = refused(Class::PermissionDenied);
    assert_eq!(propose(&[], "10"), denied);
    assert_eq!(propose(&[votes(9, None)], "10"), denied);
    assert_eq!(propose(&[proposes(0, 10)], "10"), denied);
    assert_eq!(propose(&[proposes(1, 9)], "10"), denied);
    let broke = propose(&[proposes(1, 5_000)], "2000");
    assert_eq!(broke, refused(Class::Economic));
}

#[test]
fn a_guest_takes_a_proposal_through_its_life() {
    let vote = |ballot: &str| vote_json(ballot);
    let id = id("p").to_string();
    let steps = calls(&[
        (OPEN, &id),
        (OPEN, &id),
        (VOTE, &vote("\"no\"")),
        (VOTE, &vote("\"yes\"")),
        (CLOSE, &id),
        (CLOSE, &id),
        (EXECUTE, &id),
        (EXECUTE, &id),
        (CLOSE, &id),
    ]);
    let job = steps.grant(proposes(7, 0)).grant(votes(2, None));
    let mut env = with(&job, ProposalStatus::Deliberation);
    let finished = run_in(job, &mut env);
    assert_eq!(finished.outcome.exit, Exit::Ok("Executed".len() as i64));
    let answers = journal(&finished).answers;
    let told: Vec<_> = answers
        .iter()
        .filter_map(|answer| String::from_utf8(answer.bytes.clone()?.0).ok())
        .collect();
    assert_eq!(told, ["Accepted", "Accepted", "Executed"], "the bare word");
    assert_eq!(finished.outcome.effects.len(), 9);
    assert_eq!(env.votes.len(), 1);
}

/// The original's manual: close, compare with "Accepted", and execute if it is so.
#[test]
fn the_documented_flow_works_under_both_names_of_call_20() {
    for name in [CLOSE, "host_close_voting_and_verify"] {
        let flow = |status| {
            let id = id("p").to_string();
            let length = id.len();
            let code = module(&format!(
                r#"(import "icn" "{name}" (func $close (param i32 i32 i32 i32) (result i64)))
                (import "icn" "{EXECUTE}" (func $execute (param i32 i32) (result i64)))
                (memory (export "memory") 1) (data (i32.const 0) "{id}")
                (data (i32.const 200) "Accepted")
                (func (export "run") (result i64)
                    (drop (call $close (i32.const 0) (i32.const {length})
                        (i32.const 100) (i32.const 50)))
                    (if (result i64)
                        (i64.eq (i64.load (i32.const 100)) (i64.load (i32.const 200)))
                        (then (call $execute (i32.const 0) (i32.const {length})))
                        (else (i64.const 77))))"#
            ));
            let job = draft(code).grant(proposes(2, 0));
            let mut env = with(&job, status);
            let exit = run_in(job, &mut env).outcome.exit;
            (exit, env.proposals[&self::id("p")].status)
        };
        let executed = (Exit::Ok(0), ProposalStatus::Executed);
        assert_eq!(flow(ProposalStatus::Accepted), executed);
        let rejected = (Exit::Ok(77), ProposalStatus::Rejected);
        assert_eq!(flow(ProposalStatus::Voting), rejected, "nobody voted");
    }
}

#[test]
fn every_decision_needs_its_grant_and_no_other() {
    let id = id("p").to_string();
    let handed = DelegateRequest {
        to: other(),
        scope: Scope::All,
        until: Time::from_ms(9).unwrap(),
    };
    let handed = serde_json::to_string(&handed).unwrap();
    let scope = r#"{"scope": "all"}"#;
    let vote = vote_json("\"yes\"");
    for (name, text, status, propose) in [
        (OPEN, &id[..], ProposalStatus::Deliberation, true),
        (VOTE, &vote, ProposalStatus::Voting, false),
        (CLOSE, &id, ProposalStatus::Rejected, true),
        (EXECUTE, &id, ProposalStatus::Accepted, true),
        (DELEGATE, &handed, ProposalStatus::Voting, false),
        (REVOKE, scope, ProposalStatus::Voting, false),
    ] {
        let run = |grant: Option<Grant>| {
            let job = one(name, text);
            let job = grant.into_iter().fold(job, JobDraft::grant);
            let mut env = with(&job, status);
            env.delegations.insert(Scope::All, other());
            if status == ProposalStatus::Voting {
                env.proposals.clear();
                env.proposals
                    .insert(self::id("p"), view(ProposalStatus::Deliberation));
                let open = one(OPEN, &self::id("p").to_string()).grant(proposes(1, 0));
                assert_eq!(run_in(open, &mut env).outcome.exit, Exit::Ok(0));
            }
            run_in(job, &mut env).outcome
        };
        let denied = refused(Class::PermissionDenied);
        let (own, wrong) = if propose {
            (proposes(1, 0), votes(1, None))
        } else {
            (votes(1, None), proposes(1, 0))
        };
        let spent = if propose {
            proposes(0, 9)
        } else {
            votes(0, None)
        };
        for grant in [None, Some(wrong), Some(spent)] {
            let outcome = run(grant);
            assert_eq!((outcome.exit, outcome.effects), (denied, vec![]), "{name}");
        }
        let outcome = run(Some(own));
        assert!(matches!(outcome.exit, Exit::Ok(0..)), "{name} {outcome:?}");
        assert_eq!(outcome.effects.len(), 1, "{name}");
    }
}

#[test]
fn a_grant_for_one_proposal_votes_on_no_other_and_hands_nothing_on() {
    let vote = |grant| {
        let job = one(VOTE, &vote_json("[1, 0]")).grant(votes(1, Some(grant)));
        let mut env = with(&job, ProposalStatus::Deliberation);
        let open = one(OPEN, &id("p").to_string()).grant(proposes(1, 0));
        run_in(open, &mut env);
        run_in(job, &mut env).outcome
    };
    assert_eq!(vote(id("q")).exit, refused(Class::PermissionDenied));
    let outcome = vote(id("p"));
    let cast = VoteRequest {
        proposal: id("p"),
        ballot: Ballot::Ranked(vec![1, 0]),
        preview: None,
    };
    assert_eq!(outcome.effects, [Effect::Vote(cast)]);
    let revoke = one(REVOKE, r#"{"scope": "all"}"#).grant(votes(1, Some(id("p"))));
    assert_eq!(run(revoke).outcome.exit, refused(Class::PermissionDenied));
}

#[test]
fn the_wrong_status_and_unknown_proposals_are_refused_by_class() {
    let id = id("p").to_string();
    let vote = vote_json("\"yes\"");
    for (name, text, grant, statuses) in [
        (OPEN, &id, proposes(1, 0), &[ProposalStatus::Rejected][..]),
        (
            VOTE,
            &vote,
            votes(1, None),
            &[ProposalStatus::Deliberation, ProposalStatus::Accepted],
        ),
        (CLOSE, &id, proposes(1, 0), &[ProposalStatus::Deliberation]),
        (
            EXECUTE,
            &id,
            proposes(1, 0),
            &[ProposalStatus::Voting, ProposalStatus::Failed],
        ),
    ] {
        let job = one(name, text).grant(grant);
        for status in statuses {
            let mut env = with(&job, *status);
            let outcome = run_in(job.clone(), &mut env).outcome;
            assert_eq!(
                outcome.exit,
                refused(Class::InvalidJobState),
                "{name} {status}"
            );
            assert_eq!(outcome.effects, []);
        }
        let unknown = run(job).outcome;
        assert_eq!(unknown.exit, refused(Class::InvalidSystemApiCall), "{name}");
    }
    let never = one(REVOKE, r#"{"scope": "all"}"#).grant(votes(1, None));
    assert_eq!(run(never).outcome.exit, refused(Class::InvalidJobState));
}

#[test]
fn words_that_are_none_are_refused() {
    for name in [PROPOSE, VOTE, DELEGATE, REVOKE] {
        let twice = r#"{"scope": "all", "scope": "all"}"#;
        let unknown = r#"{"scope": "all", "surprise": 1}"#;
        for text in ["", "{", "[]", "{}", "\u{0}", twice, unknown] {
            let job = one(name, text).grant(proposes(1, 0)).grant(votes(1, None));
            let outcome = run(job).outcome;
            assert_eq!(outcome.exit, refused(Class::Serialization), "{name} {text}");
        }
    }
    for name in [OPEN, CLOSE, EXECUTE, GET] {
        for text in ["", "p", "bafy"] {
            let outcome = run(one(name, text).grant(proposes(1, 0))).outcome;
            assert_eq!(outcome.exit, refused(Class::InvalidSystemApiCall), "{name}");
        }
    }
}

#[test]
fn call_31_shows_a_proposal_to_anyone() {
    let job = one(GET, &id("p").to_string());
    let mut env = with(&job, ProposalStatus::Accepted);
    let finished = run_in(job.clone(), &mut env);
    let shown: ProposalView = serde_json::from_str(&answer(&finished)).unwrap();
    assert_eq!(shown, view(ProposalStatus::Accepted));
    assert_eq!(run(job).outcome.exit, refused(Class::InvalidSystemApiCall));
}
