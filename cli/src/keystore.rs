//! Key files: `keys/NAME.age`, encrypted with a passphrase so that any `age` opens them, or
//! `keys/NAME.plain` when asked for by name. `keys/NAME.did` says whose it is without opening it.

mod seal;
mod words;

pub(crate) use seal::{Protection, passphrase};
pub(crate) use words::Words;

use crate::Context;
use crate::failure::Failure;
use icn_abi::Class;
use icn_base::{Did, Keypair};
use serde::Serialize;
use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What a key file may weigh: far more than any that is written here.
const KEY_FILE_BYTES_MAX: u64 = 16 * 1024;

/// The name of a key: lower-case letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct KeyName(String);

impl Default for KeyName {
    /// The key that a node uses when nobody says otherwise.
    fn default() -> Self {
        Self("node".into())
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for KeyName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
        if text.is_empty() || text.len() > 64 || !text.bytes().all(allowed) {
            return Err("a key's name has 1 to 64 lower-case letters, digits, - and _".into());
        }
        Ok(Self(text.into()))
    }
}

/// The directory of keys.
#[derive(Debug)]
pub(crate) struct Keystore {
    directory: PathBuf,
}

impl Keystore {
    /// The keys in the data directory.
    pub(crate) fn open(context: &Context) -> Result<Self, Failure> {
        Ok(Self::at(&context.data_dir.path()?))
    }

    /// The keys in that data directory.
    pub(crate) fn at(data_dir: &Path) -> Self {
        let directory = data_dir.join("keys");
        Self { directory }
    }

    fn file(&self, name: &KeyName, kind: &str) -> PathBuf {
        self.directory.join(format!("{name}.{kind}"))
    }

    /// Refuses a name that is taken: a key is never overwritten.
    pub(crate) fn must_be_free(&self, name: &KeyName) -> Result<(), Failure> {
        for path in [self.file(name, "age"), self.file(name, "plain")] {
            if path
                .try_exists()
                .map_err(|error| Failure::file("look for", &path, &error))?
            {
                return Err(Failure::new(
                    Class::PermissionDenied,
                    format!("there is a key named `{name}` already: {}", path.display()),
                )
                .hint("choose another name; a key is never overwritten"));
            }
        }
        Ok(())
    }

    /// Keeps a key under a free name.
    pub(crate) fn save(
        &self,
        name: &KeyName,
        keys: &Keypair,
        protection: Protection,
    ) -> Result<PathBuf, Failure> {
        self.must_be_free(name)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.directory)
            .map_err(|error| Failure::file("make", &self.directory, &error))?;
        let words = Words::of(keys);
        let (kind, content) = match protection {
            Protection::Passphrase(passphrase) => ("age", seal::seal(&words, passphrase)?),
            Protection::None => ("plain", words.as_str().as_bytes().to_vec().into()),
        };
        let path = self.file(name, kind);
        write_new(&path, &content)?;
        // A left-over of an interrupted attempt may stand here; only the key file itself counts.
        let did = self.file(name, "did");
        fs::remove_file(&did)
            .or_else(absent_is_fine)
            .map_err(|e| Failure::file("replace", &did, &e))?;
        write_new(&did, keys.did().to_string().as_bytes())?;
        Ok(path)
    }

    /// Opens a key, asking for its passphrase if it has one.
    pub(crate) fn load(
        &self,
        name: &KeyName,
        passphrase_file: Option<&Path>,
    ) -> Result<Keypair, Failure> {
        let (plain, sealed) = (self.file(name, "plain"), self.file(name, "age"));
        let words = if plain.exists() {
            must_be_private(&plain)?;
            let text = String::from_utf8(read(&plain)?)
                .map_err(|_| Failure::malformed(format!("{} is not text", plain.display())))?;
            Words::parse(&text)?
        } else if sealed.exists() {
            seal::unseal(&read(&sealed)?, passphrase(passphrase_file, false)?)
                .map_err(|failure| failure.hint(format!("the key file is {}", sealed.display())))?
        } else {
            return Err(self.absent(name));
        };
        let keys = words.keypair();
        match self.did(name) {
            Ok(did) if did != keys.did() => Err(Failure::new(
                Class::CryptoError,
                format!(
                    "{} names another key than the key file holds",
                    self.file(name, "did").display()
                ),
            )
            .hint("one of the two files was exchanged: restore the key from its 24 words")),
            _ => Ok(keys),
        }
    }

    /// Whose key it is, without opening it.
    pub(crate) fn did(&self, name: &KeyName) -> Result<Did, Failure> {
        let path = self.file(name, "did");
        match read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes)
                .trim_end()
                .parse()
                .map_err(|error| {
                    Failure::malformed(format!("{} holds no DID: {error}", path.display()))
                }),
            Err(_) if !path.exists() => Err(self.absent(name)),
            Err(failure) => Err(failure),
        }
    }

    /// Every key, by name.
    pub(crate) fn list(&self) -> Result<Vec<(KeyName, Did)>, Failure> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Failure::file("list", &self.directory, &error)),
        };
        let mut keys = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(|error| Failure::file("list", &self.directory, &error))?
                .path();
            let is_key = path
                .extension()
                .is_some_and(|kind| kind == "age" || kind == "plain");
            let name = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .map(str::parse);
            if let (true, Some(Ok(name))) = (is_key, name) {
                let did = self.did(&name)?;
                keys.push((name, did));
            }
        }
        keys.sort();
        Ok(keys)
    }

    fn absent(&self, name: &KeyName) -> Failure {
        Failure::new(
            Class::CryptoError,
            format!(
                "there is no key named `{name}` in {}",
                self.directory.display()
            ),
        )
        .hint("`icn keys new` makes one, `icn keys import` brings one back from its 24 words")
    }
}

fn absent_is_fine(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == ErrorKind::NotFound {
        Ok(())
    } else {
        Err(error)
    }
}

/// Writes a file that only its owner reads, whole or not at all, and makes it durable.
fn write_new(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let part = path.with_extension("part");
    let attempt = || {
        fs::remove_file(&part).or_else(absent_is_fine)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::hard_link(&part, path)?;
        fs::remove_file(&part)?;
        fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    attempt().map_err(|error| Failure::file("write", path, &error))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let size = fs::metadata(path)
        .map_err(|error| Failure::file("read", path, &error))?
        .len();
    if size > KEY_FILE_BYTES_MAX {
        return Err(Failure::malformed(format!(
            "{} is too large for a key file",
            path.display()
        )));
    }
    fs::read(path).map_err(|error| Failure::file("read", path, &error))
}

/// Refuses a plain key that others could read.
fn must_be_private(path: &Path) -> Result<(), Failure> {
    let mode = fs::metadata(path)
        .map_err(|error| Failure::file("read", path, &error))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Failure::new(
        Class::PermissionDenied,
        format!(
            "others can read the unencrypted key {} (mode {:o})",
            path.display(),
            mode & 0o777
        ),
    )
    .hint(format!(
        "chmod 600 {}; if others may have read it, make a new key",
        path.display()
    )))
}
