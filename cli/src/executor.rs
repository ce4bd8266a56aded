//! `icn executor`: who runs jobs, and this node's own offer.

use crate::Context;
use crate::act;
use crate::answer::{Answer, count, plain};
use crate::client::Client;
use crate::failure::Failure;
use crate::job::pages;
use clap::Subcommand;
use icn_api::market::ExecutorView;
use icn_base::Mana;
use icn_economics::Offer;
use icn_ledger::{Action, Profile};
use icn_sandbox::ENGINE;
use serde_json::json;

/// Executors: who runs jobs, and at what price
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Lists those who run jobs, and what they ask
    List,
    /// Offers to run jobs, or changes the offer. A node whose `[executor]` is enabled does so by itself
    Register {
        /// Jobs at once
        #[arg(long, value_name = "N", default_value_t = 8)]
        capacity: u32,
        /// Mana for a job, whatever the fuel
        #[arg(long, value_name = "N", default_value = "1")]
        base: Mana,
        /// Mana for a million of fuel
        #[arg(long, value_name = "N", default_value = "1")]
        per_mfuel: Mana,
        /// What it can do; may be repeated
        #[arg(long = "capability", value_name = "NAME")]
        capabilities: Vec<String>,
        /// What it is; may be repeated
        #[arg(long = "label", value_name = "NAME=VALUE", value_parser = crate::job::pair)]
        labels: Vec<(String, String)>,
        #[command(flatten)]
        sign: act::Args,
    },
    /// Takes no more jobs; running ones run to their end
    Withdraw {
        #[command(flatten)]
        sign: act::Args,
    },
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    let client = Client::open(context)?;
    let (action, sign) = match verb {
        Verb::List => return list(&client),
        Verb::Withdraw { sign } => (Action::Withdraw {}, sign),
        Verb::Register {
            capacity,
            base,
            per_mfuel,
            capabilities,
            labels,
            sign,
        } => {
            let profile = Profile {
                capacity: *capacity,
                prices: Offer {
                    base: *base,
                    per_mfuel: *per_mfuel,
                },
                capabilities: capabilities.iter().cloned().collect(),
                labels: labels.iter().cloned().collect(),
                engine: ENGINE.to_owned(),
            };
            (Action::RegisterExecutor { profile }, sign)
        }
    };
    let done = act::act(&client, action, sign, context)?;
    Ok(Answer::new(done.text, done.json))
}

fn list(client: &Client) -> Result<Answer, Failure> {
    let all: Vec<ExecutorView> = pages(client, "/v1/executors", &["limit=500".to_owned()])?;
    let line = |one: &ExecutorView| {
        let (offer, state) = (&one.offer, if one.open { "open" } else { "withdrawn" });
        let words = offer.capabilities.iter().cloned();
        let labels = offer
            .labels
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let words: Vec<_> = words.chain(labels).collect();
        format!(
            "{}  {state}  {} of {} seats  {} and {} a million fuel  reputation {}  {}\n",
            one.did,
            one.busy,
            offer.capacity,
            offer.base,
            offer.per_mfuel,
            one.reputation,
            plain(&words.join(" ")),
        )
    };
    let lines: String = all.iter().map(line).collect();
    let text = format!("{lines}{}", count(all.len() as u64, "executor"));
    Ok(Answer::new(text, json!({ "executors": all })))
}
