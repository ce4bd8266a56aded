//! Votes that are bound to exactly what they were cast for.

use crate::script::check;
use expect_test::expect;

#[test]
fn a_vote_bound_to_another_preview_is_refused() {
    check(expect![[r#"
        members ab
        0h   a proposes p set tx_fee 3               => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a votes p yes bound                     => voted
        1h   b votes p yes elsewhere                 => refused: PreviewDiffers
        1h   b votes p yes bound                     => voted
        25h  a closes p                              => Accepted
        49h  a executes p                            => Executed, 10 back to a, tx_fee 1 -> 3
    "#]]);
}

#[test]
fn bound_votes_that_no_longer_match_are_not_counted() {
    check(expect![[r#"
        members abc
        0h   a proposes p set tx_fee 3               => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a votes p yes                           => voted
        1h   b votes p yes                           => voted
        1h   c votes p no bound                      => voted
        25h  a closes p                              => Accepted
        show p                                       => 3 of 3: 3 own, 2 yes, 1 no
        set tx_fee 2
        49h  a executes p                            => Executed, 10 back to a, tx_fee 2 -> 3
        show p                                       => 2 of 3: 2 own, 2 yes
    "#]]);
}

#[test]
fn a_moved_state_sends_a_proposal_back_to_voting_once() {
    check(expect![[r#"
        members abc
        0h   a proposes p set tx_fee 3               => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a votes p yes bound                     => voted
        1h   b votes p yes bound                     => voted
        1h   c votes p no                            => voted
        25h  a closes p                              => Accepted
        set tx_fee 2
        49h  a executes p                            => Voting
        show p                                       => 1 of 3: 1 own, 1 no
        50h  a votes p yes bound                     => voted
        50h  b votes p yes                           => voted
        73h  a closes p                              => Accepted
        show p                                       => 3 of 3: 3 own, 2 yes, 1 no
        set tx_fee 4
        97h  a executes p                            => Failed, 798: what would be done is no longer what votes were bound to, for the second time, 10 to the treasury
    "#]]);
}

#[test]
fn after_coming_back_it_may_still_be_executed() {
    check(expect![[r#"
        members abc
        0h   a proposes p set tx_fee 3               => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a votes p yes bound                     => voted
        1h   b votes p yes bound                     => voted
        25h  a closes p                              => Accepted
        set tx_fee 2
        49h  a executes p                            => Voting
        50h  a votes p yes bound                     => voted
        50h  b votes p yes bound                     => voted
        73h  a closes p                              => Accepted
        97h  a executes p                            => Executed, 10 back to a, tx_fee 2 -> 3
    "#]]);
}

#[test]
fn what_cannot_be_done_now_has_a_preview_too() {
    check(expect![[r#"
        members a
        treasury 5
        0h   a proposes p pay x 100                  => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a votes p yes bound                     => voted
        25h  a closes p                              => Accepted
        treasury 500
        49h  a executes p                            => Voting
        50h  a votes p yes bound                     => voted
        74h  a closes p                              => Accepted
        98h  a executes p                            => Executed, 10 back to a, 100 paid to x
    "#]]);
}
