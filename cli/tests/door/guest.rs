//! `icn run` and `icn check` on the guests in examples/, as its README says.

use crate::icn::{Icn, Run};
use std::path::Path;

const ECHO_CID: &str = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/wasm")
        .join(name);
    path.with_extension("wasm").to_str().unwrap().to_owned()
}

fn run(name: &str, args: &[&str], input: &[u8]) -> Run {
    let module = example(name);
    let args = [
        &["run", &module, "--input", "-", "--output", "json"][..],
        args,
    ]
    .concat();
    Icn::new().feed(&args, input)
}

#[test]
fn the_echo_of_four_languages_is_one_output() {
    for guest in ["echo", "echo-as", "echo-c", "echo-zig"] {
        let echo = run(guest, &[], b"hello").json();
        let facts = (
            &echo["output"],
            &echo["output_bytes"],
            &echo["result"],
            &echo["exit"]["ok"],
        );
        let expect = (&ECHO_CID.into(), &"aGVsbG8=".into(), &0.into(), &0.into());
        assert_eq!(facts, expect, "{guest}");
        let large = vec![7; 1_000_000];
        let module = example(guest);
        let run = Icn::new().feed(&["run", &module, "--input", "-"], &large);
        assert!(
            run.code == 0 && run.bytes == large,
            "{guest}: {}",
            run.stderr
        );
    }
}

#[test]
fn guests_do_what_their_readme_says() {
    let module = example("wordcount");
    let words = Icn::new().feed(&["run", &module, "--input", "-"], b"the cat and the dog\n");
    assert_eq!(words.ok(), "2 the\n1 and\n1 cat\n1 dog");
    let matrix = run("matrix", &[], b"64 1\n").json();
    assert_eq!(
        matrix["output"],
        "bafkreigrze2bnzcjrwtj6xgdtpe46hbbptqut74rbl3oymp5d3trhyhs5e"
    );
}

