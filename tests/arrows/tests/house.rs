//! This repository keeps the house rules.

use icn_arrows::manifest::{Manifest, Workspace};
use icn_arrows::{Fault, arrows, doors, orphans, tidy, tree};

fn page() -> String {
    read("docs/ARCHITECTURE.md")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(tree::root().join(path)).unwrap_or_else(|error| {
        unreachable!("{path} is part of the repository and must be readable: {error}")
    })
}

fn workspace() -> Workspace {
    let workspace = Workspace::read(&read("Cargo.toml")).expect("cargo has read it before");
    assert!(
        workspace.members.contains("tests/arrows"),
        "members are read"
    );
    workspace
}

fn members() -> Vec<Manifest> {
    let workspace = workspace();
    let member = |dir: &String| {
        let text = read(&format!("{dir}/Cargo.toml"));
        Manifest::read(dir, &text, &workspace).expect("cargo has read it before")
    };
    workspace.members.iter().map(member).collect()
}

fn none(faults: Vec<Fault>) {
    let lines: Vec<_> = faults.iter().map(Fault::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn every_crate_uses_only_what_the_map_allows() {
    let members = members();
    let dag = members.iter().find(|member| member.dir == "dag").unwrap();
    assert!(dag.uses.contains("icn-base"), "arrows are found");
    none(arrows::check(&arrows::rows(&page()).unwrap(), &members));
}

#[test]
fn heavy_dependencies_stay_behind_their_doors() {
    none(doors::check(&doors::doors(&page()).unwrap(), &members()));
}

#[test]
fn every_file_is_tidy() {
    let files = tree::files(&tree::root()).unwrap();
    assert!(
        files.iter().any(|file| file.path == "base/src/lib.rs"),
        "files are found"
    );
    none(files.iter().flat_map(tidy::check_file).collect());
    none(tidy::strays(&files, &workspace()));
    none(orphans::check(&files));
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    none(members().iter().flat_map(tidy::check_member).collect());
}
