//! Guards that a test can take away, to see whether anything notices.

/// A guard of this crate. Only a build with the feature `faults` can do without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Votes leave before the log and the highest-signed record have them.
    LateLog,
    /// What was signed before does not matter.
    Highest,
    /// Signatures are not bound to the network.
    Domain,
    /// Certificates are believed.
    Certificate,
}

impl Fault {
    /// Every one, so that tests can try all.
    pub const ALL: [Self; 4] = [
        Self::LateLog,
        Self::Highest,
        Self::Domain,
        Self::Certificate,
    ];
}
