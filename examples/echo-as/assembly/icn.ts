// The host ABI of icn, version 1: declarations for AssemblyScript guests.
// Made by `icn abi --format ts`.
// A result below zero is -(Class); host_read_result then gives the text.
// An answer longer than out_cap is not written: read it with host_read_result.

export const ABI_VERSION: i64 = 1;

export const enum Class {
  MissingOrInvalidReceipt = 1,
  UnknownJob = 2,
  ExecutionTimeout = 3,
  ProcessingFailure = 4,
  Serialization = 5,
  InvalidSpec = 6,
  PermissionDenied = 7,
  InvalidJobState = 8,
  Internal = 9,
  HostAbi = 10,
  Economic = 11,
  NotImplemented = 12,
  DagOperationFailed = 13,
  SignatureError = 14,
  CryptoError = 15,
  WasmExecutionError = 16,
  ResourceLimitExceeded = 17,
  InvalidSystemApiCall = 18,
}

/** 0: the version of this ABI: 1 */
@external("icn", "host_abi_version")
export declare function host_abi_version(): i64;

/** 1: a line of the run's log; level 0 error, 1 warn, 2 info, 3 debug, 4 trace */
@external("icn", "host_log_message")
export declare function host_log_message(level: u32, message: usize, message_len: usize): i64;

/** 2: height, time, block and network of the snapshot */
@external("icn", "host_get_block_info")
export declare function host_get_block_info(out: usize, out_cap: usize): i64;

