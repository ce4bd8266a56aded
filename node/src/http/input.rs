//! What a request says, read within bounds: path, query, body. What cannot be read is refused with a
//! number, and never costs more than its bound.

use super::Api;
use super::body::read;
use super::error::{Answer, Failure};
use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use icn_api::Code;
use icn_api::limits::JSON_BYTES_MAX;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The one variable part of a path, as a value.
pub(super) struct At<T>(pub(super) T);

impl<T: FromStr<Err: fmt::Display>> FromRequestParts<Arc<Api>> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Answer<Self> {
        let bad = |why: String| Failure::new(Code::BadPath, why);
        let params = RawPathParams::from_request_parts(parts, api).await;
        let params = params.map_err(|error| bad(error.to_string()))?;
        let (name, text) = params
            .iter()
            .next()
            .ok_or_else(|| bad("it ends too early".into()))?;
        let value = text
            .parse()
            .map_err(|error| bad(format!("{name}: {error}")))?;
        Ok(Self(value))
    }
}

/// The two variable parts of a path.
pub(super) struct Pair(pub(super) String, pub(super) String);

impl FromRequestParts<Arc<Api>> for Pair {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Answer<Self> {
        let params = RawPathParams::from_request_parts(parts, api).await;
        let params = params.map_err(|error| Failure::new(Code::BadPath, error))?;
        let mut texts = params.iter().map(|(_, text)| text.to_owned());
        match (texts.next(), texts.next()) {
            (Some(first), Some(second)) => Ok(Self(first, second)),
            _ => Err(Failure::new(Code::BadPath, "it ends too early")),
        }
    }
}

/// The query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Api>> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Answer<Self> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => Err(Failure::new(Code::BadQuery, error.body_text())),
        }
    }
}

/// A body of JSON.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, api: &Arc<Api>) -> Answer<Self> {
        if media_type(request.headers())? != Some("application/json") {
            return Err(Failure::new(
                Code::WrongMediaType,
                "this route reads application/json",
            ));
        }
        let bytes = read(api, request.into_body(), JSON_BYTES_MAX).await?;
        json(&bytes).map(Self)
    }
}

/// The media type of a body, without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Answer<Option<&str>> {
    let Some(text) = once(headers, &header::CONTENT_TYPE)? else {
        return Ok(None);
    };
    Ok(text.split(';').next().map(str::trim))
}

/// A header that may stand once, as text.
pub(super) fn once<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Answer<Option<&'h str>> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Failure::new(
            Code::BadHeader,
            format!("{name} stands twice"),
        ));
    }
    let text = value.to_str();
    text.map(Some)
        .map_err(|_| Failure::new(Code::BadHeader, format!("{name} is no plain text")))
}

/// JSON in which no object names a field twice: two readers of it see the same.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let bad = |error: serde_json::Error| Failure::new(Code::BadBody, error);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    reader.deserialize_any(Strict).map_err(bad)?;
    serde_json::from_slice(bytes).map_err(bad)
}

/// Reads any JSON, keeps nothing, and refuses a field that stands twice. Nesting is bounded by
/// `serde_json`.
struct Strict;

impl<'de> serde::de::DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            if names.contains(&name) {
                return Err(serde::de::Error::custom(
                    "a field stands twice in an object",
                ));
            }
            fields.next_value_seed(Self)?;
            names.insert(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_stands_twice_is_refused_wherever_it_is() {
        assert!(json::<serde_json::Value>(br#"[{"a":1,"b":{"a":2}}]"#).is_ok());
        for twice in [r#"{"a":1,"a":1}"#, r#"[{"x":{"a":1,"\u0061":2}}]"#] {
            assert!(
                json::<serde_json::Value>(twice.as_bytes()).is_err(),
                "{twice}"
            );
        }
    }

    #[test]
    fn deep_nesting_is_refused_unread() {
        let deep = "[".repeat(100_000);
        assert!(json::<serde_json::Value>(deep.as_bytes()).is_err());
    }
}
