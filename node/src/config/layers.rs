//! Layers of configuration, the later above the earlier: defaults, files, the environment, flags.
//! Each value remembers where it came from, and a fault names that place.

use super::Config;
use super::nearest::nearest;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// With what the names of variables begin.
const PREFIX: &str = "ICN_";

/// Bytes of a configuration file.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said otherwise.
    Default,
    /// A file.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// A flag on the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is far too large.
    #[error("{0} has more than {FILE_BYTES_MAX} bytes, which is no configuration")]
    TooLarge(PathBuf),
    /// A file is no TOML.
    #[error("{path} is no TOML: {why}")]
    Syntax {
        /// Which.
        path: PathBuf,
        /// Where, and what is wrong.
        why: String,
    },
    /// There is no such value.
    #[error("{origin}: there is no `{key}`{}", meant(.nearest.as_deref()))]
    Unknown {
        /// What was named.
        key: String,
        /// By whom.
        origin: Origin,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// A value is not what it should be.
    #[error("{origin}: `{key}`: {why}")]
    Value {
        /// Whose.
        key: String,
        /// Who said it.
        origin: Origin,
        /// What is wrong.
        why: String,
    },
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; `{name}` was meant?"))
}

/// A configuration, and who said what of it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    table: Table,
    origins: BTreeMap<String, Origin>,
}

impl Loaded {
    /// Every value: its key, itself as TOML has it, and where it came from.
    pub fn rows(&self) -> Vec<(String, String, Origin)> {
        let rows = keys(&self.table).into_iter().map(|key| {
            let value = find(&self.table, &key).map_or_else(String::new, Value::to_string);
            let origin = self.origin(&key);
            (key, value, origin)
        });
        rows.collect()
    }

    /// Where a value came from.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }
}

/// Layers on top of each other. The defaults lie at the bottom.
#[derive(Debug)]
pub struct Layers {
    defaults: Table,
    table: Table,
    origins: BTreeMap<String, Origin>,
}

impl Default for Layers {
    fn default() -> Self {
        let defaults = Table::try_from(Config::default()).expect("the defaults are TOML");
        Self {
            table: defaults.clone(),
            defaults,
            origins: BTreeMap::new(),
        }
    }
}

