//! Every refusal, by its number. Numbers are never changed or given away again; they are the
//! 700s of the book's refusals.

use icn_base::gov::ProposalStatus;
use icn_base::mana::ManaError;
use icn_base::{Cid, Did, Mana, ProposalId, Time};
use serde::{Deserialize, Serialize};

/// Declares the refusals from their rows: number, name, facts, what happened, what to do.
macro_rules! refusals {
    ($($number:literal $name:ident { $($fact:ident: $type:ty),* } $message:literal $hint:literal;)*) => {
        /// Why governance refuses. The facts are those that its message names.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[expect(missing_docs, reason = "each row's message says what it and its facts mean")]
        pub enum Refusal {
            $(#[error($message)] $name { $($fact: $type),* },)*
        }

        impl Refusal {
            /// Every number and name, in order.
            pub const ALL: &'static [(u16, &'static str)] = &[$(($number, stringify!($name))),*];

            /// Its number.
            pub const fn number(&self) -> u16 {
                match self {
                    $(Self::$name { $($fact: _),* } => $number,)*
                }
            }

            /// Its name.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { $($fact: _),* } => stringify!($name),)*
                }
            }

            /// What to do about it.
            pub const fn hint(&self) -> &'static str {
                match self {
                    $(Self::$name { $($fact: _),* } => $hint,)*
                }
            }
        }
    };
}

