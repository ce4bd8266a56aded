//! The table for programs: every field of every row.

use super::signature::wasm_type;
use crate::{Answer, Arg, CALLS, Call, Class, Content, Kind, MODULE, ManaRule, VERSION, ValType};
use alloc::{format, string::String, vec::Vec};

pub(super) fn render() -> String {
    let classes = array(Class::ALL.iter().map(|class| {
        format!(
            r#"{{"number": {}, "name": {}}}"#,
            class.number(),
            quoted(class.name())
        )
    }));
    let calls = array(CALLS.iter().map(row));
    format!(
        "{{\n  \"module\": {},\n  \"version\": {VERSION},\n  \"classes\": {classes},\n  \
         \"calls\": {calls}\n}}\n",
        quoted(MODULE)
    )
}

fn row(call: &Call) -> String {
    let alternates = call.alternates.iter().map(|alternate| {
        let wasm = types(alternate.params(), alternate.result);
        format!(
            r#"{{{}, {wasm}, "doc": {}}}"#,
            args(alternate.args),
            quoted(alternate.doc)
        )
    });
    let fields = [
        format!(r#""number": {}"#, call.number),
        format!(r#""name": {}"#, quoted(call.name)),
        format!(
            r#""aliases": [{}]"#,
            comma(call.aliases.iter().map(|alias| quoted(alias)))
        ),
        format!(
            r#""signature": {}"#,
            quoted(&wasm_type(call.params(), Some(Call::RESULT)))
        ),
        types(call.params(), Some(Call::RESULT)),
        args(call.args),
        format!(r#""answer": {}"#, quoted(answer(call.answer))),
        format!(r#""alternates": [{}]"#, comma(alternates)),
        format!(r#""kind": {}"#, quoted(kind(call.kind))),
        format!(r#""journaled": {}"#, call.journaled()),
        format!(
            r#""capability": {}"#,
            call.capability.map_or("null".into(), |c| quoted(c.name()))
        ),
        format!(r#""fuel_base": {}"#, call.fuel_base),
        format!(r#""fuel_per_byte": {}"#, call.fuel_per_byte),
        format!(r#""mana": {}"#, quoted(mana(call.mana))),
        format!(r#""doc": {}"#, quoted(call.doc)),
    ];
    format!("{{{}}}", fields.join(", "))
}

fn types(params: impl Iterator<Item = ValType>, result: Option<ValType>) -> String {
    let params = comma(params.map(|param| quoted(param.name())));
    let result = result.map_or("null".into(), |result| quoted(result.name()));
    format!(r#""params": [{params}], "result": {result}"#)
}

fn args(args: &[Arg]) -> String {
    let args = args.iter().map(|arg| {
        let (name, kind) = match *arg {
            Arg::In(name, is) => (name, content(is)),
            Arg::I32(name) => (name, "i32"),
            Arg::I64(name) => (name, "i64"),
        };
        format!(r#"{{"name": {}, "is": {}}}"#, quoted(name), quoted(kind))
    });
    format!(r#""args": [{}]"#, comma(args))
}

fn content(content: Content) -> &'static str {
    match content {
        Content::Text => "text",
        Content::Json => "json",
        Content::Bytes => "bytes",
    }
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Nothing => "nothing",
        Answer::Flag => "flag",
        Answer::Number => "number",
        Answer::Out(is) => content(is),
        Answer::Fill => "fill",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Run => "run",
        Kind::Read => "read",
        Kind::Effect => "effect",
    }
}

fn mana(rule: ManaRule) -> &'static str {
    match rule {
        ManaRule::Free => "free",
        ManaRule::Amount => "amount",
        ManaRule::ChildHold => "child_hold",
        ManaRule::ProofPrice => "proof_price",
        ManaRule::ProposalFee => "proposal_fee",
    }
}

fn array(rows: impl Iterator<Item = String>) -> String {
    let rows: Vec<String> = rows.map(|row| format!("\n    {row}")).collect();
    format!("[{}\n  ]", rows.join(","))
}

fn comma(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}
