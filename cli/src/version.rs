//! `icn version`.

use crate::answer::Answer;
use serde_json::json;

pub(crate) fn run() -> Answer {
    let version = env!("CARGO_PKG_VERSION");
    Answer::new(
        format!("icn {version}"),
        json!({ "name": "icn", "version": version }),
    )
}
