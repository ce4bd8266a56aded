//! Calls 32 and 33: a hash and a signature check, for less than a guest would pay for its own.

use crate::env::{Denial, EnvError};
use crate::host::Host;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;
use icn_base::{Did, Signature};
use sha2::{Digest, Sha256};

pub(super) fn sha256(_: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    Ok(Answer::Bytes(Sha256::digest(inputs.bytes(0)).to_vec()))
}

pub(super) fn ed25519_verify(_: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let did: Did = inputs
        .text(0)?
        .parse()
        .map_err(|error: icn_base::did::DidError| {
            Denial::new(Class::CryptoError, error.to_string())
        })?;
    let Ok(signature) = <[u8; 64]>::try_from(inputs.bytes(2)) else {
        let text = format!(
            "a signature has 64 bytes, this has {}",
            inputs.bytes(2).len()
        );
        return Err(Denial::new(Class::CryptoError, text).into());
    };
    let holds = did
        .verify_plain(inputs.bytes(1), &Signature::from_bytes(signature))
        .is_ok();
    Ok(Answer::Number(holds.into()))
}
