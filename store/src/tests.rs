//! Tests of the whole store: against a model, and on a disk that fails.

mod crash;
mod model;
mod sim;
mod work;
