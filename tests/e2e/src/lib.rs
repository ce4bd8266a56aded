//! The built binary, over its real interfaces: processes, sockets and files on loopback.
//!
//! [`Mesh`] starts nodes as an operator would, with `icn network`, `icn init` and `icn start`; what
//! they agree on is read over HTTP, and what users do is signed here.

pub mod disk;
pub mod facts;
pub mod http;
pub mod job;
pub mod memory;
pub mod mesh;
pub mod raw;
pub mod routes;
pub mod siege;
pub mod user;
pub mod verb;
pub mod vote;

pub use http::{Http, Reply};
pub use mesh::{Mesh, Node, Plan};
pub use user::User;

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The binary under test: `ICN`, or the one that `cargo` has built beside this test.
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("ICN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("a process knows its program");
    let built = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let path = built.join("icn");
    assert!(
        path.exists(),
        "{} is missing: `cargo build -p icn-cli`, or name a binary in ICN",
        path.display()
    );
    path
}

/// Looks until something is there.
pub fn wait<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begun.elapsed() < patience,
            "{what}: not within {patience:?}"
        );
        std::thread::sleep(Duration::from_millis(30));
    }
}
