//! Who may use whom: every `Cargo.toml` against the table in `docs/ARCHITECTURE.md`.

use crate::Fault;
use crate::manifest::Manifest;
use crate::table::{self, TableError};
use std::collections::{BTreeMap, BTreeSet};

/// A crate and the crates it may use, all by directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The crate's directory.
    pub dir: String,
    /// What stands in the last column.
    pub may_use: MayUse,
}

/// The last column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MayUse {
    /// These and no others; `-` names none.
    Only(BTreeSet<String>),
    /// Every crate above in the table except these (`all but …`) and those in `tests`.
    AllBut(BTreeSet<String>),
}

/// Reads the table behind `<!-- arrows -->`.
pub fn rows(page: &str) -> Result<Vec<Row>, TableError> {
    let rows = table::read(page, "arrows", ["crate", "duty", "may use"])?;
    Ok(rows
        .into_iter()
        .map(|[dir, _, cell]| Row {
            dir,
            may_use: may_use(&cell),
        })
        .collect())
}

fn may_use(cell: &str) -> MayUse {
    let mut words: Vec<_> = cell
        .split([' ', ','])
        .filter(|word| !word.is_empty() && *word != "and")
        .collect();
    let names = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match words[..] {
        ["all", "but", ref rest @ ..] if !rest.is_empty() => MayUse::AllBut(names(rest)),
        ["all"] => MayUse::AllBut(BTreeSet::new()),
        _ => {
            words.retain(|word| *word != "-");
            MayUse::Only(names(&words))
        }
    }
}

/// The package name of the crate in a directory: `icn-` and the last part of its path. The simulator
/// is never published, and typed often: `cargo run -p sim`.
pub fn package(dir: &str) -> String {
    match dir {
        "tests/sim" => "sim".to_owned(),
        _ => format!("icn-{}", dir.rsplit('/').next().unwrap_or(dir)),
    }
}

/// Compares the members with the table. Both must say the same.
pub fn check(rows: &[Row], members: &[Manifest]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let allowed = closed(rows, &mut faults);
    let by_package: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (package(&row.dir), &row.dir))
        .collect();
    for row in rows {
        if !members.iter().any(|member| member.dir == row.dir) {
            let what = "stands in the table of arrows, but is no member of the workspace";
            faults.push(Fault::new(&row.dir, what));
        }
    }
    for member in members {
        let place = format!("{}/Cargo.toml", member.dir);
        let Some(allowed) = allowed.get(&member.dir) else {
            let what = "this crate has no row in the table of arrows in docs/ARCHITECTURE.md";
            faults.push(Fault::new(&place, what));
            continue;
        };
        let wanted = package(&member.dir);
        if member.package != wanted {
            let what = format!("the package is `{}`, must be `{wanted}`", member.package);
            faults.push(Fault::new(&place, what));
        }
        for key in &member.private_sources {
            let what = format!("`{key}` has a source of its own: use `{key}.workspace = true`");
            faults.push(Fault::new(&place, what));
        }
        for used in member.uses.iter().filter(|name| name.starts_with("icn-")) {
            match by_package.get(used) {
                Some(dir) if allowed.contains(*dir) => {}
                _ => {
                    let what =
                        format!("may not use `{used}`: docs/ARCHITECTURE.md has no such arrow");
                    faults.push(Fault::new(&place, what));
                }
            }
        }
    }
    faults
}

/// What each crate may use, written out. A row names crates above it only, so there is no circle.
fn closed(rows: &[Row], faults: &mut Vec<Fault>) -> BTreeMap<String, BTreeSet<String>> {
    let mut above = BTreeSet::new();
    let mut allowed = BTreeMap::new();
    for row in rows {
        let (MayUse::Only(names) | MayUse::AllBut(names)) = &row.may_use;
        let is_only = matches!(row.may_use, MayUse::Only(_));
        for name in names {
            let is_known = above.contains(name)
                || !is_only && rows.iter().any(|other| other.dir == *name && other != row);
            if !is_known {
                let what = format!("names `{name}`, which does not stand above it in the table");
                faults.push(Fault::new(&row.dir, what));
            }
        }
        let set = match &row.may_use {
            MayUse::Only(names) => names.clone(),
            MayUse::AllBut(names) => above
                .iter()
                .filter(|name: &&String| !names.contains(*name) && !name.starts_with("tests/"))
                .cloned()
                .collect(),
        };
        if allowed.insert(row.dir.clone(), set).is_some() {
            faults.push(Fault::new(&row.dir, "stands twice in the table of arrows"));
        }
        above.insert(row.dir.clone());
    }
    allowed
}

#[cfg(test)]
mod tests;
