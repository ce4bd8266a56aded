//! Calls 2, 5 and 15: the block behind the snapshot, and governed parameters.

use crate::env::{Denial, EnvError};
use crate::host::Host;
use crate::json;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;

pub(super) fn block_info(host: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    Ok(Answer::Bytes(json::write(&host.block)?))
}

pub(super) fn current_time(host: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    let ms = host.block.time.as_ms();
    Ok(Answer::Number(i64::try_from(ms).unwrap_or(i64::MAX)))
}

pub(super) fn parameter(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let name = inputs.text(0)?;
    match host.env(|env| env.parameter(name))? {
        Some(value) => Ok(Answer::Bytes(value.into_bytes())),
        None => {
            let name: String = name.chars().take(64).collect();
            let text = format!("there is no governed parameter `{name}`");
            Err(Denial::new(Class::InvalidSystemApiCall, text).into())
        }
    }
}
