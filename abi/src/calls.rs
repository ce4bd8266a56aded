//! The table. Append-only: a row's number, name and type are what deployed guests were linked
//! against.
//!
//! Fuel is set so that a unit costs about the same time as one of a guest's own operations: a plain
//! call some hundred units, hashing eight a byte, JSON ten a byte, a signature check a quarter of a
//! million. `sandbox/benches/sandbox.rs` measures the rows whose work is the sandbox's.

use crate::Answer::{Fill, Flag, Nothing, Number, Out};
use crate::Arg::{I32, I64, In};
use crate::Content::{Bytes, Json, Text};
use crate::{Alternate, Call, Capability, Kind, ManaRule, ValType};

/// What most rows share, so that a row states only what is its own.
const PLAIN: Call = Call {
    number: 0,
    name: "",
    aliases: &[],
    args: &[],
    answer: Nothing,
    alternates: &[],
    kind: Kind::Run,
    capability: None,
    fuel_base: 500,
    fuel_per_byte: 1,
    mana: ManaRule::Free,
    doc: "",
};

const DID: crate::Arg = In("did", Text);
const PROPOSAL: crate::Arg = In("proposal", Text);

/// What counting the votes of the largest mesh costs.
const COUNTS_VOTES: u64 = 2_000_000;

/// Every host call, in the order of their numbers.
pub static CALLS: &[Call] = &[
    Call {
        number: 0,
        name: "host_abi_version",
        answer: Number,
        doc: "the version of this ABI: 1",
        ..PLAIN
    },
    Call {
        number: 1,
        name: "host_log_message",
        args: &[I32("level"), In("message", Text)],
        fuel_base: 800,
        fuel_per_byte: 8,
        doc: "a line of the run's log; level 0 error, 1 warn, 2 info, 3 debug, 4 trace",
        ..PLAIN
    },
    Call {
        number: 2,
        name: "host_get_block_info",
        answer: Out(Json),
        kind: Kind::Read,
        fuel_base: 4_000,
        doc: "height, time, block and network of the snapshot",
        ..PLAIN
    },
    Call {
        number: 3,
        name: "host_put_dag_block",
        args: &[In("data", Bytes)],
        answer: Out(Text),
        kind: Kind::Effect,
        capability: Some(Capability::DagWrite),
        fuel_base: 3_000,
        fuel_per_byte: 8,
        doc: "effect: a raw block of these bytes; answers its CID",
        ..PLAIN
    },
    Call {
        number: 4,
        name: "host_get_dag_block",
        args: &[In("cid", Text)],
        answer: Out(Bytes),
        kind: Kind::Read,
        capability: Some(Capability::DagRead),
        fuel_base: 2_000,
        fuel_per_byte: 8,
        doc: "a block that the job lists in `reads` or that this run wrote; no other",
        ..PLAIN
    },
    Call {
        number: 5,
        name: "host_get_current_time",
        answer: Number,
        kind: Kind::Read,
        fuel_base: 1_000,
        doc: "block time of the snapshot, in ms",
        ..PLAIN
    },
    Call {
        number: 6,
        name: "host_random_bytes",
        answer: Fill,
        fuel_base: 1_000,
        fuel_per_byte: 12,
        doc: "fills the buffer from the assigning block, the job and the call's index; \
              the proposer of that block can foresee them",
        ..PLAIN
    },
    Call {
        number: 7,
        name: "host_read_input",
        answer: Out(Bytes),
        doc: "the job's input",
        ..PLAIN
    },
    Call {
        number: 8,
        name: "host_write_output",
        args: &[In("data", Bytes)],
        fuel_per_byte: 8,
        doc: "appends to the job's output",
        ..PLAIN
    },
    Call {
        number: 9,
        name: "host_read_result",
        args: &[I32("offset")],
        answer: Out(Bytes),
        doc: "the last answer, or the text of the last refusal: what fits of it from `offset` \
              on; answers its full length, and does nothing again",
        ..PLAIN
    },
    Call {
        number: 10,
        name: "host_account_get_mana",
        args: &[DID],
        answer: Number,
        alternates: &[Alternate {
            args: &[],
            result: Some(ValType::I64),
            doc: "the owner's own",
        }],
        kind: Kind::Read,
        fuel_base: 4_000,
        doc: "spendable mana of an account; an empty DID means the owner",
        ..PLAIN
    },
    Call {
        number: 11,
        name: "host_account_spend_mana",
        args: &[DID, I64("amount")],
        kind: Kind::Effect,
        capability: Some(Capability::ManaSpend),
        fuel_base: 5_000,
        mana: ManaRule::Amount,
        doc: "effect: the owner pays the treasury; the DID is the owner's or empty",
        ..PLAIN
    },
    Call {
        number: 12,
        name: "host_account_credit_mana",
        args: &[DID, I64("amount")],
        kind: Kind::Effect,
        capability: Some(Capability::ManaSpend),
        fuel_base: 5_000,
        mana: ManaRule::Amount,
        doc: "effect: the owner pays another account; nothing is minted",
        ..PLAIN
    },
    Call {
        number: 13,
        name: "host_get_caller",
        answer: Out(Text),
        fuel_base: 8_000,
        doc: "the owner's DID",
        ..PLAIN
    },
    Call {
        number: 14,
        name: "host_get_job_info",
        answer: Out(Json),
        kind: Kind::Read,
        fuel_base: 20_000,
        doc: "this job: id, module, limits, grants, and what is left of each",
        ..PLAIN
    },
    Call {
        number: 15,
        name: "host_get_parameter",
        args: &[In("name", Text)],
        answer: Out(Json),
        kind: Kind::Read,
        fuel_base: 2_500,
        doc: "a governed parameter",
        ..PLAIN
    },
    Call {
        number: 16,
        name: "host_submit_mesh_job",
        args: &[In("spec", Json)],
        answer: Out(Text),
        alternates: &[
            Alternate {
                args: &[In("spec", Json)],
                result: Some(ValType::I64),
                doc: "the child's 64-bit id: the first 8 bytes of its CID's digest, big-endian, \
                      top bit clear",
            },
            Alternate {
                args: &[In("spec", Json)],
                result: Some(ValType::I32),
                doc: "0, or the class as a negative number",
            },
            Alternate {
                args: &[In("spec", Json)],
                result: None,
                doc: "nothing",
            },
        ],
        kind: Kind::Effect,
        capability: Some(Capability::MeshSubmit),
        fuel_base: 30_000,
        fuel_per_byte: 10,
        mana: ManaRule::ChildHold,
        doc: "effect: a child job, paid from the granted budget; answers its CID",
        ..PLAIN
    },
    Call {
        number: 17,
        name: "host_create_governance_proposal",
        args: &[In("proposal", Json)],
        answer: Out(Text),
        kind: Kind::Effect,
        capability: Some(Capability::GovernancePropose),
        fuel_base: 20_000,
        fuel_per_byte: 10,
        mana: ManaRule::ProposalFee,
        doc: "effect: a proposal, `{title, text?, kind}`; answers its id",
        ..PLAIN
    },
    Call {
        number: 18,
        name: "host_open_governance_voting",
        args: &[PROPOSAL],
        kind: Kind::Effect,
        capability: Some(Capability::GovernancePropose),
        fuel_base: 20_000,
        doc: "effect: opens voting on the owner's own proposal; open already is success",
        ..PLAIN
    },
    Call {
        number: 19,
        name: "host_cast_governance_vote",
        args: &[In("vote", Json)],
        kind: Kind::Effect,
        capability: Some(Capability::GovernanceVote),
        fuel_base: 20_000,
        fuel_per_byte: 10,
        doc: "effect: the owner's vote, `{proposal, ballot, preview?}`, ballot = \"yes\", \"no\", \
              \"abstain\" or a list of option indexes",
        ..PLAIN
    },
    Call {
        number: 20,
        name: "host_close_governance_proposal_voting",
        aliases: &["host_close_voting_and_verify"],
        args: &[PROPOSAL],
        answer: Out(Text),
        kind: Kind::Effect,
        capability: Some(Capability::GovernancePropose),
        fuel_base: COUNTS_VOTES,
        doc: "effect: closes voting; answers where the proposal then is, as a bare word such as \
              `Accepted` or `Rejected`; closed already is success",
        ..PLAIN
    },
    Call {
        number: 21,
        name: "host_execute_governance_proposal",
        args: &[PROPOSAL],
        kind: Kind::Effect,
        capability: Some(Capability::GovernancePropose),
        fuel_base: COUNTS_VOTES,
        doc: "effect: executes a proposal that has passed, in a later block than it was closed in; \
              its fee returns to its proposer; executed already is success",
        ..PLAIN
    },
    Call {
        number: 22,
        name: "host_get_pending_mesh_jobs",
        answer: Out(Json),
        kind: Kind::Read,
        fuel_base: 5_000,
        doc: "open jobs at the snapshot, bounded, with a cursor",
        ..PLAIN
    },
    Call {
        number: 23,
        name: "host_anchor_receipt",
        args: &[In("receipt", Json)],
        answer: Out(Text),
        kind: Kind::Effect,
        capability: Some(Capability::DagWrite),
        fuel_base: 300_000,
        fuel_per_byte: 10,
        doc: "effect: verifies a signed receipt and anchors it; answers its CID",
        ..PLAIN
    },
    Call {
        number: 24,
        name: "host_get_reputation",
        args: &[DID],
        answer: Number,
        alternates: &[Alternate {
            args: &[],
            result: Some(ValType::I64),
            doc: "the owner's own",
        }],
        kind: Kind::Read,
        fuel_base: 4_000,
        doc: "reputation of an account, from settled facts only; an empty DID means the owner",
        ..PLAIN
    },
    Call {
        number: 25,
        name: "host_verify_zk_proof",
        args: &[In("proof", Json)],
        answer: Flag,
        kind: Kind::Effect,
        capability: Some(Capability::ZkVerify),
        fuel_base: 50_000,
        fuel_per_byte: 40,
        mana: ManaRule::ProofPrice,
        doc: "effect: whether a proof of a registered circuit holds, `{circuit, proof, public, \
              issuers?, holder?, once?}`; refused if it is malformed, late or its root is not \
              current; fuel for the pairings comes on top, whatever the answer",
        ..PLAIN
    },
    Call {
        number: 26,
        name: "host_generate_zk_proof",
        args: &[In("request", Json)],
        answer: Out(Json),
        kind: Kind::Effect,
        capability: Some(Capability::ZkProve),
        fuel_base: 50_000,
        fuel_per_byte: 40,
        mana: ManaRule::ProofPrice,
        doc: "effect: a proof of a registered circuit that has a built-in prover, `{circuit, \
              witness}`; answers `{proof, public}`; its proving key's blocks stand in `reads`; \
              fuel for the constraints comes on top, whatever the answer",
        ..PLAIN
    },
    Call {
        number: 27,
        name: "host_get_job_status",
        args: &[In("job", Text)],
        answer: Out(Json),
        kind: Kind::Read,
        fuel_base: 5_000,
        doc: "a job's state at the snapshot",
        ..PLAIN
    },
    Call {
        number: 28,
        name: "host_delegate_vote",
        args: &[In("delegation", Json)],
        kind: Kind::Effect,
        capability: Some(Capability::GovernanceVote),
        fuel_base: 20_000,
        fuel_per_byte: 10,
        doc: "effect: hands the owner's votes on, `{to, scope, until}`, for votes that open later",
        ..PLAIN
    },
    Call {
        number: 29,
        name: "host_revoke_delegation",
        args: &[In("revocation", Json)],
        kind: Kind::Effect,
        capability: Some(Capability::GovernanceVote),
        fuel_base: 20_000,
        fuel_per_byte: 10,
        doc: "effect: takes a delegation back, `{scope}`",
        ..PLAIN
    },
    Call {
        number: 30,
        name: "host_verify_zk_revocation_proof",
        args: &[In("proof", Json)],
        answer: Flag,
        kind: Kind::Effect,
        capability: Some(Capability::ZkVerify),
        fuel_base: 50_000,
        fuel_per_byte: 40,
        mana: ManaRule::ProofPrice,
        doc: "effect: call 25 for circuits that state that a credential is not revoked; any other \
              is refused",
        ..PLAIN
    },
    Call {
        number: 31,
        name: "host_get_proposal",
        args: &[PROPOSAL],
        answer: Out(Json),
        kind: Kind::Read,
        fuel_base: COUNTS_VOTES,
        doc: "a proposal with its votes as they stand at the snapshot",
        ..PLAIN
    },
    Call {
        number: 32,
        name: "host_sha256",
        args: &[In("data", Bytes)],
        answer: Out(Bytes),
        fuel_base: 600,
        fuel_per_byte: 8,
        doc: "the SHA-256 digest, 32 bytes",
        ..PLAIN
    },
    Call {
        number: 33,
        name: "host_ed25519_verify",
        args: &[DID, In("message", Bytes), In("signature", Bytes)],
        answer: Flag,
        fuel_base: 250_000,
        fuel_per_byte: 8,
        doc: "whether the signature of these bytes is the DID's, by the strict rule",
        ..PLAIN
    },
];

