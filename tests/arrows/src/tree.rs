//! The files of the repository.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file that is kept in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its text; none if it is not UTF-8.
    pub text: Option<String>,
}

/// The root of the repository: two floors above this crate.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate stands in tests/arrows")
        .to_owned()
}

/// Every file that git tracks. A copy without git is walked instead, without what builds leave.
pub fn files(root: &Path) -> io::Result<Vec<File>> {
    let paths = if root.join(".git").exists() {
        tracked(root)?
    } else {
        let mut paths = Vec::new();
        walk(root, "", &mut paths)?;
        paths
    };
    let mut files = Vec::new();
    for path in paths {
        match std::fs::read(root.join(&path)) {
            Ok(bytes) => files.push(File {
                path,
                text: String::from_utf8(bytes).ok(),
            }),
            // Tracked, but deleted in this working copy.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(files)
}

fn tracked(root: &Path) -> io::Result<Vec<String>> {
    // A checkout may belong to another user than the one who runs the tests.
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .split_terminator('\0')
        .map(str::to_owned)
        .collect())
}

fn walk(dir: &Path, below: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{below}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !["target", "node_modules"].contains(&name.as_str()) {
            walk(&entry.path(), &format!("{path}/"), paths)?;
        } else if kind.is_file() {
            paths.push(path);
        }
    }
    Ok(())
}
