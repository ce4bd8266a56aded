//! Circuits, and whether a proof of one holds.

use super::Api;
use super::cursor::{self, page};
use super::error::{Answer, Failure};
use super::input::{Asked, At, Json as Body};
use super::pipe;
use axum::Json;
use axum::extract::State;
use icn_api::Code;
use icn_api::page::{Page, PageQuery};
use icn_api::zk::{CircuitShown, CircuitView, ProofAsk, ProofVerdict, ProverView};
use icn_base::Cid;
use icn_economics::price::proof_price;
use icn_governance::Parameter;
use icn_ledger::zk::Circuit;
use icn_ledger::{Reject, State as Book};
use icn_zk::{Verdict, judge};
use std::sync::Arc;

/// The name of the list, in cursors.
const CIRCUITS: &str = "circuits";

/// Registered circuits, by their ids; retired ones too.
#[utoipa::path(get, path = "/v1/zk/circuits", tag = "proofs", params(PageQuery),
    responses((status = 200, description = "Some of them.", body = Page<CircuitView>)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<CircuitView>>> {
    let (after, limit) = page::<Cid>(CIRCUITS, &query)?;
    let view = api.door.view();
    let rows = view.state.zk().circuits();
    let mut rows = rows.skip_while(|(id, _)| after.is_some_and(|after| **id <= after));
    let some = rows.by_ref().take(limit);
    let items = some.map(|(id, row)| shown(&view.state, id, row));
    let items = items.collect::<Answer<Vec<_>>>()?;
    let last = items.last().map(|circuit| circuit.circuit);
    let next = last.filter(|_| rows.next().is_some());
    let next = next.map(|id| cursor::after(CIRCUITS, &id));
    Ok(Json(Page { items, next }))
}

/// A circuit, and its verification key.
#[utoipa::path(get, path = "/v1/zk/circuits/{id}", tag = "proofs",
    params(("id" = String, Path, description = "The circuit")),
    responses((status = 200, description = "As members have registered it.", body = CircuitShown)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    At(id): At<Cid>,
) -> Answer<Json<CircuitShown>> {
    let view = api.door.view();
    let row = find(&view.state, &id)?;
    Ok(Json(CircuitShown {
        circuit: shown(&view.state, &id, row)?,
        key: row.key.clone(),
    }))
}

/// Whether a proof holds: of a registered circuit, or under the key that is sent. Nothing is asked of
/// the book about what the proof states.
#[utoipa::path(post, path = "/v1/zk/verify", tag = "proofs", request_body = ProofAsk,
    responses((status = 200, description = "The verdict.", body = ProofVerdict)))]
pub(super) async fn verify(
    State(api): State<Arc<Api>>,
    Body(ask): Body<ProofAsk>,
) -> Answer<Json<ProofVerdict>> {
    let key = match (&ask.circuit, ask.vk) {
        (Some(id), None) => find(&api.door.view().state, id)?.key.0.clone(),
        (None, Some(key)) => key.into_bytes(),
        _ => {
            let why = "a `circuit` is named or its `vk` is sent, and not both";
            return Err(Failure::new(Code::BadBody, why));
        }
    };
    let work = move || Ok(judge(&key, ask.proof.as_bytes(), ask.public.as_bytes()));
    let verdict = pipe::work(&api, work).await?;
    let because = match &verdict {
        Verdict::Valid | Verdict::Invalid => None,
        Verdict::Malformed(malformed) => Some(malformed.to_string()),
        Verdict::BadKey(fault) => Some(fault.to_string()),
    };
    Ok(Json(ProofVerdict {
        verdict: verdict.word().to_owned(),
        because,
    }))
}

fn find<'s>(book: &'s Book, id: &Cid) -> Answer<&'s Circuit> {
    let row = book.zk().circuit(id);
    row.ok_or_else(|| Reject::UnknownCircuit { circuit: *id }.into())
}

fn shown(book: &Book, id: &Cid, row: &Circuit) -> Answer<CircuitView> {
    let rate = book.parameter(Parameter::ZkManaPerKconstraint);
    let price = proof_price(row.constraints, rate);
    Ok(CircuitView {
        circuit: *id,
        curve: row.curve.clone(),
        inputs: row.inputs.clone(),
        constraints: row.constraints,
        price: price.map_err(|error| Failure::new(Code::Fault, error))?,
        statement: row.statement.clone(),
        prover: row.prover.as_ref().map(|prover| ProverView {
            name: prover.name.clone(),
            version: prover.version,
            key: prover.key,
        }),
        registered: row.registered,
        retired: row.retired,
    })
}
