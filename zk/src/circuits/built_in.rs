//! The built-in circuits by name.

use super::{
    AgeOver, BalanceAtLeast, Circuit, Description, Membership, NotRevoked, ReputationAtLeast,
};
use crate::prove::FromWitness;

/// One of the built-in circuits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuiltIn {
    /// [`AgeOver`].
    AgeOver,
    /// [`BalanceAtLeast`].
    BalanceAtLeast,
    /// [`Membership`].
    Membership,
    /// [`NotRevoked`].
    NotRevoked,
    /// [`ReputationAtLeast`].
    ReputationAtLeast,
}

/// Something to be done with a circuit that is only known by name.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does it.
    fn run<C: FromWitness>(self) -> Self::Output;
}

impl BuiltIn {
    /// All of them, in alphabetical order.
    pub const ALL: [Self; 5] = [
        Self::AgeOver,
        Self::BalanceAtLeast,
        Self::Membership,
        Self::NotRevoked,
        Self::ReputationAtLeast,
    ];

    /// The one of this name and version.
    pub fn find(name: &str, version: u32) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|circuit| {
            let known = circuit.describe();
            known.name == name && known.version == version
        })
    }

    /// What is said about it, without laying it out.
    pub const fn describe(self) -> Description {
        match self {
            Self::AgeOver => described::<AgeOver>(9_673),
            Self::BalanceAtLeast => described::<BalanceAtLeast>(9_673),
            Self::Membership => described::<Membership>(6_237),
            Self::NotRevoked => described::<NotRevoked>(13_362),
            Self::ReputationAtLeast => described::<ReputationAtLeast>(9_673),
        }
    }

    /// Does something with it.
    pub fn with<T: Task>(self, task: T) -> T::Output {
        match self {
            Self::AgeOver => task.run::<AgeOver>(),
            Self::BalanceAtLeast => task.run::<BalanceAtLeast>(),
            Self::Membership => task.run::<Membership>(),
            Self::NotRevoked => task.run::<NotRevoked>(),
            Self::ReputationAtLeast => task.run::<ReputationAtLeast>(),
        }
    }
}

const fn described<C: Circuit>(constraints: usize) -> Description {
    Description {
        name: C::NAME,
        version: C::VERSION,
        inputs: C::INPUTS,
        constraints,
    }
}
