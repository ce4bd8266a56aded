//! Compiled code on disk, so that a module that was compiled once is ready at once after a restart.
//!
//! With it goes what the gate learned, so that a module is judged once, too.
//!
//! Machine code that is loaded is executed as it is, so an entry is trusted only if it carries a
//! keyed MAC by this node's own key over the engine, the module's name and the code. An entry that
//! is damaged, of another engine or of another key counts as absent and is written again. Failing
//! to write costs time, never a run.

mod seal;

use crate::gate::Facts;
use icn_base::Cid;
use seal::Key;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use wasmtime::{Engine, Module};

/// Compiled modules in a directory of this node's own.
pub(crate) struct Cache {
    directory: PathBuf,
    key: Key,
    /// What the code was made by and for: engine, version, schedule, settings, processor.
    engine: [u8; 32],
}

/// The largest entry that is read: compiled code is larger than its module, but not without bound.
const ENTRY_BYTES_MAX: u64 = 256 * 1024 * 1024;

const KEY_FILE: &str = "key";

impl Cache {
    /// Opens a cache, making the directory and its key if they are not there.
    pub(crate) fn open(directory: &Path, engine: &Engine) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let path = directory.join(KEY_FILE);
        let key = match private::read_key(&path)? {
            Some(key) => key,
            None => private::make_key(&path)?,
        };
        Ok(Self {
            directory: directory.to_owned(),
            key,
            engine: seal::engine_id(engine),
        })
    }

    /// The compiled module and what the gate learned of it, if a trustworthy entry is there.
    pub(crate) fn load(&self, engine: &Engine, cid: &Cid) -> Option<(Module, Facts)> {
        let file = fs::File::open(self.path(cid)).ok()?;
        let size = file.metadata().ok()?.len();
        if size > ENTRY_BYTES_MAX {
            return None;
        }
        let mut entry = Vec::with_capacity(usize::try_from(size).ok()?);
        file.take(ENTRY_BYTES_MAX).read_to_end(&mut entry).ok()?;
        let sealed = self.key.open(&self.engine, cid, &entry)?;
        let (facts, code) = sealed.split()?;
        let facts = serde_json::from_slice(facts).ok()?;
        Some((seal::deserialize(engine, code).ok()?, facts))
    }

    /// Keeps a compiled module. The entry appears whole or not at all.
    pub(crate) fn store(&self, cid: &Cid, module: &Module, facts: &Facts) {
        let (Ok(code), Ok(facts)) = (module.serialize(), serde_json::to_vec(facts)) else {
            return;
        };
        let body = seal::join(&facts, &code);
        let seal = self.key.seal(&self.engine, cid, &body);
        let path = self.path(cid);
        let scratch = path.with_extension(format!("{}.part", std::process::id()));
        let written = fs::File::create(&scratch).and_then(|mut file| {
            file.write_all(&seal)?;
            file.write_all(&body)?;
            file.sync_all()?;
            fs::rename(&scratch, &path)
        });
        if written.is_err() {
            // Nothing depends on the entry, and a part file left behind is overwritten by the next
            // attempt.
            fs::remove_file(&scratch).unwrap_or(());
        }
    }

    fn path(&self, cid: &Cid) -> PathBuf {
        self.directory.join(format!("{cid}.compiled"))
    }
}

/// The key file: 32 bytes that only this node's user may read.
mod private {
    use super::{Key, Path, fs, io};
    use std::io::Write;

    pub(super) fn read_key(path: &Path) -> io::Result<Option<Key>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Key::from_bytes(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn make_key(path: &Path) -> io::Result<Key> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        Ok(Key::new(bytes))
    }
}
