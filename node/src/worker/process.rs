//! A worker as a process of the system.

use super::pool::Settings;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// The verb that makes a process of this binary a worker.
const VERB: &str = "worker";

/// This very binary, also if the file it came from has been replaced since.
const SELF: &str = "/proc/self/exe";

/// A worker's process, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Process(Child);

/// A node's ends of the two pipes. Neither ever blocks.
#[derive(Debug)]
pub(super) struct Pipes {
    pub(super) to: Arc<File>,
    pub(super) from: File,
}

impl Process {
    /// Starts a worker. It is killed by the system when the thread that calls this ends.
    pub(super) fn start(settings: &Settings) -> io::Result<(Self, Pipes)> {
        let mut command = Command::new(program(settings)?);
        command
            .arg0("icn-worker")
            .arg(VERB)
            .arg(settings.memory_bytes.to_string())
            .args(&settings.cache)
            .env_clear()
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = Self(command.spawn()?);
        let lacking = || io::Error::other("a child without its pipes");
        let to = process.0.stdin.take().ok_or_else(lacking)?;
        let from = process.0.stdout.take().ok_or_else(lacking)?;
        let pipes = Pipes {
            to: Arc::new(unblocked(to.into())?),
            from: unblocked(from.into())?,
        };
        Ok((process, pipes))
    }

    /// Its number.
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    /// The memory that it has now, in bytes.
    pub(super) fn resident_bytes(&self) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        kib.checked_mul(1024)
    }

    /// Ends it, and says how it ended.
    pub(super) fn end(&mut self) -> String {
        // It may have died before.
        self.0.kill().unwrap_or(());
        match self.0.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn program(settings: &Settings) -> io::Result<PathBuf> {
    match &settings.program {
        Some(program) => Ok(program.clone()),
        None if Path::new(SELF).exists() => Ok(SELF.into()),
        None => std::env::current_exe(),
    }
}

fn unblocked(pipe: OwnedFd) -> io::Result<File> {
    let flags = fcntl_getfl(pipe.as_fd())?;
    fcntl_setfl(pipe.as_fd(), flags | OFlags::NONBLOCK)?;
    Ok(pipe.into())
}
