//! A node dies and comes back; then all of them end, and their books are compared.

use super::job::Done;
use super::{ANA, EVE, Scene};
use crate::act;
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore};
use icn_api::status::Status;
use icn_base::Mana;
use icn_ledger::Action;
use serde_json::Value;

/// What ana gives eve while one of them is dead.
const GIFT: u64 = 25;

impl Scene<'_> {
    pub(super) fn death(&mut self, done: &Done) -> Result<(), Failure> {
        self.story.chapter("A node dies");
        let victim = self.place(&done.executor)?;
        let name = self.devnet.nodes[victim].name().to_owned();
        let (height, root) = self.agreed()?;
        self.devnet.nodes[victim].kill();
        self.story
            .tell(&format!("kill -9 of {name}'s process, at height {height}"));
        let before = self.account(ANA, EVE)?.total;
        let gift = Mana::new(GIFT).map_err(Failure::malformed)?;
        let keys = Keystore::at(self.devnet.nodes[ANA].dir()).load(&KeyName::default(), None)?;
        let action = Action::Transfer {
            to: self.did(EVE)?,
            amount: gift,
            memo: "for coffee".to_owned(),
        };
        let sent = act::send(&self.client(ANA)?, &action, &keys)?;
        self.story.tell(&format!(
            "ana signs a gift to eve with her own key: {}",
            sent.text
        ));
        let after = self.account(ANA, EVE)?.total;
        let moved = before.plus(gift).is_ok_and(|sum| sum == after);
        self.story.check(
            moved,
            &format!("three of four validators go on: eve has {after} mana"),
        )?;
        self.devnet.start(victim)?;
        let (height, again) = self.agreed()?;
        let (status, _) = self.client(victim)?.get_as::<Status>("/v1/status")?;
        let back = status.height == height && again != root;
        self.story.check(
            back,
            &format!(
                "{name} is back, caught up to height {height}, and has the same root as the others"
            ),
        )
    }

    pub(super) fn end(&mut self) -> Result<(), Failure> {
        self.story.chapter("The books are compared");
        let (height, root) = self.agreed()?;
        for node in &mut self.devnet.nodes {
            node.stop(self.stopped)?;
        }
        self.story.check(
            true,
            "all five ended when they were asked to, without a fault",
        )?;
        let mut sums: Vec<Value> = Vec::new();
        for node in &self.devnet.nodes {
            sums.push(self.devnet.icn(&["audit"], node.dir())?);
        }
        let same = |field: &str, value: &str| sums.iter().all(|sum| sum[field] == value);
        let equal =
            sums.iter().all(|sum| sum["height"] == height) && same("root", &root.to_string());
        self.story.check(
            equal,
            &format!("each chain was applied again from the first block: five times height {height} and the same root"),
        )?;
        let amount = |field: &str| {
            let text = sums.first().and_then(|sum| sum[field].as_str());
            text.and_then(|text| text.parse::<u64>().ok())
        };
        let all = (amount("in_accounts"), amount("treasury"), amount("minted"));
        let (Some(accounts), Some(treasury), Some(minted)) = all else {
            return self
                .story
                .check(false, "an audit says how much mana there is");
        };
        self.story.check(
            accounts.checked_add(treasury) == Some(minted),
            &format!("no mana was made or lost: {accounts} in accounts and {treasury} in the treasury are the {minted} there ever were"),
        )
    }
}
