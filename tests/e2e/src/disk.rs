//! A small disk: a file system in memory, in a mount namespace of its own, so that it ends with its
//! value, whatever happens. Needs `unshare`, and the right to mount: root's, or that of user
//! namespaces.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// A disk.
#[derive(Debug)]
pub struct Disk {
    shell: Child,
    said: BufReader<ChildStdout>,
    inside: TempDir,
}

impl Disk {
    /// One of so many MiB.
    pub fn new(mib: u32) -> Self {
        let made = ["-m", "-rm"].into_iter().find_map(|how| Self::by(how, mib));
        made.expect("`unshare -m` or `unshare -rm` can mount a file system here")
    }

    fn by(how: &str, mib: u32) -> Option<Self> {
        let mut command = Command::new("unshare");
        command
            .args([how, "sh"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut shell = command.stderr(Stdio::null()).spawn().ok()?;
        let said = BufReader::new(shell.stdout.take()?);
        let inside = tempfile::tempdir().ok()?;
        let mut disk = Self {
            shell,
            said,
            inside,
        };
        let mount = format!(
            "mount -t tmpfs -o size={mib}m icn {}",
            disk.inside.path().display()
        );
        disk.run(&mount).then_some(disk)
    }

    /// Where it is, as others see it.
    pub fn path(&self) -> PathBuf {
        let root = format!("/proc/{}/root", self.shell.id());
        let inside = self
            .inside
            .path()
            .strip_prefix("/")
            .expect("it is absolute");
        Path::new(&root).join(inside)
    }

    /// From now on it can only be read.
    pub fn lock(&mut self) {
        let remount = format!("mount -o remount,ro {}", self.inside.path().display());
        assert!(self.run(&remount), "it can be remounted");
    }

    fn run(&mut self, line: &str) -> bool {
        let Some(stdin) = &mut self.shell.stdin else {
            return false;
        };
        let mut answer = String::new();
        let asked = writeln!(stdin, "{line} && echo done || echo failed");
        asked.is_ok() && self.said.read_line(&mut answer).is_ok() && answer == "done\n"
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Without its shell the namespace ends, and the file system with it.
        drop(self.shell.stdin.take());
        drop(self.shell.wait());
    }
}
