use super::*;
use crate::car::Frames;
use icn_base::Codec;
use proptest::prelude::*;

fn car(roots: &[Cid], blocks: &[&[u8]]) -> Vec<u8> {
    let mut bytes = header(roots).unwrap();
    for block in blocks {
        push(&mut bytes, &Cid::of(Codec::Raw, block), block);
    }
    bytes
}

/// Both readers, which must agree: blocks by offset, or the refusal.
fn read(bytes: &[u8]) -> Result<Vec<(u64, Cid, Vec<u8>)>, String> {
    let sliced = split_all(bytes).map_err(|error| error.to_string());
    let streamed = stream_all(bytes).map_err(|error| error.to_string());
    assert_eq!(sliced, streamed);
    sliced
}

fn split_all(bytes: &[u8]) -> Result<Vec<(u64, Cid, Vec<u8>)>, FrameError> {
    let (_, rest) = split_header(bytes)?;
    let mut at = (bytes.len() - rest.len()) as u64;
    let mut found = Vec::new();
    while let Some(frame) = split(&bytes[usize::try_from(at).unwrap()..], at)? {
        found.push((frame.bytes_at(), frame.cid, frame.bytes.to_vec()));
        at = frame.end;
    }
    Ok(found)
}

fn stream_all(bytes: &[u8]) -> Result<Vec<(u64, Cid, Vec<u8>)>, FrameError> {
    let (_, mut frames) = Frames::open(bytes)?;
    let mut found = Vec::new();
    while let Some(frame) = frames.next_frame()? {
        found.push((frame.bytes_at(), frame.cid, frame.bytes.to_vec()));
    }
    assert_eq!(frames.at(), bytes.len() as u64);
    Ok(found)
}

#[track_caller]
fn refused(bytes: &[u8], expect: &str) {
    assert_eq!(read(bytes), Err(expect.to_owned()));
}

#[test]
fn the_bytes_of_a_car_are_frozen() {
    let root = Cid::of(Codec::Raw, b"hello");
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let cid = hex(&root.to_bytes());
    assert_eq!(
        hex(&car(&[root], &[b"hello"])),
        format!("3aa265726f6f747381d82a582500{cid}6776657273696f6e01")
            + &format!("29{cid}68656c6c6f")
    );
    assert_eq!(
        hex(&header(&[]).unwrap()),
        "11a265726f6f7473806776657273696f6e01"
    );
}

#[test]
fn a_car_that_is_cut_says_where() {
    let root = Cid::of(Codec::Raw, b"hello");
    let long = [7; 300];
    let whole = car(&[root], &[b"hello", b"", &long]);
    let header = header(&[root]).unwrap().len();
    // A cut between frames leaves a shorter CAR, and only its reader can know what is missing.
    let between = [header, header + 42, header + 42 + 37];
    assert_eq!(between[2] + 2 + 36 + 300, whole.len());
    refused(b"", "the input is empty: a CAR begins with a header");
    for end in 1..whole.len() {
        let got = read(&whole[..end]);
        match between.iter().position(|&at| at == end) {
            Some(count) => assert_eq!(got.unwrap().len(), count),
            None => {
                let at = between.iter().rev().find(|&&at| at < end).unwrap_or(&0);
                let part = if *at == 0 { "header" } else { "frame" };
                assert_eq!(
                    got.unwrap_err(),
                    format!(
                        "the input ends at byte {end}, inside the {part} that begins at byte \
                         {at}: it is cut"
                    )
                );
            }
        }
    }
}

#[test]
fn headers_have_one_spelling() {
    let with = |map: &[u8]| [&[u8::try_from(map.len()).unwrap()], map].concat();
    refused(
        b"\x0a\xa1\x67version\x02",
        "this is a CAR of version 2, and version 1 is taken: extract the inner CAR first",
    );
    refused(
        &with(b"\xa1\x67version\x01"),
        "the header has no list of roots",
    );
    for (map, why) in [
        (
            &b"\xa2\x67version\x01\x65roots\x80"[..],
            "keys out of order",
        ),
        (b"\xa2\x65roots\x80\x67version\x18\x01", "a long integer"),
        (
            b"\xa2\x65roots\x9f\xff\x67version\x01",
            "an indefinite list",
        ),
        (
            b"\xa3\x63abc\x80\x65roots\x80\x67version\x01",
            "an unknown field",
        ),
        (b"\xa2\x65roots\xf6\x67version\x01", "null for roots"),
        (
            b"\xa2\x65roots\x81\x01\x67version\x01",
            "a root that is no link",
        ),
        (b"\xa2\x65roots\x80\x67version\x20", "a negative version"),
        (b"\xa2\x65roots\x80\x67version\x01\x00", "trailing bytes"),
        (b"\x80", "a list"),
        (b"", "nothing"),
    ] {
        let refusal = read(&with(map)).expect_err(why);
        assert!(
            refusal.starts_with("the header is refused: "),
            "{why}: {refusal}"
        );
    }
    refused(
        b"\x91\x00",
        "the length at byte 0 is not a varint in its shortest form",
    );
    let v0 = [
        &b"\xa2\x65roots\x81\xd8\x2a\x58\x23\x00\x12\x20"[..],
        &[9; 32],
        b"\x67version\x01",
    ];
    refused(
        &with(&v0.concat()),
        "the header is refused: a link is refused (at 8): this is a CIDv0 (Qm…): icn takes \
         CIDv1 only; re-add the data as CIDv1 with sha2-256",
    );
}

