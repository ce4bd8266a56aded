//! The gate: whether a module may run here, judged before anything of it is compiled.
//!
//! Compiling is the one thing a guest makes the node do before a single unit of fuel is paid, and a
//! few kilobytes can keep a compiler busy for minutes. So every bound of the ABI is checked first,
//! in one reading of the bytes, and every reason that is cheap to know is reported, not only the
//! first.

mod body;
mod entry;
mod features;
mod import;
mod kind;
mod refusal;
mod report;
mod scan;

pub(crate) use entry::entry;
pub(crate) use import::Form;
pub use import::Import;
pub use refusal::{Refusal, Value};
pub use report::{Export, Report};

use crate::meter::{Opening, Shape};
use serde::{Deserialize, Serialize};

/// A module that the gate let through, with what was learned on the way.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) shape: Shape,
    pub(crate) facts: Facts,
}

/// What a run needs to know of an admitted module beside its code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// What instantiation does, for its price.
    pub(crate) opening: Opening,
    /// Imports in order, and which row of the table each links to.
    pub(crate) imports: Vec<Import>,
    /// Exports by name, and whether each can be an entry point.
    pub(crate) exports: Vec<Export>,
}

/// Judges a module that would be called at this entry point.
///
/// ```
/// let report = icn_sandbox::check(b"(module)", "run");
/// assert_eq!(report.reasons[0].code.name(), "text_format");
/// ```
pub fn check(module: &[u8], entry: &str) -> Report {
    let mut report = scan::scan(module).report;
    if !report.unreadable()
        && let Err(refusal) = entry::entry(&report.exports, entry)
    {
        report.refuse(refusal);
    }
    report
}

/// The reasons against a module by the specification, the profile and the bounds alone, by name, and
/// its shape: whether it is a guest is another question.
#[cfg(test)]
pub(crate) fn judge(module: &[u8]) -> (Vec<String>, Shape) {
    use icn_base::run::RefusalCode;
    let scan::Scanned { report, shape, .. } = scan::scan(module);
    let named = report
        .reasons
        .iter()
        .filter(|reason| reason.code < RefusalCode::UnknownImport)
        .map(|reason| match (reason.code, &reason.found) {
            (RefusalCode::Feature, Value::Text(found)) => {
                found.split(" (").next().unwrap_or_default().to_owned()
            }
            (code, _) => code.name().to_owned(),
        });
    (named.collect(), shape)
}

/// Lets a module through, or says why not.
pub(crate) fn admit(module: &[u8]) -> Result<Admitted, Report> {
    let scan::Scanned {
        report,
        shape,
        opening,
    } = scan::scan(module);
    if report.admits() {
        let facts = Facts {
            opening,
            imports: report.imports,
            exports: report.exports,
        };
        Ok(Admitted { shape, facts })
    } else {
        Err(report)
    }
}
