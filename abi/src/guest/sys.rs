//! The imports themselves, written from the table: the only file that hands pointers to
//! the host. Off wasm the same functions reach the mock.

#![cfg_attr(
    target_arch = "wasm32",
    expect(unsafe_code, reason = "an import takes pointers; each is made here from a slice")
)]

#[cfg(not(target_arch = "wasm32"))]
use super::mock::{Value, call};

#[cfg(target_arch = "wasm32")]
mod import {
    #[link(wasm_import_module = "icn")]
    unsafe extern "C" {
        pub(super) fn host_abi_version() -> i64;
        pub(super) fn host_log_message(level: u32, message: *const u8, message_len: usize) -> i64;
        pub(super) fn host_get_block_info(out: *mut u8, out_cap: usize) -> i64;
        pub(super) fn host_put_dag_block(
            data: *const u8,
            data_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_get_dag_block(
            cid: *const u8,
            cid_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_get_current_time() -> i64;
        pub(super) fn host_random_bytes(out: *mut u8, out_cap: usize) -> i64;
        pub(super) fn host_read_input(out: *mut u8, out_cap: usize) -> i64;
        pub(super) fn host_write_output(data: *const u8, data_len: usize) -> i64;
        pub(super) fn host_read_result(offset: u32, out: *mut u8, out_cap: usize) -> i64;
        pub(super) fn host_account_get_mana(did: *const u8, did_len: usize) -> i64;
        pub(super) fn host_account_spend_mana(did: *const u8, did_len: usize, amount: u64) -> i64;
        pub(super) fn host_account_credit_mana(did: *const u8, did_len: usize, amount: u64) -> i64;
        pub(super) fn host_get_caller(out: *mut u8, out_cap: usize) -> i64;
        pub(super) fn host_get_job_info(out: *mut u8, out_cap: usize) -> i64;
        pub(super) fn host_get_parameter(
            name: *const u8,
            name_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_submit_mesh_job(
            spec: *const u8,
            spec_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_create_governance_proposal(
            proposal: *const u8,
            proposal_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_open_governance_voting(proposal: *const u8, proposal_len: usize) -> i64;
        pub(super) fn host_cast_governance_vote(vote: *const u8, vote_len: usize) -> i64;
        pub(super) fn host_close_governance_proposal_voting(
            proposal: *const u8,
            proposal_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_execute_governance_proposal(
            proposal: *const u8,
            proposal_len: usize,
        ) -> i64;
        pub(super) fn host_get_pending_mesh_jobs(out: *mut u8, out_cap: usize) -> i64;
        pub(super) fn host_anchor_receipt(
            receipt: *const u8,
            receipt_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_get_reputation(did: *const u8, did_len: usize) -> i64;
        pub(super) fn host_verify_zk_proof(proof: *const u8, proof_len: usize) -> i64;
        pub(super) fn host_generate_zk_proof(
            request: *const u8,
            request_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_get_job_status(
            job: *const u8,
            job_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_delegate_vote(delegation: *const u8, delegation_len: usize) -> i64;
        pub(super) fn host_revoke_delegation(revocation: *const u8, revocation_len: usize) -> i64;
        pub(super) fn host_verify_zk_revocation_proof(proof: *const u8, proof_len: usize) -> i64;
        pub(super) fn host_get_proposal(
            proposal: *const u8,
            proposal_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_sha256(
            data: *const u8,
            data_len: usize,
            out: *mut u8,
            out_cap: usize,
        ) -> i64;
        pub(super) fn host_ed25519_verify(
            did: *const u8,
            did_len: usize,
            message: *const u8,
            message_len: usize,
            signature: *const u8,
            signature_len: usize,
        ) -> i64;
    }
}

pub(super) fn host_abi_version() -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: takes no pointer.
    return unsafe {
        import::host_abi_version()
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_abi_version", &[], None)
}

pub(super) fn host_log_message(level: u32, message: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_log_message(level, message.as_ptr(), message.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_log_message", &[Value::I32(level), Value::Bytes(message)], None)
}

pub(super) fn host_get_block_info(out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_block_info(out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_block_info", &[], Some(out))
}

pub(super) fn host_put_dag_block(data: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_put_dag_block(data.as_ptr(), data.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_put_dag_block", &[Value::Bytes(data)], Some(out))
}

pub(super) fn host_get_dag_block(cid: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_dag_block(cid.as_ptr(), cid.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_dag_block", &[Value::Bytes(cid)], Some(out))
}

pub(super) fn host_get_current_time() -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: takes no pointer.
    return unsafe {
        import::host_get_current_time()
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_current_time", &[], None)
}

pub(super) fn host_random_bytes(out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_random_bytes(out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_random_bytes", &[], Some(out))
}

pub(super) fn host_read_input(out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_read_input(out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_read_input", &[], Some(out))
}

pub(super) fn host_write_output(data: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_write_output(data.as_ptr(), data.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_write_output", &[Value::Bytes(data)], None)
}

pub(super) fn host_read_result(offset: u32, out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_read_result(offset, out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_read_result", &[Value::I32(offset)], Some(out))
}

pub(super) fn host_account_get_mana(did: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_account_get_mana(did.as_ptr(), did.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_account_get_mana", &[Value::Bytes(did)], None)
}

pub(super) fn host_account_spend_mana(did: &[u8], amount: u64) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_account_spend_mana(did.as_ptr(), did.len(), amount)
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_account_spend_mana", &[Value::Bytes(did), Value::I64(amount)], None)
}

pub(super) fn host_account_credit_mana(did: &[u8], amount: u64) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_account_credit_mana(did.as_ptr(), did.len(), amount)
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_account_credit_mana", &[Value::Bytes(did), Value::I64(amount)], None)
}

pub(super) fn host_get_caller(out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_caller(out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_caller", &[], Some(out))
}

pub(super) fn host_get_job_info(out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_job_info(out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_job_info", &[], Some(out))
}

pub(super) fn host_get_parameter(name: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_parameter(name.as_ptr(), name.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_parameter", &[Value::Bytes(name)], Some(out))
}

pub(super) fn host_submit_mesh_job(spec: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_submit_mesh_job(spec.as_ptr(), spec.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_submit_mesh_job", &[Value::Bytes(spec)], Some(out))
}

pub(super) fn host_create_governance_proposal(proposal: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_create_governance_proposal(
            proposal.as_ptr(),
            proposal.len(),
            out.as_mut_ptr(),
            out.len(),
        )
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_create_governance_proposal", &[Value::Bytes(proposal)], Some(out))
}

pub(super) fn host_open_governance_voting(proposal: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_open_governance_voting(proposal.as_ptr(), proposal.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_open_governance_voting", &[Value::Bytes(proposal)], None)
}

pub(super) fn host_cast_governance_vote(vote: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_cast_governance_vote(vote.as_ptr(), vote.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_cast_governance_vote", &[Value::Bytes(vote)], None)
}

pub(super) fn host_close_governance_proposal_voting(proposal: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_close_governance_proposal_voting(
            proposal.as_ptr(),
            proposal.len(),
            out.as_mut_ptr(),
            out.len(),
        )
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_close_governance_proposal_voting", &[Value::Bytes(proposal)], Some(out))
}

pub(super) fn host_execute_governance_proposal(proposal: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_execute_governance_proposal(proposal.as_ptr(), proposal.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_execute_governance_proposal", &[Value::Bytes(proposal)], None)
}

pub(super) fn host_get_pending_mesh_jobs(out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_pending_mesh_jobs(out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_pending_mesh_jobs", &[], Some(out))
}

pub(super) fn host_anchor_receipt(receipt: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_anchor_receipt(receipt.as_ptr(), receipt.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_anchor_receipt", &[Value::Bytes(receipt)], Some(out))
}

pub(super) fn host_get_reputation(did: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_reputation(did.as_ptr(), did.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_reputation", &[Value::Bytes(did)], None)
}

pub(super) fn host_verify_zk_proof(proof: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_verify_zk_proof(proof.as_ptr(), proof.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_verify_zk_proof", &[Value::Bytes(proof)], None)
}

pub(super) fn host_generate_zk_proof(request: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_generate_zk_proof(request.as_ptr(), request.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_generate_zk_proof", &[Value::Bytes(request)], Some(out))
}

pub(super) fn host_get_job_status(job: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_job_status(job.as_ptr(), job.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_job_status", &[Value::Bytes(job)], Some(out))
}

pub(super) fn host_delegate_vote(delegation: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_delegate_vote(delegation.as_ptr(), delegation.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_delegate_vote", &[Value::Bytes(delegation)], None)
}

pub(super) fn host_revoke_delegation(revocation: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_revoke_delegation(revocation.as_ptr(), revocation.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_revoke_delegation", &[Value::Bytes(revocation)], None)
}

pub(super) fn host_verify_zk_revocation_proof(proof: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_verify_zk_revocation_proof(proof.as_ptr(), proof.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_verify_zk_revocation_proof", &[Value::Bytes(proof)], None)
}

pub(super) fn host_get_proposal(proposal: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_get_proposal(proposal.as_ptr(), proposal.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_get_proposal", &[Value::Bytes(proposal)], Some(out))
}

pub(super) fn host_sha256(data: &[u8], out: &mut [u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_sha256(data.as_ptr(), data.len(), out.as_mut_ptr(), out.len())
    };
    #[cfg(not(target_arch = "wasm32"))]
    call("host_sha256", &[Value::Bytes(data)], Some(out))
}

pub(super) fn host_ed25519_verify(did: &[u8], message: &[u8], signature: &[u8]) -> i64 {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: every pointer and length is that of one slice, borrowed for the whole call.
    return unsafe {
        import::host_ed25519_verify(
            did.as_ptr(),
            did.len(),
            message.as_ptr(),
            message.len(),
            signature.as_ptr(),
            signature.len(),
        )
    };
    #[cfg(not(target_arch = "wasm32"))]
    call(
        "host_ed25519_verify",
        &[Value::Bytes(did), Value::Bytes(message), Value::Bytes(signature)],
        None,
    )
}
