//! Ben proves that he has a paper of the town hall and does not show it, until ana takes it back.

use super::{ANA, BEN, Scene, read};
use crate::client::fresh_key;
use crate::failure::Failure;
use crate::{file, job, upload};
use icn_abi::Class;
use icn_api::job::{JobActed, ReceiptView};
use icn_base::Bytes;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_dag::Block;
use serde_json::{Value, json};
use std::time::Duration;

/// The guest: it lets in whoever proves what it is asked to see.
const MODULE: &[u8] = include_bytes!("../../../../examples/wasm/doorman.wasm");

/// What is proved: the credential's place in its issuer's tree of revocations is empty.
const CIRCUIT: &str = "not_revoked";

/// The longest that a look at a proof may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the doorman said.
struct Look {
    words: String,
    /// What it cost, all in all.
    paid: u64,
}

impl Scene<'_> {
    pub(super) fn proof(&mut self) -> Result<(), Failure> {
        self.story.chapter("Ben proves it and does not show it");
        let circuit = self.circuit()?;
        let credential = self.paper()?;
        let shown = self.prove(&circuit)?;
        let good = self.look(&shown)?;
        self.story.check(
            good.words == "holds, come in",
            "a guest verified it: he has a paper, of whom it asked, and may come in",
        )?;
        let path = format!("/v1/credentials/{credential}/revoke?wait=20");
        self.client(ANA)?.post(&path, &json!({}), &fresh_key()?)?;
        self.story.tell("ana takes the paper back");
        let bad = self.look(&shown)?;
        self.story.check(
            bad.words.ends_with("stay outside"),
            "the same proof is refused: the tree has another root by now",
        )?;
        let (first, second) = (good.paid, bad.paid);
        self.story.check(
            first > second && second > 0,
            &format!(
                "the first look cost ana {first} mana, the second {second}: only fuel is kept for a proof that fails"
            ),
        )
    }

    /// A key for the circuit, which the members vote for; the circuit's id.
    fn circuit(&mut self) -> Result<String, Failure> {
        let ceremony = self.here("ceremony");
        let (key, offer) = (self.here("vk.json"), self.here("offer.json"));
        let ana = self.devnet.nodes[ANA].dir();
        let of = ["--circuit", CIRCUIT];
        let args = [&["zk", "setup", "development", &ceremony], &of[..]].concat();
        self.devnet.icn(&args, ana)?;
        let to = ["-o", &key, "--offer", &offer];
        let args = [&["zk", "setup", "export", &ceremony], &of[..], &to].concat();
        let ids = self.devnet.icn(&args, ana)?;
        let change = format!("circuit {offer}");
        let args = ["gov", "propose", "Papers of the town hall", &change];
        let made = self.devnet.icn(&args, ana)?;
        let id = said(&made, "proposal")?;
        let circuit = said(&ids, "id")?;
        self.story
            .tell(&format!("ana proposes the circuit {CIRCUIT}: {circuit}"));
        let id = id.parse().map_err(Failure::malformed)?;
        self.decide(&id, ["yes"; 4])?;
        self.story
            .check(true, "its key is in everybody's book, by vote")?;
        Ok(circuit)
    }

    /// Ana issues a credential to ben; its CID.
    fn paper(&mut self) -> Result<String, Failure> {
        let (ana, ben) = (self.devnet.nodes[ANA].dir(), self.devnet.nodes[BEN].dir());
        let node = ["--key", "node"];
        let args = [&["credential", "commitment"], &node[..]].concat();
        let commitment = said(&self.devnet.icn(&args, ben)?, "commitment")?;
        let args = [&["credential", "issuer", "Town hall"], &node[..]].concat();
        self.devnet.icn(&args, ana)?;
        let (holder, file) = (self.did(BEN)?.to_string(), self.here("paper.cbor"));
        let of = ["credential", "issue", &holder, &commitment];
        let claim = [
            "--claim",
            "born=19820229",
            "--for",
            "365d",
            "--credential",
            &file,
        ];
        let args = [&of[..], &claim, &node].concat();
        let credential = said(&self.devnet.icn(&args, ana)?, "credential")?;
        self.story.tell(&format!(
            "ana issues ben a credential; the book knows its CID and nothing else: {credential}"
        ));
        let client = self.client(BEN)?;
        let path = format!("/v1/credentials/{credential}");
        self.stopped.wait("the credential in ben's book", || {
            Ok(client.get(&path).ok())
        })?;
        Ok(credential)
    }

    /// Ben's proof, as a line for the doorman.
    fn prove(&mut self, circuit: &str) -> Result<String, Failure> {
        let key = self.here(&format!("ceremony/{CIRCUIT}.key"));
        let (proof, public) = (self.here("proof.json"), self.here("public.json"));
        let paper = self.here("paper.cbor");
        let of = ["credential", "prove", CIRCUIT, &paper, "--key", "node"];
        let asked = ["--scope", "the door", "--challenge", "good evening"];
        let files = [
            "--proving-key",
            &key,
            "--proof",
            &proof,
            "--public",
            &public,
        ];
        let args = [&of[..], &asked, &files].concat();
        self.devnet.icn(&args, self.devnet.nodes[BEN].dir())?;
        let read = |name| -> Result<Value, Failure> {
            let bytes = file::read(&self.devnet.path(name), BLOCK_BYTES_MAX)?;
            serde_json::from_slice(&bytes).map_err(Failure::malformed)
        };
        let shown = json!({
            "circuit": circuit,
            "proof": read("proof.json")?,
            "public": read("public.json")?,
            "issuers": [self.did(ANA)?],
            "holder": self.did(BEN)?,
        });
        self.story
            .tell("ben proves on his own machine that it is his and was not revoked");
        Ok(format!("unrevoked {shown}"))
    }

    /// Ana has a guest look at a proof.
    fn look(&self, shown: &str) -> Result<Look, Failure> {
        let client = self.client(ANA)?;
        let ask = json!({
            "module": upload::send_block(&client, &Block::raw(MODULE)?)?,
            "input": { "inline": Bytes(shown.as_bytes().to_vec()) },
            "fuel_limit": 100_000_000,
            "max_price": "250",
            "grants": [{ "zk.verify": { "budget": "50" } }],
        });
        let path = "/v1/jobs";
        let acted: JobActed = read(path, client.post(path, &ask, &fresh_key()?)?)?;
        let (view, _) = job::until_ended(&client, acted.job, PATIENCE, |_: &str| {})?;
        let receipt = format!("/v1/jobs/{}/receipt", acted.job);
        let (receipt, _) = client.get_as::<ReceiptView>(&receipt)?;
        let receipt = receipt.receipt;
        let (words, _) = self.output(&receipt.claim.output, &receipt.executor)?;
        Ok(Look {
            words,
            paid: view.hold.paid.units(),
        })
    }

    fn here(&self, name: &str) -> String {
        self.devnet.path(name).display().to_string()
    }
}

fn said(json: &Value, field: &str) -> Result<String, Failure> {
    let found = json[field].as_str().map(ToOwned::to_owned);
    found.ok_or_else(|| Failure::new(Class::Internal, format!("icn said no {field}: {json}")))
}
