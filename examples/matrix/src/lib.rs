//! Multiplies two square matrices of floats. The input is `SIZE SEED`, the matrices follow from the
//! seed, and the output is the product, row by row, as little-endian doubles.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;

icn_abi::job!(matrix);

const SIZE_MAX: usize = 512;

fn matrix(input: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let (size, seed) =
        parse(&input).ok_or("the input is not `SIZE SEED`, with SIZE from 1 to 512")?;
    let mut chance = Chance(seed);
    let left = chance.matrix(size);
    let right = chance.matrix(size);
    Ok(multiply(size, &left, &right)
        .iter()
        .flat_map(|cell| cell.to_le_bytes())
        .collect())
}

fn parse(input: &[u8]) -> Option<(usize, u64)> {
    let mut words = core::str::from_utf8(input).ok()?.split_ascii_whitespace();
    let size = words
        .next()?
        .parse()
        .ok()
        .filter(|size| (1..=SIZE_MAX).contains(size))?;
    let seed = words.next()?.parse().ok()?;
    words.next().is_none().then_some((size, seed))
}

/// Walks both matrices by rows, so that every access is next to the last.
fn multiply(size: usize, left: &[f64], right: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; size * size];
    for (sums, factors) in product.chunks_exact_mut(size).zip(left.chunks_exact(size)) {
        for (factor, row) in factors.iter().zip(right.chunks_exact(size)) {
            for (sum, cell) in sums.iter_mut().zip(row) {
                *sum += factor * cell;
            }
        }
    }
    product
}

/// SplitMix64: small, and equal everywhere.
struct Chance(u64);

impl Chance {
    fn matrix(&mut self, size: usize) -> Vec<f64> {
        (0..size * size).map(|_| self.unit()).collect()
    }

    /// A number from -1 up to 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, matrix, multiply, parse};

    #[test]
    fn the_product_of_small_matrices_is_known() {
        let product = multiply(2, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 8.0]);
        assert_eq!(product, [19.0, 22.0, 43.0, 50.0]);
    }

    #[test]
    fn the_unit_matrix_changes_nothing() {
        let any = Chance(7).matrix(3);
        let unit = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        assert_eq!(multiply(3, &any, &unit), any);
        assert!(any.iter().all(|cell| (-1.0..1.0).contains(cell)));
    }

    #[test]
    fn the_output_has_eight_bytes_a_cell() {
        assert_eq!(
            matrix(b"16 1\n".to_vec()).map(|bytes| bytes.len()),
            Ok(16 * 16 * 8)
        );
    }

    #[test]
    fn other_inputs_are_refused() {
        for input in ["", "8", "0 1", "513 1", "8 1 1", "-8 1", "8 x"] {
            assert_eq!(parse(input.as_bytes()), None, "{input}");
        }
    }
}
