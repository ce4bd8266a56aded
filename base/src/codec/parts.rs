//! dag-cbor by its parts, for layouts that carry values they know nothing about: a value inside
//! stays the bytes it is, so that nobody has to decode it to pass it on.

use super::CodecError;
use super::head::{self, LINK, LINK_BYTES, Major};
use super::scan;
use crate::Cid;

/// Appends the head of an array; `length` values must follow.
pub fn push_array(out: &mut Vec<u8>, length: usize) {
    head::push(out, Major::Array, length as u64);
}

/// Appends a byte string.
pub fn push_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    head::push(out, Major::Bytes, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a link.
pub fn push_link(out: &mut Vec<u8>, cid: &Cid) {
    head::push(out, Major::Tag, LINK);
    head::push(out, Major::Bytes, LINK_BYTES);
    out.push(0);
    out.extend_from_slice(&cid.to_bytes());
}

/// Reads canonical dag-cbor part by part. Each part is judged as it is read.
///
/// ```
/// use icn_base::codec::{Reader, push_array, push_bytes};
/// let mut out = Vec::new();
/// push_array(&mut out, 2);
/// push_bytes(&mut out, b"key");
/// out.push(7);
///
/// let mut reader = Reader::new(&out);
/// assert_eq!(reader.array(), Ok(2));
/// assert_eq!(reader.bytes(), Ok(&b"key"[..]));
/// assert_eq!(reader.value(0), Ok(&[7][..]));
/// assert_eq!(reader.finish(), Ok(()));
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Begins at the front of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// True if a link comes next.
    pub fn at_link(&self) -> bool {
        matches!(head::read(self.bytes, self.at), Ok((Major::Tag, ..)))
    }

    /// The head of an array: how many values follow. Nothing has been seen of them yet, so
    /// nothing may be allocated by this number.
    pub fn array(&mut self) -> Result<u64, CodecError> {
        self.head(Major::Array, "an array")
    }

    /// A byte string.
    pub fn bytes(&mut self) -> Result<&'a [u8], CodecError> {
        let at = self.at;
        let length = self.head(Major::Bytes, "a byte string")?;
        let (bytes, end) = scan::slice(self.bytes, at, self.at, length)?;
        self.at = end;
        Ok(bytes)
    }

    /// A link.
    pub fn link(&mut self) -> Result<Cid, CodecError> {
        let at = self.at;
        let tag = self.head(Major::Tag, "a link (tag 42)")?;
        let (cid, end) = scan::link(self.bytes, at, tag, self.at)?;
        self.at = end;
        Ok(cid)
    }

    /// The bytes of one value of any kind, canonical and nested at most `depth_max` deep.
    pub fn value(&mut self, depth_max: usize) -> Result<&'a [u8], CodecError> {
        let start = self.at;
        self.at = scan::first(self.bytes, start, depth_max)?;
        Ok(&self.bytes[start..self.at])
    }

    /// Ends the reading: nothing may follow.
    pub fn finish(self) -> Result<(), CodecError> {
        match self.bytes.len() - self.at {
            0 => Ok(()),
            count => Err(CodecError::Trailing { count }),
        }
    }

    fn head(&mut self, wanted: Major, what: &'static str) -> Result<u64, CodecError> {
        let (major, number, after) = head::read(self.bytes, self.at)?;
        if major != wanted {
            return Err(CodecError::Type { what, at: self.at });
        }
        self.at = after;
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Codec;

    #[test]
    fn parts_come_back_as_they_were_written() {
        let cid = Cid::of(Codec::Raw, b"x");
        let mut out = Vec::new();
        push_array(&mut out, 3);
        push_bytes(&mut out, &[1; 300]);
        push_link(&mut out, &cid);
        out.extend_from_slice(b"\xa1\x61a\x81\x01");
        assert_eq!(scan::scan(&out), Ok(()));
        let mut reader = Reader::new(&out);
        assert_eq!(reader.array(), Ok(3));
        assert!(!reader.at_link());
        assert_eq!(reader.bytes(), Ok(&[1; 300][..]));
        assert!(reader.at_link());
        assert_eq!(reader.link(), Ok(cid));
        assert_eq!(reader.value(2), Ok(&b"\xa1\x61a\x81\x01"[..]));
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn a_value_is_judged_while_it_is_read() {
        let value = |bytes: &'static [u8], depth| Reader::new(bytes).value(depth);
        assert_eq!(value(b"\x81\x80", 2), Ok(&b"\x81\x80"[..]));
        assert_eq!(value(b"\x81\x80", 1), Err(CodecError::Depth { at: 1 }));
        assert_eq!(
            value(b"\x18\x07", 1),
            Err(CodecError::NotShortest { at: 0 })
        );
        assert_eq!(value(b"\x82\x07", 1), Err(CodecError::End { at: 0 }));
        assert_eq!(value(b"", 1), Err(CodecError::End { at: 0 }));
        assert_eq!(value(b"\x07\x08", 0), Ok(&b"\x07"[..]));
    }

    #[test]
    fn another_kind_of_part_is_refused_and_leftovers_are_counted() {
        let mut reader = Reader::new(b"\x80\x41");
        assert!(reader.bytes().is_err());
        assert!(reader.link().is_err());
        assert_eq!(reader.array(), Ok(0));
        assert_eq!(reader.clone().bytes(), Err(CodecError::End { at: 1 }));
        assert_eq!(reader.finish(), Err(CodecError::Trailing { count: 1 }));
    }
}
