//! The data directory: what lies where, and what of it is a secret.
//!
//! | path | what |
//! |---|---|
//! | `icn.toml` | what differs from the defaults |
//! | `keys/` | keys, and whose they are |
//! | `network` | the network's id |
//! | `genesis.cbor` | what the network began with; a joiner fetches it by the network's id |
//! | `api-token` | the operator's token, for its owner's eyes |
//! | `dag/`, `store.log`, `index/`, `lock` | the store |
//! | `order.log`, `highest` | what consensus wrote down, and the highest that was signed |
//! | `answers/` | answers under an Idempotency-Key |
//! | `cache/` | what can be lost: compiled code |
//! | `node.lock` | held by the node that runs here; says which process it is, and where it listens |
//!
//! Small files are replaced whole or not at all, and are durable when that is done.

mod lock;

pub use lock::{Held, Runs};

use icn_base::{Cid, Codec, NetworkId, codec};
use icn_ledger::Genesis;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Bytes of a genesis.
const GENESIS_BYTES_MAX: u64 = icn_base::limits::BLOCK_BYTES_MAX as u64;
/// Bytes of a small file.
const SMALL_BYTES_MAX: u64 = 4096;
/// Random bytes of the operator's token.
const TOKEN_BYTES: usize = 32;

/// A data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

/// What is wrong with a data directory.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The disk.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{path} holds no {what}")]
    Content {
        /// Which.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// Another network lives here.
    #[error("{root} belongs to network {here}, not to {asked}")]
    OtherNetwork {
        /// The data directory.
        root: PathBuf,
        /// Whose it is.
        here: NetworkId,
        /// Whose it should be.
        asked: NetworkId,
    },
    /// A secret that others can read.
    #[error("others can read {path} (mode {mode:o})")]
    Public {
        /// Which.
        path: PathBuf,
        /// Who may.
        mode: u32,
    },
    /// A node runs here.
    #[error("{holder} runs on {root}")]
    Busy {
        /// The data directory.
        root: PathBuf,
        /// Which process.
        holder: String,
    },
}

impl HomeError {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Io { source, .. } if source.kind() == ErrorKind::StorageFull => {
                "make room on the disk".to_owned()
            }
            Self::Io { .. } => "is --data-dir right, and may this user write there?".to_owned(),
            Self::Content { path, .. } => format!(
                "restore {} from a backup: `icn backup restore`",
                path.display()
            ),
            Self::OtherNetwork { .. } => {
                "give --data-dir another directory: each network has its own".to_owned()
            }
            Self::Public { path, .. } => format!("chmod 600 {}", path.display()),
            Self::Busy { .. } => {
                "one node at a time on a data directory: stop that one, or give --data-dir another"
                    .to_owned()
            }
        }
    }

    fn io<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io {
            action,
            path: path.into(),
            source,
        }
    }
}

