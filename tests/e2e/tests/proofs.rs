//! Zero-knowledge proofs on a mesh of four, over the command line and HTTP: what a guest verifies is
//! charged, what does not hold costs fuel alone, and what is revoked is shown no more.

use icn_e2e::mesh::PATIENCE;
use icn_e2e::verb::{icn, try_icn};
use icn_e2e::{Mesh, wait};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const DOORMAN: &[u8] = include_bytes!("../../../examples/wasm/doorman.wasm");

/// The node that issues; it is a member as any other.
const HALL: usize = 0;
/// The node whose key holds and proves.
const HOLDER: usize = 1;
/// The node that asks for proofs, and pays.
const VERIFIER: usize = 2;
/// The node that runs its jobs.
const RUNNER: usize = 3;

/// A mesh whose members have registered circuits.
struct Stage {
    mesh: Mesh,
    files: tempfile::TempDir,
}

/// A job that has ended, as its owner sees it.
struct Seen {
    output: String,
    /// What the owner has less than before.
    spent: u64,
    /// What the executor may charge for the fuel it used.
    charge: u64,
    /// The statistics of the calls that verify.
    calls: Vec<Value>,
}

impl Stage {
    fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn dir(&self, node: usize) -> &Path {
        &self.mesh.nodes[node].dir
    }

    /// A verb at a node that runs.
    fn icn(&self, node: usize, args: &[&str]) -> Value {
        icn(self.dir(node), args)
    }

    /// Four members with circuits.
    fn new(circuits: &[&str]) -> Self {
        let stage = Self {
            mesh: Mesh::start(4, &[]),
            files: tempfile::tempdir().expect("a directory for a while"),
        };
        let ceremony = stage.text("ceremony");
        for circuit in circuits {
            let (offer, key) = (stage.text("offer.json"), stage.text("vk.json"));
            let of = [
                "zk",
                "setup",
                "development",
                &ceremony,
                "--circuit",
                circuit,
            ];
            stage.icn(HALL, &of);
            let of = ["zk", "setup", "export", &ceremony, "--circuit", circuit];
            let to = ["-o", &key, "--offer", &offer];
            stage.icn(HALL, &[&of[..], &to[..]].concat());
            stage.register(circuit, &offer);
        }
        stage
    }

    /// All four vote for a circuit.
    fn register(&self, circuit: &str, offer: &str) {
        let change = format!("circuit {offer}");
        let made = self.icn(HALL, &["gov", "propose", circuit, &change]);
        let id = made["proposal"].as_str().expect("a proposal has an id");
        self.icn(HALL, &["gov", "open", id]);
        for node in 0..4 {
            self.in_book(node, &format!("/v1/proposals/{id}"), |view| {
                view["status"] == "Voting"
            });
            self.icn(node, &["gov", "vote", id, "yes"]);
        }
        self.icn(HALL, &["gov", "close", id]);
        self.icn(HALL, &["gov", "execute", id]);
    }

    /// Waits until a node's book says so.
    fn in_book(&self, node: usize, path: &str, says: impl Fn(&Value) -> bool) -> Value {
        let http = self.mesh.nodes[node].http();
        wait(path, PATIENCE, || {
            let view = http.try_get(path)?.json();
            says(&view).then_some(view)
        })
    }

    /// A registered circuit, once the verifier's book has it.
    fn circuit(&self, name: &str) -> Value {
        let find = |page: &Value| {
            let items = page["items"].as_array()?.iter();
            let mut found = items.filter(|item| item["prover"]["name"] == name);
            found.next().cloned()
        };
        let page = self.in_book(VERIFIER, "/v1/zk/circuits", |page| find(page).is_some());
        find(&page).expect("it was seen")
    }

    /// Has the holder prove something for the verifier; the line that its guest reads.
    fn prove(&self, circuit: &str, more: &[&str], issuers: &[String]) -> String {
        let ran = self.try_prove(circuit, more);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{circuit}: {said}");
        let read = |name: &str| -> Value {
            let bytes = std::fs::read(self.path(name)).expect("it was written");
            serde_json::from_slice(&bytes).expect("it is JSON")
        };
        let verb = match circuit {
            "not_revoked" => "unrevoked",
            _ => "proof",
        };
        let mut shown = json!({
            "circuit": self.circuit(circuit)["circuit"],
            "proof": read("proof.json"),
            "public": read("public.json"),
        });
        if !issuers.is_empty() {
            shown["issuers"] = json!(issuers);
            shown["holder"] = json!(self.mesh.nodes[HOLDER].did());
        }
        format!("{verb} {shown}")
    }

