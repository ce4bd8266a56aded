//! multiformats: of all the bases, codecs and hashes in the tables, icn takes base32, dag-cbor and
//! raw, and sha2-256 (decision D4). Every other row must be refused for what it is.

use icn_base::cid::CidError;
use icn_base::did::DidError;
use icn_base::{Cid, Codec, Did};
use icn_vectors::{Corpus, data, failures};

/// The rows of a table, without its header.
fn rows(file: &str) -> Vec<Vec<String>> {
    data::csv(&format!("multiformats/{file}"))
}

fn code(digits: &str) -> u64 {
    let digits = digits.strip_prefix("0x").expect("codes are in hex");
    u64::from_str_radix(digits, 16).expect("codes are in hex")
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

/// A CID in binary: version, codec, hash, 32 bytes of digest.
fn cid(version: u64, codec: u64, hash: u64) -> Vec<u8> {
    let digest = *Cid::of(Codec::Raw, b"hello").digest();
    [
        varint(version),
        varint(codec),
        varint(hash),
        vec![32],
        digest.to_vec(),
    ]
    .concat()
}

/// A CID is taken, and written as it was read.
fn taken(bytes: &[u8]) -> Result<(), String> {
    let cid = Cid::from_bytes(bytes).map_err(|error| format!("refused: {error}"))?;
    if cid.to_bytes() == *bytes && cid.to_string().parse() == Ok(cid) {
        Ok(())
    } else {
        Err(format!("written as {cid}"))
    }
}

#[test]
fn a_cid_is_written_in_base32_and_no_other_base() {
    let text = Cid::of(Codec::Raw, b"hello").to_string();
    let mut corpus = Corpus::open("multiformats/multibase");
    for row in rows("multibase.csv") {
        let prefix = u32::from_str_radix(&row[0]["U+".len()..], 16).ok();
        let prefix = prefix.and_then(char::from_u32).expect("a code point");
        let written: Result<Cid, _> = format!("{prefix}{}", &text[1..]).parse();
        let outcome = match prefix {
            'b' => failures::accepted(written),
            other => failures::refused_as(written, &CidError::Multibase(other)),
        };
        corpus.check(&row[2..=3].join(": "), outcome);
    }
    corpus.finish(29);
}

#[test]
fn text_in_other_bases_is_no_cid() {
    let mut corpus = Corpus::open("multiformats/tests");
    for file in data::list("multiformats/tests")
        .iter()
        .filter(|name| name.ends_with(".csv"))
    {
        for row in rows(&format!("tests/{file}")) {
            let prefix = row[1].chars().next().expect("every row has text");
            let outcome = match row[1].parse::<Cid>() {
                Err(CidError::Multibase(found)) if prefix != 'b' && found == prefix => Ok(()),
                // The text is base32 of a sentence, in upper case or lower.
                Err(CidError::Base32) if row[1].contains(|c: char| c.is_ascii_uppercase()) => {
                    Ok(())
                }
                Err(CidError::Version(_) | CidError::Length(_)) if prefix == 'b' => Ok(()),
                other => Err(format!("found {other:?}")),
            };
            corpus.check(&format!("{file}: {}", row[0]), outcome);
        }
    }
    corpus.finish(81);
}

#[test]
fn of_all_codecs_hashes_and_versions_those_of_d4_are_taken() {
    let mut corpus = Corpus::open("multiformats/multicodec");
    let rows = rows("multicodec_table.csv");
    for row in &rows {
        let (name, tag, code) = (&row[0], row[1].as_str(), code(&row[2]));
        let as_codec = match Cid::from_bytes(&cid(1, code, 0x12)) {
            Ok(_) if ["raw", "dag-cbor"].contains(&name.as_str()) => taken(&cid(1, code, 0x12)),
            found => failures::refused_as(found, &CidError::Codec(code)),
        };
        corpus.check(&format!("{name} as a codec"), as_codec);

        let bytes = cid(1, 0x71, code);
        let as_hash = match name.as_str() {
            "sha2-256" => taken(&bytes),
            "identity" => failures::refused_as(Cid::from_bytes(&bytes), &CidError::Identity),
            _ => failures::refused_as(Cid::from_bytes(&bytes), &CidError::Hash(code)),
        };
        corpus.check(&format!("{name} as a hash"), as_hash);

        if tag == "cid" {
            let bytes = cid(code, 0x71, 0x12);
            let as_version = match code {
                1 => taken(&bytes),
                _ => failures::refused_as(Cid::from_bytes(&bytes), &CidError::Version(code)),
            };
            corpus.check(&format!("{name} as a version"), as_version);
        }
    }
    corpus.finish(2 * rows.len() + 3);
}

#[test]
fn of_all_kinds_of_keys_ed25519_is_taken() {
    let mut corpus = Corpus::open("multiformats/keys");
    let rows = rows("multicodec_table.csv");
    for row in rows.iter().filter(|row| row[1] == "key") {
        let code = code(&row[2]);
        let bytes = [varint(code), vec![0x11; 32]].concat();
        let did = format!("did:key:z{}", bs58::encode(bytes).into_string()).parse::<Did>();
        let outcome = match row[0].as_str() {
            "ed25519-pub" => failures::accepted(did),
            _ => failures::refused_as(did, &DidError::Kind(code)),
        };
        corpus.check(&row[0], outcome);
    }
    corpus.finish(77);
}

#[test]
fn a_multihash_is_taken_if_it_is_the_whole_sha2_256() {
    let codes = [("sha1", 0x11), ("sha2-256", 0x12), ("sha2-512", 0x13)];
    let mut corpus = Corpus::open("multiformats/multihash");
    for (at, row) in rows("multihash_test_cases.csv").iter().enumerate() {
        let [algorithm, bits, input, multihash] = &row[..] else {
            unreachable!("four columns")
        };
        let bytes = [vec![0x01, 0x55], data::hex(multihash)].concat();
        let found = Cid::from_bytes(&bytes);
        let known = codes
            .iter()
            .find(|(name, _)| name == algorithm)
            .map(|(_, code)| *code);
        let outcome = match (known, bits.as_str()) {
            (Some(0x12), "256") if found == Ok(Cid::of(Codec::Raw, input.as_bytes())) => Ok(()),
            (Some(0x12), "256") => Err(format!("found {found:?}")),
            (Some(0x12), bits) => {
                let bits: u64 = bits.parse().expect("a number of bits");
                failures::refused_as(found, &CidError::DigestLength(bits / 8))
            }
            (Some(code), _) => failures::refused_as(found, &CidError::Hash(code)),
            // The table says `sha3` for four hashes of several lengths.
            (None, _) => match found {
                Err(CidError::Hash(0x14..=0x17)) => Ok(()),
                other => Err(format!("found {other:?}")),
            },
        };
        corpus.check(&format!("row {}: {algorithm} {bits}", at + 1), outcome);
    }
    corpus.finish(260);
}
