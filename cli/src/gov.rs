//! `icn gov`: what members decide, read from a node or from a snapshot of the book; and transactions that
//! ask for more of it: done by the node, or signed here for a file.

mod book;
mod change;
mod desk;
mod draw;
mod read;
mod sign;

pub(crate) use book::Args as BookArgs;
pub(crate) use desk::{Book, Desk};
pub(crate) use sign::{Args as SignArgs, run as sign};

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use clap::Subcommand;
use icn_base::gov::{Ballot, DelegateRequest, RevokeRequest, Scope, VoteRequest};
use icn_base::{Cid, Did, ProposalId, Time};
use icn_ledger::Action;
use std::time::Duration;

const TRY: &str = "\
Try it, on a small network that an example writes:
  cargo run -p icn-replay --example lone -- sample
  icn ledger replay sample/chain.car --snapshot book.car
  icn gov list --snapshot book.car                  then `show` and `preview`, with the id that it lists
  icn keys import lone --words-file sample/member.words --insecure-plain-key
  icn gov propose 'A dearer bond' 'set bond 5' --snapshot book.car --key lone -o proposal.tx
  icn tx inspect proposal.tx";

/// Governance: proposals and votes, through a node or over a snapshot
///
/// Without --snapshot the node of the data directory, or the one at --api, is asked, and does what is decided under its
/// own key, or with --key under one of this machine.
///
/// A snapshot is the whole book as a CAR file, for which no node is needed. Verbs that decide something sign a
/// transaction then, say what the book of the snapshot would answer, and print the transaction or write it to a file.
///
/// Exit codes: 0 done, 1 the book would refuse it, 65 malformed, 2 no such file.
#[derive(Debug, Subcommand)]
#[command(after_long_help = TRY, after_help = TRY)]
pub(crate) enum Verb {
    /// Proposes. What it changes is said by CHANGE, several of which are made all or none
    Propose {
        /// What people call it
        title: String,
        /// A change: `text`, `set NAME VALUE`, `admit DID`, `remove DID`, `power DID N`, `pay DID AMOUNT`, `circuit FILE`
        /// (a circuit's offer as JSON) or `retire CIRCUIT`
        #[arg(value_name = "CHANGE", required_unless_present = "options")]
        changes: Vec<String>,
        /// Why, for people
        #[arg(long, default_value = "")]
        text: String,
        /// An option of a choice: `LABEL=CHANGE; CHANGE`, or `LABEL=` for one that changes nothing; may be repeated
        #[arg(long = "option", value_name = "OPTION", conflicts_with = "changes")]
        options: Vec<String>,
        #[command(flatten)]
        sign: sign::Args,
    },
    /// Opens the vote on one's own proposal
    Open(Decided),
    /// Votes on a proposal, or votes anew
    Vote {
        /// On which proposal
        proposal: ProposalId,
        /// `yes`, `no`, `abstain`, or a ranking of a choice's options such as `1,0`
        #[arg(value_parser = change::ballot)]
        ballot: Ballot,
        /// Counts only for exactly the changes of this preview, which `icn gov preview` prints
        #[arg(long, value_name = "CID")]
        preview: Option<Cid>,
        #[command(flatten)]
        sign: sign::Args,
    },
    /// Lets another member vote for one, in votes that open from then on
    Delegate {
        /// Who
        to: Did,
        /// For which proposals: `all`, or a kind such as `budget`
        #[arg(long, default_value = "all")]
        scope: Scope,
        /// For how long
        #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
        period: Duration,
        #[command(flatten)]
        sign: sign::Args,
    },
    /// Ends a delegation
    Revoke {
        /// The one for these proposals
        #[arg(long, default_value = "all")]
        scope: Scope,
        #[command(flatten)]
        sign: sign::Args,
    },
    /// Closes a vote
    Close(Decided),
    /// Executes a proposal that has passed
    Execute(Decided),
    /// Takes one's own proposal back
    Withdraw(Decided),
    /// Says that this key's node is there and ready to order: power is given to no other
    Ready {
        #[command(flatten)]
        sign: sign::Args,
    },
    /// Lists proposals
    List(read::ListArgs),
    /// Shows a proposal: quorum, threshold and time left at a glance
    Show(read::Args),
    /// Shows exactly what a proposal would change now, and the CID that a vote may be bound to
    Preview(read::Args),
}

/// A decision about one proposal.
#[derive(Debug, clap::Args)]
pub(crate) struct Decided {
    /// Which proposal
    proposal: ProposalId,
    #[command(flatten)]
    sign: sign::Args,
}

pub(crate) fn run(verb: Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Propose {
            title,
            changes,
            text,
            options,
            sign,
        } => {
            let request = change::request(title, text, &changes, &options)?;
            sign::run(&sign, context, |_| Ok(Action::Propose(Box::new(request))))
        }
        Verb::Open(Decided { proposal, sign }) => {
            sign::run(&sign, context, |_| Ok(Action::OpenVoting { proposal }))
        }
        Verb::Vote {
            proposal,
            ballot,
            preview,
            sign,
        } => sign::run(&sign, context, |_| {
            Ok(Action::Vote(VoteRequest {
                proposal,
                ballot,
                preview,
            }))
        }),
        Verb::Delegate {
            to,
            scope,
            period,
            sign,
        } => sign::run(&sign, context, |now| {
            let until = after(now, period)?;
            Ok(Action::Delegate(DelegateRequest { to, scope, until }))
        }),
        Verb::Revoke { scope, sign } => sign::run(&sign, context, |_| {
            Ok(Action::Revoke(RevokeRequest { scope }))
        }),
        Verb::Close(Decided { proposal, sign }) => {
            sign::run(&sign, context, |_| Ok(Action::CloseVoting { proposal }))
        }
        Verb::Execute(Decided { proposal, sign }) => {
            sign::run(&sign, context, |_| Ok(Action::Execute { proposal }))
        }
        Verb::Withdraw(Decided { proposal, sign }) => sign::run(&sign, context, |_| {
            Ok(Action::WithdrawProposal { proposal })
        }),
        Verb::Ready { sign } => sign::run(&sign, context, |_| Ok(Action::Ready {})),
        Verb::List(args) => read::list(&args, context),
        Verb::Show(args) => read::show(&args, context),
        Verb::Preview(args) => read::preview(&args, context),
    }
}

fn after(now: Time, period: Duration) -> Result<Time, Failure> {
    let ms = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
    now.after_ms(ms).map_err(Failure::malformed)
}
