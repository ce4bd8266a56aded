//! What the node does under its own key, once for each Idempotency-Key.
//!
//! The order is what makes it once: sign, write down under the key, submit, answer. A request that
//! comes again finds what was signed before. If that stands in a block, its fate is the answer; if
//! it waits, it is waited for; if it can never be taken, nothing was done and it is signed anew.

use super::Api;
use super::door::Ask;
use super::error::{Answer, Failure};
use super::gate::Caller;
use super::keyed::Held;
use super::past::Fate;
use super::wait::{Settled, known, settled};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use icn_api::Code;
use icn_api::tx::{TxStatus, TxView};
use icn_base::TxId;
use icn_ledger::{Action, Reject, SignedTx};
use icn_mesh::{NotTaken, Waiting};
use std::sync::Arc;
use std::time::Duration;

/// How often a nonce that somebody else took is asked for anew.
const TRIES: usize = 3;

/// Seconds that an act waits for its block if its client does not say.
pub(super) const WAIT_S: u64 = 10;

/// The leave to act as the node, given to the operator, and the key under which it is done.
pub(super) struct Acting {
    held: Option<Held>,
}

impl FromRequestParts<Arc<Api>> for Acting {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Answer<Self> {
        match parts.extensions.get::<Caller>() {
            Some(Caller { operator: true, .. }) => Ok(Self {
                held: parts.extensions.get::<Held>().cloned(),
            }),
            _ => Err(Failure::new(Code::TokenMissing, "no token was sent")),
        }
    }
}

/// What the node has done.
pub(super) struct Done {
    pub(super) id: TxId,
    settled: Option<Settled>,
}

impl Done {
    /// What became of it; a refusal of the book's is the whole answer.
    pub(super) fn view(self) -> Answer<TxView> {
        let view = |status, height| TxView {
            tx: Some(self.id),
            status,
            height,
            error: None,
        };
        match self.settled {
            None => Ok(view(TxStatus::Waiting, None)),
            Some((height, Fate::Applied)) => Ok(view(TxStatus::Applied, Some(height))),
            Some((_, Fate::Failed(refusal) | Fate::Refused(refusal))) => {
                Err(Failure::remembered(&refusal))
            }
        }
    }
}

/// Signs and submits an action, and waits for its block.
pub(super) async fn act(
    api: &Api,
    acting: Acting,
    action: Action,
    patience: Duration,
) -> Answer<Done> {
    let above = api.door.view().tip.height;
    let id = match again(api, &acting).await? {
        Some(
            done @ Done {
                settled: Some(_), ..
            },
        ) => return Ok(done),
        Some(Done { id, settled: None }) => id,
        None => anew(api, &acting, action).await?,
    };
    let settled = settled(api, &[id], above, patience).await?.remove(&id);
    Ok(Done { id, settled })
}

/// What became of what was signed under the same key before; nothing, if nothing was or it came to
/// nothing.
async fn again(api: &Api, acting: &Acting) -> Answer<Option<Done>> {
    let Some(tx) = acting.held.as_ref().and_then(Held::signed) else {
        return Ok(None);
    };
    let id = tx.id();
    if let Some(settled) = known(api, &id).await? {
        let settled = Some(settled);
        return Ok(Some(Done { id, settled }));
    }
    match submit(api, tx).await {
        Ok(()) => Ok(Some(Done { id, settled: None })),
        Err(Refused::Else(failure)) if !failure.is_the_books() => Err(failure),
        // Whatever is signed anew has the same nonce, or one after it that was used: both cannot
        // happen. It may have come into a block between the two questions.
        Err(_) => Ok(known(api, &id).await?.map(|settled| Done {
            id,
            settled: Some(settled),
        })),
    }
}

/// Signs an action and submits it.
async fn anew(api: &Api, acting: &Acting, action: Action) -> Answer<TxId> {
    for _ in 0..TRIES {
        let _own = api.door.own().await;
        let tx = api.door.ask(|to| Ask::Sign(action.clone(), to)).await?;
        if let Some(held) = &acting.held {
            let written = held.sign(&tx).await;
            written.map_err(|error| Failure::new(Code::StoreFault, error))?;
        }
        let id = tx.id();
        match submit(api, tx).await {
            Ok(()) => return Ok(id),
            Err(Refused::Nonce) => {}
            Err(Refused::Else(failure)) => return Err(failure),
        }
    }
    Err(Failure::new(
        Code::Busy,
        "others act as this node at the same time",
    ))
}

/// Why something was not taken.
enum Refused {
    /// Another one has its nonce.
    Nonce,
    /// Anything else.
    Else(Failure),
}

async fn submit(api: &Api, tx: SignedTx) -> Result<(), Refused> {
    let failed = |failure: Failure| Refused::Else(failure);
    let waiting = Waiting::new(tx, &api.door.who().network);
    let waiting = waiting.map_err(|reject| failed(reject.into()))?;
    let asked = api.door.ask(|to| Ask::Submit(vec![waiting], to)).await;
    let verdict = asked.map_err(|none| failed(none.into()))?.pop();
    match verdict {
        Some(Ok(()) | Err(NotTaken::Known)) => Ok(()),
        Some(Err(NotTaken::Book(Reject::NonceUsed { .. }) | NotTaken::NonceTaken { .. })) => {
            Err(Refused::Nonce)
        }
        Some(Err(other)) => Err(failed(other.into())),
        None => Err(failed(Failure::new(Code::Fault, "there is no verdict"))),
    }
}
