//! Witnesses that a cheating prover would like, each a small change of an honest one. What the
//! issuer would have to sign for the cheat, the issuer signs: the constraints alone must refuse.

use super::*;

const NOW: u64 = 1_900_000_000_000;
const LATER: u64 = NOW + 1_000;
const ID: u64 = 77;

fn secret() -> Fr {
    Fr::from(123_456_789)
}

fn me() -> Fr {
    Fr::from(31)
}

fn issuer() -> SecretKey {
    SecretKey::from_seed(&[9; 32])
}

/// -1, which as an integer is greater than any number.
fn minus_one() -> Fr {
    -Fr::from(1)
}

fn presentation(circuit: &str) -> Presentation {
    let (scope, challenge) = (Fr::from(5), Fr::from(6));
    Presentation::new(circuit, secret(), scope, challenge, me(), NOW)
}

fn credential() -> Credential {
    let commitment = Credential::commitment(secret());
    Credential::new(me(), commitment, LATER.into(), ID.into())
        .with(Claim::Born, 20_000_229.into())
        .with(Claim::Balance, 500.into())
        .with(Claim::Reputation, 40.into())
}

fn held() -> Held {
    credential().issue(&issuer(), secret())
}

fn age_over() -> AgeOver {
    AgeOver {
        presentation: presentation(AgeOver::NAME),
        issuer: issuer().public().issuer(),
        born_by: 20_000_229.into(),
        held: held(),
    }
}

fn balance() -> BalanceAtLeast {
    BalanceAtLeast {
        presentation: presentation(BalanceAtLeast::NAME),
        issuer: issuer().public().issuer(),
        minimum: 500.into(),
        held: held(),
    }
}

fn reputation() -> ReputationAtLeast {
    ReputationAtLeast {
        presentation: presentation(ReputationAtLeast::NAME),
        issuer: issuer().public().issuer(),
        minimum: 40.into(),
        held: held(),
    }
}

fn not_revoked() -> NotRevoked {
    let mut tree = Tree::default();
    tree.set(ID + 1, REVOKED.into());
    NotRevoked {
        presentation: presentation(NotRevoked::NAME),
        issuer: issuer().public().issuer(),
        root: tree.root(),
        held: held(),
        path: tree.path(ID),
    }
}

fn membership() -> Membership {
    let mut tree = Tree::default();
    tree.set(3, member_leaf(Fr::from(32), Fr::from(1), LATER.into()));
    tree.set(4, member_leaf(me(), secret(), LATER.into()));
    Membership {
        presentation: presentation(Membership::NAME),
        root: tree.root(),
        secret: secret(),
        valid_until_ms: LATER.into(),
        place: 4,
        path: tree.path(4),
    }
}

#[track_caller]
fn holds<C: Circuit>(mut circuit: C, change: impl FnOnce(&mut C)) {
    change(&mut circuit);
    assert!(is_satisfied(&circuit), "{}", C::NAME);
}

#[track_caller]
fn refused<C: Circuit>(mut circuit: C, change: impl FnOnce(&mut C)) {
    assert!(is_satisfied(&circuit), "{} is honest at first", C::NAME);
    change(&mut circuit);
    assert!(!is_satisfied(&circuit), "{} takes a cheat", C::NAME);
}

/// What all circuits refuse alike, by what they share.
fn refuses_other_presentations<C: Circuit>(
    honest: impl Fn() -> C,
    of: impl Fn(&mut C) -> &mut Presentation,
) {
    holds(honest(), |c| of(c).challenge = Fr::from(7));
    holds(honest(), |c| of(c).at_ms = LATER.into());
    refused(honest(), |c| of(c).holder = Fr::from(32));
    refused(honest(), |c| of(c).at_ms = (LATER + 1).into());
    refused(honest(), |c| of(c).at_ms = minus_one());
    refused(honest(), |c| of(c).scope = Fr::from(8));
    refused(honest(), |c| of(c).nullifier += Fr::from(1));
    let another = Presentation::new("another", secret(), Fr::from(5), Fr::from(6), me(), NOW);
    refused(honest(), |c| of(c).nullifier = another.nullifier);
}

