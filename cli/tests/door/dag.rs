//! `icn dag` and `icn db`: files, CARs, pins, damage.

use crate::icn::Icn;
use serde_json::Value;
use std::io::{Read, Seek, SeekFrom, Write};

const HELLO: &str = "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am";
/// A block that nobody has: raw, of other bytes.
const NOWHERE: &str = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";

fn json(icn: &Icn, args: &[&str]) -> Value {
    icn.run(&[args, &["--output", "json"]].concat()).json()
}

/// Bytes that repeat nothing.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let step = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(step).take(length).collect()
}

#[test]
fn a_file_comes_back_under_the_cid_that_ipfs_gives_it() {
    let icn = Icn::new();
    let file = icn.file("hello.txt", "hello\n");
    assert_eq!(icn.run(&["dag", "put", &file]).ok(), HELLO);
    assert_eq!(icn.feed(&["dag", "put", "-"], b"hello\n").ok(), HELLO);
    assert_eq!(icn.run(&["dag", "get", HELLO]).bytes, b"hello\n");
    assert_eq!(json(&icn, &["dag", "get", HELLO])["bytes"], "aGVsbG8K");
    let out = icn.path("out");
    icn.run(&["dag", "get", HELLO, "-o", out.to_str().unwrap()])
        .ok();
    assert_eq!(std::fs::read(out).unwrap(), b"hello\n");
}

#[test]
fn a_file_larger_than_a_block_comes_back_whole_and_travels_as_a_car() {
    let (icn, other) = (Icn::new(), Icn::new());
    let bytes = noise(5_000_000);
    let file = icn.file("large", &bytes);
    let root = icn.run(&["dag", "put", &file]).ok().to_owned();
    assert!(root.starts_with("bafyrei"), "{root}");
    assert_eq!(icn.run(&["dag", "get", &root]).bytes, bytes);
    let stat = json(&icn, &["dag", "stat", &root]);
    assert_eq!(
        (
            &stat["reaches"]["blocks"],
            stat["links"].as_array().unwrap().len()
        ),
        (&4.into(), 3)
    );

    let car = other.path("large.car");
    let car = car.to_str().unwrap();
    assert_eq!(
        json(&icn, &["dag", "export", &root, "-o", car])["blocks"],
        4
    );
    let import = json(&other, &["dag", "import", car]);
    assert_eq!(
        (import["verdict"].as_str(), import["new"].as_u64()),
        (Some("complete"), Some(4))
    );
    assert_eq!(other.run(&["dag", "get", &root]).bytes, bytes);
    let walk = |icn: &Icn| icn.run(&["dag", "walk", &root]).ok().to_owned();
    assert_eq!(walk(&icn), walk(&other));
    assert_eq!(walk(&icn).lines().next(), Some(root.as_str()));
}

#[test]
fn bad_bytes_and_bad_cids_end_65_and_leave_no_store() {
    let icn = Icn::new();
    let put = |bytes: &[u8]| {
        icn.feed(&["dag", "put", "-", "--codec", "dag-cbor"], bytes)
            .code
    };
    for bytes in [
        &b""[..],
        b"hello",
        &[0x18, 7],
        &[0x81],
        &[0x81; 100_000],
        &[0xff; 3_000_000],
    ] {
        assert_eq!(put(bytes), 65);
    }
    assert!(!icn.data().exists());
    assert_eq!(put(&[0x81, 7]), 0);
    for cid in [
        "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
        "x",
        "bafkqabiaaebagba",
        "",
    ] {
        for verb in ["get", "stat", "walk", "pin", "unpin"] {
            let run = icn.run(&["dag", verb, cid]);
            assert_eq!(run.code, 65, "{verb} {cid}: {}", run.stderr);
        }
    }
    assert_eq!(icn.run(&["dag", "put", "-", "--codec", "dag-pb"]).code, 2);
}

