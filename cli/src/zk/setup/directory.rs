//! The directory of a ceremony: `powers.bin` and `powers.json`; for each circuit, `NAME.key` and
//! `NAME.json`.

use crate::failure::Failure;
use crate::file;
use crate::zk::prove::read_key;
use icn_abi::Class;
use icn_zk::circuits::{BuiltIn, Task};
use icn_zk::prove::FromWitness;
use icn_zk::setup::{Powers, PowersStep, ProvingKey, Transcript, proving_key_bytes};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Bytes of a file of powers: room for the largest.
const POWERS_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of a transcript: room for all contributions that are read.
const TRANSCRIPT_BYTES_MAX: usize = 4 * 1024 * 1024;

pub(super) struct Directory(PathBuf);

/// The powers, and who made them.
pub(super) struct PowersFile {
    pub(super) powers: Powers,
    pub(super) steps: Vec<PowersStep>,
}

impl Directory {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        if path.is_dir() {
            return Ok(Self(path.to_owned()));
        }
        let text = format!("{} is no directory", path.display());
        Err(Failure::new(Class::ProcessingFailure, text).hint("`icn zk setup new` makes one"))
    }

    pub(super) fn make(path: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(path).map_err(|error| Failure::file("make", path, &error))?;
        Self::open(path)
    }

    pub(super) fn must_be_empty(&self) -> Result<(), Failure> {
        if self.0.join("powers.bin").exists() {
            let text = format!("a ceremony is under way in {}", self.0.display());
            return Err(Failure::new(Class::ProcessingFailure, text).hint("name a new directory"));
        }
        self.must_have_no_keys()
    }

    /// Who adds to the powers once a key was begun from them would add to nothing.
    pub(super) fn must_have_no_keys(&self) -> Result<(), Failure> {
        for circuit in BuiltIn::ALL {
            let name = circuit.describe().name;
            if self.0.join(format!("{name}.key")).exists() {
                let text = format!("the key of {name} was begun: the powers are as they are");
                return Err(Failure::new(Class::ProcessingFailure, text)
                    .hint(format!("contribute with `--circuit {name}`")));
            }
        }
        Ok(())
    }

    pub(super) fn powers(&self) -> Result<PowersFile, Failure> {
        let bytes = file::read(&self.0.join("powers.bin"), POWERS_BYTES_MAX)?;
        let powers = Powers::from_bytes(&bytes);
        Ok(PowersFile {
            powers: powers.map_err(|error| Failure::malformed(format!("powers.bin: {error}")))?,
            steps: self.json("powers.json")?,
        })
    }

    pub(super) fn write_powers(&self, powers: &PowersFile) -> Result<(), Failure> {
        self.write("powers.bin", &powers.powers.to_bytes())?;
        self.write_json("powers.json", &powers.steps)
    }

    /// A circuit's key and its transcript, once somebody has begun it.
    pub(super) fn key<C: FromWitness>(&self) -> Result<Option<(Transcript, ProvingKey)>, Failure> {
        let (name, version) = (C::NAME, C::VERSION);
        let path = self.0.join(format!("{name}.key"));
        let Some(circuit) = BuiltIn::find(name, version).filter(|_| path.exists()) else {
            return Ok(None);
        };
        let transcript = self.json(&format!("{name}.json"))?;
        Ok(Some((transcript, read_key(circuit, &path)?)))
    }

    pub(super) fn must_have_key<C: FromWitness>(
        &self,
    ) -> Result<(Transcript, ProvingKey), Failure> {
        self.key::<C>()?.ok_or_else(|| {
            let text = format!("nobody has contributed to a key of {} here", C::NAME);
            Failure::new(Class::ProcessingFailure, text)
        })
    }

    pub(super) fn write_key<C: FromWitness>(
        &self,
        transcript: &Transcript,
        key: &ProvingKey,
    ) -> Result<(), Failure> {
        self.write(&format!("{}.key", C::NAME), &proving_key_bytes(key))?;
        self.write_json(&format!("{}.json", C::NAME), transcript)
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        let bytes = file::read(&self.0.join(name), TRANSCRIPT_BYTES_MAX)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Failure::malformed(format!("{name}: {error}")))
    }

    fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(value).map_err(Failure::malformed)?;
        self.write(name, &text)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        file::write_bytes(&self.0.join(name), bytes).map(drop)
    }
}

/// A circuit's key alone.
pub(super) struct ReadKey<'a>(pub(super) &'a Directory);

impl Task for ReadKey<'_> {
    type Output = Result<ProvingKey, Failure>;

    fn run<C: FromWitness>(self) -> Self::Output {
        Ok(self.0.must_have_key::<C>()?.1)
    }
}
