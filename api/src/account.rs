//! Accounts.

use icn_base::{Did, Mana};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account at the time of the last block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    /// Whose it is.
    #[schema(value_type = String)]
    pub did: Did,
    /// False if the book has never heard of it; it is empty then.
    pub known: bool,
    /// True if it regenerates and may vote and work.
    pub member: bool,
    /// All its mana.
    #[schema(value_type = String)]
    pub total: Mana,
    /// What is held for its jobs and proposals.
    #[schema(value_type = String)]
    pub held: Mana,
    /// What stands as bonds.
    #[schema(value_type = String)]
    pub bonded: Mana,
    /// What is free.
    #[schema(value_type = String)]
    pub spendable: Mana,
    /// The nonce of its next transaction.
    pub nonce: u64,
    /// Its reputation, 0 to 1,000.
    pub reputation: u16,
    /// Its power in ordering.
    pub power: u64,
}
