//! Verifies a proof: the input is the three files of snarkjs, one after the other (verification key,
//! proof, public inputs), the output is the verdict. The code is the host's own, compiled for the
//! sandbox, so anybody who runs the job again comes to the same verdict for the same fuel.

use serde::de::IgnoredAny;
use serde_json::Deserializer;

icn_abi::job!(verify);

fn verify(input: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let [key, proof, inputs] = split(&input)?;
    Ok(icn_zk::judge(key, proof, inputs).word().into())
}

/// The three JSON values, as they are written: how each is written is part of the verdict.
fn split(input: &[u8]) -> Result<[&[u8]; 3], &'static str> {
    let mut values = Deserializer::from_slice(input).into_iter::<IgnoredAny>();
    let (mut files, mut start) = ([&input[..0]; 3], 0);
    for file in &mut files {
        let value = values.next();
        let value = value.ok_or("the input is a key, a proof and its public inputs")?;
        value.map_err(|_| "the input is not JSON")?;
        let end = values.byte_offset();
        *file = &input[start..end];
        start = end;
    }
    match values.next() {
        None => Ok(files),
        Some(_) => Err("the input goes on after the public inputs"),
    }
}

#[cfg(test)]
mod tests {
    use super::verify;

    const KEY: &[u8] = include_bytes!("../../../zk/vectors/bn128/key.json");
    const PROOF: &[u8] = include_bytes!("../../../zk/vectors/bn128/proof.json");

    fn verdict(inputs: &[u8]) -> Result<String, &'static str> {
        let output = verify([KEY, PROOF, inputs].concat())?;
        Ok(String::from_utf8(output).unwrap())
    }

    #[test]
    fn a_proof_is_valid_for_its_inputs_only() {
        assert_eq!(verdict(br#"["265","5","7"]"#).as_deref(), Ok("valid"));
        assert_eq!(verdict(br#"["265","5","8"]"#).as_deref(), Ok("invalid"));
        assert_eq!(verdict(br#"["265","5",7]"#).as_deref(), Ok("malformed"));
    }

    #[test]
    fn what_is_not_three_files_is_refused() {
        let whole = "the input is a key, a proof and its public inputs";
        assert_eq!(verdict(b""), Err(whole));
        assert_eq!(verify(Vec::new()), Err(whole));
        assert_eq!(verdict(b"[\"265\","), Err("the input is not JSON"));
        let more = verdict(br#"["265","5","7"] {}"#);
        assert_eq!(more, Err("the input goes on after the public inputs"));
    }
}
