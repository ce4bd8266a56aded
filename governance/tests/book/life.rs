//! The life of a proposal, from every status to every other that it may come to.

use crate::mesh::{Mesh, did, id, time};
use crate::script::check;
use expect_test::expect;
use icn_base::gov::{ProposalKind, ProposalRequest};
use icn_governance::{Action, fall_due};

#[test]
fn a_parameter_and_a_budget_go_from_draft_to_executed() {
    check(expect![[r#"
        members abcd
        0h   a proposes fee set tx_fee 3             => Deliberation, 10 from a in escrow
        0h   b proposes pay pay x 600                => Deliberation, 10 from b in escrow
        1h   a opens fee                             => Voting
        1h   b opens pay                             => Voting
        2h   a votes fee yes                         => voted
        2h   b votes fee yes                         => voted
        2h   c votes fee no                          => voted
        2h   c votes pay yes                         => voted
        3h   c votes pay no                          => voted
        4h   d votes pay yes                         => voted
        4h   b votes pay yes                         => voted
        25h  a closes fee                            => refused: NotCertain
        25h  d votes fee yes                         => voted
        26h  a closes fee                            => Accepted
        26h  c closes pay                            => refused: NotCertain
        show fee                                     => 4 of 4: 4 own, 3 yes, 1 no
        49h  d executes fee                          => refused: TooEarly
        50h  d executes fee                          => Executed, 10 back to a, tx_fee 1 -> 3
        51h  d executes fee                          => refused: AlreadyExecuted
        7d+2h tick                                   => Accepted
        show pay                                     => 3 of 4: 3 own, 2 yes, 1 no
        8d+2h d executes pay                         => refused: TooEarly
        8d+2h+1ms d executes pay                     => Executed, 10 back to b, 600 paid to x
    "#]]);
}

#[test]
fn a_choice_is_decided_by_ranking_and_does_what_its_winner_says() {
    check(expect![[r#"
        members abcde
        0h   a proposes c choose set tx_fee 2 | pay x 5 + admit y | nothing => Deliberation, 10 from a in escrow
        1h   a opens c                               => Voting
        2h   a votes c 0                             => voted
        2h   b votes c 0,1                           => voted
        2h   c votes c 1                             => voted
        2h   d votes c 1,0                           => voted
        2h   e votes c 2,1                           => voted
        25h  a closes c                              => Accepted
        show c                                       => 5 of 5: 5 own, 5 ranked; 1 wins [2, 2, 1] [2, 3, 0]
        49h  b executes c                            => Executed, 10 to the treasury, 5 paid to x, y comes
        49h  y proposes p text                       => Deliberation, 10 from y in escrow
    "#]]);
}

#[test]
fn what_nobody_opens_or_executes_expires_and_what_does_not_pass_is_rejected() {
    check(expect![[r#"
        members abc
        0h   a proposes talk text                    => Deliberation, 10 from a in escrow
        0h   a proposes late text                    => Deliberation, 10 from a in escrow
        0h   a proposes lost text                    => Deliberation, 10 from a in escrow
        1h   a opens late                            => Voting
        1h   a opens lost                            => Voting
        2h   a votes late yes                        => voted
        2h   b votes late yes                        => voted
        2h   c votes late yes                        => voted
        2h   a votes lost yes                        => voted
        25h  b closes late                           => Accepted
        8d   tick                                    => Rejected, 10 to the treasury
        show lost                                    => 1 of 3: 1 own, 1 yes
        9d+1h tick                                   => Expired, 10 to the treasury
        30d  tick                                    => Expired, 10 to the treasury
        30d+1h a withdraws talk                      => refused: WrongStatus
    "#]]);
}

#[test]
fn a_text_and_a_choice_bring_no_reward_and_what_is_withdrawn_pays_the_treasury() {
    check(expect![[r#"
        members a
        0h   a proposes t text                       => Deliberation, 10 from a in escrow
        0h   a proposes c choose nothing | pay x 1   => Deliberation, 10 from a in escrow
        0h   a proposes w pay x 1                    => Deliberation, 10 from a in escrow
        1h   a withdraws w                           => Withdrawn, 10 to the treasury
        1h   a opens t                               => Voting
        1h   a opens c                               => Voting
        1h   a votes t yes                           => voted
        1h   a votes c 1                             => voted
        25h  a closes t                              => Accepted
        25h  a closes c                              => Accepted
        26h  a executes t                            => Executed, 10 to the treasury
        49h  a executes c                            => Executed, 10 to the treasury, 1 paid to x
    "#]]);
}

#[test]
fn a_failure_keeps_its_reason_and_changes_nothing() {
    check(expect![[r#"
        members a
        treasury 5
        0h   a proposes p admit b + pay x 600        => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a votes p yes                           => voted
        25h  a closes p                              => Accepted
        49h  a executes p                            => Failed, 772: 600 mana is needed and the treasury has 5, 10 to the treasury
        50h  b proposes q text                       => refused: NotMember
        50h  a executes p                            => refused: WrongStatus
    "#]]);
}

#[test]
fn one_block_moves_a_proposal_once() {
    check(expect![[r#"
        members a
        set min_deliberation_ms 0
        set min_voting_ms 0
        set execution_delay_ms 0
        set change_delay_ms 0
        1h   a proposes p set tx_fee 2               => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a votes p yes                           => voted
        1h   a closes p                              => refused: JustChanged
        1h+1ms a closes p                            => Accepted
        1h+1ms a executes p                          => refused: JustChanged
        1h+2ms a executes p                          => Executed, 10 back to a, tx_fee 1 -> 2
    "#]]);
}

#[test]
fn a_proposal_may_remove_its_own_proposer() {
    check(expect![[r#"
        members abcd
        0h   b proposes p remove b                   => Deliberation, 10 from b in escrow
        0h   b proposes q text                       => Deliberation, 10 from b in escrow
        0h   b proposes r text                       => Deliberation, 10 from b in escrow
        1h   b opens p                               => Voting
        1h   b opens q                               => Voting
        2h   a votes p yes                           => voted
        2h   c votes p yes                           => voted
        2h   d votes p yes                           => voted
        2h   b votes q yes                           => voted
        25h  b closes p                              => Accepted
        2d+1h b executes p                           => Executed, 10 back to b, b goes
        2d+2h b votes q no                           => refused: RemovedMember
        2d+2h b opens r                              => refused: RemovedMember
        2d+2h b withdraws r                          => refused: RemovedMember
        2d+2h a votes q yes                          => voted
        2d+2h c votes q yes                          => voted
        2d+3h a closes q                             => Accepted
        show q                                       => 3 of 4: 3 own, 3 yes
        2d+3h a proposes back admit b                => Deliberation, 10 from a in escrow
        30d tick                                     => Expired, 10 to the treasury; Expired, 10 to the treasury
    "#]]);
}

#[test]
fn voting_closes_early_only_when_nothing_open_can_change_it() {
    check(expect![[r#"
        members abcde
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        0h   b proposes n text                       => Deliberation, 10 from b in escrow
        0h   c proposes c choose nothing | nothing   => Deliberation, 10 from c in escrow
        1h   d hands all to e until 9d               => handed on
        1h   a opens p                               => Voting
        1h   b opens n                               => Voting
        1h   c opens c                               => Voting
        2h   a votes p yes                           => voted
        2h   b votes p yes                           => voted
        2h   e votes p yes                           => voted
        2h   a votes n no                            => voted
        2h   b votes n no                            => voted
        2h   a votes c 1                             => voted
        2h   b votes c 1                             => voted
        24h  a closes p                              => refused: TooEarly
        25h  a closes p                              => Accepted
        25h  a closes n                              => refused: NotCertain
        25h  a closes c                              => refused: NotCertain
        25h+1ms c votes n no                         => voted
        25h+1ms c votes c 1                          => voted
        25h+2ms a closes n                           => Rejected, 10 to the treasury
        25h+2ms a closes c                           => Accepted
        show p                                       => 4 of 5: 3 own, 1 handed on, 4 yes
        show n                                       => 3 of 5: 3 own, 3 no
        show c                                       => 3 of 5: 3 own, 3 ranked; 1 wins [0, 3]
    "#]]);
}

#[test]
fn what_is_due_can_only_fall_due() {
    check(expect![[r#"
        members a
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        29d  tick
        31d  a proposes q text                       => Deliberation, 10 from a in escrow
        31d+1ms a opens p                            => refused: TooLate
        31d+1ms a withdraws p                        => refused: TooLate
        31d+1ms tick                                 => Expired, 10 to the treasury
    "#]]);
}

#[test]
fn nothing_falls_due_before_its_deadline_or_without_one() {
    let mut mesh = Mesh::new("a");
    let kind = ProposalKind::Text {};
    let request = ProposalRequest {
        title: "t".into(),
        text: String::new(),
        kind,
    };
    mesh.must(
        did('a'),
        Action::Propose {
            id: id("p"),
            request: request.into(),
        },
    );
    mesh.begin(time(30 * 86_400_000));
    assert_eq!(
        fall_due(&mesh.book(mesh.at), &id("p")),
        None,
        "the parent's time counts"
    );
    assert_eq!(fall_due(&mesh.book(mesh.at), &id("q")), None);
    mesh.begin(time(30 * 86_400_000 + 1));
    assert!(fall_due(&mesh.book(mesh.at), &id("p")).is_some());
    mesh.end();
    assert_eq!(
        fall_due(&mesh.book(mesh.at), &id("p")),
        None,
        "it has come to its end"
    );
}
