use super::*;

fn file(path: &str, text: &str) -> File {
    File {
        path: path.to_owned(),
        text: Some(text.to_owned()),
    }
}

/// The file's one fault must say this; nothing is expected of a tidy file.
fn check(path: &str, text: &str, expected: Option<&str>) {
    let faults = check_file(&file(path, text));
    match expected {
        None => assert_eq!(faults, [], "{path}"),
        Some(expected) => {
            assert_eq!(faults.len(), 1, "{path}: {faults:?}");
            assert!(faults[0].0.contains(expected), "{path}: {faults:?}");
        }
    }
}

#[test]
fn names_say_what_is_inside() {
    let empty = Some("does not say what is inside");
    check("dag/src/store.rs", "", None);
    check("dag/src/commonwealth.rs", "", None);
    check("dag/src/store/mod.rs", "", Some("after its module"));
    check("dag/src/utils.rs", "", empty);
    check("dag/src/common.rs", "", empty);
    check("dag/src/pin_helpers.rs", "", empty);
    check("dag/src/manager.rs", "", empty);
    check("dag/src/job_manager/run.rs", "", empty);
    check("dag/tests/common/setup.rs", "", empty);
    check("tests/vectors/data/x/utils.rs", "", None);
}

#[test]
fn the_root_has_few_pages() {
    check("README.md", "", None);
    check("docs/STATUS.md", "", None);
    check("STATUS.md", "", Some("stand in docs/"));
}

#[test]
fn inner_floors_cannot_lift_the_bans() {
    for path in [
        "clippy.toml",
        "cli/clippy.toml",
        "store/clippy.toml",
        "tests/clippy.toml",
    ] {
        check(path, "", None);
    }
    for path in [
        "base/clippy.toml",
        "dag/src/clippy.toml",
        "mesh/clippy.toml",
    ] {
        check(path, "", Some("would lift its bans"));
    }
}

#[test]
fn unfinished_work_is_found_in_sources() {
    for word in UNFINISHED {
        check(
            "dag/src/x.rs",
            &format!("fn f() {{ // {word} later\n}}"),
            Some("dag/src/x.rs:1"),
        );
        check("docs/x.md", word, None);
    }
    check(
        "tests/interop/x.mjs",
        concat!("// TO", "DO"),
        Some("x.mjs:1"),
    );
    check(".ci/run", concat!("# FIX", "ME"), Some(".ci/run:1"));
    check("dag/src/x.rs", concat!("let AUTO", "DOOR = 1;"), None);
    check("dag/src/x.rs", concat!("let PHOTO", "DO = 1;"), None);
    check("Cargo.toml", concat!("to", "do = \"warn\""), None);
}

#[test]
fn paths_of_one_machine_are_found_everywhere() {
    for begin in MACHINE_PATHS {
        let only = Some("one machine only");
        check("docs/x.md", &format!("cd {begin}main"), only);
        check("dag/src/x.rs", &format!("let p = \"{begin}x\";"), only);
        check("x.json", &format!("\"file://{begin}x\""), only);
        check(
            "docs/x.md",
            &format!("`$HOME{begin}x` and ~{begin}x and docs{begin}x"),
            None,
        );
        check("tests/vectors/data/x.json", begin, None);
    }
}

#[test]
fn a_rust_file_has_an_end() {
    check("dag/src/x.rs", &"\n".repeat(LINES_MAX), None);
    check(
        "dag/src/x.rs",
        &"\n".repeat(LINES_MAX + 1),
        Some("split it"),
    );
    check("Cargo.lock", &"\n".repeat(LINES_MAX + 1), None);
}

#[test]
fn a_lock_names_no_host() {
    let lock = "\"node_modules/x\": { \"resolved\": \"https://example.org/x.tgz\" }";
    check(
        "tests/interop/package-lock.json",
        lock,
        Some("names a host"),
    );
    check(
        "tests/interop/package-lock.json",
        "\"node_modules/x\": {}",
        None,
    );
}

#[test]
fn every_crate_takes_the_lints_and_is_built() {
    let workspace = Workspace::read("[workspace]\nmembers = [\"dag\", \"tests/x\"]").unwrap();
    let bare = Manifest::read("dag", "[package]\nname = \"icn-dag\"", &workspace).unwrap();
    assert_eq!(check_member(&bare).len(), 1);
    let linted = Manifest::read("dag", "[lints]\nworkspace = true", &workspace).unwrap();
    assert_eq!(check_member(&linted), []);

    let tree = [
        "Cargo.toml",
        "dag/Cargo.toml",
        "tests/x/Cargo.toml",
        "examples/Cargo.toml",
        "examples/guest/Cargo.toml",
        "cli/templates/rust/Cargo.toml",
        "old/Cargo.toml",
    ];
    let strays = strays(&tree.map(|path| file(path, "")), &workspace);
    assert_eq!(strays.len(), 1);
    assert!(strays[0].0.starts_with("old/Cargo.toml: "));
}
