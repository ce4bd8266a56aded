//! Source files that no module names. The compiler does not see them, so it cannot complain.

use crate::Fault;
use crate::tree::File;
use std::collections::BTreeMap;

/// Finds files below a `src` that their parent does not declare with `mod`.
pub fn check(files: &[File]) -> Vec<Fault> {
    let texts: BTreeMap<_, _> = files
        .iter()
        .filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
        .collect();
    texts
        .keys()
        .filter_map(|path| Some((path, parents(path)?)))
        .filter(|(path, parents)| {
            let name = stem(path);
            !parents
                .iter()
                .filter_map(|parent| texts.get(parent.as_str()))
                .any(|text| text.lines().any(|line| declares(line, name)))
        })
        .map(|(path, parents)| {
            let what = format!("nobody compiles this: no `mod {};`", stem(path));
            Fault::new(path, format!("{what} in {}", parents.join(" or ")))
        })
        .collect()
}

/// The files that may declare this module; nothing for the root of a crate.
fn parents(path: &str) -> Option<Vec<String>> {
    let module = path.strip_suffix(".rs")?;
    let (krate, below) = module.split_once("/src/")?;
    match below.rsplit_once('/') {
        None if below == "lib" || below == "main" => None,
        None => Some(vec![
            format!("{krate}/src/lib.rs"),
            format!("{krate}/src/main.rs"),
        ]),
        Some(("bin", _)) => None,
        Some((parent, _)) => Some(vec![format!("{krate}/src/{parent}.rs")]),
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".rs").unwrap_or(name)
}

fn declares(line: &str, name: &str) -> bool {
    let declared = line
        .trim()
        .strip_suffix(';')
        .and_then(|line| line.rsplit_once("mod "));
    declared.is_some_and(|(before, declared)| {
        declared == name && (before.is_empty() || before.starts_with("pub"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_tree(tree: &[(&str, &str)]) -> Vec<String> {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: Some((*text).to_owned()),
        };
        let files: Vec<_> = tree.iter().map(file).collect();
        check(&files).into_iter().map(|fault| fault.0).collect()
    }

    #[test]
    fn declared_modules_and_roots_are_no_orphans() {
        let tree = [
            ("a/src/lib.rs", "mod b;\npub mod c;\n    pub(crate) mod d;"),
            ("a/src/main.rs", "mod only_here;"),
            ("a/src/b.rs", "#[cfg(test)]\nmod tests;"),
            ("a/src/b/tests.rs", ""),
            ("a/src/c.rs", ""),
            ("a/src/d.rs", ""),
            ("a/src/only_here.rs", ""),
            ("a/src/bin/tool.rs", ""),
            ("a/tests/x.rs", ""),
            ("a/build.rs", ""),
        ];
        assert!(check_tree(&tree).is_empty());
    }

    #[test]
    fn a_file_that_nobody_names_is_an_orphan() {
        for (declared, path) in [
            ("", "a/src/b.rs"),
            ("mod bb;", "a/src/b.rs"),
            ("// mod b;", "a/src/b.rs"),
            ("mod b {}", "a/src/b.rs"),
            ("mod c;", "a/src/b/c.rs"),
        ] {
            let faults = check_tree(&[("a/src/lib.rs", declared), (path, "")]);
            assert_eq!(faults.len(), 1, "{declared} {path}");
            assert!(faults[0].starts_with(path), "{faults:?}");
        }
    }
}
