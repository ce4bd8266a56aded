//! The trees of members and of revocations, as a node's book or a snapshot's has them.

use crate::failure::Failure;
use crate::gov::{Book, Desk};
use icn_abi::Class;
use icn_api::zk::{CredentialView, EnrolledView, IssuerView, LeafView};
use icn_ledger::zk::Grove;
use icn_ledger::{Draft, Reject};
use icn_zk::credential::Credential;
use icn_zk::prove::Leaf;
use icn_zk::words::{Numeral, NumeralError};

/// The place of the next credential that the one at the desk issues.
pub(super) fn next_place(desk: &Desk<'_>) -> Result<u32, Failure> {
    let did = desk.keys.did();
    match &desk.book {
        Book::Node(client) => {
            let (issuer, _) = client.get_as::<IssuerView>(&format!("/v1/issuers/{did}"))?;
            Ok(issuer.next)
        }
        Book::Snapshot(state) => {
            let draft = Draft::new(state, desk.now);
            let tree = draft.zk().tree(&Grove::Issuer(did));
            Ok(tree.map_or(0, |tree| tree.next))
        }
    }
}

/// The leaf of the one at the desk in the members' tree.
pub(super) fn enrolled(desk: &Desk<'_>) -> Result<Leaf, Failure> {
    let did = desk.keys.did();
    let leaf = match &desk.book {
        Book::Node(client) => {
            let path = format!("/v1/members/{did}/leaf");
            let (view, _) = client.get_as::<EnrolledView>(&path)?;
            view.leaf.map(|leaf| read(&leaf)).transpose()?
        }
        Book::Snapshot(state) => {
            let draft = Draft::new(state, desk.now);
            let row = draft.zk().enrolled(&did).filter(|row| row.left.is_none());
            row.map(|row| leaf(&draft, Grove::Members, row.place))
        }
    };
    leaf.ok_or_else(|| {
        let text = "this key has no leaf in the members' tree";
        Failure::new(Class::PermissionDenied, text).hint("`icn credential enrol` puts one there")
    })
}

/// The leaf of a credential in its issuer's tree.
pub(super) fn issued(desk: &Desk<'_>, credential: &Credential) -> Result<Leaf, Failure> {
    let cid = credential.cid();
    match &desk.book {
        Book::Node(client) => {
            let path = format!("/v1/credentials/{cid}");
            let (view, _) = client.get_as::<CredentialView>(&path)?;
            read(&view.leaf)
        }
        Book::Snapshot(state) => {
            let draft = Draft::new(state, desk.now);
            if draft.zk().credential(&cid).is_none() {
                let reject = Reject::UnknownCredential { credential: cid };
                return Err(Failure::new(reject.class(), &reject).hint(reject.hint()));
            }
            let statement = &credential.statement;
            let grove = Grove::Issuer(statement.issuer);
            Ok(leaf(&draft, grove, statement.revocation_id))
        }
    }
}

fn leaf(draft: &Draft<'_>, grove: Grove, place: u32) -> Leaf {
    Leaf {
        place,
        path: draft.zk().path(grove, place),
        root: draft.roots(grove).now,
    }
}

fn read(view: &LeafView) -> Result<Leaf, Failure> {
    let number = |text: &String| text.parse::<Numeral>();
    let read = || {
        let path = view.path.iter().map(number).collect::<Result<_, _>>()?;
        let root = number(&view.root)?;
        Ok((path, root))
    };
    let (path, root) = read().map_err(|error: NumeralError| {
        let text = format!("the node's tree is not understood: {error}");
        Failure::new(Class::Serialization, text)
    })?;
    let place = view.place;
    Ok(Leaf { place, path, root })
}