impl Layers {
    /// Lays a file on top, if it is there.
    pub fn file(&mut self, path: &Path) -> Result<&mut Self, ConfigError> {
        let wrong = |source| ConfigError::Read {
            path: path.into(),
            source,
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(self),
            Err(error) => return Err(wrong(error)),
        };
        let mut text = String::new();
        file.take(FILE_BYTES_MAX + 1)
            .read_to_string(&mut text)
            .map_err(wrong)?;
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(ConfigError::TooLarge(path.into()));
        }
        self.text(&text, path)
    }

    /// Lays the text of a file on top.
    pub fn text(&mut self, text: &str, path: &Path) -> Result<&mut Self, ConfigError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let (path, why) = (path.to_owned(), error.to_string());
            ConfigError::Syntax { path, why }
        })?;
        let origin = Origin::File(path.into());
        for (section, values) in table {
            let Value::Table(values) = values else {
                return Err(self.unknown(section, origin));
            };
            for (name, value) in values {
                self.set(&format!("{section}.{name}"), value, &origin)?;
            }
        }
        Ok(self)
    }

    /// Lays variables of the environment on top: `ICN_NET_LISTEN` is `net.listen`. Those that are
    /// `taken` mean something else; others that begin so and mean nothing are refused.
    pub fn variables(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
        taken: &[&str],
    ) -> Result<&mut Self, ConfigError> {
        let names: BTreeMap<String, String> = keys(&self.defaults)
            .into_iter()
            .map(|key| (variable(&key), key))
            .collect();
        for (name, text) in variables {
            if !name.starts_with(PREFIX) || taken.contains(&name.as_str()) {
                continue;
            }
            let Some(key) = names.get(&name) else {
                let known = names
                    .keys()
                    .map(String::as_str)
                    .chain(taken.iter().copied());
                let nearest = nearest(&name, known).map(ToOwned::to_owned);
                let origin = Origin::Variable("the environment".into());
                return Err(ConfigError::Unknown {
                    key: name,
                    origin,
                    nearest,
                });
            };
            self.word(key, &text, &Origin::Variable(name))?;
        }
        Ok(self)
    }

    /// Lays what a flag says on top.
    pub fn flag(&mut self, flag: &str, key: &str, text: &str) -> Result<&mut Self, ConfigError> {
        self.word(key, text, &Origin::Flag(flag.into()))?;
        Ok(self)
    }

    /// What was said and differs from the defaults, as the text of a file.
    pub fn differences(&self) -> String {
        let mut said = Table::new();
        for key in self.origins.keys() {
            let (here, default) = (find(&self.table, key), find(&self.defaults, key));
            let place = key.split_once('.').zip(here.filter(|_| here != default));
            if let Some(((section, name), value)) = place {
                let section = said.entry(section).or_insert_with(|| Table::new().into());
                if let Some(section) = section.as_table_mut() {
                    section.insert(name.to_owned(), value.clone());
                }
            }
        }
        said.to_string()
    }

    /// The configuration.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let config: Config = (self.table.clone())
            .try_into()
            .expect("each value was tried when it was laid down");
        config.check().map_err(|(key, why)| ConfigError::Value {
            key: key.to_owned(),
            origin: self.origins.get(key).cloned().unwrap_or(Origin::Default),
            why,
        })?;
        Ok(Loaded {
            config,
            table: self.table.clone(),
            origins: self.origins.clone(),
        })
    }

    /// A value that is given as a word, in the form that its default has.
    fn word(&mut self, key: &str, text: &str, origin: &Origin) -> Result<(), ConfigError> {
        let Some(default) = find(&self.defaults, key) else {
            return Err(self.unknown(key.to_owned(), origin.clone()));
        };
        let wrong = |why: String| ConfigError::Value {
            key: key.to_owned(),
            origin: origin.clone(),
            why,
        };
        let items = || {
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
        };
        let value = match default {
            Value::Integer(_) => {
                let number: Result<i64, _> = text.parse();
                Value::Integer(number.map_err(|_| wrong(format!("`{text}` is no number")))?)
            }
            Value::Boolean(_) => {
                let flag: Result<bool, _> = text.parse();
                let why = || wrong(format!("`{text}` is neither `true` nor `false`"));
                Value::Boolean(flag.map_err(|_| why())?)
            }
            Value::Array(_) => {
                Value::Array(items().map(|item| Value::String(item.into())).collect())
            }
            Value::Table(_) => {
                let pair = |item: &str| {
                    let why = || wrong(format!("`{item}` is not NAME=VALUE"));
                    let (name, value) = item.split_once('=').ok_or_else(why)?;
                    Ok((name.to_owned(), Value::String(value.to_owned())))
                };
                Value::Table(items().map(pair).collect::<Result<_, _>>()?)
            }
            Value::String(_) | Value::Float(_) | Value::Datetime(_) => Value::String(text.into()),
        };
        self.set(key, value, origin)
    }

    /// Lays one value down, if the configuration takes it.
    fn set(&mut self, key: &str, value: Value, origin: &Origin) -> Result<(), ConfigError> {
        if find(&self.defaults, key).is_none() {
            return Err(self.unknown(key.to_owned(), origin.clone()));
        }
        let mut tried = self.defaults.clone();
        put(&mut tried, key, value.clone());
        let fits: Result<Config, _> = tried.try_into();
        fits.map_err(|error| ConfigError::Value {
            key: key.to_owned(),
            origin: origin.clone(),
            why: error.message().to_owned(),
        })?;
        put(&mut self.table, key, value);
        self.origins.insert(key.to_owned(), origin.clone());
        Ok(())
    }

    fn unknown(&self, key: String, origin: Origin) -> ConfigError {
        let known = keys(&self.defaults);
        let nearest = nearest(&key, known.iter().map(String::as_str)).map(ToOwned::to_owned);
        ConfigError::Unknown {
            key,
            origin,
            nearest,
        }
    }
}

/// Every key, as `section.name`.
fn keys(table: &Table) -> Vec<String> {
    let section = |(section, values): (&String, &Value)| {
        let names = values.as_table().into_iter().flat_map(Table::keys);
        let keys = names.map(|name| format!("{section}.{name}"));
        keys.collect::<Vec<_>>()
    };
    table.iter().flat_map(section).collect()
}

/// The variable of a key.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn find<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    let (section, name) = key.split_once('.')?;
    table.get(section)?.get(name)
}

fn put(table: &mut Table, key: &str, value: Value) {
    let place = key.split_once('.').and_then(|(section, name)| {
        let values = table.get_mut(section)?.as_table_mut()?;
        Some((values, name.to_owned()))
    });
    if let Some((values, name)) = place {
        values.insert(name, value);
    }
}
