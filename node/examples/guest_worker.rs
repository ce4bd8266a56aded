//! A program that is nothing but a worker: what tests and benches start in place of `icn worker`.

use icn_node::worker::{Life, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(2);
    let memory = arguments.next().and_then(|bytes| bytes.parse().ok());
    serve(Life {
        memory_bytes: memory.expect("the pool says how much memory"),
        cache: arguments.next().map(Into::into),
    })
}
