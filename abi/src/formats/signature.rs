//! How arguments become wasm parameters with names, and how names change case between languages.

use crate::{Answer, Arg, Call, ValType};
use alloc::{format, string::String, vec::Vec};

/// One wasm parameter as a declaration spells it.
pub(super) enum Param {
    /// Where bytes that go in start.
    In(&'static str),
    /// How many they are.
    Len(String),
    /// A number in 32 bits.
    I32(&'static str),
    /// A number in 64 bits.
    I64(&'static str),
    /// Where the answer may be written.
    Out,
    /// How much room there is.
    Cap,
}

/// The wasm parameters of a call, named, in order.
pub(super) fn params(call: &Call) -> Vec<Param> {
    let mut params = inputs(call.args);
    if matches!(call.answer, Answer::Out(_) | Answer::Fill) {
        params.extend([Param::Out, Param::Cap]);
    }
    params
}

fn inputs(args: &[Arg]) -> Vec<Param> {
    let mut params = Vec::new();
    for arg in args {
        match *arg {
            Arg::In(name, _) => {
                params.extend([Param::In(name), Param::Len(format!("{name}_len"))]);
            }
            Arg::I32(name) => params.push(Param::I32(name)),
            Arg::I64(name) => params.push(Param::I64(name)),
        }
    }
    params
}

/// The parameters, each spelled by `spell`.
pub(super) fn list(call: &Call, spell: impl Fn(&Param) -> String) -> Vec<String> {
    params(call).iter().map(spell).collect()
}

/// `(i32 i64) -> i64`, as messages and the manual write a type.
pub(super) fn wasm_type(params: impl Iterator<Item = ValType>, result: Option<ValType>) -> String {
    let params = params.map(ValType::name).collect::<Vec<_>>().join(" ");
    format!("({params}) -> {}", result.map_or("()", ValType::name))
}

/// A call's name in a language binding that has a namespace of its own: without `host_`.
pub(super) fn short(call: &Call) -> &'static str {
    call.name.strip_prefix("host_").unwrap_or(call.name)
}

/// `SomeName` to `some-name`, with the separator asked for.
pub(super) fn separated(camel: &str, separator: char) -> String {
    let mut words = String::new();
    for (at, letter) in camel.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            words.push(separator);
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}
