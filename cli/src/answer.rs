//! What a verb answers, and the one place that prints it.

use crate::failure::Failure;
use clap::ValueEnum;
use icn_dag::survey::Tally;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::process::ExitCode;

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON value on stdout
    Json,
}

/// What a verb has to say once it is done.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For people; written as it is.
    text: Vec<u8>,
    /// For programs.
    json: Value,
    exit: u8,
}

impl Answer {
    /// An answer of exit code 0. The text gets its final newline here.
    pub(crate) fn new(text: impl Into<String>, json: impl Serialize) -> Self {
        let mut text = plain_lines(&text.into());
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let json = serde_json::to_value(json).expect("answers have text keys and finite numbers");
        Self {
            text: text.into_bytes(),
            json,
            exit: 0,
        }
    }

    /// An answer whose text is the bytes that a guest wrote, as they are.
    pub(crate) fn bytes(text: Vec<u8>, json: impl Serialize) -> Self {
        Self {
            text,
            ..Self::new("", json)
        }
    }

    /// Sets the exit code.
    pub(crate) const fn exit(mut self, exit: u8) -> Self {
        self.exit = exit;
        self
    }
}

impl Output {
    /// Prints an answer or a failure and says how the process ends.
    pub(crate) fn print(self, done: Result<Answer, Failure>) -> ExitCode {
        let (exit, bytes) = match (done, self) {
            (Ok(answer), Self::Text) => (answer.exit, answer.text),
            (Ok(answer), Self::Json) => (answer.exit, line(&answer.json)),
            (Err(failure), _) => {
                complain(&failure);
                let bytes = if self == Self::Json {
                    line(&error(&failure))
                } else {
                    Vec::new()
                };
                (failure.exit, bytes)
            }
        };
        let mut out = io::stdout().lock();
        match out.write_all(&bytes).and_then(|()| out.flush()) {
            Ok(()) => ExitCode::from(exit),
            // The reader went away, as `head` does: nothing is wrong.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(exit),
            Err(error) => {
                let _gone = writeln!(io::stderr(), "error: cannot write the answer: {error}");
                ExitCode::from(1)
            }
        }
    }
}

/// A number of things: "1 block", "2 blocks".
pub(crate) fn count(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// A stranger's words, on one line, with nothing in them that steers a terminal or turns the
/// direction of its text.
pub(crate) fn plain(words: &str) -> String {
    escaped(words, steers)
}

/// The same for text of many lines: what a stranger named or logged is shown, not obeyed.
pub(crate) fn plain_lines(text: &str) -> String {
    escaped(text, |letter| {
        steers(letter) && !matches!(letter, '\n' | '\t')
    })
}

fn escaped(text: &str, escape: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if escape(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    shown
}

fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Blocks and their size.
pub(crate) fn blocks(tally: &Tally) -> String {
    let (blocks, bytes) = (count(tally.blocks, "block"), count(tally.bytes, "byte"));
    format!("{blocks} of {bytes}")
}

/// Prints one line of several, at once: JSON for programs, and the text as it is for people. What
/// cannot be written is told at the end, by the answer.
pub(crate) fn say(output: Output, text: &str, json: &Value) {
    let bytes = match output {
        Output::Text => format!("{}\n", plain_lines(text)).into_bytes(),
        Output::Json => line(json),
    };
    let mut out = io::stdout().lock();
    let _gone = out.write_all(&bytes).and_then(|()| out.flush());
}

fn line(json: &Value) -> Vec<u8> {
    let mut line = json.to_string().into_bytes();
    line.push(b'\n');
    line
}

fn error(failure: &Failure) -> Value {
    let mut error = json!({
        "code": failure.code(),
        "class": failure.class.name(),
        "message": failure.message,
    });
    if let Some(hint) = &failure.hint {
        error["hint"] = json!(hint);
    }
    json!({ "error": error })
}

/// A failure on stderr. If even that is gone there is nobody left to tell.
fn complain(failure: &Failure) {
    let mut err = io::stderr().lock();
    let class = failure.class;
    let _gone = writeln!(
        err,
        "error: {} ({}, {})",
        plain_lines(&failure.message),
        class.name(),
        failure.code()
    );
    if let Some(hint) = &failure.hint {
        let _gone = writeln!(err, "hint: {}", plain_lines(hint));
    }
}
