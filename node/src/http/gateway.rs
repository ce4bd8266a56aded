//! The IPFS trustless gateway: blocks and CARs that whoever fetches them checks by hash.

use super::Api;
use super::error::{Answer, Failure};
use super::input::{Asked, At, once};
use super::pipe;
use super::wait::reading;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use icn_api::Code;
use icn_api::dag::GatewayQuery;
use icn_api::limits::EXPORT_CIDS_MAX;
use icn_base::Cid;
use icn_dag::walk::{Step, Walk, WalkError};
use icn_dag::{Blocks, StoreError, car};
use std::sync::Arc;

/// What a block never does is change.
const FOREVER: &str = "public, max-age=29030400, immutable";

/// In which form a block is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// As raw bytes.
    Raw,
    /// As what they are.
    Cbor,
    /// In a CAR, alone.
    CarBlock,
    /// In a CAR, with all that it reaches.
    CarAll,
}

impl Given {
    const fn media(self) -> &'static str {
        match self {
            Self::Raw => "application/vnd.ipld.raw",
            Self::Cbor => "application/vnd.ipld.dag-cbor",
            Self::CarBlock | Self::CarAll => {
                "application/vnd.ipld.car; version=1; order=dfs; dups=n"
            }
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Raw => "bin",
            Self::Cbor => "cbor",
            Self::CarBlock | Self::CarAll => "car",
        }
    }

    /// The same bytes have the same tag. Those of a CAR are the same each time, too.
    fn etag(self, cid: &Cid) -> String {
        match self {
            Self::Raw => format!("\"{cid}.raw\""),
            Self::Cbor => format!("\"{cid}\""),
            Self::CarBlock => format!("\"{cid}.block.car\""),
            Self::CarAll => format!("\"{cid}.car\""),
        }
    }
}

/// A block, or a CAR of what it reaches, as every IPFS client fetches it.
#[utoipa::path(get, path = "/ipfs/{cid}", tag = "dag",
    params(("cid" = String, Path, description = "The block"), GatewayQuery),
    responses((status = 200, description = "The bytes.", content(
                (Vec<u8> = "application/vnd.ipld.raw"), (Vec<u8> = "application/vnd.ipld.car"))),
              (status = 304, description = "You have them.")))]
