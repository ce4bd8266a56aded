//! The C header.

use super::layout::{comment, items_without_last_comma};
use super::signature::{Param, list, separated};
use crate::{CALLS, Class, MODULE, VERSION};
use alloc::{format, string::String, vec};
use core::fmt::Write;

pub(super) fn render() -> String {
    let mut text = format!(
        "/* The host ABI of icn, version {VERSION}: declarations for C guests.\n\
         \x20* Made by `icn abi --format c`.\n\
         \x20* A result below zero is -(enum icn_class); host_read_result then gives the text.\n\
         \x20* An answer longer than out_cap is not written: read it with host_read_result. */\n\
         #ifndef ICN_H\n#define ICN_H\n\n\
         #include <stddef.h>\n#include <stdint.h>\n\n\
         #define ICN_ABI_VERSION {VERSION}\n\
         #define ICN_IMPORT(name) \\\n\
         \x20   __attribute__((import_module(\"{MODULE}\"), import_name(#name))) extern\n\
         #define ICN_EXPORT(name) __attribute__((export_name(#name)))\n\n\
         enum icn_class {{\n"
    );
    for class in Class::ALL {
        let name = separated(class.name(), '_').to_ascii_uppercase();
        writeln!(text, "    ICN_{name} = {},", class.number()).expect(super::TO_A_STRING);
    }
    text.push_str("};\n");
    for call in CALLS {
        let mut params = list(call, spell);
        if params.is_empty() {
            params = vec!["void".into()];
        }
        let (number, name, doc) = (call.number, call.name, call.doc);
        text.push('\n');
        text.push_str(&comment("/*", " *", &format!("{number}: {doc} */")));
        writeln!(text, "ICN_IMPORT({name})").expect(super::TO_A_STRING);
        text.push_str(&items_without_last_comma(
            &format!("int64_t {name}"),
            &params,
            ";",
        ));
    }
    text.push_str("\n#endif\n");
    text
}

fn spell(param: &Param) -> String {
    match param {
        Param::In(name) => format!("const void *{name}"),
        Param::Len(name) => format!("size_t {name}"),
        Param::I32(name) => format!("uint32_t {name}"),
        Param::I64(name) => format!("uint64_t {name}"),
        Param::Out => "void *out".into(),
        Param::Cap => "size_t out_cap".into(),
    }
}
