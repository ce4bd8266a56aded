//! A machine whose clock is an hour off: its node says so, follows, and harms nobody.

use icn_e2e::mesh::PATIENCE;
use icn_e2e::{Mesh, User, wait};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the library that stands in for a wrong clock.
fn wrong_clock(dir: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("clock/off.c");
    let library = dir.join("off.so");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source);
    assert!(
        cc.status()
            .expect("a linker for Rust is a C compiler")
            .success()
    );
    library
}

/// What `/readyz` says of a node's clock; none while all is well.
fn fault(mesh: &Mesh, node: usize) -> Option<String> {
    let ready = mesh.nodes[node].http().try_get("/readyz")?.json();
    let mut checks = ready["checks"].as_array()?.iter();
    let clock = checks.find(|check| check["name"] == "clock")?;
    clock["fault"].as_str().map(ToOwned::to_owned)
}

#[test]
fn a_validator_whose_clock_is_an_hour_off_says_so_and_follows_and_the_others_go_on() {
    const WRONG: usize = 3;
    let mut mesh = Mesh::start(4, &[(1, 5_000)]);
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(2);
    let library = wrong_clock(mesh.nodes[WRONG].dir.parent().expect("it is in one"));
    let library = library.to_str().expect("a path is a text").to_owned();
    for (off, word) in [("3600", "ahead"), ("-3600", "behind")] {
        mesh.nodes[WRONG].stop();
        mesh.nodes[WRONG].environment = vec![
            ("LD_PRELOAD".to_owned(), library.clone()),
            ("CLOCK_OFF_S".to_owned(), off.to_owned()),
        ];
        mesh.run(WRONG);
        let said = wait("it says that its clock is off", PATIENCE, || {
            mesh.nodes[0].http().apply(&[user.pay(to, 1)]);
            fault(&mesh, WRONG)
        });
        assert!(said.contains(word), "{off}: {said}");
        assert_eq!(fault(&mesh, 0), None, "the others' clocks are right");
        mesh.agree(1);
    }
    mesh.nodes[WRONG].stop();
    mesh.nodes[WRONG].environment.clear();
    mesh.run(WRONG);
    mesh.nodes[WRONG].http().apply(&[user.pay(to, 1)]);
    mesh.agree(1);
    wait("all is well", PATIENCE, || {
        fault(&mesh, WRONG).is_none().then_some(())
    });
}
