//! Tidiness: names, sizes and words that a file of the repository must not have.

use crate::Fault;
use crate::manifest::{Manifest, Workspace};
use crate::tree::File;

/// The most lines a Rust file may have. Past 400 it is worth a thought already.
pub const LINES_MAX: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 7] = [
    "common", "helper", "helpers", "manager", "misc", "util", "utils",
];

/// Words that mark what is not done. Spelled in two parts, because this file is read too.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("unimple", "mented!["),
];

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
];

/// Foreign vectors, kept as they came.
const FOREIGN: &str = "tests/vectors/data/";

/// Pages that may stand in the root; everything else belongs in `docs`.
const ROOT_PAGES: [&str; 4] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
];

/// Crates whose floor may read clocks, files and the environment, and so has its own bans.
const OUTER_CRATES: [&str; 5] = ["store", "sandbox", "replay", "node", "cli"];

/// Guests, and templates of guests: they build for another machine, in workspaces of their own.
const GUESTS: [&str; 2] = ["examples/", "cli/templates/"];

/// Every rule about a single file.
pub fn check_file(file: &File) -> Vec<Fault> {
    let mut faults = name(&file.path);
    if let Some(text) = &file.text
        && !file.path.starts_with(FOREIGN)
    {
        faults.extend(unfinished(&file.path, text));
        faults.extend(machine_path(&file.path, text));
        faults.extend(length(&file.path, text));
        faults.extend(lock(&file.path, text));
    }
    faults
}

/// File and directory names that hide what is inside, and pages that lie about in the root.
fn name(path: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if path.starts_with(FOREIGN) {
        return faults;
    }
    if path.ends_with(".rs") {
        if path.ends_with("/mod.rs") {
            faults.push(Fault::new(
                path,
                "name the file after its module, beside its directory",
            ));
        }
        let stem = path.trim_end_matches(".rs");
        for part in stem.split('/').filter(|part| {
            EMPTY_NAMES
                .iter()
                .any(|empty| part.split('_').any(|word| word == *empty))
        }) {
            faults.push(Fault::new(
                path,
                format!("`{part}` does not say what is inside"),
            ));
        }
    }
    if path.ends_with(".md") && !path.contains('/') && !ROOT_PAGES.contains(&path) {
        faults.push(Fault::new(
            path,
            "pages other than the README stand in docs/",
        ));
    }
    if path.ends_with("clippy.toml") && !may_have_bans(path) {
        let what = "floors 0 to 3 obey the root's clippy.toml: a file here would lift its bans";
        faults.push(Fault::new(path, what));
    }
    faults
}

fn may_have_bans(path: &str) -> bool {
    let dir = path.split_once('/').map(|(dir, _)| dir);
    dir.is_none_or(|dir| dir == "tests" || OUTER_CRATES.contains(&dir))
}

fn unfinished(path: &str, text: &str) -> Vec<Fault> {
    let is_source = [
        ".rs", ".mjs", ".js", ".py", ".sh", ".c", ".h", ".ts", ".zig", ".wit", ".toml",
    ]
    .iter()
    .any(|end| path.ends_with(end))
        || path.starts_with(".ci/");
    let lines = text.lines().enumerate().filter(|_| is_source);
    lines
        .filter_map(|(at, line)| {
            let word = UNFINISHED.iter().find(|word| has_word(line, word))?;
            Some(Fault::new(
                &format!("{path}:{}", at + 1),
                format!("`{word}`: do it now, or write down in docs/ why not"),
            ))
        })
        .collect()
}

/// True if `word` stands in `line` and is not the end of a longer word.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn machine_path(path: &str, text: &str) -> Vec<Fault> {
    text.lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let found = MACHINE_PATHS
                .iter()
                .find(|found| begins_path(line, found))?;
            Some(Fault::new(
                &format!("{path}:{}", at + 1),
                format!("`{found}` exists on one machine only"),
            ))
        })
        .collect()
}

/// True if `found` is where an absolute path begins, and not the middle of a path or address.
fn begins_path(line: &str, found: &str) -> bool {
    line.match_indices(found)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~})".contains(c)))
}

fn length(path: &str, text: &str) -> Option<Fault> {
    let lines = text.lines().count();
    (path.ends_with(".rs") && lines > LINES_MAX).then(|| {
        Fault::new(
            path,
            format!("{lines} lines: split it, {LINES_MAX} is the most"),
        )
    })
}

/// A lock file that names the host it was made with works only where that host is reached.
fn lock(path: &str, text: &str) -> Option<Fault> {
    (path.ends_with("package-lock.json") && text.contains("\"resolved\"")).then(|| {
        let what = "the lock names a host: set omit-lockfile-registry-resolved=true in .npmrc";
        Fault::new(path, what)
    })
}

/// Every rule about a member's manifest that is not an arrow.
pub fn check_member(member: &Manifest) -> Vec<Fault> {
    let place = format!("{}/Cargo.toml", member.dir);
    let what = "takes no lints of the workspace: add `[lints]` with `workspace = true`";
    (!member.takes_lints)
        .then(|| Fault::new(&place, what))
        .into_iter()
        .collect()
}

/// Crates that lie in the tree, are no guests, and are built by nobody.
pub fn strays(files: &[File], workspace: &Workspace) -> Vec<Fault> {
    files
        .iter()
        .filter_map(|file| Some((file, file.path.strip_suffix("/Cargo.toml")?)))
        .filter(|(file, dir)| {
            !GUESTS.iter().any(|guests| file.path.starts_with(guests))
                && !workspace.members.contains(*dir)
        })
        .map(|(file, _)| Fault::new(&file.path, "no member of the workspace: nobody builds this"))
        .collect()
}

#[cfg(test)]
mod tests;