/// What all circuits that show a credential refuse alike.
fn refuses_other_credentials<C: Circuit>(
    honest: impl Fn() -> C,
    of: impl Fn(&mut C) -> (&mut Presentation, &mut Fr, &mut Held),
) {
    let reissue = |c: &mut C, change: &dyn Fn(&mut Credential)| {
        let (_, _, held) = of(c);
        let mut credential = credential();
        change(&mut credential);
        *held = credential.issue(&issuer(), secret());
    };
    holds(honest(), |c| reissue(c, &|_| ()));
    // An issuer that the verifier did not name; a credential that the issuer did not sign.
    refused(honest(), |c| {
        *of(c).1 = SecretKey::from_seed(&[8; 32]).public().issuer()
    });
    refused(honest(), |c| {
        *of(c).2 = credential().issue(&SecretKey::from_seed(&[8; 32]), secret());
    });
    refused(honest(), |c| of(c).2.signature.challenge += Fr::from(1));
    refused(honest(), |c| {
        let held = of(c).2;
        held.signature.response = -held.signature.response;
    });
    // One that has ended, or ends at a number that is none.
    refused(honest(), |c| {
        reissue(c, &|it| it.valid_until_ms = (NOW - 1).into())
    });
    refused(honest(), |c| {
        reissue(c, &|it| it.valid_until_ms = minus_one())
    });
    refused(honest(), |c| {
        of(c).2.credential.valid_until_ms += Fr::from(1)
    });
    // Another's: by the secret, by the holder's claim.
    refused(honest(), |c| {
        reissue(c, &|it| it.commitment = Credential::commitment(2.into()))
    });
    refused(honest(), |c| {
        let (presentation, _, held) = of(c);
        held.secret = Fr::from(2);
        let (scope, challenge) = (presentation.scope, presentation.challenge);
        *presentation = Presentation::new(C::NAME, Fr::from(2), scope, challenge, me(), NOW);
    });
    refused(honest(), |c| {
        reissue(c, &|it| *it = it.clone().with(Claim::Holder, 32.into()))
    });
}

#[test]
fn age_over_refuses_every_cheat() {
    refuses_other_presentations(age_over, |c| &mut c.presentation);
    refuses_other_credentials(age_over, |c| {
        (&mut c.presentation, &mut c.issuer, &mut c.held)
    });
    holds(age_over(), |c| c.born_by = 20_000_301.into());
    refused(age_over(), |c| c.born_by = 20_000_228.into());
    refused(age_over(), |c| c.born_by = minus_one());
    refused(age_over(), |c| c.born_by = Fr::from(1u128 << 64));
    // Born in the year -1, as the issuer might be made to sign.
    let overflowing = || credential().with(Claim::Born, minus_one());
    refused(age_over(), |c| {
        c.held = overflowing().issue(&issuer(), secret())
    });
    claims_stand_in_the_credential(age_over, |c| &mut c.held, Claim::Born, 19_000_101);
}

#[test]
fn balance_at_least_refuses_every_cheat() {
    refuses_other_presentations(balance, |c| &mut c.presentation);
    refuses_other_credentials(balance, |c| {
        (&mut c.presentation, &mut c.issuer, &mut c.held)
    });
    holds(balance(), |c| c.minimum = 0.into());
    refused(balance(), |c| c.minimum = 501.into());
    refused(balance(), |c| c.minimum = minus_one());
    let overflowing = || credential().with(Claim::Balance, minus_one());
    refused(balance(), |c| {
        c.held = overflowing().issue(&issuer(), secret())
    });
    claims_stand_in_the_credential(balance, |c| &mut c.held, Claim::Balance, 1_000_000);
}

#[test]
fn reputation_at_least_refuses_every_cheat() {
    refuses_other_presentations(reputation, |c| &mut c.presentation);
    refuses_other_credentials(reputation, |c| {
        (&mut c.presentation, &mut c.issuer, &mut c.held)
    });
    holds(reputation(), |c| c.minimum = 1.into());
    refused(reputation(), |c| c.minimum = 41.into());
    // The balance would do, but it is no reputation.
    refused(reputation(), |c| c.minimum = 500.into());
    refused(reputation(), |c| c.minimum = Fr::from(1u128 << 64));
    claims_stand_in_the_credential(reputation, |c| &mut c.held, Claim::Reputation, 1_000);
}

/// A claim that was never signed, whether its value or its path is made up.
fn claims_stand_in_the_credential<C: Circuit>(
    honest: impl Fn() -> C,
    of: impl Fn(&mut C) -> &mut Held,
    claim: Claim,
    value: u64,
) {
    refused(honest(), |c| {
        let values = &mut of(c).credential.values;
        values.retain(|(other, _)| *other != claim);
        values.push((claim, value.into()));
    });
    refused(honest(), |c| {
        let held = of(c);
        held.credential = held.credential.clone().with(claim, value.into());
    });
}

