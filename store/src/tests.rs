//! Tests of the whole store: against a model, on a disk that fails, and killed while it writes.

mod crash;
mod damage;
mod fault;
mod index;
mod kill;
mod model;
mod real;
mod sim;
mod work;
