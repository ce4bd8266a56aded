//! What outlives a process, and what outlives a disk.

use icn_e2e::facts::after;
use icn_e2e::verb::icn;
use icn_e2e::{Mesh, User};
use std::fs;
use std::thread;

/// Payments before a restart, and as many after it.
const PAYMENTS: usize = 12;

#[test]
fn a_stream_of_facts_goes_on_across_a_kill_without_gap_or_repeat() {
    let mut mesh = Mesh::start(1, &[(1, 5_000)]);
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(2);
    let api = mesh.nodes[0].said["api"].as_str().unwrap().to_owned();
    let reader = thread::spawn({
        let api = api.clone();
        move || after(&api, "0:0", |_| false)
    });
    for _ in 0..PAYMENTS {
        mesh.nodes[0].http().apply(&[user.pay(to, 1)]);
    }
    mesh.nodes[0].kill();
    let mut seen = reader.join().expect("it reads to the end");
    assert!(!seen.is_empty(), "some came before the node died");
    mesh.run(0);
    for _ in 0..PAYMENTS {
        mesh.nodes[0].http().apply(&[user.pay(to, 1)]);
    }
    let tip = mesh.nodes[0].tip().expect("it answers")["height"].clone();
    let last = format!("{tip}:");
    let reached = |ids: &[String]| ids.last().is_some_and(|id| id.starts_with(&last));
    let from = seen.last().cloned().expect("some");
    seen.extend(after(&api, &from, reached));
    let at_once = after(&api, "0:0", reached);
    assert_eq!(seen, at_once);
    assert!(seen.len() >= 2 * PAYMENTS);
}

#[test]
fn a_node_that_is_backed_up_wiped_and_restored_is_who_it_was_and_has_what_it_had() {
    let mut mesh = Mesh::start(4, &[(1, 5_000)]);
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(2);
    mesh.nodes[0].http().apply(&[user.pay(to, 11)]);
    let tip = mesh.agree(1);
    let did = mesh.nodes[3].did();
    let mine = mesh.nodes[3].http().total(&did);
    mesh.nodes[3].stop();
    let dir = mesh.nodes[3].dir.clone();
    let file = dir.with_extension("car");
    let file = file.to_str().expect("a path is a text");
    icn(&dir, &["backup", "create", file, "--with-keys"]);
    assert_eq!(icn(&dir, &["backup", "verify", file])["verdict"], "whole");
    fs::remove_dir_all(&dir).expect("it can be wiped");
    // Three of four go on meanwhile.
    mesh.nodes[0].http().apply(&[user.pay(to, 22)]);

    let restored = icn(&dir, &["backup", "restore", file]);
    assert_eq!(restored["did"], did.as_str());
    let audit = icn(&dir, &["audit"]);
    assert!(
        audit["height"].as_u64() >= tip["height"].as_u64(),
        "{audit}"
    );
    mesh.run(3);
    assert_eq!(mesh.nodes[3].did(), did);
    mesh.agree(tip["height"].as_u64().unwrap() + 1);
    let http = mesh.nodes[3].http();
    assert_eq!((http.total(&to.to_string()), http.total(&did)), (33, mine));
    // It orders again: without it and with another one away there would be no two thirds.
    mesh.nodes[2].kill();
    mesh.nodes[3].http().apply(&[user.pay(to, 44)]);
}
