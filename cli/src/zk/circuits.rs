//! `icn zk circuits`: what is built in, and what a book has.

use crate::answer::Answer;
use crate::client::Client;
use crate::failure::Failure;
use crate::job::pages;
use crate::{Context, gov};
use icn_api::zk::CircuitView;
use icn_base::Cid;
use icn_ledger::zk::Circuit;
use icn_zk::circuits::{BuiltIn, Description};
use serde_json::{Value, json};

/// What is said of a book without any.
const NONE: &str = "the book has no circuits: `icn gov propose` registers one";

/// Lists circuits
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: gov::BookArgs,
    /// Those that the members of the node's network have registered, instead of the built-in ones
    #[arg(long, conflicts_with = "snapshot")]
    registered: bool,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    if args.registered {
        return registered(context);
    }
    let Some(state) = args.book.read(context)? else {
        return Ok(built_in());
    };
    let rows: Vec<_> = state.zk().circuits().collect();
    let text: String = rows.iter().map(|(id, row)| line_of_book(id, row)).collect();
    let text = if rows.is_empty() { NONE.into() } else { text };
    let json: Vec<_> = rows.iter().map(|(id, row)| json_of_book(id, row)).collect();
    Ok(Answer::new(text, json))
}

fn registered(context: &Context) -> Result<Answer, Failure> {
    let (client, query) = (Client::open(context)?, ["limit=500".to_owned()]);
    let views: Vec<CircuitView> = pages(&client, "/v1/zk/circuits", &query)?;
    let text: String = views.iter().map(line_of_node).collect();
    let text = if views.is_empty() { NONE.into() } else { text };
    Ok(Answer::new(text, json!(views)))
}

fn line_of_node(view: &CircuitView) -> String {
    let prover = view.prover.as_ref();
    let name = prover.map_or("foreign".into(), |it| format!("{} {}", it.name, it.version));
    let gone = if view.retired.is_some() {
        ", retired"
    } else {
        ""
    };
    format!(
        "{}  {name}{gone}  {} constraints, {} mana  {}  {}\n",
        view.circuit,
        view.constraints,
        view.price,
        view.curve,
        view.inputs.join(" ")
    )
}

fn built_in() -> Answer {
    let circuits = BuiltIn::ALL.map(BuiltIn::describe);
    let text: String = circuits.iter().map(line).collect();
    let json: Vec<_> = circuits
        .iter()
        .map(|circuit| {
            json!({
                "name": circuit.name,
                "version": circuit.version,
                "curve": "bn128",
                "constraints": circuit.constraints,
                "inputs": circuit.inputs,
            })
        })
        .collect();
    Answer::new(text, json)
}

fn line(circuit: &Description) -> String {
    let Description {
        name,
        version,
        inputs,
        constraints,
    } = circuit;
    let inputs = inputs.join(" ");
    format!("{name} {version}  {constraints} constraints  {inputs}\n")
}

fn line_of_book(id: &Cid, row: &Circuit) -> String {
    let prover = row.prover.as_ref();
    let name = prover.map_or("foreign".into(), |it| format!("{} {}", it.name, it.version));
    let gone = if row.retired.is_some() {
        ", retired"
    } else {
        ""
    };
    format!(
        "{id}  {name}{gone}  {} constraints  {}  {}\n",
        row.constraints,
        row.curve,
        row.inputs.join(" ")
    )
}

fn json_of_book(id: &Cid, row: &Circuit) -> Value {
    json!({
        "circuit": id,
        "curve": row.curve,
        "inputs": row.inputs,
        "constraints": row.constraints,
        "statement": row.statement,
        "prover": row.prover,
        "registered": row.registered,
        "retired": row.retired,
    })
}
