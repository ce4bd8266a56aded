//! From the result of a call to its answer. An effect is never repeated: what did not fit the first
//! buffer is read from the host's last answer.

use super::{error::Error, sys};
use alloc::{string::String, vec, vec::Vec};

/// Holds a CID, a DID, a digest and most JSON answers.
const FIRST_BUFFER_BYTES: usize = 256;

pub(super) fn number(result: i64) -> Result<u64, Error> {
    u64::try_from(result).map_err(|_| Error::fetch(result))
}

pub(super) fn nothing(result: i64) -> Result<(), Error> {
    number(result).map(|_| ())
}

pub(super) fn flag(result: i64) -> Result<bool, Error> {
    number(result).map(|answer| answer == 1)
}

pub(super) fn filled(result: i64) -> Result<(), Error> {
    nothing(result)
}

pub(super) fn bytes(call: impl FnOnce(&mut [u8]) -> i64) -> Result<Vec<u8>, Error> {
    let mut buffer = vec![0; FIRST_BUFFER_BYTES];
    let length = length(call(&mut buffer))?;
    if length > buffer.len() {
        buffer = vec![0; length];
        nothing(sys::host_read_result(0, &mut buffer))?;
    }
    buffer.truncate(length);
    Ok(buffer)
}

pub(super) fn text(call: impl FnOnce(&mut [u8]) -> i64) -> Result<String, Error> {
    String::from_utf8(bytes(call)?).map_err(|_| Error::not_utf8())
}

fn length(result: i64) -> Result<usize, Error> {
    usize::try_from(result).map_err(|_| Error::fetch(result))
}
