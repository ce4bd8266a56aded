//! Proofs: the few blocks that show what the last state's root says about one row, as a CAR.

use super::Api;
use super::error::{Answer, Failure};
use super::input::Pair;
use super::pipe;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use icn_api::Code;
use icn_base::{Cid, Did, JobId, ProposalId};
use icn_dag::car::Writer;
use icn_governance::Key as Decided;
use icn_ledger::Key;
use icn_ledger::zk::Key as Proved;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

/// What the last state says about a row, or that there is none: blocks from the state's root, which
/// is the CAR's root, to the row. The root stands in the header of the block after it.
#[utoipa::path(get, path = "/v1/proofs/{kind}/{key}", tag = "chain", params(
        ("kind" = String, Path, description = "`chain`, `parameter`, `account`, `validator`, \
          `executor`, `job`, `receipt`, `anchor`, `member`, `proposal`, `circuit`, `issuer` or `credential`"),
        ("key" = String, Path, description = "Its DID, CID or name; `-` for the chain")),
    responses((status = 200, description = "CAR v1. `Icn-Height` names the state, `Icn-Root` its root.",
               body = Vec<u8>, content_type = "application/vnd.ipld.car")))]
pub(super) async fn prove(State(api): State<Arc<Api>>, Pair(kind, name): Pair) -> Answer<Response> {
    let key = key(&kind, &name)?;
    let view = api.door.view();
    let (height, root) = (view.tip.height, view.tip.root);
    let file = pipe::work(&api, move || {
        let proof = view.state.prove(key);
        let proof = proof.map_err(|error| Failure::new(Code::Fault, error))?;
        let mut file = Vec::new();
        let mut writer = Writer::new(&mut file, &[root])?;
        for block in proof.blocks() {
            writer.put(block)?;
        }
        writer.finish()?;
        Ok(file)
    })
    .await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.ipld.car; version=1".to_owned(),
        ),
        (HeaderName::from_static("icn-height"), height.to_string()),
        (HeaderName::from_static("icn-root"), root.to_string()),
    ];
    Ok((headers, file).into_response())
}

fn key(kind: &str, name: &str) -> Answer<Key> {
    Ok(match kind {
        "chain" if name == "-" => Key::Chain,
        "parameter" => Key::Parameter(read(name)?),
        "account" => Key::Account(read(name)?),
        "validator" => Key::Validator(read(name)?),
        "executor" => Key::Executor(read(name)?),
        "job" => Key::Job(JobId::new(read::<Cid>(name)?)),
        "receipt" => Key::Receipt(read(name)?),
        "anchor" => Key::Anchor(read(name)?),
        "circuit" => Key::Zk(Proved::Circuit(read(name)?)),
        "issuer" => Key::Zk(Proved::Issuer(read(name)?)),
        "credential" => Key::Zk(Proved::Credential(read(name)?)),
        "member" => Key::Governance(Decided::Member(read::<Did>(name)?)),
        "proposal" => Key::Governance(Decided::Proposal(read::<ProposalId>(name)?)),
        _ => {
            let why = "this names no kind of row, or the chain by another name than `-`";
            return Err(Failure::new(Code::BadPath, why));
        }
    })
}

fn read<T: FromStr<Err: Display>>(name: &str) -> Answer<T> {
    name.parse()
        .map_err(|error| Failure::new(Code::BadPath, error))
}
