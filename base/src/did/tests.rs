use super::*;
use crate::codec;
use proptest::prelude::*;

const SAMPLE: &str = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

#[test]
fn the_canonical_form_is_the_only_one() {
    let did: Did = SAMPLE.parse().unwrap();
    assert_eq!(did.to_string(), SAMPLE);
    let key = &SAMPLE["did:key:z".len()..];
    let cases = [
        (format!("did:web:{key}"), DidError::Method),
        (format!("DID:KEY:z{key}"), DidError::Method),
        (format!(" {SAMPLE}"), DidError::Method),
        (format!("{SAMPLE}#z{key}"), DidError::Url),
        (format!("{SAMPLE}?x=1"), DidError::Url),
        (format!("did:key:f{key}"), DidError::Multibase),
        (format!("{SAMPLE}0"), DidError::Multibase),
        ("did:key:z".into(), DidError::Length(0)),
        (
            "did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F".into(),
            DidError::Kind(0xec),
        ),
        (
            format!("did:key:z{}", "6".repeat(1_000_000)),
            DidError::Multibase,
        ),
    ];
    for (text, error) in cases {
        assert_eq!(
            text.parse::<Did>(),
            Err(error),
            "{}",
            &text[..text.len().min(80)]
        );
    }
}

#[test]
fn a_coordinate_above_the_prime_is_no_second_did_of_a_key() {
    let mut key = [0xff; 32];
    for (first, last, ok) in [
        (0xec, 0x7f, true),
        (0xed, 0x7f, false),
        (0xff, 0xff, false),
        (0xff, 0xfe, true),
    ] {
        (key[0], key[31]) = (first, last);
        assert_eq!(Did::from_public_key(key).is_ok(), ok, "{first:x} {last:x}");
    }
}

#[test]
fn a_zero_with_a_sign_is_no_second_did_of_a_key() {
    for (fill, first, last, ok) in [
        (0x00, 0x01, 0x00, true),
        (0x00, 0x01, 0x80, false),
        (0xff, 0xec, 0x7f, true),
        (0xff, 0xec, 0xff, false),
        (0x00, 0x02, 0x80, true),
        (0xff, 0xeb, 0xff, true),
    ] {
        let mut key = [fill; 32];
        (key[0], key[31]) = (first, last);
        assert_eq!(Did::from_public_key(key).is_ok(), ok, "{key:x?}");
    }
}

proptest! {
    #[test]
    fn every_key_has_one_did(key: [u8; 32]) {
        let did = Did::from_public_key(key).unwrap();
        prop_assert_eq!(did.to_string().parse(), Ok(did));
        prop_assert_eq!(codec::decode::<Did>(&codec::encode(&did).unwrap()), Ok(did));
    }

    #[test]
    fn random_text_is_refused_without_harm(text in "did:key:z6Mk[1-9A-Za-z]{0,50}|.{0,70}") {
        if let Ok(did) = text.parse::<Did>() {
            prop_assert_eq!(did.to_string(), text);
        }
    }
}