#[test]
fn what_is_not_here_is_named_with_the_remedy() {
    let icn = Icn::new();
    for verb in ["get", "stat", "walk", "unpin"] {
        let run = icn.run(&["dag", verb, NOWHERE]);
        assert!(
            run.code == 1 && run.stderr.contains("hint: "),
            "{verb}: {}",
            run.stderr
        );
    }
    assert!(!icn.data().exists(), "a verb that reads makes no store");
    icn.feed(&["dag", "put", "-"], b"x").ok();
    for verb in ["get", "stat", "walk", "pin", "export"] {
        let run = icn.run(&["dag", verb, NOWHERE]);
        let told = run.stderr.contains(NOWHERE) || verb == "export";
        assert!(run.code == 1 && told, "{verb}: {}", run.stderr);
    }
    let run = icn.run(&["dag", "put", "/nowhere/at/all"]);
    assert!(
        run.code == 1 && run.stderr.contains("/nowhere/at/all"),
        "{}",
        run.stderr
    );
}

#[test]
fn collection_keeps_what_pins_reach_and_drops_the_rest() {
    let icn = Icn::new();
    let kept = icn
        .feed(&["dag", "put", "-"], &noise(4_500_000))
        .ok()
        .to_owned();
    icn.feed(&["dag", "put", "-"], b"hello\n").ok();
    let timed = icn
        .feed(&["dag", "put", "-"], b"for a moment")
        .ok()
        .to_owned();
    icn.run(&["dag", "pin", &kept]).ok();
    icn.run(&["dag", "pin", &timed, "--for", "1ms"]).ok();
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert_eq!(
        json(&icn, &["dag", "gc", "--dry-run"])["dropped"]["blocks"],
        2
    );
    assert_eq!(
        icn.run(&["dag", "get", HELLO]).code,
        0,
        "a dry run drops nothing"
    );
    let done = json(&icn, &["dag", "gc"]);
    assert_eq!(
        (&done["dropped"]["blocks"], &done["expired_pins"]),
        (&2.into(), &1.into())
    );
    assert_eq!(icn.run(&["dag", "get", HELLO]).code, 1);
    assert_eq!(icn.run(&["dag", "get", &kept]).bytes, noise(4_500_000));

    icn.run(&["dag", "unpin", &kept]).ok();
    assert_eq!(icn.run(&["dag", "unpin", &kept]).code, 1);
    assert_eq!(json(&icn, &["dag", "gc"])["kept"]["blocks"], 0);
}

