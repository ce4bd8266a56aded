//! How it is told: chapters, facts, and checks without which it does not go on.

use crate::answer::{Output, plain_lines};
use crate::failure::Failure;
use icn_abi::Class;
use std::io::{IsTerminal, Write, stdout};
use std::time::Instant;

/// A story that is told while it happens.
#[derive(Debug)]
pub(super) struct Story {
    output: Output,
    colours: bool,
    begun: Instant,
    chapter: u32,
    checked: Vec<String>,
}

impl Story {
    pub(super) fn new(output: Output) -> Self {
        Self {
            output,
            colours: stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            begun: Instant::now(),
            chapter: 0,
            checked: Vec::new(),
        }
    }

    /// A chapter begins.
    pub(super) fn chapter(&mut self, title: &str) {
        self.chapter += 1;
        let number = self.chapter;
        let title = self.painted("1", &format!("{number}  {title}"));
        let gap = if number == 1 { "" } else { "\n" };
        self.line(&format!("{gap}{title}"));
    }

    /// Something that happens.
    pub(super) fn tell(&self, text: &str) {
        for line in plain_lines(text).lines() {
            self.line(&format!("   {line}"));
        }
    }

    /// Something that must hold. If it does not, the story ends here.
    pub(super) fn check(&mut self, holds: bool, what: &str) -> Result<(), Failure> {
        if !holds {
            let text = format!("this did not hold: {what}");
            return Err(Failure::new(Class::ProcessingFailure, text));
        }
        let mark = self.painted("32", "✓");
        self.line(&format!(" {mark} {}", plain_lines(what)));
        self.checked.push(what.to_owned());
        Ok(())
    }

    /// What was checked, and how long it took.
    pub(super) fn end(self) -> (Vec<String>, f64) {
        (self.checked, self.begun.elapsed().as_secs_f64())
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        match self.colours {
            true => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }

    fn line(&self, line: &str) {
        if self.output == Output::Text {
            let mut out = stdout().lock();
            let _gone = writeln!(out, "{line}").and_then(|()| out.flush());
        }
    }
}
