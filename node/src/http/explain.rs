//! Why a job went as it did: which bids came, what became of them, and what happened when.

use super::Api;
use super::door::Ask;
use super::error::Answer;
use super::input::At;
use super::jobs::find;
use axum::Json;
use axum::extract::State;
use icn_api::job::{CandidateView, ExplainView, StageView};
use icn_base::{Did, JobId, Time};
use icn_ledger::Job;
use icn_ledger::job::Phase;
use icn_mesh::explain::{Fate, Judged, Stage};
use std::sync::Arc;

/// How a job found its executors, or why it did not, and when. Its coordinator knows most of it.
#[utoipa::path(get, path = "/v1/jobs/{id}/explain", tag = "jobs",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, description = "What this node knows of it.", body = ExplainView)))]
pub(super) async fn explain(
    State(api): State<Arc<Api>>,
    At(id): At<JobId>,
) -> Answer<Json<ExplainView>> {
    let view = api.door.view();
    let job = find(&view.state, id)?;
    let known = api
        .door
        .ask(|to| Ask::Explain(id, to))
        .await?
        .unwrap_or_default();
    let stages: Vec<_> = match known.stages.is_empty() {
        true => from_row(job),
        false => known
            .stages
            .iter()
            .map(|(at, stage)| (*at, word(stage)))
            .collect(),
    };
    let bids = known.bids.into_iter();
    Ok(Json(ExplainView {
        job: id,
        state: job.state(),
        executors: bids
            .map(|(executor, bid)| candidate(executor, bid))
            .collect(),
        stages: steps(job.opened, stages),
    }))
}

fn candidate(executor: Did, bid: Judged) -> CandidateView {
    let (said, rank, code, why) = match bid.fate {
        Fate::Waiting => ("waiting", None, None, None),
        Fate::Chosen { rank } => ("chosen", Some(rank), None, None),
        Fate::Spare { rank } => ("spare", Some(rank), None, None),
        Fate::Refused { number, why } => ("refused", None, Some(number), Some(why)),
    };
    CandidateView {
        executor,
        said: said.to_owned(),
        rank,
        worst_case: Some(bid.worst),
        code,
        why,
    }
}

/// A stage's word, and what there is more to say.
type Word = (&'static str, Option<String>);

fn word(stage: &Stage) -> Word {
    let names = |dids: &[Did]| {
        dids.iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    match stage {
        Stage::Opened => ("opened", None),
        Stage::Announced => ("announced", None),
        Stage::Fetched => ("fetched", None),
        Stage::Passed(why) => ("passed", Some(why.clone())),
        Stage::Bid => ("bid", None),
        Stage::Assigned(executors) => ("assigned", Some(names(executors))),
        Stage::Running => ("running", None),
        Stage::Ran => ("ran", None),
        Stage::Declined(why) => ("declined", Some(why.clone())),
        Stage::Returned { executor, next } => {
            let more = next
                .map(|next| format!(", {next} has its seat"))
                .unwrap_or_default();
            ("returned", Some(format!("{executor}{more}")))
        }
        Stage::Sealed(executor) => ("sealed", Some(executor.to_string())),
        Stage::Revealed(executor) => ("revealed", Some(executor.to_string())),
        Stage::Ended(how) => ("ended", Some(how.clone())),
        Stage::Retried => ("retried", None),
    }
}

/// What the book itself remembers, where the node does not.
fn from_row(job: &Job) -> Vec<(Time, Word)> {
    let mut steps = vec![(job.opened, ("opened", None))];
    match &job.phase {
        Phase::Open { .. } => {}
        Phase::Assigned(assigned) => steps.push((assigned.at, ("assigned", None))),
        Phase::Ended(ended) => steps.push((ended.at, ("ended", None))),
    }
    steps
}

fn steps(opened: Time, stages: Vec<(Time, Word)>) -> Vec<StageView> {
    let mut before = opened;
    let step = |(at, (stage, detail)): (Time, Word)| {
        let after_ms = at.ms_since(before);
        before = at;
        StageView {
            stage: stage.to_owned(),
            detail,
            at,
            after_ms,
        }
    };
    stages.into_iter().map(step).collect()
}
