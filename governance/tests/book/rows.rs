//! Rows: their bounds, their bytes, and that a state comes back from them.

use crate::mesh::{Mesh, did, id, time};
use icn_base::gov::{
    Ballot, ChoiceOption, DelegateRequest, ProposalKind, ProposalRequest, Scope, VoteRequest,
};
use icn_base::limits::HAMT_VALUE_BYTES_MAX;
use icn_base::{Did, Keypair, ProposalId, Time, TxId};
use icn_governance::{Action, Changes, Key, Parameter, Refusal, State, limits};

fn propose(
    mesh: &mut Mesh,
    who: Did,
    id: ProposalId,
    request: ProposalRequest,
) -> Result<(), Refusal> {
    let at = mesh.at;
    mesh.act(
        who,
        Action::Propose {
            id,
            request: request.into(),
        },
        at,
    )
    .map(drop)
}

fn request(title: usize, text: usize, kind: ProposalKind) -> ProposalRequest {
    ProposalRequest {
        title: "x".repeat(title),
        text: "y".repeat(text),
        kind,
    }
}

#[test]
fn texts_labels_and_kinds_have_their_bounds_exactly() {
    let mut mesh = Mesh::new("a");
    let options = |label: usize, kinds: Vec<ProposalKind>| {
        let option = |kinds| ChoiceOption {
            label: "z".repeat(label),
            kinds,
        };
        ProposalKind::Choice {
            options: vec![option(vec![]), option(kinds)],
        }
    };
    let pay = |memo: usize| ProposalKind::Budget {
        to: did('x'),
        amount: icn_base::Mana::MAX,
        memo: "m".repeat(memo),
    };
    let text = || ProposalKind::Text {};
    let cases = [
        (request(0, 0, text()), "TitleLength"),
        (request(129, 0, text()), "TitleLength"),
        (request(1, 4_097, text()), "TextTooLong"),
        (request(1, 0, pay(257)), "TextTooLong"),
        (request(1, 0, options(0, vec![])), "LabelLength"),
        (request(1, 0, options(65, vec![])), "LabelLength"),
        (request(1, 0, options(1, vec![text(); 17])), "PartsCount"),
    ];
    for (request, expected) in cases {
        let refusal = propose(&mut mesh, did('a'), id("p"), request).unwrap_err();
        assert_eq!(refusal.name(), expected);
        assert!(!refusal.hint().is_empty());
    }
    assert_eq!(
        propose(
            &mut mesh,
            did('a'),
            id("p"),
            request(128, 4_096, options(64, vec![text(); 16]))
        ),
        Ok(())
    );
}

/// A proposal of the largest texts, kind and run-off fits one value of the commitment, and the
/// kind's bound is what keeps it there.
#[test]
fn the_largest_proposal_fits_a_row() {
    let mut mesh = Mesh::new("a");
    let pay = |bytes| ProposalKind::Budget {
        to: did('x'),
        amount: icn_base::Mana::new(1).unwrap(),
        memo: "m".repeat(bytes),
    };
    let kind = |bytes: usize| {
        let option = |_| ChoiceOption {
            label: "z".repeat(64),
            kinds: vec![pay(bytes), pay(bytes)],
        };
        ProposalKind::Choice {
            options: (0..16).map(option).collect(),
        }
    };
    let sized = |bytes| icn_base::codec::encode(&kind(bytes)).unwrap().len();
    let most = (0..256)
        .rev()
        .find(|bytes| sized(*bytes) <= limits::KIND_BYTES_MAX)
        .unwrap();
    assert!(
        sized(most) + 40 > limits::KIND_BYTES_MAX,
        "the bound is nearly reached"
    );
    let refusal = propose(&mut mesh, did('a'), id("p"), request(1, 0, kind(most + 1))).unwrap_err();
    assert_eq!(refusal.name(), "KindTooLarge");
    propose(
        &mut mesh,
        did('a'),
        id("p"),
        request(128, 4_096, kind(most)),
    )
    .unwrap();
    let hours = |hours: u64| time(hours * 3_600_000);
    let ballot = Ballot::Ranked(vec![0]);
    mesh.begin(hours(1));
    mesh.must(did('a'), Action::OpenVoting(id("p")));
    let vote = VoteRequest {
        proposal: id("p"),
        ballot,
        preview: None,
    };
    mesh.must(did('a'), Action::Vote(vote));
    mesh.begin(hours(25));
    mesh.must(did('a'), Action::CloseVoting(id("p")));
    mesh.end();
    let row = mesh.state.row(&Key::Proposal(id("p"))).unwrap().unwrap();
    // A run-off of 16 rounds, each with 16 counts of at most 10,000, takes less than 1,200 bytes.
    assert!(row.len() + 1_200 < HAMT_VALUE_BYTES_MAX, "{}", row.len());
}

