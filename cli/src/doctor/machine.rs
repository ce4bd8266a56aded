//! The machine: its clock, its disk, its limits, the walls around guests.

use super::Finding;
use crate::clock;
use icn_node::worker::{Settings, WorkerPool};
use icn_node::{Config, Home};
use indicatif::HumanBytes;
use rustix::fs::statvfs;
use rustix::process::{Resource, getrlimit};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// No node ran before this: 2026.
const FIRST_MS: u64 = 1_767_225_600_000;

/// Open files that a node with many peers needs.
const FILES_MIN: u64 = 4_096;

pub(super) fn look(home: &Home, config: &Config) -> Vec<Finding> {
    let mut findings = vec![time(), directory(home)];
    findings.extend(secrets(home));
    findings.extend([disk(home, config), files()]);
    if config.executor.enabled {
        findings.push(walls(config));
    }
    findings
}

fn time() -> Finding {
    let what = "clock";
    match clock::now() {
        Ok(now) if now.as_ms() >= FIRST_MS => Finding::fine(what, clock::shown(now)),
        Ok(now) => Finding::wrong(
            what,
            format!("it says {}, which is long past", clock::shown(now)),
            "set it, and keep it with NTP: blocks of the others are refused otherwise",
        ),
        Err(failure) => Finding::failed(what, failure),
    }
}

fn directory(home: &Home) -> Finding {
    let (what, path) = ("data directory", home.dir());
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => {
            let found = format!("{}: {error}", path.display());
            return Finding::wrong(what, found, "`icn init` makes it");
        }
    };
    if let Err(error) = tempfile::NamedTempFile::new_in(path) {
        let found = format!("{} cannot be written: {error}", path.display());
        return Finding::wrong(
            what,
            found,
            "give it to this user, or name another with --data-dir",
        );
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o022 != 0 {
        let found = format!("others can write to {} (mode {mode:o})", path.display());
        return Finding::wrong(what, found, format!("chmod 700 {}", path.display()));
    }
    Finding::fine(what, path.display().to_string())
}

/// Keys and the token: who can read them?
fn secrets(home: &Home) -> Vec<Finding> {
    let mut findings = Vec::new();
    let keys = fs::read_dir(home.keys_dir())
        .into_iter()
        .flatten()
        .flatten();
    let mut open: Vec<String> = Vec::new();
    let mut found = 0_u64;
    for entry in keys {
        let path = entry.path();
        let kind = path.extension().and_then(|kind| kind.to_str());
        let Some("age" | "plain") = kind else {
            continue;
        };
        found += 1;
        let mode = entry
            .metadata()
            .map_or(0, |metadata| metadata.permissions().mode() & 0o777);
        if mode & 0o077 != 0 {
            open.push(path.display().to_string());
        }
    }
    findings.push(match (found, open.is_empty()) {
        (0, _) => Finding::wrong("keys", "there is none", "`icn init` makes one"),
        (_, false) => {
            let list = open.join(" ");
            Finding::wrong(
                "keys",
                format!("others can read {list}"),
                format!("chmod 600 {list}"),
            )
        }
        (some, true) => Finding::fine("keys", crate::answer::count(some, "key")),
    });
    findings.push(match home.token() {
        Ok(Some(_)) => Finding::fine("token", "the operator's alone"),
        Ok(None) => Finding::wrong("token", "there is none", "`icn init` makes one"),
        Err(error) => Finding::wrong("token", error.to_string(), error.remedy()),
    });
    findings
}

fn disk(home: &Home, config: &Config) -> Finding {
    let what = "disk";
    let free = match statvfs(home.dir()) {
        Ok(stat) => stat.f_bavail.saturating_mul(stat.f_frsize),
        Err(error) => return Finding::wrong(what, error.to_string(), "is it mounted?"),
    };
    let (reserve, quota) = (config.store.reserve_bytes, config.store.quota_bytes);
    let found = format!("{} free", HumanBytes(free));
    if free < reserve {
        let remedy = format!(
            "make room: {} are kept for what must not fail",
            HumanBytes(reserve)
        );
        return Finding::wrong(what, found, remedy);
    }
    if free < quota {
        let remedy = format!(
            "the store may grow to {}: make room, or lower store.quota_bytes",
            HumanBytes(quota)
        );
        return Finding::warning(what, found, remedy);
    }
    Finding::fine(what, found)
}

fn files() -> Finding {
    let what = "open files";
    match getrlimit(Resource::Nofile).current {
        Some(limit) if limit < FILES_MIN => Finding::warning(
            what,
            format!("{limit} at most"),
            format!("ulimit -n {FILES_MIN}, or LimitNOFILE={FILES_MIN} in the unit"),
        ),
        Some(limit) => Finding::fine(what, format!("{limit} at most")),
        None => Finding::fine(what, "as many as it likes"),
    }
}

/// What keeps a guest from anything but its work.
fn walls(config: &Config) -> Finding {
    let what = "walls around guests";
    let settings = Settings {
        memory_bytes: config.executor.memory_bytes,
        ..Settings::default()
    };
    match WorkerPool::walls(settings) {
        Ok(walls) if walls.is_whole() => Finding::fine(what, "all of them stand"),
        Ok(walls) => Finding::warning(
            what,
            walls.describe(),
            "the sandbox still holds; a newer kernel gives the rest, or executor.enabled = false",
        ),
        Err(error) => Finding::wrong(what, error.to_string(), "guests cannot run here"),
    }
}
