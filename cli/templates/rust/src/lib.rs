//! Greets whom its input names.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

#[allow(dead_code, unused_imports)]
#[rustfmt::skip]
mod icn;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use icn::{level, log_message};

icn::job!(greet);

/// From the job's input to its output. An error is logged and fails the run: none of its effects
/// stand.
fn greet(input: Vec<u8>) -> Result<Vec<u8>, String> {
    let name = String::from_utf8(input).map_err(|_| "the input is not UTF-8")?;
    log_message(level::INFO, "greeting").map_err(|error| format!("{error}"))?;
    Ok(format!("hello, {}\n", name.trim()).into_bytes())
}

#[cfg(test)]
mod tests {
    use crate::icn::{mock, run};

    #[test]
    fn greets_the_input() {
        mock::start(b"world\n");
        assert_eq!(run(super::greet), 0);
        assert_eq!(mock::finish().output, b"hello, world\n");
    }
}
