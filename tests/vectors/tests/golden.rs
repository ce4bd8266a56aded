//! Frozen forms: how each word of the protocol is written. A change here changes what nodes hash,
//! sign and store, so it is a decision; `UPDATE_EXPECT=1` then writes the pages anew.

use expect_test::{ExpectFile, expect_file};
use icn_base::limits::{MANA_MAX, TIME_MS_MAX};
use icn_base::{
    Bytes, Cid, Codec, Did, Domain, JobId, Keypair, Mana, NetworkId, ProposalId, Signature, Time,
    TxId,
};
use icn_vectors::golden::Page;

fn check(frozen: &ExpectFile, write: impl FnOnce(&mut Page)) {
    let mut page = Page::default();
    write(&mut page);
    frozen.assert_eq(page.text());
}

fn hello() -> Cid {
    Cid::of(Codec::Raw, b"hello")
}

#[test]
fn cids() {
    check(&expect_file!["../golden/cid.txt"], |page| {
        let hex = |cid: &Cid| data_encoding::HEXLOWER.encode(&cid.to_bytes());
        for (name, cid) in [
            ("raw, of `hello`", hello()),
            ("raw, of nothing", Cid::of(Codec::Raw, b"")),
            (
                "dag-cbor, of an empty map",
                Cid::of(Codec::DagCbor, b"\xa0"),
            ),
            (
                "dag-cbor, digest of zeros",
                Cid::from_digest(Codec::DagCbor, [0; 32]),
            ),
        ] {
            page.value(name, &cid)
                .also("text", &cid)
                .also("bytes", &hex(&cid));
        }
    });
}

#[test]
fn dids() {
    check(&expect_file!["../golden/did.txt"], |page| {
        for seed in [[0; 32], [1; 32], [0xff; 32]] {
            let did = Keypair::from_seed(seed).did();
            page.value(&format!("of the seed {:#04x} 32 times", seed[0]), &did)
                .also("text", &did);
        }
        let last = Did::from_public_key([0x7f; 32]).unwrap();
        page.value("of the bytes 0x7f 32 times", &last)
            .also("text", &last);
    });
}

#[test]
fn ids() {
    check(&expect_file!["../golden/ids.txt"], |page| {
        let job = JobId::new(hello());
        page.value("job", &job)
            .also("text", &job)
            .also("short", &job.short());
        let tx = TxId::new(hello());
        page.value("tx", &tx).also("text", &tx);
        let proposal = ProposalId::new(hello());
        page.value("proposal", &proposal).also("text", &proposal);
        let network = NetworkId::new(hello());
        page.value("network", &network).also("text", &network);
    });
}

#[test]
fn mana() {
    check(&expect_file!["../golden/mana.txt"], |page| {
        for units in [0, 1, 23, 24, 1_000_000, 1 << 53, MANA_MAX] {
            let mana = Mana::new(units).unwrap();
            page.value(&units.to_string(), &mana).also("text", &mana);
        }
    });
}

#[test]
fn times() {
    check(&expect_file!["../golden/time.txt"], |page| {
        for ms in [0, 1, 1_700_000_000_000, TIME_MS_MAX] {
            page.value(&ms.to_string(), &Time::from_ms(ms).unwrap());
        }
    });
}

#[test]
fn byte_strings() {
    check(&expect_file!["../golden/bytes.txt"], |page| {
        for bytes in [&b""[..], b"\x00", b"hello", &[0xff; 24]] {
            page.value(&format!("{} bytes", bytes.len()), &Bytes(bytes.to_vec()));
        }
    });
}

/// Also freezes what stands before the payload: the purpose and the network.
#[test]
fn signatures() {
    check(&expect_file!["../golden/signature.txt"], |page| {
        page.value("of zeros", &Signature::from_bytes([0; 64]));
        let (keys, network) = (Keypair::from_seed([7; 32]), NetworkId::new(hello()));
        for domain in Domain::ALL {
            let signature = keys.sign(domain, &network, b"payload");
            page.value(
                &format!("{} for the network of `hello`", domain.tag()),
                &signature,
            )
            .also("text", &signature);
        }
    });
}
