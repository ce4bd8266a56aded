//! What happens.

mod ends;
mod job;
mod proof;
mod vote;

use super::story::Story;
use crate::client::{Client, typed};
use crate::devnet::{Devnet, Stopped};
use crate::failure::Failure;
use crate::job::pages;
use icn_abi::Class;
use icn_api::account::AccountView;
use icn_api::market::ExecutorView;
use icn_api::status::Status;
use icn_base::{Cid, Did};

/// Who takes part, and for how much each runs jobs: a base price and one for a million of fuel.
const FOUNDERS: [(&str, Option<(u64, u64)>); 4] = [
    ("ana", None),
    ("ben", Some((3, 2))),
    ("cleo", Some((1, 1))),
    ("dan", Some((2, 1))),
];

/// Who joins later.
const FOLLOWER: &str = "eve";

/// The place of ana, who asks for work.
const ANA: usize = 0;
/// The place of ben, who has something to prove.
const BEN: usize = 1;
/// The place of eve, who only follows.
const EVE: usize = 4;

/// The mesh, and what is known of it.
struct Scene<'a> {
    story: &'a mut Story,
    stopped: &'a Stopped,
    devnet: Devnet,
}

/// Plays all of it.
pub(super) fn play(story: &mut Story, stopped: &Stopped) -> Result<(), Failure> {
    story.chapter("A mesh begins");
    let names = FOUNDERS.map(|(name, _)| name);
    let devnet = Devnet::found(&names, None, stopped.clone())?;
    let mut scene = Scene {
        story,
        stopped,
        devnet,
    };
    scene.begin()?;
    let done = scene.job()?;
    scene.receipt(&done)?;
    scene.vote()?;
    scene.proof()?;
    scene.death(&done)?;
    scene.end()
}

impl Scene<'_> {
    fn client(&self, at: usize) -> Result<Client, Failure> {
        self.devnet.nodes[at].client()
    }

    fn did(&self, at: usize) -> Result<Did, Failure> {
        self.devnet.nodes[at].did()
    }

    /// The place of one who takes part.
    fn place(&self, did: &Did) -> Result<usize, Failure> {
        let place = self
            .devnet
            .nodes
            .iter()
            .position(|node| node.did().ok().as_ref() == Some(did));
        place.ok_or_else(|| Failure::new(Class::Internal, format!("{did} takes no part")))
    }

    /// The name of one who takes part.
    fn name(&self, did: &Did) -> String {
        match self.place(did) {
            Ok(place) => self.devnet.nodes[place].name().to_owned(),
            Err(_) => did.to_string(),
        }
    }

    /// Everybody's DID and name.
    fn names(&self) -> Vec<(String, String)> {
        let known = self.devnet.nodes.iter();
        let known =
            known.filter_map(|node| Some((node.did().ok()?.to_string(), node.name().to_owned())));
        known.collect()
    }

    fn account(&self, at: usize, whose: usize) -> Result<AccountView, Failure> {
        let path = format!("/v1/accounts/{}", self.did(whose)?);
        Ok(self.client(at)?.get_as::<AccountView>(&path)?.0)
    }

    /// Waits until all who run stand at one height with one root, and returns both.
    fn agreed(&self) -> Result<(u64, Cid), Failure> {
        self.stopped
            .wait("all nodes at one height with one root", || {
                let mut seen = Vec::new();
                for node in self.devnet.nodes.iter().filter(|node| node.runs()) {
                    let (status, _) = node.client()?.get_as::<Status>("/v1/status")?;
                    seen.push((status.height, status.root));
                }
                let first = seen.first().copied();
                Ok(first.filter(|first| seen.iter().all(|one| one == first)))
            })
    }

    fn begin(&mut self) -> Result<(), Failure> {
        for (at, (name, prices)) in FOUNDERS.into_iter().enumerate() {
            let values = match prices {
                None => vec!["executor.enabled=false".to_owned()],
                Some((base, per_mfuel)) => vec![
                    format!("executor.base={base}"),
                    format!("executor.per_mfuel={per_mfuel}"),
                    "executor.workers=1".to_owned(),
                ],
            };
            self.devnet.nodes[at].set(values);
            self.devnet.start(at)?;
            let node = &self.devnet.nodes[at];
            let work = match prices {
                None => "runs no jobs for others".to_owned(),
                Some((base, per)) => format!("runs jobs for {base} mana and {per} a million fuel"),
            };
            let (did, api) = (node.did()?.to_string(), node.api().unwrap_or_default());
            let short = did.get(did.len().saturating_sub(6)..).unwrap_or_default();
            self.story
                .tell(&format!("{name:<5}…{short}  {api}  orders, {work}"));
        }
        let network = self.devnet.network()?;
        let eve = self.devnet.join(FOLLOWER)?;
        self.devnet.nodes[eve].set(vec!["executor.enabled=false".to_owned()]);
        self.devnet.start(eve)?;
        let api = self.devnet.nodes[eve].api().unwrap_or_default();
        self.story.tell(&format!(
            "{FOLLOWER}   joined with the string that ana's node printed: {api}  follows"
        ));
        let one = self
            .devnet
            .nodes
            .iter()
            .all(|node| node.network() == Some(network));
        self.story
            .check(one, &format!("five processes, one network: {network}"))?;
        let client = self.client(eve)?;
        let path = "/v1/executors";
        self.stopped.wait("three executors in eve's book", || {
            let all: Vec<ExecutorView> = pages(&client, path, &["limit=50".to_owned()])?;
            Ok((all.len() == 3).then_some(()))
        })?;
        let (_, root) = self.agreed()?;
        self.story.check(
            true,
            "ben, cleo and dan have registered as executors, in everybody's book",
        )?;
        self.story
            .tell(&format!("root of the state, at all five: {root}"));
        Ok(())
    }
}

/// A value out of an answer.
fn read<T: serde::de::DeserializeOwned>(path: &str, json: serde_json::Value) -> Result<T, Failure> {
    Ok(typed::<T>(path, json)?.0)
}
