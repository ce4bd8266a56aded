use super::{Format, render, sdk};
use crate::{CALLS, Class};
use alloc::{collections::BTreeSet, vec::Vec};
use expect_test::expect_file;

#[test]
fn the_manual_is_what_the_table_says() {
    expect_file!["../../../docs/ABI.md"].assert_eq(&render(Format::Md));
}

#[test]
fn the_sdk_is_what_the_table_says() {
    expect_file!["../guest/calls.rs"].assert_eq(&sdk::typed());
    expect_file!["../guest/sys.rs"].assert_eq(&sdk::raw());
}

#[test]
fn the_examples_use_what_the_table_says() {
    expect_file!["../../../examples/echo-c/icn.h"].assert_eq(&render(Format::C));
    expect_file!["../../../examples/echo-as/assembly/icn.ts"].assert_eq(&render(Format::Ts));
    expect_file!["../../../examples/echo-zig/icn.zig"].assert_eq(&render(Format::Zig));
}

#[test]
fn json_parses_and_has_every_row() {
    let table: serde_json::Value = serde_json::from_str(&render(Format::Json)).expect("JSON");
    let rows = table["calls"].as_array().expect("an array");
    assert!(
        rows.iter()
            .map(|row| row["name"].as_str())
            .eq(CALLS.iter().map(|c| Some(c.name)))
    );
    let submit = rows
        .iter()
        .find(|row| row["number"] == 16)
        .expect("call 16");
    assert_eq!(submit["signature"], "(i32 i32 i32 i32) -> i64");
    assert_eq!(submit["alternates"][1]["result"], "i32");
    assert_eq!(submit["alternates"][2]["result"], serde_json::Value::Null);
    assert_eq!(
        table["classes"].as_array().map(|classes| classes.len()),
        Some(Class::ALL.len())
    );
}

#[test]
fn wit_parses_and_has_a_function_for_every_row_but_read_result() {
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve
        .push_source("icn.wit", &render(Format::Wit))
        .expect("WIT");
    let interface = resolve.packages[package].interfaces["host"];
    assert_eq!(
        resolve.interfaces[interface].functions.len(),
        CALLS.len() - 1
    );
}

#[test]
fn every_declaration_names_every_call() {
    for format in Format::ALL {
        let text = render(format);
        let lost = |name: &&str| {
            let short = name.strip_prefix("host_").unwrap_or(name).replace('_', "-");
            !text.contains(name) && !text.contains(&short)
        };
        let lost: Vec<_> = CALLS.iter().map(|call| call.name).filter(lost).collect();
        let allowed: &[&str] = if format == Format::Wit {
            &["host_read_result"]
        } else {
            &[]
        };
        assert_eq!(lost, allowed, "{}", format.name());
    }
}

#[test]
fn formats_have_names_of_their_own() {
    let names: BTreeSet<&str> = Format::ALL.map(Format::name).into();
    assert_eq!(names.len(), Format::ALL.len());
}
