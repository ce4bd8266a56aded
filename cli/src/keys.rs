//! `icn keys`: make, list, back up as 24 words, bring back.

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore, Protection, Words};
use clap::{Args, Subcommand};
use icn_abi::Class;
use icn_base::Keypair;
use serde_json::json;
use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Makes a key, encrypted with a passphrase (age opens the file)
    New {
        /// Its name
        #[arg(default_value_t)]
        name: KeyName,
        #[command(flatten)]
        lock: Lock,
    },
    /// Lists the keys by name and DID
    List,
    /// Prints a key's 24 words: write them on paper, whoever has them has the key
    Export {
        /// Its name
        #[arg(default_value_t)]
        name: KeyName,
        /// A file with the passphrase in its first line, instead of asking
        #[arg(long, value_name = "FILE", env = "ICN_PASSPHRASE_FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Brings a key back from its 24 words
    Import {
        /// Its name
        #[arg(default_value_t)]
        name: KeyName,
        /// A file with the 24 words, instead of asking; `-` reads stdin
        #[arg(long, value_name = "FILE")]
        words_file: Option<PathBuf>,
        #[command(flatten)]
        lock: Lock,
    },
}

/// How a new key file is protected.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Lock {
    /// A file with the passphrase in its first line, instead of asking
    #[arg(long, value_name = "FILE", env = "ICN_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
    /// Keeps the key unencrypted, readable by you alone (mode 0600)
    #[arg(long, conflicts_with = "passphrase_file")]
    insecure_plain_key: bool,
}

impl Lock {
    pub(crate) fn protection(self) -> Result<Protection, Failure> {
        if self.insecure_plain_key {
            return Ok(Protection::None);
        }
        crate::keystore::passphrase(self.passphrase_file.as_deref(), true)
            .map(Protection::Passphrase)
    }
}

pub(crate) fn run(verb: Verb, context: &Context) -> Result<Answer, Failure> {
    let store = Keystore::open(context)?;
    match verb {
        Verb::New { name, lock } => {
            store.must_be_free(&name)?;
            save(&store, &name, &fresh()?, lock)
        }
        Verb::Import {
            name,
            words_file,
            lock,
        } => {
            store.must_be_free(&name)?;
            save(&store, &name, &read_words(words_file)?.keypair(), lock)
        }
        Verb::List => list(&store),
        Verb::Export {
            name,
            passphrase_file,
        } => {
            let keys = store.load(&name, passphrase_file.as_deref())?;
            let words = Words::of(&keys);
            let json = json!({ "name": name, "did": keys.did(), "words": words.as_str() });
            Ok(Answer::new(words.as_str(), json))
        }
    }
}

/// A key of chance.
pub(crate) fn fresh() -> Result<Keypair, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(|error| {
        let text = format!("no randomness from the system: {error}");
        Failure::new(Class::Internal, text)
    })?;
    Ok(Keypair::from_seed(*seed))
}

fn save(store: &Keystore, name: &KeyName, keys: &Keypair, lock: Lock) -> Result<Answer, Failure> {
    let path = store.save(name, keys, lock.protection()?)?;
    let did = keys.did();
    let text = format!(
        "{did}\nkept in {}\nnext: `icn keys export {name}` prints the 24 words of its backup",
        path.display()
    );
    Ok(Answer::new(
        text,
        json!({ "name": name, "did": did, "file": path }),
    ))
}

fn list(store: &Keystore) -> Result<Answer, Failure> {
    let keys = store.list()?;
    let text: String = keys
        .iter()
        .map(|(name, did)| format!("{name}  {did}\n"))
        .collect();
    let text = if keys.is_empty() {
        "no keys yet: `icn keys new` makes one".into()
    } else {
        text
    };
    let json: Vec<_> = keys
        .iter()
        .map(|(name, did)| json!({ "name": name, "did": did }))
        .collect();
    Ok(Answer::new(text, json!({ "keys": json })))
}

/// More than any 24 words have, and little enough to read from anything.
const WORDS_BYTES_MAX: u64 = 1024;

fn read_words(file: Option<PathBuf>) -> Result<Words, Failure> {
    let mut text = Zeroizing::new(String::new());
    let stdin = || Box::new(std::io::stdin()) as Box<dyn Read>;
    let mut source = match file {
        Some(path) if path.as_os_str() != "-" => {
            let file =
                std::fs::File::open(&path).map_err(|error| Failure::file("read", &path, &error))?;
            Box::new(file) as Box<dyn Read>
        }
        None if std::io::stdin().is_terminal() => {
            text = Zeroizing::new(rpassword::prompt_password("The 24 words: ").map_err(
                |error| {
                    Failure::new(
                        Class::ProcessingFailure,
                        format!("cannot ask for the words: {error}"),
                    )
                },
            )?);
            return Words::parse(&text);
        }
        _ => stdin(),
    };
    source
        .by_ref()
        .take(WORDS_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|error| Failure::malformed(format!("cannot read the words: {error}")))?;
    Words::parse(&text)
}
