//! Calls 0 and 13: what the guest is told about where it is.

use crate::env::EnvError;
use crate::host::Host;
use crate::visit::{Answer, Inputs};

pub(super) fn abi_version(_: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    Ok(Answer::Number(icn_abi::VERSION.into()))
}

pub(super) fn caller(host: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    Ok(Answer::Bytes(host.run.owner.to_string().into_bytes()))
}
