//! How large keys, proofs and inputs may be.

/// Bytes of a verification key as JSON: room for [`INPUTS_MAX`] inputs on BLS12-381.
pub const KEY_BYTES_MAX: usize = 512 * 1024;

/// Bytes of a proof as JSON. The longest there is has some 1,500.
pub const PROOF_BYTES_MAX: usize = 4 * 1024;

/// Bytes of public inputs as JSON: room for [`INPUTS_MAX`].
pub const INPUTS_BYTES_MAX: usize = 128 * 1024;

/// Public inputs that a key may have.
pub const INPUTS_MAX: usize = 1_024;

/// Public inputs up to which a prepared key carries a table of multiples for each of them. A table
/// takes 64 KiB (BN254) or 96 KiB; beyond, one multi-scalar multiplication is about as fast.
pub const TABLES_MAX: usize = 32;
