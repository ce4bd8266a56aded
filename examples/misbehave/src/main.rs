//! `misbehave WAT_DIR OUT_DIR`: writes each `.wat` as `.wasm`, and the bombs.

mod bombs;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args_os().skip(1).map(PathBuf::from);
    let (Some(sources), Some(out), None) = (args.next(), args.next(), args.next()) else {
        return Err("usage: misbehave WAT_DIR OUT_DIR".into());
    };
    fs::create_dir_all(&out)?;
    for entry in fs::read_dir(sources)? {
        let source = entry?.path();
        let name = source.file_stem().ok_or("a source has a name")?;
        let wasm = wat::parse_file(&source)?;
        write(&out, name.as_ref(), &wasm)?;
    }
    for (name, wasm) in bombs::all() {
        write(&out, name.as_ref(), &wasm)?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a tool, not a rule: files are what it makes"
)]
fn write(out: &Path, name: &Path, wasm: &[u8]) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(out.join(name).with_extension("wasm"), wasm)?)
}
