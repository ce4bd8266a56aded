//! The host ABI of icn, version 1: declarations for Zig guests.
//! Made by `icn abi --format zig`.
//! A result below zero is -(Class); host_read_result then gives the text.
//! An answer longer than out_cap is not written: read it with host_read_result.

pub const abi_version = 1;

pub const Class = enum(i64) {
    missing_or_invalid_receipt = 1,
    unknown_job = 2,
    execution_timeout = 3,
    processing_failure = 4,
    serialization = 5,
    invalid_spec = 6,
    permission_denied = 7,
    invalid_job_state = 8,
    internal = 9,
    host_abi = 10,
    economic = 11,
    not_implemented = 12,
    dag_operation_failed = 13,
    signature_error = 14,
    crypto_error = 15,
    wasm_execution_error = 16,
    resource_limit_exceeded = 17,
    invalid_system_api_call = 18,
};

/// 0: the version of this ABI: 1
pub extern "icn" fn host_abi_version() i64;

/// 1: a line of the run's log; level 0 error, 1 warn, 2 info, 3 debug, 4 trace
pub extern "icn" fn host_log_message(level: u32, message: [*]const u8, message_len: usize) i64;

/// 2: height, time, block and network of the snapshot
pub extern "icn" fn host_get_block_info(out: [*]u8, out_cap: usize) i64;

/// 3: effect: a raw block of these bytes; answers its CID
pub extern "icn" fn host_put_dag_block(
    data: [*]const u8,
    data_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 4: a block that the job lists in `reads` or that this run wrote; no other
pub extern "icn" fn host_get_dag_block(
    cid: [*]const u8,
    cid_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 5: block time of the snapshot, in ms
pub extern "icn" fn host_get_current_time() i64;

/// 6: fills the buffer from the assigning block, the job and the call's index; the proposer of that
/// block can foresee them
pub extern "icn" fn host_random_bytes(out: [*]u8, out_cap: usize) i64;

/// 7: the job's input
pub extern "icn" fn host_read_input(out: [*]u8, out_cap: usize) i64;

/// 8: appends to the job's output
pub extern "icn" fn host_write_output(data: [*]const u8, data_len: usize) i64;

/// 9: the last answer, or the text of the last refusal: what fits of it from `offset` on; answers
/// its full length, and does nothing again
pub extern "icn" fn host_read_result(offset: u32, out: [*]u8, out_cap: usize) i64;

/// 10: spendable mana of an account; an empty DID means the owner
pub extern "icn" fn host_account_get_mana(did: [*]const u8, did_len: usize) i64;

/// 11: effect: the owner pays the treasury; the DID is the owner's or empty
pub extern "icn" fn host_account_spend_mana(did: [*]const u8, did_len: usize, amount: u64) i64;

/// 12: effect: the owner pays another account; nothing is minted
pub extern "icn" fn host_account_credit_mana(did: [*]const u8, did_len: usize, amount: u64) i64;

/// 13: the owner's DID
pub extern "icn" fn host_get_caller(out: [*]u8, out_cap: usize) i64;

/// 14: this job: id, module, limits, grants, and what is left of each
pub extern "icn" fn host_get_job_info(out: [*]u8, out_cap: usize) i64;

/// 15: a governed parameter
pub extern "icn" fn host_get_parameter(
    name: [*]const u8,
    name_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 16: effect: a child job, paid from the granted budget; answers its CID
pub extern "icn" fn host_submit_mesh_job(
    spec: [*]const u8,
    spec_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 17: effect: a proposal, `{title, text?, kind}`; answers its id
pub extern "icn" fn host_create_governance_proposal(
    proposal: [*]const u8,
    proposal_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 18: effect: opens voting on the owner's own proposal; open already is success
pub extern "icn" fn host_open_governance_voting(proposal: [*]const u8, proposal_len: usize) i64;

/// 19: effect: the owner's vote, `{proposal, ballot, preview?}`, ballot = "yes", "no", "abstain" or
/// a list of option indexes
pub extern "icn" fn host_cast_governance_vote(vote: [*]const u8, vote_len: usize) i64;

/// 20: effect: closes voting; answers where the proposal then is, as a bare word such as `Accepted`
/// or `Rejected`; closed already is success
pub extern "icn" fn host_close_governance_proposal_voting(
    proposal: [*]const u8,
    proposal_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 21: effect: executes a proposal that has passed, in a later block than it was closed in; its fee
/// returns to its proposer; executed already is success
pub extern "icn" fn host_execute_governance_proposal(
    proposal: [*]const u8,
    proposal_len: usize,
) i64;

/// 22: open jobs at the snapshot, bounded, with a cursor
pub extern "icn" fn host_get_pending_mesh_jobs(out: [*]u8, out_cap: usize) i64;

/// 23: effect: verifies a signed receipt and anchors it; answers its CID
pub extern "icn" fn host_anchor_receipt(
    receipt: [*]const u8,
    receipt_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 24: reputation of an account, from settled facts only; an empty DID means the owner
pub extern "icn" fn host_get_reputation(did: [*]const u8, did_len: usize) i64;

/// 25: effect: whether a proof of a registered circuit holds, `{circuit, proof, public, issuers?,
/// holder?, once?}`; refused if it is malformed, late or its root is not current; fuel for the
/// pairings comes on top, whatever the answer
pub extern "icn" fn host_verify_zk_proof(proof: [*]const u8, proof_len: usize) i64;

/// 26: effect: a proof of a registered circuit that has a built-in prover, `{circuit, witness}`;
/// answers `{proof, public}`; its proving key's blocks stand in `reads`; fuel for the constraints
/// comes on top, whatever the answer
pub extern "icn" fn host_generate_zk_proof(
    request: [*]const u8,
    request_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 27: a job's state at the snapshot
pub extern "icn" fn host_get_job_status(
    job: [*]const u8,
    job_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 28: effect: hands the owner's votes on, `{to, scope, until}`, for votes that open later
pub extern "icn" fn host_delegate_vote(delegation: [*]const u8, delegation_len: usize) i64;

/// 29: effect: takes a delegation back, `{scope}`
pub extern "icn" fn host_revoke_delegation(revocation: [*]const u8, revocation_len: usize) i64;

/// 30: effect: call 25 for circuits that state that a credential is not revoked; any other is
/// refused
pub extern "icn" fn host_verify_zk_revocation_proof(proof: [*]const u8, proof_len: usize) i64;

/// 31: a proposal with its votes as they stand at the snapshot
pub extern "icn" fn host_get_proposal(
    proposal: [*]const u8,
    proposal_len: usize,
    out: [*]u8,
    out_cap: usize,
) i64;

/// 32: the SHA-256 digest, 32 bytes
pub extern "icn" fn host_sha256(data: [*]const u8, data_len: usize, out: [*]u8, out_cap: usize) i64;

/// 33: whether the signature of these bytes is the DID's, by the strict rule
pub extern "icn" fn host_ed25519_verify(
    did: [*]const u8,
    did_len: usize,
    message: [*]const u8,
    message_len: usize,
    signature: [*]const u8,
    signature_len: usize,
) i64;
