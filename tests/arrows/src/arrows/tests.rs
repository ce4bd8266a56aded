use super::*;
use crate::manifest::Workspace;

const PAGE: &str = "\
<!-- arrows -->
| crate | duty | may use |
|---|---|---|
| base | words | - |
| abi | calls | - |
| dag | blocks | base |
| replay | runs | base dag |
| node | shell | all but abi and cli |
| cli | door | all but replay |
| tests/sim | yard | all |
";

/// Members as the page wants them, with one `Cargo.toml` replaced.
fn house(page: &str, dir: &str, text: &str) -> Vec<Fault> {
    let rows = rows(page).unwrap();
    let mut members: Vec<_> = ["base", "abi", "dag", "replay", "node", "cli", "tests/sim"]
        .into_iter()
        .filter(|other| *other != dir)
        .map(|dir| (dir, format!("[package]\nname = \"{}\"", package(dir))))
        .collect();
    members.push((dir, text.to_owned()));
    let members: Vec<_> = members
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(dir, text)| Manifest::read(dir, &text, &Workspace::default()).unwrap())
        .collect();
    check(&rows, &members)
}

fn uses(dir: &str, section: &str, used: &str) -> Vec<Fault> {
    let name = package(dir);
    let text = format!("[package]\nname = \"{name}\"\n[{section}]\n{used}.workspace = true\n");
    house(PAGE, dir, &text)
}

#[test]
fn arrows_of_the_table_are_allowed() {
    for (dir, used) in [
        ("dag", "icn-base"),
        ("replay", "icn-dag"),
        ("node", "icn-replay"),
        ("node", "icn-base"),
        ("cli", "icn-node"),
        ("cli", "icn-abi"),
        ("tests/sim", "icn-cli"),
        ("base", "serde"),
    ] {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            assert_eq!(uses(dir, section, used), [], "{dir} -> {used}");
        }
    }
}

#[test]
fn every_other_arrow_is_a_fault() {
    for (dir, used) in [
        ("base", "icn-dag"),
        ("base", "icn-base"),
        ("dag", "icn-abi"),
        ("dag", "icn-replay"),
        ("replay", "icn-abi"),
        ("node", "icn-abi"),
        ("node", "icn-cli"),
        ("cli", "icn-replay"),
        ("cli", "icn-sim"),
        ("cli", "icn-unheard-of"),
        ("tests/sim", "icn-sim"),
    ] {
        for section in [
            "dependencies",
            "dev-dependencies",
            "build-dependencies",
            "target.'cfg(unix)'.dependencies",
        ] {
            let faults = uses(dir, section, used);
            let expected = format!(
                "{dir}/Cargo.toml: may not use `{used}`: docs/ARCHITECTURE.md has no such arrow"
            );
            assert_eq!(faults, [Fault(expected)], "[{section}]");
        }
    }
}

/// The faults of a house with one thing wrong must be this one.
fn check_one(page: &str, dir: &str, text: &str, expected: &str) {
    let faults = house(page, dir, text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].0.contains(expected), "{faults:?}");
}

#[test]
fn table_and_members_must_say_the_same() {
    let dag = "[package]\nname = \"icn-dag\"";
    check_one(
        PAGE,
        "dag",
        "",
        "dag: stands in the table of arrows, but is no member",
    );
    check_one(
        PAGE,
        "extra",
        "[package]\nname = \"icn-extra\"",
        "has no row",
    );
    check_one(
        PAGE,
        "dag",
        "[package]\nname = \"icn-blocks\"",
        "must be `icn-dag`",
    );
    check_one(PAGE, "dag", "", "dag: ");
    let twice = PAGE.replace("| abi |", "| dag | blocks | base |\n| abi |");
    check_one(&twice, "dag", dag, "stands twice");
    let circle = PAGE.replace("| base | words | - |", "| base | words | dag |");
    check_one(
        &circle,
        "dag",
        dag,
        "names `dag`, which does not stand above it",
    );
    let unknown = PAGE.replace("| blocks | base |", "| blocks | bass |");
    check_one(&unknown, "dag", dag, "names `bass`");
    let unknown = PAGE.replace("all but replay", "all but reply");
    check_one(&unknown, "dag", dag, "names `reply`");
}

#[test]
fn a_dependency_has_no_source_of_its_own() {
    let text = "[package]\nname = \"icn-dag\"\n[dependencies]\nicn-base = { path = \"../base\" }";
    check_one(PAGE, "dag", text, "use `icn-base.workspace = true`");
}

#[test]
fn the_last_column_is_read_as_people_write_it() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    for (cell, expected) in [
        ("-", MayUse::Only(set(&[]))),
        ("base dag", MayUse::Only(set(&["base", "dag"]))),
        (
            "base, dag and abi",
            MayUse::Only(set(&["abi", "base", "dag"])),
        ),
        ("all", MayUse::AllBut(set(&[]))),
        (
            "all but mesh and consensus",
            MayUse::AllBut(set(&["consensus", "mesh"])),
        ),
    ] {
        assert_eq!(may_use(cell), expected, "{cell}");
    }
}
