//! Proposals of a snapshot: listed, shown, previewed.

use super::{book, draw};
use crate::Context;
use crate::answer::{Answer, count};
use crate::failure::Failure;
use icn_abi::Class;
use icn_base::gov::ProposalView;
use icn_base::{Cid, ProposalId};
use icn_ledger::{Draft, State};
use serde_json::json;

/// Which proposals.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    book: book::Args,
    /// Lists those that have come to their end, too
    #[arg(long)]
    all: bool,
}

/// One proposal.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which proposal
    proposal: ProposalId,
    #[command(flatten)]
    book: book::Args,
}

pub(super) fn list(args: &ListArgs, context: &Context) -> Result<Answer, Failure> {
    let state = args.book.read(context)?;
    let draft = now(&state);
    let ids = state.governance().proposals_after(None).map(|(id, _)| id);
    let mut views: Vec<_> = ids.filter_map(|id| draft.proposal(id)).collect();
    views.retain(|view| args.all || !view.status.is_final());
    views.sort_by_key(|view| (view.proposed, view.proposal));
    let lines: Vec<_> = views
        .iter()
        .map(|view| draw::line(view, draft.at()))
        .collect();
    let text = if lines.is_empty() {
        "no proposals".to_owned()
    } else {
        format!(
            "{}\n{}",
            lines.join("\n"),
            count(views.len() as u64, "proposal")
        )
    };
    Ok(Answer::new(text, json!({ "proposals": views })))
}

pub(super) fn show(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let state = args.book.read(context)?;
    let draft = now(&state);
    let view = draft.proposal(&args.proposal);
    let view: ProposalView = view.ok_or_else(|| unknown(&args.proposal))?;
    Ok(Answer::new(draw::proposal(&view, draft.at()), view))
}

pub(super) fn preview(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let state = args.book.read(context)?;
    let draft = now(&state);
    let preview = draft.preview(&args.proposal);
    let preview = preview.ok_or_else(|| unknown(&args.proposal))?;
    let cid: Cid = preview.cid();
    let text = format!("{}\npreview {cid}", draw::preview(&preview));
    Ok(Answer::new(
        text,
        json!({ "preview": cid, "changes": preview }),
    ))
}

/// The book as it stands at the snapshot.
fn now(state: &State) -> Draft<'_> {
    Draft::new(state, state.chain().time)
}

fn unknown(id: &ProposalId) -> Failure {
    let text = format!("the snapshot has no proposal {id}");
    Failure::new(Class::InvalidSystemApiCall, text).hint("`icn gov list --all` lists them")
}
