//! The first bytes of every CBOR value: its kind and its number, in shortest form.

use super::CodecError;

/// The kind of a value: the three high bits of its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Major {
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

/// The simple values and the one float that canonical dag-cbor has, as their first byte.
pub(super) const FALSE: u8 = 0xf4;
pub(super) const TRUE: u8 = 0xf5;
pub(super) const NULL: u8 = 0xf6;
pub(super) const FLOAT64: u8 = 0xfb;

/// The tag of a link.
pub(super) const LINK: u64 = 42;

/// A link's byte string: a zero (the "identity" multibase) and the binary CID.
pub(super) const LINK_BYTES: u64 = 37;

/// A value's kind and number. Reads nothing beyond the head itself.
pub(super) fn read(bytes: &[u8], at: usize) -> Result<(Major, u64, usize), CodecError> {
    let first = *bytes.get(at).ok_or(CodecError::End { at })?;
    let major = match first >> 5 {
        0 => Major::Unsigned,
        1 => Major::Negative,
        2 => Major::Bytes,
        3 => Major::Text,
        4 => Major::Array,
        5 => Major::Map,
        6 => Major::Tag,
        _ => Major::Simple,
    };
    let info = first & 0x1f;
    if info < 24 {
        return Ok((major, u64::from(info), at + 1));
    }
    if info > 27 {
        let indefinite = info == 31 && !matches!(first >> 5, 0 | 1 | 6);
        return Err(if indefinite {
            CodecError::Indefinite { at }
        } else {
            CodecError::Reserved { at }
        });
    }
    let width = 1 << (info - 24);
    let digits = bytes
        .get(at + 1..at + 1 + width)
        .ok_or(CodecError::End { at })?;
    let number = digits
        .iter()
        .fold(0, |sum, &digit| (sum << 8) | u64::from(digit));
    let least = match width {
        1 => 24,
        2 => 1 << 8,
        4 => 1 << 16,
        _ => 1 << 32,
    };
    // The bytes after a simple value's head are a float's bits, not a number.
    if major != Major::Simple && number < least {
        return Err(CodecError::NotShortest { at });
    }
    Ok((major, number, at + 1 + width))
}

/// Appends a head in its shortest form.
#[inline]
pub(super) fn push(into: &mut Vec<u8>, major: Major, number: u64) {
    let high = (major as u8) << 5;
    let [.., e, f, g, h] = number.to_be_bytes();
    match number {
        0..24 => into.push(high | h),
        24..0x100 => into.extend_from_slice(&[high | 24, h]),
        0x100..0x1_0000 => into.extend_from_slice(&[high | 25, g, h]),
        0x1_0000..0x1_0000_0000 => into.extend_from_slice(&[high | 26, e, f, g, h]),
        _ => {
            into.push(high | 27);
            into.extend_from_slice(&number.to_be_bytes());
        }
    }
}

/// The 64 bits of a float, if this is one that has only one spelling.
pub(super) fn float(bits: u64, at: usize) -> Result<f64, CodecError> {
    let value = f64::from_bits(bits);
    if value.is_finite() && bits != (-0.0f64).to_bits() {
        Ok(value)
    } else {
        Err(CodecError::Float { at })
    }
}
