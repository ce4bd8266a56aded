//! Key files under a passphrase: age with scrypt, so that any `age` opens them.

use super::Words;
use crate::failure::Failure;
use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, scrypt};
use icn_abi::Class;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// scrypt with 2^17 rounds: about half a second and 128 MiB for each guess.
const WORK_FACTOR: u8 = 17;

/// The dearest key file that is opened: 2^20 rounds, 1 GiB.
const WORK_FACTOR_MAX: u8 = 20;

/// The longest line that is taken as a passphrase.
const PASSPHRASE_BYTES_MAX: u64 = 4096;

/// How a key file is protected.
pub(crate) enum Protection {
    /// Encrypted with a passphrase.
    Passphrase(SecretString),
    /// Not at all; the file's mode is all there is.
    None,
}

/// Encrypts the words of a key.
pub(super) fn seal(words: &Words, passphrase: SecretString) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut recipient = scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(WORK_FACTOR);
    let recipients: [&dyn age::Recipient; 1] = [&recipient];
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::new(
            Class::CryptoError,
            format!("cannot encrypt the key: {error}"),
        )
    };
    let encryptor =
        Encryptor::with_recipients(recipients.into_iter()).map_err(|error| wrong(&error))?;
    let mut sealed = Zeroizing::new(Vec::new());
    let mut writer = encryptor
        .wrap_output(&mut *sealed)
        .map_err(|error| wrong(&error))?;
    writer
        .write_all(words.as_str().as_bytes())
        .and_then(|()| writer.write_all(b"\n"))
        .and_then(|()| writer.finish().map(drop))
        .map_err(|error| wrong(&error))?;
    Ok(sealed)
}

/// Decrypts the words of a key.
pub(super) fn unseal(sealed: &[u8], passphrase: SecretString) -> Result<Words, Failure> {
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::new(Class::CryptoError, format!("cannot open the key: {error}"))
    };
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(WORK_FACTOR_MAX);
    let identity: &dyn age::Identity = &identity;
    let decryptor = Decryptor::new(sealed).map_err(|error| wrong(&error))?;
    let mut reader = decryptor
        .decrypt(std::iter::once(identity))
        .map_err(|error| match error {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => {
                Failure::new(
                    Class::PermissionDenied,
                    "the passphrase is not the one of this key",
                )
            }
            other => wrong(&other),
        })?;
    let mut text = Zeroizing::new(String::new());
    reader
        .read_to_string(&mut text)
        .map_err(|error| wrong(&error))?;
    Words::parse(&text)
}

/// The passphrase: from a file's first line, or asked for on the terminal (twice for a new key).
pub(crate) fn passphrase(file: Option<&Path>, new: bool) -> Result<SecretString, Failure> {
    let passphrase = match file {
        Some(path) => from_file(path)?,
        None if std::io::stdin().is_terminal() => ask(new)?,
        None => {
            return Err(Failure::new(
                Class::PermissionDenied,
                "a passphrase is needed and there is no terminal to ask on",
            )
            .hint("give --passphrase-file FILE, or for a new key --insecure-plain-key"));
        }
    };
    if passphrase.is_empty() {
        return Err(Failure::new(
            Class::PermissionDenied,
            "the passphrase is empty",
        ));
    }
    Ok(SecretString::from(passphrase.as_str().to_owned()))
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(path)
        .and_then(|file| file.take(PASSPHRASE_BYTES_MAX).read_to_string(&mut text))
        .map_err(|error| Failure::file("read the passphrase in", path, &error))?;
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

fn ask(new: bool) -> Result<Zeroizing<String>, Failure> {
    let prompt = |text| {
        rpassword::prompt_password(text)
            .map(Zeroizing::new)
            .map_err(|error| {
                Failure::new(
                    Class::ProcessingFailure,
                    format!("cannot ask for the passphrase: {error}"),
                )
            })
    };
    let first = prompt("Passphrase: ")?;
    if new && prompt("Once more: ")? != first {
        return Err(Failure::new(
            Class::PermissionDenied,
            "the two passphrases differ",
        ));
    }
    Ok(first)
}
