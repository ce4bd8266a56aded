//! Guests that verify proofs and make them, on a real book: what is charged, what goes back, and
//! that a run from the file of its receipt says the same.

use crate::guests::{Call, SANDBOX, guest};
use crate::lone::{Done, Lone, bytes_of, mana};
use icn_base::gov::{CircuitOffer, ProposalKind, ProposalRequest, Prover, VoteRequest};
use icn_base::run::{CallStats, Effect, Grant, Input, Listed, Nullifier, ProofPayment};
use icn_base::{Bytes, Cid, Keypair, Mana, ProposalId, Time, codec};
use icn_dag::{Blocks, MemStore, Store, file};
use icn_governance::Parameter;
use icn_ledger::zk::Grove;
use icn_ledger::{Action, Draft, Genesis, GenesisAccount};
use icn_replay::{Verdict, verify};
use icn_zk::Key;
use icn_zk::circuits::{BuiltIn, Circuit, Membership, NotRevoked, element_of};
use icn_zk::credential::{Credential, Fact, HolderSecret, Statement, circuit_key};
use icn_zk::prove::{Leaf, Proved, Witness, prove_from};
use icn_zk::setup::{ProvingKey, development_key, proving_key_bytes};
use icn_zk::words::Numeral;
use std::sync::{Arc, LazyLock};

static MEMBERSHIP: LazyLock<ProvingKey> = LazyLock::new(development_key::<Membership>);
static NOT_REVOKED: LazyLock<ProvingKey> = LazyLock::new(development_key::<NotRevoked>);

/// What a proof of membership costs: 6,237 constraints at 1 mana for each thousand.
const PRICE: u64 = 7;

/// A mesh of one who is enrolled, and who has registered a circuit.
struct Mesh {
    alice: Lone,
    circuit: Cid,
    /// The blocks of the proving key.
    reads: Vec<Listed>,
}

impl Mesh {
    fn new<C: Circuit>(key: &ProvingKey) -> Self {
        let keys = Keypair::from_seed([1; 32]);
        let first = GenesisAccount {
            did: keys.did(),
            mana: mana(100_000),
            member: true,
            power: 1,
        };
        let none = [
            Parameter::RegenAmount,
            Parameter::MinDeliberationMs,
            Parameter::MinVotingMs,
            Parameter::ExecutionDelayMs,
            Parameter::ChangeDelayMs,
        ];
        let genesis = Genesis {
            time: Time::from_ms(1_000_000).unwrap(),
            accounts: vec![first],
            parameters: none.map(|parameter| (parameter, 0)).into(),
            development: true,
            ..Genesis::default()
        };
        let mut alice = Lone::on(Arc::clone(&SANDBOX), keys, genesis);
        alice.register();
        let (root, reads) = keep_file(&mut alice, &proving_key_bytes(key));
        let offer = offer::<C>(key, root);
        let circuit = offer.id();
        vote(&mut alice, ProposalKind::RegisterCircuit(Box::new(offer)));
        let commitment = HolderSecret::of(&alice.keys).commitment();
        alice.act(vec![Action::Enrol { commitment }]);
        Self {
            alice,
            circuit,
            reads,
        }
    }

    fn witness(&self, scope: &str) -> Witness {
        let now = self.alice.state.chain().time;
        Witness {
            salt: Bytes(vec![9; 32]),
            secret: HolderSecret::of(&self.alice.keys),
            holder: self.alice.keys.did(),
            scope: Numeral(element_of(scope)),
            challenge: Numeral(element_of("challenge")),
            at_ms: now.after_ms(600_000).unwrap().as_ms(),
            credential: None,
            bound: None,
            leaf: Some(self.leaf(Grove::Members, 0)),
        }
    }

    fn leaf(&self, grove: Grove, place: u32) -> Leaf {
        let draft = Draft::new(&self.alice.state, self.alice.state.chain().time);
        Leaf {
            place,
            path: draft.zk().path(grove, place),
            root: draft.roots(grove).now,
        }
    }