#[test]
fn an_import_says_what_is_missing() {
    let (icn, other) = (Icn::new(), Icn::new());
    let root = icn
        .feed(&["dag", "put", "-"], &noise(5_000_000))
        .ok()
        .to_owned();
    let block = icn.run(&["dag", "get", &root, "--block"]).bytes;
    other
        .feed(&["dag", "put", "-", "--codec", "dag-cbor"], &block)
        .ok();
    // A CAR of the root alone, as an exporter that lost the parts would write it.
    let header = icn.path("all.car");
    icn.run(&["dag", "export", &root, "-o", header.to_str().unwrap()])
        .ok();
    let mut car = std::fs::read(&header).unwrap();
    car.truncate(60 + 1 + 2 + 36 + block.len());
    let start = usize::from(car[0]) + 1;
    let mut whole = car[..start].to_vec();
    let length = u16::try_from(36 + block.len()).unwrap();
    whole.extend([
        length.to_le_bytes()[0] | 0x80,
        u8::try_from(length >> 7).unwrap(),
    ]);
    whole.extend(root_bytes(&car[start + 2..]));
    whole.extend(&block);
    let file = other.file("root.car", &whole);
    let run = other.run(&["dag", "import", &file, "--output", "json"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let answer = run.json();
    assert_eq!(
        (&answer["verdict"], &answer["missing_count"]),
        (&"incomplete".into(), &3.into())
    );
    assert_eq!(other.run(&["dag", "get", &root]).code, 1);
}

fn root_bytes(frame: &[u8]) -> &[u8] {
    &frame[..36]
}

#[test]
fn a_bad_car_is_refused_with_its_place_and_nothing_foreign_is_kept() {
    let icn = Icn::new();
    let root = icn.feed(&["dag", "put", "-"], b"hello\n").ok().to_owned();
    let path = icn.path("good.car");
    icn.run(&["dag", "export", &root, "-o", path.to_str().unwrap()])
        .ok();
    let good = std::fs::read(path).unwrap();
    let other = Icn::new();
    let import = |bytes: &[u8]| other.feed(&["dag", "import", "-"], bytes);
    for cut in [0, 1, 10, good.len() - 1] {
        assert_eq!(import(&good[..cut]).code, 65, "cut at {cut}");
    }
    for at in [0, 1, 10, 60, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        let run = import(&bad);
        assert!(
            run.code == 65 && run.stderr.starts_with("error: "),
            "{at}: {}",
            run.stderr
        );
    }
    assert_eq!(import(&noise(100_000)).code, 65);
    assert_eq!(json(&other, &["db", "stat"])["blocks"], 0);
    assert_eq!(import(&good).code, 0);
}

#[test]
fn a_flipped_bit_is_found_named_and_never_served() {
    let icn = Icn::new();
    icn.feed(&["dag", "put", "-"], b"hello\n").ok();
    let other = icn.feed(&["dag", "put", "-"], b"other").ok().to_owned();
    assert_eq!(icn.run(&["dag", "verify"]).code, 0);
    let mut segment = std::fs::File::options()
        .read(true)
        .write(true)
        .open(icn.data().join("dag/00000001.car"))
        .unwrap();
    let mut bytes = Vec::new();
    segment.read_to_end(&mut bytes).unwrap();
    let at = bytes
        .windows(6)
        .position(|window| window == b"hello\n")
        .unwrap();
    segment.seek(SeekFrom::Start(at as u64)).unwrap();
    segment.write_all(b"jello\n").unwrap();

    let run = icn.run(&["dag", "verify", "--output", "json"]);
    assert_eq!(
        (run.code, &run.json()["damaged"][0]["cid"]),
        (4, &HELLO.into())
    );
    let run = icn.run(&["dag", "get", HELLO]);
    assert!(
        run.code == 1 && run.stdout.is_empty() && run.stderr.contains(HELLO),
        "{}",
        run.stderr
    );
    assert_eq!(icn.run(&["dag", "get", &other]).ok(), "other");

    assert_eq!(icn.run(&["dag", "verify", "--drop-damaged"]).code, 4);
    assert_eq!(icn.feed(&["dag", "put", "-"], b"hello\n").ok(), HELLO);
    assert_eq!(icn.run(&["dag", "verify"]).code, 0);
    assert_eq!(icn.run(&["dag", "get", HELLO]).bytes, b"hello\n");
}

#[test]
fn the_index_is_built_again_from_nothing_and_from_rubbish() {
    let icn = Icn::new();
    let root = icn
        .feed(&["dag", "put", "-", "--pin"], &noise(5_000_000))
        .ok()
        .to_owned();
    let index = icn.data().join("index");
    std::fs::remove_dir_all(&index).unwrap();
    assert_eq!(json(&icn, &["db", "rebuild"])["blocks"], 4);
    for entry in std::fs::read_dir(&index).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::write(path, noise(10_000)).unwrap();
        }
    }
    assert_eq!(json(&icn, &["db", "rebuild"])["blocks"], 4);
    assert_eq!(icn.run(&["dag", "get", &root]).bytes, noise(5_000_000));
    assert_eq!(json(&icn, &["dag", "gc"])["dropped"]["blocks"], 0);
}

#[test]
fn a_quota_is_kept_and_nothing_is_lost_when_it_is_reached() {
    let icn = Icn::new();
    icn.feed(&["dag", "put", "-", "--pin"], b"hello\n").ok();
    let run = icn.feed(
        &["dag", "put", "-", "--quota", "1000000"],
        &noise(3_000_000),
    );
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("the store is full") && run.stderr.contains("icn dag gc"),
        "{}",
        run.stderr
    );
    assert_eq!(icn.run(&["dag", "get", HELLO]).bytes, b"hello\n");
    assert_eq!(icn.run(&["dag", "verify"]).code, 0);
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let icn = Icn::new();
    let root = icn
        .feed(&["dag", "put", "-"], &noise(5_000_000))
        .ok()
        .to_owned();
    let mut child = icn
        .command(&["dag", "get", &root])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut head = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut head).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(head, noise(10)[..]);
}
