//! Heavy dependencies, each behind its own crate: the second table in `docs/ARCHITECTURE.md`.

use crate::Fault;
use crate::manifest::Manifest;
use crate::table::{self, TableError};

/// A dependency and the crates that may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// A package, or the beginning of several (`ark-*`).
    pub dependency: String,
    /// Directories of the crates that may use it.
    pub crates: Vec<String>,
}

impl Door {
    fn names(&self, package: &str) -> bool {
        match self.dependency.strip_suffix('*') {
            Some(beginning) => package.starts_with(beginning),
            None => package == self.dependency,
        }
    }
}

/// Reads the table behind `<!-- doors -->`.
pub fn doors(page: &str) -> Result<Vec<Door>, TableError> {
    let rows = table::read(page, "doors", ["dependency", "door"])?;
    Ok(rows
        .into_iter()
        .map(|[dependency, crates]| Door {
            dependency: dependency.trim_matches('`').to_owned(),
            crates: crates.split_whitespace().map(str::to_owned).collect(),
        })
        .collect())
}

/// Finds dependencies that came in by another door.
pub fn check(doors: &[Door], members: &[Manifest]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for member in members {
        for (door, used) in doors
            .iter()
            .filter(|door| !door.crates.contains(&member.dir))
            .flat_map(|door| member.uses.iter().map(move |used| (door, used)))
            .filter(|(door, used)| door.names(used))
        {
            let what = format!("`{used}` stays behind {}", door.crates.join(", "));
            faults.push(Fault::new(&format!("{}/Cargo.toml", member.dir), what));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Workspace;

    const PAGE: &str = "<!-- doors -->\n| dependency | door |\n|---|---|\n\
                        | sled | store |\n| `ark-*` | zk |\n| age | cli node |\n";

    fn faults(dir: &str, used: &str) -> Vec<Fault> {
        let text = format!("[dev-dependencies]\n{used} = \"1\"");
        let member = Manifest::read(dir, &text, &Workspace::default()).unwrap();
        check(&doors(PAGE).unwrap(), &[member])
    }

    #[test]
    fn a_heavy_dependency_comes_in_by_its_door_only() {
        for (dir, used, is_allowed) in [
            ("store", "sled", true),
            ("zk", "ark-bn254", true),
            ("cli", "age", true),
            ("node", "age", true),
            ("cli", "sled-like", true),
            ("cli", "sled", false),
            ("base", "ark-ff", false),
            ("store", "age", false),
            ("tests/sim", "sled", false),
        ] {
            assert_eq!(faults(dir, used).is_empty(), is_allowed, "{dir} -> {used}");
        }
    }

    #[test]
    fn a_renamed_dependency_is_still_seen() {
        let text = "[dependencies]\ntree = { package = \"sled\", version = \"1\" }";
        let member = Manifest::read("cli", text, &Workspace::default()).unwrap();
        let expected = "cli/Cargo.toml: `sled` stays behind store".to_owned();
        assert_eq!(check(&doors(PAGE).unwrap(), &[member]), [Fault(expected)]);
    }
}
