//! Blocks.

use icn_base::Cid;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A block that was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stored {
    /// Its name.
    #[schema(value_type = String)]
    pub cid: Cid,
    /// Its size.
    pub bytes: u64,
}

/// A CAR that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportView {
    /// The roots that it names.
    #[schema(value_type = Vec<String>)]
    pub roots: Vec<Cid>,
    /// Blocks in it.
    pub blocks: u64,
    /// Those that were not here before.
    pub new_blocks: u64,
    /// Their bytes.
    pub new_bytes: u64,
    /// True if all that the roots reach is here.
    pub complete: bool,
    /// Blocks that the roots reach and that are not here; the first of them.
    #[schema(value_type = Vec<String>)]
    pub missing: Vec<Cid>,
    /// How many are missing.
    pub missing_count: u64,
}

/// How a block is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GatewayQuery {
    /// `raw`: the block; `car`: the block and what it reaches. Instead of `Accept`.
    pub format: Option<String>,
    /// In a CAR: `all` that the block reaches, or the `block` or `entity` alone.
    #[serde(rename = "dag-scope")]
    #[param(rename = "dag-scope")]
    pub scope: Option<String>,
    /// The name under which a browser saves it.
    pub filename: Option<String>,
    /// `true`: a browser saves it.
    pub download: Option<String>,
}
