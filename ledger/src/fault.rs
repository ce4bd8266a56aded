//! Guards that a test can take away, to see whether anything notices.

/// A guard of the book. Only a build with the feature `faults` can do without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A job that was settled does not end, so that it may be settled again.
    DoubleSettle,
    /// What is left of a hold stays in it when its job ends.
    HoldRelease,
}
