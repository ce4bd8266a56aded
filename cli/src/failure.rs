//! What went wrong, for people and for programs: a class, a message, a remedy and an exit code.

use icn_abi::Class;
use icn_dag::BlockError;
use icn_dag::car::CarError;
use icn_dag::file::FileError;
use icn_dag::walk::WalkError;
use icn_node::home::HomeError;
use std::fmt::Display;
use std::path::Path;

/// The exit code of input that is malformed: bytes, CIDs, DIDs, modules.
pub(crate) const MALFORMED: u8 = 65;

/// Why a verb did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: u8,
    pub(crate) class: Class,
    /// The number of the refusal, if a node or its book gave one.
    pub(crate) number: Option<u16>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// Something failed; exit code 1.
    pub(crate) fn new(class: Class, message: impl Display) -> Self {
        Self {
            exit: 1,
            class,
            number: None,
            message: message.to_string(),
            hint: None,
        }
    }

    /// Input that is malformed; exit code 65.
    pub(crate) fn malformed(message: impl Display) -> Self {
        Self {
            exit: MALFORMED,
            ..Self::new(Class::Serialization, message)
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(action: &str, path: &Path, source: &std::io::Error) -> Self {
        Self::new(
            Class::ProcessingFailure,
            format!("cannot {action} {}: {source}", path.display()),
        )
    }

    /// Adds the remedy.
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Sets the number of the refusal.
    pub(crate) const fn number(mut self, number: u16) -> Self {
        self.number = Some(number);
        self
    }

    /// What programs are told of it: the number of the refusal, or of its class.
    pub(crate) fn code(&self) -> u16 {
        self.number
            .unwrap_or_else(|| u16::from(self.class.number()))
    }

    /// Sets the exit code.
    pub(crate) const fn exit(mut self, exit: u8) -> Self {
        self.exit = exit;
        self
    }
}

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Self {
        let class = match error {
            HomeError::Public { .. } | HomeError::Busy { .. } => Class::PermissionDenied,
            HomeError::OtherNetwork { .. } => Class::InvalidSystemApiCall,
            HomeError::Content { .. } => Class::Serialization,
            HomeError::Io { .. } => Class::ProcessingFailure,
        };
        let remedy = error.remedy();
        Self::new(class, error).hint(remedy)
    }
}

impl From<BlockError> for Failure {
    fn from(error: BlockError) -> Self {
        Self::malformed(error)
    }
}

impl From<WalkError> for Failure {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Store(error) => error.into(),
            WalkError::TooMany(_) => Self::new(Class::ResourceLimitExceeded, error),
        }
    }
}

impl From<CarError> for Failure {
    fn from(error: CarError) -> Self {
        match error {
            CarError::Store(error) => error.into(),
            CarError::TooMany(_) => Self::new(Class::ResourceLimitExceeded, error),
            CarError::Write { .. } => Self::new(Class::ProcessingFailure, error),
            CarError::Frame(_) | CarError::Block { .. } => Self::malformed(error),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Store(error) => error.into(),
            FileError::TooLarge(_) => Self::new(Class::ResourceLimitExceeded, error),
            FileError::Read { .. } | FileError::Write { .. } => {
                Self::new(Class::ProcessingFailure, error)
            }
            FileError::Shape { .. } => Self::new(Class::DagOperationFailed, error),
        }
    }
}
