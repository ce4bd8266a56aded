//! `icn keys`: nothing lost, nothing shown, nothing overwritten.

use crate::icn::{Icn, mode};
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_sealed_key_comes_back_from_its_file_and_from_its_words() {
    let icn = Icn::new();
    let passphrase = icn.file("passphrase", "correct horse\nsecond line\n");
    let lock = ["--passphrase-file", &passphrase];
    let made = icn
        .run(&[&["keys", "new", "--output", "json"][..], &lock].concat())
        .json();
    let did = made["did"].as_str().unwrap();
    assert_eq!(icn.run(&["did"]).ok(), did);

    let sealed = std::fs::read(icn.data().join("keys/node.age")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    let words = icn
        .run(&[&["keys", "export"][..], &lock].concat())
        .ok()
        .to_owned();
    assert_eq!(words.split(' ').count(), 24);

    let again = Icn::new();
    let import = [
        "keys",
        "import",
        "--insecure-plain-key",
        "--words-file",
        "-",
    ];
    assert!(again.feed(&import, words.as_bytes()).ok().contains(did));
    assert_eq!(again.run(&["keys", "export"]).ok(), words);
}

#[test]
fn a_wrong_passphrase_opens_nothing() {
    let icn = Icn::new();
    let (right, wrong) = (icn.file("right", "right\n"), icn.file("wrong", "wrong\n"));
    icn.run(&["keys", "new", "--passphrase-file", &right]).ok();
    let run = icn.run(&["keys", "export", "--passphrase-file", &wrong]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(
        run.stderr
            .contains("the passphrase is not the one of this key"),
        "{}",
        run.stderr
    );
    let empty = icn.file("empty", "\n");
    assert_eq!(
        icn.run(&["keys", "new", "x", "--passphrase-file", &empty])
            .code,
        1
    );
}

#[test]
fn a_key_is_never_overwritten_and_never_plain_unless_asked() {
    let icn = Icn::new();
    let run = icn.run(&["keys", "new"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("--insecure-plain-key"),
        "{}",
        run.stderr
    );
    let first = icn
        .run(&["keys", "new", "--insecure-plain-key"])
        .ok()
        .to_owned();
    for verb in [
        &["keys", "new", "--insecure-plain-key"][..],
        &["keys", "import"],
    ] {
        let run = icn.run(verb);
        assert!(
            run.code == 1 && run.stderr.contains("never overwritten"),
            "{}",
            run.stderr
        );
    }
    assert!(first.contains(icn.run(&["did"]).ok()));
}

#[test]
fn a_plain_key_that_others_can_read_is_refused() {
    let icn = Icn::new();
    icn.run(&["keys", "new", "--insecure-plain-key"]).ok();
    let file = icn.data().join("keys/node.plain");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    for bits in [0o640, 0o604, 0o644] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(bits)).unwrap();
        let run = icn.run(&["keys", "export"]);
        assert!(
            run.code == 1 && run.stderr.contains("chmod 600"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn words_are_checked_and_foreign_files_are_refused() {
    let icn = Icn::new();
    for words in [
        "",
        "abandon",
        &"abandon ".repeat(24),
        &"x".repeat(1_000_000),
        "\u{fffd}",
    ] {
        let run = icn.feed(
            &["keys", "import", "--insecure-plain-key"],
            words.as_bytes(),
        );
        assert_eq!(run.code, 65, "{}", run.stderr);
    }
    let run = icn.feed(&["keys", "import", "--insecure-plain-key"], &[0xff, 0xfe]);
    assert_eq!(run.code, 65, "{}", run.stderr);

    let passphrase = icn.file("passphrase", "p\n");
    let keys = icn.data().join("keys");
    std::fs::create_dir_all(&keys).unwrap();
    for bytes in [
        &b""[..],
        b"age-encryption.org/v1\n",
        &[0; 5000],
        &[b'a'; 100_000],
    ] {
        std::fs::write(keys.join("node.age"), bytes).unwrap();
        let run = icn.run(&["keys", "export", "--passphrase-file", &passphrase]);
        assert!(run.code == 1 || run.code == 65, "{}", run.stderr);
    }
}

#[test]
fn an_exchanged_key_file_is_noticed() {
    let icn = Icn::new();
    icn.run(&["keys", "new", "a", "--insecure-plain-key"]).ok();
    icn.run(&["keys", "new", "b", "--insecure-plain-key"]).ok();
    let keys = icn.data().join("keys");
    std::fs::copy(keys.join("b.plain"), keys.join("a.plain")).unwrap();
    let run = icn.run(&["keys", "export", "a"]);
    assert!(
        run.code == 1 && run.stderr.contains("another key"),
        "{}",
        run.stderr
    );
    assert_eq!(
        icn.run(&["keys", "list", "--output", "json"]).json()["keys"][1]["name"],
        "b"
    );
}

#[test]
fn names_are_plain_words() {
    for name in ["../x", "A", "", "a b", "a/b", &"a".repeat(65)] {
        let run = Icn::new().run(&["keys", "new", name, "--insecure-plain-key"]);
        assert_eq!(run.code, 2, "{name}");
    }
}
