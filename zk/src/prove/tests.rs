use super::*;
use crate::circuits::{Membership, NotRevoked, Presentation, Tree, member_leaf};
use crate::{Key, Verdict, verifying};
use ark_ec::pairing::Pairing;
use std::sync::LazyLock;

const UNTIL: u64 = 2_000_000_000_000;

/// A key whose secrets anybody could repeat: arkworks' numbers for tests.
static KEY: LazyLock<ProvingKey<Bn254>> = LazyLock::new(key::<Membership>);

fn key<C: Circuit>() -> ProvingKey<Bn254> {
    let shape = C::shape();
    Groth16::<Bn254>::generate_random_parameters_with_reduction(
        Synthesis(&shape),
        &mut ark_std::test_rng(),
    )
    .unwrap()
}

fn judge_of(key: &ProvingKey<Bn254>) -> Key {
    let pairing = Bn254::pairing(key.vk.alpha_g1, key.vk.beta_g2);
    Key::from_json(verifying::to_json(&key.vk, &pairing).as_bytes()).unwrap()
}

fn member(challenge: u64, at_ms: u64) -> Membership {
    let [me, secret, scope] = [31, 99, 5].map(Element::from);
    let mut tree = Tree::default();
    tree.set(9, member_leaf(me, secret, UNTIL.into()));
    Membership {
        presentation: Presentation::new("membership", secret, scope, challenge.into(), me, at_ms),
        root: tree.root(),
        secret,
        valid_until_ms: UNTIL.into(),
        place: 9,
        path: tree.path(9),
    }
}

fn blinding(salt: u8, call: u32) -> Blinding {
    let (salt, job) = ([salt; 32], b"job".to_vec());
    Blinding { salt, job, call }
}

fn judged(key: &Key, proved: &Proved) -> Verdict {
    key.judge(proved.proof.as_bytes(), proved.public.as_bytes())
}

#[test]
fn two_runs_give_the_same_bytes_and_they_are_valid() {
    let proved = prove(&KEY, &member(6, 7), &blinding(1, 0)).unwrap();
    assert_eq!(prove(&KEY, &member(6, 7), &blinding(1, 0)).unwrap(), proved);
    assert_eq!(judged(&judge_of(&KEY), &proved), Verdict::Valid);
}

#[test]
fn salt_job_call_and_witness_each_change_the_proof() {
    let mut other_job = blinding(1, 0);
    other_job.job = b"bog".to_vec();
    let mut proofs = vec![
        prove(&KEY, &member(6, 7), &blinding(1, 0)),
        prove(&KEY, &member(6, 7), &blinding(2, 0)),
        prove(&KEY, &member(6, 7), &blinding(1, 1)),
        prove(&KEY, &member(6, 7), &other_job),
        prove(&KEY, &member(8, 7), &blinding(1, 0)),
    ]
    .into_iter()
    .map(|proved| proved.unwrap().proof)
    .collect::<Vec<_>>();
    proofs.sort();
    proofs.dedup();
    assert_eq!(proofs.len(), 5);
}

#[test]
fn a_proof_holds_for_its_own_challenge_holder_and_time_only() {
    let key = judge_of(&KEY);
    let proved = prove(&KEY, &member(6, 7), &blinding(1, 0)).unwrap();
    let public: Vec<String> = serde_json::from_str(&proved.public).unwrap();
    for at in 0..public.len() {
        let mut moved = public.clone();
        moved[at] = if moved[at] == "1" { "2" } else { "1" }.to_owned();
        let public = serde_json::to_string(&moved).unwrap();
        let moved = Proved {
            public,
            ..proved.clone()
        };
        assert_eq!(judged(&key, &moved), Verdict::Invalid, "input {at}");
    }
}

#[test]
fn what_is_not_so_is_not_proved() {
    let mut false_statement = member(6, 7);
    false_statement.root += Element::from(1);
    let refused = prove(&KEY, &false_statement, &blinding(1, 0));
    assert_eq!(refused, Err(ProveError::Unsatisfied));
    let late = prove(&KEY, &member(6, UNTIL + 1), &blinding(1, 0));
    assert_eq!(late, Err(ProveError::Unsatisfied));
}

#[test]
fn a_malleated_proof_is_the_same_statement() {
    let key = judge_of(&KEY);
    let proved = prove(&KEY, &member(6, 7), &blinding(1, 0)).unwrap();
    let (_, file) = crate::proof::open(proved.proof.as_bytes()).unwrap();
    let Proof(proof) = Proof::<Bn254>::read(&file).unwrap();
    let other = Groth16::<Bn254>::rerandomize_proof(&KEY.vk, &proof, &mut ark_std::test_rng());
    let other = Proved {
        proof: Proof(other).to_json(),
        public: proved.public.clone(),
    };
    assert_ne!(other.proof, proved.proof);
    assert_eq!(judged(&key, &other), Verdict::Valid);
    // Whoever counts statements counts nullifiers, and these are one: the inputs are the same, and
    // with another nullifier neither proof holds.
    let nullifier = |public: &str| {
        serde_json::from_str::<Vec<String>>(public)
            .unwrap()
            .remove(0)
    };
    assert_eq!(nullifier(&other.public), nullifier(&proved.public));
    // A second proof of the same member for another challenge has it too.
    let again = prove(&KEY, &member(8, 9), &blinding(3, 4)).unwrap();
    assert_eq!(nullifier(&again.public), nullifier(&proved.public));
    assert_ne!(again.public, proved.public);
}

#[test]
fn a_key_of_another_circuit_is_refused() {
    assert_ne!(NotRevoked::INPUTS.len(), KEY.vk.gamma_abc_g1.len() - 1);
    let refused = prove(&KEY, &NotRevoked::shape(), &blinding(1, 0));
    // The shape proves nothing in the first place; a key cannot help it.
    assert_eq!(refused, Err(ProveError::Unsatisfied));
    let other = key::<NotRevoked>();
    let refused = prove(&other, &member(6, 7), &blinding(1, 0));
    assert_eq!(refused, Err(ProveError::OtherCircuit));
}