refusals! {
    700 NotMember { did: Did }
        "{did} is no member"
        "members are admitted by genesis or by vote";
    701 RemovedMember { did: Did, removed: Time }
        "{did} is a member no longer: removed at {removed}"
        "ask a member to propose the admission";
    702 UnknownProposal { proposal: ProposalId }
        "there is no proposal {proposal}"
        "check the id; `icn gov list` shows the proposals";
    703 ProposalExists { proposal: ProposalId }
        "the proposal {proposal} was made before"
        "look it up by its id";
    704 WrongStatus { status: ProposalStatus, wanted: ProposalStatus }
        "the proposal is in {status}, this wants {wanted}"
        "`icn gov show` tells where it is";
    705 AlreadyOpen { }
        "voting was opened before"
        "vote";
    706 AlreadyClosed { status: ProposalStatus }
        "voting was closed before: {status}"
        "nothing: the outcome stands";
    707 AlreadyExecuted { }
        "the proposal was executed before"
        "nothing: its changes are made";
    708 NotProposer { proposer: Did }
        "the proposal is that of {proposer}"
        "only its proposer may do that";
    709 TooEarly { from: Time }
        "this may be done from {from} on"
        "wait; the times are governed parameters";
    710 TooLate { until: Time }
        "this might have been done until {until}"
        "nothing can be done: time moves the proposal on";
    711 JustChanged { }
        "the proposal has changed its state in this very block"
        "try again in the next block";
    712 NotCertain { until: Time }
        "missing or delegated votes may still change the outcome"
        "wait for more votes: voting closes by itself when its time is over";

    720 TitleLength { bytes: usize }
        "the title has {bytes} bytes: 1 to 128 are allowed"
        "give a short title";
    721 TextTooLong { bytes: usize, allowed: usize }
        "a text has {bytes} bytes, {allowed} are allowed"
        "shorten it, or store it as a block and name its CID";
    722 KindTooLarge { bytes: usize, allowed: usize }
        "the changes have {bytes} bytes, {allowed} are allowed"
        "make several proposals";
    723 PartsCount { found: usize }
        "{found} parts: a bundle has 1 to 16, an option at most 16"
        "make several proposals";
    724 Nested { name: &'static str }
        "a {name} cannot be part of another proposal"
        "list its parts themselves";
    725 OptionsCount { found: usize }
        "{found} options: a choice has 2 to 16"
        "one option may do nothing: leave its kinds out";
    726 LabelLength { bytes: usize }
        "an option's label has {bytes} bytes: 1 to 64 are allowed"
        "give each option a short label";
    727 NeedsThreshold { name: &'static str }
        "a choice has no threshold, and {name} needs the strict one"
        "propose it by itself or in a bundle";
    728 OpenPerMember { allowed: usize }
        "{allowed} of this member's proposals are under way"
        "wait for their end, or withdraw one";
    729 OpenInAll { allowed: usize }
        "{allowed} proposals are under way"
        "wait until one of them ends";

    740 UnknownParameter { name: String }
        "there is no parameter `{name}`"
        "GET /v1/parameters lists them";
    741 ParameterBounds { name: &'static str, value: u64, min: u64, max: u64 }
        "{name} is at least {min} and at most {max}, this is {value}"
        "propose a value within the bounds";
    742 ParameterTwice { name: &'static str }
        "{name} is set twice"
        "set each parameter once";
    743 ParametersConflict { low: &'static str, high: &'static str }
        "{low} would be above {high}"
        "set both in one bundle";
    744 ParameterPending { name: &'static str }
        "{name} was set by another proposal in this very block"
        "execute it in the next block";
    745 ZeroTime { name: &'static str }
        "{name} can be 0 only where there is one member"
        "propose a time above 0";

    750 AlreadyMember { did: Did }
        "{did} is a member"
        "nothing: there is nobody to admit";
    751 NoSuchMember { did: Did }
        "{did} is not among the members"
        "name a member";
    752 MemberTwice { did: Did }
        "the membership of {did} is changed twice"
        "change it once";
    753 LastMember { }
        "nobody would be left"
        "admit somebody first";
    754 MembersTooMany { allowed: u64 }
        "there are {allowed} members, which is the most"
        "remove somebody first";

    760 PowerTooLarge { did: Did, power: u64, allowed: u64 }
        "{did} would have a power of {power}, {allowed} is allowed"
        "give less power";
    761 ValidatorTwice { did: Did }
        "the power of {did} is set twice"
        "set it once";
    762 ValidatorsGone { }
        "no validator would be left"
        "give power to another member first";
    763 PowerMoved { }
        "more than a third of the power would move at once"
        "move it in several steps";
    764 ValidatorTooStrong { did: Did }
        "{did} would hold more than a third of the power"
        "with four or more validators, give others more power first";
    765 ValidatorsTooMany { allowed: usize }
        "there would be more than {allowed} validators"
        "take power from one of them first";
    766 NotReady { did: Did }
        "{did} has not said within the last hour that it is ready to order"
        "let that node say `icn gov ready`, and execute within the hour";

    770 AmountZero { }
        "nothing is no amount"
        "give an amount of at least 1";
    771 AmountTooLarge { }
        "an amount of mana leaves its range"
        "ask for less: the most there can be is 2^63 - 1";
    772 TreasuryShort { needed: Mana, treasury: Mana }
        "{needed} mana is needed and the treasury has {treasury}"
        "wait for fees to come in, or propose less";

    774 CircuitExists { circuit: Cid }
        "the circuit {circuit} is registered"
        "nothing: its proofs are verified";
    775 NoSuchCircuit { circuit: Cid }
        "there is no registered circuit {circuit}"
        "check the id; `icn zk circuits` shows those of the book";
    776 CircuitTwice { circuit: Cid }
        "the circuit {circuit} is named twice"
        "name it once";
    777 CircuitInputs { }
        "a circuit has at most 64 inputs, with names of 1 to 64 bytes"
        "name each public input, in order";
    778 CircuitConstraints { constraints: u64 }
        "a circuit has 1 to 2^40 constraints, this has {constraints}"
        "give the number that the compiler prints";

    780 NotEligible { did: Did }
        "{did} was no member when voting opened"
        "wait for the next vote";
    781 BallotKind { name: &'static str }
        "this ballot does not answer a {name}"
        "rank the options of a choice; answer the rest with yes, no or abstain";
    782 RankingEmpty { }
        "the ranking names no option"
        "rank at least one option, or abstain";
    783 OptionUnknown { option: u8, options: usize }
        "there is no option {option}: the choice has {options}, from 0 on"
        "`icn gov show` lists them";
    784 OptionTwice { option: u8 }
        "option {option} stands twice in the ranking"
        "rank each option once";
    785 PreviewDiffers { now: Cid }
        "the vote is bound to another preview: {now} is what would be done now"
        "look at the changes again, and vote again";
    786 Stale { newer: Time }
        "the member has decided otherwise since: at {newer}"
        "nothing: the newer decision stands";

    790 DelegateToOneself { }
        "a vote cannot be handed to oneself"
        "name another member, or revoke the delegation";
    791 UntilPassed { until: Time }
        "the delegation would have ended at {until}"
        "give a later time";
    792 DelegationCycle { to: Did }
        "{to} hands votes on to this member"
        "name another member";
    793 DelegationTooDeep { hands: usize, allowed: usize }
        "votes would pass through {hands} hands, {allowed} are allowed"
        "name the member who votes in the end";
    794 NoDelegation { }
        "there is no such delegation in force"
        "`icn gov show` lists the delegations";
    795 HistoryFull { allowed: usize }
        "this has changed {allowed} times while votes were under way"
        "wait until some of the votes have ended";

    798 PreviewChanged { }
        "what would be done is no longer what votes were bound to, for the second time"
        "propose it again";
}

impl Refusal {
    /// True if what was asked for is so already. A run's effect that asks for it has succeeded.
    pub const fn is_already_so(&self) -> bool {
        matches!(
            self,
            Self::AlreadyOpen {} | Self::AlreadyClosed { .. } | Self::AlreadyExecuted {}
        )
    }
}

impl From<ManaError> for Refusal {
    fn from(_: ManaError) -> Self {
        Self::AmountTooLarge {}
    }
}

/// A refusal as it is kept: why an accepted proposal failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The refusal's number.
    pub number: u16,
    /// What happened.
    pub message: String,
}

impl From<&Refusal> for Reason {
    fn from(refusal: &Refusal) -> Self {
        Self {
            number: refusal.number(),
            message: refusal.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_within_the_seven_hundreds() {
        assert!(Refusal::ALL.is_sorted_by(|a, b| a.0 < b.0));
        assert!(
            Refusal::ALL
                .iter()
                .all(|(number, _)| (700..800).contains(number))
        );
    }

    #[test]
    fn a_kept_reason_says_number_and_message() {
        let reason = Reason::from(&Refusal::LastMember {});
        assert_eq!(
            (reason.number, reason.message.as_str()),
            (753, "nobody would be left")
        );
    }
}
