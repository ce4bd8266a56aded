//! The shape of a row: pure data, so that every reader (linker, gate, generator) derives from the
//! same facts.

/// A wasm value type that the ABI uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValType {
    /// 32 bits: pointers, lengths and small numbers.
    I32,
    /// 64 bits: amounts, and the result of every call.
    I64,
}

impl ValType {
    /// Its name in wasm text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
        }
    }
}

/// What the bytes of an argument or an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// UTF-8 text: a DID, a CID, a name, a message.
    Text,
    /// One JSON value in UTF-8; unknown fields and duplicate keys are refused.
    Json,
    /// Any bytes.
    Bytes,
}

/// One argument as a guest's author sees it. Bytes take two wasm parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Bytes that the host reads: `(ptr: i32, len: i32)`.
    In(&'static str, Content),
    /// A number in 32 bits.
    I32(&'static str),
    /// A number in 64 bits.
    I64(&'static str),
}

/// What a call answers when it succeeds. The wasm result is `i64` for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Zero: the call was made.
    Nothing,
    /// 1 for yes, 0 for no.
    Flag,
    /// A number that is zero or more.
    Number,
    /// Bytes, through the buffer `(out_ptr: i32, out_cap: i32)` that ends the parameters; the
    /// result is their full length, and nothing is written when that is more than `out_cap`.
    Out(Content),
    /// Bytes that fill the whole buffer `(out_ptr: i32, out_cap: i32)`, however long it is; the
    /// result is `out_cap`.
    Fill,
}

/// Where the answer comes from; decides what the journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the run itself: anyone who re-runs the job computes it again.
    Run,
    /// From the snapshot or the blocks the job may read: journaled.
    Read,
    /// Appends to the outcome's effects under a grant; its answer is journaled.
    Effect,
}

/// What a job's grants must contain before a call does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Pay from the owner's account, up to a limit.
    ManaSpend,
    /// Submit child jobs, up to a count and a budget.
    MeshSubmit,
    /// Write blocks, up to a number of bytes.
    DagWrite,
    /// Read the blocks that the job lists.
    DagRead,
    /// Make, open, close and execute proposals, up to a count and a sum of fees.
    GovernancePropose,
    /// Vote and hand votes on, up to a count.
    GovernanceVote,
    /// Have proofs verified, up to a sum of prices.
    ZkVerify,
    /// Have proofs made, up to a sum of prices.
    ZkProve,
}

impl Capability {
    /// The grant's name, as in a job's spec and in `--grant`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ManaSpend => "mana.spend",
            Self::MeshSubmit => "mesh.submit",
            Self::DagWrite => "dag.write",
            Self::DagRead => "dag.read",
            Self::GovernancePropose => "governance.propose",
            Self::GovernanceVote => "governance.vote",
            Self::ZkVerify => "zk.verify",
            Self::ZkProve => "zk.prove",
        }
    }
}

/// What mana a successful call moves, from the budget of its grant. The effect fee comes on top of
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManaRule {
    /// None.
    Free,
    /// The argument `amount`.
    Amount,
    /// The child job's whole hold.
    ChildHold,
    /// The proposal's fee.
    ProposalFee,
    /// The circuit's price; none if the proof does not hold or is not made.
    ProofPrice,
}

/// An older type of the same call that known guests import. It links by the import's own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternate {
    /// Arguments in order.
    pub args: &'static [Arg],
    /// The wasm result, if it has one.
    pub result: Option<ValType>,
    /// What it means where it differs from the call.
    pub doc: &'static str,
}

impl Alternate {
    /// Wasm parameter types in order.
    pub fn params(&self) -> impl Iterator<Item = ValType> + Clone {
        flatten(self.args, Answer::Nothing)
    }
}

/// One host call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its number, stable for ever.
    pub number: u16,
    /// The import's name in module `icn`.
    pub name: &'static str,
    /// Other names that link to the same call.
    pub aliases: &'static [&'static str],
    /// Arguments in order, without the answer's buffer.
    pub args: &'static [Arg],
    /// What it answers.
    pub answer: Answer,
    /// Older types of the same name.
    pub alternates: &'static [Alternate],
    /// Where the answer comes from.
    pub kind: Kind,
    /// The grant it needs, if any.
    pub capability: Option<Capability>,
    /// Fuel charged on the first line of the call.
    pub fuel_base: u64,
    /// Fuel for each byte that goes in or comes out.
    pub fuel_per_byte: u64,
    /// What mana it moves.
    pub mana: ManaRule,
    /// Its meaning, one line.
    pub doc: &'static str,
}

impl Call {
    /// The wasm result type of every call; alternates state their own.
    pub const RESULT: ValType = ValType::I64;

    /// Wasm parameter types in order, the answer's buffer included.
    pub fn params(&self) -> impl Iterator<Item = ValType> + Clone {
        flatten(self.args, self.answer)
    }

    /// Whether the journal keeps its answer.
    pub const fn journaled(&self) -> bool {
        matches!(self.kind, Kind::Read | Kind::Effect)
    }
}

fn flatten(args: &'static [Arg], answer: Answer) -> impl Iterator<Item = ValType> + Clone {
    let buffer: &[ValType] = match answer {
        Answer::Out(_) | Answer::Fill => &[ValType::I32, ValType::I32],
        Answer::Nothing | Answer::Flag | Answer::Number => &[],
    };
    let inputs = args.iter().flat_map(|arg| match arg {
        Arg::In(..) => [ValType::I32, ValType::I32].as_slice(),
        Arg::I32(_) => &[ValType::I32],
        Arg::I64(_) => &[ValType::I64],
    });
    inputs.chain(buffer).copied()
}
