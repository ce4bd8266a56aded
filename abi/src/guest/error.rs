//! A refusal, as the host gave it.

use super::{class::Class, sys};
use alloc::{string::String, vec};
use core::fmt;

/// A call that the host refused. Nothing was done, and the run may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: i64,
    text: String,
}

impl Error {
    /// The refusal that a result below zero stands for, with its text.
    pub(super) fn fetch(code: i64) -> Self {
        let mut text = vec![0; 256];
        let mut length = sys::host_read_result(0, &mut text);
        if let Ok(full) = usize::try_from(length)
            && full > text.len()
        {
            text.resize(full, 0);
            length = sys::host_read_result(0, &mut text);
        }
        text.truncate(usize::try_from(length).unwrap_or(0));
        Self {
            code,
            text: String::from_utf8(text).unwrap_or_default(),
        }
    }

    /// An answer that is not what the table promises.
    pub(super) fn not_utf8() -> Self {
        Self {
            code: Class::Serialization.result(),
            text: "the answer is not UTF-8".into(),
        }
    }

    /// The call's result: below zero, and a class's number when the class is known here.
    pub fn code(&self) -> i64 {
        self.code
    }

    /// The class of the refusal; none when the host knows a class that this SDK does not.
    pub fn class(&self) -> Option<Class> {
        Class::from_result(self.code)
    }

    /// What the host said.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = self.class().map_or("refused", Class::name);
        write!(f, "{class} ({}): {}", self.code, self.text)
    }
}

impl core::error::Error for Error {}
