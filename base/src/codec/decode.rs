//! Reading: canonical dag-cbor to serde values. [`scan`] has judged the bytes before, so what is
//! left here is to refuse what serde would let pass as a second spelling of a value: arrays for
//! structs, bytes for text, null for an absent field, unknown fields. What a type itself lets pass
//! (a set out of order, a default spelled out) is found by writing the value again.

use super::head::{self, FALSE, FLOAT64, Major, NULL, TRUE};
use super::{CodecError, encode, scan};
use crate::cid::SERDE_NAME;
use serde::Serialize;
use serde::de::{self, DeserializeOwned, Visitor};

/// Reads one value from canonical bytes; every other spelling of it is refused. What this returns
/// is written again as exactly these bytes.
pub fn decode<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, CodecError> {
    scan::scan(bytes)?;
    let value = T::deserialize(&mut Decoder { bytes, at: 0 })?;
    if encode(&value)? == bytes {
        Ok(value)
    } else {
        Err(CodecError::SecondSpelling)
    }
}

struct Decoder<'de> {
    bytes: &'de [u8],
    at: usize,
}

impl<'de> Decoder<'de> {
    /// The head of the next value, which must be of one kind.
    fn head(&mut self, wanted: Major, what: &'static str) -> Result<u64, CodecError> {
        let (major, number, after) = head::read(self.bytes, self.at)?;
        if major != wanted {
            return Err(CodecError::Type { what, at: self.at });
        }
        self.at = after;
        Ok(number)
    }

    fn take(&mut self, length: u64) -> Result<&'de [u8], CodecError> {
        let end = CodecError::End { at: self.at };
        let length = usize::try_from(length).map_err(|_| end.clone())?;
        let taken = self.bytes[self.at..].get(..length).ok_or(end)?;
        self.at += length;
        Ok(taken)
    }

    fn text(&mut self) -> Result<&'de str, CodecError> {
        let at = self.at;
        let length = self.head(Major::Text, "text")?;
        std::str::from_utf8(self.take(length)?).map_err(|_| CodecError::Utf8 { at })
    }

    fn byte_string(&mut self) -> Result<&'de [u8], CodecError> {
        let length = self.head(Major::Bytes, "a byte string")?;
        self.take(length)
    }

    fn link(&mut self) -> Result<&'de [u8], CodecError> {
        let (at, tag) = (self.at, self.head(Major::Tag, "a link (tag 42)")?);
        let (_, end) = scan::link(self.bytes, at, tag, self.at)?;
        self.at = end;
        Ok(&self.bytes[end - crate::cid::CID_BYTES..end])
    }

    fn array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CodecError> {
        let at = self.at;
        let left = self.head(Major::Array, "an array")?;
        let mut items = Remaining {
            decoder: self,
            left,
        };
        let value = visitor.visit_seq(&mut items)?;
        items.must_be_empty(at).map(|()| value)
    }

    fn map<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CodecError> {
        let at = self.at;
        let left = self.head(Major::Map, "a map")?;
        let mut entries = Remaining {
            decoder: self,
            left,
        };
        let value = visitor.visit_map(&mut entries)?;
        entries.must_be_empty(at).map(|()| value)
    }

    fn simple<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CodecError> {
        let at = self.at;
        let first = self.bytes[at];
        let (_, bits, after) = head::read(self.bytes, at)?;
        self.at = after;
        match first {
            FALSE => visitor.visit_bool(false),
            TRUE => visitor.visit_bool(true),
            NULL => visitor.visit_unit(),
            FLOAT64 => visitor.visit_f64(head::float(bits, at)?),
            _ => Err(CodecError::Simple { at }),
        }
    }
}

/// What is left of an array or map.
struct Remaining<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    left: u64,
}

impl Remaining<'_, '_> {
    fn must_be_empty(&self, at: usize) -> Result<(), CodecError> {
        let what = "an array or map with fewer entries";
        if self.left == 0 {
            Ok(())
        } else {
            Err(CodecError::Type { what, at })
        }
    }

    /// A hint for serde; at most what the bytes can hold, which the scan has seen to.
    fn hint(&self) -> Option<usize> {
        usize::try_from(self.left).ok()
    }
}

impl<'de> de::SeqAccess<'de> for Remaining<'_, 'de> {
    type Error = CodecError;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, CodecError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.decoder).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> de::MapAccess<'de> for Remaining<'_, 'de> {
    type Error = CodecError;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, CodecError> {
        de::SeqAccess::next_element_seed(self, seed)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, CodecError> {
        seed.deserialize(&mut *self.decoder)
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

/// An enum value: a name alone, or a map of one entry from name to content.
struct Variant<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    has_content: bool,
}

impl<'a, 'de> Variant<'a, 'de> {
    fn content(self) -> Result<&'a mut Decoder<'de>, CodecError> {
        let what = "a variant with content";
        if self.has_content {
            Ok(self.decoder)
        } else {
            Err(CodecError::Type {
                what,
                at: self.decoder.at,
            })
        }
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = CodecError;
    type Variant = Self;

    fn variant_seed<V: de::DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), CodecError> {
        let name = seed.deserialize(&mut *self.decoder)?;
        Ok((name, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = CodecError;

    fn unit_variant(self) -> Result<(), CodecError> {
        let what = "a variant without content";
        if self.has_content {
            Err(CodecError::Type {
                what,
                at: self.decoder.at,
            })
        } else {
            Ok(())
        }
    }

    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, CodecError> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.content()?.array(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.content()?.map(visitor)
    }
}

impl<'de> de::Deserializer<'de> for &mut Decoder<'de> {
    type Error = CodecError;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        let (major, number, after) = head::read(self.bytes, self.at)?;
        match major {
            Major::Unsigned => {
                self.at = after;
                visitor.visit_u64(number)
            }
            Major::Negative => {
                self.at = after;
                match i64::try_from(number) {
                    Ok(number) => visitor.visit_i64(-1 - number),
                    Err(_) => visitor.visit_i128(-1 - i128::from(number)),
                }
            }
            Major::Bytes => visitor.visit_borrowed_bytes(self.byte_string()?),
            Major::Text => visitor.visit_borrowed_str(self.text()?),
            Major::Array => self.array(visitor),
            Major::Map => self.map(visitor),
            Major::Tag => {
                let cid = de::value::BorrowedBytesDeserializer::new(self.link()?);
                visitor.visit_newtype_struct(cid)
            }
            Major::Simple => self.simple(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        if self.bytes[self.at] == NULL {
            return Err(CodecError::Null { at: self.at });
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        if name == SERDE_NAME {
            visitor.visit_borrowed_bytes(self.link()?)
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        visitor.visit_borrowed_bytes(self.byte_string()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        let at = self.at;
        let has_content = match head::read(self.bytes, at)? {
            (Major::Text, ..) => false,
            (Major::Map, 1, after) => {
                self.at = after;
                true
            }
            _ => {
                return Err(CodecError::Type {
                    what: "a variant (text, or a map of one)",
                    at,
                });
            }
        };
        visitor.visit_enum(Variant {
            decoder: self,
            has_content,
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, CodecError> {
        Err(CodecError::Type {
            what: "a known field",
            at: self.at,
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64
        unit unit_struct seq tuple tuple_struct
    }
}
