//! Writes a small network's files, to try `icn ledger replay`, `icn receipt`, `icn tx inspect` and
//! `icn gov` without a node: `cargo run -p icn-replay --example lone -- DIRECTORY`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    dead_code,
    missing_debug_implementations,
    unreachable_pub,
    reason = "an example that stops where it fails"
)]

mod lone;

use icn_base::Bytes;
use icn_base::gov::{ProposalKind, ProposalRequest};
use icn_base::run::{Grant, Input};
use icn_ledger::Action;
use lone::{Lone, WORDS, bob, mana};
use std::path::PathBuf;

fn main() {
    let directory = std::env::args_os().nth(1).map(PathBuf::from);
    let directory = directory.expect("the directory to write to: -- DIRECTORY");
    std::fs::create_dir_all(&directory).unwrap();
    let mut mesh = Lone::new();
    mesh.register();
    let transfer = mesh.act(vec![Action::Transfer {
        to: bob(),
        amount: mana(25),
        memo: "for the bread".into(),
    }]);

    let words = Input::Inline(Bytes(b"the cat and the dog\n".to_vec()));
    let spec = mesh.spec(
        include_bytes!("../../../examples/wasm/wordcount.wasm"),
        words,
    );
    let counted = mesh.job(spec);
    let orders = Input::Inline(Bytes(
        include_bytes!("../../../examples/treasurer/orders.txt").to_vec(),
    ));
    let mut spec = mesh.spec(
        include_bytes!("../../../examples/wasm/treasurer.wasm"),
        orders,
    );
    spec.grants = vec![
        Grant::ManaSpend {
            limit: mana(5),
            to: None,
        },
        Grant::MeshSubmit {
            count: 1,
            budget: mana(50),
        },
    ];
    let treasurer = mesh.job(spec);

    mesh.act(vec![Action::Propose(Box::new(ProposalRequest {
        title: "Two for all".into(),
        text: "What a transaction costs should keep the chatter down.".into(),
        kind: ProposalKind::SetParameter {
            name: "tx_fee".into(),
            value: 2,
        },
    }))]);

    let files = [
        ("chain.car", mesh.chain()),
        ("wordcount.car", mesh.file(&counted)),
        ("treasurer.car", mesh.file(&treasurer)),
        ("transfer.tx", transfer[0].encode()),
        ("member.words", WORDS.into()),
    ];
    for (name, bytes) in files {
        let path = directory.join(name);
        std::fs::write(&path, &bytes).unwrap();
        println!("{} ({} bytes)", path.display(), bytes.len());
    }
    println!("receipt {}", counted.receipt.cid().unwrap());
}
