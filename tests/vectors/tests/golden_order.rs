//! Frozen forms of the words of order, as `golden.rs` has those of the ground.

use expect_test::expect_file;
use icn_base::order::{Certificate, Evidence, Proposal, Seat, Signed, Step, Vote};
use icn_base::{Cid, Codec, Keypair, NetworkId};
use icn_vectors::golden::Page;

#[test]
fn words_of_order() {
    let network = NetworkId::new(Cid::of(Codec::Raw, b"hello"));
    let keys = Keypair::from_seed([7; 32]);
    let block = |name: &[u8]| Cid::of(Codec::DagCbor, name);
    let vote = |step, block| Vote {
        height: 3,
        round: 1,
        step,
        block,
    };
    let proposal = |valid_round| Proposal {
        height: 3,
        round: 1,
        block: block(b"one"),
        valid_round,
    };
    let (one, none) = (
        Signed::sign(vote(Step::Precommit, Some(block(b"one"))), &keys, &network),
        Signed::sign(vote(Step::Precommit, None), &keys, &network),
    );
    let mut page = Page::default();
    page.value("a vote for a block", &one.body);
    page.value("a vote for none", &vote(Step::Prevote, None));
    page.value("a proposal", &proposal(None));
    page.value(
        "a proposal that two thirds prevoted for before",
        &proposal(Some(0)),
    );
    page.value("a vote, signed", &one);
    page.value(
        "a proposal, signed",
        &Signed::sign(proposal(None), &keys, &network),
    );
    let certificate = Certificate {
        height: 3,
        round: 1,
        step: Step::Precommit,
        block: block(b"one"),
        seats: vec![Seat {
            by: one.by,
            signature: one.signature,
        }],
    };
    page.value("a certificate", &certificate);
    let evidence = Evidence::votes(one, none).expect("they contradict each other");
    page.value("evidence", &evidence);
    expect_file!["../golden/order.txt"].assert_eq(page.text());
}
