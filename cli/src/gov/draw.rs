//! A proposal for people: quorum, threshold and time left at a glance.

use crate::answer::plain;
use icn_base::Time;
use icn_base::gov::{PollView, ProposalKind, ProposalStatus, ProposalView};
use icn_governance::preview::Planned;
use icn_governance::{Enactment, Preview};
use std::fmt::Write as _;
use std::time::Duration;

/// Cells of a bar.
const BAR: u64 = 30;

/// A whole, in basis points.
const WHOLE_BP: u64 = 10_000;

/// One line of a list.
pub(super) fn line(view: &ProposalView, now: Time) -> String {
    let time = left(view, now).unwrap_or_default();
    format!(
        "{}  {:<12}  {}  {time}",
        view.proposal,
        view.status.name(),
        plain(&view.title)
    )
}

/// The whole proposal.
pub(super) fn proposal(view: &ProposalView, now: Time) -> String {
    let mut text = format!("{}\n\n", plain(&view.title));
    let mut row = |name: &str, value: &str| {
        let _infallible = writeln!(text, "{name:<10} {value}");
    };
    row("proposal", &view.proposal.to_string());
    row("status", view.status.name());
    row("by", &view.proposer.to_string());
    for (at, change) in changes(&view.kind).iter().enumerate() {
        row(if at == 0 { "changes" } else { "" }, change);
    }
    if let Some(poll) = &view.poll {
        votes(poll, &mut row);
    }
    if let Some(time) = left(view, now) {
        row("time", &time);
    }
    if let Some(failed) = &view.failed {
        let message = plain(&failed.message);
        row("failed", &format!("{message} ({})", failed.number));
    }
    // Set in, so that no line of it can pass for one of the above.
    for (at, line) in view.text.lines().enumerate() {
        let gap = if at == 0 { "\n" } else { "" };
        let _infallible = writeln!(text, "{gap}  {}", plain(line));
    }
    text
}

fn votes(poll: &PollView, row: &mut impl FnMut(&str, &str)) {
    let tally = &poll.tally;
    let cast = tally.direct.saturating_add(tally.delegated);
    let reached = |is: bool| if is { "reached" } else { "not reached" };
    let quorum = reaches(cast, poll.eligible, poll.quorum_bp);
    let handed = match tally.delegated {
        0 => String::new(),
        some => format!(", {some} by delegation"),
    };
    row(
        "quorum",
        &format!(
            "{} {cast} of {} voted{handed}; {} needed: {}",
            bar(cast, poll.eligible, poll.quorum_bp),
            poll.eligible,
            percent(poll.quorum_bp),
            reached(quorum)
        ),
    );
    if let Some(threshold_bp) = poll.threshold_bp {
        let judged = tally.yes.saturating_add(tally.no);
        let met = tally.yes > 0 && reaches(tally.yes, judged, threshold_bp);
        row(
            "threshold",
            &format!(
                "{} {} for, {} against, {} abstained; {} needed: {}",
                bar(tally.yes, judged, threshold_bp),
                tally.yes,
                tally.no,
                tally.abstain,
                percent(threshold_bp),
                reached(met)
            ),
        );
    }
    for (number, round) in (1..).zip(&tally.rounds) {
        let counts: Vec<_> = round.iter().map(u64::to_string).collect();
        row(&format!("round {number}"), &counts.join("  "));
    }
    if let Some(winner) = tally.winner {
        row("leads", &format!("option {winner}"));
    }
    row(
        "so far",
        if poll.passes {
            "it passes"
        } else {
            "it does not pass"
        },
    );
}

fn reaches(part: u64, whole: u64, mark_bp: u64) -> bool {
    u128::from(part) * u128::from(WHOLE_BP) >= u128::from(whole) * u128::from(mark_bp)
}

/// A part of a whole, with a mark where it must reach.
fn bar(part: u64, whole: u64, mark_bp: u64) -> String {
    let filled = part
        .saturating_mul(BAR)
        .checked_div(whole)
        .unwrap_or(0)
        .min(BAR);
    let mark = mark_bp.saturating_mul(BAR).div_ceil(WHOLE_BP).clamp(1, BAR);
    (1..=BAR)
        .map(|cell| match cell {
            cell if cell == mark => '|',
            cell if cell <= filled => '#',
            _ => '.',
        })
        .collect()
}

