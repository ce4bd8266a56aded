//! `icn start`: runs the node of the data directory until a signal.

use crate::answer::{Answer, say};
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore};
use crate::settings::{self, Flags};
use crate::signals::{self, Told};
use crate::{Context, addresses, supervisor};
use icn_abi::Class;
use icn_node::home::Held;
use icn_node::{BeginError, Config, HeartError, Home, Join, Running, StartError};
use sd_notify::NotifyState;
use serde_json::json;
use std::path::PathBuf;

/// Runs the node of the data directory until Ctrl-C or SIGTERM
///
/// Prints once where it is reached, then nothing on stdout until it ends; its log is on stderr. SIGHUP reads `log.level`
/// in icn.toml again. A second Ctrl-C ends it at once, which loses nothing that was acknowledged.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    flags: Flags,
    /// A file with the passphrase of the node's key in its first line, instead of asking
    #[arg(long, value_name = "FILE", env = "ICN_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let home = Home::new(context.data_dir.path()?);
    let network = home.network()?.ok_or_else(|| {
        let text = format!("{} is no node's yet", home.dir().display());
        let next = context.command("init");
        Failure::new(Class::ProcessingFailure, text).hint(format!("`{next}` makes it one"))
    })?;
    let config = settings::load(&home, &args.flags)?.config;
    let keys =
        Keystore::open(context)?.load(&KeyName::default(), args.passphrase_file.as_deref())?;
    let level =
        icn_node::log::start(&config.log).map_err(|error| Failure::new(Class::Internal, error))?;
    let held = home.hold()?;
    let genesis = match home.genesis()? {
        Some(genesis) => genesis,
        None => {
            crate::note("asking the peers what the network began with");
            let genesis = icn_node::fetch_genesis(&config, &keys, network)?;
            home.keep_genesis(&genesis)?;
            genesis
        }
    };
    let running = icn_node::start(&home, &config, keys, genesis)?;
    let (stopper, flags, again) = (running.stopper(), args.flags.clone(), home.clone());
    signals::listen(
        move |told| match told {
            Told::Stop => {
                crate::note(
                    "stopping: running jobs are finished or handed back; Ctrl-C again ends it at once",
                );
                supervisor::say(&[NotifyState::Stopping]);
                stopper.stop();
            }
            Told::Reload => match settings::load(&again, &flags) {
                Ok(loaded) => match level.set(&loaded.config.log.level) {
                    Ok(()) => crate::note(&format!("log.level is {}", loaded.config.log.level)),
                    Err(error) => crate::note(&error.to_string()),
                },
                Err(failure) => crate::note(&failure.message),
            },
        },
        || crate::note("ended at once"),
    )?;
    announce(&running, &held, &home, &config, context)?;
    supervisor::say(&[NotifyState::Ready]);
    supervisor::watch(running.pulse());
    running.wait()?;
    Ok(Answer::new("stopped", json!({ "event": "stopped" })))
}

/// Says once where the node is.
fn announce(
    running: &Running,
    held: &Held,
    home: &Home,
    config: &Config,
    context: &Context,
) -> Result<(), Failure> {
    for note in &running.notes {
        crate::note(note);
    }
    let addresses = addresses::reachable(&running.listening, &config.net.external, &running.did);
    let join = Join::new(running.network, addresses.clone()).to_string();
    let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
    held.say(running.api, addresses.clone())?;
    let api = running.api.map(|address| format!("http://{address}"));
    let json = json!({
        "event": "started",
        "did": running.did,
        "network": running.network,
        "data_dir": home.dir(),
        "api": api,
        "token_file": home.token_file(),
        "addresses": addresses,
        "join": join,
        "process": std::process::id(),
    });
    let peers = addresses.join("\n         ");
    let api = match &api {
        Some(api) => format!("{api}, token in {}", home.token_file().display()),
        None => "none".to_owned(),
    };
    let text = format!(
        "who      {}\nnetwork  {}\ndata     {}\nAPI      {api}\npeers    {peers}\n\nothers join with: icn init --join {join}\nCtrl-C stops the node; `icn status` says how it is",
        running.did,
        running.network,
        home.dir().display(),
    );
    say(context.output, &text, &json);
    Ok(())
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Home(error) => error.into(),
            other => {
                Self::new(Class::ProcessingFailure, other).hint("`icn doctor` looks for causes")
            }
        }
    }
}

impl From<BeginError> for Failure {
    fn from(error: BeginError) -> Self {
        let hint = match error {
            BeginError::Nobody(_) => {
                "name one with --bootstrap, or begin with `icn init --join STRING`"
            }
            BeginError::Silent { .. } => {
                "does the other node run, and can this machine reach it? `icn doctor` tries"
            }
            BeginError::Unreadable(_) => "compare versions with the other nodes",
            BeginError::Net(_) | BeginError::System(_) => "`icn doctor` looks for causes",
        };
        Self::new(Class::ProcessingFailure, error).hint(hint)
    }
}

impl From<HeartError> for Failure {
    fn from(error: HeartError) -> Self {
        Self::new(Class::Internal, format!("the node ended: {error}"))
            .hint("`icn start` goes on from its disk; `icn doctor` and `icn audit` look for causes")
    }
}
