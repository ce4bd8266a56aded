//! For which proposals a delegation holds.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Declares the scopes from their rows: variant, number, name.
macro_rules! scopes {
    ($($variant:ident $number:literal $name:literal $meaning:literal;)*) => {
        /// All proposals, or those of one kind.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Scope {
            $(#[doc = $meaning] #[serde(rename = $name)] $variant,)*
        }

        impl Scope {
            /// Every scope, [`Scope::All`] first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The kind's number; 0 for all.
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }

            /// Its name, as in JSON and dag-cbor.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

scopes! {
    All 0 "all" "Every proposal.";
    Text 1 "text" "Texts.";
    SetParameter 2 "set_parameter" "Parameters.";
    AdmitMember 3 "admit_member" "Admissions.";
    RemoveMember 4 "remove_member" "Removals.";
    SetValidator 5 "set_validator" "Validators.";
    Budget 6 "budget" "Payments from the treasury.";
    RegisterCircuit 7 "register_circuit" "Circuits that come.";
    RetireCircuit 8 "retire_circuit" "Circuits that go.";
    Choice 9 "choice" "Choices, whatever their options do.";
    Bundle 10 "bundle" "Bundles, whatever their parts do.";
}

/// The text names no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope: write `all` or the name of a kind, such as `budget`")]
pub struct ScopeError(String);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let found = Self::ALL.iter().find(|scope| scope.name() == text);
        found
            .copied()
            .ok_or_else(|| ScopeError(text.chars().take(64).collect()))
    }
}
