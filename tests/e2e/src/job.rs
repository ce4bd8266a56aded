//! Jobs, as an operator submits them.

use crate::mesh::PATIENCE;
use crate::{Http, Mesh, wait};
use serde_json::{Value, json};

/// Counts words.
pub const WORDCOUNT: &[u8] = include_bytes!("../../../examples/wasm/wordcount.wasm");
/// Burns fuel until there is none.
pub const SPIN: &[u8] = include_bytes!("../../../examples/wasm/misbehave/spin.wasm");

/// What is asked for: this module, with three words to read.
pub fn asked(module: &str, fuel_limit: u64) -> Value {
    json!({
        "module": module,
        "input": { "inline": "dGhlIGNhdCBhbmQgdGhlIGRvZw==" },
        "fuel_limit": fuel_limit,
        "max_price": "100",
    })
}

/// Waits until a job is there or beyond, and returns it.
pub fn until(http: &Http, job: &str, states: &[&str]) -> Value {
    wait(&format!("{job} is {states:?}"), PATIENCE, || {
        let seen = http.try_get(&format!("/v1/jobs/{job}"))?.json();
        states.contains(&seen["state"].as_str()?).then_some(seen)
    })
}

/// Waits until so many executors stand in the book of a node.
pub fn executors(mesh: &Mesh, node: usize, count: usize) {
    wait("they register", PATIENCE, || {
        let known = mesh.nodes[node].http().try_get("/v1/executors")?.json();
        (known["items"].as_array()?.len() >= count).then_some(())
    });
}
