//! The words of the tables for evidence: `alice accuse bob`, of two precommits for height 1 and round 0.
//! Options: `height=`, `round=`, `step=prevote|precommit|proposal`, `forged=` signs the second by
//! another, `spoiled=apart|equal|swapped`.

use crate::script::Line;
use crate::world::{World, cid, did, keys};
use icn_base::NetworkId;
use icn_base::order::{Evidence, Proposal, Signed, Statement, Step, Vote};

/// What a line accuses somebody of.
pub(crate) fn evidence(world: &World, line: &Line<'_>) -> Evidence {
    let network = world.network();
    let step = match line.get("step") {
        Some("proposal") => return proposals(line, &network),
        Some("prevote") => Step::Prevote,
        _ => Step::Precommit,
    };
    let vote = |block| Vote {
        height: line.number("height", 1),
        round: line.number("round", 0) as u32,
        step,
        block,
    };
    let (a, mut b) = (vote(None), vote(Some(cid("b"))));
    if line.get("spoiled") == Some("apart") {
        b.round += 1;
    }
    let (first, second) = pair(line, a, b, &network);
    let good = Evidence::votes(first, second);
    match line.get("spoiled") {
        Some("equal") => Evidence::Votes {
            first,
            second: first,
        },
        Some("swapped") => match good.unwrap() {
            Evidence::Votes { first, second } => Evidence::Votes {
                first: second,
                second: first,
            },
            other @ Evidence::Proposals { .. } => other,
        },
        _ => good.unwrap_or(Evidence::Votes { first, second }),
    }
}

fn proposals(line: &Line<'_>, network: &NetworkId) -> Evidence {
    let proposal = |name| Proposal {
        height: line.number("height", 1),
        round: line.number("round", 0) as u32,
        block: cid(name),
        valid_round: None,
    };
    let (first, second) = pair(line, proposal("a"), proposal("b"), network);
    Evidence::proposals(first, second).unwrap()
}

fn pair<T: Statement>(line: &Line<'_>, a: T, b: T, network: &NetworkId) -> (Signed<T>, Signed<T>) {
    let accused = line.word(2);
    let forger = line.get("forged").unwrap_or(accused);
    let mut second = Signed::sign(b, &keys(forger), network);
    second.by = did(accused);
    (Signed::sign(a, &keys(accused), network), second)
}
