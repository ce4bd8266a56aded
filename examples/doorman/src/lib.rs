//! Lets in whoever proves what it is asked to see. The input has a proof a line, as JSON on one line.
//!
//! ```text
//! proof PROOF          of any registered circuit: {"circuit", "proof", "public", "issuers"?, "holder"?, "once"?}
//! unrevoked PROOF      that a credential is not revoked
//! ```
//!
//! The output has a line for each: `holds`, `does not hold`, or why it was refused; and at the end
//! `come in` if all of them hold. Each that holds costs the job's owner its price; what does not
//! hold, or is refused, costs fuel. A line that is neither fails the whole run.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use icn_abi::guest::{self, Error};

icn_abi::job!(doorman);

enum Shown<'a> {
    Proof(&'a str),
    Unrevoked(&'a str),
}

fn doorman(input: Vec<u8>) -> Result<Vec<u8>, String> {
    let input = String::from_utf8(input).map_err(|_| "the input is not UTF-8")?;
    let mut shown = Vec::new();
    for (at, line) in input
        .lines()
        .map(str::trim)
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
    {
        shown.push(parse(line).ok_or_else(|| format!("line {}: no proof: {line}", at + 1))?);
    }
    let (mut report, mut all) = (String::new(), !shown.is_empty());
    for proof in &shown {
        let verdict = look(proof);
        all &= matches!(verdict, Ok(true));
        report.push_str(&match verdict {
            Ok(true) => "holds\n".into(),
            Ok(false) => "does not hold\n".into(),
            Err(error) => format!("refused: {error}\n"),
        });
    }
    report.push_str(if all { "come in\n" } else { "stay outside\n" });
    Ok(report.into_bytes())
}

fn parse(line: &str) -> Option<Shown<'_>> {
    match line.split_once(' ')? {
        ("proof", proof) => Some(Shown::Proof(proof)),
        ("unrevoked", proof) => Some(Shown::Unrevoked(proof)),
        _ => None,
    }
}

fn look(shown: &Shown<'_>) -> Result<bool, Error> {
    match *shown {
        Shown::Proof(proof) => guest::verify_zk_proof(proof),
        Shown::Unrevoked(proof) => guest::verify_zk_revocation_proof(proof),
    }
}

#[cfg(test)]
mod tests {
    use super::doorman;
    use icn_abi::{Class, guest::mock};

    fn report(proofs: &str) -> Result<String, String> {
        doorman(proofs.into()).map(|report| String::from_utf8(report).expect("text"))
    }

    #[test]
    fn who_proves_all_of_it_comes_in() {
        mock::start(b"");
        mock::answers_number("host_verify_zk_proof", 1);
        mock::answers_number("host_verify_zk_revocation_proof", 1);
        let report = report("proof {\"a\": 1}\n\nunrevoked {}\n");
        assert_eq!(report.as_deref(), Ok("holds\nholds\ncome in\n"));
        let made = mock::finish().made;
        assert_eq!(made[0], ("host_verify_zk_proof", "{\"a\": 1}".into()));
        assert_eq!(made[1], ("host_verify_zk_revocation_proof", "{}".into()));
    }

    #[test]
    fn who_lacks_one_stays_outside() {
        mock::start(b"");
        mock::answers_number("host_verify_zk_proof", 1);
        mock::refuses(
            "host_verify_zk_revocation_proof",
            Class::PermissionDenied,
            "the tree has another root",
        );
        mock::answers_number("host_verify_zk_proof", 0);
        let lines = "holds\nrefused: PermissionDenied (-7): the tree has another root\n\
                     does not hold\nstay outside\n";
        let proofs = "proof {}\nunrevoked {}\nproof {}";
        assert_eq!(report(proofs).as_deref(), Ok(lines));
    }

    #[test]
    fn who_proves_nothing_stays_outside_and_no_proof_is_an_error() {
        mock::start(b"");
        assert_eq!(report("\n").as_deref(), Ok("stay outside\n"));
        for line in ["prove {}", "proof", "unrevoked"] {
            mock::start(b"");
            let proofs = format!("proof {{}}\n{line}");
            assert_eq!(report(&proofs), Err(format!("line 2: no proof: {line}")));
            assert!(mock::finish().made.is_empty());
        }
    }
}
