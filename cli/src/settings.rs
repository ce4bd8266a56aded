//! What a node is started with, from files, the environment and flags; and `icn config`.

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use clap::Subcommand;
use icn_abi::Class;
use icn_node::Home;
use icn_node::config::{ConfigError, DEFAULTS, Layers, Loaded};
use serde_json::{Map, json};
use std::path::Path;

/// What holds for every node of this machine.
const SYSTEM_FILE: &str = "/etc/icn/icn.toml";

/// Variables that begin like those of the configuration and are no part of it.
const TAKEN: &[&str] = &[
    "ICN_API",
    "ICN_API_TOKEN_FILE",
    "ICN_DATA_DIR",
    "ICN_OUTPUT",
    "ICN_PASSPHRASE_FILE",
    "ICN_QUOTA",
];

/// Flags that say what a configuration says.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Flags {
    /// Where to listen for peers; may be repeated. Port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Vec<String>,
    /// Where the HTTP API listens. Port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) api_listen: Option<String>,
    /// A peer to dial, as `/ip4/…/tcp/…/p2p/NAME`; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) bootstrap: Vec<String>,
    /// Any value of the configuration, such as `executor.enabled=false`; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) values: Vec<String>,
}

impl Flags {
    /// What the flags say: the flag, the key, the value.
    pub(crate) fn said(&self) -> Result<Vec<(&'static str, String, String)>, Failure> {
        let mut said = Vec::new();
        let mut list = |flag, key: &str, items: &[String]| {
            if !items.is_empty() {
                said.push((flag, key.to_owned(), items.join(",")));
            }
        };
        list("--listen", "net.listen", &self.listen);
        list("--bootstrap", "net.bootstrap", &self.bootstrap);
        list("--api-listen", "api.listen", self.api_listen.as_slice());
        for pair in &self.values {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                let text = format!("--set {pair}: `{pair}` is not KEY=VALUE");
                Failure::malformed(text).hint("`icn config show` lists the keys")
            })?;
            said.push(("--set", key.to_owned(), value.to_owned()));
        }
        Ok(said)
    }
}

/// The configuration of a data directory, under these flags.
pub(crate) fn load(home: &Home, flags: &Flags) -> Result<Loaded, Failure> {
    let mut layers = Layers::default();
    layers.file(Path::new(SYSTEM_FILE))?;
    layers.file(&home.config_file())?;
    layers.variables(std::env::vars_os().filter_map(text), TAKEN)?;
    for (flag, key, value) in flags.said()? {
        layers.flag(flag, &key, &value)?;
    }
    Ok(layers.load()?)
}

/// Variables that are no text are nobody's.
fn text((name, value): (std::ffi::OsString, std::ffi::OsString)) -> Option<(String, String)> {
    Some((name.into_string().ok()?, value.into_string().ok()?))
}

/// The configuration of a node
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Prints every value that holds here
    Show {
        /// Says where each came from
        #[arg(long)]
        origin: bool,
        #[command(flatten)]
        flags: Flags,
    },
    /// Prints the defaults, with what each value means: what an `icn.toml` can say
    Defaults,
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Show { origin, flags } => show(*origin, flags, context),
        Verb::Defaults => Ok(Answer::new(DEFAULTS, json!({ "toml": DEFAULTS }))),
    }
}

fn show(origin: bool, flags: &Flags, context: &Context) -> Result<Answer, Failure> {
    let home = Home::new(context.data_dir.path()?);
    let rows = load(&home, flags)?.rows();
    let wide = |of: fn(&(String, String, _)) -> &str| rows.iter().map(|row| of(row).len()).max();
    let (keys, values) = (wide(|row| &row.0), wide(|row| &row.1));
    let (keys, values) = (keys.unwrap_or(0), values.unwrap_or(0).min(48));
    let line = |(key, value, from): &(String, String, _)| match origin {
        true => format!("{key:keys$}  {value:values$}  {from}\n"),
        false => format!("{key:keys$}  {value}\n"),
    };
    let text: String = rows.iter().map(line).collect();
    let entry = |(key, value, from): &(String, String, _)| {
        let value = json!({ "value": value, "origin": icn_node::config::Origin::to_string(from) });
        (key.clone(), value)
    };
    let json: Map<_, _> = rows.iter().map(entry).collect();
    Ok(Answer::new(text, json))
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let class = match error {
            ConfigError::Read { .. } => Class::ProcessingFailure,
            ConfigError::TooLarge(_) => Class::ResourceLimitExceeded,
            ConfigError::Syntax { .. } => Class::Serialization,
            ConfigError::Unknown { .. } | ConfigError::Value { .. } => Class::InvalidSystemApiCall,
        };
        Self::new(class, error).hint("`icn config defaults` prints every value with its meaning")
    }
}
