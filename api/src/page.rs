//! Lists, a page at a time.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// What is on it. A page may be short, or empty, and still not be the last.
    pub items: Vec<T>,
    /// The cursor of the page after it; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Which part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next` of the page before it.
    pub cursor: Option<String>,
    /// Items at most; 50 if left out, 500 at most.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
}
