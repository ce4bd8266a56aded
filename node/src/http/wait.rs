//! Waiting for transactions to stand in a block.

use super::Api;
use super::error::{Answer, Failure};
use super::past::{Fate, Report};
use icn_api::Code;
use icn_api::limits::WAIT_S_MAX;
use icn_base::TxId;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A transaction's block, and what became of it there.
pub(super) type Settled = (u64, Fate);

/// How long a request may wait.
pub(super) fn patience(seconds: Option<u64>, default_s: u64) -> Answer<Duration> {
    match seconds.unwrap_or(default_s) {
        seconds @ 0..=WAIT_S_MAX => Ok(Duration::from_secs(seconds)),
        _ => Err(Failure::new(
            Code::BadQuery,
            format!("at most {WAIT_S_MAX} seconds are waited"),
        )),
    }
}

/// What became of these transactions in blocks above a height. It answers as soon as all of them
/// stand in one, and with what there is when time is up.
pub(super) async fn settled(
    api: &Api,
    ids: &[TxId],
    above: u64,
    patience: Duration,
) -> Answer<HashMap<TxId, Settled>> {
    let until = Instant::now() + patience;
    let mut views = api.door.views();
    let (mut found, mut seen) = (HashMap::new(), above);
    let mut missing: std::collections::HashSet<TxId> = ids.iter().copied().collect();
    loop {
        let tip = api.door.view().tip.height;
        while seen < tip && !missing.is_empty() {
            seen += 1;
            let Some(report) = report(api, seen).await? else {
                continue;
            };
            for (id, fate) in &report.txs {
                if missing.remove(id) {
                    found.insert(*id, (seen, fate.clone()));
                }
            }
        }
        let stop = api.stop.cancelled();
        tokio::select! {
            biased;
            () = std::future::ready(()), if missing.is_empty() => return Ok(found),
            changed = views.changed() => if changed.is_err() { return Ok(found) },
            () = tokio::time::sleep_until(until) => return Ok(found),
            () = stop => return Ok(found),
        }
    }
}

/// What became of a transaction in some block before now.
pub(super) async fn known(api: &Api, id: &TxId) -> Answer<Option<Settled>> {
    let (past, id) = (Arc::clone(api.door.past()), *id);
    let look = move || {
        let Some(height) = past.height_of(&id)? else {
            return Ok(None);
        };
        let report = past.report(height)?;
        let fate = report.and_then(|report| report.fate(&id).cloned());
        Ok(fate.map(|fate| (height, fate)))
    };
    reading(look).await
}

/// What became of a block.
pub(super) async fn report(api: &Api, height: u64) -> Answer<Option<Arc<Report>>> {
    let past = Arc::clone(api.door.past());
    reading(move || Ok(past.report(height)?)).await
}

/// Does something that waits for the disk, on a thread that may.
pub(super) async fn reading<T: Send + 'static>(
    read: impl FnOnce() -> Answer<T> + Send + 'static,
) -> Answer<T> {
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(|_| Failure::new(Code::Fault, "reading met a fault"))?
}
