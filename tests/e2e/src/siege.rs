//! A node under attack: honest requests are answered meanwhile, and its memory returns.

use crate::memory::{most_mib, resident_mib};
use crate::{Node, wait};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How long memory may take to come back.
const CALM: Duration = Duration::from_secs(60);

/// A lone node that can be attacked.
pub fn target(dir: &Path) -> Node {
    let mut node = Node::alone(dir.join("node"), &["--set", "executor.enabled=false"]);
    node.run(&[]);
    node
}

/// Attacks a node while somebody asks it where it is, and is answered each time. At the end it has at
/// most `more_mib` more than before, and never had more than `most` more.
pub fn hold(node: &Node, more_mib: u64, most: u64, attack: impl FnOnce()) {
    let process = node.process();
    let (http, over, answers) = (node.http(), AtomicBool::new(false), AtomicUsize::new(0));
    let before = resident_mib(process);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let reply = http
                    .try_get("/v1/status")
                    .expect("it answers honest requests");
                assert_eq!(reply.status, 200, "{}", reply.json());
                answers.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(20));
            }
        });
        // An attack that fails must not leave the other one asking for ever.
        let over = Over(&over);
        attack();
        drop(over);
    });
    assert!(
        answers.load(Ordering::Relaxed) > 0,
        "somebody asked meanwhile"
    );
    let peak = most_mib(process);
    assert!(peak <= before + most, "from {before} to {peak} MiB");
    wait(
        &format!("from {peak} MiB back to {before} and {more_mib}"),
        CALM,
        || (resident_mib(process) <= before + more_mib).then_some(()),
    );
}

struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
