//! `icn credential`: an issuer and a holder with nothing but the binary and snapshots of the book.

use crate::gov::Desk;

/// One who is issuer and holder, with a credential in a file.
fn desk() -> (Desk, String) {
    let mut desk = Desk::new();
    desk.does(&["credential", "issuer", "Town hall"]);
    let holder = desk.icn.run(&["did"]).ok().to_owned();
    let said = desk
        .icn
        .run(&["credential", "commitment", "--output", "json"]);
    let commitment = said.json()["commitment"].as_str().unwrap().to_owned();
    let file = desk.icn.path("mine.cbor").to_str().unwrap().to_owned();
    let of = ["credential", "issue", &holder, &commitment];
    let what = [
        "--claim",
        "born=20000229",
        "--for",
        "365d",
        "--credential",
        &file,
    ];
    desk.does(&[&of[..], &what].concat());
    (desk, file)
}

#[test]
fn a_credential_holds_on_its_network_and_not_once_it_was_changed() {
    let (desk, file) = desk();
    let network = desk.state.chain().network.to_string();
    let show = |file: &str, more: &[&str]| {
        let args = ["credential", "show", file, "--network", &network];
        desk.icn.run(&[&args, more].concat())
    };
    assert!(show(&file, &[]).ok().contains("both signatures hold"));
    let vc = show(&file, &["--vc", "--output", "json"]).json();
    assert_eq!(vc["type"][0], "VerifiableCredential", "{vc}");

    let bytes = std::fs::read(&file).unwrap();
    let year = bytes
        .windows(4)
        .position(|four| *four == 20_000_229_u32.to_be_bytes());
    let mut older = bytes.clone();
    older[year.unwrap() + 3] ^= 1;
    let changed = desk.icn.file("changed.cbor", older);
    assert_eq!(show(&changed, &[]).code, 1);
    let cut = desk.icn.file("cut.cbor", &bytes[..bytes.len() / 2]);
    let rubbish = desk.icn.file("rubbish.cbor", [0xff; 64]);
    for file in [cut, rubbish] {
        assert_eq!(show(&file, &[]).code, 65, "{file}");
    }
}

#[test]
fn a_witness_is_made_from_the_book_as_it_is() {
    let (mut desk, file) = desk();
    let witness = desk.icn.path("witness.json").to_str().unwrap().to_owned();
    let prove = |desk: &Desk, of: &[&str]| {
        let asked = [
            "--scope",
            "door",
            "--challenge",
            "word",
            "--witness",
            &witness,
        ];
        desk.now(&[&["credential", "prove"], of, &asked].concat())
    };
    let none = prove(&desk, &["membership"]);
    assert!(none.stderr.contains("icn credential enrol"), "{none:?}");
    desk.does(&["credential", "enrol"]);
    prove(&desk, &["membership"]).ok();
    let root = || -> serde_json::Value {
        let json = std::fs::read(&witness).unwrap();
        serde_json::from_slice::<serde_json::Value>(&json).unwrap()["leaf"]["root"].clone()
    };
    prove(&desk, &["not_revoked", &file]).ok();
    let before = root();
    let cid = icn_zk::credential::Credential::decode(&std::fs::read(&file).unwrap());
    let cid = cid.unwrap().cid().to_string();
    desk.does(&["credential", "revoke", &cid]);
    prove(&desk, &["not_revoked", &file]).ok();
    assert_ne!(before, root(), "the tree has another root");
}

#[test]
fn a_claim_that_is_none_is_wrong_usage() {
    let desk = Desk::new();
    let holder = desk.icn.run(&["did"]).ok().to_owned();
    for claim in [
        "born=20001301",
        "born=20000100",
        "born",
        "shoe=42",
        "balance=-1",
    ] {
        let args = [
            "credential",
            "issue",
            &holder,
            "1",
            "--for",
            "1d",
            "--claim",
            claim,
        ];
        let run = desk.now(&args);
        assert_eq!(run.code, 2, "{claim}");
        assert!(run.stderr.contains("--claim"), "{}", run.stderr);
    }
}
