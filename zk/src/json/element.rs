//! Field elements as decimal strings: each has one spelling.

use crate::error::{ElementFault, Malformed, Place};
use ark_ff::PrimeField;

/// Digits that are taken at once: 10^19 is the greatest power of ten below 2^64.
const CHUNK: usize = 19;

/// Reads an element that stands at a place.
pub(crate) fn read<F: PrimeField>(text: &str, at: Place) -> Result<F, Malformed> {
    parse(text).map_err(|fault| Malformed::Element { at, fault })
}

/// Writes an element.
pub(crate) fn write<F: PrimeField>(element: &F) -> String {
    element.into_bigint().to_string()
}

fn parse<F: PrimeField>(text: &str) -> Result<F, ElementFault> {
    let digits = text.as_bytes();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(ElementFault::Digits);
    }
    if digits.len() > 1 && digits[0] == b'0' {
        return Err(ElementFault::LeadingZero);
    }
    let mut value = F::BigInt::default();
    for chunk in digits.chunks(CHUNK) {
        push_digits(value.as_mut(), chunk)?;
    }
    F::from_bigint(value).ok_or(ElementFault::Modulus)
}

/// `limbs * 10^n + chunk`, where `chunk` has n digits.
fn push_digits(limbs: &mut [u64], chunk: &[u8]) -> Result<(), ElementFault> {
    let (mut carry, mut power) = (0u128, 1u128);
    for digit in chunk {
        carry = carry * 10 + u128::from(digit - b'0');
        power *= 10;
    }
    for limb in limbs {
        let wide = u128::from(*limb) * power + carry;
        *limb = (wide & 0xffff_ffff_ffff_ffff) as u64;
        carry = wide >> 64;
    }
    if carry == 0 {
        Ok(())
    } else {
        Err(ElementFault::Modulus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{Fq, Fr};
    use ark_ff::{One, Zero};

    #[test]
    fn an_element_has_one_spelling() {
        let last = write(&-Fr::one());
        assert_eq!(parse(&last), Ok(-Fr::one()));
        assert_eq!(parse("0"), Ok(Fr::zero()));
        let modulus = Fr::MODULUS.to_string();
        let far = "9".repeat(4_000);
        for (text, fault) in [
            (modulus.as_str(), ElementFault::Modulus),
            (&format!("{modulus}0"), ElementFault::Modulus),
            (&far, ElementFault::Modulus),
            ("", ElementFault::Digits),
            ("-1", ElementFault::Digits),
            ("+1", ElementFault::Digits),
            ("0x1", ElementFault::Digits),
            ("1e3", ElementFault::Digits),
            (" 1", ElementFault::Digits),
            ("1.0", ElementFault::Digits),
            ("٣", ElementFault::Digits),
            ("00", ElementFault::LeadingZero),
            ("01", ElementFault::LeadingZero),
        ] {
            assert_eq!(parse::<Fr>(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut element = Fq::from(7u64);
        for _ in 0..200 {
            element = element * element + Fq::one();
            assert_eq!(parse(&write(&element)), Ok(element));
        }
    }
}
