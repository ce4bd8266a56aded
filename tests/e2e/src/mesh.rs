//! Nodes as processes on loopback.

use crate::user::User;
use crate::verb::{command, icn};
use crate::{Http, wait};
use icn_base::NetworkId;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long a step of a mesh on a loaded machine may take.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// What a mesh begins with.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many validators.
    pub validators: usize,
    /// What each of them has; as much as founders usually have, if nothing is said.
    pub mana: Option<u64>,
    /// Users, and what each of them has.
    pub users: Vec<(u8, u64)>,
    /// What each validator is started with.
    pub flags: Flags,
}

/// Flags of `icn start`, by the number of the node.
pub type Flags = fn(usize) -> &'static [&'static str];

/// Some nodes of one network.
#[derive(Debug)]
pub struct Mesh {
    /// The nodes.
    pub nodes: Vec<Node>,
    dir: TempDir,
}

/// A data directory, and the process that runs on it.
#[derive(Debug)]
pub struct Node {
    /// Its data directory.
    pub dir: PathBuf,
    /// What it said when it started.
    pub said: Value,
    /// Flags of `icn start`, beside those that say where it is.
    pub flags: Vec<String>,
    /// What else stands in its environment.
    pub environment: Vec<(String, String)>,
    child: Option<Child>,
}

impl Mesh {
    /// So many validators, and users with this much mana each; all of them run.
    pub fn start(validators: usize, users: &[(u8, u64)]) -> Self {
        Self::start_as(validators, users, |_| &[])
    }

    /// The same; each validator is started with these flags.
    pub fn start_as(validators: usize, users: &[(u8, u64)], flags: Flags) -> Self {
        Self::with(&Plan {
            validators,
            mana: None,
            users: users.into(),
            flags,
        })
    }

    /// A mesh that begins so; all of its nodes run.
    pub fn with(plan: &Plan) -> Self {
        let dir = tempfile::tempdir().expect("a directory for a while");
        let mut mesh = Self {
            nodes: Vec::new(),
            dir,
        };
        let file = mesh.dir.path().join("network.json");
        let mut args = vec!["network".to_owned(), "new".into(), text(&file)];
        args.extend(["--development".into(), "--parameter".into()]);
        args.push("regen_interval_ms=86400000".into());
        for number in 0..plan.validators {
            let home = mesh.dir.path().join(format!("node{number}"));
            icn(&home, &["keys", "new", "--insecure-plain-key"]);
            let did = icn(&home, &["did"])["did"].clone();
            let did = did.as_str().expect("a DID is a text");
            let mana = plan.mana.map(|mana| format!("={mana}"));
            args.push("--founder".into());
            args.push(format!("{did}{}", mana.unwrap_or_default()));
            mesh.nodes.push(Node::new(home));
        }
        for (user, mana) in &plan.users {
            args.push("--founder".into());
            args.push(format!("{}={mana}=0", User::did_of(*user)));
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        icn(mesh.dir.path(), &args);
        for node in 0..mesh.nodes.len() {
            let file = text(&file);
            icn(&mesh.nodes[node].dir, &["init", "--network-file", &file]);
            let flags = (plan.flags)(node).iter();
            mesh.nodes[node].flags = flags.map(|flag| (*flag).to_owned()).collect();
            mesh.run(node);
        }
        mesh
    }

    /// One more node, which joins by the string that the first one printed.
    pub fn join(&mut self) -> usize {
        let number = self.nodes.len();
        let dir = self.dir.path().join(format!("node{number}"));
        let join = self.nodes[0].said["join"].clone();
        let join = join.as_str().expect("a join string is a text");
        icn(&dir, &["init", "--insecure-plain-key", "--join", join]);
        self.nodes.push(Node::new(dir));
        self.run(number);
        number
    }

    /// Starts a node, on the ports that it had before.
    pub fn run(&mut self, node: usize) {
        let peers: Vec<String> = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != node)
            .filter_map(|(_, other)| other.address())
            .collect();
        self.nodes[node].run(&peers);
    }

