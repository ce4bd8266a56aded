//! What a worker holds, as the system sees it.

use crate::world::{pool, process, until};
use icn_node::worker::WorkerPool;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn proc(process: u32, file: &str) -> String {
    fs::read_to_string(format!("/proc/{process}/{file}")).unwrap()
}

fn line<'a>(text: &'a str, name: &str) -> &'a str {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim()
}

fn worker() -> (WorkerPool, u32) {
    let pool = pool();
    let process = process(&pool);
    (pool, process)
}

#[test]
fn a_worker_has_its_pipes_and_what_its_engine_needs() {
    // Somebody left this open, as careless parents do.
    let left = fs::File::open("/etc/hostname").or_else(|_| fs::File::open("/etc/passwd"));
    let left = left.unwrap();
    let flags = rustix::io::FdFlags::empty();
    rustix::io::fcntl_setfd(&left, flags).unwrap();
    let (_pool, worker) = worker();
    for entry in fs::read_dir(format!("/proc/{worker}/fd")).unwrap() {
        let entry = entry.unwrap();
        let target = fs::read_link(entry.path()).unwrap();
        let target = target.to_str().unwrap();
        let allowed = target.starts_with("pipe:")
            || target == "/dev/null"
            || target.ends_with("/pagemap")
            || target.starts_with("/memfd:");
        assert!(allowed, "{:?} is {target}", entry.file_name());
    }
}

#[test]
fn a_worker_knows_nothing_of_its_nodes_environment() {
    let (_pool, worker) = worker();
    assert_eq!(proc(worker, "environ"), "");
    let directory = fs::read_link(format!("/proc/{worker}/cwd")).unwrap();
    assert_eq!(directory.to_str(), Some("/"));
}

#[test]
fn a_worker_is_behind_its_walls() {
    let (pool, worker) = worker();
    let status = proc(worker, "status");
    assert_eq!(line(&status, "NoNewPrivs:"), "1");
    assert_eq!(line(&status, "Seccomp:"), "2", "it is filtered");
    // Every thread is.
    for thread in fs::read_dir(format!("/proc/{worker}/task")).unwrap() {
        let status = fs::read_to_string(thread.unwrap().path().join("status")).unwrap();
        assert_eq!(line(&status, "Seccomp:"), "2");
        assert_eq!(line(&status, "NoNewPrivs:"), "1");
    }
    let limits = proc(worker, "limits");
    assert!(line(&limits, "Max core file size").starts_with("0 "));
    assert!(line(&limits, "Max open files").starts_with("256 "));
    assert!(line(&limits, "Max data size").starts_with("1073741824 "));
    assert!(!line(&limits, "Max address space").starts_with("unlimited"));
    assert!(!line(&limits, "Max cpu time").starts_with("unlimited"));
    let walls = pool.protection().unwrap();
    for (name, wall) in walls.walls() {
        // This kernel may be built without landlock; all else must stand.
        assert!(
            wall.is_whole() || name.contains("landlock"),
            "{name}: {wall:?}"
        );
    }
    assert_eq!(walls.describe().lines().count(), 6);
}

#[test]
fn a_worker_is_in_a_process_group_of_its_own() {
    let (_pool, worker) = worker();
    let stat = proc(worker, "stat");
    let after_name = stat.rsplit(')').next().unwrap();
    let group = after_name.split_whitespace().nth(2).unwrap();
    assert_eq!(group, worker.to_string());
}

/// Run by the next test as a process of its own.
#[test]
#[ignore = "waits to be killed"]
fn a_node_that_waits() {
    let (_pool, worker) = worker();
    println!("worker {worker}.");
    std::thread::sleep(crate::world::PATIENCE);
}

#[test]
fn a_worker_dies_with_its_node() {
    let mut node = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "walls::a_node_that_waits",
            "--ignored",
            "--nocapture",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(node.stdout.take().unwrap()).lines();
    let worker = lines.map_while(Result::ok).find_map(|line| {
        let (_, number) = line.split_once("worker ")?;
        number.strip_suffix('.')?.parse::<u32>().ok()
    });
    let worker = worker.unwrap();
    let number = Pid::from_raw(node.id().try_into().unwrap()).unwrap();
    kill_process(number, Signal::KILL).unwrap();
    node.wait().unwrap();
    until("the worker is gone", || {
        let gone = fs::read_to_string(format!("/proc/{worker}/status"));
        gone.map_or(Some(()), |status| {
            status.contains("State:\tZ").then_some(())
        })
    });
}
