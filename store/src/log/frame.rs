//! How records stand in the log: a header with the length, the number and two checksums, then the
//! content, then a mark. Header and record end with a byte that is not zero and the file is zero
//! where nothing was written yet, so that what a crash left half-written can be told from what a
//! disk has changed later.

/// Bytes before the content.
pub(super) const HEADER_BYTES: usize = 21;

/// Ends the header, and the record.
const MARK: u8 = 0xa5;

/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

/// A record as it stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) seq: u64,
    pub(super) crc: u32,
    pub(super) content: &'a [u8],
    /// Offset of the first byte after it.
    pub(super) end: usize,
}

/// Why there is no record at an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// A crash interrupted the last write.
    Torn,
    /// The bytes were whole once.
    Damaged,
}

/// Appends a record and returns its checksum.
pub(super) fn push(into: &mut Vec<u8>, seq: u64, content: &[u8]) -> u32 {
    let length = u32::try_from(content.len()).expect("a batch is far smaller than 4 GiB");
    let crc = crc32fast::hash(content);
    let start = into.len();
    into.extend_from_slice(&length.to_le_bytes());
    into.extend_from_slice(&seq.to_le_bytes());
    into.extend_from_slice(&crc.to_le_bytes());
    let head_crc = crc32fast::hash(&into[start..]);
    into.extend_from_slice(&head_crc.to_le_bytes());
    into.push(MARK);
    into.extend_from_slice(content);
    into.push(MARK);
    crc
}

/// The record at `at`, or nothing if the log ends there.
pub(super) fn next(log: &[u8], at: usize) -> Result<Option<Frame<'_>>, Bad> {
    if let Some(frame) = whole(log, at) {
        return Ok(Some(frame));
    }
    let rest = log.get(at..).unwrap_or_default();
    if rest.iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    let last_write = (at + 1..log.len()).all(|later| whole(log, later).is_none());
    if last_write && half_written(log, at) {
        Err(Bad::Torn)
    } else {
        Err(Bad::Damaged)
    }
}

/// The record at `at`, if every byte of it is as it was written.
fn whole(log: &[u8], at: usize) -> Option<Frame<'_>> {
    let (seq, crc, length) = header(log, at)?;
    let start = at + HEADER_BYTES;
    let mark = start.checked_add(length)?;
    let content = log.get(start..mark)?;
    let sound = log.get(mark) == Some(&MARK) && crc32fast::hash(content) == crc;
    sound.then_some(Frame {
        seq,
        crc,
        content,
        end: mark + 1,
    })
}

fn header(log: &[u8], at: usize) -> Option<(u64, u32, usize)> {
    let (fields, tail) = log.get(at..at + HEADER_BYTES)?.split_first_chunk::<16>()?;
    let (length, seq_crc) = fields.split_first_chunk::<4>()?;
    let (seq, crc) = seq_crc.split_first_chunk::<8>()?;
    let (head_crc, mark) = tail.split_first_chunk::<4>()?;
    let sound = mark == [MARK] && crc32fast::hash(fields) == u32::from_le_bytes(*head_crc);
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let crc = u32::from_le_bytes(crc.try_into().ok()?);
    sound.then_some((u64::from_le_bytes(*seq), crc, length))
}

/// True if part of the record at `at` was never written.
fn half_written(log: &[u8], at: usize) -> bool {
    let end = match header(log, at) {
        Some((_, _, length)) => at.saturating_add(HEADER_BYTES + length + 1),
        None => at + HEADER_BYTES,
    };
    let Some(bytes) = log.get(at..end) else {
        return true;
    };
    let to_sector_end = SECTOR_BYTES - at % SECTOR_BYTES;
    let (first, rest) = bytes.split_at(to_sector_end.min(bytes.len()));
    bytes.last() == Some(&0)
        || std::iter::once(first)
            .chain(rest.chunks(SECTOR_BYTES))
            .any(|part| part.iter().all(|&byte| byte == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two records, the second longer than a sector, and zeros as the log is kept.
    fn log() -> (Vec<u8>, usize, usize) {
        let mut log = Vec::new();
        push(&mut log, 1, b"first");
        let second = log.len();
        push(&mut log, 2, &[7; 700]);
        let end = log.len();
        log.resize(1024, 0);
        (log, second, end)
    }

    #[test]
    fn records_come_back_and_zeros_end_them() {
        let (log, second, end) = log();
        let first = next(&log, 0).unwrap().unwrap();
        assert_eq!(
            (first.seq, first.content, first.end),
            (1, &b"first"[..], second)
        );
        let frame = next(&log, second).unwrap().unwrap();
        assert_eq!((frame.seq, frame.end), (2, end));
        assert_eq!(next(&log, end), Ok(None));
        assert_eq!(next(&log[..end], end), Ok(None));
    }

    #[test]
    fn a_write_that_was_interrupted_is_torn_wherever_it_ended() {
        let (log, second, end) = log();
        for kept in second..end - 1 {
            assert_eq!(next(&log[..=kept], second), Err(Bad::Torn), "cut at {kept}");
            let mut zeroed = log.clone();
            zeroed[kept + 1..].fill(0);
            assert_eq!(next(&zeroed, second), Err(Bad::Torn), "zero after {kept}");
        }
    }

    #[test]
    fn a_write_that_lost_a_sector_is_torn() {
        let (log, second, end) = log();
        for sector in [0, 1] {
            let mut lost = log.clone();
            let from = (sector * SECTOR_BYTES).max(second);
            lost[from..((sector + 1) * SECTOR_BYTES).min(end)].fill(0);
            assert_eq!(next(&lost, second), Err(Bad::Torn), "sector {sector}");
        }
    }

    #[test]
    fn a_flipped_bit_is_damage_in_every_record_and_the_last_too() {
        let (log, second, end) = log();
        for at in 0..end {
            for bit in 0..8 {
                let mut flipped = log.clone();
                flipped[at] ^= 1 << bit;
                let start = if at < second { 0 } else { second };
                assert_eq!(
                    next(&flipped, start),
                    Err(Bad::Damaged),
                    "bit {bit} of {at}"
                );
            }
        }
    }
}
