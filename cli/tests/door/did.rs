//! `icn did verify`.

use crate::icn::Icn;

/// RFC 8032, section 7.1, test 2, its key as a DID.
const DID: &str = "did:key:z6MkiaMbhXHNA4eJVCCj8dbzKzTgYDKf6crKgHVHid1F1WCT";
const MESSAGE: &str = "72";
const SIGNATURE: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

fn verify(did: &str, message: &str, signature: &str) -> (i32, String) {
    let run = Icn::new().run(&[
        "did",
        "verify",
        did,
        "--message-hex",
        message,
        "--signature-hex",
        signature,
    ]);
    (run.code, run.stdout.trim_end().to_owned())
}

#[test]
fn a_signature_is_valid_invalid_or_malformed() {
    assert_eq!(verify(DID, MESSAGE, SIGNATURE), (0, "valid".into()));
    assert_eq!(verify(DID, "73", SIGNATURE), (1, "invalid".into()));
    assert_eq!(verify(DID, "", SIGNATURE), (1, "invalid".into()));
    assert_eq!(
        verify(DID, MESSAGE, &SIGNATURE.replace("92a0", "92a1")),
        (1, "invalid".into())
    );
    for (did, message, signature) in [
        (DID, "7", SIGNATURE),
        (DID, "zz", SIGNATURE),
        (DID, MESSAGE, &SIGNATURE[2..]),
        (&DID.replace("z6Mk", "z6MK"), MESSAGE, SIGNATURE),
        ("did:web:example.org", MESSAGE, SIGNATURE),
        ("", MESSAGE, SIGNATURE),
    ] {
        assert_eq!(
            verify(did, message, signature).0,
            65,
            "{did} {message} {signature}"
        );
    }
}
