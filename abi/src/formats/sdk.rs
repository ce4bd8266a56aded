//! The two files of the Rust guest SDK that are written from the table.

use super::layout::{comment, items};
use super::signature::{Param, list, short};
use crate::{Answer, Arg, CALLS, Call, Content, MODULE};
use alloc::{format, string::String, vec::Vec};
use core::fmt::Write;

/// `guest/calls.rs`: a typed function for each row.
pub(super) fn typed() -> String {
    let mut text = String::from(
        "//! A typed function for each host call, written from the table; bless it after a change.\n\n\
         use super::{answer, error::Error, sys};\nuse alloc::{string::String, vec::Vec};\n",
    );
    for call in CALLS
        .iter()
        .filter(|call| call.number != super::READ_RESULT)
    {
        text.push_str(&typed_call(call));
    }
    text
}

fn typed_call(call: &Call) -> String {
    let mut params: Vec<String> = call.args.iter().map(typed_param).collect();
    let mut passed: Vec<String> = call.args.iter().map(passed).collect();
    let (reader, answer) = match call.answer {
        Answer::Nothing => ("nothing", "()"),
        Answer::Flag => ("flag", "bool"),
        Answer::Number => ("number", "u64"),
        Answer::Out(Content::Text | Content::Json) => ("text", "String"),
        Answer::Out(Content::Bytes) => ("bytes", "Vec<u8>"),
        Answer::Fill => ("filled", "()"),
    };
    if call.answer == Answer::Fill {
        params.push("out: &mut [u8]".into());
    }
    let buffered = matches!(call.answer, Answer::Out(_));
    if buffered || call.answer == Answer::Fill {
        passed.push("out".into());
    }
    let (number, doc, name, raw) = (call.number, call.doc, short(call), call.name);
    let answered = match (buffered, call.args) {
        (true, []) => format!("sys::{raw}"),
        (true, _) => format!("|out| sys::{raw}({})", passed.join(", ")),
        (false, _) => format!("sys::{raw}({})", passed.join(", ")),
    };
    let doc = comment("///", "///", &format!("{number}: {doc}."));
    let tail = format!(" -> Result<{answer}, Error> {{");
    let head = items("", &format!("pub fn {name}"), &params, &tail);
    format!(
        "
{doc}{head}    answer::{reader}({answered})
}}
"
    )
}

fn typed_param(arg: &Arg) -> String {
    match arg {
        Arg::In(name, Content::Bytes) => format!("{name}: &[u8]"),
        Arg::In(name, Content::Text | Content::Json) => format!("{name}: &str"),
        Arg::I32(name) => format!("{name}: u32"),
        Arg::I64(name) => format!("{name}: u64"),
    }
}

fn passed(arg: &Arg) -> String {
    match arg {
        Arg::In(name, Content::Text | Content::Json) => format!("{name}.as_bytes()"),
        Arg::In(name, Content::Bytes) | Arg::I32(name) | Arg::I64(name) => (*name).into(),
    }
}

/// `guest/sys.rs`: the imports, each behind a safe function over slices.
pub(super) fn raw() -> String {
    let mut text = String::from(
        "//! The imports themselves, written from the table: the only file that hands pointers to\n\
         //! the host. Off wasm the same functions reach the mock.\n\n\
         #![cfg_attr(\n    target_arch = \"wasm32\",\n    \
         expect(unsafe_code, reason = \"an import takes pointers; each is made here from a slice\")\n)]\n\n\
         #[cfg(not(target_arch = \"wasm32\"))]\nuse super::mock::{Value, call};\n",
    );
    text.push_str("\n#[cfg(target_arch = \"wasm32\")]\nmod import {\n");
    writeln!(
        text,
        "    #[link(wasm_import_module = \"{MODULE}\")]\n    unsafe extern \"C\" {{"
    )
    .expect(super::TO_A_STRING);
    for call in CALLS {
        let head = format!("pub(super) fn {}", call.name);
        text.push_str(&items(
            "        ",
            &head,
            &list(call, raw_param),
            " -> i64;",
        ));
    }
    text.push_str("    }\n}\n");
    for call in CALLS {
        text.push_str(&raw_call(call));
    }
    text
}

fn raw_call(call: &Call) -> String {
    let mut params: Vec<String> = Vec::new();
    let mut values: Vec<String> = Vec::new();
    for arg in call.args {
        let (param, value) = match arg {
            Arg::In(name, _) => (format!("{name}: &[u8]"), format!("Value::Bytes({name})")),
            Arg::I32(name) => (format!("{name}: u32"), format!("Value::I32({name})")),
            Arg::I64(name) => (format!("{name}: u64"), format!("Value::I64({name})")),
        };
        params.push(param);
        values.push(value);
    }
    let out = matches!(call.answer, Answer::Out(_) | Answer::Fill);
    if out {
        params.push("out: &mut [u8]".into());
    }
    let (name, values, pointers) = (call.name, values.join(", "), list(call, pointer));
    let offered = if out { "Some(out)" } else { "None" };
    let safety = if pointers.is_empty() {
        "takes no pointer"
    } else {
        "every pointer and length is that of one slice, borrowed for the whole call"
    };
    let head = items("", &format!("pub(super) fn {name}"), &params, " -> i64 {");
    let import = items("        ", &format!("import::{name}"), &pointers, "");
    let mock = [format!("{name:?}"), format!("&[{values}]"), offered.into()];
    let mock = items("    ", "call", &mock, "");
    format!(
        "\n{head}    #[cfg(target_arch = \"wasm32\")]\n    \
         // SAFETY: {safety}.\n    \
         return unsafe {{\n{import}    }};\n    \
         #[cfg(not(target_arch = \"wasm32\"))]\n{mock}}}\n"
    )
}

fn raw_param(param: &Param) -> String {
    match param {
        Param::In(name) => format!("{name}: *const u8"),
        Param::Len(name) => format!("{name}: usize"),
        Param::I32(name) => format!("{name}: u32"),
        Param::I64(name) => format!("{name}: u64"),
        Param::Out => "out: *mut u8".into(),
        Param::Cap => "out_cap: usize".into(),
    }
}

fn pointer(param: &Param) -> String {
    match param {
        Param::In(name) => format!("{name}.as_ptr()"),
        Param::Len(name) => format!("{}.len()", name.trim_end_matches("_len")),
        Param::I32(name) | Param::I64(name) => (*name).into(),
        Param::Out => "out.as_mut_ptr()".into(),
        Param::Cap => "out.len()".into(),
    }
}
