//! What ends a run beside the guest itself, and what is this machine's fault and so no outcome at
//! all.

/// A fault of this node: nothing can be claimed about the run, and it may be tried again elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeFault {
    /// The run took longer than the node allows.
    #[error(
        "the run was stopped after {ms} ms of this node's time; raise its limit or lower its load"
    )]
    WallClock {
        /// The time it had.
        ms: u64,
    },
    /// Memory that the job may have could not be had.
    #[error("this node cannot give the guest its memory: {0}")]
    Memory(String),
    /// The native stack ended before the counted one.
    #[error("the native stack ended before the counted call depth; report this with the module")]
    NativeStack,
    /// Something that the job lists is not here.
    #[error("this node lacks something that the run needs: {0}")]
    Missing(String),
    /// The code given is not the module named.
    #[error("the code given is not the block {0}")]
    WrongModule(icn_base::Cid),
    /// The job's limits are beyond what any job may have.
    #[error("the job's limits are beyond the protocol's: {0}")]
    Limits(&'static str),
    /// The compiler refused what the gate admitted.
    #[error("the compiler refused an admitted module: {0}")]
    Compile(String),
    /// The engine failed.
    #[error("the engine failed: {0}")]
    Engine(String),
}

/// Why guest code was left from inside the host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum End {
    /// A range outside the guest's memory.
    #[error("{0}")]
    Abi(String),
    /// The fuel is spent; the counters say so too.
    #[error("out of fuel")]
    Fuel,
    /// More memory or table than the job allows.
    #[error("{0}")]
    Memory(String),
    /// This node's fault.
    #[error(transparent)]
    Fault(NodeFault),
}
