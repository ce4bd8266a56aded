//! Ids that are CIDs underneath, as types of their own so that one is never taken for another.

use crate::Cid;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Declares a newtype over [`Cid`].
macro_rules! cid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Cid);

        impl $name {
            /// Takes the CID as this kind of id.
            pub const fn new(cid: Cid) -> Self {
                Self(cid)
            }

            /// The CID underneath.
            pub const fn cid(&self) -> &Cid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = crate::cid::CidError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

cid_id! {
    /// The id of a job: the CID of the transaction that opened it, or of the parent's effect.
    JobId
}
cid_id! {
    /// The id of a proposal: the CID of the transaction that made it, or of the parent's effect.
    ProposalId
}
cid_id! {
    /// The id of a transaction: the CID of its canonical bytes.
    TxId
}
cid_id! {
    /// The id of a network: the CID of its genesis.
    NetworkId
}

impl JobId {
    /// The 64-bit form that guests of the original know: the first 8 bytes of the digest, big
    /// endian, top bit clear so that it is never taken for a failure.
    pub fn short(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = *self.cid().digest();
        u64::from_be_bytes([a, b, c, d, e, f, g, h]) & (u64::MAX >> 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Codec;

    #[test]
    fn short_job_ids_are_the_head_of_the_digest_without_its_top_bit() {
        let id = |first| JobId::new(Cid::from_digest(Codec::DagCbor, [first; 32]));
        assert_eq!(id(0x11).short(), 0x1111_1111_1111_1111);
        assert_eq!(id(0xff).short(), 0x7fff_ffff_ffff_ffff);
    }
}
