//! Proposals of a node's book, or of a snapshot's: listed, shown, previewed.

use super::{book, draw};
use crate::answer::{Answer, count};
use crate::client::{Client, typed};
use crate::failure::Failure;
use crate::job::pages;
use crate::{Context, clock};
use icn_abi::Class;
use icn_api::gov::PreviewView;
use icn_base::gov::ProposalView;
use icn_base::{Cid, ProposalId};
use icn_governance::Preview;
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
    let (mut views, at) = match args.book.read(context)? {
        Some(state) => {
            let draft = now(&state);
            let ids = state.governance().proposals_after(None).map(|(id, _)| id);
            (
                ids.filter_map(|id| draft.proposal(id)).collect(),
                draft.at(),
            )
        }
        None => {
            let (client, query) = (Client::open(context)?, ["limit=500".to_owned()]);
            let views: Vec<ProposalView> = pages(&client, "/v1/proposals", &query)?;
            (views, clock::now()?)
        }
    };
    views.retain(|view| args.all || !view.status.is_final());
    views.sort_by_key(|view| (view.proposed, view.proposal));
    let lines: Vec<_> = views.iter().map(|view| draw::line(view, at)).collect();
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
    let (view, at) = match args.book.read(context)? {
        Some(state) => {
            let draft = now(&state);
            let view = draft.proposal(&args.proposal);
            (view.ok_or_else(|| unknown(&args.proposal))?, draft.at())
        }
        None => {
            let path = format!("/v1/proposals/{}", args.proposal);
            let (view, _) = Client::open(context)?.get_as::<ProposalView>(&path)?;
            (view, clock::now()?)
        }
    };
    Ok(Answer::new(draw::proposal(&view, at), view))
}

pub(super) fn preview(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let preview = match args.book.read(context)? {
        Some(state) => {
            let preview = now(&state).preview(&args.proposal);
            preview.ok_or_else(|| unknown(&args.proposal))?
        }
        None => {
            let path = format!("/v1/proposals/{}/preview", args.proposal);
            let (view, _) = Client::open(context)?.get_as::<PreviewView>(&path)?;
            typed::<Preview>(&path, view.plans)?.0
        }
    };
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