#[test]
fn roots_are_bounded_in_both_directions() {
    let root = Cid::of(Codec::Raw, b"");
    assert!(matches!(
        header(&vec![root; CAR_ROOTS_MAX + 1]),
        Err(FrameError::Roots(1025))
    ));
    let most = header(&vec![root; CAR_ROOTS_MAX]).unwrap();
    assert_eq!(split_header(&most).unwrap().0.len(), CAR_ROOTS_MAX);
    let map = codec::encode(&Header {
        roots: Some(vec![root; CAR_ROOTS_MAX + 1]),
        version: 1,
    })
    .unwrap();
    let mut more = Vec::new();
    varint::push(&mut more, map.len() as u64);
    more.extend(map);
    refused(
        &more,
        "the header names 1025 roots, and at most 1024 are taken",
    );
}

#[test]
fn claims_beyond_the_limits_are_refused_unread() {
    let claim = |before: &[u8], length: u64| {
        let mut bytes = before.to_vec();
        varint::push(&mut bytes, length);
        bytes
    };
    let header = header(&[]).unwrap();
    refused(
        &claim(b"", 65_537),
        "the header at byte 0 claims 65537 bytes, and at most 65536 are taken",
    );
    refused(
        &claim(&header, u64::MAX >> 1),
        "the frame at byte 18 claims 9223372036854775807 bytes, and at most 2097188 are taken",
    );
    refused(
        &[&header[..], &[0xff; 10]].concat(),
        "the length at byte 18 is not a varint in its shortest form",
    );
    let largest = vec![1; BLOCK_BYTES_MAX];
    let read = read(&car(&[], &[&largest])).unwrap();
    assert_eq!(read[0].2, largest);
}

#[test]
fn foreign_cids_are_refused_by_name() {
    let header = header(&[]).unwrap();
    let framed = |content: &[u8]| {
        [
            &header[..],
            &[u8::try_from(content.len()).unwrap()],
            content,
        ]
        .concat()
    };
    for (cid, why) in [
        (
            &b"\x01\x70\x12\x20"[..],
            "codec 0x70 is not taken: icn stores dag-cbor (0x71) and raw (0x55)",
        ),
        (
            b"\x01\x55\x00\x20",
            "an identity hash is not a hash: icn takes sha2-256",
        ),
        (
            b"\x01\x55\x11\x14",
            "multihash 0x11 (sha1) is not taken: icn takes sha2-256 (0x12)",
        ),
        (
            b"\x12\x20",
            "this is a CIDv0 (Qm…): icn takes CIDv1 only; re-add the data as CIDv1 with sha2-256",
        ),
        (
            b"\x02\x55\x12\x20",
            "CID version 2 is not known: icn takes CIDv1",
        ),
    ] {
        let refusal = read(&framed(&[cid, &[5; 40]].concat())).unwrap_err();
        assert_eq!(refusal, format!("the frame at byte 18 is refused: {why}"));
    }
    // A zero length would be padding; this format has none.
    refused(
        &framed(b""),
        "the frame at byte 18 is refused: a CID is 36 bytes long, this has 0",
    );
}

#[test]
fn a_frame_is_as_large_as_was_said() {
    for length in [
        0,
        90,
        91,
        92,
        16_346,
        16_347,
        16_348,
        BLOCK_BYTES_MAX - 36,
        BLOCK_BYTES_MAX,
    ] {
        let (mut bytes, data) = (Vec::new(), vec![0; length]);
        push(&mut bytes, &Cid::of(Codec::Raw, &data), &data);
        assert_eq!(size(length), bytes.len() as u64, "{length}");
    }
}

#[test]
fn reading_resumes_in_the_middle() {
    let whole = car(&[], &[b"one", b"two"]);
    let second = 18 + 1 + 36 + 3;
    let mut frames = Frames::resume(&whole[second..], second as u64);
    let frame = frames.next_frame().unwrap().unwrap();
    assert_eq!((frame.at, frame.bytes), (second as u64, &b"two"[..]));
    assert_eq!(frame.end, whole.len() as u64);
    assert!(frames.next_frame().unwrap().is_none());
}

proptest! {
    #[test]
    fn any_bytes_get_one_verdict_from_both_readers(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        drop(read(&bytes));
        drop(read(&[&header(&[]).unwrap()[..], &bytes].concat()));
    }

    #[test]
    fn what_is_written_is_read(
        blocks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8),
    ) {
        let refs: Vec<&[u8]> = blocks.iter().map(Vec::as_slice).collect();
        let read = read(&car(&[], &refs)).unwrap();
        prop_assert_eq!(read.into_iter().map(|(_, _, bytes)| bytes).collect::<Vec<_>>(), blocks);
    }
}
