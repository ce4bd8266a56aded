//! What HTTP asks of the loop.

use super::{Heart, HeartError, Recent, verify};
use crate::http::door::{Ask, NoEvidence};
use crate::past::receipt_of;
use icn_base::Cid;
use icn_base::run::Receipt;
use icn_dag::{Blocks, Store};
use icn_ledger::{Header, State};
use icn_mesh::Input;
use icn_replay::{Asked, Evidence, export};
use icn_store::Reader;

impl Heart {
    /// Answers, or makes inputs whose effects will.
    pub(super) fn ask(&mut self, ask: Ask, inputs: &mut Vec<Input>) -> Result<(), HeartError> {
        // Whoever asked may have gone away: then the answer is dropped.
        match ask {
            Ask::Ping(reply) => reply.send(()).unwrap_or(()),
            Ask::Submit(txs, reply) => {
                let ticket = self.waits.ticket();
                let ids = txs.iter().map(icn_mesh::Waiting::id).collect();
                self.waits.taken.insert(ticket, (ids, reply));
                inputs.push(Input::Submit { txs, ticket });
            }
            Ask::Sign(action, reply) => {
                let now = self.clock.now();
                reply.send(self.mesh.draft(action, now)).unwrap_or(());
            }
            Ask::Retry(job, times) => inputs.push(Input::Retry { job, times }),
            Ask::Keep(batch, reply) => {
                let blocks = batch.blocks.clone();
                let kept = self.disk.store.commit(batch);
                if kept.is_ok() && !blocks.is_empty() {
                    // Jobs may wait for them.
                    inputs.push(Input::Put(blocks));
                }
                reply.send(kept).unwrap_or(());
            }
            Ask::Explain(job, reply) => {
                let ticket = self.waits.ticket();
                self.waits.explained.insert(ticket, reply);
                inputs.push(Input::Explain { job, ticket });
            }
            Ask::Evidence(cid, reply) => self.evidence(cid, reply),
            Ask::Waits(tx, reply) => reply.send(self.mesh.waits(&tx)).unwrap_or(()),
            Ask::Verify(file, reply) => {
                let cache = self.cache.clone();
                self.threads.spawn(async move {
                    reply
                        .send(verify::verify(&cache, &file).await)
                        .unwrap_or(());
                });
            }
        }
        Ok(())
    }

    /// Puts together the file that proves a receipt: its job is run again, to see what it reads.
    fn evidence(&self, cid: Cid, reply: tokio::sync::oneshot::Sender<Result<Vec<u8>, NoEvidence>>) {
        let reader = self.disk.store.reader();
        let found = match receipt_of(&reader, &cid) {
            Some(receipt) => snapshot(&self.recent, &receipt).map(|found| (receipt, found)),
            None => Err(NoEvidence::Unknown(cid)),
        };
        let (receipt, (state, header, next)) = match found {
            Ok(found) => found,
            Err(none) => return reply.send(Err(none)).unwrap_or(()),
        };
        let pool = std::sync::Arc::clone(&self.pool);
        self.threads.spawn(async move {
            let job = receipt.claim.job;
            let order = super::runs::order_of(job, state.clone(), header, &reader, EVIDENCE_MS);
            let lacking = |why: String| NoEvidence::Lacking(why);
            let answer = match order {
                Err(error) => Err(lacking(error.to_string())),
                Ok(order) => match pool.run(order).await {
                    Err(fault) => Err(lacking(fault.to_string())),
                    Ok(done) => {
                        let fixed = (&state, &header, &next);
                        write(&receipt, fixed, &done.asked, &reader).map_err(lacking)
                    }
                },
            };
            reply.send(answer).unwrap_or(());
        });
    }
}

/// How long a run may take that only shows what it reads.
const EVIDENCE_MS: u64 = 60_000;

/// The state that a receipt's job ran on, the header that led to it, and the one after.
fn snapshot(recent: &Recent, receipt: &Receipt) -> Result<(State, Header, Header), NoEvidence> {
    let height = receipt.claim.snapshot.height;
    let next = recent.get(height.saturating_add(1));
    match (recent.get(height), next) {
        (Some((state, header)), Some((_, next))) => Ok((state.clone(), *header, *next)),
        _ => Err(NoEvidence::Gone(height)),
    }
}

fn write(
    receipt: &Receipt,
    (state, header, next): (&State, &Header, &Header),
    asked: &Asked,
    blocks: &Reader,
) -> Result<Vec<u8>, String> {
    let evidence = Evidence {
        receipt,
        header,
        next,
        state,
        asked,
        blocks: blocks as &dyn Blocks,
    };
    let mut file = Vec::new();
    match export(&evidence, &mut file) {
        Ok(_) => Ok(file),
        Err(error) => Err(error.to_string()),
    }
}
