//! The vectors as files: read from `data/`, where they lie as they came.

use serde_json::Value;
use std::path::{Path, PathBuf};

/// A path below `data/`.
pub fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(below)
}

/// A file's bytes.
pub fn bytes(below: &str) -> Vec<u8> {
    std::fs::read(path(below)).unwrap_or_else(|error| missing(below, &error))
}

/// A file's text.
pub fn text(below: &str) -> String {
    String::from_utf8(bytes(below)).expect("these vectors are text")
}

/// A file's JSON.
pub fn json(below: &str) -> Value {
    serde_json::from_slice(&bytes(below)).expect("these vectors are JSON")
}

/// The files and directories in a directory, by name, in order.
pub fn list(below: &str) -> Vec<String> {
    let entries = std::fs::read_dir(path(below)).unwrap_or_else(|error| missing(below, &error));
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("the directory is readable").file_name())
        .map(|name| name.into_string().expect("names of vectors are UTF-8"))
        .collect();
    names.sort();
    names
}

/// Bytes written in hex, as most vectors write them.
pub fn hex(digits: &str) -> Vec<u8> {
    data_encoding::HEXLOWER_PERMISSIVE
        .decode(digits.as_bytes())
        .expect("these vectors are hex")
}

/// The rows of a CSV file after its header, each with its cells trimmed of blanks and quotes.
pub fn csv(below: &str) -> Vec<Vec<String>> {
    let cell = |cell: &str| cell.trim().trim_matches('"').to_owned();
    text(below)
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(cell).collect())
        .collect()
}

fn missing(below: &str, error: &std::io::Error) -> ! {
    unreachable!("data/{below} is part of the repository: {error}")
}
