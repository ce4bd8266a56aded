//! What people are told about a failed run: where in the guest it happened. Nothing of it is part
//! of a claim.

mod lines;

use crate::fault::End;
use crate::{gate, meter};
use icn_base::run::Exit;
use serde::Serialize;
use std::fmt;
use wasmtime::{Error, WasmBacktrace};

/// Why a run failed, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// What happened.
    pub message: String,
    /// Calls that were open, the innermost first.
    pub frames: Vec<Frame>,
}

/// A call that was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// The function's number in the module.
    pub index: u32,
    /// Its name, if the module says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Offset of the operator in the module's bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Source file and line, if the module carries them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Diagnosis {
    pub(crate) fn new(message: String) -> Self {
        Self {
            message,
            frames: Vec::new(),
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (at, frame) in self.frames.iter().enumerate() {
            let name = frame.function.as_deref().unwrap_or("?");
            write!(f, "\n  {at}: {name} (function {})", frame.index)?;
            if let Some(offset) = frame.offset {
                write!(f, " at byte {offset}")?;
            }
            if let Some(source) = &frame.source {
                write!(f, "\n       {source}")?;
            }
        }
        Ok(())
    }
}

/// Looks at how a run ended. `module` are the guest's own bytes; the engine only knows the
/// rewritten ones.
pub(crate) fn diagnose(error: &Error, exit: Exit, module: &[u8]) -> Diagnosis {
    let message = match (exit, error.downcast_ref::<End>()) {
        (_, Some(end)) => end.to_string(),
        (Exit::OutOfFuel, None) => "the fuel of the job is spent".to_owned(),
        (Exit::TooDeep, None) => {
            "too many calls are open: does a function call itself without end?".to_owned()
        }
        (_, None) => error.root_cause().to_string(),
    };
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
        return Diagnosis::new(message);
    };
    let origins = gate::admit(module)
        .ok()
        .and_then(|admitted| meter::Origins::new(module, &admitted.shape).ok());
    let lines = lines::Lines::new(module);
    let frames = backtrace.frames().iter().map(|frame| {
        let index = frame.func_index();
        let offset = frame
            .func_offset()
            .zip(origins.as_ref())
            .and_then(|(offset, origins)| origins.find(index, offset));
        Frame {
            index,
            function: frame.func_name().map(readable),
            offset: offset.map(|offset| offset as u64),
            source: offset
                .zip(lines.as_ref())
                .and_then(|(offset, lines)| lines.find(offset)),
        }
    });
    Diagnosis {
        message,
        frames: frames.collect(),
    }
}

/// A name as its author wrote it. Names come from the guest, so they are cut.
fn readable(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
        .chars()
        .take(200)
        .collect()
}
