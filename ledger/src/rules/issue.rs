//! RegisterIssuer, IssueCredential and RevokeCredential: the book knows who issues, how many, and
//! which of them were revoked; what a credential says, and of whom, only its holder knows.

use crate::limits::ISSUER_NAME_BYTES_MAX;
use crate::zk::{Grove, Issued, Issuer};
use crate::{Draft, Event, Reject};
use icn_base::{Cid, Did};
use icn_zk::circuits::{PublicKey, REVOKED};
use icn_zk::credential::REVOCATION_IDS_MAX;
use icn_zk::words::Numeral;

/// A member registers as an issuer, or registers anew under another name or key. What was signed
/// with the key before is then proved by nobody any more.
pub(super) fn register(
    draft: &mut Draft<'_>,
    from: Did,
    name: &str,
    circuit_key: PublicKey,
) -> Result<(), Reject> {
    if !draft.actor(&from).account.is_member() {
        return Err(Reject::NotMember { did: from });
    }
    let bytes = name.len();
    if !(1..=ISSUER_NAME_BYTES_MAX).contains(&bytes) {
        return Err(Reject::IssuerName { bytes });
    }
    let issuer = Issuer {
        name: name.to_owned(),
        circuit_key,
        since: draft.at(),
    };
    draft.changes.zk.issuers.insert(from, Some(issuer));
    draft.emit(Event::IssuerRegistered { issuer: from });
    Ok(())
}

/// An issuer notes a credential. Its place in the revocation tree is the next one: places are given
/// in order, so that none is given twice.
pub(super) fn issue(
    draft: &mut Draft<'_>,
    from: Did,
    credential: Cid,
    place: u32,
) -> Result<(), Reject> {
    if draft.zk().issuer(&from).is_none() {
        return Err(Reject::NotIssuer { did: from });
    }
    if draft.zk().credential(&credential).is_some() {
        return Err(Reject::CredentialExists { credential });
    }
    let mut tree = draft.tree(Grove::Issuer(from));
    let next = tree.next;
    if next >= REVOCATION_IDS_MAX {
        return Err(Reject::TreeFull {});
    }
    if place != next {
        return Err(Reject::RevocationId { place, next });
    }
    tree.next = next.saturating_add(1);
    draft.put_tree(Grove::Issuer(from), tree);
    let row = Issued {
        issuer: from,
        place,
        at: draft.at(),
        revoked: None,
    };
    draft.changes.zk.credentials.insert(credential, Some(row));
    draft.emit(Event::CredentialIssued {
        credential,
        issuer: from,
    });
    Ok(())
}

/// An issuer takes a credential back: from now on nobody can show that it is not revoked.
pub(super) fn revoke(draft: &mut Draft<'_>, from: Did, credential: Cid) -> Result<(), Reject> {
    let Some(mut row) = draft.zk().credential(&credential).copied() else {
        return Err(Reject::UnknownCredential { credential });
    };
    if row.issuer != from {
        return Err(Reject::NotItsIssuer { issuer: row.issuer });
    }
    if row.revoked.is_some() {
        return Err(Reject::AlreadyRevoked { credential });
    }
    row.revoked = Some(draft.at());
    draft.changes.zk.credentials.insert(credential, Some(row));
    draft.set_leaf(Grove::Issuer(from), row.place, Numeral(REVOKED.into()));
    draft.emit(Event::CredentialRevoked {
        credential,
        issuer: from,
    });
    Ok(())
}