    /// Runs a guest that makes these calls, and checks its receipt from the file.
    fn run(&mut self, calls: &[Call], grants: Vec<Grant>) -> Done {
        let mut spec = self.alice.spec(&guest(calls), Input::Inline(Bytes(vec![])));
        spec.fuel_limit = 8_000_000_000;
        spec.max_price = mana(2 + 8_000);
        spec.reads.clone_from(&self.reads);
        spec.grants = grants;
        let done = self.alice.job(spec);
        self.alice.state.audit().unwrap();
        let file = self.alice.file(&done);
        match verify(&file[..], self.alice.sandbox(), 120_000) {
            Verdict::Valid(grounds) => {
                let again = codec::encode(&grounds.outcome.unwrap()).unwrap();
                assert_eq!(again, bytes_of(&done.finished), "two runs are one");
            }
            other => panic!("{other:?}"),
        }
        done
    }

    fn verifies(&mut self, call: &'static str, request: String) -> Done {
        let budget = mana(100);
        self.run(
            &[Call::Tell(call, request)],
            vec![Grant::ZkVerify { budget }],
        )
    }

    fn treasury(&self) -> u64 {
        self.alice.state.chain().supply.treasury.units()
    }

    fn total(&self) -> u64 {
        let actor = self.alice.state.actor(&self.alice.keys.did()).unwrap();
        actor.account.total().units()
    }
}

fn offer<C: Circuit>(key: &ProvingKey, root: Cid) -> CircuitOffer {
    let known = BuiltIn::find(C::NAME, C::VERSION).unwrap().describe();
    CircuitOffer {
        key: Bytes(Key::of(key).unwrap().to_json().into_bytes()),
        inputs: known.inputs.iter().map(|name| (*name).into()).collect(),
        constraints: known.constraints as u64,
        statement: "see docs/circuits".into(),
        prover: Some(Prover {
            name: C::NAME.into(),
            version: C::VERSION,
            key: root,
        }),
    }
}

/// Keeps a file, and lists its blocks.
fn keep_file(alice: &mut Lone, bytes: &[u8]) -> (Cid, Vec<Listed>) {
    let mut here = MemStore::default();
    let root = file::put(bytes, &mut here, |_| {}).unwrap().root;
    let mut reads = Vec::new();
    for cid in here.list(None, 100).unwrap() {
        let block = here.get(&cid).unwrap().unwrap();
        let size = block.bytes().len() as u64;
        reads.push(Listed { cid, size });
        alice.keep(block);
    }
    (root, reads)
}

fn vote(alice: &mut Lone, kind: ProposalKind) {
    let request = ProposalRequest {
        title: "t".into(),
        text: String::new(),
        kind,
    };
    let made = alice.act(vec![Action::Propose(Box::new(request))]);
    let proposal = ProposalId::new(*made[0].id().cid());
    let vote = VoteRequest {
        proposal,
        ballot: icn_base::gov::Ballot::Yes,
        preview: None,
    };
    for action in [
        Action::OpenVoting { proposal },
        Action::Vote(vote),
        Action::CloseVoting { proposal },
        Action::Execute { proposal },
    ] {
        alice.act(vec![action]);
    }
}

