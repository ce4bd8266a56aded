//! Members change a price.

use super::{ANA, EVE, Scene, read};
use crate::client::fresh_key;
use crate::failure::Failure;
use icn_api::gov::{Acted, ParameterView};
use icn_base::ProposalId;
use icn_base::gov::{ProposalStatus, ProposalView};
use serde_json::{Value, json};

/// What is changed: what each transaction pays the treasury.
const PRICE: &str = "tx_fee";
/// To what.
const VALUE: u64 = 2;

impl Scene<'_> {
    pub(super) fn vote(&mut self) -> Result<(), Failure> {
        self.story.chapter("The members change a price");
        let before = self.price()?;
        let body = json!({
            "title": "A transaction costs two",
            "text": "The treasury pays for what all of us need.",
            "kind": { "set_parameter": { "name": PRICE, "value": VALUE } },
        });
        let proposed = self.act(ANA, "/v1/proposals", &body)?;
        let Some(id) = proposed.proposal else {
            return self.story.check(false, "a proposal has an id");
        };
        self.story.tell(&format!(
            "ana proposes {PRICE} = {VALUE} instead of {before}: {id}"
        ));
        self.decide(&id, ["yes", "no", "yes", "yes"])?;
        self.story.check(
            true,
            "three of four were for it; eve's book says that it is executed",
        )?;
        let after = self.stopped.wait("the new price in eve's book", || {
            let price = self.price()?;
            Ok((price != before).then_some(price))
        })?;
        self.story.check(
            after == VALUE,
            &format!("{PRICE} is {after} now, in eve's book, too"),
        )
    }

    /// Ana's proposal is voted on by all founders, and executed.
    pub(super) fn decide(&mut self, id: &ProposalId, ballots: [&str; 4]) -> Result<(), Failure> {
        self.act(ANA, &format!("/v1/proposals/{id}/open"), &json!({}))?;
        for (at, ballot) in ballots.into_iter().enumerate() {
            self.proposal_is(at, id, ProposalStatus::Voting)?;
            let path = format!("/v1/proposals/{id}/vote");
            self.act(at, &path, &json!({ "ballot": ballot }))?;
            let name = self.devnet.nodes[at].name();
            self.story.tell(&format!("{name} votes {ballot}"));
        }
        self.act(ANA, &format!("/v1/proposals/{id}/close"), &json!({}))?;
        self.act(ANA, &format!("/v1/proposals/{id}/execute"), &json!({}))?;
        self.proposal_is(EVE, id, ProposalStatus::Executed)
    }

    /// Something that a node does under its own key, for its operator.
    pub(super) fn act(&self, at: usize, path: &str, body: &Value) -> Result<Acted, Failure> {
        let path = format!("{path}?wait=20");
        read(&path, self.client(at)?.post(&path, body, &fresh_key()?)?)
    }

    fn price(&self) -> Result<u64, Failure> {
        let path = "/v1/parameters";
        let (all, _) = self.client(EVE)?.get_as::<Vec<ParameterView>>(path)?;
        let found = all.iter().find(|one| one.name == PRICE);
        Ok(found.map_or(0, |one| one.value))
    }

    /// Waits until a node's book has a proposal there.
    fn proposal_is(
        &self,
        at: usize,
        id: &ProposalId,
        wanted: ProposalStatus,
    ) -> Result<(), Failure> {
        let (client, path) = (self.client(at)?, format!("/v1/proposals/{id}"));
        self.stopped.wait("the proposal's next step", || {
            let view = client.get_as::<ProposalView>(&path).ok();
            Ok(view.filter(|(view, _)| view.status == wanted).map(drop))
        })
    }
}