fn percent(bp: u64) -> String {
    format!("{}.{:02} %", bp / 100, bp % 100)
}

/// What time allows and does next, seen from a time.
fn left(view: &ProposalView, now: Time) -> Option<String> {
    let (from, until) = (view.from?, view.until?);
    let (step, end) = match view.status {
        ProposalStatus::Deliberation => ("voting may open", "it expires"),
        ProposalStatus::Voting => ("voting may close early", "voting closes"),
        _ => ("it may be executed", "it expires"),
    };
    let wait = |time: Time| match time.ms_since(now) {
        0 => "now".to_owned(),
        ms => format!(
            "in {}",
            humantime::format_duration(Duration::from_millis(ms))
        ),
    };
    Some(format!("{step} {}, {end} {}", wait(from), wait(until)))
}

/// The changes of a kind, a line each.
fn changes(kind: &ProposalKind) -> Vec<String> {
    match kind {
        ProposalKind::Text {} => vec!["nothing: it is a text".into()],
        ProposalKind::SetParameter { name, value } => {
            vec![format!("set {} to {value}", plain(name))]
        }
        ProposalKind::AdmitMember { did } => vec![format!("admit {did}")],
        ProposalKind::RemoveMember { did } => vec![format!("remove {did}")],
        ProposalKind::SetValidator { did, power } => vec![format!("power of {did}: {power}")],
        ProposalKind::Budget { to, amount, memo } if memo.is_empty() => {
            vec![format!("pay {amount} to {to}")]
        }
        ProposalKind::Budget { to, amount, memo } => {
            vec![format!("pay {amount} to {to}: {}", plain(memo))]
        }
        ProposalKind::RegisterCircuit(offer) => {
            vec![format!(
                "circuit {}: {}",
                offer.id(),
                plain(&offer.statement)
            )]
        }
        ProposalKind::RetireCircuit { circuit } => vec![format!("no more of circuit {circuit}")],
        ProposalKind::Bundle(kinds) => kinds.iter().flat_map(changes).collect(),
        ProposalKind::Choice { options } => {
            let option = |(number, option): (usize, &icn_base::gov::ChoiceOption)| {
                let changes: Vec<_> = option.kinds.iter().flat_map(changes).collect();
                let label = plain(&option.label);
                format!("option {number}, {label}: {}", changes.join("; "))
            };
            options.iter().enumerate().map(option).collect()
        }
    }
}

/// What would be done now, a line each.
pub(super) fn preview(preview: &Preview) -> String {
    let is_choice = preview.0.len() > 1;
    let mut text = String::new();
    for (number, planned) in preview.0.iter().enumerate() {
        if is_choice {
            let _infallible = writeln!(text, "option {number}:");
        }
        match planned {
            Planned::Changes(changes) if changes.is_empty() => text.push_str("nothing\n"),
            Planned::Changes(changes) => {
                for change in changes {
                    let _infallible = writeln!(text, "{}", enactment(change));
                }
            }
            Planned::Refused(refused) => {
                let _infallible = writeln!(text, "nothing: it would fail with refusal {refused}");
            }
        }
    }
    text.trim_end().to_owned()
}

fn enactment(change: &Enactment) -> String {
    match change {
        Enactment::SetParameter {
            parameter,
            old,
            new,
        } => format!("{parameter}: {old} -> {new}, from the next block on"),
        Enactment::AdmitMember { did } => format!("{did} becomes a member"),
        Enactment::RemoveMember { did } => format!("{did} is a member no longer"),
        Enactment::SetValidator { did, old, new } => {
            format!("power of {did}: {old} -> {new}, from the next height on")
        }
        Enactment::RegisterCircuit { circuit, offer } => format!(
            "circuit {circuit} with {} constraints: {}",
            offer.constraints,
            plain(&offer.statement)
        ),
        Enactment::RetireCircuit { circuit } => format!("no more proofs of circuit {circuit}"),
        Enactment::Pay { to, amount, .. } => format!("{amount} mana from the treasury to {to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_shows_the_part_and_where_it_must_reach() {
        assert_eq!(bar(0, 4, 5_000), "..............|...............");
        assert_eq!(bar(2, 4, 5_000), "##############|...............");
        assert_eq!(bar(4, 4, 10_000), "#############################|");
        assert_eq!(bar(3, 4, 3_334), "##########|###########........");
        assert_eq!(bar(0, 0, 1), "|.............................");
    }
}
