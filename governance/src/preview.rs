//! The preview: exactly what a proposal would change if it were executed now, and a CID for it.

use crate::plan::{afford, plan};
use crate::proposal::Proposal;
use crate::{Book, Enactment, Refusal};
use icn_base::gov::ProposalKind;
use icn_base::{Cid, Codec, codec};
use serde::{Deserialize, Serialize};

/// One plan, or one for each option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Preview(pub Vec<Planned>);

/// What would come of one list of kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planned {
    /// These changes, in order.
    Changes(Vec<Enactment>),
    /// Nothing, for the refusal with this number. Its facts are left out, because they may move
    /// with every block.
    Refused(u16),
}

impl Preview {
    /// What the proposal would change now.
    pub fn of(book: &Book<'_>, proposal: &Proposal) -> Self {
        let one = |kinds: &[ProposalKind]| match possible(book, kinds) {
            Ok(changes) => Planned::Changes(changes),
            Err(refusal) => Planned::Refused(refusal.number()),
        };
        match &proposal.kind {
            ProposalKind::Choice { options } => {
                Self(options.iter().map(|option| one(&option.kinds)).collect())
            }
            ProposalKind::Bundle(_)
            | ProposalKind::Text {}
            | ProposalKind::SetParameter { .. }
            | ProposalKind::AdmitMember { .. }
            | ProposalKind::RemoveMember { .. }
            | ProposalKind::SetValidator { .. }
            | ProposalKind::Budget { .. }
            | ProposalKind::RegisterCircuit(_)
            | ProposalKind::RetireCircuit { .. } => Self(vec![one(parts(&proposal.kind, None))]),
        }
    }

    /// The CID of its canonical bytes: what a vote may be bound to.
    pub fn cid(&self) -> Cid {
        let bytes = codec::encode(self).expect("the words of a preview have a canonical spelling");
        Cid::of(Codec::DagCbor, &bytes)
    }
}

/// The changes that execution would make now, or why it cannot.
pub(crate) fn possible(book: &Book<'_>, kinds: &[ProposalKind]) -> Result<Vec<Enactment>, Refusal> {
    let changes = plan(book, kinds)?;
    afford(book, &changes)?;
    Ok(changes)
}

/// The single changes of a proposal, or those of the option that has won.
pub(crate) fn parts(kind: &ProposalKind, winner: Option<usize>) -> &[ProposalKind] {
    match kind {
        ProposalKind::Bundle(kinds) => kinds,
        ProposalKind::Choice { options } => {
            let won = winner.and_then(|winner| options.get(winner));
            won.map(|option| option.kinds.as_slice())
                .unwrap_or_default()
        }
        ProposalKind::Text {}
        | ProposalKind::SetParameter { .. }
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::RemoveMember { .. }
        | ProposalKind::SetValidator { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RegisterCircuit(_)
        | ProposalKind::RetireCircuit { .. } => std::slice::from_ref(kind),
    }
}
