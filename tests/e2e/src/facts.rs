//! The stream of facts, as a client reads it.

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;
use ureq::Agent;

/// Names of facts, in the order in which they come, after this one; `seen` says when it is enough. A
/// stream that breaks off ends them.
pub fn after(api: &str, last: &str, mut enough: impl FnMut(&[String]) -> bool) -> Vec<String> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(120)))
        .build()
        .into();
    let asked = agent
        .get(format!("{api}/v1/events"))
        .header("last-event-id", last)
        .call();
    let mut ids = Vec::new();
    let Ok(answer) = asked else {
        return ids;
    };
    let reader: Box<dyn Read> = Box::new(answer.into_body().into_reader());
    for line in BufReader::new(reader).lines() {
        let Ok(line) = line else {
            break;
        };
        if let Some(id) = line.strip_prefix("id: ") {
            ids.push(id.to_owned());
        }
        // A fact is whole with the empty line after it.
        if line.is_empty() && enough(&ids) {
            break;
        }
    }
    ids
}
