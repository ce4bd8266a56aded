//! What the rules need to know about a `Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The root manifest: who is a member, and which packages the shared entries mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workspace {
    /// Directories of the members.
    pub members: BTreeSet<String>,
    /// Package behind each key of `[workspace.dependencies]`.
    pub packages: BTreeMap<String, String>,
}

/// A member's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its directory, from the root.
    pub dir: String,
    /// Its package name.
    pub package: String,
    /// Packages it uses: normal, dev, build, for any target, under their real names.
    pub uses: BTreeSet<String>,
    /// Keys of dependencies that name a path or a repository of their own.
    pub private_sources: BTreeSet<String>,
    /// True if it takes the workspace's lints.
    pub takes_lints: bool,
}

impl Workspace {
    /// Reads the root `Cargo.toml`.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        let root: Table = text.parse()?;
        let workspace = table(&root, "workspace");
        let members = workspace
            .and_then(|workspace| workspace.get("members"))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let packages = workspace
            .and_then(|workspace| table(workspace, "dependencies"))
            .into_iter()
            .flatten()
            .map(|(key, entry)| (key.clone(), package(key, entry).to_owned()))
            .collect();
        Ok(Self { members, packages })
    }
}

impl Manifest {
    /// Reads a member's `Cargo.toml`.
    pub fn read(dir: &str, text: &str, workspace: &Workspace) -> Result<Self, toml::de::Error> {
        let root: Table = text.parse()?;
        let mut manifest = Self {
            dir: dir.to_owned(),
            package: table(&root, "package")
                .and_then(|package| package.get("name"))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            uses: BTreeSet::new(),
            private_sources: BTreeSet::new(),
            takes_lints: table(&root, "lints").is_some_and(is_inherited),
        };
        manifest.take_sections(&root, workspace);
        for target in table(&root, "target").into_iter().flatten() {
            if let Some(target) = target.1.as_table() {
                manifest.take_sections(target, workspace);
            }
        }
        Ok(manifest)
    }

    fn take_sections(&mut self, parent: &Table, workspace: &Workspace) {
        for (key, entry) in SECTIONS
            .iter()
            .filter_map(|name| table(parent, name))
            .flatten()
        {
            let shared = entry.as_table().is_some_and(is_inherited);
            let package = match workspace.packages.get(key) {
                Some(package) if shared => package,
                _ => package(key, entry),
            };
            self.uses.insert(package.to_owned());
            if entry.get("path").is_some() || entry.get("git").is_some() {
                self.private_sources.insert(key.clone());
            }
        }
    }
}

fn table<'a>(parent: &'a Table, key: &str) -> Option<&'a Table> {
    parent.get(key).and_then(Value::as_table)
}

fn is_inherited(entry: &Table) -> bool {
    entry.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// The package that a dependency means: its key, unless it is renamed.
fn package<'a>(key: &'a str, entry: &'a Value) -> &'a str {
    entry.get("package").and_then(Value::as_str).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> Vec<String> {
        let root = "[workspace]\nmembers = []\n[workspace.dependencies]\n\
                    plain = \"1\"\nground = { path = \"base\", package = \"icn-base\" }\n";
        let workspace = Workspace::read(root).unwrap();
        let manifest = Manifest::read("x", text, &workspace).unwrap();
        manifest.uses.into_iter().collect()
    }

    #[test]
    fn a_dependency_is_seen_however_it_is_written() {
        for text in [
            "[dependencies]\nicn-base.workspace = true",
            "[dependencies]\nicn-base = { workspace = true, features = [\"x\"] }",
            "[dependencies]\nicn-base = \"1\"",
            "[dependencies.icn-base]\nversion = \"1\"",
            "[dev-dependencies]\nicn-base.workspace = true",
            "[build-dependencies]\nicn-base.workspace = true",
            "[target.'cfg(unix)'.dependencies]\nicn-base.workspace = true",
            "[target.x86_64-unknown-linux-gnu.dev-dependencies]\nicn-base = \"1\"",
            "[dependencies]\nother = { package = \"icn-base\", version = \"1\" }",
            "[dependencies]\nground.workspace = true",
            "[dependencies]\nicn-base = { version = \"1\", optional = true }",
        ] {
            assert_eq!(uses(text), ["icn-base"], "{text}");
        }
        assert_eq!(uses("[dependencies]\nplain.workspace = true"), ["plain"]);
        assert!(uses("[features]\nicn-base = []").is_empty());
    }

    #[test]
    fn paths_and_repositories_of_its_own_are_seen() {
        for source in ["path = \"../x\"", "git = \"https://example.org/x\""] {
            let text = format!("[dependencies]\nx = {{ {source} }}");
            let manifest = Manifest::read("x", &text, &Workspace::default()).unwrap();
            assert!(manifest.private_sources.contains("x"), "{text}");
        }
    }

    #[test]
    fn lints_are_taken_only_if_the_manifest_says_so() {
        for (text, taken) in [
            ("[lints]\nworkspace = true", true),
            ("lints.workspace = true", true),
            ("[lints]\nworkspace = false", false),
            ("[lints.rust]\nunsafe_code = \"allow\"", false),
            ("", false),
        ] {
            let manifest = Manifest::read("x", text, &Workspace::default()).unwrap();
            assert_eq!(manifest.takes_lints, taken, "{text}");
        }
    }
}
