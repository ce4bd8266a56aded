//! Proposing: the proposal makes sense as it stands and could be executed as far as anyone can
//! say now, and there is room for it. Its fee goes into escrow.

use crate::limits::{
    KIND_BYTES_MAX, LABEL_BYTES_MAX, OPEN_MAX, OPEN_PER_MEMBER_MAX, OPTIONS_MAX, PARTS_MAX,
    TEXT_BYTES_MAX, TITLE_BYTES_MAX,
};
use crate::plan::plan;
use crate::preview::parts;
use crate::proposal::{Phase, Proposal, Window};
use crate::step::{Fact, Fee};
use crate::terms::is_strict;
use crate::{Book, Parameter, Refusal, Step};
use icn_base::gov::{ChoiceOption, ProposalKind, ProposalRequest};
use icn_base::{Did, Mana, ProposalId, codec};

pub(super) fn propose(
    book: &Book<'_>,
    proposer: &Did,
    id: ProposalId,
    request: ProposalRequest,
) -> Result<Step, Refusal> {
    if book.proposal(&id).is_ok() {
        return Err(Refusal::ProposalExists { proposal: id });
    }
    check_text(&request)?;
    check_kind(book, &request.kind)?;
    check_room(book, proposer)?;
    let amount = Mana::new(book.world.parameter(Parameter::ProposalFee))?;
    let proposal = Proposal {
        proposer: *proposer,
        title: request.title,
        text: request.text,
        kind: request.kind,
        fee: amount,
        proposed: book.at,
        changed: None,
        phase: Phase::Deliberation(Window::after(
            book.at,
            book.world.parameter(Parameter::MinDeliberationMs),
            book.world.parameter(Parameter::MaxDeliberationMs),
        )),
        poll: None,
    };
    let mut step = Step::of(Fact::Proposed {
        proposal: id,
        proposer: *proposer,
    });
    step.changes.proposals.insert(id, proposal);
    step.fee = Some(Fee::Escrow {
        from: *proposer,
        amount,
    });
    Ok(step)
}

fn check_text(request: &ProposalRequest) -> Result<(), Refusal> {
    let bytes = request.title.len();
    if bytes == 0 || bytes > TITLE_BYTES_MAX {
        return Err(Refusal::TitleLength { bytes });
    }
    let (bytes, allowed) = (request.text.len(), TEXT_BYTES_MAX);
    if bytes > allowed {
        return Err(Refusal::TextTooLong { bytes, allowed });
    }
    Ok(())
}

fn check_kind(book: &Book<'_>, kind: &ProposalKind) -> Result<(), Refusal> {
    match kind {
        ProposalKind::Choice { options } => {
            let found = options.len();
            if !(2..=OPTIONS_MAX).contains(&found) {
                return Err(Refusal::OptionsCount { found });
            }
            options
                .iter()
                .try_for_each(|option| check_option(book, option))?;
        }
        ProposalKind::Bundle(kinds) if kinds.is_empty() || kinds.len() > PARTS_MAX => {
            return Err(Refusal::PartsCount { found: kinds.len() });
        }
        ProposalKind::Bundle(_)
        | ProposalKind::Text {}
        | ProposalKind::SetParameter { .. }
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::RemoveMember { .. }
        | ProposalKind::SetValidator { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RegisterCircuit(_)
        | ProposalKind::RetireCircuit { .. } => drop(plan(book, parts(kind, None))?),
    }
    let (bytes, allowed) = (
        codec::encode(kind).map_or(usize::MAX, |bytes| bytes.len()),
        KIND_BYTES_MAX,
    );
    if bytes > allowed {
        Err(Refusal::KindTooLarge { bytes, allowed })
    } else {
        Ok(())
    }
}

/// A choice has no threshold, so what needs the strict one cannot be had by choosing.
fn check_option(book: &Book<'_>, option: &ChoiceOption) -> Result<(), Refusal> {
    let bytes = option.label.len();
    if bytes == 0 || bytes > LABEL_BYTES_MAX {
        return Err(Refusal::LabelLength { bytes });
    }
    if option.kinds.len() > PARTS_MAX {
        return Err(Refusal::PartsCount {
            found: option.kinds.len(),
        });
    }
    if let Some(strict) = option.kinds.iter().find(|kind| is_strict(kind)) {
        return Err(Refusal::NeedsThreshold {
            name: strict.name(),
        });
    }
    plan(book, &option.kinds).map(drop)
}

fn check_room(book: &Book<'_>, proposer: &Did) -> Result<(), Refusal> {
    let own = book
        .under_way()
        .filter(|proposal| proposal.proposer == *proposer);
    if own.count() >= OPEN_PER_MEMBER_MAX {
        return Err(Refusal::OpenPerMember {
            allowed: OPEN_PER_MEMBER_MAX,
        });
    }
    if book.under_way().count() >= OPEN_MAX {
        return Err(Refusal::OpenInAll { allowed: OPEN_MAX });
    }
    Ok(())
}
