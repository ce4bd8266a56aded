//! What deployed guests rely on. A change of a line that exists breaks them; a new call adds a
//! line.

use expect_test::expect_file;
use icn_abi::{CALLS, Call, Class, MODULE, VERSION, ValType};
use std::fmt::Write;

#[test]
fn every_number_name_and_signature_is_frozen() -> std::fmt::Result {
    let mut text = format!("module {MODULE} version {VERSION}\n");
    for call in CALLS {
        let wasm = wasm_type(call.params(), Some(Call::RESULT));
        writeln!(text, "{} {} {wasm}", call.number, call.name)?;
        for alias in call.aliases {
            writeln!(text, "{} {alias} {wasm}", call.number)?;
        }
        for alternate in call.alternates {
            let wasm = wasm_type(alternate.params(), alternate.result);
            writeln!(text, "{} {} {wasm}", call.number, call.name)?;
        }
    }
    for class in Class::ALL {
        writeln!(text, "{} {}", class.result(), class.name())?;
    }
    expect_file!["frozen.txt"].assert_eq(&text);
    Ok(())
}

fn wasm_type(params: impl Iterator<Item = ValType>, result: Option<ValType>) -> String {
    let params: Vec<_> = params.map(ValType::name).collect();
    format!(
        "({}) -> ({})",
        params.join(" "),
        result.map_or("", ValType::name)
    )
}
