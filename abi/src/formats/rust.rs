//! The Rust guest SDK: all of it in one file.

use alloc::{format, string::String};
use core::fmt::Write;

const HEAD: &str = "\
//! The host ABI of icn for Rust guests without std: typed calls, `job!`, an allocator, a panic
//! handler, and off wasm a mock host for tests. Made by `icn abi --format rust`; to renew it, run
//! that again. Declare it in the crate's root as `mod icn;`, beside `extern crate alloc;`.

";

/// The SDK in one file: `guest.rs` with each of its modules written in place of its declaration.
pub(super) fn render() -> String {
    let mut text = String::from(HEAD);
    for line in code(include_str!("../guest.rs")).lines() {
        if line.starts_with("//!") {
            continue;
        }
        let declared = line
            .strip_suffix(';')
            .and_then(|line| line.split_once("mod "));
        match declared.and_then(|(_, name)| source(name)) {
            Some(source) => {
                let opening = line.trim_end_matches(';');
                write!(text, "{opening} {{\n{}}}\n\n", code(source))
            }
            None => writeln!(text, "{line}"),
        }
        .expect(super::TO_A_STRING);
    }
    text.replace(
        "use crate::class;",
        &format!("mod class {{\n{}}}", code(include_str!("../class.rs"))),
    )
    .replace(
        "all(feature = \"rt\", target_arch = \"wasm32\")",
        "target_arch = \"wasm32\"",
    )
    .replace("$crate::guest", "$crate::icn")
    .replace("#[macro_export]\n", "")
        + "\npub(crate) use job;\n"
}

fn source(module: &str) -> Option<&'static str> {
    Some(match module {
        "answer" => include_str!("../guest/answer.rs"),
        "calls" => include_str!("../guest/calls.rs"),
        "entry" => include_str!("../guest/entry.rs"),
        "error" => include_str!("../guest/error.rs"),
        "mock" => include_str!("../guest/mock.rs"),
        "rt" => include_str!("../guest/rt.rs"),
        "sys" => include_str!("../guest/sys.rs"),
        _ => return None,
    })
}

/// A source without its tests.
fn code(source: &str) -> &str {
    source
        .split_once("\n#[cfg(test)]")
        .map_or(source, |(code, _)| code)
}
