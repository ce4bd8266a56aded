//! How much memory a process has, as the kernel counts it.

use std::fs;

/// MiB of memory that a process has now.
pub fn resident_mib(process: u32) -> u64 {
    kib(process, "VmRSS:") / 1024
}

/// MiB of memory that it ever had.
pub fn most_mib(process: u32) -> u64 {
    kib(process, "VmHWM:") / 1024
}

fn kib(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.expect("the process lives");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("the kernel counts it")
}
