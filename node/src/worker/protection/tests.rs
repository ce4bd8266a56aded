//! The walls, tried from inside: a process of its own puts them up, and then tries what a guest that
//! has broken out would try.

use super::{Wall, enter, seal};
use crate::worker::Life;
use std::fs::{self, File, OpenOptions};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::Command;

fn life(cache: Option<&str>) -> Life {
    Life {
        memory_bytes: 1 << 30,
        cache: cache.map(Into::into),
    }
}

/// Runs one of the tests below in a process of its own, where it may put up walls.
fn alone(test: &str, variables: &[(&str, &str)]) {
    let name = format!("worker::protection::tests::{test}");
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            &name,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert!(text.contains("1 passed"), "{text}");
}

/// Everything here must fail, with or without landlock.
fn tries_everything() {
    assert!(File::open("/etc/passwd").is_err(), "reading a file");
    assert!(fs::read_dir("/").is_err(), "listing a directory");
    let mut create = OpenOptions::new();
    create.write(true).create(true);
    assert!(create.open("/tmp/icn-was-here").is_err(), "making a file");
    assert!(fs::remove_file("/tmp/icn-was-here").is_err());
    assert!(fs::create_dir("/tmp/icn-was-here").is_err());
    assert!(TcpStream::connect("127.0.0.1:9").is_err(), "connecting");
    assert!(TcpListener::bind("127.0.0.1:0").is_err(), "listening");
    assert!(UdpSocket::bind("127.0.0.1:0").is_err());
    assert!(UnixStream::pair().is_err(), "even a pair of sockets");
    assert!(Command::new("/bin/true").spawn().is_err(), "a program");
    assert!(
        std::thread::Builder::new().spawn(|| ()).is_err(),
        "a thread"
    );
    let init = rustix::process::Pid::INIT;
    assert!(rustix::process::test_kill_process(init).is_err(), "signals");
    let limit = rustix::process::Rlimit {
        current: Some(1 << 40),
        maximum: Some(1 << 40),
    };
    let raised = rustix::process::setrlimit(rustix::process::Resource::Data, limit);
    assert!(raised.is_err(), "raising a limit");
}

#[test]
#[ignore = "is run by another test, in a process of its own"]
fn inside() {
    let mut life = life(None);
    let mut walls = enter(&mut life);
    seal(&life, &mut walls);
    assert_eq!(walls.calls, Wall::Whole, "{walls:?}");
    assert_eq!(walls.limits, Wall::Whole, "{walls:?}");
    assert_eq!(walls.privileges, Wall::Whole, "{walls:?}");
    tries_everything();
    // What running guests takes still goes.
    let memory = vec![1_u8; 8 << 20];
    assert_eq!(
        memory.iter().map(|byte| u64::from(*byte)).sum::<u64>(),
        8 << 20
    );
}

#[test]
fn behind_the_walls_nothing_opens() {
    alone("inside", &[]);
}

#[test]
#[ignore = "is run by another test, in a process of its own"]
fn inside_with_a_cache() {
    let directory = std::env::var("CACHE").unwrap();
    let mut life = life(Some(&directory));
    let mut walls = enter(&mut life);
    seal(&life, &mut walls);
    let file = format!("{directory}/code.compiled");
    if life.cache.is_some() {
        fs::write(&file, b"code").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"code");
        assert!(File::open("/etc/passwd").is_err());
    } else {
        assert!(matches!(walls.files, Wall::Missing(_)), "{walls:?}");
        assert!(fs::write(&file, b"code").is_err(), "no landlock, no cache");
    }
    assert!(TcpListener::bind("127.0.0.1:0").is_err());
}

#[test]
fn a_cache_is_all_that_a_worker_with_a_cache_reaches() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    alone("inside_with_a_cache", &[("CACHE", path)]);
}

#[test]
fn what_is_missing_is_said() {
    let mut walls = super::Protection {
        descriptors: Wall::Whole,
        orphan: Wall::Whole,
        limits: Wall::Whole,
        privileges: Wall::Whole,
        files: Wall::Whole,
        calls: Wall::Whole,
    };
    assert!(walls.is_whole());
    walls.files = Wall::Missing("this kernel has no landlock".to_owned());
    walls.limits = Wall::Part("Data: not permitted".to_owned());
    assert!(!walls.is_whole());
    let text = walls.describe();
    assert!(
        text.contains("landlock): NO; this kernel has no landlock\n"),
        "{text}"
    );
    assert!(
        text.contains("resource limits: in part; Data: not permitted\n"),
        "{text}"
    );
    assert!(text.contains("ends with its node: yes\n"), "{text}");
}
