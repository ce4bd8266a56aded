//! From the powers to one circuit's key, before anybody has contributed to it.

use super::{Powers, ProvingKey};
use crate::circuits::{Circuit, Element, Synthesis};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_groth16::VerifyingKey;
use ark_poly::domain::DomainCoeff;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisMode,
};

/// What a row of constraints says of each variable, as arkworks keeps it.
type Matrix = Vec<Vec<(Fr, usize)>>;

/// A circuit's key with gamma and delta 1, as everybody works it out alike. None if the powers are
/// too few. It proves nothing: with gamma equal to delta anybody forges, and it is refused.
pub fn specialise<C: Circuit>(powers: &Powers) -> Option<ProvingKey> {
    let cs = ConstraintSystem::<Element>::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(SynthesisMode::Setup);
    Synthesis(&C::shape())
        .generate_constraints(cs.clone())
        .expect("a shape can be laid out");
    cs.finalize();
    let (instance, witness) = (cs.num_instance_variables(), cs.num_witness_variables());
    let matrices = cs.to_matrices().expect("a circuit in setup has matrices");
    let matrices = &matrices[R1CS_PREDICATE_LABEL];
    let constraints = cs.num_constraints();
    let domain = Radix2EvaluationDomain::<Fr>::new(constraints + instance)?;
    let size = domain.size();
    if size > powers.size() {
        return None;
    }
    let bases = Bases::new(powers, &domain);
    let columns = Columns {
        matrices,
        constraints,
        instance,
        count: instance + witness,
    };
    Some(key(powers, &bases, &columns, size))
}

/// The Lagrange polynomials at tau, alone and times alpha and beta.
struct Bases {
    plain: Vec<G1Projective>,
    in_g2: Vec<G2Projective>,
    alpha: Vec<G1Projective>,
    beta: Vec<G1Projective>,
}

impl Bases {
    fn new(powers: &Powers, domain: &Radix2EvaluationDomain<Fr>) -> Self {
        let n = domain.size();
        Self {
            plain: lagrange(domain, &powers.tau_g1[..n]),
            in_g2: lagrange(domain, &powers.tau_g2[..n]),
            alpha: lagrange(domain, &powers.alpha_g1[..n]),
            beta: lagrange(domain, &powers.beta_g1[..n]),
        }
    }
}

fn lagrange<P: AffineRepr<ScalarField = Fr>>(
    domain: &Radix2EvaluationDomain<Fr>,
    powers: &[P],
) -> Vec<P::Group>
where
    P::Group: DomainCoeff<Fr>,
{
    let mut points: Vec<P::Group> = powers.iter().map(|point| point.into_group()).collect();
    domain.ifft_in_place(&mut points);
    points
}

/// The circuit by its variables.
struct Columns<'a> {
    matrices: &'a [Matrix],
    constraints: usize,
    instance: usize,
    count: usize,
}

impl Columns<'_> {
    /// For each variable, the sum of what rows say of it in one matrix.
    fn sum<G: PrimeGroup<ScalarField = Fr>>(&self, matrix: usize, basis: &[G]) -> Vec<G> {
        let mut sums = vec![G::zero(); self.count];
        if matrix == 0 {
            // Each input stands in a row of its own, so that no two inputs can be exchanged.
            let rows = &basis[self.constraints..];
            for (sum, point) in sums.iter_mut().take(self.instance).zip(rows) {
                *sum += point;
            }
        }
        for (row, point) in self.matrices[matrix].iter().zip(basis) {
            for (factor, variable) in row {
                sums[*variable] += *point * factor;
            }
        }
        sums
    }
}

fn key(powers: &Powers, bases: &Bases, columns: &Columns<'_>, size: usize) -> ProvingKey {
    let (a, b) = (0, 1);
    let mut mixed = columns.sum(a, &bases.beta);
    let of_b = columns.sum(b, &bases.alpha);
    let of_c = columns.sum(2, &bases.plain);
    for ((sum, b), c) in mixed.iter_mut().zip(of_b).zip(of_c) {
        *sum += b + c;
    }
    let mixed = G1Projective::normalize_batch(&mixed);
    let (inputs, rest) = mixed.split_at(columns.instance);
    // tau^i (tau^n - 1)
    let vanishing: Vec<_> = (0..size - 1)
        .map(|i| powers.tau_g1[i + size].into_group() - powers.tau_g1[i])
        .collect();
    ProvingKey {
        vk: VerifyingKey {
            alpha_g1: powers.alpha_g1[0],
            beta_g2: powers.beta_g2,
            gamma_g2: G2Affine::generator(),
            delta_g2: G2Affine::generator(),
            gamma_abc_g1: inputs.to_vec(),
        },
        beta_g1: powers.beta_g1[0],
        delta_g1: G1Affine::generator(),
        a_query: G1Projective::normalize_batch(&columns.sum(a, &bases.plain)),
        b_g1_query: G1Projective::normalize_batch(&columns.sum(b, &bases.plain)),
        b_g2_query: G2Projective::normalize_batch(&columns.sum(b, &bases.in_g2)),
        h_query: G1Projective::normalize_batch(&vanishing),
        l_query: rest.to_vec(),
    }
}