#[test]
fn a_proof_is_verified_in_the_sandbox_itself() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../zk/vectors/bn128");
    let file = |name: &str| std::fs::read(vectors.join(name)).unwrap();
    let verdict = |inputs: &[u8]| {
        let files = [&file("key.json")[..], &file("proof.json"), inputs].concat();
        let module = example("verifier");
        let run = Icn::new().feed(&["run", &module, "--input", "-"], &files);
        run.ok().to_owned()
    };
    assert_eq!(verdict(&file("public.json")), "valid");
    assert_eq!(verdict(br#"["265","5","8"]"#), "invalid");
    assert_eq!(verdict(br#"["265","5",7]"#), "malformed");
}

#[test]
fn a_voter_takes_a_proposal_through_its_life_as_far_as_it_is_granted() {
    let orders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/voter/orders.txt");
    let orders = std::fs::read(orders).unwrap();
    let module = example("voter");
    let denied = Icn::new().feed(&["run", &module, "--input", "-"], &orders);
    assert_eq!(
        denied.ok().matches("refused: ").count(),
        4,
        "{}",
        denied.stdout
    );
    let grants = [
        "--grant",
        "governance.propose:count=4,fees=10",
        "--grant",
        "governance.vote:count=1",
    ];
    let done = run("voter", &grants, &orders).json();
    let kinds: Vec<_> = done["effects"].as_array().unwrap().iter().collect();
    let names = ["propose", "open_voting", "vote", "close_voting", "execute"];
    assert_eq!(kinds.len(), names.len(), "{done}");
    for (effect, name) in kinds.iter().zip(names) {
        assert!(effect.get(name).is_some(), "{effect}");
    }
    assert_eq!(kinds[3]["close_voting"]["status"], "Accepted");
}

#[test]
fn a_treasurer_gets_what_is_granted_and_no_more() {
    let icn = Icn::new();
    let orders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/treasurer/orders.txt");
    let orders = std::fs::read(orders).unwrap();
    let denied = run("treasurer", &[], &orders).json();
    assert_eq!(denied["effects"], serde_json::json!([]));

    let owner = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";
    let snapshot = serde_json::json!({ "accounts": { owner: { "mana": "100" } } });
    let snapshot = icn.file("snapshot.json", snapshot.to_string());
    let grants = ["mana.spend:limit=5", "mesh.submit:count=1,budget=20"];
    let args = [
        "--snapshot",
        &snapshot,
        "--owner",
        owner,
        "--grant",
        grants[0],
        "--grant",
        grants[1],
    ];
    let paid = run("treasurer", &args, &orders).json();
    let effects = paid["effects"].as_array().unwrap();
    assert_eq!(effects.len(), 2, "{paid}");
    assert_eq!(effects[0]["spend_mana"]["amount"], "5");
    assert!(effects[1]["submit_job"]["spec"]["module"].is_string());
}

#[test]
fn misbehaving_guests_end_as_their_readme_says() {
    let fuel = ["--fuel", "50000000"];
    for (guest, code, kind) in [
        ("spin", 135, "out_of_fuel"),
        ("start-spin", 135, "out_of_fuel"),
        ("grow", 136, "out_of_memory"),
        ("grow-at-once", 136, "out_of_memory"),
        ("recursion", 136, "too_deep"),
        ("recursion-wide", 136, "too_deep"),
        ("trap", 134, "unreachable"),
        ("divide-by-zero", 134, "division_by_zero"),
        ("bad-pointer", 134, "host_abi"),
        ("bad-buffer", 134, "host_abi"),
        ("spam", 135, "out_of_fuel"),
        ("no-grant", 0, "ok"),
        ("memory-4gib", 65, "memory_pages"),
        ("table-huge", 65, "tables"),
        ("unknown-import", 65, "unknown_import"),
        ("clock", 65, "unknown_import"),
        ("no-memory", 65, "memory_missing"),
        ("wrong-entry", 65, "entry_type"),
        ("bomb-params", 65, "params"),
        ("bomb-locals", 65, "locals"),
        ("bomb-locals-claimed", 65, "locals"),
        ("bomb-nesting", 65, "nesting"),
        ("bomb-br-table", 65, "branch_targets"),
        ("bomb-body", 65, "body_bytes"),
        ("bomb-functions", 65, "functions"),
    ] {
        let run = run(&format!("misbehave/{guest}"), &fuel, b"");
        assert_eq!(run.code, code, "{guest}: {}", run.stdout);
        let json = run.json();
        assert!(
            json["exit"].to_string().contains(kind),
            "{guest}: {}",
            json["exit"]
        );
        assert_eq!(json["effects"], serde_json::json!([]), "{guest}");
    }
}

#[test]
fn a_trap_shows_where_it_happened() {
    let module = example("misbehave/trap");
    let run = Icn::new().run(&["run", &module]);
    for name in ["inner", "middle", "outer"] {
        assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
    }
}

#[test]
fn two_runs_and_two_machines_say_the_same_json() {
    for guest in [
        "matrix",
        "misbehave/recursion",
        "misbehave/trap",
        "treasurer",
    ] {
        let once = run(guest, &["--fuel", "100000000"], b"16 9");
        let again = run(guest, &["--fuel", "100000000"], b"16 9");
        assert_eq!(once.stdout, again.stdout, "{guest}");
    }
}

#[test]
fn what_is_no_module_is_refused_by_name() {
    let icn = Icn::new();
    for (bytes, name) in [
        (&b""[..], "not_wasm"),
        (b"hello", "not_wasm"),
        (b"(module)", "text_format"),
        (b"\0asm\x0d\0\x01\0", "component"),
        (b"\x7fELF\x02\x01\x01\0", "precompiled"),
        (b"\0asm\x01\0\0\0\xff", "malformed"),
    ] {
        let file = icn.file("module", bytes);
        let check = icn.run(&["check", &file, "--output", "json"]);
        assert_eq!(check.code, 65, "{name}: {}", check.stdout);
        assert_eq!(check.json()["reasons"][0]["limit"], name);
        assert_eq!(icn.run(&["run", &file]).code, 65, "{name}");
    }
    let large = icn.file("large", vec![0; 3_000_000]);
    assert_eq!(icn.run(&["check", &large]).code, 65);
}

#[test]
fn check_names_imports_exports_and_capabilities() {
    let check = Icn::new().run(&["check", &example("treasurer"), "--output", "json"]);
    let json = check.json();
    assert_eq!((check.code, &json["verdict"]), (0, &"admitted".into()));
    let needs: Vec<_> = json["capabilities"].as_array().unwrap().iter().collect();
    assert!(needs.contains(&&"mana.spend".into()) && needs.contains(&&"mesh.submit".into()));
    let nearest = Icn::new().run(&["check", &example("misbehave/unknown-import")]);
    assert!(
        nearest
            .stdout
            .contains("the nearest is icn.host_submit_mesh_job "),
        "{}",
        nearest.stdout
    );
}

#[test]
fn wrong_snapshots_and_grants_are_explained() {
    let icn = Icn::new();
    let module = example("echo");
    for (json, code) in [
        ("{\"acounts\": {}}", 65),
        ("{", 65),
        ("{\"height\": 1.5}", 65),
    ] {
        let file = icn.file("snapshot.json", json);
        let run = icn.run(&["run", &module, "--snapshot", &file]);
        assert!(
            run.code == code && run.stderr.contains("hint: "),
            "{json}: {}",
            run.stderr
        );
    }
    for grant in [
        "mana",
        "mana.spend",
        "mana.spend:limit=-1",
        "mana.spend:limit=1,limit=2",
        "",
    ] {
        assert_eq!(
            icn.run(&["run", &module, "--grant", grant]).code,
            2,
            "{grant}"
        );
    }
    assert_eq!(icn.run(&["run", &module, "--fuel", "-1"]).code, 2);
    assert_eq!(icn.run(&["run", &module, "--fuel", "0"]).code, 135);
    assert_eq!(icn.run(&["run", &module, "--memory", "1"]).code, 136);
}

/// A module that imports a name with the bytes that turn a terminal red.
fn red() -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
    module.extend(b"\x02\x0e\x01\x03icn\x06\x1b[31mx\0\0");
    module
}

#[test]
fn what_a_stranger_wrote_does_not_steer_the_terminal() {
    let icn = Icn::new();
    let module = icn.file("red.wasm", red());
    for verb in ["check", "run"] {
        let told = icn.run(&[verb, &module]);
        let text = told.stdout + &told.stderr;
        assert!(text.contains("icn.\\u{1b}[31mx"), "{verb}: {text}");
        assert!(!text.contains('\u{1b}'), "{verb}: {text:?}");
    }
    let module = example("misbehave/spam-log");
    let log = icn.run(&["run", &module, "--input", "/dev/null"]).stderr;
    assert!(log.contains("\\u{0}"), "{log}");
    let steers = |c: char| c.is_control() && c != '\n';
    assert!(!log.contains(steers), "{log}");
}
