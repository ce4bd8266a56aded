//! `icn zk verify`: three files, one verdict.

use crate::answer::Answer;
use crate::failure::{Failure, MALFORMED};
use icn_zk::{Verdict, judge, limits};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The exit code of a verification key that must not be trusted.
const BAD_KEY: u8 = 66;

/// The exit code of a file that cannot be read: 1 would say that the proof is invalid.
const UNREADABLE: u8 = 2;

/// Says whether a proof holds
///
/// The files are those that snarkjs writes and reads. Every number must be in its one decimal spelling and every point
/// in its group. A key under which anybody could forge proofs (phase 2 of its setup was skipped, a point is at infinity)
/// is refused as `bad_key`, whatever the proof.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The verification key: verification_key.json
    #[arg(long, value_name = "FILE")]
    vk: PathBuf,
    /// The proof: proof.json
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,
    /// The public inputs: public.json
    #[arg(long, value_name = "FILE")]
    public: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    let key = read(&args.vk, limits::KEY_BYTES_MAX)?;
    let proof = read(&args.proof, limits::PROOF_BYTES_MAX)?;
    let public = read(&args.public, limits::INPUTS_BYTES_MAX)?;
    Ok(answer(&judge(&key, &proof, &public)))
}

fn answer(verdict: &Verdict) -> Answer {
    let word = verdict.word();
    let (exit, because) = match verdict {
        Verdict::Valid => (0, None),
        Verdict::Invalid => (1, None),
        Verdict::Malformed(malformed) => (MALFORMED, Some(malformed.to_string())),
        Verdict::BadKey(fault) => (BAD_KEY, Some(fault.to_string())),
    };
    match because {
        Some(because) => Answer::new(
            format!("{word}\n{because}"),
            json!({ "verdict": word, "because": because }),
        ),
        None => Answer::new(word, json!({ "verdict": word })),
    }
    .exit(exit)
}

/// Reads a file, and one byte more than it may have, so that the judge sees that it is too long.
fn read(path: &Path, max: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(max as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::file("read", path, &error).exit(UNREADABLE))?;
    Ok(bytes)
}
