//! Writing: serde values to canonical dag-cbor. Map keys are put in order, whatever order a type
//! declares its fields in; what has no canonical spelling (NaN, an explicit none) is refused.

use super::CodecError;
use super::head::{self, FALSE, FLOAT64, LINK, LINK_BYTES, Major, NULL, TRUE};
use crate::cid::{CID_BYTES, SERDE_NAME};
use crate::limits::CBOR_DEPTH_MAX;
use serde::ser::{self, Serialize};

/// The canonical bytes of a value.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(128);
    encode_into(&mut out, value)?;
    Ok(out)
}

/// Appends the canonical bytes of a value to a buffer that may be used again.
pub fn encode_into<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<(), CodecError> {
    value.serialize(&mut Encoder { out, depth: 0 })
}

struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    depth: usize,
}

impl Encoder<'_> {
    fn head(&mut self, major: Major, number: u64) {
        head::push(self.out, major, number);
    }

    fn wrong<T>(&self, what: &'static str) -> Result<T, CodecError> {
        Err(CodecError::Type {
            what,
            at: self.out.len(),
        })
    }

    fn enter(&mut self, major: Major, length: usize) -> Result<(), CodecError> {
        if self.depth == CBOR_DEPTH_MAX {
            return Err(CodecError::Depth { at: self.out.len() });
        }
        self.depth += 1;
        self.head(major, length as u64);
        Ok(())
    }

    /// Writes the key of a variant that has content: a map of one entry.
    fn variant(&mut self, name: &'static str) -> Result<(), CodecError> {
        self.enter(Major::Map, 1)?;
        ser::Serializer::serialize_str(self, name)
    }
}

/// The entries of an array that are still to be written.
struct Items<'e, 'a> {
    encoder: &'e mut Encoder<'a>,
    left: usize,
    /// Containers to leave at the end: two for a tuple variant.
    containers: usize,
}

impl Items<'_, '_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.left = self.left.checked_sub(1).ok_or(CodecError::Type {
            what: "as many items as announced",
            at: 0,
        })?;
        value.serialize(&mut *self.encoder)
    }

    fn finish(self) -> Result<(), CodecError> {
        self.encoder.depth -= self.containers;
        if self.left == 0 {
            Ok(())
        } else {
            self.encoder.wrong("as many items as announced")
        }
    }
}

/// A map's entries, written as they come and put in order at the end.
struct Entries<'e, 'a> {
    encoder: &'e mut Encoder<'a>,
    announced: usize,
    /// Where each key begins (with its head) and where its text begins and ends.
    keys: Vec<Key>,
    containers: usize,
}

#[derive(Clone, Copy)]
struct Key {
    entry: usize,
    text: usize,
    end: usize,
}

impl Entries<'_, '_> {
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CodecError> {
        let entry = self.encoder.out.len();
        key.serialize(&mut *self.encoder)?;
        match head::read(self.encoder.out, entry)? {
            (Major::Text, _, text) => {
                self.keys.push(Key {
                    entry,
                    text,
                    end: self.encoder.out.len(),
                });
                Ok(())
            }
            _ => Err(CodecError::KeyType { at: entry }),
        }
    }

    fn finish(self) -> Result<(), CodecError> {
        self.encoder.depth -= self.containers;
        if self.keys.len() != self.announced {
            return self.encoder.wrong("as many entries as announced");
        }
        sort(self.encoder.out, self.keys)
    }
}

/// Puts the entries of the map at the end of `out` in canonical order.
fn sort(out: &mut [u8], mut keys: Vec<Key>) -> Result<(), CodecError> {
    let text = |key: &Key| (key.end - key.text, &out[key.text..key.end]);
    if keys.is_sorted_by(|a, b| text(a) < text(b)) {
        return Ok(());
    }
    let start = keys[0].entry;
    // Each entry reaches to the next one's beginning, in the order in which they were written.
    let ends: Vec<usize> = keys
        .iter()
        .skip(1)
        .map(|key| key.entry)
        .chain([out.len()])
        .collect();
    let mut order: Vec<(Key, usize)> = keys.drain(..).zip(ends).collect();
    order.sort_by(|(a, _), (b, _)| text(a).cmp(&text(b)));
    if let Some(pair) = order
        .windows(2)
        .find(|pair| text(&pair[0].0) == text(&pair[1].0))
    {
        return Err(CodecError::KeyOrder {
            at: pair[1].0.entry,
        });
    }
    let mut sorted = Vec::with_capacity(out.len() - start);
    for (key, end) in &order {
        sorted.extend_from_slice(&out[key.entry..*end]);
    }
    out[start..].copy_from_slice(&sorted);
    Ok(())
}

