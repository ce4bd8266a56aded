use super::*;
use crate::codec;
use proptest::prelude::*;

#[test]
fn a_cid_names_its_bytes_and_no_others() {
    let cid = Cid::of(Codec::Raw, b"hello");
    assert_eq!(
        cid.to_string(),
        "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"
    );
    assert!(cid.names(b"hello") && !cid.names(b"hellp"));
}

#[test]
fn other_cids_are_refused_by_name() {
    let cases = [
        (
            "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
            CidError::Version0,
        ),
        ("bafkqabiaaebagba", CidError::Identity),
        (
            "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
            CidError::Codec(0x70),
        ),
        (
            "baguqeeraoaewnxu7nonjagzawtdmvczkiyaj73v6amn2xscc2q3jbqf4eivq",
            CidError::Codec(0x129),
        ),
        (
            "zdj7Wd8AMwqnhJGQCbFxBVodGSBG84TM7Hs1rcJuQMwTyfEDS",
            CidError::Multibase('z'),
        ),
        (
            "BAFKREIBM6JG3UX5QUMHCN2B3FLC3TYU6DMLB4XA7U5BF44YEGNRJHC4YEQ",
            CidError::Multibase('B'),
        ),
        (
            "bAfkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq",
            CidError::Base32,
        ),
        (
            "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq=",
            CidError::Base32,
        ),
        (
            "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yer",
            CidError::Base32,
        ),
        ("b", CidError::Length(0)),
        ("", CidError::Length(0)),
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<Cid>(), Err(error), "{text}");
    }
    assert!("b".repeat(1_000_000).parse::<Cid>().is_err());
}

#[test]
fn other_binary_cids_are_refused_by_name() {
    let with = |head: &[u8], digest: usize| [head, &vec![7; digest]].concat();
    let cases = [
        (with(&[0x12, 0x20], 32), CidError::Version0),
        (with(&[2, 0x55, 0x12, 0x20], 32), CidError::Version(2)),
        (with(&[1, 0x70, 0x12, 0x20], 32), CidError::Codec(0x70)),
        (with(&[1, 0x55, 0x11, 20], 20), CidError::Hash(0x11)),
        (with(&[1, 0x55, 0x12, 16], 16), CidError::DigestLength(16)),
        (with(&[1, 0x55, 0x12, 0x20], 31), CidError::Length(35)),
        (with(&[1, 0x55, 0x12, 0x20], 33), CidError::Length(37)),
        (with(&[1, 0x55, 0, 5], 5), CidError::Identity),
        (with(&[0x81, 0x00, 0x55, 0x12, 0x20], 32), CidError::Header),
    ];
    for (bytes, error) in cases {
        assert_eq!(Cid::from_bytes(&bytes), Err(error), "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn every_accepted_spelling_is_the_only_one(bytes in any::<Vec<u8>>(), raw: bool) {
        let cid = Cid::of(if raw { Codec::Raw } else { Codec::DagCbor }, &bytes);
        prop_assert_eq!(Cid::from_bytes(&cid.to_bytes()), Ok(cid));
        prop_assert_eq!(cid.to_string().parse(), Ok(cid));
        prop_assert_eq!(codec::decode::<Cid>(&codec::encode(&cid).unwrap()), Ok(cid));
        let json = serde_json::to_string(&cid).unwrap();
        prop_assert_eq!(serde_json::from_str::<Cid>(&json).unwrap(), cid);
    }

    #[test]
    fn random_text_is_refused_without_harm(text in "b?[a-z2-7]{0,70}|.{0,70}") {
        if let Ok(cid) = text.parse::<Cid>() {
            prop_assert_eq!(cid.to_string(), text);
        }
    }
}
