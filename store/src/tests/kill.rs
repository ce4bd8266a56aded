//! `kill -9` while it writes, at each sync in turn and at random: every acknowledged step is
//! there, and of the last one all or nothing. `ICN_KILL_CYCLES` says how often (20 if unset).

use super::sim::Rng;
use super::work::{Step, check, steps, whole};
use crate::disk::{Disk, DiskFile, OsDisk, Space};
use crate::open::Place;
use crate::{DiskStore, Options};
use icn_dag::MemStore;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const DIR: &str = "ICN_KILL_DIR";
const SEED: &str = "ICN_KILL_SEED";
const SYNCS: &str = "ICN_KILL_SYNCS";
const CYCLES: &str = "ICN_KILL_CYCLES";

/// The files of this machine, until a number of syncs was made.
#[derive(Clone, Debug)]
struct KillDisk {
    /// Syncs until the process waits for its end.
    left: Arc<AtomicI64>,
    /// Whether the last sync is made before that.
    make_last: bool,
}

#[derive(Debug)]
struct KillFile(KillDisk, Arc<dyn DiskFile>);

impl KillDisk {
    fn sync(&self, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        if self.left.fetch_sub(1, Ordering::SeqCst) > 1 {
            return sync();
        }
        if self.make_last {
            sync()?;
        }
        say("kill");
        loop {
            std::thread::sleep(Duration::from_secs(60));
        }
    }

    fn file(&self, file: Arc<dyn DiskFile>) -> Arc<dyn DiskFile> {
        Arc::new(KillFile(self.clone(), file))
    }
}

impl Disk for KillDisk {
    fn make_dir(&self, dir: &Path) -> io::Result<()> {
        OsDisk.make_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        OsDisk.list(dir)
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        OsDisk.create(path).map(|file| self.file(file))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        OsDisk.open(path).map(|file| self.file(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        OsDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        OsDisk.remove(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.sync(|| OsDisk.sync_dir(dir))
    }

    fn space(&self, dir: &Path) -> io::Result<Space> {
        OsDisk.space(dir)
    }
}

impl DiskFile for KillFile {
    fn len(&self) -> io::Result<u64> {
        self.1.len()
    }

    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<()> {
        self.1.read_at(into, at)
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        self.1.write_at(bytes, at)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.1.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync(|| self.1.sync())
    }
}

fn place(dir: &Path, disk: impl Disk + 'static) -> Place {
    Place {
        disk: Arc::new(disk),
        dir: dir.to_owned(),
        index: dir.join("index"),
    }
}

fn options() -> Options {
    Options {
        // So small that most batches begin a new one.
        segment_bytes: 4_096,
        ..Options::default()
    }
}

fn open(dir: &Path, disk: impl Disk + 'static) -> DiskStore {
    let (store, opened) = place(dir, disk)
        .open(options(), None, false, &mut |_| ())
        .unwrap();
    assert_eq!(opened.damaged, 0, "{:?}", opened.notes);
    store
}

#[expect(
    clippy::disallowed_methods,
    reason = "how the two processes of this test speak"
)]
fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn say(word: &str) {
    let mut out = io::stdout().lock();
    writeln!(out, "\nsays {word}").unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "the other side of the kill loop, which starts it"]
fn writes_until_it_is_killed() {
    let dir = env(DIR).expect("only the kill loop runs this");
    let (seed, syncs): (u64, i64) = (
        env(SEED).unwrap().parse().unwrap(),
        env(SYNCS).unwrap().parse().unwrap(),
    );
    let disk = KillDisk {
        left: Arc::new(AtomicI64::new(syncs)),
        make_last: seed.is_multiple_of(2),
    };
    let mut store = open(Path::new(&dir), disk);
    for step in steps(seed, STEPS) {
        step.run(&mut store).unwrap();
        say("done");
    }
    say("kill");
    std::thread::sleep(Duration::from_secs(60));
}

/// More than a cycle lasts.
const STEPS: usize = 400;

fn start(dir: &Path, seed: u64, syncs: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::kill::writes_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(DIR, dir)
        .env(SEED, seed.to_string())
        .env(SYNCS, syncs.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Lets a process write and kills it: when it has come to a sync, or after some milliseconds.
/// Returns how many steps it has acknowledged.
fn killed(dir: &Path, seed: u64, syncs: u64, after: Option<Duration>) -> usize {
    let mut child = start(dir, seed, syncs);
    if let Some(after) = after {
        std::thread::sleep(after);
        child.kill().unwrap();
    }
    let mut done = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        match line.unwrap().as_str() {
            "says done" => done += 1,
            "says kill" => {
                child.kill().unwrap();
                break;
            }
            _ => {}
        }
    }
    let status = child.wait().unwrap();
    assert!(
        !status.success() && status.code().is_none(),
        "it ended by itself: {status}"
    );
    done
}

/// The store must hold what the model does; or with one more step that was not acknowledged.
fn judge(dir: &Path, model: &mut MemStore, open_step: Option<&Step>) {
    let store = open(dir, OsDisk);
    let found = whole(&store).unwrap();
    if found != whole(model).unwrap() {
        open_step.expect("nothing was under way").run_model(model);
        assert_eq!(found, whole(model).unwrap());
    }
    check(&store, model);
}

#[test]
fn killed_at_any_sync_it_keeps_every_acknowledged_step() {
    let cycles: u64 = env(CYCLES).map_or(20, |cycles| cycles.parse().unwrap());
    let (dir, mut model, mut rng) = (
        tempfile::tempdir().unwrap(),
        MemStore::default(),
        Rng::new(1),
    );
    let mut acknowledged = 0;
    for cycle in 0..cycles {
        // Three of four at a sync, those of the opening included; the others anywhere.
        let (syncs, after) = if cycle % 4 == 3 {
            (
                u64::MAX >> 1,
                Some(Duration::from_millis(20 + rng.below(150) as u64)),
            )
        } else {
            (1 + cycle / 2, None)
        };
        let done = killed(dir.path(), cycle, syncs, after);
        let steps = steps(cycle, STEPS);
        steps[..done]
            .iter()
            .for_each(|step| step.run_model(&mut model));
        judge(dir.path(), &mut model, steps.get(done));
        acknowledged += done;
    }
    assert!(
        acknowledged as u64 > cycles,
        "only {acknowledged} steps in {cycles} cycles"
    );
}
