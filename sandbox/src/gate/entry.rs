//! The entry point: the function that a run calls.

use super::import::clip;
use super::{Export, Refusal};
use icn_base::limits::ENTRY_DEFAULT;
use icn_base::run::RefusalCode;

/// What a module calls its entry point that was built as a command.
const COMMAND: &str = "_start";

/// The export to call for this entry: the one of that name, or `_start` where the default was asked
/// for and is not there.
pub(crate) fn entry<'a>(exports: &'a [Export], entry: &str) -> Result<&'a str, Refusal> {
    let find = |name: &str| {
        exports
            .iter()
            .find(|export| export.kind == "function" && export.name == name)
    };
    let command = if entry == ENTRY_DEFAULT {
        find(COMMAND)
    } else {
        None
    };
    match find(entry).or(command) {
        Some(export) if export.entry => Ok(&export.name),
        Some(export) => {
            let found = format!(
                "{} {}",
                export.name,
                export.ty.as_deref().unwrap_or_default()
            );
            Err(Refusal::new(
                RefusalCode::EntryType,
                found,
                "() -> (i64) or () -> ()",
                0,
            ))
        }
        None => Err(missing(exports, entry)),
    }
}

fn missing(exports: &[Export], entry: &str) -> Refusal {
    let callable = exports.iter().filter(|export| export.entry).take(8);
    let names: Vec<_> = callable.map(|export| export.name.as_str()).collect();
    let found = match names.as_slice() {
        [] => "no exported function that could be called".to_owned(),
        names => format!("functions that could be called: {}", names.join(", ")),
    };
    let wanted = format!("an exported function `{}`", clip(entry));
    Refusal::new(RefusalCode::EntryMissing, found, wanted, 0)
}
