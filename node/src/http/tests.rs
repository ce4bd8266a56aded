//! The API over a real socket, with requests written by hand, over a mesh of one.

#[path = "../../../replay/examples/lone/lone.rs"]
#[expect(
    dead_code,
    reason = "the example's mesh of one can do more than is asked of it here"
)]
mod lone;

mod client;
mod doors;
mod hostile;
mod keys;
mod loads;
mod node;
mod routes;
mod streams;

use client::{Client, Reply};
