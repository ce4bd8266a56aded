//! The typed interface in WIT: what a call means without pointers, as bindings in any language
//! should offer it.

use super::layout::{comment, items};
use super::signature::{separated, short};
use crate::{Answer, Arg, CALLS, Call, Class, Content, VERSION};
use alloc::{format, string::String, vec::Vec};
use core::fmt::Write;

pub(super) fn render() -> String {
    let mut text = format!(
        "// The host ABI of icn, version {VERSION}, in WIT. Made by `icn abi --format wit`.\n\
         package icn:host@{VERSION}.0.0;\n\n\
         interface host {{\n\
         \x20   /// Why a call was refused; the core ABI gives the number of the class, from 1, below zero.\n\
         \x20   enum class {{\n"
    );
    for class in Class::ALL {
        writeln!(text, "        {},", separated(class.name(), '-')).expect(super::TO_A_STRING);
    }
    text.push_str(
        "    }\n\n    record error {\n        class: class,\n        text: string,\n    }\n",
    );
    for call in CALLS
        .iter()
        .filter(|call| call.number != super::READ_RESULT)
    {
        let (number, doc, name) = (call.number, call.doc, short(call).replace('_', "-"));
        text.push('\n');
        text.push_str(&comment("    ///", "    ///", &format!("{number}: {doc}")));
        let tail = format!(" -> result<{}, error>;", answer(call.answer));
        text.push_str(&items(
            "    ",
            &format!("{name}: func"),
            &params(call),
            &tail,
        ));
    }
    text.push_str("}\n\nworld guest {\n    import host;\n    export run: func() -> s64;\n}\n");
    text
}

fn params(call: &Call) -> Vec<String> {
    let mut params: Vec<String> = call
        .args
        .iter()
        .map(|arg| match arg {
            Arg::In(name, Content::Bytes) => format!("{name}: list<u8>"),
            Arg::In(name, Content::Text | Content::Json) => format!("{name}: string"),
            Arg::I32(name) => format!("{name}: u32"),
            Arg::I64(name) => format!("{name}: u64"),
        })
        .collect();
    if call.answer == Answer::Fill {
        params.push("count: u32".into());
    }
    params
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Nothing => "_",
        Answer::Flag => "bool",
        Answer::Number => "u64",
        Answer::Out(Content::Text | Content::Json) => "string",
        Answer::Out(Content::Bytes) | Answer::Fill => "list<u8>",
    }
}
