//! Guests that make host calls with any arguments, under any grants.

use arbitrary::{Result, Unstructured};
use icn_abi::{Answer, Arg, CALLS, Call, ValType};
use icn_base::run::Grant;
use icn_base::{Cid, Codec, Keypair, Mana};
use icn_sandbox::JobDraft;
use std::fmt::Write;

/// Bytes of the guest's memory.
const MEMORY: u32 = 2 * 65_536;

/// Where texts lie that calls can make sense of, before some of them are damaged.
const TEXTS: u32 = 1_024;

/// Blocks that the job lists, so that they can be read.
pub(crate) fn blocks() -> [(Cid, Vec<u8>); 2] {
    [b"a block".to_vec(), vec![7; 1_000]].map(|bytes| (Cid::of(Codec::Raw, &bytes), bytes))
}

pub(crate) fn draft(source: &mut Unstructured<'_>) -> Result<JobDraft> {
    let texts = texts(source)?;
    let mut memory = Vec::new();
    let mut places = Vec::new();
    for text in &texts {
        places.push((
            TEXTS + u32::try_from(memory.len()).unwrap(),
            u32::try_from(text.len()).unwrap(),
        ));
        memory.extend_from_slice(text);
    }
    let mut body = String::new();
    for turn in 0..source.int_in_range(1..=40)? {
        let call = source.choose(CALLS)?;
        let arguments = arguments(call, &places, source)?;
        // Results go out with the memory, so that both engines must have had the same.
        write!(
            body,
            "(i64.store (i32.const {}) (call ${} {arguments}))",
            turn * 8,
            call.name
        )
        .unwrap();
    }
    let imports: String = CALLS.iter().map(import).collect();
    let data: String = memory.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let text = format!(
        r#"(module {imports} (memory (export "memory") 2) (data (i32.const {TEXTS}) "{data}")
        (func (export "run") (result i64) {body}
            (call $host_write_output (i32.const 0) (i32.const {MEMORY}))))"#
    );
    let mut draft = crate::limited(wat::parse_str(text).unwrap(), source)?;
    for (cid, block) in blocks() {
        draft = draft.read(cid, block.len() as u64);
    }
    if source.arbitrary()? {
        draft = draft.input(source.peek_bytes(100).unwrap_or_default());
    }
    for grant in grants(source)? {
        draft = draft.grant(grant);
    }
    Ok(draft)
}

fn import(call: &Call) -> String {
    let spell = |ty| match ty {
        ValType::I32 => " i32",
        ValType::I64 => " i64",
    };
    let params: String = call.params().map(spell).collect();
    format!(
        r#"(import "icn" "{0}" (func ${0} (param{params}) (result i64)))"#,
        call.name
    )
}

/// What calls want to hear, some of it damaged.
fn texts(source: &mut Unstructured<'_>) -> Result<Vec<Vec<u8>>> {
    let module = Cid::of(Codec::Raw, b"child");
    let did = Keypair::from_seed([1; 32]).did();
    let other = Keypair::from_seed([2; 32]).did();
    let [(first, _), (second, _)] = blocks();
    let child = format!(r#"{{"module":"{module}","fuel_limit":1000,"max_price":"3"}}"#);
    let granting = format!(
        r#"{{"module":"{module}","fuel_limit":1,"max_price":"1","grants":[{{"mana.spend":{{"limit":"1"}}}}]}}"#
    );
    let mut texts = [
        child.clone(),
        child,
        granting,
        did.to_string(),
        did.to_string(),
        other.to_string(),
        first.to_string(),
        second.to_string(),
        "quorum".to_owned(),
        "a line of the log".to_owned(),
    ]
    .map(String::into_bytes)
    .to_vec();
    for text in &mut texts {
        if source.ratio(1, 5)? {
            let at = source.choose_index(text.len())?;
            text[at] = source.arbitrary()?;
        }
    }
    Ok(texts)
}

fn grants(source: &mut Unstructured<'_>) -> Result<Vec<Grant>> {
    let mana = |source: &mut Unstructured<'_>| {
        source
            .int_in_range(0..=20u64)
            .map(|units| Mana::new(units).unwrap())
    };
    let mut grants = Vec::new();
    for _ in 0..source.int_in_range(0..=5)? {
        grants.push(match source.int_in_range(0..=3)? {
            0 => Grant::ManaSpend {
                limit: mana(source)?,
                to: source
                    .arbitrary::<bool>()?
                    .then(|| Keypair::from_seed([2; 32]).did()),
            },
            1 => Grant::MeshSubmit {
                count: source.int_in_range(0..=20)?,
                budget: mana(source)?,
            },
            2 => Grant::DagWrite {
                bytes: source.int_in_range(0..=200_000)?,
            },
            _ => Grant::DagRead {},
        });
    }
    Ok(grants)
}

/// Arguments of a call as constants.
fn arguments(call: &Call, places: &[(u32, u32)], source: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    for arg in call.args {
        match arg {
            Arg::In(..) => {
                let (ptr, len) = if source.ratio(3, 4)? {
                    *source.choose(places)?
                } else {
                    range(source)?
                };
                write!(text, "(i32.const {ptr}) (i32.const {len})").unwrap();
            }
            Arg::I32(_) => write!(text, "(i32.const {})", small(source)?).unwrap(),
            Arg::I64(_) => {
                let number: i64 = match source.int_in_range(0..=3)? {
                    0 => source.arbitrary()?,
                    1 => i64::MAX,
                    _ => source.int_in_range(-1..=9)?,
                };
                write!(text, "(i64.const {number})").unwrap();
            }
        }
    }
    if matches!(call.answer, Answer::Out(_) | Answer::Fill) {
        let (ptr, len) = range(source)?;
        write!(text, "(i32.const {ptr}) (i32.const {len})").unwrap();
    }
    Ok(text)
}

/// A range that mostly lies in the guest's memory, and sometimes just does or does not.
fn range(source: &mut Unstructured<'_>) -> Result<(u32, u32)> {
    Ok(match source.int_in_range(0..=60)? {
        0 => (source.arbitrary()?, source.arbitrary()?),
        1 => (MEMORY, 1),
        2 => (MEMORY - 1, u32::MAX),
        3 => (MEMORY, 0),
        4 => (0, MEMORY),
        _ => {
            let ptr = source.int_in_range(0..=MEMORY)?;
            let most = if source.arbitrary()? { 100 } else { 3_000 };
            (ptr, source.int_in_range(0..=most.min(MEMORY - ptr))?)
        }
    })
}

fn small(source: &mut Unstructured<'_>) -> Result<u32> {
    if source.ratio(1, 8)? {
        source.arbitrary()
    } else {
        source.int_in_range(0..=70)
    }
}
