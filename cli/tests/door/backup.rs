//! A node in one file, and back.

use super::icn::Icn;

fn node() -> Icn {
    let icn = Icn::new();
    icn.run(&["init", "--insecure-plain-key"]);
    let file = icn.file("hello.txt", "hello");
    assert_eq!(icn.run(&["dag", "put", &file, "--pin"]).code, 0);
    icn
}

#[test]
fn what_was_saved_comes_back_with_its_did_and_its_blocks() {
    let (old, new) = (node(), Icn::new());
    let cid = old
        .run(&["dag", "put", &old.file("again.txt", "hello")])
        .stdout;
    let file = old.path("node.car").display().to_string();
    let made = old.run(&["backup", "create", &file, "--with-keys"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let whole = new
        .run(&["backup", "verify", &file, "--output", "json"])
        .json();
    assert_eq!(
        (&whole["verdict"], &whole["keys"]),
        (&"whole".into(), &true.into())
    );
    let restored = new.run(&["backup", "restore", &file]);
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    assert_eq!(new.run(&["did"]).stdout, old.run(&["did"]).stdout);
    assert_eq!(new.run(&["dag", "get", cid.trim()]).stdout, "hello");
    assert_eq!(
        new.run(&["dag", "pins"]).stdout,
        old.run(&["dag", "pins"]).stdout
    );
    let again = new.run(&["backup", "restore", &file]);
    assert_eq!(again.code, 1, "nothing is overwritten");
}

#[test]
fn without_keys_there_is_no_secret_in_it_and_damage_is_seen() {
    let icn = node();
    let file = icn.path("node.car").display().to_string();
    assert_eq!(icn.run(&["backup", "create", &file]).code, 0);
    let words = std::fs::read(icn.data().join("keys/node.plain")).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let holds = |bytes: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    assert!(!holds(&bytes));
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let damaged = icn.file("damaged.car", &bytes);
    assert_eq!(icn.run(&["backup", "verify", &damaged]).code, 65);
    let other = icn.file("other.car", b"no CAR");
    assert_eq!(icn.run(&["backup", "verify", &other]).code, 65);
}