    fn try_prove(&self, circuit: &str, more: &[&str]) -> std::process::Output {
        let key = self.text(&format!("ceremony/{circuit}.key"));
        let (proof, public) = (self.text("proof.json"), self.text("public.json"));
        let args = [
            &["credential", "prove", circuit][..],
            more,
            &[
                "--scope",
                "the door",
                "--challenge",
                "a word of the verifier",
            ],
            &[
                "--proving-key",
                &key,
                "--proof",
                &proof,
                "--public",
                &public,
            ],
        ];
        try_icn(self.dir(HOLDER), &args.concat())
    }

    /// A job of the verifier's in which the doorman looks at proofs.
    fn show(&self, lines: &[&str]) -> Seen {
        let verifier = &self.mesh.nodes[VERIFIER];
        let http = verifier.http();
        let before = self.total(VERIFIER);
        let asked = json!({
            "module": http.put(DOORMAN),
            "input": { "cid": http.put(lines.join("\n").as_bytes()) },
            "fuel_limit": 1_000_000_000,
            "max_price": "1100",
            "requires": { "allow": [self.mesh.nodes[RUNNER].did()] },
            "grants": [{ "zk.verify": { "budget": "100" } }],
        });
        let job = http.post("/v1/jobs", &asked)["job"].clone();
        let path = format!("/v1/jobs/{}", job.as_str().expect("a job has an id"));
        let job = self.in_book(VERIFIER, &path, |job| job["ended"].is_u64());
        assert_eq!(job["state"], "completed", "{job}");
        let claim = http.get(&format!("{path}/receipt"))["receipt"]["claim"].clone();
        let number = |value: &Value| value.as_u64().expect("it is a number");
        let amount = |value: &Value| units(value);
        let offer = self.offer(RUNNER);
        let per_mfuel = amount(&offer["per_mfuel"]) * number(&claim["fuel_used"]);
        let output = job["output"].as_str().expect("it has an output").to_owned();
        let calls = claim["host_calls"].as_array().expect("they are listed");
        let verifying = |stats: &&Value| matches!(stats["call"].as_u64(), Some(25 | 30));
        Seen {
            output: self.output(&output),
            spent: before - self.total(VERIFIER),
            charge: amount(&offer["base"]) + per_mfuel.div_ceil(1_000_000),
            calls: calls.iter().filter(verifying).cloned().collect(),
        }
    }

    /// What a node asks for a job.
    fn offer(&self, node: usize) -> Value {
        let did = self.mesh.nodes[node].did();
        let page = self.mesh.nodes[VERIFIER].http().get("/v1/executors");
        let items = page["items"].as_array().expect("a page has items");
        let mut found = items.iter().filter(|item| item["did"] == did.as_str());
        found.next().expect("it has registered")["offer"].clone()
    }

    fn output(&self, cid: &str) -> String {
        let path = format!("/ipfs/{cid}?format=raw");
        let http = self.mesh.nodes[RUNNER].http();
        let bytes = http.try_get(&path).expect("the node answers").body;
        String::from_utf8(bytes).expect("the doorman writes text")
    }

    fn total(&self, node: usize) -> u64 {
        let did = self.mesh.nodes[node].did();
        let account = self.mesh.nodes[VERIFIER].http();
        units(&account.get(&format!("/v1/accounts/{did}"))["total"])
    }
}

fn units(amount: &Value) -> u64 {
    let text = amount.as_str().expect("an amount is a text");
    text.parse().expect("an amount is a number")
}