    /// The network.
    pub fn network(&self) -> NetworkId {
        let network = self.nodes[0].said["network"].as_str();
        let network = network.and_then(|text| text.parse().ok());
        network.expect("a node says its network")
    }

    /// Waits until all that run are at one height with one root, at least at this height.
    pub fn agree(&self, height: u64) -> Value {
        wait("the nodes agree", PATIENCE, || {
            let running = self.nodes.iter().filter(|node| node.runs());
            let tips: Option<Vec<_>> = running.map(Node::tip).collect();
            let mut tips = tips?.into_iter();
            let first = tips.next()?;
            let high = first["height"].as_u64()? >= height;
            (high && tips.all(|tip| tip == first)).then_some(first)
        })
    }
}

impl Node {
    fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            said: Value::Null,
            flags: Vec::new(),
            environment: Vec::new(),
            child: None,
        }
    }

    /// A network of one node, in this directory; it does not run yet.
    pub fn alone(dir: PathBuf, flags: &[&str]) -> Self {
        icn(&dir, &["init", "--development", "--insecure-plain-key"]);
        let mut node = Self::new(dir);
        node.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        node
    }

    /// True while it has a process.
    pub const fn runs(&self) -> bool {
        self.child.is_some()
    }

    fn address(&self) -> Option<String> {
        let address = self.said["addresses"].as_array()?.first()?.as_str()?;
        Some(address.to_owned())
    }

    /// Its API, as its operator uses it.
    pub fn http(&self) -> Http {
        let api = self.said["api"]
            .as_str()
            .expect("a node says where its API is");
        let token = std::fs::read_to_string(self.dir.join("api-token")).ok();
        Http::new(api, token.map(|token| token.trim().to_owned()))
    }

    /// Where its API listens: a host and a port.
    pub fn door(&self) -> String {
        let api = self.said["api"].as_str().unwrap_or_default();
        api.trim_start_matches("http://").to_owned()
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// How its process ended by itself; none while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let ended = self.child.as_mut()?.try_wait().expect("it is ours")?;
        self.child = None;
        Some(ended)
    }

    /// Its DID.
    pub fn did(&self) -> String {
        let did = self.said["did"].as_str();
        did.expect("a node says who it is").to_owned()
    }

    /// Height and root of its last block; none if it does not answer.
    pub fn tip(&self) -> Option<Value> {
        let status = self.http().try_get("/v1/status")?.json();
        let tip = serde_json::json!({ "height": status["height"], "root": status["root"] });
        tip["height"].is_u64().then_some(tip)
    }

    /// Starts it, on the ports that it had before.
    pub fn run(&mut self, peers: &[String]) {
        let api = self.said["api"]
            .as_str()
            .map(|api| api.trim_start_matches("http://"));
        let api = api.unwrap_or("127.0.0.1:0").to_owned();
        let listen = self.address();
        let listen = listen
            .as_deref()
            .and_then(|address| address.rsplit_once("/p2p/"));
        let listen = listen
            .map_or("/ip4/127.0.0.1/tcp/0", |(listen, _)| listen)
            .to_owned();
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.dir.join("log"));
        let mut command = command(&self.dir);
        command.args(["start", "--listen", &listen, "--api-listen", &api]);
        for peer in peers {
            command.args(["--bootstrap", peer]);
        }
        command.args(&self.flags);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.expect("a log can be written"));
        let mut child = command.spawn().expect("the binary runs");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        out.read_line(&mut line).expect("it says where it is");
        self.said = serde_json::from_str(&line)
            .unwrap_or_else(|_| unreachable!("it did not start: {line}{}", self.log()));
        self.child = Some(child);
    }

    /// Ends its process as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it runs");
            child.wait().expect("it has ended");
        }
    }

    /// Asks its process to end, and waits until it has.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let asked = Command::new("kill").arg(child.id().to_string()).status();
        assert!(asked.expect("kill runs").success());
        let status = wait("it stops", PATIENCE, || {
            child.try_wait().expect("it is ours")
        });
        assert!(status.success(), "it ended with {status}");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
