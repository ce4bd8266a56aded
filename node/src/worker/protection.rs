//! The walls around a worker. It puts them up itself, before it reads a byte of an order, and there is
//! no way back. What this machine's kernel lacks is said, not passed over.

mod descriptors;
mod filter;
mod rights;
mod sums;
#[cfg(test)]
mod tests;

use super::serve::Life;
use serde::{Deserialize, Serialize};

/// How a worker is kept from doing what it has no business with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// What it would have inherited beside its two pipes is closed.
    pub descriptors: Wall,
    /// It ends when its node ends.
    pub orphan: Wall,
    /// Memory, processor time, files and core dumps are bounded.
    pub limits: Wall,
    /// It can never gain privileges.
    pub privileges: Wall,
    /// It reaches no file, no port, no process (landlock).
    pub files: Wall,
    /// It has only the system calls that running guests takes (seccomp).
    pub calls: Wall,
}

/// One of the walls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Wall {
    /// It stands.
    Whole,
    /// It stands in part; this is missing.
    Part(String),
    /// It does not stand.
    Missing(String),
}

impl Wall {
    /// True if nothing is missing.
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole)
    }

    fn of(done: Result<(), String>) -> Self {
        done.map_or_else(Self::Missing, |()| Self::Whole)
    }
}

impl Protection {
    /// Every wall with what it is for.
    pub const fn walls(&self) -> [(&'static str, &Wall); 6] {
        [
            ("inherited descriptors closed", &self.descriptors),
            ("ends with its node", &self.orphan),
            ("resource limits", &self.limits),
            ("no new privileges", &self.privileges),
            ("no files, ports or signals (landlock)", &self.files),
            ("few system calls (seccomp)", &self.calls),
        ]
    }

    /// True if nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.walls().iter().all(|(_, wall)| wall.is_whole())
    }

    /// A line for each wall, for people.
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for (name, wall) in self.walls() {
            let line = match wall {
                Wall::Whole => format!("{name}: yes\n"),
                Wall::Part(what) => format!("{name}: in part; {what}\n"),
                Wall::Missing(why) => format!("{name}: NO; {why}\n"),
            };
            text.push_str(&line);
        }
        text
    }
}

/// What can be put up first, while the process has one thread: threads made later are behind it, too.
/// The directory for compiled code is left out where it could not be kept apart from all others.
pub(super) fn enter(life: &mut Life) -> Protection {
    let descriptors = descriptors::close();
    let orphan = rustix::process::Signal::KILL;
    let orphan = rustix::process::set_parent_process_death_signal(Some(orphan));
    let limits = sums::first();
    let privileges = rustix::thread::set_no_new_privs(true);
    let files = rights::give_up(life.cache.as_deref());
    if let Wall::Missing(_) = files {
        life.cache = None;
    }
    let text = |error: rustix::io::Errno| error.to_string();
    Protection {
        descriptors: Wall::of(descriptors),
        orphan: Wall::of(orphan.map_err(text)),
        limits: Wall::of(limits),
        privileges: Wall::of(privileges.map_err(text)),
        files,
        calls: Wall::Missing("not asked for yet".to_owned()),
    }
}

/// What can only be put up when the engine stands, around every thread.
pub(super) fn seal(life: &Life, protection: &mut Protection) {
    if let (Wall::Whole, Err(what)) = (&protection.limits, sums::memory(life.memory_bytes)) {
        protection.limits = Wall::Part(what);
    }
    protection.calls = Wall::of(filter::apply(life.cache.is_some()));
}