#[test]
fn two_hundred_and_fifty_six_proposals_may_be_under_way() {
    let members: Vec<Did> = (0..=86)
        .map(|seed| Keypair::from_seed([seed; 32]).did())
        .collect();
    let mut mesh = Mesh::new("a");
    mesh.state = State::genesis(members.clone(), Time::ZERO);
    for number in 0..256_usize {
        let text = request(1, 0, ProposalKind::Text {});
        propose(
            &mut mesh,
            members[number / 3],
            id(&number.to_string()),
            text,
        )
        .unwrap();
    }
    let one_more = propose(
        &mut mesh,
        members[86],
        id("more"),
        request(1, 0, ProposalKind::Text {}),
    );
    assert_eq!(one_more, Err(Refusal::OpenInAll { allowed: 256 }));
    mesh.end();
    assert_eq!(mesh.state.under_way().count(), 256);
    assert_eq!(mesh.state.next_due(), Some(time(30 * 86_400_000)));
    assert_eq!(mesh.state.due(time(30 * 86_400_000)).len(), 256);
}

/// A member who decides anew between ever more votes is stopped before the row is too large, and
/// goes on when votes have ended.
#[test]
fn a_delegation_keeps_a_bounded_past() {
    let members: Vec<Did> = (0..30)
        .map(|seed| Keypair::from_seed([seed; 32]).did())
        .collect();
    let mut mesh = Mesh::new("");
    mesh.state = State::genesis(members.clone(), Time::ZERO);
    mesh.parameters.insert(Parameter::MinDeliberationMs, 0);
    let hand = |number: usize| {
        let to = members[28 + number % 2];
        Action::Delegate(DelegateRequest {
            to,
            scope: Scope::All,
            until: time(u64::MAX >> 11),
        })
    };
    for number in 0..=64_usize {
        mesh.must(members[25], hand(number));
        let (name, proposer) = (id(&number.to_string()), members[number / 3]);
        propose(
            &mut mesh,
            proposer,
            name,
            request(1, 0, ProposalKind::Text {}),
        )
        .unwrap();
        mesh.must(proposer, Action::OpenVoting(name));
    }
    let full = mesh.act(members[25], hand(65), Time::ZERO);
    assert_eq!(full, Err(Refusal::HistoryFull { allowed: 64 }));
    mesh.end();
    check_rows(&mesh.state);
    mesh.begin(time(8 * 86_400_000));
    mesh.begin(time(9 * 86_400_000));
    mesh.end();
    mesh.must(members[25], hand(66));
}

/// Every row of a state, read back into an empty one.
pub(crate) fn check_rows(state: &State) {
    let mut read = Changes::default();
    for key in state.keys() {
        let bytes = state.row(&key).unwrap().unwrap();
        assert!(bytes.len() <= HAMT_VALUE_BYTES_MAX);
        read.read(&key, &bytes).unwrap();
    }
    let mut again = State::default();
    assert!(again.absorb(read).into_iter().eq(state.keys()));
    assert_eq!(&again, state);
    assert!(
        Changes::default()
            .read(&Key::Openings, b"\x18\x07")
            .is_err()
    );
}

#[test]
fn there_is_no_row_where_nothing_is() {
    let state = State::default();
    let unknown = TxId::new(*id("p").cid());
    let key = Key::Vote(ProposalId::new(*unknown.cid()), did('a'));
    assert!(state.row(&key).is_none());
    assert!(state.row(&Key::Member(did('a'))).is_none());
}
