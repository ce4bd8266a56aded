//! One process of a mesh on this machine.

use super::{Stopped, command, text};
use crate::client::Client;
use crate::failure::Failure;
use icn_abi::Class;
use icn_base::{Did, NetworkId};
use icn_node::Home;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;

/// A data directory, and the node that runs on it.
#[derive(Debug)]
pub(crate) struct Node {
    name: String,
    dir: PathBuf,
    /// Values of its configuration.
    values: Vec<String>,
    child: Option<Child>,
    said: Option<Value>,
}

/// Ends a process at once.
pub(super) fn kill(process: u32) {
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended by itself.
        let _gone = kill_process(pid, Signal::KILL);
    }
}

impl Node {
    pub(super) fn new(name: &str, dir: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            dir,
            values: Vec::new(),
            child: None,
            said: None,
        }
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its data directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    fn said(&self, field: &str) -> Option<&str> {
        self.said.as_ref()?[field].as_str()
    }

    /// Where its HTTP API is, once it runs.
    pub(crate) fn api(&self) -> Option<&str> {
        self.said("api")
    }

    /// What others join with.
    pub(crate) fn join(&self) -> Option<&str> {
        self.said("join")
    }

    /// Its network.
    pub(crate) fn network(&self) -> Option<NetworkId> {
        self.said("network")?.parse().ok()
    }

    /// Who it is.
    pub(crate) fn did(&self) -> Result<Did, Failure> {
        let did = self.said("did").and_then(|did| did.parse().ok());
        did.ok_or_else(|| Failure::new(Class::Internal, format!("{} never ran", self.name)))
    }

    /// True while it has a process.
    pub(crate) const fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// Where its peers reach it.
    pub(super) fn address(&self) -> Option<String> {
        let addresses = self.said.as_ref()?["addresses"].as_array()?;
        addresses.first()?.as_str().map(ToOwned::to_owned)
    }

    pub(super) fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Its HTTP API, as its operator uses it.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let api = self.api();
        let api = api.ok_or_else(|| Failure::new(Class::Internal, "it has no API"))?;
        Client::at(api, Home::new(self.dir.clone()).token()?)
    }

    /// Says with which values of its configuration it runs, from its next start on.
    pub(crate) fn set(&mut self, values: Vec<String>) {
        self.values = values;
    }

    /// Starts its process, and waits until it says where it is. Ports that it had before it has again.
    pub(super) fn start(
        &mut self,
        program: &Path,
        bootstrap: &[String],
        stopped: &Stopped,
    ) -> Result<(), Failure> {
        let log = File::options().create(true).append(true).open(self.log());
        let log = log.map_err(|error| Failure::file("write", &self.log(), &error))?;
        let api = self.api().and_then(|api| api.strip_prefix("http://"));
        let api = api.unwrap_or("127.0.0.1:0").to_owned();
        let listen = self.address().and_then(|address| {
            let (listen, _) = address.rsplit_once("/p2p/")?;
            Some(listen.to_owned())
        });
        let listen = listen.unwrap_or_else(|| "/ip4/127.0.0.1/tcp/0".to_owned());
        let mut command = command(program, &self.dir);
        command.args(["start", "--listen", &listen, "--api-listen", &api]);
        for peer in bootstrap
            .iter()
            .filter(|peer| Some(*peer) != self.address().as_ref())
        {
            command.args(["--bootstrap", peer]);
        }
        for value in &self.values {
            command.args(["--set", value]);
        }
        // A group of its own: Ctrl-C is for this process, which ends the others in order.
        command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut child = command
            .spawn()
            .map_err(|error| Failure::file("run", program, &error))?;
        let out = child.stdout.take();
        self.child = Some(child);
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in out.into_iter().flat_map(|out| BufReader::new(out).lines()) {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let line = stopped.wait(&format!("{} starts", self.name), || {
            self.must_run()?;
            Ok(lines.try_recv().ok())
        })?;
        let said: Value = serde_json::from_str(&line)
            .map_err(|error| Failure::malformed(format!("{}: {error}: {line}", self.name)))?;
        text(&said, "did")?;
        self.said = Some(said);
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// Refuses a process that has ended, with the last that it said.
    pub(crate) fn must_run(&mut self) -> Result<(), Failure> {
        let ended = self
            .child
            .as_mut()
            .and_then(|child| child.try_wait().ok().flatten());
        let Some(status) = ended else {
            return Ok(());
        };
        self.child = None;
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let last: Vec<_> = log.lines().rev().take(5).collect();
        let last: Vec<_> = last.into_iter().rev().collect();
        let text = format!("{} has ended ({status}): {}", self.name, last.join("\n"));
        Err(Failure::new(Class::ProcessingFailure, text))
    }

    /// Ends its process as a power cut would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
    }

    /// Asks its process to end, and waits until it has.
    pub(crate) fn stop(&mut self, stopped: &Stopped) -> Result<(), Failure> {
        let Some(process) = self.process() else {
            return Ok(());
        };
        if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _gone = kill_process(pid, Signal::TERM);
        }
        // Whoever asked for the end is not asked for patience.
        let calm = Stopped::default();
        let patient = if stopped.is_asked() { &calm } else { stopped };
        let status = patient.wait(&format!("{} stops", self.name), || {
            let status = self.child.as_mut().map(Child::try_wait);
            Ok(status.and_then(|status| status.ok().flatten()))
        })?;
        self.child = None;
        if status.success() {
            return Ok(());
        }
        let text = format!("{} ended with {status}", self.name);
        Err(Failure::new(Class::ProcessingFailure, text))
    }
}
