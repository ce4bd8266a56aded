/* The host ABI of icn, version 1: declarations for C guests.
 * Made by `icn abi --format c`.
 * A result below zero is -(enum icn_class); host_read_result then gives the text.
 * An answer longer than out_cap is not written: read it with host_read_result. */
#ifndef ICN_H
#define ICN_H

#include <stddef.h>
#include <stdint.h>

#define ICN_ABI_VERSION 1
#define ICN_IMPORT(name) \
    __attribute__((import_module("icn"), import_name(#name))) extern
#define ICN_EXPORT(name) __attribute__((export_name(#name)))

enum icn_class {
    ICN_MISSING_OR_INVALID_RECEIPT = 1,
    ICN_UNKNOWN_JOB = 2,
    ICN_EXECUTION_TIMEOUT = 3,
    ICN_PROCESSING_FAILURE = 4,
    ICN_SERIALIZATION = 5,
    ICN_INVALID_SPEC = 6,
    ICN_PERMISSION_DENIED = 7,
    ICN_INVALID_JOB_STATE = 8,
    ICN_INTERNAL = 9,
    ICN_HOST_ABI = 10,
    ICN_ECONOMIC = 11,
    ICN_NOT_IMPLEMENTED = 12,
    ICN_DAG_OPERATION_FAILED = 13,
    ICN_SIGNATURE_ERROR = 14,
    ICN_CRYPTO_ERROR = 15,
    ICN_WASM_EXECUTION_ERROR = 16,
    ICN_RESOURCE_LIMIT_EXCEEDED = 17,
    ICN_INVALID_SYSTEM_API_CALL = 18,
};

/* 0: the version of this ABI: 1 */
ICN_IMPORT(host_abi_version)
int64_t host_abi_version(void);

/* 1: a line of the run's log; level 0 error, 1 warn, 2 info, 3 debug, 4 trace */
ICN_IMPORT(host_log_message)
int64_t host_log_message(uint32_t level, const void *message, size_t message_len);

/* 2: height, time, block and network of the snapshot */
ICN_IMPORT(host_get_block_info)
int64_t host_get_block_info(void *out, size_t out_cap);

/* 3: effect: a raw block of these bytes; answers its CID */
ICN_IMPORT(host_put_dag_block)
int64_t host_put_dag_block(const void *data, size_t data_len, void *out, size_t out_cap);

/* 4: a block that the job lists in `reads` or that this run wrote; no other */
ICN_IMPORT(host_get_dag_block)
int64_t host_get_dag_block(const void *cid, size_t cid_len, void *out, size_t out_cap);

/* 5: block time of the snapshot, in ms */
ICN_IMPORT(host_get_current_time)
int64_t host_get_current_time(void);

/* 6: fills the buffer from the assigning block, the job and the call's index; the proposer of that
 * block can foresee them */
ICN_IMPORT(host_random_bytes)
int64_t host_random_bytes(void *out, size_t out_cap);

/* 7: the job's input */
ICN_IMPORT(host_read_input)
int64_t host_read_input(void *out, size_t out_cap);

/* 8: appends to the job's output */
ICN_IMPORT(host_write_output)
int64_t host_write_output(const void *data, size_t data_len);

/* 9: the last answer, or the text of the last refusal: what fits of it from `offset` on; answers
 * its full length, and does nothing again */
ICN_IMPORT(host_read_result)
int64_t host_read_result(uint32_t offset, void *out, size_t out_cap);

/* 10: spendable mana of an account; an empty DID means the owner */
ICN_IMPORT(host_account_get_mana)
int64_t host_account_get_mana(const void *did, size_t did_len);

/* 11: effect: the owner pays the treasury; the DID is the owner's or empty */
ICN_IMPORT(host_account_spend_mana)
int64_t host_account_spend_mana(const void *did, size_t did_len, uint64_t amount);

/* 12: effect: the owner pays another account; nothing is minted */
ICN_IMPORT(host_account_credit_mana)
int64_t host_account_credit_mana(const void *did, size_t did_len, uint64_t amount);

/* 13: the owner's DID */
ICN_IMPORT(host_get_caller)
int64_t host_get_caller(void *out, size_t out_cap);

/* 14: this job: id, module, limits, grants, and what is left of each */
ICN_IMPORT(host_get_job_info)
int64_t host_get_job_info(void *out, size_t out_cap);

/* 15: a governed parameter */
ICN_IMPORT(host_get_parameter)
int64_t host_get_parameter(const void *name, size_t name_len, void *out, size_t out_cap);

/* 16: effect: a child job, paid from the granted budget; answers its CID */
ICN_IMPORT(host_submit_mesh_job)
int64_t host_submit_mesh_job(const void *spec, size_t spec_len, void *out, size_t out_cap);

/* 17: effect: a proposal, `{title, text?, kind}`; answers its id */
ICN_IMPORT(host_create_governance_proposal)
int64_t host_create_governance_proposal(
    const void *proposal,
    size_t proposal_len,
    void *out,
    size_t out_cap
);

/* 18: effect: opens voting on the owner's own proposal; open already is success */
ICN_IMPORT(host_open_governance_voting)
int64_t host_open_governance_voting(const void *proposal, size_t proposal_len);

/* 19: effect: the owner's vote, `{proposal, ballot, preview?}`, ballot = "yes", "no", "abstain" or
 * a list of option indexes */
ICN_IMPORT(host_cast_governance_vote)
int64_t host_cast_governance_vote(const void *vote, size_t vote_len);

/* 20: effect: closes voting; answers where the proposal then is, as a bare word such as `Accepted`
 * or `Rejected`; closed already is success */
ICN_IMPORT(host_close_governance_proposal_voting)
int64_t host_close_governance_proposal_voting(
    const void *proposal,
    size_t proposal_len,
    void *out,
    size_t out_cap
);

/* 21: effect: executes a proposal that has passed, in a later block than it was closed in; its fee
 * returns to its proposer; executed already is success */
ICN_IMPORT(host_execute_governance_proposal)
int64_t host_execute_governance_proposal(const void *proposal, size_t proposal_len);

/* 22: open jobs at the snapshot, bounded, with a cursor */
ICN_IMPORT(host_get_pending_mesh_jobs)
int64_t host_get_pending_mesh_jobs(void *out, size_t out_cap);

/* 23: effect: verifies a signed receipt and anchors it; answers its CID */
ICN_IMPORT(host_anchor_receipt)
int64_t host_anchor_receipt(const void *receipt, size_t receipt_len, void *out, size_t out_cap);

/* 24: reputation of an account, from settled facts only; an empty DID means the owner */
ICN_IMPORT(host_get_reputation)
int64_t host_get_reputation(const void *did, size_t did_len);

/* 25: effect: whether a proof of a registered circuit holds, `{circuit, proof, public, issuers?,
 * holder?, once?}`; refused if it is malformed, late or its root is not current; fuel for the
 * pairings comes on top, whatever the answer */
ICN_IMPORT(host_verify_zk_proof)
int64_t host_verify_zk_proof(const void *proof, size_t proof_len);

/* 26: effect: a proof of a registered circuit that has a built-in prover, `{circuit, witness}`;
 * answers `{proof, public}`; its proving key's blocks stand in `reads`; fuel for the constraints
 * comes on top, whatever the answer */
ICN_IMPORT(host_generate_zk_proof)
int64_t host_generate_zk_proof(const void *request, size_t request_len, void *out, size_t out_cap);

/* 27: a job's state at the snapshot */
ICN_IMPORT(host_get_job_status)
int64_t host_get_job_status(const void *job, size_t job_len, void *out, size_t out_cap);

/* 28: effect: hands the owner's votes on, `{to, scope, until}`, for votes that open later */
ICN_IMPORT(host_delegate_vote)
int64_t host_delegate_vote(const void *delegation, size_t delegation_len);

/* 29: effect: takes a delegation back, `{scope}` */
ICN_IMPORT(host_revoke_delegation)
int64_t host_revoke_delegation(const void *revocation, size_t revocation_len);

/* 30: effect: call 25 for circuits that state that a credential is not revoked; any other is
 * refused */
ICN_IMPORT(host_verify_zk_revocation_proof)
int64_t host_verify_zk_revocation_proof(const void *proof, size_t proof_len);

/* 31: a proposal with its votes as they stand at the snapshot */
ICN_IMPORT(host_get_proposal)
int64_t host_get_proposal(const void *proposal, size_t proposal_len, void *out, size_t out_cap);

/* 32: the SHA-256 digest, 32 bytes */
ICN_IMPORT(host_sha256)
int64_t host_sha256(const void *data, size_t data_len, void *out, size_t out_cap);

/* 33: whether the signature of these bytes is the DID's, by the strict rule */
ICN_IMPORT(host_ed25519_verify)
int64_t host_ed25519_verify(
    const void *did,
    size_t did_len,
    const void *message,
    size_t message_len,
    const void *signature,
    size_t signature_len
);

#endif
