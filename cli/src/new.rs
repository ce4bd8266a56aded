//! `icn new`: a guest project that builds, from templates inside the binary.

use crate::answer::Answer;
use crate::failure::Failure;
use clap::ValueEnum;
use icn_abi::{Class, Format};
use serde_json::json;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Makes a guest project
///
/// The project builds anywhere: the host calls and, for Rust, the whole SDK are written into it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project's name: small letters, digits and `-`
    name: String,
    /// The language to write it in
    #[arg(long, value_enum)]
    lang: Lang,
    /// The directory to make [default: NAME]
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// A language with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Rust, without std
    Rust,
    /// AssemblyScript
    As,
    /// C
    C,
    /// Zig
    Zig,
}

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    let dir = args
        .dir
        .clone()
        .unwrap_or_else(|| PathBuf::from(&args.name));
    let files = create(&args.name, args.lang, &dir)?;
    let place = dir.display();
    let text = format!(
        "Made {place} with {}.\nNext: {place}/README.md",
        files.join(", ")
    );
    Ok(Answer::new(
        text,
        json!({ "name": args.name, "dir": dir, "files": files }),
    ))
}

/// Writes the project into a directory that is not there yet, or is empty, and names the files.
fn create(name: &str, lang: Lang, dir: &Path) -> Result<Vec<&'static str>, Failure> {
    check_name(name)?;
    check_empty(dir)?;
    let mut made = Vec::new();
    for (path, source) in lang.files() {
        let text = match source {
            Source::Template(text) => fill(text, name),
            Source::Abi(format) => icn_abi::render(*format),
        };
        write_new(&dir.join(path), &text)?;
        made.push(*path);
    }
    Ok(made)
}

const NAME_MAX: usize = 64;

/// Names that a crate cannot have: they are words of Rust or crates that every program has.
const TAKEN: [&str; 44] = [
    "abstract", "alloc", "as", "async", "await", "become", "box", "break", "const", "continue",
    "core", "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen",
    "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "static", "std", "struct", "super", "test", "trait", "true", "type", "use",
];

fn check_name(name: &str) -> Result<(), Failure> {
    let plain = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
    let starts_well = name.starts_with(|letter: char| letter.is_ascii_lowercase());
    if !starts_well || name.ends_with('-') || name.len() > NAME_MAX || !name.chars().all(plain) {
        let message = format!("`{}` cannot name a project", name.escape_debug());
        let hint = "take small letters, digits and `-`, 64 at most, with a letter first";
        return Err(Failure::new(Class::InvalidSystemApiCall, message).hint(hint));
    }
    if TAKEN.contains(&name) {
        let message = format!("`{name}` has a meaning in Rust and cannot name a project");
        return Err(Failure::new(Class::InvalidSystemApiCall, message).hint("add a second word"));
    }
    Ok(())
}

fn check_empty(dir: &Path) -> Result<(), Failure> {
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let message = format!("{} is there already, and not empty", dir.display());
            Err(Failure::new(Class::InvalidSystemApiCall, message)
                .hint("take another name or --dir; nothing was written"))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::file("make", dir, &error)),
    }
}

fn fill(template: &str, name: &str) -> String {
    template
        .replace("{{name}}", name)
        .replace("{{snake}}", &name.replace('-', "_"))
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        File::create_new(path)?.write_all(text.as_bytes())
    };
    write().map_err(|error| Failure::file("write", path, &error))
}

/// Where a file's text comes from.
enum Source {
    Template(&'static str),
    /// Written from the table of host calls.
    Abi(Format),
}

impl Lang {
    const fn files(self) -> &'static [(&'static str, Source)] {
        use Source::{Abi, Template};
        match self {
            Self::Rust => &[
                (
                    "README.md",
                    Template(include_str!("../templates/rust/README.md")),
                ),
                (
                    "Cargo.toml",
                    Template(include_str!("../templates/rust/Cargo.toml")),
                ),
                (
                    "src/lib.rs",
                    Template(include_str!("../templates/rust/src/lib.rs")),
                ),
                ("src/icn.rs", Abi(Format::Rust)),
                (
                    ".gitignore",
                    Template(include_str!("../templates/rust/gitignore")),
                ),
            ],
            Self::As => &[
                (
                    "README.md",
                    Template(include_str!("../templates/as/README.md")),
                ),
                (
                    "package.json",
                    Template(include_str!("../templates/as/package.json")),
                ),
                (
                    "assembly/index.ts",
                    Template(include_str!("../templates/as/assembly/index.ts")),
                ),
                ("assembly/icn.ts", Abi(Format::Ts)),
                (
                    "assembly/tsconfig.json",
                    Template(include_str!("../templates/as/assembly/tsconfig.json")),
                ),
                (
                    ".gitignore",
                    Template(include_str!("../templates/as/gitignore")),
                ),
            ],
            Self::C => &[
                (
                    "README.md",
                    Template(include_str!("../templates/c/README.md")),
                ),
                (
                    "Makefile",
                    Template(include_str!("../templates/c/Makefile")),
                ),
                ("guest.c", Template(include_str!("../templates/c/guest.c"))),
                ("icn.h", Abi(Format::C)),
                (
                    ".gitignore",
                    Template(include_str!("../templates/c/gitignore")),
                ),
            ],
            Self::Zig => &[
                (
                    "README.md",
                    Template(include_str!("../templates/zig/README.md")),
                ),
                (
                    "Makefile",
                    Template(include_str!("../templates/zig/Makefile")),
                ),
                (
                    "guest.zig",
                    Template(include_str!("../templates/zig/guest.zig")),
                ),
                ("icn.zig", Abi(Format::Zig)),
                (
                    ".gitignore",
                    Template(include_str!("../templates/zig/gitignore")),
                ),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, check_name, create};
    use clap::ValueEnum;
    use std::fs;

    #[test]
    fn every_language_makes_every_file_and_fills_every_blank() {
        for lang in Lang::value_variants() {
            let place = tempfile::tempdir().expect("a directory");
            let dir = place.path().join("my-guest");
            let files = create("my-guest", *lang, &dir).expect("made");
            for file in files {
                let text = fs::read_to_string(dir.join(file)).expect("text");
                assert!(!text.is_empty() && !text.contains("{{"), "{lang:?} {file}");
            }
        }
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let place = tempfile::tempdir().expect("a directory");
        fs::write(place.path().join("README.md"), "mine").expect("written");
        let failure = create("guest", Lang::C, place.path()).expect_err("not empty");
        assert!(failure.message.ends_with("is there already, and not empty"));
        assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn names_that_no_toolchain_would_take_are_refused() {
        for name in [
            "", "Guest", "1st", "-a", "a-", "a b", "../a", "a/b", "fn", "core", "ünder",
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(check_name(&"a".repeat(65)).is_err());
        for name in ["a", "my-guest", "guest2", &"a".repeat(64)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
    }
}
