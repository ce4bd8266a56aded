//! What each host call means. One file for each family; a row of the table and a function here
//! belong together.

mod blocks;
mod chance;
mod crypto;
mod governance;
mod io;
mod job;
mod mana;
mod mesh;
mod own;
mod proofs;
mod snapshot;

pub(crate) use chance::Chance;

use crate::env::EnvError;
use crate::host::Host;
use crate::visit::{Answer, Inputs};

/// What a call does with its arguments.
pub(crate) type Handler = fn(&mut Host, &Inputs<'_>) -> Result<Answer, EnvError>;

/// The meaning of a call.
pub(crate) fn handler(number: u16) -> Option<Handler> {
    Some(match number {
        0 => own::abi_version,
        1 => io::log_message,
        2 => snapshot::block_info,
        3 => blocks::put,
        4 => blocks::get,
        5 => snapshot::current_time,
        6 => chance::random_bytes,
        7 => io::read_input,
        8 => io::write_output,
        9 => io::read_result,
        10 => mana::balance,
        11 => mana::spend,
        12 => mana::credit,
        13 => own::caller,
        14 => job::info,
        15 => snapshot::parameter,
        16 => mesh::submit,
        17 => governance::propose,
        18 => governance::open,
        19 => governance::vote,
        20 => governance::close,
        21 => governance::execute,
        22 => mesh::pending,
        23 => mesh::anchor,
        24 => mana::reputation,
        25 => proofs::verify,
        26 => proofs::prove,
        27 => mesh::status,
        28 => governance::delegate,
        29 => governance::revoke,
        30 => proofs::verify_revocation,
        31 => governance::get,
        32 => crypto::sha256,
        33 => crypto::ed25519_verify,
        _ => return None,
    })
}

/// The fuel that a call takes for its work before it begins, where the row does not say all of it.
pub(crate) type Price = fn(&mut Host, &Inputs<'_>) -> Result<u64, EnvError>;

/// How the work of a call is priced.
pub(crate) fn price(number: u16) -> Option<Price> {
    match number {
        25 | 30 => Some(proofs::verify_fuel),
        26 => Some(proofs::prove_fuel),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::handler;
    use icn_abi::CALLS;

    #[test]
    fn every_row_has_a_meaning() {
        for call in CALLS {
            assert!(
                handler(call.number).is_some(),
                "call {} {}",
                call.number,
                call.name
            );
        }
        assert!(
            (0..u16::MAX)
                .filter(|number| handler(*number).is_some())
                .count()
                == CALLS.len()
        );
    }
}
