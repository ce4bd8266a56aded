//! Verbs of the command line, as a program runs them.

use crate::binary;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a verb that must succeed, and returns what it says.
pub fn icn(dir: &Path, args: &[&str]) -> Value {
    let ran = try_icn(dir, args);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "icn {}: {said}", args.join(" "));
    serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null)
}

/// Runs a verb that must fail, and returns what it says of it: the error's message and its hint.
pub fn refused(dir: &Path, args: &[&str]) -> (String, String) {
    let ran = try_icn(dir, args);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "icn {}: {said}", args.join(" "));
    let error = serde_json::from_slice::<Value>(&ran.stdout).unwrap_or(Value::Null);
    let error = &error["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    assert!(
        !text("message").is_empty(),
        "no answer for programs: {said}"
    );
    (text("message"), text("hint"))
}

/// Runs a verb.
pub fn try_icn(dir: &Path, args: &[&str]) -> Output {
    let ran = command(dir).args(args).stdin(Stdio::null()).output();
    ran.expect("the binary runs")
}

/// The binary on a data directory, without what stands in this process's environment for it.
pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ICN_") {
            command.env_remove(name);
        }
    }
    command.args(["--output", "json", "--data-dir"]).arg(dir);
    command
}