pub(super) async fn get(
    State(api): State<Arc<Api>>,
    At(cid): At<Cid>,
    Asked(query): Asked<GatewayQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let given = wanted(&query, once(&headers, &header::ACCEPT)?)?;
    let mut response = match given {
        Given::Raw | Given::Cbor => block(&api, cid, given, &headers).await?,
        Given::CarBlock | Given::CarAll => file(&api, cid, given, &headers).await?,
    };
    let headers = response.headers_mut();
    let path = format!("/ipfs/{cid}");
    if let Ok(path) = HeaderValue::from_str(&path) {
        headers.insert(HeaderName::from_static("x-ipfs-path"), path);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    let name = format!("attachment; filename=\"{cid}.{}\"", given.ending());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// What is asked for: by the query, or else by `Accept`.
fn wanted(query: &GatewayQuery, accept: Option<&str>) -> Answer<Given> {
    let car = || match query.scope.as_deref() {
        None | Some("all") => Ok(Given::CarAll),
        Some("block" | "entity") => Ok(Given::CarBlock),
        Some(_) => Err(Failure::new(
            Code::BadQuery,
            "`dag-scope` is all, entity or block",
        )),
    };
    match query.format.as_deref() {
        Some("raw") => return Ok(Given::Raw),
        Some("car") => return car(),
        Some(_) => return Err(Failure::new(Code::BadQuery, "`format` is raw or car")),
        None => {}
    }
    for range in accept.unwrap_or_default().split(',') {
        let mut parts = range.split(';').map(str::trim);
        let (media, parameters) = (parts.next().unwrap_or_default(), parts);
        let mut version = parameters.filter_map(|parameter| parameter.strip_prefix("version="));
        match media {
            "application/vnd.ipld.raw" => return Ok(Given::Raw),
            "application/vnd.ipld.car" if version.all(|version| version == "1") => return car(),
            _ => {}
        }
    }
    let why = "ask for `?format=raw` or `?format=car`: this gateway gives what can be checked";
    Err(Failure::new(Code::NotAcceptable, why))
}

/// The bytes of a block.
pub(super) async fn block(
    api: &Api,
    cid: Cid,
    given: Given,
    headers: &HeaderMap,
) -> Answer<Response> {
    let blocks = Arc::clone(api.door.blocks());
    if is_known(headers, &given.etag(&cid))? {
        let here = reading(move || Ok(blocks.has(&cid)?)).await?;
        return if here {
            Ok(unchanged(cid, given))
        } else {
            Err(missing(&cid))
        };
    }
    let block = reading(move || blocks.get(&cid)?.ok_or_else(|| missing(&cid))).await?;
    Ok(dressed(cid, given, Body::from(block.bytes().to_vec())))
}

/// A CAR. It is begun only once all of it is known to be here.
async fn file(api: &Api, cid: Cid, given: Given, headers: &HeaderMap) -> Answer<Response> {
    let blocks = Arc::clone(api.door.blocks());
    if is_known(headers, &given.etag(&cid))? {
        return Ok(unchanged(cid, given));
    }
    let room = pipe::heavy(api)?;
    let look = Arc::clone(&blocks);
    reading(move || match given {
        Given::CarAll => complete(&*look, &cid),
        Given::CarBlock | Given::Raw | Given::Cbor if look.has(&cid)? => Ok(()),
        Given::CarBlock | Given::Raw | Given::Cbor => Err(missing(&cid)),
    })
    .await?;
    let body = pipe::written(room, move |into| {
        if given == Given::CarAll {
            return car::export(&*blocks, &[cid], into, |_| {}).map(drop);
        }
        let mut writer = car::Writer::new(into, &[cid])?;
        writer.put(&blocks.get(&cid)?.ok_or(StoreError::Missing(cid))?)?;
        writer.finish().map(drop)
    });
    Ok(dressed(cid, given, body))
}

/// Refuses a DAG of which something is missing, or that is too large for one answer.
fn complete(blocks: &(dyn Blocks + Send + Sync), root: &Cid) -> Answer<()> {
    let mut walk = Walk::new(&[*root])
        .without_leaves()
        .at_most(EXPORT_CIDS_MAX);
    loop {
        match walk.step(blocks) {
            Ok(None) => return Ok(()),
            Ok(Some(Step::Block(_) | Step::Leaf { .. })) => {}
            Ok(Some(Step::Missing(cid))) if cid == *root => return Err(missing(&cid)),
            Ok(Some(Step::Missing(cid))) => {
                return Err(Failure::new(Code::Incomplete, format!("{cid} is not here")));
            }
            Ok(Some(Step::Damaged { cid, place })) => {
                return Err(StoreError::Damaged { cid, place }.into());
            }
            Err(WalkError::Store(error)) => return Err(error.into()),
            Err(error @ WalkError::TooMany(_)) => return Err(Failure::new(Code::TooMuch, error)),
        }
    }
}

fn missing(cid: &Cid) -> Failure {
    Failure::new(Code::UnknownBlock, format!("{cid} is not here"))
}

/// True if the client says that it has these bytes.
fn is_known(headers: &HeaderMap, etag: &str) -> Answer<bool> {
    let known = once(headers, &header::IF_NONE_MATCH)?.unwrap_or_default();
    let bare = |tag: &str| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*";
    Ok(known.split(',').any(bare))
}

fn unchanged(cid: Cid, given: Given) -> Response {
    let mut response = dressed(cid, given, Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

fn dressed(cid: Cid, given: Given, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, given.media().to_owned()),
        (header::ETAG, given.etag(&cid)),
        (header::CACHE_CONTROL, FOREVER.to_owned()),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Option<&str>, scope: Option<&str>, accept: &str, expect: Option<Given>) {
        let query = GatewayQuery {
            format: format.map(ToOwned::to_owned),
            scope: scope.map(ToOwned::to_owned),
            ..GatewayQuery::default()
        };
        assert_eq!(
            wanted(&query, Some(accept)).ok(),
            expect,
            "{query:?} {accept}"
        );
    }

    #[test]
    fn the_query_comes_before_accept_and_nothing_is_guessed() {
        let car = "application/vnd.ipld.car";
        check(Some("raw"), None, car, Some(Given::Raw));
        check(Some("car"), Some("block"), "", Some(Given::CarBlock));
        check(Some("car"), Some("all"), "", Some(Given::CarAll));
        check(Some("tar"), None, car, None);
        check(Some("car"), Some("half"), "", None);
        check(None, None, "application/vnd.ipld.raw", Some(Given::Raw));
        check(
            None,
            None,
            "text/html, application/vnd.ipld.car; version=1; order=dfs",
            Some(Given::CarAll),
        );
        check(None, None, "application/vnd.ipld.car;version=2", None);
        check(None, None, "*/*", None);
        check(None, None, "", None);
    }
}
