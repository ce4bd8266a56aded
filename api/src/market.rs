//! Executors.

use icn_base::{Did, Mana};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// A registered executor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExecutorView {
    /// Who.
    #[schema(value_type = String)]
    pub did: Did,
    /// False once it has withdrawn.
    pub open: bool,
    /// Seats that it has now.
    pub busy: u32,
    /// Its reputation.
    pub reputation: u16,
    /// What it offers.
    pub offer: OfferView,
}

/// What an executor offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferView {
    /// Jobs that it runs at once.
    pub capacity: u32,
    /// What it usually asks, whatever the fuel.
    #[schema(value_type = String)]
    pub base: Mana,
    /// What it usually asks for a million of fuel.
    #[schema(value_type = String)]
    pub per_mfuel: Mana,
    /// What it can do.
    #[serde(default)]
    pub capabilities: BTreeSet<String>,
    /// What it is, by name and value.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The engine it runs; the node's if left out.
    #[serde(default)]
    pub engine: Option<String>,
}
