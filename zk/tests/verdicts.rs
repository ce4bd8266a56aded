//! The table of keys, proofs and inputs that are not what they should be, each with its verdict,
//! on both curves. The files they were made from come from snarkjs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "verdicts/edit.rs"]
mod edit;
#[path = "verdicts/points.rs"]
mod points;
#[path = "verdicts/table.rs"]
mod table;

use edit::{Files, bls12381, bn128};
use icn_zk::{Key, Verdict, judge};

#[test]
fn every_row_has_its_verdict() {
    for files in [bn128(), bls12381()] {
        let rows = table::rows(&files);
        assert!(rows.len() >= 50, "{}", rows.len());
        for row in rows {
            let edited = files.edited(row.file, &row.edit);
            let verdict = judge(&edited.key, &edited.proof, &edited.public);
            let says = match &verdict {
                Verdict::Valid | Verdict::Invalid => String::new(),
                Verdict::Malformed(malformed) => malformed.to_string(),
                Verdict::BadKey(fault) => fault.to_string(),
            };
            let place = format!("{}, {}: {verdict:?}", files.curve, row.name);
            assert_eq!(verdict.word(), row.verdict, "{place}");
            assert!(says.contains(row.says), "{place} says {says}");
        }
    }
}

#[test]
fn a_key_is_written_as_snarkjs_writes_it() {
    for files in [bn128(), bls12381()] {
        let key = Key::from_json(&files.key).unwrap();
        assert_eq!(key.to_json().as_bytes(), files.key, "{}", files.curve);
        assert_eq!((key.curve().tag(), key.input_count()), (files.curve, 3));
    }
}

#[test]
fn a_batch_has_the_verdicts_that_its_proofs_have_alone() {
    for files in [bn128(), bls12381()] {
        let key = Key::from_json(&files.key).unwrap();
        let (one, two) = (
            (files.proof.as_slice(), files.public.as_slice()),
            (files.proof_2.as_slice(), files.public_2.as_slice()),
        );
        let (crossed, not_json) = ((one.0, two.1), (b"{".as_slice(), one.1));
        for claims in [
            vec![],
            vec![one],
            vec![crossed],
            vec![one, two],
            vec![one, crossed],
            vec![one, one, one, one, one, one],
            vec![one, two, not_json, one, two, crossed, one],
            vec![crossed; 9],
            [vec![two; 11], vec![crossed], vec![one; 5], vec![not_json]].concat(),
        ] {
            let alone: Vec<_> = claims
                .iter()
                .map(|claim| key.judge(claim.0, claim.1))
                .collect();
            assert_eq!(key.judge_all(&claims), alone, "{}", claims.len());
        }
    }
}

#[test]
fn proofs_whose_errors_cancel_out_are_still_found() {
    // C of the one moved by a point, C of the other by its opposite: in a product without factors
    // the two errors would meet and vanish.
    for files in [bn128(), bls12381()] {
        let key = Key::from_json(&files.key).unwrap();
        let (up, down) = points::cancelling(&files);
        let claims = [
            (up.as_slice(), files.public.as_slice()),
            (down.as_slice(), files.public.as_slice()),
        ];
        let expected = vec![Verdict::Invalid, Verdict::Invalid];
        assert_eq!(key.judge_all(&claims), expected, "{}", files.curve);
    }
}

#[test]
fn no_cut_of_a_file_panics_or_holds() {
    let files = bn128();
    for end in 0..files.proof.len() {
        let verdict = judge(&files.key, &files.proof[..end], &files.public);
        assert_eq!(verdict.word(), "malformed", "{end}");
    }
    for end in 0..files.public.len() {
        let verdict = judge(&files.key, &files.proof, &files.public[..end]);
        assert_eq!(verdict.word(), "malformed", "{end}");
    }
    for end in (0..files.key.len()).step_by(7) {
        let verdict = judge(&files.key[..end], &files.proof, &files.public);
        assert_eq!(verdict.word(), "malformed", "{end}");
    }
}

#[test]
fn every_changed_digit_is_noticed() {
    let files = bn128();
    let key = Key::from_json(&files.key).unwrap();
    let digits = (0..files.proof.len()).filter(|at| files.proof[*at].is_ascii_digit());
    for at in digits.step_by(5) {
        let mut proof = files.proof.clone();
        proof[at] = if proof[at] == b'9' {
            b'8'
        } else {
            proof[at] + 1
        };
        assert_eq!(key.judge(&proof, &files.public).word(), "malformed", "{at}");
    }
}

#[test]
fn the_files_themselves_are_valid() {
    for Files {
        key,
        proof,
        public,
        proof_2,
        public_2,
        ..
    } in [bn128(), bls12381()]
    {
        assert_eq!(judge(&key, &proof, &public), Verdict::Valid);
        assert_eq!(judge(&key, &proof_2, &public_2), Verdict::Valid);
        assert_eq!(judge(&key, &proof, &public_2), Verdict::Invalid);
    }
}