#[cfg(test)]
mod tests {
    use super::CALLS;
    use crate::{Kind, ManaRule};

    #[test]
    fn numbers_rise_and_names_are_unique() {
        assert!(CALLS.is_sorted_by(|a, b| a.number < b.number));
        for (at, call) in CALLS.iter().enumerate() {
            let others = CALLS.iter().skip(at + 1);
            assert!(others.clone().all(|other| other.name != call.name));
            assert!(
                call.aliases
                    .iter()
                    .all(|alias| CALLS.iter().all(|c| c.name != *alias))
            );
        }
    }

    #[test]
    fn every_effect_needs_a_grant_and_only_effects_move_mana() {
        for call in CALLS {
            if call.kind == Kind::Effect {
                assert!(call.capability.is_some(), "{} has no capability", call.name);
            } else {
                assert_eq!(call.mana, ManaRule::Free, "{} is no effect", call.name);
            }
        }
    }

    #[test]
    fn every_call_costs_fuel() {
        assert!(
            CALLS
                .iter()
                .all(|call| call.fuel_base >= 200 && call.fuel_per_byte >= 1)
        );
    }

    #[test]
    fn the_journal_keeps_what_the_contract_lists() {
        let kept: [u16; 25] = [
            2, 3, 4, 5, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
            30, 31,
        ];
        assert!(
            CALLS
                .iter()
                .filter(|call| call.journaled())
                .map(|call| call.number)
                .eq(kept)
        );
    }
}
