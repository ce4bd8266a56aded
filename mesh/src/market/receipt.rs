//! From an outcome to a receipt that the book takes.

use super::{Market, Moment};
use crate::words::Ran;
use icn_base::run::{Claim, Input, JobSpec, Receipt, Snapshot};
use icn_base::{Cid, Codec, Domain, JobId, Time, codec};
use icn_dag::Block;
use icn_ledger::Job;
use icn_ledger::job::Salt;
use icn_ledger::limits::{CLAIM_BYTES_MAX, MEMO_BYTES_MAX};

/// A receipt, the name of its claim, and all blocks to keep with it.
pub(super) struct Made {
    pub(super) receipt: Receipt,
    pub(super) claim: Cid,
    pub(super) blocks: Vec<Block>,
}

impl Market {
    /// Makes the receipt of a run, or says why the book would not take one.
    pub(super) fn receipt(
        &self,
        moment: Moment<'_>,
        (id, job, snapshot): (JobId, &Job, Snapshot),
        started: Time,
        ran: Ran,
    ) -> Result<Made, String> {
        let module = job.spec.module;
        let claim = Claim::new(id, module, input(&job.spec), snapshot, ran.outcome);
        let encoded = codec::encode(&claim).map_err(|error| error.to_string())?;
        if encoded.len() > CLAIM_BYTES_MAX {
            return Err(format!(
                "the claim has {} bytes, {CLAIM_BYTES_MAX} are allowed",
                encoded.len()
            ));
        }
        let name = Cid::of(Codec::DagCbor, &encoded);
        let finished = moment.now.max(started);
        let receipt = Receipt::sign(claim, started, finished, &self.keys, &self.network);
        let receipt = receipt.map_err(|error| error.to_string())?;
        let block = Block::cbor(&receipt).map_err(|error| error.to_string())?;
        let mut blocks = ran.blocks;
        blocks.push(block);
        Ok(Made {
            receipt,
            claim: name,
            blocks,
        })
    }

    /// What hides this node's claim in its seal. It needs no memory: nobody else can make the
    /// signature that it grows from, which is never shown.
    pub(super) fn salt(&self, id: &JobId) -> Salt {
        let words = codec::encode(&("salt", id)).expect("two words have a canonical spelling");
        let secret = self.keys.sign(Domain::Receipt, &self.network, &words);
        Salt(*Cid::of(Codec::Raw, secret.as_bytes()).digest())
    }
}

fn input(spec: &JobSpec) -> Cid {
    match &spec.input {
        Input::Cid(cid) => *cid,
        Input::Inline(bytes) => Cid::of(Codec::Raw, bytes),
    }
}

/// Cuts a reason to what the book takes.
pub(super) fn cut(text: &mut String) {
    let mut most = text.len().min(MEMO_BYTES_MAX);
    while !text.is_char_boundary(most) {
        most = most.saturating_sub(1);
    }
    text.truncate(most);
}
