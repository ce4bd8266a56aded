//! `icn tx`, `icn ledger` and `icn receipt` on the files of a small network, and on hostile ones.

use crate::icn::{Icn, Run};
use crate::lone::{Done, Lone, bob, mana};
use icn_base::Bytes;
use icn_base::run::{Exit, Input};
use icn_ledger::Action;
use serde_json::Value;

const WORDS: &[u8] = b"the cat and the dog\n";

/// A network with a transfer and a job on its chain.
fn network() -> (Lone, Done) {
    let mut mesh = Lone::new();
    mesh.register();
    mesh.act(vec![transfer(25)]);
    let input = Input::Inline(Bytes(WORDS.to_vec()));
    let spec = mesh.spec(
        include_bytes!("../../../examples/wasm/wordcount.wasm"),
        input,
    );
    let done = mesh.job(spec);
    (mesh, done)
}

fn transfer(amount: u64) -> Action {
    Action::Transfer {
        to: bob(),
        amount: mana(amount),
        memo: "for the bread".into(),
    }
}

fn verdict(run: &Run) -> (i32, String) {
    let json = run.json();
    (
        run.code,
        json["verdict"].as_str().unwrap_or_default().to_owned(),
    )
}

#[test]
fn a_receipt_is_verified_from_its_file_alone() {
    let (icn, (mesh, done)) = (Icn::new(), network());
    let file = icn.file("receipt.car", mesh.file(&done));
    let run = icn.run(&["receipt", "verify", &file, "--output", "json"]);
    assert_eq!(verdict(&run), (0, "valid".into()));
    let json = run.json();
    let cid = done.receipt.cid().unwrap().to_string();
    assert_eq!(json["receipt"], cid);
    assert_eq!(json["fixed_by"], done.next.block().cid().to_string());
    assert_eq!(json["network"], mesh.network().to_string());
    assert_eq!(
        json["outcome"]["output"],
        done.finished.outcome.output.to_string()
    );
    let text = icn.run(&["receipt", "verify", &file]);
    assert!(text.ok().starts_with("valid\n"), "{}", text.stdout);
    assert!(text.stdout.contains("is on the chain of network"));
    let piped = icn.feed(&["receipt", "verify", "-"], &mesh.file(&done));
    assert!(piped.ok().starts_with("valid\n"));
    assert!(!icn.data().exists(), "nothing is kept");
}

