//! The built binary over its real interface: arguments, files, stdout, exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "door/backup.rs"]
mod backup;
#[path = "door/book.rs"]
mod book;
#[path = "door/credential.rs"]
mod credential;
#[path = "door/dag.rs"]
mod dag;
#[path = "door/did.rs"]
mod did;
#[path = "door/gov.rs"]
mod gov;
#[path = "door/guest.rs"]
mod guest;
#[path = "door/icn.rs"]
mod icn;
#[path = "door/init.rs"]
mod init;
#[path = "door/keys.rs"]
mod keys;
#[path = "../../replay/examples/lone/lone.rs"]
#[allow(
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "it serves other tests, too"
)]
mod lone;
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

/// What a help lists under "Commands:".
fn verbs(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = lines.take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_verb_teaches() {
    let icn = Icn::new();
    let (mut waiting, mut taught) = (vec![vec![]], 0);
    while let Some(path) = waiting.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let run = icn.run(&words);
        assert_eq!(run.code, 0, "{path:?}");
        assert!(
            run.stdout.contains("Usage: icn"),
            "{path:?}: {}",
            run.stdout
        );
        let first = run.stdout.lines().next().unwrap_or_default();
        assert!(first.len() > 10, "{path:?} says what it is for: {first}");
        taught += 1;
        for verb in verbs(&run.stdout) {
            waiting.push([&path[..], &[verb]].concat());
        }
    }
    assert!(taught >= 40, "{taught} verbs were found");
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
