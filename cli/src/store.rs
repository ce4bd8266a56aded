//! Opens the store of the data directory, and tells a person what opening it had to mend.

use crate::Context;
use crate::answer::Output;
use crate::failure::Failure;
use icn_store::DiskStore;
use std::io::Write;
