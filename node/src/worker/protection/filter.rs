//! Seccomp: the system calls that running guests takes, and no others. What is not listed fails
//! with `EPERM`, as if the worker were nobody.

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter_all_threads,
};
use std::collections::BTreeMap;

/// Memory, threads that are there already, the two pipes, clocks, chance, and ending.
const ALWAYS: &[c_long] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_ppoll,
    libc::SYS_close,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    // A thread that was begun before the filter may come to these after it.
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
    libc::SYS_membarrier,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Images of guests' memory, which have no name in any directory.
    libc::SYS_memfd_create,
    libc::SYS_ftruncate,
    libc::SYS_fstat,
    libc::SYS_lseek,
];

/// What else the older names of an architecture's calls are.
#[cfg(target_arch = "x86_64")]
const OLDER: &[c_long] = &[libc::SYS_poll];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[c_long] = &[];

/// What compiled code on disk takes. Landlock says which directory.
const WITH_CACHE: &[c_long] = &[
    libc::SYS_openat,
    libc::SYS_statx,
    libc::SYS_newfstatat,
    libc::SYS_renameat2,
    libc::SYS_unlinkat,
    libc::SYS_fsync,
];

/// The older names of those.
#[cfg(target_arch = "x86_64")]
const WITH_CACHE_OLDER: &[c_long] = &[libc::SYS_rename, libc::SYS_unlink];
#[cfg(not(target_arch = "x86_64"))]
const WITH_CACHE_OLDER: &[c_long] = &[libc::SYS_renameat];

/// `ioctl` that asks which pages of one's own memory were touched.
const PAGEMAP_SCAN: u64 = 0xc060_6610;

/// Puts the filter around every thread of this process.
pub(super) fn apply(with_cache: bool) -> Result<(), String> {
    let program = program(with_cache)?;
    apply_filter_all_threads(&program).map_err(|error| error.to_string())
}

fn program(with_cache: bool) -> Result<BpfProgram, String> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    let mut allow = |calls: &[c_long]| rules.extend(calls.iter().map(|call| (*call, Vec::new())));
    allow(ALWAYS);
    allow(OLDER);
    if with_cache {
        allow(WITH_CACHE);
        allow(WITH_CACHE_OLDER);
    }
    let seals = [libc::F_ADD_SEALS, libc::F_GETFD, libc::F_GETFL];
    let seals = seals.map(|command| u64::from(command.cast_unsigned()));
    rules.insert(libc::SYS_fcntl, second_is(&seals)?);
    rules.insert(libc::SYS_ioctl, second_is(&[PAGEMAP_SCAN])?);
    let arch = std::env::consts::ARCH;
    let arch = arch
        .try_into()
        .map_err(|_| format!("no filter for {arch}"))?;
    let denied = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let filter = SeccompFilter::new(rules, denied, SeccompAction::Allow, arch);
    let filter = filter.map_err(|error| error.to_string())?;
    filter
        .try_into()
        .map_err(|error: seccompiler::BackendError| error.to_string())
}

/// Only with one of these as its second argument.
fn second_is(values: &[u64]) -> Result<Vec<SeccompRule>, String> {
    let rule = |value: &u64| {
        let condition =
            SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, *value)?;
        SeccompRule::new(vec![condition])
    };
    let rules = values.iter().map(rule).collect::<Result<Vec<_>, _>>();
    rules.map_err(|error| error.to_string())
}