/// Declares the paths of a data directory.
macro_rules! paths {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        impl Home {
            $($(#[$doc])* pub fn $name(&self) -> PathBuf { self.root.join($path) })*
        }
    };
}

paths! {
    /// What differs from the default configuration.
    config_file = "icn.toml";
    /// Keys.
    keys_dir = "keys";
    /// The network's id.
    network_file = "network";
    /// What the network began with.
    genesis_file = "genesis.cbor";
    /// The operator's token.
    token_file = "api-token";
    /// What consensus wrote down.
    order_log = "order.log";
    /// The highest that was signed.
    highest_file = "highest";
    /// Answers under an Idempotency-Key.
    answers = "answers";
    /// What can be lost.
    cache = "cache";
    /// Held by the node that runs here.
    lock_file = "node.lock";
}

impl Home {
    /// The data directory at a path, which need not exist.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.root
    }

    /// Makes the directory, for its owner alone, if it is not there.
    pub fn make(&self) -> Result<(), HomeError> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.root);
        made.map_err(HomeError::io("make", &self.root))
    }

    /// The network that lives here; none if `icn init` was never run.
    pub fn network(&self) -> Result<Option<NetworkId>, HomeError> {
        let path = self.network_file();
        let Some(bytes) = read(&path, SMALL_BYTES_MAX)? else {
            return Ok(None);
        };
        let what = "network's id";
        let id = std::str::from_utf8(&bytes).ok();
        let id = id.and_then(|text| text.trim().parse().ok());
        id.map(Some).ok_or(HomeError::Content { path, what })
    }

    /// What the network began with, if that is known here. It is the one that the id names.
    pub fn genesis(&self) -> Result<Option<Genesis>, HomeError> {
        let path = self.genesis_file();
        let Some(bytes) = read(&path, GENESIS_BYTES_MAX)? else {
            return Ok(None);
        };
        let what = "genesis of the network that lives here";
        let wrong = || HomeError::Content {
            path: path.clone(),
            what,
        };
        let network = self.network()?.ok_or_else(wrong)?;
        if Cid::of(Codec::DagCbor, &bytes) != *network.cid() {
            return Err(wrong());
        }
        codec::decode(&bytes).map(Some).map_err(|_| wrong())
    }

    /// Gives the directory to a network. It is harmless to do so again, and refused for another.
    pub fn settle(&self, network: NetworkId) -> Result<(), HomeError> {
        match self.network()? {
            Some(here) if here == network => Ok(()),
            Some(here) => Err(HomeError::OtherNetwork {
                root: self.root.clone(),
                here,
                asked: network,
            }),
            None => replace(
                &self.network_file(),
                format!("{network}\n").as_bytes(),
                0o644,
            ),
        }
    }

    /// Keeps what the network began with, and gives the directory to it.
    pub fn keep_genesis(&self, genesis: &Genesis) -> Result<(), HomeError> {
        self.settle(genesis.network())?;
        if self.genesis()?.is_some() {
            return Ok(());
        }
        let bytes = codec::encode(genesis).expect("a genesis has a canonical spelling");
        replace(&self.genesis_file(), &bytes, 0o644)
    }

    /// The operator's token, if there is one.
    pub fn token(&self) -> Result<Option<String>, HomeError> {
        let path = self.token_file();
        let Some(bytes) = read(&path, SMALL_BYTES_MAX)? else {
            return Ok(None);
        };
        let metadata = fs::metadata(&path).map_err(HomeError::io("read", &path))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(HomeError::Public { path, mode });
        }
        let what = "token";
        let token = String::from_utf8(bytes).ok();
        let token = token.map(|text| text.trim().to_owned());
        let token = token.filter(|text| !text.is_empty());
        token.map(Some).ok_or(HomeError::Content { path, what })
    }

    /// Makes the operator's token, if there is none.
    pub fn make_token(&self) -> Result<(), HomeError> {
        let path = self.token_file();
        if self.token()?.is_some() {
            return Ok(());
        }
        let mut random = [0; TOKEN_BYTES];
        let chance = getrandom::fill(&mut random).map_err(io::Error::from);
        chance.map_err(HomeError::io("find chance for", &path))?;
        let token = format!("{}\n", bs58::encode(random).into_string());
        replace(&path, token.as_bytes(), 0o600)
    }
}

/// A small file; none if it is not there.
fn read(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, HomeError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(HomeError::io("read", path)(error)),
    };
    let mut bytes = Vec::new();
    let read = file.take(bytes_max + 1).read_to_end(&mut bytes);
    read.map_err(HomeError::io("read", path))?;
    if bytes.len() as u64 > bytes_max {
        let (path, what) = (path.into(), "file of a data directory: it is too large");
        return Err(HomeError::Content { path, what });
    }
    Ok(Some(bytes))
}

/// Writes a small file whole or not at all, and makes it durable.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), HomeError> {
    let part = path.with_extension("part");
    let write = || {
        match fs::remove_file(&part) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(HomeError::io("write", path))
}

#[cfg(test)]
mod tests;
