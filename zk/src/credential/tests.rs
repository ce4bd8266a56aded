use super::*;

pub(crate) fn keys(seed: u8) -> Keypair {
    Keypair::from_seed([seed; 32])
}

fn network(name: &[u8]) -> NetworkId {
    NetworkId::new(Cid::of(Codec::DagCbor, name))
}

fn statement() -> Statement {
    let (issuer, holder) = (keys(1), keys(2));
    Statement {
        issuer: issuer.did(),
        circuit_key: circuit_key(&issuer).public(),
        holder: holder.did(),
        commitment: HolderSecret::of(&holder).commitment(),
        claims: BTreeMap::from([(Fact::Born, 20_000_229), (Fact::Balance, 500)]),
        issued: Time::from_ms(1_000).unwrap(),
        valid_until: Time::from_ms(2_000).unwrap(),
        revocation_id: 7,
    }
}

fn issued() -> Credential {
    let issuer = keys(1);
    let signed = statement().sign(&issuer, &circuit_key(&issuer), &network(b"\xa0"));
    signed.unwrap()
}

#[test]
fn a_credential_comes_back_from_its_bytes_and_holds_on_its_network() {
    let credential = issued();
    let read = Credential::decode(&credential.encode()).unwrap();
    assert_eq!(read, credential);
    assert_eq!(read.cid(), credential.cid());
    assert_eq!(read.verify(&network(b"\xa0")), Ok(()));
    assert_eq!(
        read.verify(&network(b"\xa1")),
        Err(CredentialError::Signature)
    );
}

#[test]
fn whatever_is_changed_the_signatures_do_not_hold() {
    let on = network(b"\xa0");
    let changes: [fn(&mut Credential); 8] = [
        |it| it.statement.holder = keys(3).did(),
        |it| it.statement.commitment = Numeral(1.into()),
        |it| it.statement.claims.extend([(Fact::Born, 19_000_101)]),
        |it| it.statement.claims.retain(|fact, _| *fact == Fact::Born),
        |it| it.statement.valid_until = Time::from_ms(3_000).unwrap(),
        |it| it.statement.revocation_id += 1,
        |it| it.statement.circuit_key = circuit_key(&keys(3)).public(),
        |it| it.statement.issuer = keys(3).did(),
    ];
    for change in changes {
        let mut credential = issued();
        change(&mut credential);
        assert_eq!(credential.verify(&on), Err(CredentialError::Signature));
        // Even if the issuer signs the change, the other signature tells.
        let bytes = codec::encode(&(&credential.statement, &credential.circuit_signature));
        credential.signature = keys(1).sign(Domain::Credential, &on, &bytes.unwrap());
        assert!(credential.verify(&on).is_err());
    }
    let mut beyond = statement();
    beyond.revocation_id = REVOCATION_IDS_MAX;
    let refused = beyond.sign(&keys(1), &circuit_key(&keys(1)), &on);
    assert_eq!(
        refused,
        Err(CredentialError::RevocationId(REVOCATION_IDS_MAX))
    );
}

#[test]
fn only_the_holder_of_the_secret_can_use_it() {
    assert!(issued().held(&HolderSecret::of(&keys(2))).is_ok());
    let other = issued().held(&HolderSecret::of(&keys(3)));
    assert_eq!(other.unwrap_err(), CredentialError::OtherSecret);
}

#[test]
fn no_cut_of_the_bytes_is_a_credential() {
    let bytes = issued().encode();
    for end in 0..bytes.len() {
        assert!(Credential::decode(&bytes[..end]).is_err(), "{end}");
    }
}

#[test]
fn the_export_has_the_shape_of_a_verifiable_credential() {
    let vc = issued().to_vc();
    assert_eq!(vc["type"][0], "VerifiableCredential");
    assert_eq!(vc["credentialSubject"]["born"], 20_000_229);
    assert_eq!(vc["credentialSubject"]["id"], keys(2).did().to_string());
    assert_eq!(vc["validFrom"], "1970-01-01T00:00:01.000Z");
    let bytes = vc["proof"][0]["dagCbor"].as_str().unwrap();
    let bytes = data_encoding::BASE64.decode(bytes.as_bytes()).unwrap();
    assert_eq!(Credential::decode(&bytes).unwrap(), issued());
}
