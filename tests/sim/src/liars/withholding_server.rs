//! Proposes blocks and announces jobs, and shows nothing of what they consist of.

use super::Lie;
use crate::hits::Hits;
use icn_mesh::{Answer, Gossip};

pub(super) fn says(said: &Gossip) -> Option<Vec<Gossip>> {
    matches!(said, Gossip::Body(_)).then(Vec::new)
}

pub(super) fn answers(answer: Answer, hits: &mut Hits) -> Option<Answer> {
    match answer {
        Answer::Tip { .. } => Some(answer),
        Answer::Decided(_) => {
            hits.lie(Lie::WithholdingServer);
            None
        }
        Answer::Blocks(_) => {
            hits.lie(Lie::WithholdingServer);
            Some(Answer::Blocks(Vec::new()))
        }
    }
}