/** 3: effect: a raw block of these bytes; answers its CID */
@external("icn", "host_put_dag_block")
export declare function host_put_dag_block(
    data: usize,
    data_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 4: a block that the job lists in `reads` or that this run wrote; no other */
@external("icn", "host_get_dag_block")
export declare function host_get_dag_block(
    cid: usize,
    cid_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 5: block time of the snapshot, in ms */
@external("icn", "host_get_current_time")
export declare function host_get_current_time(): i64;

/** 6: fills the buffer from the assigning block, the job and the call's index; the proposer of that
 * block can foresee them */
@external("icn", "host_random_bytes")
export declare function host_random_bytes(out: usize, out_cap: usize): i64;

/** 7: the job's input */
@external("icn", "host_read_input")
export declare function host_read_input(out: usize, out_cap: usize): i64;

/** 8: appends to the job's output */
@external("icn", "host_write_output")
export declare function host_write_output(data: usize, data_len: usize): i64;

/** 9: the last answer, or the text of the last refusal: what fits of it from `offset` on; answers
 * its full length, and does nothing again */
@external("icn", "host_read_result")
export declare function host_read_result(offset: u32, out: usize, out_cap: usize): i64;

/** 10: spendable mana of an account; an empty DID means the owner */
@external("icn", "host_account_get_mana")
export declare function host_account_get_mana(did: usize, did_len: usize): i64;

/** 11: effect: the owner pays the treasury; the DID is the owner's or empty */
@external("icn", "host_account_spend_mana")
export declare function host_account_spend_mana(did: usize, did_len: usize, amount: u64): i64;

/** 12: effect: the owner pays another account; nothing is minted */
@external("icn", "host_account_credit_mana")
export declare function host_account_credit_mana(did: usize, did_len: usize, amount: u64): i64;

/** 13: the owner's DID */
@external("icn", "host_get_caller")
export declare function host_get_caller(out: usize, out_cap: usize): i64;

/** 14: this job: id, module, limits, grants, and what is left of each */
@external("icn", "host_get_job_info")
export declare function host_get_job_info(out: usize, out_cap: usize): i64;

/** 15: a governed parameter */
@external("icn", "host_get_parameter")
export declare function host_get_parameter(
    name: usize,
    name_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 16: effect: a child job, paid from the granted budget; answers its CID */
@external("icn", "host_submit_mesh_job")
export declare function host_submit_mesh_job(
    spec: usize,
    spec_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 17: effect: a proposal, `{title, text?, kind}`; answers its id */
@external("icn", "host_create_governance_proposal")
export declare function host_create_governance_proposal(
    proposal: usize,
    proposal_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 18: effect: opens voting on the owner's own proposal; open already is success */
@external("icn", "host_open_governance_voting")
export declare function host_open_governance_voting(proposal: usize, proposal_len: usize): i64;

/** 19: effect: the owner's vote, `{proposal, ballot, preview?}`, ballot = "yes", "no", "abstain" or
 * a list of option indexes */
@external("icn", "host_cast_governance_vote")
export declare function host_cast_governance_vote(vote: usize, vote_len: usize): i64;

/** 20: effect: closes voting; answers where the proposal then is, as a bare word such as `Accepted`
 * or `Rejected`; closed already is success */
@external("icn", "host_close_governance_proposal_voting")
export declare function host_close_governance_proposal_voting(
    proposal: usize,
    proposal_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 21: effect: executes a proposal that has passed, in a later block than it was closed in; its fee
 * returns to its proposer; executed already is success */
@external("icn", "host_execute_governance_proposal")
export declare function host_execute_governance_proposal(proposal: usize, proposal_len: usize): i64;

/** 22: open jobs at the snapshot, bounded, with a cursor */
@external("icn", "host_get_pending_mesh_jobs")
export declare function host_get_pending_mesh_jobs(out: usize, out_cap: usize): i64;

/** 23: effect: verifies a signed receipt and anchors it; answers its CID */
@external("icn", "host_anchor_receipt")
export declare function host_anchor_receipt(
    receipt: usize,
    receipt_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 24: reputation of an account, from settled facts only; an empty DID means the owner */
@external("icn", "host_get_reputation")
export declare function host_get_reputation(did: usize, did_len: usize): i64;

/** 25: effect: whether a proof of a registered circuit holds, `{circuit, proof, public, issuers?,
 * holder?, once?}`; refused if it is malformed, late or its root is not current; fuel for the
 * pairings comes on top, whatever the answer */
@external("icn", "host_verify_zk_proof")
export declare function host_verify_zk_proof(proof: usize, proof_len: usize): i64;

/** 26: effect: a proof of a registered circuit that has a built-in prover, `{circuit, witness}`;
 * answers `{proof, public}`; its proving key's blocks stand in `reads`; fuel for the constraints
 * comes on top, whatever the answer */
@external("icn", "host_generate_zk_proof")
export declare function host_generate_zk_proof(
    request: usize,
    request_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 27: a job's state at the snapshot */
@external("icn", "host_get_job_status")
export declare function host_get_job_status(
    job: usize,
    job_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 28: effect: hands the owner's votes on, `{to, scope, until}`, for votes that open later */
@external("icn", "host_delegate_vote")
export declare function host_delegate_vote(delegation: usize, delegation_len: usize): i64;

/** 29: effect: takes a delegation back, `{scope}` */
@external("icn", "host_revoke_delegation")
export declare function host_revoke_delegation(revocation: usize, revocation_len: usize): i64;

/** 30: effect: call 25 for circuits that state that a credential is not revoked; any other is
 * refused */
@external("icn", "host_verify_zk_revocation_proof")
export declare function host_verify_zk_revocation_proof(proof: usize, proof_len: usize): i64;

/** 31: a proposal with its votes as they stand at the snapshot */
@external("icn", "host_get_proposal")
export declare function host_get_proposal(
    proposal: usize,
    proposal_len: usize,
    out: usize,
    out_cap: usize
): i64;

/** 32: the SHA-256 digest, 32 bytes */
@external("icn", "host_sha256")
export declare function host_sha256(data: usize, data_len: usize, out: usize, out_cap: usize): i64;

/** 33: whether the signature of these bytes is the DID's, by the strict rule */
@external("icn", "host_ed25519_verify")
export declare function host_ed25519_verify(
    did: usize,
    did_len: usize,
    message: usize,
    message_len: usize,
    signature: usize,
    signature_len: usize
): i64;
