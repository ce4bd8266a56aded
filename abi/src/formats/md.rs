//! The manual: conventions in words, then the rows.

use super::signature::{Param, list, wasm_type};
use crate::{CALLS, Call, Class, ManaRule};
use alloc::{format, string::String};
use core::fmt::Write;

pub(super) fn render() -> String {
    let mut text = String::from(include_str!("conventions.md"));
    text.push_str(
        "\n## The calls\n\n\
         | # | name | parameters | capability | fuel | meaning |\n|---|---|---|---|---|---|\n",
    );
    for call in CALLS {
        let capability = call.capability.map_or("-", |capability| capability.name());
        let (number, name, doc) = (call.number, names(call), meaning(call));
        let (params, base, per_byte) = (
            list(call, spell).join(", "),
            call.fuel_base,
            call.fuel_per_byte,
        );
        writeln!(
            text,
            "| {number} | {name} | ({params}) | {capability} | {base} + {per_byte}/byte | {doc} |"
        )
        .expect(super::TO_A_STRING);
    }
    text.push_str(
        "\n## Alternate types\n\nOlder types that known guests import; \
         each links by the import's own type.\n\n\
         | name | type | answers |\n|---|---|---|\n",
    );
    for call in CALLS {
        for alternate in call.alternates {
            let wasm = wasm_type(alternate.params(), alternate.result);
            writeln!(text, "| `{}` | `{wasm}` | {} |", call.name, alternate.doc)
                .expect(super::TO_A_STRING);
        }
    }
    text.push_str(
        "\n## Classes of refusal\n\nA refused call answers the number below zero.\n\n\
         | number | class |\n|---|---|\n",
    );
    for class in Class::ALL {
        writeln!(text, "| -{} | `{}` |", class.number(), class.name()).expect(super::TO_A_STRING);
    }
    text
}

fn names(call: &Call) -> String {
    let mut names = format!("`{}`", call.name);
    for alias in call.aliases {
        write!(names, ", alias `{alias}`").expect(super::TO_A_STRING);
    }
    names
}

fn meaning(call: &Call) -> String {
    let journaled = if call.journaled() { "; journaled" } else { "" };
    let mana = match call.mana {
        ManaRule::Free => "",
        ManaRule::Amount => "; moves `amount` mana",
        ManaRule::ChildHold => "; moves the child's hold",
        ManaRule::ProofPrice => "; pays the circuit's price if the proof holds or is made",
        ManaRule::ProposalFee => "; moves the proposal's fee into escrow",
    };
    format!("{}{mana}{journaled}", call.doc)
}

fn spell(param: &Param) -> String {
    match param {
        Param::In(name) => (*name).into(),
        Param::Len(name) => name.clone(),
        Param::I32(name) => (*name).into(),
        Param::I64(name) => format!("{name}: i64"),
        Param::Out => "out".into(),
        Param::Cap => "out_cap".into(),
    }
}
