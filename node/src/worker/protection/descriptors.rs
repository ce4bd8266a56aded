//! Whatever the node, or who started the node, left open.

use crate::worker::limits::DESCRIPTORS_MAX;
use std::fs;

/// Closes everything but standard input, output and error.
pub(super) fn close() -> Result<(), String> {
    let open: Vec<i32> = match fs::read_dir("/proc/self/fd") {
        Ok(listed) => listed
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect(),
        Err(_) => (3..DESCRIPTORS_MAX).collect(),
    };
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        match nix::unistd::close(descriptor) {
            // The directory that was just listed is among them, and closed already.
            Ok(()) | Err(nix::Error::EBADF) => {}
            Err(error) => return Err(format!("descriptor {descriptor}: {error}")),
        }
    }
    Ok(())
}