/// The argument of a call that verifies.
fn shown(circuit: &Cid, proved: &Proved, more: &str) -> String {
    let (proof, public) = (&proved.proof, &proved.public);
    format!(r#"{{"circuit":"{circuit}","proof":{proof},"public":{public}{more}}}"#)
}

/// The first result, which the guest has written as eight bytes.
fn result(done: &Done) -> i64 {
    let bytes = done.finished.output.bytes();
    i64::from_le_bytes(*bytes.first_chunk().unwrap())
}

fn stats(done: &Done, call: u16) -> CallStats {
    let mut calls = done.finished.outcome.host_calls.iter();
    *calls.rfind(|stats| stats.call == call).unwrap()
}

fn of_member(mesh: &Mesh, scope: &str) -> Proved {
    let witness = mesh.witness(scope);
    prove_from(BuiltIn::Membership, &MEMBERSHIP, &witness, (b"test", 0)).unwrap()
}

#[test]
fn a_proof_that_holds_is_paid_for_and_one_that_does_not_costs_fuel_only() {
    const CALL: &str = "host_verify_zk_proof";
    let mut mesh = Mesh::new::<Membership>(&MEMBERSHIP);
    let circuit = mesh.circuit;
    let proved = of_member(&mesh, "a vote");
    let (total, treasury) = (mesh.total(), mesh.treasury());
    let done = mesh.verifies(CALL, shown(&circuit, &proved, ""));
    assert_eq!(result(&done), 1);
    let paid = ProofPayment {
        call: 25,
        circuit,
        mana: mana(PRICE),
        taken: None,
    };
    assert_eq!(done.finished.outcome.effects, [Effect::PayProof(paid)]);
    let good = stats(&done, 25);
    assert_eq!((good.mana, good.refunded), (mana(PRICE), Mana::ZERO));
    // Fees of two transactions and one effect beside it; the run pays its own executor.
    assert_eq!(mesh.treasury() - treasury, total - mesh.total());
    let with_proof = mesh.treasury() - treasury;

    // The same proof for other inputs: everything is well-formed, and it does not hold.
    let other = of_member(&mesh, "another vote");
    let broken = Proved {
        proof: proved.proof.clone(),
        public: other.public,
    };
    let (total, treasury) = (mesh.total(), mesh.treasury());
    let done = mesh.verifies(CALL, shown(&circuit, &broken, ""));
    assert_eq!(result(&done), 0);
    assert_eq!(done.finished.outcome.effects, []);
    let bad = stats(&done, 25);
    assert_eq!((bad.mana, bad.refunded), (Mana::ZERO, mana(PRICE)));
    assert!(bad.fuel > 8_000_000, "{}", bad.fuel);
    assert_eq!(total - mesh.total(), mesh.treasury() - treasury);
    assert_eq!(with_proof - (mesh.treasury() - treasury), PRICE + 1);
}

#[test]
fn what_is_malformed_or_out_of_date_or_taken_is_refused_and_costs_fuel_only() {
    const CALL: &str = "host_verify_zk_proof";
    let mut mesh = Mesh::new::<Membership>(&MEMBERSHIP);
    let circuit = mesh.circuit;
    let proved = of_member(&mesh, "a vote");
    let once = shown(&circuit, &proved, r#","once":true"#);
    let done = mesh.verifies(CALL, once.clone());
    assert_eq!(result(&done), 1);
    let public: Vec<String> = serde_json::from_str(&proved.public).unwrap();
    let taken = Nullifier {
        scope: public[1].clone(),
        nullifier: public[0].clone(),
    };
    let [Effect::PayProof(paid)] = &done.finished.outcome.effects[..] else {
        panic!("{:?}", done.finished.outcome.effects)
    };
    assert_eq!(paid.taken, Some(taken));

    let off_curve = Proved {
        proof: proved.proof.replacen("\"1\"", "\"2\"", 1),
        ..proved.clone()
    };
    let stranger = Keypair::from_seed([3; 32]).did();
    let [permission, crypto, late, call] = [7, 15, 3, 18].map(|class: i64| -class);
    for (request, wanted) in [
        (once, permission),
        (shown(&circuit, &off_curve, ""), crypto),
        (
            shown(&circuit, &proved, &format!(r#","holder":"{stranger}""#)),
            permission,
        ),
        (
            shown(&Cid::of(icn_base::Codec::Raw, b""), &proved, ""),
            call,
        ),
        (shown(&circuit, &proved, r#","again":1"#), -5),
    ] {
        let done = mesh.verifies(CALL, request.clone());
        assert_eq!(result(&done), wanted, "{}", text(&done));
        assert_eq!(done.finished.outcome.effects, []);
        assert_eq!(stats(&done, 25).mana, Mana::ZERO);
    }
    // Call 30 takes proofs of one circuit only.
    let done = mesh.verifies(
        "host_verify_zk_revocation_proof",
        shown(&circuit, &proved, ""),
    );
    assert_eq!(result(&done), call, "{}", text(&done));
    // A proof is good until its own time; a root, a minute longer than it is current.
    let fresh = of_member(&mesh, "later");
    mesh.alice.block_after(700_000, &[]);
    let done = mesh.verifies(CALL, shown(&circuit, &fresh, ""));
    assert_eq!(result(&done), late, "{}", text(&done));
}

fn text(done: &Done) -> String {
    String::from_utf8_lossy(&done.finished.output.bytes()[8..]).into_owned()
}

#[test]
fn a_guest_makes_a_proof_that_another_verifies_and_two_runs_make_the_same() {
    let mut mesh = Mesh::new::<Membership>(&MEMBERSHIP);
    let circuit = mesh.circuit;
    let witness = serde_json::to_string(&mesh.witness("a vote")).unwrap();
    let request = format!(r#"{{"circuit":"{circuit}","witness":{witness}}}"#);
    let budget = mana(100);
    let calls = [Call::Ask("host_generate_zk_proof", request)];
    let done = mesh.run(&calls, vec![Grant::ZkProve { budget }]);
    assert_eq!(stats(&done, 26).mana, mana(PRICE), "{}", text(&done));
    let made: serde_json::Value = serde_json::from_str(&text(&done)).unwrap();
    let proved = Proved {
        proof: made["proof"].to_string(),
        public: made["public"].to_string(),
    };
    let done = mesh.verifies("host_verify_zk_proof", shown(&circuit, &proved, ""));
    assert_eq!(result(&done), 1, "{}", text(&done));

    // A witness of something that is not so: no proof, and the mana is back.
    let mut wrong = mesh.witness("a vote");
    wrong.leaf.as_mut().unwrap().place = 1;
    let witness = serde_json::to_string(&wrong).unwrap();
    let request = format!(r#"{{"circuit":"{circuit}","witness":{witness}}}"#);
    let calls = [Call::Ask("host_generate_zk_proof", request)];
    let done = mesh.run(&calls, vec![Grant::ZkProve { budget }]);
    assert!(result(&done) < 0, "{}", text(&done));
    let stats = stats(&done, 26);
    assert_eq!((stats.mana, stats.refunded), (Mana::ZERO, mana(PRICE)));
    assert!(stats.fuel > 1_000_000_000);
}

#[test]
fn a_credential_that_was_revoked_can_no_longer_be_shown() {
    const CALL: &str = "host_verify_zk_revocation_proof";
    let mut mesh = Mesh::new::<NotRevoked>(&NOT_REVOKED);
    let circuit = mesh.circuit;
    let issuer = Keypair::from_seed([1; 32]);
    let key = circuit_key(&issuer);
    let name = "town hall".to_owned();
    let circuit_key = key.public();
    mesh.alice
        .act(vec![Action::RegisterIssuer { name, circuit_key }]);
    let credential = issued(&mesh, &issuer);
    let cid = credential.cid();
    let place = credential.statement.revocation_id;
    mesh.alice.act(vec![Action::IssueCredential {
        credential: cid,
        place,
    }]);
    let witness = Witness {
        credential: Some(Box::new(credential)),
        leaf: Some(mesh.leaf(Grove::Issuer(issuer.did()), place)),
        ..mesh.witness("entry")
    };
    let proved = prove_from(BuiltIn::NotRevoked, &NOT_REVOKED, &witness, (b"test", 0)).unwrap();
    let accepted = format!(r#","issuers":["{}"]"#, issuer.did());
    let request = shown(&circuit, &proved, &accepted);
    let done = mesh.verifies(CALL, request.clone());
    assert_eq!(result(&done), 1, "{}", text(&done));
    assert_eq!(stats(&done, 30).mana, mana(14));

    // A verifier that accepts another issuer only.
    let stranger = Keypair::from_seed([3; 32]).did();
    let other = format!(r#","issuers":["{stranger}"]"#);
    let done = mesh.verifies(CALL, shown(&circuit, &proved, &other));
    assert_eq!(result(&done), -7, "{}", text(&done));

    mesh.alice
        .act(vec![Action::RevokeCredential { credential: cid }]);
    let done = mesh.verifies(CALL, request);
    assert_eq!(result(&done), -7, "{}", text(&done));
    assert_eq!(stats(&done, 30).refunded, mana(14));
    // Nor is there a new proof: the leaf is not empty any more.
    let witness = Witness {
        leaf: Some(mesh.leaf(Grove::Issuer(issuer.did()), place)),
        ..witness
    };
    assert!(prove_from(BuiltIn::NotRevoked, &NOT_REVOKED, &witness, (b"test", 0)).is_err());
}

fn issued(mesh: &Mesh, issuer: &Keypair) -> Credential {
    let holder = &mesh.alice.keys;
    let now = mesh.alice.state.chain().time;
    let key = circuit_key(issuer);
    let statement = Statement {
        issuer: issuer.did(),
        circuit_key: key.public(),
        holder: holder.did(),
        commitment: HolderSecret::of(holder).commitment(),
        claims: [(Fact::Born, 20_000_229)].into(),
        issued: now,
        valid_until: now.after_ms(86_400_000).unwrap(),
        revocation_id: 0,
    };
    let network = mesh.alice.network();
    statement.sign(issuer, &key, &network).unwrap()
}
