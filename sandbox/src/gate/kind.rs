//! What sort of file this is, by its first bytes: the usual mistakes get their own answer.

use super::Refusal;
use icn_base::run::RefusalCode;

const MODULE: &str = "a core WebAssembly module";

/// Refuses what is no core module.
pub(super) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    let refuse = |code, found: &str| Err(Refusal::new(code, found, MODULE, 0));
    match bytes {
        [b'\0', b'a', b's', b'm', 1, 0, 0, 0, ..] => Ok(()),
        // The second half of the version says which layer of the specification it is.
        [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => refuse(RefusalCode::Component, "a component"),
        [b'\0', b'a', b's', b'm', rest @ ..] => {
            let version = rest
                .iter()
                .take(4)
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>();
            refuse(RefusalCode::NotWasm, &format!("wasm version 0x{version}"))
        }
        [0x7f, b'E', b'L', b'F', ..] => refuse(
            RefusalCode::Precompiled,
            "an ELF file: native code or a precompiled module",
        ),
        [b'M', b'Z', ..] => refuse(RefusalCode::Precompiled, "a Windows executable"),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] => {
            refuse(RefusalCode::Precompiled, "a macOS executable")
        }
        [] => refuse(RefusalCode::NotWasm, "nothing"),
        _ if is_text(bytes) => refuse(RefusalCode::TextFormat, "the text format"),
        _ => refuse(RefusalCode::NotWasm, "other bytes"),
    }
}

/// Whether these bytes begin as the text format does: blanks and comments, then a parenthesis.
fn is_text(bytes: &[u8]) -> bool {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        let end = match rest {
            [b'(', b';', ..] => rest
                .windows(2)
                .position(|pair| pair == b";)")
                .map(|at| at + 2),
            [b';', b';', ..] => rest.iter().position(|byte| *byte == b'\n'),
            [b'(', ..] => return true,
            _ => return false,
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => return true,
        }
    }
}
