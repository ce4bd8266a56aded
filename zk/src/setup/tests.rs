use super::*;
use crate::circuits::Circuit;
use crate::prove::{Blinding, prove};
use crate::{Key, Verdict};
use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use std::sync::LazyLock;

/// The prover knows a cube root: small, so that a whole ceremony takes no time.
#[derive(Clone, Debug)]
struct CubeRoot(u64);

impl Circuit for CubeRoot {
    const NAME: &'static str = "cube_root";
    const VERSION: u32 = 1;
    const INPUTS: &'static [&'static str] = &["cube"];

    fn public(&self) -> Vec<Fr> {
        vec![(self.0 * self.0 * self.0).into()]
    }

    fn constrain(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        public: &[FpVar<Fr>],
    ) -> Result<(), SynthesisError> {
        let root = FpVar::new_witness(cs.clone(), || Ok(Fr::from(self.0)))?;
        (&root * &root * &root).enforce_equal(&public[0])
    }

    fn shape() -> Self {
        Self(0)
    }
}

fn secret(seed: u8) -> Secret {
    Secret::new(&[seed; 32], b"test")
}

#[derive(Clone)]
struct Setup {
    transcript: Transcript,
    powers: Powers,
    key: ProvingKey,
}

impl Setup {
    fn check(&self) -> Result<(), SetupFault> {
        self.transcript.check::<CubeRoot>(&self.powers, &self.key)
    }
}

/// Two contributors to the powers, two to the key.
static SETUP: LazyLock<Setup> = LazyLock::new(|| {
    let mut powers = Powers::first(8).unwrap();
    let mut steps = Vec::new();
    for seed in [1, 2] {
        let (after, step) = powers.contribute(&steps, &secret(seed));
        powers = after;
        steps.push(step);
    }
    let mut transcript = Transcript::new::<CubeRoot>(steps);
    let mut key = specialise::<CubeRoot>(&powers).unwrap();
    for seed in [3, 4] {
        let steps = (&transcript.powers[..], &transcript.key[..]);
        let (after, step) = contribute(key, steps.0, steps.1, &secret(seed));
        key = after;
        transcript.key.push(step);
    }
    Setup {
        transcript,
        powers,
        key,
    }
});

fn proves(key: &ProvingKey) -> Verdict {
    let blinding = Blinding {
        salt: [7; 32],
        job: Vec::new(),
        call: 0,
    };
    let proved = prove(key, &CubeRoot(3), &blinding).unwrap();
    let judge = Key::of(key).unwrap();
    judge.judge(proved.proof.as_bytes(), proved.public.as_bytes())
}

#[test]
fn a_key_of_several_contributors_proves_and_its_transcript_holds() {
    assert_eq!(SETUP.check(), Ok(()));
    assert_eq!(proves(&SETUP.key), Verdict::Valid);
    assert!(!Key::of(&SETUP.key).unwrap().is_development());
}

#[test]
fn without_a_contribution_to_the_key_anybody_forges_and_it_is_refused() {
    let first = specialise::<CubeRoot>(&SETUP.powers).unwrap();
    let refused = Key::of(&first).unwrap_err().to_string();
    assert!(refused.contains("phase 2"), "{refused}");
}

/// A setup with one thing changed, and what is said about it.
fn refused(change: impl FnOnce(&mut Setup), fault: SetupFault) {
    let mut setup = SETUP.clone();
    change(&mut setup);
    assert_eq!(setup.check(), Err(fault));
}

#[test]
fn every_link_of_the_chain_is_checked() {
    use SetupFault::{Contribution, NoContribution, OtherCircuit, OtherKey, OtherPowers};
    refused(|it| it.transcript.circuit = "age_over".into(), OtherCircuit);
    refused(|it| it.transcript.version = 2, OtherCircuit);
    refused(|it| it.transcript.powers.clear(), NoContribution("powers"));
    refused(|it| it.transcript.key.clear(), NoContribution("key"));
    refused(|it| it.transcript.powers.truncate(1), OtherPowers);
    refused(|it| it.transcript.key.truncate(1), OtherKey);
    refused(
        |it| it.transcript.powers = vec![it.transcript.powers[1]],
        Contribution("powers", 0),
    );
    refused(
        |it| it.transcript.key = vec![it.transcript.key[1]],
        Contribution("key", 0),
    );
    refused(
        |it| it.transcript.powers.insert(0, it.transcript.powers[0]),
        Contribution("powers", 1),
    );
    // A pledge taken from another contribution, and a step that follows from another number.
    refused(
        |it| it.transcript.powers[1].pledges = it.transcript.powers[0].pledges,
        Contribution("powers", 1),
    );
    refused(
        |it| it.transcript.powers[0].heads[0] = it.transcript.powers[0].heads[1],
        Contribution("powers", 0),
    );
    // The powers' chain stands in the key's: contributions to the key cannot be moved.
    let (_, other) = Powers::first(8).unwrap().contribute(&[], &secret(1));
    let mut moved = SETUP.clone();
    moved.transcript.powers = vec![other];
    assert_eq!(moved.check(), Err(OtherPowers));
}

