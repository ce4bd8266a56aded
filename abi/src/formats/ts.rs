//! AssemblyScript declarations.

use super::layout::{comment, items_without_last_comma};
use super::signature::{Param, list};
use crate::{CALLS, Class, MODULE, VERSION};
use alloc::{format, string::String};
use core::fmt::Write;

pub(super) fn render() -> String {
    let mut text = format!(
        "// The host ABI of icn, version {VERSION}: declarations for AssemblyScript guests.\n\
         // Made by `icn abi --format ts`.\n\
         // A result below zero is -(Class); host_read_result then gives the text.\n\
         // An answer longer than out_cap is not written: read it with host_read_result.\n\n\
         export const ABI_VERSION: i64 = {VERSION};\n\nexport const enum Class {{\n"
    );
    for class in Class::ALL {
        writeln!(text, "  {} = {},", class.name(), class.number()).expect(super::TO_A_STRING);
    }
    text.push_str("}\n");
    for call in CALLS {
        let (number, name, doc) = (call.number, call.name, call.doc);
        text.push('\n');
        text.push_str(&comment("/**", " *", &format!("{number}: {doc} */")));
        writeln!(text, "@external(\"{MODULE}\", \"{name}\")").expect(super::TO_A_STRING);
        let head = format!("export declare function {name}");
        text.push_str(&items_without_last_comma(
            &head,
            &list(call, spell),
            ": i64;",
        ));
    }
    text
}

fn spell(param: &Param) -> String {
    match param {
        Param::In(name) => format!("{name}: usize"),
        Param::Len(name) => format!("{name}: usize"),
        Param::I32(name) => format!("{name}: u32"),
        Param::I64(name) => format!("{name}: u64"),
        Param::Out => "out: usize".into(),
        Param::Cap => "out_cap: usize".into(),
    }
}
