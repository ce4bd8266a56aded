//! Ana's job: over HTTP to her own node, run by the cheapest of the others, proved to anyone.

use super::{ANA, EVE, Scene, read};
use crate::client::fresh_key;
use crate::failure::Failure;
use crate::{file, job, upload};
use icn_abi::Class;
use icn_api::job::{ExplainView, JobActed, JobView, ReceiptView};
use icn_base::run::JobState;
use icn_base::{Bytes, Cid, Did, Mana};
use icn_dag::Block;
use serde_json::json;
use std::time::Duration;

/// The guest: it counts words.
const MODULE: &[u8] = include_bytes!("../../../../examples/wasm/wordcount.wasm");

/// What it reads.
const WORDS: &str = "the more we share the more we have";

/// The longest that the job may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The job, once it is done.
pub(super) struct Done {
    pub(super) job: JobView,
    pub(super) executor: Did,
}

impl Scene<'_> {
    pub(super) fn job(&mut self) -> Result<Done, Failure> {
        self.story.chapter("Ana asks for work");
        let client = self.client(ANA)?;
        let before = self.mana()?;
        let module = upload::send_block(&client, &Block::raw(MODULE)?)?;
        self.story.tell(&format!(
            "her module counts words; she gives it to her own node alone: {module}"
        ));
        self.story.tell(&format!("her input: \"{WORDS}\""));
        let ask = json!({
            "module": module,
            "input": { "inline": Bytes(WORDS.as_bytes().to_vec()) },
            "fuel_limit": 10_000_000,
            "max_price": "50",
            "bid_window_ms": 500,
        });
        let path = "/v1/jobs";
        let acted: JobActed = read(path, client.post(path, &ask, &fresh_key()?)?)?;
        self.story
            .tell(&format!("POST /v1/jobs at ana: job {}", acted.job));
        let story = &self.story;
        let names = self.names();
        let told = |stage: &str| {
            let named = names.iter().fold(stage.to_owned(), |stage, (did, name)| {
                stage.replace(did, name)
            });
            story.tell(&named);
        };
        let (view, _) = job::until_ended(&client, acted.job, PATIENCE, told)?;
        let (explained, _) =
            client.get_as::<ExplainView>(&format!("/v1/jobs/{}/explain", acted.job))?;
        for candidate in &explained.executors {
            let name = self.name(&candidate.executor);
            let most = candidate
                .worst_case
                .map_or_else(String::new, |most| format!(", {most} mana at most"));
            self.story
                .tell(&format!("{name}: {}{most}", candidate.said));
        }
        self.story.check(
            view.state == JobState::Completed,
            "the job is done and settled",
        )?;
        let receipt = format!("/v1/jobs/{}/receipt", acted.job);
        let (receipt, _) = client.get_as::<ReceiptView>(&receipt)?;
        let executor = receipt.receipt.executor;
        let other = executor != self.did(ANA)?;
        let name = self.name(&executor);
        self.story.check(
            other,
            &format!("{name} ran it, and fetched the module by its CID"),
        )?;
        let (words, whose) = self.output(&receipt.receipt.claim.output, &executor)?;
        self.story.check(
            !words.is_empty(),
            &format!("its output, read at {whose}: {words}"),
        )?;
        self.paid(&before, &view, &executor)?;
        Ok(Done {
            job: view,
            executor,
        })
    }

    /// What the run wrote, and at whose node it was read.
    pub(super) fn output(&self, cid: &Cid, executor: &Did) -> Result<(String, String), Failure> {
        let mut last = Err(Failure::new(Class::DagOperationFailed, "nobody has it"));
        for at in [ANA, self.place(executor)?] {
            let mut bytes = Vec::new();
            match upload::download(&self.client(at)?, cid, &mut bytes) {
                Ok(_) => {
                    let words = String::from_utf8_lossy(&bytes).trim().replace('\n', ", ");
                    return Ok((words, self.devnet.nodes[at].name().to_owned()));
                }
                Err(failure) => last = Err(failure),
            }
        }
        last
    }

    /// Everybody's mana, as ana's book has it.
    fn mana(&self) -> Result<Vec<Mana>, Failure> {
        let all = 0..self.devnet.nodes.len();
        all.map(|whose| Ok(self.account(ANA, whose)?.total))
            .collect()
    }

    /// What the job moved.
    fn paid(&mut self, before: &[Mana], job: &JobView, executor: &Did) -> Result<(), Failure> {
        let after = self.mana()?;
        for (node, (before, after)) in self.devnet.nodes.iter().zip(before.iter().zip(&after)) {
            if before != after {
                self.story.tell(&format!(
                    "{:<5}{before} mana before, {after} after",
                    node.name()
                ));
            }
        }
        let hold = &job.hold;
        self.story.tell(&format!(
            "of {} held, {} went to {} and the treasury, {} back to ana",
            hold.held,
            hold.paid,
            self.name(executor),
            hold.refunded
        ));
        let spent = before[ANA].units().saturating_sub(after[ANA].units());
        let closed = hold
            .paid
            .plus(hold.refunded)
            .is_ok_and(|sum| sum == hold.held);
        let fair = closed && spent >= hold.paid.units();
        self.story
            .check(fair, "what was held was paid or returned, to the last unit")
    }

    pub(super) fn receipt(&mut self, done: &Done) -> Result<(), Failure> {
        self.story.chapter("Anybody can check it");
        self.agreed()?;
        let (path, job) = (self.devnet.path("receipt.car"), done.job.job);
        let executor = done.executor;
        let route = format!("/v1/jobs/{job}/receipt?format=car&executor={executor}");
        // Whoever has what the run read can give it: ana and the executor, and often others.
        let mut found = None;
        for at in [EVE, ANA, self.place(&executor)?] {
            if let Ok(car) = self.client(at)?.bytes(&route, 64 << 20) {
                found = Some((car, self.devnet.nodes[at].name().to_owned()));
                break;
            }
        }
        let Some((car, whose)) = found else {
            return self.story.check(false, "somebody has the receipt");
        };
        let size = file::write_bytes(&path, &car)?;
        self.story.tell(&format!(
            "the receipt with its proofs, from {whose}'s node: {size} bytes"
        ));
        let file = path.display().to_string();
        let nobody = self.devnet.path("nobody");
        let verdict = self.devnet.icn(&["receipt", "verify", &file], &nobody)?;
        let valid = verdict["verdict"] == "valid";
        self.story.check(
            valid,
            "a process that knows no node ran the job again, offline: the receipt is valid",
        )
    }
}
