//! Takes part in governance for its owner. The input has an order a line.
//!
//! ```text
//! propose PROPOSAL            {"title", "text"?, "kind"}, JSON on one line
//! open ID                     opens voting on the owner's own proposal
//! vote ID BALLOT [bound]      yes, no, abstain, or a ranking such as 1,0; bound to what would be done now
//! finish ID                   closes the vote, and executes the proposal if it was accepted
//! delegate SCOPE DID UNTIL    hands votes on, until a time in ms
//! revoke SCOPE                takes that back
//! show ID                     the proposal, as JSON
//! ```
//!
//! `it` stands for the proposal made last. The output has a line for each order, done or refused. A
//! line that is no order fails the whole run, and then none of them stands.
//!
//! What has just been accepted cannot be executed at once: run `finish` again when its delay is over.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use icn_abi::guest::{self, Error};

icn_abi::job!(voter);

/// What call 20 answers for a proposal that has passed.
const ACCEPTED: &str = "Accepted";

enum Order<'a> {
    Propose(&'a str),
    Open(&'a str),
    Vote(&'a str, String, bool),
    Finish(&'a str),
    Delegate(&'a str, &'a str, u64),
    Revoke(&'a str),
    Show(&'a str),
}

fn voter(input: Vec<u8>) -> Result<Vec<u8>, String> {
    let input = String::from_utf8(input).map_err(|_| "the input is not UTF-8")?;
    let mut orders = Vec::new();
    for (at, line) in input
        .lines()
        .map(str::trim)
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
    {
        orders.push(parse(line).ok_or_else(|| format!("line {}: no order: {line}", at + 1))?);
    }
    let (mut report, mut it) = (String::new(), String::new());
    for order in &orders {
        let line = follow(order, &mut it).unwrap_or_else(|error| format!("refused: {error}"));
        report.push_str(&line);
        report.push('\n');
    }
    Ok(report.into_bytes())
}

fn parse(line: &str) -> Option<Order<'_>> {
    let (verb, rest) = line.split_once(' ')?;
    if verb == "propose" {
        return Some(Order::Propose(rest));
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    Some(match (verb, words.as_slice()) {
        ("open", [id]) => Order::Open(id),
        ("vote", [id, how]) => Order::Vote(id, ballot(how)?, false),
        ("vote", [id, how, "bound"]) => Order::Vote(id, ballot(how)?, true),
        ("finish", [id]) => Order::Finish(id),
        ("delegate", [scope, to, until]) => Order::Delegate(scope, to, until.parse().ok()?),
        ("revoke", [scope]) => Order::Revoke(scope),
        ("show", [id]) => Order::Show(id),
        _ => return None,
    })
}

/// A ballot as JSON.
fn ballot(word: &str) -> Option<String> {
    if ["yes", "no", "abstain"].contains(&word) {
        return Some(format!("\"{word}\""));
    }
    let is_list = word.split(',').all(|option| option.parse::<u8>().is_ok());
    is_list.then(|| format!("[{word}]"))
}

fn follow(order: &Order<'_>, it: &mut String) -> Result<String, Error> {
    let meant = |id: &str| {
        if id == "it" {
            it.clone()
        } else {
            id.to_owned()
        }
    };
    Ok(match order {
        Order::Propose(proposal) => {
            *it = guest::create_governance_proposal(proposal)?;
            format!("proposed {it}")
        }
        Order::Open(id) => {
            guest::open_governance_voting(&meant(id))?;
            "opened".to_owned()
        }
        Order::Vote(id, ballot, bound) => {
            let id = meant(id);
            let preview = if *bound {
                let shown = guest::get_proposal(&id)?;
                format!(",\"preview\":\"{}\"", preview(&shown))
            } else {
                String::new()
            };
            let vote = format!("{{\"proposal\":\"{id}\",\"ballot\":{ballot}{preview}}}");
            guest::cast_governance_vote(&vote)?;
            format!("voted {ballot}")
        }
        Order::Finish(id) => finish(&meant(id))?,
        Order::Delegate(scope, to, until) => {
            let hand = format!("{{\"to\":\"{to}\",\"scope\":\"{scope}\",\"until\":{until}}}");
            guest::delegate_vote(&hand)?;
            format!("handed {scope} on to {to}")
        }
        Order::Revoke(scope) => {
            guest::revoke_delegation(&format!("{{\"scope\":\"{scope}\"}}"))?;
            format!("took {scope} back")
        }
        Order::Show(id) => guest::get_proposal(&meant(id))?,
    })
}

/// Closes the vote and, if the proposal was accepted, executes it.
fn finish(id: &str) -> Result<String, Error> {
    let status = guest::close_governance_proposal_voting(id)?;
    if status != ACCEPTED {
        return Ok(status);
    }
    Ok(match guest::execute_governance_proposal(id) {
        Ok(()) => format!("{status}, executed"),
        Err(error) => format!("{status}, not yet executed: {error}"),
    })
}

/// The preview that a proposal shows; nothing if it has none, which no vote can be bound to.
fn preview(shown: &str) -> &str {
    let after = shown.split_once("\"preview\":\"").map(|(_, after)| after);
    after
        .and_then(|after| after.split('"').next())
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::voter;
    use icn_abi::{Class, guest::mock};

    fn report(orders: &str) -> Result<String, String> {
        voter(orders.into()).map(|report| String::from_utf8(report).expect("text"))
    }

    #[test]
    fn a_proposal_is_made_opened_and_voted_on() {
        mock::start(b"");
        mock::answers("host_create_governance_proposal", b"bafyp");
        mock::answers_number("host_open_governance_voting", 0);
        mock::answers(
            "host_get_proposal",
            br#"{"title":"t","preview":"bafypreview"}"#,
        );
        mock::answers_number("host_cast_governance_vote", 0);
        mock::answers_number("host_cast_governance_vote", 0);
        let orders = "propose {\"title\":\"t\"}\nopen it\n\nvote it yes bound\nvote bafyq 1,0\n";
        let lines = "proposed bafyp\nopened\nvoted \"yes\"\nvoted [1,0]\n";
        assert_eq!(report(orders).as_deref(), Ok(lines));
        let made = mock::finish().made;
        assert_eq!(made[1].1, "bafyp");
        let bound = r#"{"proposal":"bafyp","ballot":"yes","preview":"bafypreview"}"#;
        assert_eq!(made[3].1, bound);
        assert_eq!(made[4].1, r#"{"proposal":"bafyq","ballot":[1,0]}"#);
    }

    #[test]
    fn what_was_accepted_is_executed_and_nothing_else() {
        for (status, executes) in [("Accepted", true), ("Rejected", false), ("Executed", false)] {
            mock::start(b"");
            mock::answers("host_close_governance_proposal_voting", status.as_bytes());
            mock::answers_number("host_execute_governance_proposal", 0);
            let line = if executes {
                "Accepted, executed"
            } else {
                status
            };
            assert_eq!(report("finish p"), Ok(format!("{line}\n")));
            assert_eq!(mock::finish().made.len(), 1 + usize::from(executes));
        }
    }

    #[test]
    fn what_cannot_be_executed_yet_is_told() {
        mock::start(b"");
        mock::answers("host_close_governance_proposal_voting", b"Accepted");
        mock::refuses(
            "host_execute_governance_proposal",
            Class::InvalidJobState,
            "too early",
        );
        let line = "Accepted, not yet executed: InvalidJobState (-8): too early\n";
        assert_eq!(report("finish p").as_deref(), Ok(line));
    }

    #[test]
    fn votes_are_handed_on_and_taken_back() {
        mock::start(b"");
        mock::answers_number("host_delegate_vote", 0);
        mock::refuses(
            "host_revoke_delegation",
            Class::PermissionDenied,
            "no grant",
        );
        let lines = "handed budget on to did:key:z6Mk\nrefused: PermissionDenied (-7): no grant\n";
        let orders = "delegate budget did:key:z6Mk 99\nrevoke all";
        assert_eq!(report(orders).as_deref(), Ok(lines));
        let made = mock::finish().made;
        let hand = r#"{"to":"did:key:z6Mk","scope":"budget","until":99}"#;
        assert_eq!(made[0].1, hand);
        assert_eq!(made[1].1, r#"{"scope":"all"}"#);
    }

    #[test]
    fn nothing_is_done_when_one_line_is_no_order() {
        for order in [
            "elect p",
            "open",
            "vote p maybe",
            "vote p 1,x",
            "delegate all me soon",
        ] {
            mock::start(b"");
            let orders = format!("open p\n\n{order}");
            assert_eq!(report(&orders), Err(format!("line 3: no order: {order}")));
            assert!(mock::finish().made.is_empty());
        }
    }
}
