//! Receipts as a node has them, by their CID or by their job's id.

use crate::client::Client;
use crate::failure::Failure;
use icn_abi::Class;
use icn_api::job::ReceiptView;
use icn_api::limits::VERIFY_BYTES_MAX;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::run::Receipt;
use icn_base::{Cid, codec};

/// A receipt, and its name.
pub(super) fn receipt(client: &Client, id: &Cid) -> Result<(Cid, Receipt), Failure> {
    let shown = client.get_as::<ReceiptView>(&format!("/v1/jobs/{id}/receipt"));
    match shown {
        Ok((view, _)) => Ok((view.cid, view.receipt)),
        Err(failure) if failure.class == Class::UnknownJob => {
            let bytes = client.bytes(&format!("/v1/dag/{id}"), BLOCK_BYTES_MAX as u64)?;
            let receipt = codec::decode(&bytes).map_err(|error| {
                Failure::malformed(format!("{id} is no job's id and no receipt: {error}"))
            })?;
            Ok((*id, receipt))
        }
        Err(failure) => Err(failure),
    }
}

/// The file that proves a receipt.
pub(super) fn car(client: &Client, id: &Cid) -> Result<Vec<u8>, Failure> {
    let (_, receipt) = receipt(client, id)?;
    let (job, executor) = (receipt.claim.job, receipt.executor);
    let path = format!("/v1/jobs/{job}/receipt?format=car&executor={executor}");
    client.bytes(&path, VERIFY_BYTES_MAX as u64)
}