/// Points that the last contributor changed behind everybody's back, with a step that fits.
fn smuggled(change: impl FnOnce(&mut ProvingKey)) -> Result<(), SetupFault> {
    let mut setup = SETUP.clone();
    let steps = setup.transcript.key.clone();
    let mut key = setup.key.clone();
    change(&mut key);
    let (key, step) = contribute(key, &setup.transcript.powers, &steps, &secret(9));
    setup.transcript.key.push(step);
    setup.key = key;
    setup.check()
}

#[test]
fn a_contributor_can_change_nothing_but_delta() {
    let twice = |point: &mut G1Affine| *point = (*point + *point).into_affine();
    assert_eq!(smuggled(|_| ()), Ok(()));
    let with_powers = Err(SetupFault::Inconsistent("the key and the powers"));
    let with_delta = Err(SetupFault::Inconsistent("the key and its delta"));
    assert_eq!(smuggled(|key| twice(&mut key.vk.alpha_g1)), with_powers);
    assert_eq!(
        smuggled(|key| twice(&mut key.vk.gamma_abc_g1[1])),
        with_powers
    );
    assert_eq!(smuggled(|key| twice(&mut key.a_query[2])), with_powers);
    assert_eq!(
        smuggled(|key| key.vk.gamma_g2 = key.vk.beta_g2),
        with_powers
    );
    assert_eq!(smuggled(|key| twice(&mut key.l_query[0])), with_delta);
    assert_eq!(smuggled(|key| twice(&mut key.h_query[3])), with_delta);
    assert_eq!(smuggled(|key| key.vk.delta_g2 = key.vk.beta_g2), with_delta);
    // delta of G1 stands in the chain itself.
    let chain = Err(SetupFault::Contribution("key", 2));
    assert_eq!(smuggled(|key| twice(&mut key.delta_g1)), chain);
}

#[test]
fn powers_that_are_none_are_refused() {
    let twice = |point: &mut G1Affine| *point = (*point + *point).into_affine();
    let smuggled = |change: &dyn Fn(&mut Powers)| {
        let mut powers = SETUP.powers.clone();
        change(&mut powers);
        let mut steps = SETUP.transcript.powers.clone();
        let (powers, step) = powers.contribute(&steps, &secret(9));
        steps.push(step);
        powers.check(&steps)
    };
    let inconsistent = Err(SetupFault::Inconsistent("the powers"));
    assert_eq!(smuggled(&|_| ()), Ok(()));
    assert_eq!(smuggled(&|it| twice(&mut it.tau_g1[5])), inconsistent);
    assert_eq!(smuggled(&|it| twice(&mut it.tau_g1[0])), inconsistent);
    assert_eq!(smuggled(&|it| twice(&mut it.alpha_g1[7])), inconsistent);
    assert_eq!(smuggled(&|it| twice(&mut it.beta_g1[1])), inconsistent);
    assert_eq!(smuggled(&|it| it.tau_g2[3] = it.tau_g2[2]), inconsistent);
    assert_eq!(smuggled(&|it| it.beta_g2 = it.tau_g2[1]), inconsistent);
}

#[test]
fn files_come_back_and_no_cut_of_them_does() {
    let bytes = SETUP.powers.to_bytes();
    assert_eq!(Powers::from_bytes(&bytes).unwrap(), SETUP.powers);
    for end in (0..bytes.len()).step_by(13) {
        assert!(Powers::from_bytes(&bytes[..end]).is_err(), "{end}");
    }
    let longer = [&bytes[..], b"x"].concat();
    assert_eq!(Powers::from_bytes(&longer), Err(KeyFileError::Length));
    let mut many = bytes.clone();
    many[16..24].fill(255);
    assert_eq!(Powers::from_bytes(&many), Err(KeyFileError::Counts));
    let mut off = bytes;
    off[24 + 64] ^= 1;
    assert_eq!(Powers::from_bytes(&off), Err(KeyFileError::Point));

    let (layout, bytes) = (
        crate::circuits::Layout::of::<CubeRoot>(),
        proving_key_bytes(&SETUP.key),
    );
    for trusted in [false, true] {
        let key = read_proving_key(&bytes, &layout, trusted).unwrap();
        assert_eq!(key, SETUP.key);
        for end in (0..bytes.len()).step_by(13) {
            assert!(read_proving_key(&bytes[..end], &layout, trusted).is_err());
        }
    }
    let text = serde_json::to_string(&SETUP.transcript).unwrap();
    let read: Transcript = serde_json::from_str(&text).unwrap();
    assert_eq!(read, SETUP.transcript);
}

#[test]
fn a_development_key_proves_and_is_known_as_one() {
    let key = development_key::<CubeRoot>();
    assert_eq!(key, development_key::<CubeRoot>());
    assert_eq!(proves(&key), Verdict::Valid);
    assert!(Key::of(&key).unwrap().is_development());
    // One more contribution to its delta does not make it any better: its powers are known.
    let (key, _) = contribute(key, &[], &[], &secret(1));
    assert!(Key::of(&key).unwrap().is_development());
}

#[test]
fn powers_have_a_size_that_is_a_power_of_two_within_bounds() {
    for size in [0, 1, 3, POWERS_MAX + 1, 2 * POWERS_MAX] {
        assert_eq!(Powers::first(size), None, "{size}");
    }
    let small = Powers::first(2).unwrap();
    assert_eq!(specialise::<CubeRoot>(&small), None);
}
