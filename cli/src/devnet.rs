//! `icn devnet`: a mesh of processes of this program, on loopback, in one command.

mod node;

pub(crate) use node::Node;

use crate::Context;
use crate::answer::{Answer, say};
use crate::failure::Failure;
use crate::signals::{self, Told};
use icn_abi::Class;
use icn_base::NetworkId;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How often something that is waited for is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How long a step of a mesh on one machine may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// Parameters under which a mesh can be watched: mana only moves by what is done.
const PARAMETERS: [&str; 1] = ["regen_interval_ms=86400000"];

/// Runs a mesh of several nodes on this machine until Ctrl-C
///
/// Each node is a process of this program with a data directory of its own and ports that were free. They are validators
/// of one network, in which votes take seconds.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many nodes
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    nodes: u8,
    /// Keeps their data directories here, and goes on from them [default: a temporary directory, removed at the end]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Where the data directories are.
#[derive(Debug)]
enum Place {
    Kept(PathBuf),
    Temporary(TempDir),
}

impl Place {
    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(dir) => dir.path(),
        }
    }
}

/// A mesh on this machine. When it is dropped its processes are ended.
#[derive(Debug)]
pub(crate) struct Devnet {
    pub(crate) nodes: Vec<Node>,
    program: PathBuf,
    place: Place,
    stopped: Stopped,
}

/// Whether a person wants it to end, and which processes must be ended then.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopped {
    asked: Arc<AtomicBool>,
    processes: Arc<Mutex<Vec<u32>>>,
}

impl Stopped {
    /// Listens to Ctrl-C.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let stopped = Self::default();
        let (first, last) = (stopped.clone(), stopped.clone());
        signals::listen(
            move |told| {
                if told == Told::Stop {
                    first.asked.store(true, Ordering::Relaxed);
                }
            },
            move || last.processes().iter().for_each(|id| node::kill(*id)),
        )?;
        Ok(stopped)
    }

    /// True once somebody wants it to end.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    fn processes(&self) -> std::sync::MutexGuard<'_, Vec<u32>> {
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something is there, or is not.
    pub(crate) fn wait<T>(
        &self,
        what: &str,
        mut look: impl FnMut() -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let begun = Instant::now();
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            if self.is_asked() {
                return Err(Failure::new(Class::ProcessingFailure, "interrupted"));
            }
            if begun.elapsed() > PATIENCE {
                let text = format!("{what}: not within {} seconds", PATIENCE.as_secs());
                return Err(Failure::new(Class::ExecutionTimeout, text));
            }
            std::thread::sleep(LOOK);
        }
    }
}

