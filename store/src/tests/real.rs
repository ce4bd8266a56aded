//! On the file system of this machine: the lock between processes, a disk that is really full, and
//! one that is really read-only.

use super::sim::Rng;
use super::work::check;
use crate::{DiskStore, OpenError, Options};
use icn_dag::{Batch, Block, Blocks, MemStore, Store, StoreError};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const DIR: &str = "ICN_HOLD_DIR";

#[test]
#[ignore = "the other process of the test below, which starts it"]
#[expect(
    clippy::disallowed_methods,
    reason = "how the two processes of this test speak"
)]
fn holds_a_store_until_it_is_killed() {
    let dir = std::env::var(DIR).expect("only the test below runs this");
    let _store = DiskStore::open(Path::new(&dir), Options::default()).unwrap();
    println!("\nheld");
    std::thread::sleep(std::time::Duration::from_secs(60));
}

#[test]
fn a_second_process_is_told_which_one_holds_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::real::holds_a_store_until_it_is_killed"])
        .args(["--ignored", "--nocapture"])
        .env(DIR, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(other.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "held"));

    let error = DiskStore::open(dir.path(), Options::default()).unwrap_err();
    let OpenError::Locked { path, holder } = &error else {
        panic!("{error}");
    };
    assert!(path.ends_with("/lock"));
    assert!(
        holder.starts_with(&format!("process {} (", other.id())),
        "{holder}"
    );
    assert!(
        holder.contains("--exact"),
        "the command is named too: {holder}"
    );

    other.kill().unwrap();
    other.wait().unwrap();
    let (store, opened) = DiskStore::open(dir.path(), Options::default()).unwrap();
    assert_eq!(opened.notes, []);
    let reader = store.reader();
    drop(store);
    let again = DiskStore::open(dir.path(), Options::default());
    assert!(
        matches!(again, Err(OpenError::Locked { .. })),
        "a reader still reads"
    );
    drop(reader);
    DiskStore::open(dir.path(), Options::default()).unwrap();
}

/// A file system in memory, which takes rights to mount.
struct Mounted(tempfile::TempDir);

impl Mounted {
    fn tmpfs(options: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        mount(&["-t", "tmpfs", "-o", options, "none"], dir.path()).then_some(Self(dir))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let status = Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(status.unwrap().success());
    }
}

fn mount(args: &[&str], dir: &Path) -> bool {
    let mut command = Command::new("mount");
    let command = command.args(args).arg(dir).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn blocks(rng: &mut Rng) -> Batch {
    Batch::of((0..20).map(|_| Block::raw(rng.bytes(2_000)).unwrap()))
}

#[test]
fn a_full_file_system_refuses_and_works_when_space_returns() {
    let Some(mounted) = Mounted::tmpfs("size=16m") else {
        println!("not run: no right to mount a file system");
        return;
    };
    let (dir, mut rng) = (mounted.0.path().join("store"), Rng::new(1));
    let open = || DiskStore::open(&dir, Options::default()).unwrap().0;
    let (mut store, mut model) = (open(), MemStore::default());
    let full = loop {
        let batch = blocks(&mut rng);
        match store.commit(batch.clone()) {
            Ok(()) => model.commit(batch).unwrap(),
            Err(error) => break error,
        }
    };
    assert!(matches!(full, StoreError::DiskFull), "{full}");
    assert!(model.len() > 5_000, "only {} blocks fitted", model.len());

    // The reserve and the last byte are taken by something else.
    let (hog, noise) = (mounted.0.path().join("hog"), vec![1; 64 << 20]);
    #[expect(clippy::disallowed_methods, reason = "not a file of the store's")]
    std::fs::write(&hog, noise).unwrap_err();
    check(&store, &model);
    assert!(matches!(
        store.commit(blocks(&mut rng)),
        Err(StoreError::DiskFull)
    ));
    let all = model.list(None, usize::MAX).unwrap();
    let most = Batch {
        drop: all[..all.len() / 10 * 9].to_vec(),
        ..Batch::default()
    };
    store.commit(most.clone()).unwrap();
    model.commit(most).unwrap();
    check(&store, &model);
    drop(store);
    let refused = DiskStore::open(&dir, Options::default()).unwrap_err();
    assert!(
        matches!(refused, OpenError::Store(StoreError::DiskFull)),
        "{refused}"
    );

    #[expect(clippy::disallowed_methods, reason = "not a file of the store's")]
    std::fs::remove_file(&hog).unwrap();
    let mut store = open();
    check(&store, &model);
    assert!(store.compact(|_| ()).unwrap().freed_bytes > 5 << 20);
    let batch = blocks(&mut rng);
    store.commit(batch.clone()).unwrap();
    model.commit(batch).unwrap();
    check(&store, &model);
    drop(store);
    check(&open(), &model);
}

#[test]
fn a_read_only_file_system_is_named() {
    let Some(mounted) = Mounted::tmpfs("size=16m") else {
        println!("not run: no right to mount a file system");
        return;
    };
    let (dir, mut rng) = (mounted.0.path().join("store"), Rng::new(2));
    let (mut store, _) = DiskStore::open(&dir, Options::default()).unwrap();
    let batch = blocks(&mut rng);
    store.commit(batch.clone()).unwrap();
    drop(store);
    assert!(mount(&["-o", "remount,ro"], mounted.0.path()));
    let error = DiskStore::open(&dir, Options::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("/lock: Read-only file system"), "{error}");
    assert!(mount(&["-o", "remount,rw"], mounted.0.path()));
    let (store, opened) = DiskStore::open(&dir, Options::default()).unwrap();
    assert_eq!(opened.notes, []);
    assert!(
        batch
            .blocks
            .iter()
            .all(|block| store.has(block.cid()).unwrap())
    );
}
