//! Zig declarations.

use super::layout::{comment, items};
use super::signature::{Param, list, separated};
use crate::{CALLS, Class, MODULE, VERSION};
use alloc::{format, string::String};
use core::fmt::Write;

pub(super) fn render() -> String {
    let mut text = format!(
        "//! The host ABI of icn, version {VERSION}: declarations for Zig guests.\n\
         //! Made by `icn abi --format zig`.\n\
         //! A result below zero is -(Class); host_read_result then gives the text.\n\
         //! An answer longer than out_cap is not written: read it with host_read_result.\n\n\
         pub const abi_version = {VERSION};\n\npub const Class = enum(i64) {{\n"
    );
    for class in Class::ALL {
        writeln!(
            text,
            "    {} = {},",
            separated(class.name(), '_'),
            class.number()
        )
        .expect(super::TO_A_STRING);
    }
    text.push_str("};\n");
    for call in CALLS {
        let (number, name, doc) = (call.number, call.name, call.doc);
        text.push('\n');
        text.push_str(&comment("///", "///", &format!("{number}: {doc}")));
        let head = format!("pub extern \"{MODULE}\" fn {name}");
        text.push_str(&items("", &head, &list(call, spell), " i64;"));
    }
    text
}

fn spell(param: &Param) -> String {
    match param {
        Param::In(name) => format!("{name}: [*]const u8"),
        Param::Len(name) => format!("{name}: usize"),
        Param::I32(name) => format!("{name}: u32"),
        Param::I64(name) => format!("{name}: u64"),
        Param::Out => "out: [*]u8".into(),
        Param::Cap => "out_cap: usize".into(),
    }
}
