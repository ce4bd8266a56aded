//! The classes of what governance refuses, which does not know them.

use icn_abi::Class;
use icn_governance::Refusal;

pub(super) const fn of(refusal: &Refusal) -> Class {
    match refusal {
        Refusal::NotMember { .. }
        | Refusal::RemovedMember { .. }
        | Refusal::NotProposer { .. }
        | Refusal::NotEligible { .. } => Class::PermissionDenied,
        Refusal::ProposalExists { .. }
        | Refusal::WrongStatus { .. }
        | Refusal::AlreadyOpen {}
        | Refusal::AlreadyClosed { .. }
        | Refusal::AlreadyExecuted {}
        | Refusal::TooEarly { .. }
        | Refusal::JustChanged {}
        | Refusal::NotCertain { .. }
        | Refusal::ParameterPending { .. }
        | Refusal::NotReady { .. }
        | Refusal::PreviewDiffers { .. }
        | Refusal::Stale { .. }
        | Refusal::NoDelegation {}
        | Refusal::PreviewChanged {} => Class::InvalidJobState,
        Refusal::TooLate { .. } => Class::ExecutionTimeout,
        Refusal::TextTooLong { .. }
        | Refusal::KindTooLarge { .. }
        | Refusal::OpenPerMember { .. }
        | Refusal::OpenInAll { .. }
        | Refusal::MembersTooMany { .. }
        | Refusal::ValidatorsTooMany { .. }
        | Refusal::DelegationTooDeep { .. }
        | Refusal::HistoryFull { .. } => Class::ResourceLimitExceeded,
        Refusal::AmountZero {} | Refusal::AmountTooLarge {} | Refusal::TreasuryShort { .. } => {
            Class::Economic
        }
        Refusal::UnknownProposal { .. }
        | Refusal::TitleLength { .. }
        | Refusal::PartsCount { .. }
        | Refusal::Nested { .. }
        | Refusal::OptionsCount { .. }
        | Refusal::LabelLength { .. }
        | Refusal::NeedsThreshold { .. }
        | Refusal::UnknownParameter { .. }
        | Refusal::ParameterBounds { .. }
        | Refusal::ParameterTwice { .. }
        | Refusal::ParametersConflict { .. }
        | Refusal::ZeroTime { .. }
        | Refusal::AlreadyMember { .. }
        | Refusal::NoSuchMember { .. }
        | Refusal::MemberTwice { .. }
        | Refusal::LastMember {}
        | Refusal::PowerTooLarge { .. }
        | Refusal::ValidatorTwice { .. }
        | Refusal::ValidatorsGone {}
        | Refusal::PowerMoved {}
        | Refusal::ValidatorTooStrong { .. }
        | Refusal::BallotKind { .. }
        | Refusal::RankingEmpty {}
        | Refusal::OptionUnknown { .. }
        | Refusal::OptionTwice { .. }
        | Refusal::DelegateToOneself {}
        | Refusal::UntilPassed { .. }
        | Refusal::DelegationCycle { .. }
        | Refusal::CircuitExists { .. }
        | Refusal::NoSuchCircuit { .. }
        | Refusal::CircuitTwice { .. }
        | Refusal::CircuitInputs {}
        | Refusal::CircuitConstraints { .. } => Class::InvalidSystemApiCall,
    }
}
