//! Every refusal, by its number. Numbers are never changed or given away again.
//!
//! Below 100 it is the envelope that is refused: such a transaction may not stand in a block at
//! all. From 100 on it is the action: the transaction stands, pays and is final, but does nothing.

use icn_abi::Class;
use icn_base::mana::ManaError;
use icn_base::{Did, Mana, Time};
use icn_economics::AccountError;

/// Declares the refusals from their rows: number, name, facts, class, what happened, what to do.
macro_rules! rejects {
    ($($number:literal $name:ident $({ $($fact:ident: $type:ty),* })? $class:ident
       $message:literal $hint:literal;)*) => {
        /// Why a transaction is refused. The facts are those that its message names.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[expect(missing_docs, reason = "each row's message says what it and its facts mean")]
        pub enum Reject {
            $(#[error($message)] $name $({ $($fact: $type),* })?,)*
        }

        impl Reject {
            /// Every number and name, in order.
            pub const ALL: &'static [(u16, &'static str)] =
                &[$(($number, stringify!($name))),*];

            /// Its number.
            pub const fn number(&self) -> u16 {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => $number,)*
                }
            }

            /// Its name.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => stringify!($name),)*
                }
            }

            /// The class that HTTP, the command line and guests see.
            pub const fn class(&self) -> Class {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => Class::$class,)*
                }
            }

            /// What to do about it.
            pub const fn hint(&self) -> &'static str {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => $hint,)*
                }
            }
        }
    };
}

rejects! {
    1 TooLarge { bytes: usize, allowed: usize } ResourceLimitExceeded
        "the transaction has {bytes} bytes, {allowed} are allowed"
        "store large data as blocks and link to them";
    2 Malformed { cause: String } Serialization
        "the bytes are no transaction: {cause}"
        "write canonical dag-cbor; `icn tx inspect` shows what is wrong";
    3 WrongNetwork { } SignatureError
        "the transaction is for another network"
        "sign it with the network id of this mesh";
    4 BadSignature { from: Did } SignatureError
        "the transaction is not signed by {from}"
        "sign the canonical bytes of the body under `icn/tx/1`";
    5 BadBidSignature { executor: Did } SignatureError
        "a bid is not signed by its executor {executor}"
        "leave the bid out: its executor did not make it";
    6 BadReceiptSignature { executor: Did } SignatureError
        "the receipt is not signed by its executor {executor}"
        "only the executor's own signature makes a receipt";
    7 TimePassed { valid_until: Time } ExecutionTimeout
        "the transaction was valid until {valid_until}"
        "sign it again with a later time";
    8 TimeTooFar { valid_until: Time, latest: Time } InvalidSystemApiCall
        "the transaction is valid until {valid_until}, {latest} is the latest allowed"
        "sign it again with an earlier time";
    9 NonceMissing { } InvalidSystemApiCall
        "the transaction has no nonce"
        "give it the account's next number";
    10 NonceUnwanted { } InvalidSystemApiCall
        "messages of a job's parties have no nonce"
        "leave the nonce out";
    11 NonceUsed { next: u64 } InvalidSystemApiCall
        "the nonce was used before: the account's next is {next}"
        "look the transaction up by its id, or sign it again with the next nonce";
    12 NonceAhead { next: u64 } InvalidSystemApiCall
        "the nonce is ahead of the account's: its next is {next}"
        "send the transactions before it first";
    13 FeeNotPayable { fee: Mana, spendable: Mana } Economic
        "the fee is {fee} and the account can spend {spendable}"
        "wait for regeneration, or be paid";

    100 AmountZero { } Economic
        "nothing is no amount"
        "give an amount of at least 1";
    101 ToOneself { } Economic
        "payer and payee are the same account"
        "name another account";
    102 NotEnough { needed: Mana, spendable: Mana } Economic
        "{needed} mana is needed and {spendable} is spendable"
        "wait for regeneration, ask for less, or free what is held";
    103 AmountTooLarge { } Economic
        "an amount of mana leaves its range"
        "ask for less: the most there can be is 2^63 - 1";
    104 TextTooLong { bytes: usize, allowed: usize } ResourceLimitExceeded
        "a text has {bytes} bytes, {allowed} are allowed"
        "shorten it, or store it as a block and name its CID";
}

impl Reject {
    /// True if the transaction may not stand in a block at all.
    pub const fn is_envelope(&self) -> bool {
        self.number() < 100
    }
}

impl From<AccountError> for Reject {
    /// What a rule refuses on purpose is about spendable mana; holds and bonds that do not add up
    /// are a fault of this crate, and end the process before they cost anyone mana (decision D8).
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Insufficient { needed, spendable } => {
                Self::NotEnough { needed, spendable }
            }
            AccountError::Range(_) => Self::AmountTooLarge {},
            AccountError::NotKept { .. } => unreachable!("a hold or bond does not add up: {error}"),
        }
    }
}

impl From<ManaError> for Reject {
    fn from(_: ManaError) -> Self {
        Self::AmountTooLarge {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_so_that_none_is_given_twice() {
        assert!(Reject::ALL.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn the_envelope_ends_at_a_hundred() {
        assert!(Reject::NonceMissing {}.is_envelope());
        assert!(!Reject::AmountZero {}.is_envelope());
    }
}
