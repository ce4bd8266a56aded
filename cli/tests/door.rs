//! The built binary over its real interface: arguments, files, stdout, exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "door/dag.rs"]
mod dag;
#[path = "door/did.rs"]
mod did;
#[path = "door/guest.rs"]
mod guest;
#[path = "door/icn.rs"]
mod icn;
#[path = "door/keys.rs"]
mod keys;
#[path = "door/zk.rs"]
mod zk;

use icn::Icn;

#[test]
fn without_arguments_the_help_teaches() {
    let run = Icn::new().run(&[]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("First steps:"), "{}", run.stdout);
}

#[test]
fn wrong_usage_ends_2_and_names_the_nearest_verb() {
    let run = Icn::new().run(&["kys"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("'keys'"), "{}", run.stderr);
}

#[test]
fn every_verb_teaches() {
    let icn = Icn::new();
    for verb in [
        "keys",
        "keys new",
        "keys import",
        "did",
        "did verify",
        "completions",
        "version",
        "zk",
        "zk verify",
    ] {
        let words: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
        let run = icn.run(&words);
        assert_eq!(run.code, 0, "{verb}");
        assert!(run.stdout.contains("Usage: icn"), "{verb}: {}", run.stdout);
    }
}

#[test]
fn json_is_one_value_on_stdout_for_failures_too() {
    let icn = Icn::new();
    let version = icn.run(&["version", "--output", "json"]).json();
    assert_eq!(version["name"], "icn");
    let run = icn.run(&["did", "nobody", "--output", "json"]);
    assert_eq!(run.code, 1);
    let error = &run.json()["error"];
    assert_eq!(
        (error["code"].as_u64(), error["class"].as_str()),
        (Some(15), Some("CryptoError"))
    );
    assert!(error["hint"].as_str().unwrap().contains("icn keys new"));
}

#[test]
fn completions_come_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = Icn::new().run(&["completions", shell]);
        assert!(run.code == 0 && run.stdout.contains("keys"), "{shell}");
    }
}
