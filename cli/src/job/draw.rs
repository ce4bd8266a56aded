//! Jobs, for people.

use crate::answer::{count, plain};
use crate::clock::shown;
use icn_api::job::{CandidateView, ExplainView, JobLine, JobView, QuoteView, SeatView};
use icn_base::run::JobState;
use serde_json::Value;
use std::fmt::Write as _;

/// A state's name, as it is written everywhere.
pub(super) fn word(state: JobState) -> String {
    match serde_json::to_value(state) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A state in the words of people.
pub(super) const fn says(state: JobState) -> &'static str {
    match state {
        JobState::Open => "it waits for bids",
        JobState::Assigned => "executors have it",
        JobState::Completed => "the guest ended well, and the executors are paid",
        JobState::GuestFailed => "the guest failed; the run is paid, its effects are not done",
        JobState::NoBids => "nobody bid; the hold went back",
        JobState::Late => "the executors were silent; the hold went back",
        JobState::Cancelled => "it was withdrawn; the hold went back",
        JobState::Disagreed => "no claim found enough agreement; the hold went back",
    }
}

/// One line of a list.
pub(super) fn line(job: &JobLine) -> String {
    format!(
        "{}  {:<12}  {}  {}\n",
        job.job,
        word(job.state),
        shown(job.opened),
        job.owner
    )
}

/// The whole job.
pub(super) fn job(view: &JobView) -> String {
    let mut text = String::new();
    let mut row = |name: &str, value: &dyn std::fmt::Display| {
        let _infallible = writeln!(text, "{name:<10} {value}");
    };
    let spec = &view.spec;
    row("job", &view.job);
    row(
        "state",
        &format!("{}: {}", word(view.state), says(view.state)),
    );
    row("owner", &view.owner);
    row(
        "module",
        &format!("{}, {}", spec.module, plain(&spec.entry)),
    );
    let agreement = spec.agreement;
    let asked = format!(
        "{} fuel, {} pages, {} mana for each of {}; {} must agree",
        spec.fuel_limit, spec.memory_pages, spec.max_price, agreement.executors, agreement.quorum
    );
    row("asked", &asked);
    row("opened", &shown(view.opened));
    row("deadline", &shown(spec.deadline));
    let hold = &view.hold;
    let held = format!(
        "{} held, {} paid, {} returned",
        hold.held, hold.paid, hold.refunded
    );
    row("mana", &held);
    for seat in &view.seats {
        row("executor", &self::seat(seat));
    }
    if let Some(ended) = view.ended {
        let after = ended.ms_since(view.opened);
        row(
            "ended",
            &format!("{}, {after} ms after it opened", shown(ended)),
        );
    }
    for receipt in &view.receipts {
        row("receipt", receipt);
    }
    if let Some(output) = view.output {
        row("output", &output);
    }
    text
}

fn seat(seat: &SeatView) -> String {
    format!(
        "{} for {} and {} a million fuel, bond {}: {}",
        seat.executor, seat.base, seat.per_mfuel, seat.bond, seat.work
    )
}

/// How a job found its executors.
pub(super) fn explained(view: &ExplainView) -> String {
    let mut text = format!("{}: {}\n", word(view.state), says(view.state));
    for stage in &view.stages {
        let detail = stage.detail.as_deref().map(plain).unwrap_or_default();
        let _infallible = writeln!(
            text,
            "{:<10} {} (+{} ms) {detail}",
            stage.stage,
            shown(stage.at),
            stage.after_ms
        );
    }
    if view.executors.is_empty() {
        text.push_str("no executor has said anything of it here");
    }
    let lines: Vec<_> = view.executors.iter().map(candidate).collect();
    text + &lines.join("\n")
}

/// What a job would cost.
pub(super) fn quoted(view: &QuoteView) -> String {
    let mut text = format!(
        "{} mana would be held: {} for executors, {} for grants, {} for effects, {} for the market\n{} mana for submitting it besides; {} can be spent\n",
        view.hold,
        view.runs,
        view.budgets,
        view.effect_fees,
        view.market_fees,
        view.tx_fee,
        view.spendable,
    );
    let lines: Vec<_> = view.executors.iter().map(candidate).collect();
    text.push_str(&lines.join("\n"));
    let _infallible = write!(text, "\n{}", count(lines.len() as u64, "executor"));
    text
}

fn candidate(view: &CandidateView) -> String {
    let mut text = match view.rank {
        Some(rank) => format!("{rank}. {}  {}", view.executor, plain(&view.said)),
        None => format!("{}  {}", view.executor, plain(&view.said)),
    };
    if let Some(worst) = view.worst_case {
        let _infallible = write!(text, ", {worst} mana at most");
    }
    if let Some(why) = &view.why {
        let _infallible = write!(text, ": {}", plain(why));
    }
    if let Some(code) = view.code {
        let _infallible = write!(text, " ({code})");
    }
    text
}
