//! Imports: only what the table of host calls offers, under a type that it lists.

use super::Refusal;
use icn_abi::{Call, MODULE, ValType};
use icn_base::run::RefusalCode;
use serde::Serialize;
use wasmparser::FuncType;

/// A function that a module imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    #[serde(skip)]
    pub(crate) form: Option<Form>,
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
        form: None,
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
    match form(call, ty) {
        Some(form) => {
            import.form = Some(form);
            (import, None)
        }
        None => {
            let found = format!("{name} {}", import.ty);
            let refusal = Refusal::new(RefusalCode::ImportType, found, offered(call), at);
            (import, Some(refusal))
        }
    }
}

fn unknown(module: &str, name: &str, at: usize) -> Refusal {
    let found = format!("{}.{}", clip(module), clip(name));
    let allowed = match icn_abi::nearest(name) {
        Some(known) => format!("the host calls; the nearest is {MODULE}.{known}"),
        None => format!("the host calls of module `{MODULE}`"),
    };
    Refusal::new(RefusalCode::UnknownImport, found, allowed, at)
}

fn form(call: &'static Call, ty: &FuncType) -> Option<Form> {
    if fits(ty, call.params(), Some(Call::RESULT)) {
        return Some(Form {
            call,
            alternate: None,
        });
    }
    let mut alternates = call.alternates.iter();
    let alternate = alternates.position(|older| fits(ty, older.params(), older.result))?;
    Some(Form {
        call,
        alternate: Some(alternate),
    })
}

fn fits(ty: &FuncType, params: impl Iterator<Item = ValType>, result: Option<ValType>) -> bool {
    ty.params().iter().copied().eq(params.map(wasm))
        && ty.results().iter().copied().eq(result.map(wasm))
}

const fn wasm(ty: ValType) -> wasmparser::ValType {
    match ty {
        ValType::I32 => wasmparser::ValType::I32,
        ValType::I64 => wasmparser::ValType::I64,
    }
}

fn offered(call: &Call) -> String {
    let name = |ty: ValType| text(&wasm(ty));
    let mut all = spell(call.params().map(name), [name(Call::RESULT)].into_iter());
    for older in call.alternates {
        all.push_str(" or ");
        all.push_str(&spell(
            older.params().map(name),
            older.result.map(name).into_iter(),
        ));
    }
    all
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
