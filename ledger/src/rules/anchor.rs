//! Anchor and AnchorReceipt: keep a record for a while. They oblige nobody to store what the record
//! names, and feed no reputation.

use crate::{Draft, Reject};
use icn_base::run::Receipt;
use icn_base::{Cid, Did};

/// Keeps the root of a DAG.
pub(super) fn root(draft: &mut Draft<'_>, from: Did, cid: Cid) -> Result<(), Reject> {
    draft.anchor(cid, from, false);
    Ok(())
}

/// Keeps a receipt of work done elsewhere. Its signature was checked with the transaction's.
pub(super) fn receipt(draft: &mut Draft<'_>, from: Did, receipt: &Receipt) -> Result<(), Reject> {
    let malformed = |cause: icn_base::codec::CodecError| Reject::Malformed {
        cause: cause.to_string(),
    };
    let cid = receipt.cid().map_err(malformed)?;
    draft.anchor(cid, from, true);
    Ok(())
}
