//! A typed function for each host call, written from the table; bless it after a change.

use super::{answer, error::Error, sys};
use alloc::{string::String, vec::Vec};

/// 0: the version of this ABI: 1.
pub fn abi_version() -> Result<u64, Error> {
    answer::number(sys::host_abi_version())
}

/// 1: a line of the run's log; level 0 error, 1 warn, 2 info, 3 debug, 4 trace.
pub fn log_message(level: u32, message: &str) -> Result<(), Error> {
    answer::nothing(sys::host_log_message(level, message.as_bytes()))
}

/// 2: height, time, block and network of the snapshot.
pub fn get_block_info() -> Result<String, Error> {
    answer::text(sys::host_get_block_info)
}

/// 3: effect: a raw block of these bytes; answers its CID.
pub fn put_dag_block(data: &[u8]) -> Result<String, Error> {
    answer::text(|out| sys::host_put_dag_block(data, out))
}

/// 4: a block that the job lists in `reads` or that this run wrote; no other.
pub fn get_dag_block(cid: &str) -> Result<Vec<u8>, Error> {
    answer::bytes(|out| sys::host_get_dag_block(cid.as_bytes(), out))
}

/// 5: block time of the snapshot, in ms.
pub fn get_current_time() -> Result<u64, Error> {
    answer::number(sys::host_get_current_time())
}

/// 6: fills the buffer from the assigning block, the job and the call's index; the proposer of that
/// block can foresee them.
pub fn random_bytes(out: &mut [u8]) -> Result<(), Error> {
    answer::filled(sys::host_random_bytes(out))
}

/// 7: the job's input.
pub fn read_input() -> Result<Vec<u8>, Error> {
    answer::bytes(sys::host_read_input)
}

/// 8: appends to the job's output.
pub fn write_output(data: &[u8]) -> Result<(), Error> {
    answer::nothing(sys::host_write_output(data))
}

/// 10: spendable mana of an account; an empty DID means the owner.
pub fn account_get_mana(did: &str) -> Result<u64, Error> {
    answer::number(sys::host_account_get_mana(did.as_bytes()))
}

/// 11: effect: the owner pays the treasury; the DID is the owner's or empty.
pub fn account_spend_mana(did: &str, amount: u64) -> Result<(), Error> {
    answer::nothing(sys::host_account_spend_mana(did.as_bytes(), amount))
}

/// 12: effect: the owner pays another account; nothing is minted.
pub fn account_credit_mana(did: &str, amount: u64) -> Result<(), Error> {
    answer::nothing(sys::host_account_credit_mana(did.as_bytes(), amount))
}

/// 13: the owner's DID.
pub fn get_caller() -> Result<String, Error> {
    answer::text(sys::host_get_caller)
}

/// 14: this job: id, module, limits, grants, and what is left of each.
pub fn get_job_info() -> Result<String, Error> {
    answer::text(sys::host_get_job_info)
}

/// 15: a governed parameter.
pub fn get_parameter(name: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_get_parameter(name.as_bytes(), out))
}

/// 16: effect: a child job, paid from the granted budget; answers its CID.
pub fn submit_mesh_job(spec: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_submit_mesh_job(spec.as_bytes(), out))
}

/// 17: effect: a proposal, `{title, text?, kind}`; answers its id.
pub fn create_governance_proposal(proposal: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_create_governance_proposal(proposal.as_bytes(), out))
}

/// 18: effect: opens voting on the owner's own proposal; open already is success.
pub fn open_governance_voting(proposal: &str) -> Result<(), Error> {
    answer::nothing(sys::host_open_governance_voting(proposal.as_bytes()))
}

/// 19: effect: the owner's vote, `{proposal, ballot, preview?}`, ballot = "yes", "no", "abstain" or
/// a list of option indexes.
pub fn cast_governance_vote(vote: &str) -> Result<(), Error> {
    answer::nothing(sys::host_cast_governance_vote(vote.as_bytes()))
}

/// 20: effect: closes voting; answers where the proposal then is, as a bare word such as `Accepted`
/// or `Rejected`; closed already is success.
pub fn close_governance_proposal_voting(proposal: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_close_governance_proposal_voting(proposal.as_bytes(), out))
}

/// 21: effect: executes a proposal that has passed, in a later block than it was closed in; its fee
/// returns to its proposer; executed already is success.
pub fn execute_governance_proposal(proposal: &str) -> Result<(), Error> {
    answer::nothing(sys::host_execute_governance_proposal(proposal.as_bytes()))
}

/// 22: open jobs at the snapshot, bounded, with a cursor.
pub fn get_pending_mesh_jobs() -> Result<String, Error> {
    answer::text(sys::host_get_pending_mesh_jobs)
}

/// 23: effect: verifies a signed receipt and anchors it; answers its CID.
pub fn anchor_receipt(receipt: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_anchor_receipt(receipt.as_bytes(), out))
}

/// 24: reputation of an account, from settled facts only; an empty DID means the owner.
pub fn get_reputation(did: &str) -> Result<u64, Error> {
    answer::number(sys::host_get_reputation(did.as_bytes()))
}

/// 25: effect: whether a proof of a registered circuit holds, `{circuit, proof, public, issuers?,
/// holder?, once?}`; refused if it is malformed, late or its root is not current; fuel for the
/// pairings comes on top, whatever the answer.
pub fn verify_zk_proof(proof: &str) -> Result<bool, Error> {
    answer::flag(sys::host_verify_zk_proof(proof.as_bytes()))
}

/// 26: effect: a proof of a registered circuit that has a built-in prover, `{circuit, witness}`;
/// answers `{proof, public}`; its proving key's blocks stand in `reads`; fuel for the constraints
/// comes on top, whatever the answer.
pub fn generate_zk_proof(request: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_generate_zk_proof(request.as_bytes(), out))
}

/// 27: a job's state at the snapshot.
pub fn get_job_status(job: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_get_job_status(job.as_bytes(), out))
}

/// 28: effect: hands the owner's votes on, `{to, scope, until}`, for votes that open later.
pub fn delegate_vote(delegation: &str) -> Result<(), Error> {
    answer::nothing(sys::host_delegate_vote(delegation.as_bytes()))
}

/// 29: effect: takes a delegation back, `{scope}`.
pub fn revoke_delegation(revocation: &str) -> Result<(), Error> {
    answer::nothing(sys::host_revoke_delegation(revocation.as_bytes()))
}

/// 30: effect: call 25 for circuits that state that a credential is not revoked; any other is
/// refused.
pub fn verify_zk_revocation_proof(proof: &str) -> Result<bool, Error> {
    answer::flag(sys::host_verify_zk_revocation_proof(proof.as_bytes()))
}

/// 31: a proposal with its votes as they stand at the snapshot.
pub fn get_proposal(proposal: &str) -> Result<String, Error> {
    answer::text(|out| sys::host_get_proposal(proposal.as_bytes(), out))
}

/// 32: the SHA-256 digest, 32 bytes.
pub fn sha256(data: &[u8]) -> Result<Vec<u8>, Error> {
    answer::bytes(|out| sys::host_sha256(data, out))
}

/// 33: whether the signature of these bytes is the DID's, by the strict rule.
pub fn ed25519_verify(did: &str, message: &[u8], signature: &[u8]) -> Result<bool, Error> {
    answer::flag(sys::host_ed25519_verify(did.as_bytes(), message, signature))
}
