//! The kernels as native code, doing what the guests in `guests.rs` do.

use std::hint::black_box;

pub(crate) fn fib() -> u64 {
    fn fib(n: u64) -> u64 {
        if n < 2 {
            n
        } else {
            fib(black_box(n) - 1) + fib(n - 2)
        }
    }
    fib(27)
}

pub(crate) fn sieve() -> u64 {
    const SIZE: usize = 1 << 20;
    let mut composite = vec![0u8; SIZE];
    let mut primes = 0;
    for n in 2..SIZE {
        if composite[n] == 0 {
            primes += 1;
            let mut multiple = n.saturating_mul(n);
            while multiple < SIZE {
                composite[multiple] = 1;
                multiple += n;
            }
        }
    }
    primes
}

pub(crate) fn matrix() -> u64 {
    const N: usize = 96;
    let a: Vec<f64> = (0..N * N).map(|i| (i % 7) as f64 + 0.5).collect();
    let a = black_box(a);
    let mut c = vec![0.0; N * N];
    for row in 0..N {
        for column in 0..N {
            let mut sum = 0.0;
            for k in 0..N {
                sum += a[row * N + k] * a[k * N + column];
            }
            c[row * N + column] = sum;
        }
    }
    black_box(&c)[N * N - 1].to_bits()
}
