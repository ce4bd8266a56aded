//! The front door: five processes of the built binary, a story, and nothing left behind.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

#[test]
fn the_demo_tells_its_story_and_every_check_holds() {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_icn"));
    command.args(["demo", "--output", "json"]);
    let ran = command
        .env_clear()
        .env("TMPDIR", temporary.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    let json: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(json["verdict"], "done");
    assert!(json["checked"].as_array().unwrap().len() >= 12, "{json}");
    let left = std::fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(left, 0, "data directories are left behind");
}
