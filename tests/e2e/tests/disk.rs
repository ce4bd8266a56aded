//! Disks and directories that do not do what a node needs: each gets a clear answer, and nothing that
//! was acknowledged is lost.

use icn_e2e::disk::Disk;
use icn_e2e::verb::{icn, refused, try_icn};
use icn_e2e::{Node, User, wait};
use std::fs::{self, File};
use std::io::Write;

/// Bytes of a block that fills the disk.
const BLOCK: usize = 1 << 20;
/// The number of the refusal of a full store.
const STORE_FULL: u64 = 1033;

/// Puts blocks of this size until one is refused; what was kept, and the refusal.
fn fill(node: &Node, size: usize) -> (Vec<String>, serde_json::Value) {
    let mut kept = Vec::new();
    for number in 0_u32..1_000 {
        let mut bytes = vec![0; size];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let http = node.http();
        let reply = http.try_post("/v1/dag", "application/vnd.ipld.raw", &bytes, None);
        let reply = reply.expect("it answers");
        if reply.status == 507 {
            return (kept, reply.json());
        }
        assert_eq!(reply.status, 201, "{}", reply.json());
        kept.push(reply.json()["cid"].as_str().expect("a CID").to_owned());
    }
    unreachable!("the disk has less room")
}

#[test]
fn a_full_disk_is_said_to_be_full_and_what_was_acknowledged_outlives_it() {
    let disk = Disk::new(48);
    let mut node = Node::alone(
        disk.path().join("node"),
        &["--set", "executor.enabled=false"],
    );
    node.run(&[]);
    let to = User::did_of(2).to_string();
    let pay = |node: &Node, amount: &str| {
        let ran = try_icn(&node.dir, &["mana", "transfer", &to, amount]);
        ran.status.success()
    };
    assert!(pay(&node, "1"));
    let (kept, problem) = fill(&node, BLOCK);
    assert!(kept.len() > 10, "{} blocks fitted", kept.len());
    assert_eq!(problem["code"], STORE_FULL, "{problem}");
    assert!(problem["hint"].is_string(), "{problem}");
    let read = node
        .http()
        .try_get(&format!("/v1/dag/{}", kept[0]))
        .unwrap();
    assert_eq!((read.status, read.body.len()), (200, BLOCK));
    // The reserve is for what must not fail.
    assert!(pay(&node, "2"), "order goes on: {}", node.log());

    // Somebody else takes the reserve, too: the node cannot keep what it would say, and says why.
    let hog = disk.path().join("hog");
    let mut file = File::create(&hog).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
    drop(file);
    let mut acknowledged = 3;
    while pay(&node, "1") {
        acknowledged += 1;
        assert!(acknowledged < 1_000, "there is no room for all of that");
    }
    let ended = wait("it ends", icn_e2e::mesh::PATIENCE, || node.ended());
    assert_eq!(ended.code(), Some(1), "{}", node.log());
    assert!(node.log().contains("full"), "{}", node.log());
    let (message, hint) = refused(&node.dir, &["start"]);
    assert!(
        message.contains("full") && !hint.is_empty(),
        "{message}: {hint}"
    );

    fs::remove_file(&hog).unwrap();
    node.run(&[]);
    let more = node.http().total(&to) - acknowledged;
    assert!(more <= 1, "what was not acknowledged is all or nothing");
    let last = node
        .http()
        .try_get(&format!("/v1/dag/{}", kept[kept.len() - 1]));
    assert_eq!(last.unwrap().body.len(), BLOCK);
    node.stop();
    icn(&node.dir, &["audit"]);
    icn(&node.dir, &["dag", "verify"]);
}

#[test]
fn a_quota_is_a_bound_for_blocks_and_not_for_order() {
    let dir = tempfile::tempdir().unwrap();
    let flags = [
        "--set",
        "store.quota_bytes=16777216",
        "--set",
        "executor.enabled=false",
    ];
    let mut node = Node::alone(dir.path().join("node"), &flags);
    node.run(&[]);
    let mut kept = 0;
    // To the last byte, or nearly.
    for bytes in [BLOCK, BLOCK / 16, BLOCK / 256, 100] {
        let (more, problem) = fill(&node, bytes);
        assert_eq!(problem["code"], STORE_FULL, "{problem}");
        kept += more.len();
    }
    assert!(kept > 3, "{kept} blocks fitted");
    let to = User::did_of(2).to_string();
    icn(&node.dir, &["mana", "transfer", &to, "5"]);
    assert_eq!(node.http().total(&to), 5);
}

#[test]
fn a_directory_that_cannot_be_written_is_named_with_what_to_do() {
    let mut disk = Disk::new(16);
    let node = Node::alone(disk.path().join("node"), &[]);
    disk.lock();
    let (message, hint) = refused(&node.dir, &["start"]);
    let plain = message.contains("node") && message.contains("Read-only");
    assert!(plain && !hint.is_empty(), "{message}; {hint}");
    let nowhere = disk.path().join("new");
    let (message, _) = refused(&nowhere, &["init", "--insecure-plain-key"]);
    assert!(message.contains("Read-only"), "{message}");
}

#[test]
fn a_second_process_on_one_directory_is_told_who_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::alone(dir.path().join("node"), &[]);
    node.run(&[]);
    let process = node.process().to_string();
    for args in [
        &["start", "--api-listen", "127.0.0.1:0"][..],
        &["backup", "create", "never.car"],
    ] {
        let (message, hint) = refused(&node.dir, args);
        assert!(
            message.contains(&process) && !hint.is_empty(),
            "{message}; {hint}"
        );
    }
    assert!(node.tip().is_some(), "the first goes on");
    assert!(!std::path::Path::new("never.car").exists());
}
