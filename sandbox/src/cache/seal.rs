//! The seal on compiled code, and the one place where bytes become code that is executed.

use crate::meter::ENGINE;
use icn_base::Cid;
use std::hash::{Hash, Hasher};
use wasmtime::{Engine, Module};

/// The key of the seals of one cache.
pub(super) struct Key([u8; 32]);

/// Bytes of a seal, which come before what it is on: the length of the facts, the facts, the code.
const SEAL_BYTES: usize = 32;

impl Key {
    pub(super) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key of the right length; a damaged file is no key.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn seal(&self, engine: &[u8; 32], cid: &Cid, body: &[u8]) -> [u8; SEAL_BYTES] {
        *self.mac(engine, cid, body).as_bytes()
    }

    /// What an entry holds, if its seal does.
    pub(super) fn open<'a>(
        &self,
        engine: &[u8; 32],
        cid: &Cid,
        entry: &'a [u8],
    ) -> Option<Sealed<'a>> {
        let (seal, body) = entry.split_first_chunk::<SEAL_BYTES>()?;
        // Compared in constant time by the hash's own equality.
        (self.mac(engine, cid, body) == *seal).then_some(Sealed(body))
    }

    fn mac(&self, engine: &[u8; 32], cid: &Cid, body: &[u8]) -> blake3::Hash {
        let mut mac = blake3::Hasher::new_keyed(&self.0);
        mac.update(engine);
        mac.update(&cid.to_bytes());
        mac.update(body);
        mac.finalize()
    }
}

/// Bytes whose seal held.
pub(super) struct Sealed<'a>(&'a [u8]);

impl<'a> Sealed<'a> {
    /// The facts and the code.
    pub(super) fn split(self) -> Option<(&'a [u8], Self)> {
        let (length, rest) = self.0.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (facts, code) = rest.split_at_checked(length)?;
        Some((facts, Self(code)))
    }
}

/// Facts and code as they are sealed.
pub(super) fn join(facts: &[u8], code: &[u8]) -> Vec<u8> {
    let length = u32::try_from(facts.len()).expect("exports and imports of one module are few");
    [&length.to_le_bytes(), facts, code].concat()
}

/// What compiled code depends on beside its module.
pub(super) fn engine_id(engine: &Engine) -> [u8; 32] {
    /// Feeds what the engine hashes into our own hash, which is stable.
    struct Feed(blake3::Hasher);
    impl Hasher for Feed {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        fn finish(&self) -> u64 {
            0
        }
    }
    let mut feed = Feed(blake3::Hasher::new());
    feed.write(ENGINE.as_bytes());
    feed.write(env!("CARGO_PKG_VERSION").as_bytes());
    // The facts of an entry are about these rows.
    feed.write(format!("{:?}", icn_abi::CALLS).as_bytes());
    engine.precompile_compatibility_hash().hash(&mut feed);
    *feed.0.finalize().as_bytes()
}

/// Takes compiled code into the engine.
#[expect(
    unsafe_code,
    reason = "the engine executes what it is given; the seal says we made it"
)]
pub(super) fn deserialize(engine: &Engine, code: Sealed<'_>) -> wasmtime::Result<Module> {
    // SAFETY: `Sealed` is made only by `Key::open`, so what follows the facts is what
    // `Module::serialize` gave to this node, for this engine, version and processor, unchanged.
    unsafe { Module::deserialize(engine, code.0) }
}
