//! `icn abi`.

use crate::answer::{Answer, Output};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use icn_abi::Format;
use serde_json::{Value, json};

/// Prints the table of host calls: for reading, or as declarations for a guest
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// For what
    #[arg(long, value_enum, default_value = "md")]
    format: Form,
}

/// A [`Format`] as clap sees it.
#[derive(Clone, Copy, Debug)]
struct Form(Format);

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Form; Format::ALL.len()] = {
            let mut all = [Form(Format::Md); Format::ALL.len()];
            let mut at = 0;
            while at < all.len() {
                all[at] = Form(Format::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self.0 {
            Format::Md => "the manual",
            Format::Json => "every field of every row",
            Format::Rust => "the whole guest SDK in one file",
            Format::C => "a header for C",
            Format::Ts => "declarations for AssemblyScript",
            Format::Wit => "the interface in WIT",
            Format::Zig => "declarations for Zig",
        };
        Some(PossibleValue::new(self.0.name()).help(help))
    }
}

pub(crate) fn run(args: &Args, output: Output) -> Answer {
    let format = args.format.0;
    let text = icn_abi::render(format);
    // A program that asks for JSON wants the table as it is, not a string that holds it.
    let json = match (output, format) {
        (Output::Json, Format::Md | Format::Json) => {
            serde_json::from_str::<Value>(&icn_abi::render(Format::Json))
                .expect("the table renders as JSON")
        }
        _ => json!({ "format": format.name(), "text": text }),
    };
    Answer::new(text, json)
}
