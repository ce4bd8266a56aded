//! The specification's own tests through the gate, the metering pass and both engines.
//!
//! `tests/spec/failures.toml` lists, file by file, what the profile refuses and why, and what does not
//! come out as the specification says. The list is exact: a new failure fails, and so does an entry
//! that no longer holds, so the list can only shrink by being edited.

mod book;
mod value;

use crate::engine::{Backend, Settings};
use book::Book;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What of one file is not as the specification says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    /// Modules that the gate refuses although they are valid.
    refused: u32,
    /// Why: features outside the profile, or bounds.
    because: BTreeSet<String>,
    /// Assertions that do not hold.
    failed: u32,
    /// Why they do not, in words.
    why: String,
}

impl Entry {
    /// Whether this was found, and its failures are explained.
    fn is(&self, listed: Option<&Self>) -> bool {
        let listed = listed.cloned().unwrap_or_default();
        let why = listed.why.clone();
        let found = Self {
            why,
            ..self.clone()
        };
        found == listed && (found.failed == 0 || !found.why.is_empty())
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec")
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|kind| kind == "wast"))
        .collect();
    files.sort();
    files
}

/// On a thread with the stack that guests need.
fn check(backend: Backend) {
    let thread = std::thread::Builder::new().stack_size(crate::STACK_BYTES);
    let checking = thread.spawn(move || check_here(backend)).unwrap();
    if let Err(panic) = checking.join() {
        std::panic::resume_unwind(panic);
    }
}

fn check_here(backend: Backend) {
    let settings = Settings {
        backend,
        instances: 0,
        ..Settings::default()
    };
    let engine = crate::engine::engine(&settings).unwrap();
    let mut found = BTreeMap::new();
    let (mut held, mut messages) = (0, Vec::new());
    for path in files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut book = Book::new(&engine);
        book.read(&fs::read_to_string(&path).unwrap());
        held += book.held;
        messages.extend(
            book.messages
                .iter()
                .map(|message| format!("{name}: {message}")),
        );
        if book.entry != Entry::default() {
            found.insert(name, book.entry);
        }
    }
    let list = fs::read_to_string(folder().join("failures.toml")).unwrap();
    let listed: BTreeMap<String, Entry> = toml::from_str(&list).unwrap();
    let differing: BTreeMap<_, _> = found
        .iter()
        .map(|(name, entry)| (name, Some(entry)))
        .chain(
            listed
                .keys()
                .filter(|name| !found.contains_key(*name))
                .map(|name| (name, None)),
        )
        .filter(|(name, entry)| !entry.is_some_and(|entry| entry.is(listed.get(*name))))
        .collect();
    assert!(
        differing.is_empty(),
        "not as listed:\n{}\n{differing:#?}\nall of it:\n{}",
        messages.join("\n"),
        toml::to_string(&found).unwrap(),
    );
    assert!(
        held > 10_000,
        "only {held} assertions held: was the corpus read?"
    );
}

#[test]
fn the_specification_holds_on_native_code() {
    check(Backend::Native);
}

#[test]
fn the_specification_holds_on_the_interpreter() {
    check(Backend::Interpreter);
}
