//! The classes of refusal that a guest sees.

/// Why a call was refused. A guest gets `-(number)` and may ask call 9 for the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Class {
    /// A receipt is missing, or is not what it claims.
    MissingOrInvalidReceipt = 1,
    /// No job of that id.
    UnknownJob = 2,
    /// A deadline has passed.
    ExecutionTimeout = 3,
    /// The work itself failed.
    ProcessingFailure = 4,
    /// Bytes or JSON that do not decode.
    Serialization = 5,
    /// A job's spec is against the rules.
    InvalidSpec = 6,
    /// The job's grants do not allow it.
    PermissionDenied = 7,
    /// Not possible in the state the job is in.
    InvalidJobState = 8,
    /// The node is at fault.
    Internal = 9,
    /// A call was made against the ABI's rules.
    HostAbi = 10,
    /// Not enough mana, or an amount against the rules.
    Economic = 11,
    /// This node cannot do that.
    NotImplemented = 12,
    /// A block is missing, not listed, or cannot be written.
    DagOperationFailed = 13,
    /// A signature does not verify.
    SignatureError = 14,
    /// A key, hash or proof is malformed.
    CryptoError = 15,
    /// A guest failed.
    WasmExecutionError = 16,
    /// A named limit was reached.
    ResourceLimitExceeded = 17,
    /// An argument is out of its range.
    InvalidSystemApiCall = 18,
}

impl Class {
    /// Every class, in the order of their numbers.
    pub const ALL: [Self; 18] = [
        Self::MissingOrInvalidReceipt,
        Self::UnknownJob,
        Self::ExecutionTimeout,
        Self::ProcessingFailure,
        Self::Serialization,
        Self::InvalidSpec,
        Self::PermissionDenied,
        Self::InvalidJobState,
        Self::Internal,
        Self::HostAbi,
        Self::Economic,
        Self::NotImplemented,
        Self::DagOperationFailed,
        Self::SignatureError,
        Self::CryptoError,
        Self::WasmExecutionError,
        Self::ResourceLimitExceeded,
        Self::InvalidSystemApiCall,
    ];

    /// Its number, from 1.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// What a guest gets as the result of a refused call.
    pub const fn result(self) -> i64 {
        -(self as i64)
    }

    /// The class that a call's result names, if it is a refusal.
    pub fn from_result(result: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.result() == result)
    }

    /// Its name, as in every error that icn prints.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingOrInvalidReceipt => "MissingOrInvalidReceipt",
            Self::UnknownJob => "UnknownJob",
            Self::ExecutionTimeout => "ExecutionTimeout",
            Self::ProcessingFailure => "ProcessingFailure",
            Self::Serialization => "Serialization",
            Self::InvalidSpec => "InvalidSpec",
            Self::PermissionDenied => "PermissionDenied",
            Self::InvalidJobState => "InvalidJobState",
            Self::Internal => "Internal",
            Self::HostAbi => "HostAbi",
            Self::Economic => "Economic",
            Self::NotImplemented => "NotImplemented",
            Self::DagOperationFailed => "DagOperationFailed",
            Self::SignatureError => "SignatureError",
            Self::CryptoError => "CryptoError",
            Self::WasmExecutionError => "WasmExecutionError",
            Self::ResourceLimitExceeded => "ResourceLimitExceeded",
            Self::InvalidSystemApiCall => "InvalidSystemApiCall",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Class;

    #[test]
    fn classes_are_numbered_from_one_without_a_gap() {
        for (at, class) in (1u8..).zip(Class::ALL) {
            assert_eq!(class.number(), at, "{}", class.name());
            assert_eq!(Class::from_result(-i64::from(at)), Some(class));
        }
    }

    #[test]
    fn a_result_outside_the_classes_names_none() {
        for result in [0, 1, i64::MAX, -19, i64::MIN] {
            assert_eq!(Class::from_result(result), None);
        }
    }
}
