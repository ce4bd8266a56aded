//! Enrol: a member puts a commitment to a secret into the members' tree, once. Whoever knows the root
//! can be shown a member without the book. A second secret would be a second nullifier in every
//! scope, so there is none.

use crate::zk::{Enrolled, Grove};
use crate::{Draft, Event, Reject};
use icn_base::Did;
use icn_zk::circuits::{committed_leaf, holder};
use icn_zk::credential::REVOCATION_IDS_MAX;
use icn_zk::prove::MEMBER_UNTIL_MS;
use icn_zk::words::Numeral;

pub(super) fn act(draft: &mut Draft<'_>, from: Did, commitment: Numeral) -> Result<(), Reject> {
    if !draft.actor(&from).account.is_member() {
        return Err(Reject::NotMember { did: from });
    }
    let before = draft.zk().enrolled(&from).copied();
    if before.is_some_and(|row| row.left.is_none()) {
        return Err(Reject::AlreadyEnrolled { did: from });
    }
    let mut tree = draft.tree(Grove::Members);
    let place = tree.next;
    if place >= REVOCATION_IDS_MAX {
        return Err(Reject::TreeFull {});
    }
    tree.next = place.saturating_add(1);
    draft.put_tree(Grove::Members, tree);
    let leaf = committed_leaf(holder(&from), commitment.0, MEMBER_UNTIL_MS.into());
    draft.set_leaf(Grove::Members, place, Numeral(leaf));
    let row = Enrolled {
        place,
        commitment,
        left: None,
    };
    draft.changes.zk.enrolled.insert(from, Some(row));
    draft.emit(Event::Enrolled { did: from, place });
    Ok(())
}

/// Empties the leaf of one who is a member no longer.
pub(super) fn leave(draft: &mut Draft<'_>, did: Did) {
    let Some(mut row) = draft.zk().enrolled(&did).copied() else {
        return;
    };
    if row.left.is_none() {
        row.left = Some(draft.at());
        draft.changes.zk.enrolled.insert(did, Some(row));
        draft.set_leaf(Grove::Members, row.place, Numeral::default());
    }
}