#[test]
fn a_false_receipt_is_invalid_and_says_what_differs() {
    let (icn, (mesh, mut done)) = (Icn::new(), network());
    let mut claim = done.receipt.claim.clone();
    claim.exit = Exit::Ok(7);
    claim.fuel_used += 1;
    done.receipt = mesh.sign_claim(claim);
    let file = icn.file("receipt.car", mesh.file(&done));
    let run = icn.run(&["receipt", "verify", &file, "--output", "json"]);
    assert_eq!(verdict(&run), (1, "invalid".into()));
    let json = run.json();
    let whats: Vec<&Value> = json["differs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["what"])
        .collect();
    assert_eq!(whats, ["exit", "fuel_used"]);
    assert_eq!(json["differs"][0]["claimed"], r#"{"ok":7}"#);
    let text = icn.run(&["receipt", "verify", &file]);
    assert!(
        text.stdout.contains("exit: the receipt says"),
        "{}",
        text.stdout
    );
}

#[test]
fn what_is_missing_damaged_or_foreign_is_cannot_tell() {
    let (icn, (mesh, done)) = (Icn::new(), network());
    let good = mesh.file(&done);
    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    let half = &good[..good.len() / 2];
    let chain = mesh.chain();
    for (name, bytes) in [
        ("damaged", &damaged[..]),
        ("half", half),
        ("empty", b""),
        ("text", b"not a car"),
        ("chain", &chain),
        ("noise", &[0xfe; 3_000]),
    ] {
        let file = icn.file(name, bytes);
        let run = icn.run(&["receipt", "verify", &file, "--output", "json"]);
        assert_eq!(verdict(&run), (3, "cannot_tell".into()), "{name}");
        assert!(
            !run.json()["because"].as_str().unwrap().is_empty(),
            "{name}"
        );
    }
    let absent = icn.path("absent");
    let run = icn.run(&["receipt", "verify", absent.to_str().unwrap()]);
    assert_eq!(run.code, 2, "1 would say that it is invalid");
    let endless = icn.run(&["receipt", "verify", "/dev/zero"]);
    assert_eq!(endless.code, 3, "{}", endless.stderr);
}

#[test]
fn a_receipt_is_shown_in_each_of_its_forms() {
    let (icn, (mesh, done)) = (Icn::new(), network());
    let cid = done.receipt.cid().unwrap().to_string();
    let forms = [
        icn.file("receipt.car", mesh.file(&done)),
        icn.file(
            "receipt.cbor",
            icn_base::codec::encode(&done.receipt).unwrap(),
        ),
        icn.file(
            "receipt.json",
            serde_json::to_string(&done.receipt).unwrap(),
        ),
    ];
    for file in &forms {
        let run = icn.run(&["receipt", "show", file, "--output", "json"]);
        run.ok();
        assert_eq!(run.json()["cid"], cid, "{file}");
        assert_eq!(run.json()["receipt"]["claim"]["job"], done.job.to_string());
    }
    let text = icn.run(&["receipt", "show", &forms[0]]);
    assert!(
        text.ok().contains(&format!("receipt   {cid}")),
        "{}",
        text.stdout
    );
    for (name, bytes) in [
        ("a", &b"{}"[..]),
        ("b", b"\xa0"),
        ("c", b""),
        ("d", &mesh.chain()),
    ] {
        let file = icn.file(name, bytes);
        assert_eq!(icn.run(&["receipt", "show", &file]).code, 65, "{name}");
    }
}

#[test]
fn a_receipt_is_exported_from_a_chain_and_then_verified() {
    let (icn, (mesh, done)) = (Icn::new(), network());
    let chain = icn.file("chain.car", mesh.chain());
    let cid = done.receipt.cid().unwrap().to_string();
    let out = icn.path("out.car");
    let out = out.to_str().unwrap();
    let export = ["receipt", "export", &cid, "--chain", &chain, "-o", out];
    assert!(icn.run(&export).ok().contains("icn receipt verify"));
    assert_eq!(
        std::fs::read(out).unwrap(),
        mesh.file(&done),
        "one receipt, one file"
    );
    assert!(
        icn.run(&["receipt", "verify", out])
            .ok()
            .starts_with("valid\n")
    );

    let module = done.receipt.claim.module.to_string();
    let unknown = icn.run(&["receipt", "export", &module, "--chain", &chain, "-o", out]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.stderr.contains("the chain has no receipt"),
        "{}",
        unknown.stderr
    );
    let garbage = icn.file("garbage", b"garbage");
    let run = icn.run(&["receipt", "export", &cid, "--chain", &garbage, "-o", out]);
    assert_eq!(run.code, 65, "{}", run.stderr);
    assert_eq!(
        std::fs::read(out).unwrap(),
        mesh.file(&done),
        "what was there stays"
    );
}

/// The module may be in the store instead of the chain's file.
#[test]
fn an_export_takes_blocks_from_the_store_too() {
    let (icn, (mesh, done)) = (Icn::new(), network());
    let roots = [mesh.head()];
    let module = done.receipt.claim.module;
    let without: Vec<_> = mesh
        .written()
        .iter()
        .filter(|block| *block.cid() != module)
        .cloned()
        .collect();
    let chain = icn.file("chain.car", crate::lone::car(&roots, &without));
    let (cid, out) = (done.receipt.cid().unwrap().to_string(), icn.path("out.car"));
    let export = [
        "receipt",
        "export",
        &cid,
        "--chain",
        &chain,
        "-o",
        out.to_str().unwrap(),
    ];
    let lacking = icn.run(&export);
    assert_eq!(lacking.code, 1);
    assert!(
        lacking.stderr.contains(&module.to_string()) && !out.exists(),
        "{}",
        lacking.stderr
    );
    let wasm = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/wasm/wordcount.wasm"
    );
    assert_eq!(icn.run(&["dag", "put", wasm]).ok(), module.to_string());
    icn.run(&export).ok();
    assert_eq!(std::fs::read(out).unwrap(), mesh.file(&done));
}

#[test]
fn a_chain_is_folded_into_its_root() {
    let (icn, (mesh, _)) = (Icn::new(), network());
    let chain = icn.file("chain.car", mesh.chain());
    let run = icn.run(&["ledger", "replay", &chain, "--output", "json"]);
    run.ok();
    let json = run.json();
    assert_eq!(json["root"], mesh.state.root().unwrap().to_string());
    assert_eq!(json["height"], mesh.headers.len());
    assert_eq!(json["transactions"]["applied"], 5);
    let first = icn.run(&[
        "ledger", "replay", &chain, "--until", "1", "--output", "json",
    ]);
    assert_eq!(first.json()["root"], mesh.headers[1].state.to_string());
    let network = mesh.network().to_string();
    icn.run(&["ledger", "replay", &chain, "--network", &network])
        .ok();
    let other = mesh.head().to_string();
    let other = icn.run(&["ledger", "replay", &chain, "--network", &other]);
    assert!(
        other.code == 1 && other.stderr.contains(&network),
        "{}",
        other.stderr
    );
}

#[test]
fn a_chain_that_lacks_or_twists_a_block_is_refused_by_name() {
    let (icn, (mut mesh, done)) = (Icn::new(), network());
    let roots = [mesh.head()];
    let list = mesh.headers[1].txs;
    let fewer: Vec<_> = mesh
        .written()
        .iter()
        .filter(|block| *block.cid() != list)
        .cloned()
        .collect();
    let file = icn.file("fewer.car", crate::lone::car(&roots, &fewer));
    let run = icn.run(&["ledger", "replay", &file]);
    assert!(
        run.code == 3 && run.stderr.contains(&list.to_string()),
        "{}",
        run.stderr
    );

    let mut header = *mesh.headers.last().unwrap();
    header.state = mesh.headers[0].state;
    let twisted = mesh.keep(header.block());
    let file = icn.file("twisted.car", crate::lone::car(&[twisted], mesh.written()));
    let run = icn.run(&["ledger", "replay", &file]);
    assert!(
        run.code == 1 && run.stderr.contains("the state before it"),
        "{}",
        run.stderr
    );

    let good = mesh.chain();
    let mut damaged = good.clone();
    damaged[good.len() - 5] ^= 1;
    for (name, bytes) in [
        ("damaged", &damaged[..]),
        ("half", &good[..good.len() / 2]),
        ("empty", b""),
    ] {
        let file = icn.file(name, bytes);
        let run = icn.run(&["ledger", "replay", &file]);
        assert!(run.code == 65 || run.code == 3, "{name}: {}", run.stderr);
    }
    let receipt = icn.file("receipt.car", mesh.file(&done));
    assert_eq!(
        icn.run(&["ledger", "replay", &receipt]).code,
        65,
        "two roots"
    );
}

#[test]
fn a_transaction_is_shown_and_its_signatures_are_checked() {
    let (icn, (mesh, _)) = (Icn::new(), network());
    let tx = mesh.sign(vec![transfer(3)]).remove(0);
    let forms = [
        icn.file("tx.cbor", tx.encode()),
        icn.file("tx.json", serde_json::to_string(&tx).unwrap()),
    ];
    for file in &forms {
        let run = icn.run(&["tx", "inspect", file, "--output", "json"]);
        assert_eq!(verdict(&run), (0, "valid".into()));
        assert_eq!(run.json()["id"], tx.id().to_string());
        assert_eq!(
            run.json()["tx"]["body"]["action"]["transfer"]["amount"],
            "3"
        );
    }
    let text = icn.run(&["tx", "inspect", &forms[0]]);
    assert!(text.ok().contains("\"for the bread\"") && text.stdout.contains("valid: "));
    let elsewhere = mesh.head().to_string();
    let run = icn.run(&[
        "tx",
        "inspect",
        &forms[0],
        "--network",
        &elsewhere,
        "--output",
        "json",
    ]);
    assert_eq!(verdict(&run), (1, "invalid".into()));
    assert_eq!(run.json()["reject"]["number"], 3);

    let mut forged = tx;
    forged.body.nonce = Some(99);
    let file = icn.file("forged", forged.encode());
    let run = icn.run(&["tx", "inspect", &file, "--output", "json"]);
    assert_eq!(verdict(&run), (1, "invalid".into()));
    assert_eq!(run.json()["reject"]["name"], "BadSignature");
}

#[test]
fn what_is_no_transaction_is_named_with_its_place() {
    let (icn, (mesh, _)) = (Icn::new(), network());
    let tx = mesh.sign(vec![transfer(3)]).remove(0);
    let (good, json) = (tx.encode(), serde_json::to_string(&tx).unwrap());
    let float = json.replace(r#""amount":"3""#, r#""amount":3.0"#);
    let twice = json.replace(r#""amount":"3""#, r#""amount":"3","amount":"3""#);
    let negative = json.replace(r#""amount":"3""#, r#""amount":-3"#);
    let longer = [&good[..], b"\0"].concat();
    for (name, bytes) in [
        ("float", float.as_bytes()),
        ("twice", twice.as_bytes()),
        ("negative", negative.as_bytes()),
        ("longer", &longer),
        ("shorter", &good[..good.len() - 1]),
        ("empty", b""),
        ("brace", b"{"),
        ("large", &vec![0; 600 * 1024]),
        ("large json", &[&b"{"[..], &vec![b' '; 2_000_000]].concat()),
    ] {
        let file = icn.file("tx", bytes);
        let run = icn.run(&["tx", "inspect", &file]);
        assert_eq!(run.code, 65, "{name}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.starts_with("error: "), "{name}: {}", run.stderr);
    }
    assert_eq!(icn.run(&["tx", "inspect", "/nowhere"]).code, 2);
}
