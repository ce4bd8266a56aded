//! The gate's report, for people.

use icn_sandbox::Report;
use std::fmt::Write;

/// The verdict, every reason (each says its remedy), and what the module imports and needs.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::from(if report.admits() {
        "admitted"
    } else {
        "refused"
    });
    for reason in &report.reasons {
        let _infallible = write!(text, "\n  {reason}");
    }
    if !report.imports.is_empty() {
        text.push_str("\nimports");
        for import in &report.imports {
            let _infallible = write!(text, "\n  {}.{} {}", import.module, import.name, import.ty);
        }
    }
    let entries: Vec<&str> = report
        .exports
        .iter()
        .filter(|export| export.entry)
        .map(|e| e.name.as_str())
        .collect();
    if !entries.is_empty() {
        let _infallible = write!(text, "\ncan be called: {}", entries.join(", "));
    }
    let capabilities = report.capabilities();
    if !capabilities.is_empty() {
        let _infallible = write!(
            text,
            "\nwithout these grants some calls are refused: {}",
            capabilities.join(", ")
        );
    }
    text
}