impl<'e, 'a> ser::Serializer for &'e mut Encoder<'a> {
    type Ok = ();
    type Error = CodecError;
    type SerializeSeq = Items<'e, 'a>;
    type SerializeTuple = Items<'e, 'a>;
    type SerializeTupleStruct = Items<'e, 'a>;
    type SerializeTupleVariant = Items<'e, 'a>;
    type SerializeMap = Entries<'e, 'a>;
    type SerializeStruct = Entries<'e, 'a>;
    type SerializeStructVariant = Entries<'e, 'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), CodecError> {
        self.out.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), CodecError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), CodecError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), CodecError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), CodecError> {
        match u64::try_from(value) {
            Ok(value) => self.head(Major::Unsigned, value),
            Err(_) => self.head(Major::Negative, value.unsigned_abs() - 1),
        }
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), CodecError> {
        match (u64::try_from(value), u64::try_from(-1 - value)) {
            (Ok(value), _) => self.head(Major::Unsigned, value),
            (_, Ok(below)) => self.head(Major::Negative, below),
            _ => return self.wrong("an integer of 64 bits"),
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), CodecError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), CodecError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), CodecError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), CodecError> {
        self.head(Major::Unsigned, value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), CodecError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), CodecError> {
        head::float(value.to_bits(), self.out.len())?;
        self.out.push(FLOAT64);
        self.out.extend_from_slice(&value.to_bits().to_be_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), CodecError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), CodecError> {
        self.head(Major::Text, value.len() as u64);
        self.out.extend_from_slice(value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), CodecError> {
        self.head(Major::Bytes, value.len() as u64);
        self.out.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), CodecError> {
        Err(CodecError::Null { at: self.out.len() })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CodecError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CodecError> {
        self.out.push(NULL);
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), CodecError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), CodecError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        if name != SERDE_NAME {
            return value.serialize(self);
        }
        self.head(Major::Tag, LINK);
        self.head(Major::Bytes, LINK_BYTES);
        self.out.push(0);
        let start = self.out.len();
        value.serialize(&mut *self)?;
        // The CID came as a byte string; its head was written above, with the zero counted in.
        let is_cid = self.out[start..].starts_with(&[0x58, 36]);
        if !is_cid || self.out.len() != start + 2 + CID_BYTES {
            return self.wrong("a binary CID");
        }
        self.out.drain(start..start + 2);
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.depth -= 1;
        Ok(())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'e, 'a>, CodecError> {
        match length {
            Some(length) => self.serialize_tuple(length),
            None => self.wrong("an array whose length is known in advance"),
        }
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'e, 'a>, CodecError> {
        self.enter(Major::Array, length)?;
        Ok(Items {
            encoder: self,
            left: length,
            containers: 1,
        })
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<Items<'e, 'a>, CodecError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'e, 'a>, CodecError> {
        self.variant(variant)?;
        self.enter(Major::Array, length)?;
        Ok(Items {
            encoder: self,
            left: length,
            containers: 2,
        })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Entries<'e, 'a>, CodecError> {
        match length {
            Some(length) => self.serialize_struct("", length),
            None => self.wrong("a map whose length is known in advance"),
        }
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<Entries<'e, 'a>, CodecError> {
        self.enter(Major::Map, length)?;
        let keys = Vec::with_capacity(length);
        Ok(Entries {
            encoder: self,
            announced: length,
            keys,
            containers: 1,
        })
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Entries<'e, 'a>, CodecError> {
        self.variant(variant)?;
        self.enter(Major::Map, length)?;
        let keys = Vec::with_capacity(length);
        Ok(Entries {
            encoder: self,
            announced: length,
            keys,
            containers: 2,
        })
    }
}

impl ser::SerializeSeq for Items<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.item(value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.finish()
    }
}

impl ser::SerializeTuple for Items<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.item(value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.finish()
    }
}

impl ser::SerializeTupleStruct for Items<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.item(value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.finish()
    }
}

impl ser::SerializeTupleVariant for Items<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.item(value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.finish()
    }
}

impl ser::SerializeMap for Entries<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CodecError> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        value.serialize(&mut *self.encoder)
    }

    fn end(self) -> Result<(), CodecError> {
        self.finish()
    }
}

impl ser::SerializeStruct for Entries<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.key(name)?;
        value.serialize(&mut *self.encoder)
    }

    fn end(self) -> Result<(), CodecError> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Entries<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.key(name)?;
        value.serialize(&mut *self.encoder)
    }

    fn end(self) -> Result<(), CodecError> {
        self.finish()
    }
}
