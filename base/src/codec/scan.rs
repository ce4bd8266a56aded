//! The judge: are these bytes one canonical dag-cbor value? And which blocks do they link to?
//!
//! One pass, no recursion, no allocation by a claimed length.

use super::CodecError;
use super::head::{self, FALSE, FLOAT64, LINK, Major, NULL, TRUE};
use crate::cid::Cid;
use crate::limits::{BLOCK_LINKS_MAX, CBOR_DEPTH_MAX};

/// Accepts exactly the canonical dag-cbor values whose links icn takes.
pub fn scan(bytes: &[u8]) -> Result<(), CodecError> {
    whole(bytes, |_| Ok(()))
}

/// Judges the first value of `bytes` like [`scan`], with a depth limit of its own, and says where
/// it ends.
pub(super) fn first(bytes: &[u8], at: usize, depth_max: usize) -> Result<usize, CodecError> {
    walk(bytes, at, depth_max, |_| Ok(()))
}

/// The links of a canonical dag-cbor value, in order, with repetitions.
pub fn links(bytes: &[u8]) -> Result<Vec<Cid>, CodecError> {
    let mut found = Vec::new();
    whole(bytes, |cid| {
        if found.len() == BLOCK_LINKS_MAX {
            return Err(CodecError::Links);
        }
        found.push(cid);
        Ok(())
    })?;
    Ok(found)
}

/// An array or map that is not at its end yet.
struct Open<'a> {
    /// Values that are still to come; for a map, keys and values together.
    left: u64,
    /// For a map, the key before the next one.
    last_key: Option<&'a [u8]>,
    is_map: bool,
}

/// Walks one value that is all there is.
fn whole(
    bytes: &[u8],
    on_link: impl FnMut(Cid) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    let end = walk(bytes, 0, CBOR_DEPTH_MAX, on_link)?;
    match bytes.len() - end {
        0 => Ok(()),
        count => Err(CodecError::Trailing { count }),
    }
}

/// Walks the value that begins at `at` and returns where it ends.
fn walk(
    bytes: &[u8],
    mut at: usize,
    depth_max: usize,
    mut on_link: impl FnMut(Cid) -> Result<(), CodecError>,
) -> Result<usize, CodecError> {
    let mut open: Vec<Open<'_>> = Vec::new();
    loop {
        if let Some(parent) = open.last_mut()
            && parent.is_map
            && parent.left.is_multiple_of(2)
        {
            at = key(bytes, at, &mut parent.last_key)?;
            parent.left -= 1;
        }
        let (major, number, after) = head::read(bytes, at)?;
        at = match major {
            Major::Unsigned | Major::Negative => after,
            Major::Bytes => slice(bytes, at, after, number)?.1,
            Major::Text => {
                let (text, end) = slice(bytes, at, after, number)?;
                std::str::from_utf8(text).map_err(|_| CodecError::Utf8 { at })?;
                end
            }
            Major::Array | Major::Map => {
                if open.len() == depth_max {
                    return Err(CodecError::Depth { at });
                }
                let is_map = major == Major::Map;
                let left = values(number, is_map, bytes.len() - after, at)?;
                if left > 0 {
                    open.push(Open {
                        left,
                        last_key: None,
                        is_map,
                    });
                    at = after;
                    continue;
                }
                after
            }
            Major::Tag => {
                let (cid, end) = link(bytes, at, number, after)?;
                on_link(cid)?;
                end
            }
            Major::Simple => {
                simple(bytes[at], number, at)?;
                after
            }
        };
        // This value is complete; it may complete the arrays and maps around it.
        loop {
            match open.last_mut() {
                None => return Ok(at),
                Some(parent) => parent.left -= 1,
            }
            if open.last().is_some_and(|parent| parent.left > 0) {
                break;
            }
            open.pop();
        }
    }
}

/// How many values an array or map of `number` entries holds. Every value has a byte at least, so
/// a claim beyond the bytes that are there is refused at once.
fn values(number: u64, is_map: bool, room: usize, at: usize) -> Result<u64, CodecError> {
    let values = if is_map {
        number.checked_mul(2)
    } else {
        Some(number)
    };
    values
        .filter(|&values| values <= room as u64)
        .ok_or(CodecError::End { at })
}

/// Reads a map key and checks that it stands above the one before it.
fn key<'a>(bytes: &'a [u8], at: usize, last: &mut Option<&'a [u8]>) -> Result<usize, CodecError> {
    let (major, length, after) = head::read(bytes, at)?;
    if major != Major::Text {
        return Err(CodecError::KeyType { at });
    }
    let (key, end) = slice(bytes, at, after, length)?;
    std::str::from_utf8(key).map_err(|_| CodecError::Utf8 { at })?;
    if last.is_some_and(|last| (last.len(), last) >= (key.len(), key)) {
        return Err(CodecError::KeyOrder { at });
    }
    *last = Some(key);
    Ok(end)
}

/// The `length` bytes from `start`, and where they end.
pub(super) fn slice(
    bytes: &[u8],
    at: usize,
    start: usize,
    length: u64,
) -> Result<(&[u8], usize), CodecError> {
    let length = usize::try_from(length).map_err(|_| CodecError::End { at })?;
    let end = start.checked_add(length).ok_or(CodecError::End { at })?;
    Ok((bytes.get(start..end).ok_or(CodecError::End { at })?, end))
}

/// Reads a link: tag 42 around a byte string of a zero and a binary CID.
pub(super) fn link(
    bytes: &[u8],
    at: usize,
    tag: u64,
    after: usize,
) -> Result<(Cid, usize), CodecError> {
    if tag != LINK {
        return Err(CodecError::Tag { at });
    }
    let (major, length, start) = head::read(bytes, after)?;
    if major != Major::Bytes {
        return Err(CodecError::Tag { at });
    }
    let (content, end) = slice(bytes, after, start, length)?;
    let [0, cid @ ..] = content else {
        return Err(CodecError::Tag { at });
    };
    let cid = Cid::from_bytes(cid).map_err(|source| CodecError::Link { at, source })?;
    Ok((cid, end))
}

/// Judges a value of the last kind by its first byte.
fn simple(first: u8, bits: u64, at: usize) -> Result<(), CodecError> {
    match first {
        FALSE | TRUE | NULL => Ok(()),
        FLOAT64 => head::float(bits, at).map(drop),
        0xf9 | 0xfa => Err(CodecError::Float { at }),
        _ => Err(CodecError::Simple { at }),
    }
}
