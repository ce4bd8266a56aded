//! Any bytes: rubbish, and modules that were damaged.

use crate::smith;
use arbitrary::{Result, Unstructured};
use icn_sandbox::JobDraft;
use std::path::Path;
use std::sync::LazyLock;

/// The guests of examples/, whole.
static EXAMPLES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/wasm");
    let mut paths: Vec<_> = [root.clone(), root.join("misbehave")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "wasm"))
        .collect();
    // The order in a folder is the disk's, and a seed must mean the same everywhere.
    paths.sort();
    let read = paths.iter().map(|path| std::fs::read(path).unwrap());
    read.filter(|code| code.len() < 100_000).collect()
});

pub(crate) fn draft(source: &mut Unstructured<'_>) -> Result<JobDraft> {
    let mut code = match source.int_in_range(0..=7)? {
        0 => some(source, 4_096)?,
        1 => [b"\0asm\x01\0\0\0", some(source, 4_096)?.as_slice()].concat(),
        2 | 3 => smith::anything(source)?,
        _ => source.choose(&EXAMPLES)?.clone(),
    };
    for _ in 0..source.int_in_range(0..=6)? {
        damage(&mut code, source)?;
    }
    crate::limited(code, source)
}

fn some(source: &mut Unstructured<'_>, max: usize) -> Result<Vec<u8>> {
    let length = source.int_in_range(0..=max.min(source.len()))?;
    source.bytes(length).map(<[u8]>::to_vec)
}

fn damage(code: &mut Vec<u8>, source: &mut Unstructured<'_>) -> Result<()> {
    let at = source.int_in_range(0..=code.len())?;
    let end = source.int_in_range(at..=code.len().min(at + 64))?;
    match source.int_in_range(0..=6)? {
        0 => code.truncate(at),
        1 => drop(code.drain(at..end)),
        2 => {
            let piece = code[at..end].to_vec();
            let to = source.int_in_range(0..=code.len())?;
            code.splice(to..to, piece);
        }
        3 => {
            let piece = some(source, 16)?;
            code.splice(at..end, piece);
        }
        _ => {
            if let Some(byte) = code.get_mut(at) {
                *byte ^= 1 << source.int_in_range(0..=7)?;
            }
        }
    }
    Ok(())
}
