//! Imports: only what the table of host calls offers, under a type that it lists.

use super::Refusal;
use icn_abi::{Call, MODULE, ValType};
use icn_base::run::RefusalCode;
use serde::{Deserialize, Serialize};
use wasmparser::FuncType;

/// A function that a module imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its module; `icn` for host calls.
    pub module: String,
    /// Its name.
    pub name: String,
    /// The wasm type it is imported with.
    #[serde(rename = "type")]
    pub ty: String,
    /// The host call's number, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u16>,
}

impl Import {
    /// What it links to: a row of the table, under a type that the row lists.
    pub(crate) fn form(&self) -> Option<Form> {
        let call = icn_abi::by_number(self.number?)?;
        if self.ty == listed(call.params(), Some(Call::RESULT)) {
            return Some(Form {
                call,
                alternate: None,
            });
        }
        let mut alternates = call.alternates.iter();
        let alternate =
            alternates.position(|older| self.ty == listed(older.params(), older.result))?;
        Some(Form {
            call,
            alternate: Some(alternate),
        })
    }
}

/// The form under which a host call is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// The row.
    pub(crate) call: &'static Call,
    /// The place of the older type among the row's alternates, if it is one.
    pub(crate) alternate: Option<usize>,
}

/// Finds the row for an imported function, or says what is wrong with it.
pub(super) fn resolve(
    module: &str,
    name: &str,
    ty: &FuncType,
    at: usize,
) -> (Import, Option<Refusal>) {
    let mut import = Import {
        module: module.to_owned(),
        name: name.to_owned(),
        ty: spell(ty.params().iter().map(text), ty.results().iter().map(text)),
        number: None,
    };
    let call = if module == MODULE {
        icn_abi::by_name(name)
    } else {
        None
    };
    let Some(call) = call else {
        let refusal = unknown(module, name, at);
        return (import, Some(refusal));
    };
    import.number = Some(call.number);
    if import.form().is_some() {
        return (import, None);
    }
    let found = format!("{name} {}", import.ty);
    let refusal = Refusal::new(RefusalCode::ImportType, found, offered(call), at);
    (import, Some(refusal))
}

fn unknown(module: &str, name: &str, at: usize) -> Refusal {
    let found = format!("{}.{}", clip(module), clip(name));
    let allowed = match icn_abi::nearest(name) {
        Some(known) => format!("the host calls; the nearest is {MODULE}.{known}"),
        None => format!("the host calls of module `{MODULE}`"),
    };
    Refusal::new(RefusalCode::UnknownImport, found, allowed, at)
}

const fn wasm(ty: ValType) -> wasmparser::ValType {
    match ty {
        ValType::I32 => wasmparser::ValType::I32,
        ValType::I64 => wasmparser::ValType::I64,
    }
}

fn offered(call: &Call) -> String {
    let mut all = listed(call.params(), Some(Call::RESULT));
    for older in call.alternates {
        all.push_str(" or ");
        all.push_str(&listed(older.params(), older.result));
    }
    all
}

/// A type of the table, spelled as a guest's.
fn listed(params: impl Iterator<Item = ValType>, result: Option<ValType>) -> String {
    let name = |ty: ValType| text(&wasm(ty));
    spell(params.map(name), result.map(name).into_iter())
}

fn text(ty: &wasmparser::ValType) -> String {
    ty.to_string()
}

/// A type as it is written in the ABI's manual: `(i32, i32) -> i64`.
pub(super) fn spell(
    params: impl Iterator<Item = String>,
    results: impl Iterator<Item = String>,
) -> String {
    let list = |types: Vec<String>| types.join(", ");
    format!(
        "({}) -> ({})",
        list(params.collect()),
        list(results.collect())
    )
}

/// A name from outside, short enough for a message.
pub(super) fn clip(name: &str) -> String {
    name.chars().take(64).collect()
}
