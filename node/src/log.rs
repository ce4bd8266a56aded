//! What a node tells its operator, on stderr: text on a terminal, JSON otherwise.

use crate::config::{Log, LogFormat};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

/// How much is told; it can be changed while the node runs.
#[derive(Debug)]
pub struct Level(reload::Handle<EnvFilter, Registry>);

/// Why nothing can be told.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The level makes no sense.
    #[error("`log.level`: {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
    /// Something else in this process tells already.
    #[error(transparent)]
    Taken(#[from] TryInitError),
    /// The log has ended.
    #[error(transparent)]
    Ended(#[from] reload::Error),
}

/// Begins to tell.
pub fn start(log: &Log) -> Result<Level, LogError> {
    let filter = filter(&log.level)?;
    let (filter, handle) = reload::Layer::new(filter);
    let terminal = stderr().is_terminal();
    let lines = match log.format {
        LogFormat::Auto if !terminal => json(),
        LogFormat::Json => json(),
        LogFormat::Auto | LogFormat::Text => {
            let text = fmt::layer().with_writer(stderr).with_ansi(terminal);
            text.with_target(false).boxed()
        }
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()?;
    Ok(Level(handle))
}

/// What others' code says of every vote, and of every peer that asks for gossip too soon, is of use to
/// nobody but those who ask for it by name.
fn filter(level: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    EnvFilter::builder().parse(format!(
        "arc_malachitebft=warn,libp2p_gossipsub=error,{level}"
    ))
}

fn json<S>() -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    fmt::layer()
        .json()
        .flatten_event(true)
        .with_writer(stderr)
        .boxed()
}

impl Level {
    /// Changes how much is told.
    pub fn set(&self, level: &str) -> Result<(), LogError> {
        let filter = filter(level)?;
        Ok(self.0.reload(filter)?)
    }
}
