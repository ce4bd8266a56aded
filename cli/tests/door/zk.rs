//! `icn zk verify`.

use crate::icn::{Icn, Run};

const KEY: &str = include_str!("../../../zk/vectors/bn128/key.json");
const KEY_WITHOUT_PHASE_2: &str =
    include_str!("../../../zk/vectors/bn128/key_without_phase_2.json");
const PROOF: &str = include_str!("../../../zk/vectors/bn128/proof.json");

fn verify(key: &str, proof: &str, public: &str) -> Run {
    let icn = Icn::new();
    let [key, proof, public] = [("key", key), ("proof", proof), ("public", public)]
        .map(|(name, text)| icn.file(name, text));
    icn.run(&[
        "zk", "verify", "--vk", &key, "--proof", &proof, "--public", &public, "--output", "json",
    ])
}

#[test]
fn a_proof_is_valid_invalid_or_malformed_or_its_key_is_bad() {
    let public = r#"["265","5","7"]"#;
    for (key, proof, public, verdict, exit) in [
        (KEY, PROOF, public, "valid", 0),
        (KEY, PROOF, r#"["266","5","7"]"#, "invalid", 1),
        (KEY, PROOF, r#"["265","5",7]"#, "malformed", 65),
        (KEY, "", public, "malformed", 65),
        (&KEY.repeat(200), PROOF, public, "malformed", 65),
        (KEY_WITHOUT_PHASE_2, PROOF, public, "bad_key", 66),
    ] {
        let run = verify(key, proof, public);
        let json = run.json();
        assert_eq!(
            (json["verdict"].as_str(), run.code),
            (Some(verdict), exit),
            "{run:?}"
        );
        let says_why = json["because"]
            .as_str()
            .is_some_and(|because| !because.is_empty());
        assert_eq!(says_why, exit > 1, "{run:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_no_verdict() {
    let run = Icn::new().run(&["zk", "verify", "--vk", "a", "--proof", "b", "--public", "c"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains("cannot read a:"), "{}", run.stderr);
}
