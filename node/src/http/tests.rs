//! The API over a real socket, with requests written by hand, over a mesh of one.

mod client;
mod credentials;
mod doors;
mod hostile;
mod keys;
mod loads;
mod node;
mod routes;
mod streams;

use client::{Client, Reply};
