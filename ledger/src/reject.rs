//! Every refusal, by its number. Numbers are never changed or given away again.
//!
//! Below 100 it is the envelope that is refused: such a transaction may not stand in a block at
//! all. From 100 on it is the action: the transaction stands, pays and is final, but does nothing.
//! The 700s are governance's own.

use icn_abi::Class;
use icn_base::gov::ProposalStatus;
use icn_base::mana::ManaError;
use icn_base::order::EvidenceError;
use icn_base::{Cid, Did, JobId, Mana, ProposalId, Time};
use icn_economics::AccountError;
use icn_governance::Refusal;

mod class;

/// Declares the refusals from their rows: number, name, facts, class, what happened, what to do.
macro_rules! rejects {
    ($($number:literal $name:ident $({ $($fact:ident: $type:ty),* })? $class:ident
       $message:literal $hint:literal;)*) => {
        /// Why a transaction is refused. The facts are those that its message names.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[expect(missing_docs, reason = "each row's message says what it and its facts mean")]
        pub enum Reject {
            $(#[error($message)] $name $({ $($fact: $type),* })?,)*
            /// The 700s: what members may not decide, or not so.
            #[error(transparent)]
            Governance(#[from] Refusal),
        }

        impl Reject {
            /// The numbers and names of the rows above, in order; those of governance are in
            /// [`Refusal::ALL`].
            pub const ALL: &'static [(u16, &'static str)] =
                &[$(($number, stringify!($name))),*];

            /// Its number.
            pub const fn number(&self) -> u16 {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => $number,)*
                    Self::Governance(refusal) => refusal.number(),
                }
            }

            /// Its name.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => stringify!($name),)*
                    Self::Governance(refusal) => refusal.name(),
                }
            }

            /// The class that HTTP, the command line and guests see.
            pub const fn class(&self) -> Class {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => Class::$class,)*
                    Self::Governance(refusal) => class::of(refusal),
                }
            }

            /// What to do about it.
            pub const fn hint(&self) -> &'static str {
                match self {
                    $(Self::$name $({ $($fact: _),* })? => $hint,)*
                    Self::Governance(refusal) => refusal.hint(),
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
    14 BidsTooMany { found: usize } ResourceLimitExceeded
        "{found} bids are given: 7 and 64 spare ones are allowed"
        "give the best bids only";
    15 BadEvidence { cause: EvidenceError } SignatureError
        "the evidence proves nothing: {cause}"
        "give two statements that the accused has signed, in the order of their bytes";

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

    200 EntryName { bytes: usize } InvalidSpec
        "the entry point's name has {bytes} bytes: 1 to 256 are allowed"
        "name the export to call; `run` is usual";
    201 InputTooLarge { bytes: usize, allowed: usize } InvalidSpec
        "the inline input has {bytes} bytes, {allowed} are allowed"
        "store the input as a block and give its CID";
    202 ReadsTooMany { found: usize, allowed: usize } InvalidSpec
        "{found} blocks are listed to be read, {allowed} are allowed"
        "list only what the run needs";
    203 ReadsTooLarge { allowed: u64 } InvalidSpec
        "the blocks that are listed to be read have more than {allowed} bytes"
        "list only what the run needs";
    204 MemoryTooLarge { pages: u32, allowed: u32 } InvalidSpec
        "{pages} pages of memory are asked for, {allowed} are allowed"
        "ask for less memory";
    205 AgreementUnsound { executors: u8, quorum: u8 } InvalidSpec
        "{quorum} of {executors} is no agreement"
        "ask for 1 to 7 executors and a quorum of more than half of them";
    206 RequiresTooLarge { } InvalidSpec
        "the requirements name too much"
        "name at most 32 capabilities and labels of at most 64 bytes, and 64 executors";
    207 GrantTwice { name: &'static str } InvalidSpec
        "{name} is granted twice"
        "grant each capability once";
    208 DeadlineTooSoon { earliest: Time } InvalidSpec
        "the deadline leaves no time to run: {earliest} is the earliest"
        "set a later deadline or a lower fuel limit";
    209 DeadlineTooFar { latest: Time } InvalidSpec
        "the deadline is too far ahead: {latest} is the latest"
        "set an earlier deadline";
    210 BidWindowTooLong { } InvalidSpec
        "bids would be collected until after the deadline"
        "collect bids for a shorter time";
    211 NotBelieved { quorum: u64 } PermissionDenied
        "effects of value need {quorum} equal receipts or named executors"
        "ask for a higher quorum, or name whom you trust in `requires.allow`";
    212 RetryOfUnfinished { job: JobId } InvalidSpec
        "{job} is no job of this owner that has ended"
        "retry a job of your own after its end";
    213 WitnessShown { } PermissionDenied
        "whoever makes a proof sees its witness, and the job names no executor"
        "name whom you trust with it in `requires.allow`";

    300 UnknownJob { job: JobId } UnknownJob
        "there is no job {job}"
        "check the id; `icn job list` shows the jobs";
    301 JobNotOpen { job: JobId } InvalidJobState
        "{job} is no longer open"
        "`icn job show` tells where it is";
    302 JobNotAssigned { job: JobId } InvalidJobState
        "{job} is not assigned"
        "`icn job show` tells where it is";
    303 JobEnded { job: JobId } InvalidJobState
        "{job} has ended"
        "nothing counts after the end; submit it again";
    304 NotOwner { owner: Did } PermissionDenied
        "the job belongs to {owner}"
        "only its owner may do that";
    305 NotCoordinator { coordinator: Did } PermissionDenied
        "{coordinator} assigns this job"
        "the owner and validators may assign it once the coordinator's time is over";
    306 AssignClosed { } ExecutionTimeout
        "the time to assign this job is over"
        "submit it again";
    307 TimeTooShort { earliest: Time } ExecutionTimeout
        "the deadline leaves no time to run: {earliest} would do"
        "submit it again with a later deadline";
    308 BidCount { found: usize, wanted: usize } InvalidSystemApiCall
        "{found} bids are given, {wanted} are wanted"
        "give one bid for each executor";
    309 BidTwice { executor: Did } InvalidSystemApiCall
        "{executor} stands twice among the bids"
        "give each executor's bid once";
    310 BidForAnother { executor: Did } InvalidSystemApiCall
        "the bid of {executor} is for another job"
        "give bids for this job";
    311 BidExpired { executor: Did, assign_before: Time } ExecutionTimeout
        "the bid of {executor} was valid until {assign_before}"
        "take another bid";
    312 NotRegistered { executor: Did } PermissionDenied
        "{executor} is no registered executor that takes jobs"
        "take another bid; executors register with `icn executor register`";
    313 NotMember { did: Did } PermissionDenied
        "{did} is no member"
        "members are admitted by genesis or by vote";
    314 NotAllowed { executor: Did } PermissionDenied
        "the job does not name {executor} among those it trusts"
        "take a bid of one that is named";
    315 CapabilityMissing { executor: Did, name: String } PermissionDenied
        "{executor} lacks {name}"
        "take a bid of an executor that has what the job requires";
    316 ReputationTooLow { executor: Did, score: u16, wanted: u32 } PermissionDenied
        "the reputation of {executor} is {score}, {wanted} is required"
        "take another bid";
    317 EngineDiffers { executor: Did } InvalidSystemApiCall
        "the bid of {executor} is for another engine"
        "take bids for one engine, that which their executors registered";
    318 NoCapacity { executor: Did, capacity: u32 } ResourceLimitExceeded
        "{executor} has all its {capacity} seats taken"
        "take another bid";
    319 PriceTooHigh { executor: Did, worst: Mana, max_price: Mana } Economic
        "{executor} may cost {worst}, the job allows {max_price}"
        "take another bid";
    320 BondNotPayable { executor: Did, needed: Mana, spendable: Mana } Economic
        "{executor} needs {needed} for bond and fees and can spend {spendable}"
        "take another bid";
    321 BidWindowOpen { executor: Did } InvalidJobState
        "bids are still collected and {executor} has not bid"
        "wait for the end of the bid window, or for all who qualify";

    400 NoSeat { executor: Did } PermissionDenied
        "{executor} has no seat in this job"
        "only assigned executors may send this";
    401 SealNotWanted { } InvalidJobState
        "a lone executor settles without a seal"
        "send the receipt at once";
    402 AlreadySealed { } InvalidJobState
        "the receipt was promised before"
        "reveal it when sealing has ended";
    403 DeadlinePassed { } ExecutionTimeout
        "the time for this is over"
        "nothing can be done: time settles the job";
    404 RevealTooEarly { } InvalidJobState
        "others may still seal their receipts"
        "reveal when all have sealed or declined, or after the deadline";
    405 SealMissing { } InvalidJobState
        "the receipt was not sealed before"
        "nothing can be done: a receipt without its seal does not count";
    406 SealMismatch { } MissingOrInvalidReceipt
        "receipt and salt are not what was sealed"
        "send what was sealed, with its salt";
    407 SaltNotWanted { } InvalidSystemApiCall
        "a lone executor's receipt has no salt"
        "leave the salt out";
    408 AlreadyRevealed { } InvalidJobState
        "this executor's receipt is here"
        "nothing: one receipt counts";
    409 NotYourReceipt { executor: Did } PermissionDenied
        "the receipt is that of {executor}"
        "each executor sends its own";
    410 ClaimDiffers { what: &'static str } MissingOrInvalidReceipt
        "the claim's {what} is not that of the job"
        "run the job as it was assigned";
    411 ClaimTooLarge { bytes: usize, allowed: usize } ResourceLimitExceeded
        "the claim has {bytes} bytes, {allowed} are allowed"
        "let the run write blocks and name them in its effects";

    500 ProfileTooLarge { } InvalidSystemApiCall
        "the profile names too much"
        "name at most 32 capabilities and labels of at most 64 bytes";
    501 CapacityRange { capacity: u32 } InvalidSystemApiCall
        "a capacity of {capacity} is not possible"
        "offer 1 to 1,024 seats";

    600 EffectNotGranted { name: &'static str } PermissionDenied
        "the job grants no {name}"
        "grant it in the job's spec";
    601 GrantSpent { name: &'static str } PermissionDenied
        "the job's {name} is used up or too small"
        "grant more in the job's spec";
    602 BlockNotRaw { } DagOperationFailed
        "an effect keeps a block that is not raw or larger than a block may be"
        "write raw blocks of at most 2 MiB";
    603 ChildLooser { what: &'static str } PermissionDenied
        "a child job may only be stricter than its parent: its {what} is not"
        "inherit from the parent";
    604 TreeTooLarge { } ResourceLimitExceeded
        "jobs below one job are limited: 16 a run, 64 in all, 4 generations"
        "submit fewer child jobs";
    605 AnswersOtherwise { proposal: ProposalId, status: ProposalStatus } InvalidJobState
        "closing the vote on {proposal} leads to {status}, and the run was told otherwise"
        "run it again";

    606 UnknownCircuit { circuit: Cid } InvalidSystemApiCall
        "there is no registered circuit {circuit}"
        "circuits are registered by vote; `icn zk circuits` shows them";
    607 ProofPrice { amount: Mana, price: Mana } Economic
        "a proof was to be paid with {amount}, its price is {price}"
        "run it again";
    608 ProofCall { call: u16 } InvalidSystemApiCall
        "host call {call} verifies no proof and makes none"
        "run it again";
    609 NullifierForm { } CryptoError
        "what a proof takes is no nullifier"
        "run it again";
    610 NullifierTaken { job: JobId } PermissionDenied
        "the nullifier was taken before, by {job}"
        "its holder has had the one use that this scope allows";

    800 OffenceKnown { } InvalidSystemApiCall
        "this offence is recorded"
        "nothing: it counts once";
    801 NotValidator { did: Did } InvalidSystemApiCall
        "{did} is no validator"
        "nothing: there is no power to take";

    900 AlreadyEnrolled { did: Did } InvalidSystemApiCall
        "{did} has a leaf in the members' tree"
        "prove with the secret that was committed to";
    901 TreeFull { } ResourceLimitExceeded
        "the tree has no empty place left"
        "register another issuer";
    902 IssuerName { bytes: usize } InvalidSystemApiCall
        "the issuer's name has {bytes} bytes: 1 to 64 are allowed"
        "give a short name";
    903 NotIssuer { did: Did } PermissionDenied
        "{did} is no registered issuer"
        "register with `icn credential issuer`";
    904 CredentialExists { credential: Cid } InvalidSystemApiCall
        "the credential {credential} was issued before"
        "nothing: it is in the book";
    905 RevocationId { place: u32, next: u32 } InvalidSystemApiCall
        "the credential has revocation id {place}, the issuer's next is {next}"
        "sign it again with that id";
    906 UnknownCredential { credential: Cid } InvalidSystemApiCall
        "there is no credential {credential}"
        "check the CID; only what was issued can be revoked";
    907 NotItsIssuer { issuer: Did } PermissionDenied
        "the credential was issued by {issuer}"
        "only its issuer may revoke it";
    908 AlreadyRevoked { credential: Cid } InvalidSystemApiCall
        "the credential {credential} was revoked before"
        "nothing: nobody can show that it is not revoked";
    910 CircuitKey { cause: String } CryptoError
        "the circuit's key is none: {cause}"
        "export it with `snarkjs zkey export verificationkey`, or `icn zk setup export`";
    911 CircuitInputCount { found: usize, named: usize } InvalidSystemApiCall
        "the key has {found} public inputs, {named} are named"
        "name each of them, in order";
    912 DevelopmentKey { } PermissionDenied
        "this is a development key, whose secrets everybody knows"
        "set the circuit up with `icn zk setup`; development networks say so in their genesis";
    913 ProverDiffers { } InvalidSystemApiCall
        "the built-in prover of this name and version has other inputs or constraints, or there is none"
        "`icn zk circuits` lists the built-in ones";
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
