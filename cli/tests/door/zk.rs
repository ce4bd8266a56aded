//! `icn zk verify` and `icn zk circuits`.

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

#[test]
fn every_built_in_circuit_has_its_page() {
    let icn = Icn::new();
    let circuits = icn.run(&["zk", "circuits", "--output", "json"]).json();
    let circuits = circuits.as_array().unwrap();
    assert_eq!(circuits.len(), 5);
    let text = icn.run(&["zk", "circuits"]).stdout;
    for circuit in circuits {
        let name = circuit["name"].as_str().unwrap();
        assert!(text.contains(name), "{text}");
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/circuits");
        let page = std::fs::read_to_string(format!("{root}/{name}.md")).unwrap();
        let constraints = circuit["constraints"].to_string();
        let page_number = format!(
            "{},{} constraints",
            &constraints[..constraints.len() - 3],
            &constraints[constraints.len() - 3..]
        );
        assert!(page.contains(&page_number), "{name}: {page_number}");
        let mut from = 0;
        for input in circuit["inputs"].as_array().unwrap() {
            let row = format!("| `{}` |", input.as_str().unwrap());
            let at = page[from..].find(&row);
            from += at.unwrap_or_else(|| panic!("{name} says nothing of {row}, or out of order"));
        }
    }
}
