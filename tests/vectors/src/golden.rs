//! Golden rows: how a value of a wire type is written, in every form that is ever hashed, signed,
//! stored or sent.

use icn_base::codec;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::{Debug, Write};

/// The golden page of one word of the protocol.
#[derive(Debug, Default)]
pub struct Page(String);

impl Page {
    /// Adds a value, as JSON and as dag-cbor in hex. Both must read back as the same value.
    pub fn value<T>(&mut self, name: &str, value: &T) -> &mut Self
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let json = serde_json::to_string(value).expect("wire types have a JSON form");
        let cbor = codec::encode(value).expect("wire types have a dag-cbor form");
        assert_eq!(
            &serde_json::from_str::<T>(&json).expect("it was just written"),
            value
        );
        assert_eq!(
            &codec::decode::<T>(&cbor).expect("it was just written"),
            value
        );
        self.line(name);
        self.line(&format!("  json {json}"));
        self.line(&format!("  cbor {}", data_encoding::HEXLOWER.encode(&cbor)));
        self
    }

    /// Adds a form of the last value that is written elsewhere, for example as text.
    pub fn also(&mut self, form: &str, written: &dyn std::fmt::Display) -> &mut Self {
        self.line(&format!("  {form} {written}"));
        self
    }

    /// The page.
    pub fn text(&self) -> &str {
        &self.0
    }

    fn line(&mut self, line: &str) {
        writeln!(self.0, "{line}").expect("a string takes every line");
    }
}