#[test]
fn membership_refuses_every_cheat() {
    refuses_other_presentations(membership, |c| &mut c.presentation);
    refused(membership(), |c| c.root += Fr::from(1));
    refused(membership(), |c| c.root = Tree::<20>::default().root());
    refused(membership(), |c| c.place = 3);
    refused(membership(), |c| c.path.0[19] += Fr::from(1));
    refused(membership(), |c| c.valid_until_ms += Fr::from(1));
    refused(membership(), |c| {
        c.secret = Fr::from(1);
        let (scope, challenge) = (c.presentation.scope, c.presentation.challenge);
        c.presentation = Presentation::new(Membership::NAME, c.secret, scope, challenge, me(), NOW);
    });
    // A membership that ended, and one whose end is no number, each a leaf of the tree.
    for valid_until_ms in [Fr::from(NOW - 1), minus_one()] {
        refused(membership(), |c| {
            let mut tree = Tree::default();
            tree.set(4, member_leaf(me(), secret(), valid_until_ms));
            (c.root, c.path, c.valid_until_ms) = (tree.root(), tree.path(4), valid_until_ms);
        });
    }
    // A node in place of a leaf: the path is one level short.
    refused(membership(), |c| {
        let mut siblings = c.path.0;
        siblings.rotate_left(1);
        c.path.0 = siblings;
        c.place >>= 1;
    });
}

#[test]
fn not_revoked_refuses_every_cheat() {
    refuses_other_presentations(not_revoked, |c| &mut c.presentation);
    refuses_other_credentials(not_revoked, |c| {
        (&mut c.presentation, &mut c.issuer, &mut c.held)
    });
    let mut revoked = Tree::default();
    revoked.set(ID, REVOKED.into());
    refused(not_revoked(), |c| {
        (c.root, c.path) = (revoked.root(), revoked.path(ID))
    });
    // The path of another credential, which is not revoked.
    refused(not_revoked(), |c| {
        (c.root, c.path) = (revoked.root(), revoked.path(ID + 2))
    });
    refused(not_revoked(), |c| {
        c.held.credential.revocation_id = (ID + 2).into()
    });
    refused(not_revoked(), |c| c.root += Fr::from(1));
    refused(not_revoked(), |c| c.path.0[0] += Fr::from(1));
    // An id beyond the tree, whose lowest bits name an empty place.
    for id in [Fr::from(ID + (1 << 20)), minus_one()] {
        refused(not_revoked(), |c| {
            c.held.credential.revocation_id = id;
            c.held = c.held.credential.clone().issue(&issuer(), secret());
        });
    }
}

#[test]
fn the_constraints_do_not_depend_on_the_witness() {
    fn same<C: Circuit>(honest: &C, inputs: usize) {
        let cs = ConstraintSystem::new_ref();
        cs.set_optimization_goal(OptimizationGoal::Constraints);
        Synthesis(honest).generate_constraints(cs.clone()).unwrap();
        cs.finalize();
        assert_eq!(
            cs.num_constraints(),
            Layout::of::<C>().constraints,
            "{}",
            C::NAME
        );
        assert_eq!(honest.public().len(), inputs, "{}", C::NAME);
        assert_eq!(C::INPUTS.len(), inputs, "{}", C::NAME);
    }
    same(&age_over(), 7);
    same(&balance(), 7);
    same(&reputation(), 7);
    same(&membership(), 6);
    same(&not_revoked(), 7);
}

#[test]
fn nullifiers_differ_by_circuit_scope_and_secret_only() {
    let of = |circuit: &str, secret: u64, scope: u64, challenge: u64, at_ms: u64| {
        let [secret, scope, challenge] = [secret, scope, challenge].map(Fr::from);
        Presentation::new(circuit, secret, scope, challenge, me(), at_ms).nullifier
    };
    assert_eq!(of("a", 1, 2, 3, 4), of("a", 1, 2, 5, 6));
    assert_ne!(of("a", 1, 2, 3, 4), of("b", 1, 2, 3, 4));
    assert_ne!(of("a", 1, 2, 3, 4), of("a", 2, 2, 3, 4));
    assert_ne!(of("a", 1, 2, 3, 4), of("a", 1, 3, 3, 4));
}

#[test]
fn what_is_built_in_has_the_sizes_that_are_written_down() {
    struct Laid;
    impl Task for Laid {
        type Output = (&'static str, u32, &'static [&'static str], usize);
        fn run<C: crate::prove::FromWitness>(self) -> Self::Output {
            (
                C::NAME,
                C::VERSION,
                C::INPUTS,
                Layout::of::<C>().constraints,
            )
        }
    }
    for circuit in BuiltIn::ALL {
        let Description {
            name,
            version,
            inputs,
            constraints,
        } = circuit.describe();
        assert_eq!(circuit.with(Laid), (name, version, inputs, constraints));
        assert_eq!(BuiltIn::find(name, version), Some(circuit));
        assert_eq!(BuiltIn::find(name, version + 1), None);
    }
}
