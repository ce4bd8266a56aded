//! `icn mana`: accounts, through a node.

use crate::Context;
use crate::act;
use crate::answer::{Answer, count, plain};
use crate::client::Client;
use crate::clock::shown;
use crate::failure::Failure;
use clap::Subcommand;
use icn_api::account::AccountView;
use icn_api::event::EventView;
use icn_api::status::Status;
use icn_base::{Did, Mana};
use icn_ledger::Action;
use serde_json::json;

/// Accounts: mana, reputation, and what became of them
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Shows an account
    Show {
        /// Whose [default: the node's]
        did: Option<Did>,
    },
    /// Gives mana to somebody
    Transfer {
        /// Whom
        to: Did,
        /// How much
        amount: Mana,
        #[command(flatten)]
        sign: act::Args,
    },
    /// Lists what has happened to an account, the latest first
    History {
        /// Whose [default: the node's]
        did: Option<Did>,
        /// Facts at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
        limit: u64,
    },
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    let client = Client::open(context)?;
    match verb {
        Verb::Show { did } => {
            let did = whose(&client, *did)?;
            let (view, json) = client.get_as::<AccountView>(&format!("/v1/accounts/{did}"))?;
            Ok(Answer::new(account(&view), json))
        }
        Verb::Transfer { to, amount, sign } => {
            let action = Action::Transfer {
                to: *to,
                amount: *amount,
                memo: String::new(),
            };
            let done = act::act(&client, action, sign, context)?;
            Ok(Answer::new(
                format!("{amount} mana to {to}\n{}", done.text),
                done.json,
            ))
        }
        Verb::History { did, limit } => history(&client, whose(&client, *did)?, *limit),
    }
}

fn whose(client: &Client, did: Option<Did>) -> Result<Did, Failure> {
    match did {
        Some(did) => Ok(did),
        None => Ok(client.get_as::<Status>("/v1/status")?.0.did),
    }
}

fn account(view: &AccountView) -> String {
    if !view.known {
        return format!("{}\nthe book has never heard of it", view.did);
    }
    let role = match (view.member, view.power) {
        (false, _) => "no member".to_owned(),
        (true, 0) => "member".to_owned(),
        (true, power) => format!("member, orders with power {power}"),
    };
    format!(
        "{}\n{role}, reputation {}\nmana      {} in all\nspendable {}\nheld      {} for jobs and proposals\nbonded    {}\nnonce     {}",
        view.did, view.reputation, view.total, view.spendable, view.held, view.bonded, view.nonce,
    )
}

fn history(client: &Client, did: Did, limit: u64) -> Result<Answer, Failure> {
    let mut facts: Vec<EventView> = Vec::new();
    let mut cursor = String::new();
    while (facts.len() as u64) < limit {
        let path = format!("/v1/accounts/{did}/history?limit=50{cursor}");
        let (page, _) = client.get_as::<icn_api::Page<EventView>>(&path)?;
        facts.extend(page.items);
        match page.next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    facts.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let line = |fact: &EventView| {
        let what = plain(&fact.event.to_string());
        format!("{}  {}  {what}\n", shown(fact.time), fact.id)
    };
    let lines: String = facts.iter().map(line).collect();
    let text = format!("{lines}{}", count(facts.len() as u64, "fact"));
    Ok(Answer::new(text, json!({ "facts": facts })))
}
