//! Gives its input back.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

use alloc::vec::Vec;
use core::convert::Infallible;

icn_abi::job!(echo);

fn echo(input: Vec<u8>) -> Result<Vec<u8>, Infallible> {
    Ok(input)
}

#[cfg(test)]
mod tests {
    use icn_abi::guest::{mock, run};

    #[test]
    fn the_output_is_the_input() {
        mock::start(b"hello");
        assert_eq!(run(super::echo), 0);
        assert_eq!(mock::finish().output, b"hello");
    }
}