#[test]
fn a_guest_verifies_a_membership_for_mana_and_a_broken_proof_costs_fuel_alone() {
    let stage = Stage::new(&["membership"]);
    let price = units(&stage.circuit("membership")["price"]);
    stage.icn(HOLDER, &["credential", "enrol", "--key", "node"]);
    let proof = stage.prove("membership", &["--key", "node"], &[]);

    let good = stage.show(&[&proof]);
    assert_eq!(good.output, "holds\ncome in\n");
    let [stats] = &good.calls[..] else {
        panic!("{:?}", good.calls)
    };
    assert_eq!(units(&stats["mana"]), price, "{stats}");

    // Another proof's inputs under this proof: well-formed, and it does not hold.
    let other = stage.prove("membership", &["--key", "node", "--for", "9m"], &[]);
    let (whole, other): (Value, Value) = (parse(&proof), parse(&other));
    let mut broken = whole;
    broken["public"] = other["public"].clone();
    let bad = stage.show(&[&format!("proof {broken}")]);
    assert_eq!(bad.output, "does not hold\nstay outside\n");
    let [stats] = &bad.calls[..] else {
        panic!("{:?}", bad.calls)
    };
    assert_eq!(units(&stats["refunded"]), price, "{stats}");
    assert!(stats["fuel"].as_u64() > Some(1_000_000), "{stats}");

    // The balance says the same: fuel was paid both times, the proof and its effect once.
    const EFFECT_FEE: u64 = 1;
    assert!(bad.charge > 1, "the fuel of the pairings is not given back");
    assert!(bad.spent >= bad.charge, "{} {}", bad.spent, bad.charge);
    let of_the_proof = (good.spent - good.charge) - (bad.spent - bad.charge);
    assert_eq!(of_the_proof, price + EFFECT_FEE);
    stage.mesh.agree(1);
}

/// The JSON of a line for the doorman.
fn parse(line: &str) -> Value {
    let (_, json) = line.split_once(' ').expect("a verb and a proof");
    serde_json::from_str(json).expect("it is JSON")
}

#[test]
fn an_age_is_proved_with_a_credential_until_it_is_revoked() {
    let stage = Stage::new(&["age_over", "not_revoked"]);
    let hall = stage.mesh.nodes[HALL].did();
    let holder = stage.mesh.nodes[HOLDER].did();
    let said = stage.icn(HOLDER, &["credential", "commitment", "--key", "node"]);
    let commitment = said["commitment"].as_str().expect("a number as text");
    let name = ["credential", "issuer", "Town hall", "--key", "node"];
    stage.icn(HALL, &name);
    let file = stage.text("mine.cbor");
    let of = ["credential", "issue", &holder, commitment, "--key", "node"];
    let claims = [
        "--claim",
        "born=20000229",
        "--for",
        "365d",
        "--credential",
        &file,
    ];
    let issued = stage.icn(HALL, &[&of[..], &claims[..]].concat());
    let cid = issued["credential"].as_str().expect("a CID is a text");
    let known = format!("/v1/credentials/{cid}");
    stage.in_book(HOLDER, &known, |view| view["issuer"] == hall.as_str());
    let shown = stage.icn(HOLDER, &["credential", "show", &file]);
    assert_eq!(shown["holds"], true, "{shown}");

    let of_age = [file.as_str(), "--bound", "20081128", "--key", "node"];
    let kept = [file.as_str(), "--key", "node"];
    let issuers = [hall];
    let proofs = [
        stage.prove("age_over", &of_age, &issuers),
        stage.prove("not_revoked", &kept, &issuers),
    ];
    let proofs = [proofs[0].as_str(), proofs[1].as_str()];
    let seen = stage.show(&proofs);
    assert_eq!(seen.output, "holds\nholds\ncome in\n");

    // Who is too young has nothing to prove.
    let too_young = [file.as_str(), "--bound", "19991231", "--key", "node"];
    assert!(!stage.try_prove("age_over", &too_young).status.success());

    stage.icn(HALL, &["credential", "revoke", cid]);
    stage.in_book(VERIFIER, &known, |view| view["revoked"].is_u64());
    stage.in_book(HOLDER, &known, |view| view["revoked"].is_u64());
    let seen = stage.show(&proofs);
    let refused = seen.output.lines().nth(1).unwrap_or_default();
    assert!(
        refused.starts_with("refused: PermissionDenied"),
        "{}",
        seen.output
    );
    assert!(seen.output.ends_with("stay outside\n"), "{}", seen.output);
    assert!(!stage.try_prove("not_revoked", &kept).status.success());
    let shown = try_icn(stage.dir(HOLDER), &["credential", "show", &file]);
    assert_eq!(shown.status.code(), Some(1), "it is revoked");
    stage.mesh.agree(1);
}
