//! Every refusal that the other stories do not tell, and that each of them is told somewhere.

use crate::script::check;
use expect_test::expect;
use icn_governance::Refusal;

#[test]
fn only_members_act_and_each_in_the_right_state() {
    check(expect![[r#"
        members abc
        0h   x proposes p text                       => refused: NotMember
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        0h   a proposes p text                       => refused: ProposalExists
        0h   a opens q                               => refused: UnknownProposal
        0h   a votes q yes                           => refused: UnknownProposal
        0h   a closes q                              => refused: UnknownProposal
        0h   a executes q                            => refused: UnknownProposal
        0h   a withdraws q                           => refused: UnknownProposal
        0h   x opens p                               => refused: NotMember
        0h   x votes p yes                           => refused: NotMember
        0h   x hands all to a until 9d               => refused: NotMember
        0h   x revokes all                           => refused: NotMember
        0h   x closes p                              => refused: NotMember
        0h   x executes p                            => refused: NotMember
        0h   x withdraws p                           => refused: NotMember
        0h   b opens p                               => refused: NotProposer
        0h   b withdraws p                           => refused: NotProposer
        0h   b votes p yes                           => refused: WrongStatus
        0h   b closes p                              => refused: WrongStatus
        0h   b executes p                            => refused: WrongStatus
        0h   a opens p                               => refused: TooEarly
        1h   a opens p                               => Voting
        2h   a opens p                               => refused: AlreadyOpen
        2h   a withdraws p                           => refused: WrongStatus
        2h   a executes p                            => refused: WrongStatus
        2h   a closes p                              => refused: TooEarly
        3h   a votes p yes                           => voted
        3h   b votes p yes                           => voted
        25h  a closes p                              => Accepted
        25h  a closes p                              => refused: AlreadyClosed
        25h  a votes p no                            => refused: WrongStatus
        25h  a opens p                               => refused: WrongStatus
        25h  a executes p                            => refused: TooEarly
        9d   a executes p                            => Executed, 10 to the treasury
        9d+1ms a executes p                          => refused: AlreadyExecuted
        9d+1ms a closes p                            => refused: AlreadyClosed
    "#]]);
}

#[test]
fn ballots_answer_what_was_asked() {
    check(expect![[r#"
        members ab
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        0h   a proposes c choose nothing | nothing   => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a opens c                               => Voting
        2h   a votes p 0                             => refused: BallotKind
        2h   a votes c yes                           => refused: BallotKind
        2h   a votes c none                          => refused: RankingEmpty
        2h   a votes c 2                             => refused: OptionUnknown
        2h   a votes c 1,0,1                         => refused: OptionTwice
        2h   a votes c 1,0                           => voted
        2h   a votes c abstain                       => voted
    "#]]);
}

#[test]
fn what_is_older_than_the_members_own_newer_decision_is_stale() {
    check(expect![[r#"
        members ab
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        3h   a votes p yes seen 2h                   => voted
        4h   a votes p no seen 2h                    => refused: Stale
        4h   a votes p no seen 3h                    => voted
        5h   a hands all to b until 9d seen 1h       => handed on
        6h   a revokes all seen 4h                   => refused: Stale
        6h   a revokes all seen 5h                   => revoked
        7h   a hands all to b until 9d seen 5h       => refused: Stale
        7h   a hands all to b until 9d               => handed on
    "#]]);
}

#[test]
fn delegations_go_to_members_for_a_time_to_come_and_are_revoked_once() {
    check(expect![[r#"
        members ab
        1h   a hands all to x until 9d               => refused: NoSuchMember
        1h   a hands all to b until 1h               => refused: UntilPassed
        1h   a revokes all                           => refused: NoDelegation
        1h   a hands all to b until 2h               => handed on
        1h   a revokes text                          => refused: NoDelegation
        1h   a revokes all                           => revoked
        1h   a revokes all                           => refused: NoDelegation
        1h   a hands all to b until 2h               => handed on
        2h   a revokes all                           => refused: NoDelegation
    "#]]);
}

#[test]
fn three_proposals_of_one_member_may_be_under_way() {
    check(expect![[r#"
        members ab
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        0h   a proposes q text                       => Deliberation, 10 from a in escrow
        0h   a proposes r text                       => Deliberation, 10 from a in escrow
        0h   a proposes s text                       => refused: OpenPerMember
        0h   b proposes s text                       => Deliberation, 10 from b in escrow
        0h   a withdraws r                           => Withdrawn, 10 to the treasury
        0h   a proposes t text                       => Deliberation, 10 from a in escrow
    "#]]);
}

/// Reads the stories: a refusal that is in no story and no other test is one that nobody has seen.
#[test]
fn every_refusal_is_told_somewhere() {
    let told = [
        include_str!("life.rs"),
        include_str!("votes.rs"),
        include_str!("delegations.rs"),
        include_str!("kinds.rs"),
        include_str!("previews.rs"),
        include_str!("rows.rs"),
        include_str!("refusals.rs"),
        include_str!("../../src/history.rs"),
        include_str!("../../src/plan/validators.rs"),
        include_str!("../../src/member.rs"),
    ];
    for (number, name) in Refusal::ALL {
        let is_told = told.iter().any(|text| {
            text.contains(&format!("refused: {name}"))
                || text.contains(&format!("Err(Refusal::{name}"))
                || text.contains(&format!("\"{name}\""))
                || text.contains(&format!("Failed, {number}: "))
        });
        assert!(is_told, "{number} {name}");
    }
}
