//! Calls 1, 7, 8 and 9: log, input, output, and the last answer again.

use crate::env::{Denial, EnvError};
use crate::host::Host;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;

/// Levels of the log, by number.
const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

pub(super) fn log_message(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let level = usize::try_from(inputs.number(0))
        .ok()
        .and_then(|level| LEVELS.get(level));
    let Some(level) = level else {
        let text = "a log level is 0 error, 1 warn, 2 info, 3 debug or 4 trace";
        return Err(Denial::new(Class::InvalidSystemApiCall, text).into());
    };
    let message = inputs.text(0)?;
    let mut line = Vec::with_capacity(level.len() + message.len() + 2);
    line.extend_from_slice(level.as_bytes());
    line.push(b' ');
    for (at, part) in message.lines().enumerate() {
        // A message of many lines stays one entry: what follows is indented.
        line.extend_from_slice(if at == 0 { b"" } else { b"\n  " });
        line.extend_from_slice(part.as_bytes());
    }
    line.push(b'\n');
    host.write_log(&line)?;
    Ok(Answer::Number(0))
}

pub(super) fn read_input(_: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    Ok(Answer::Input)
}

pub(super) fn write_output(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    host.write_output(inputs.bytes(0))?;
    Ok(Answer::Number(0))
}

pub(super) fn read_result(_: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    Ok(Answer::Last(
        usize::try_from(inputs.number(0)).unwrap_or(usize::MAX),
    ))
}
