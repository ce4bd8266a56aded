//! Unsigned varints, as in CIDs, DIDs and CAR files: seven bits a byte, shortest form only.

/// Reads a number from the front of `bytes` and returns what follows it. Nothing if the bytes end
/// inside it, or if it is longer than nine bytes or than it needs to be.
pub fn split(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(9).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let shortest = byte != 0 || index == 0;
            return shortest.then(|| (value, &bytes[index + 1..]));
        }
    }
    None
}

/// Appends `value`, which must be below 2^63, in its shortest form.
pub fn push(into: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        into.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    into.push(value.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pushed_is_split_again() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), (1 << 63) - 1] {
            let mut bytes = Vec::new();
            push(&mut bytes, value);
            bytes.push(0xaa);
            assert_eq!(split(&bytes), Some((value, &[0xaa][..])));
        }
    }

    #[test]
    fn long_cut_and_padded_numbers_are_refused() {
        for bytes in [
            &b""[..],
            b"\x80",
            b"\x80\x00",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert_eq!(split(bytes), None, "{bytes:?}");
        }
    }
}