impl Devnet {
    /// Data directories of founders with these names, in a network of theirs; none runs yet.
    pub(crate) fn found(
        names: &[&str],
        dir: Option<PathBuf>,
        stopped: Stopped,
    ) -> Result<Self, Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::new(Class::Internal, format!("who am I? {error}")))?;
        let place = match dir {
            Some(dir) => {
                std::fs::create_dir_all(&dir)
                    .map_err(|error| Failure::file("make", &dir, &error))?;
                Place::Kept(dir)
            }
            None => Place::Temporary(tempfile::tempdir().map_err(|error| {
                Failure::new(
                    Class::ProcessingFailure,
                    format!("no temporary directory: {error}"),
                )
            })?),
        };
        let mut devnet = Self {
            nodes: Vec::new(),
            program,
            place,
            stopped,
        };
        let file = devnet.path("network.json");
        let mut founders = Vec::new();
        for name in names {
            let dir = devnet.path(name);
            if !dir.join("keys").exists() {
                devnet.icn(&["keys", "new", "--insecure-plain-key"], &dir)?;
            }
            let who = devnet.icn(&["did"], &dir)?;
            founders.push(text(&who, "did")?);
            devnet.nodes.push(Node::new(name, dir));
        }
        if !file.exists() {
            devnet.write_network(&file, &founders)?;
        }
        let file = file.display().to_string();
        for at in 0..devnet.nodes.len() {
            let dir = devnet.nodes[at].dir().to_owned();
            devnet.icn(&["init", "--network-file", &file], &dir)?;
        }
        Ok(devnet)
    }

    fn write_network(&self, file: &Path, founders: &[String]) -> Result<(), Failure> {
        let file = file.display().to_string();
        let mut args = vec!["network", "new", &file, "--development"];
        for founder in founders {
            args.extend(["--founder", founder]);
        }
        for parameter in PARAMETERS {
            args.extend(["--parameter", parameter]);
        }
        self.icn(&args, self.place.path()).map(drop)
    }

    /// Starts a node, which dials those that run already.
    pub(crate) fn start(&mut self, at: usize) -> Result<(), Failure> {
        let bootstrap = self
            .nodes
            .iter()
            .filter_map(Node::address)
            .collect::<Vec<_>>();
        let node = &mut self.nodes[at];
        node.start(&self.program, &bootstrap, &self.stopped)?;
        self.stopped.processes().extend(node.process());
        Ok(())
    }

    /// One more node, which joins by the string that the first one printed.
    pub(crate) fn join(&mut self, name: &str) -> Result<usize, Failure> {
        let join = self
            .nodes
            .first()
            .and_then(Node::join)
            .map(ToOwned::to_owned);
        let join = join.ok_or_else(|| Failure::new(Class::Internal, "nobody runs to be joined"))?;
        let dir = self.path(name);
        self.icn(&["init", "--insecure-plain-key", "--join", &join], &dir)?;
        self.nodes.push(Node::new(name, dir));
        Ok(self.nodes.len() - 1)
    }

    /// The one network of all.
    pub(crate) fn network(&self) -> Result<NetworkId, Failure> {
        let network = self.nodes.first().and_then(Node::network);
        network.ok_or_else(|| Failure::new(Class::Internal, "nobody runs"))
    }

    /// A path beside the data directories.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Runs this program as a process of its own, on a data directory, and returns what it answers.
    pub(crate) fn icn(&self, args: &[&str], dir: &Path) -> Result<Value, Failure> {
        let mut command = command(&self.program, dir);
        let ran = command.args(args).stdin(Stdio::null()).output();
        let ran = ran.map_err(|error| Failure::file("run", &self.program, &error))?;
        let json: Value = serde_json::from_slice(&ran.stdout).unwrap_or_default();
        if ran.status.success() {
            return Ok(json);
        }
        let said = String::from_utf8_lossy(&ran.stderr);
        let text = format!("icn {}: {}", args.join(" "), said.trim());
        Err(Failure::new(Class::ProcessingFailure, text))
    }
}

impl Drop for Devnet {
    fn drop(&mut self) {
        self.nodes.iter_mut().for_each(Node::kill);
    }
}

/// This program on a data directory, without anything that the environment says to it.
fn command(program: &Path, dir: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ICN_") {
            command.env_remove(name);
        }
    }
    command.args(["--output", "json", "--data-dir"]).arg(dir);
    command
}

fn text(json: &Value, field: &str) -> Result<String, Failure> {
    let found = json[field].as_str().map(ToOwned::to_owned);
    found.ok_or_else(|| Failure::new(Class::Internal, format!("icn said no {field}: {json}")))
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let stopped = Stopped::listen()?;
    let names: Vec<_> = (1..=args.nodes)
        .map(|number| format!("node-{number}"))
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut devnet = Devnet::found(&names, args.dir.clone(), stopped.clone())?;
    for at in 0..devnet.nodes.len() {
        devnet.start(at)?;
        let node = &devnet.nodes[at];
        let (name, api) = (node.name(), node.api().unwrap_or_default());
        let dir = node.dir().display();
        let text = format!("{name}  {api}  icn status --data-dir {dir}");
        let json = json!({ "event": "started", "name": name, "api": api, "data_dir": node.dir() });
        say(context.output, &text, &json);
    }
    let join = devnet
        .nodes
        .first()
        .and_then(Node::join)
        .unwrap_or_default();
    let json = json!({ "event": "ready", "network": devnet.network()?, "join": join });
    say(
        context.output,
        &format!("others join with: icn init --join {join}\nCtrl-C ends the mesh"),
        &json,
    );
    while !stopped.is_asked() {
        for node in &mut devnet.nodes {
            node.must_run()?;
        }
        std::thread::sleep(LOOK);
    }
    for node in &mut devnet.nodes {
        node.stop(&stopped)?;
    }
    Ok(Answer::new(
        "the mesh has ended",
        json!({ "event": "stopped" }),
    ))
}
