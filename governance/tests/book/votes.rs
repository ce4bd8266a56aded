//! Votes: who has one, what replaces what, and what it takes to pass.

use crate::script::check;
use expect_test::expect;

#[test]
fn a_quorum_met_exactly_is_met_and_missed_by_one_is_missed() {
    check(expect![[r#"
        members abcdef
        0h   a proposes just text                    => Deliberation, 10 from a in escrow
        0h   a proposes short text                   => Deliberation, 10 from a in escrow
        0h   b proposes strict set quorum_bp 1       => Deliberation, 10 from b in escrow
        0h   c proposes half set quorum_bp 2         => Deliberation, 10 from c in escrow
        1h   a opens just                            => Voting
        1h   a opens short                           => Voting
        1h   b opens strict                          => Voting
        1h   c opens half                            => Voting
        2h   a votes just yes                        => voted
        2h   b votes just abstain                    => voted
        2h   c votes just abstain                    => voted
        2h   a votes short yes                       => voted
        2h   b votes short yes                       => voted
        2h   a votes strict yes                      => voted
        2h   b votes strict yes                      => voted
        2h   a votes half yes                        => voted
        2h   b votes half yes                        => voted
        2h   c votes half abstain                    => voted
        8d   tick                                    => Rejected, 10 to the treasury; Accepted; Accepted; Rejected, 10 to the treasury
        show just                                    => 3 of 6: 3 own, 1 yes, 2 abstain
        show short                                   => 2 of 6: 2 own, 2 yes
        show strict                                  => 2 of 6: 2 own, 2 yes
        show half                                    => 3 of 6: 3 own, 2 yes, 1 abstain
    "#]]);
}

#[test]
fn a_threshold_met_exactly_is_met_and_missed_by_one_is_missed() {
    check(expect![[r#"
        members abcde
        set threshold_bp 6000
        set strict_threshold_bp 6001
        0h   a proposes just text                    => Deliberation, 10 from a in escrow
        0h   a proposes short remove e               => Deliberation, 10 from a in escrow
        0h   b proposes tie text                     => Deliberation, 10 from b in escrow
        0h   b proposes empty text                   => Deliberation, 10 from b in escrow
        1h   a opens just                            => Voting
        1h   a opens short                           => Voting
        1h   b opens tie                             => Voting
        1h   b opens empty                           => Voting
        2h   a votes just yes                        => voted
        2h   b votes just yes                        => voted
        2h   c votes just yes                        => voted
        2h   d votes just no                         => voted
        2h   e votes just no                         => voted
        2h   a votes short yes                       => voted
        2h   b votes short yes                       => voted
        2h   c votes short yes                       => voted
        2h   d votes short no                        => voted
        2h   e votes short no                        => voted
        2h   a votes tie yes                         => voted
        2h   b votes tie no                          => voted
        2h   a votes empty abstain                   => voted
        2h   b votes empty abstain                   => voted
        2h   c votes empty abstain                   => voted
        25h  a closes just                           => Accepted
        25h  a closes short                          => Rejected, 10 to the treasury
        25h  a closes tie                            => refused: NotCertain
        8d   tick                                    => Rejected, 10 to the treasury; Rejected, 10 to the treasury
        show just                                    => 5 of 5: 5 own, 3 yes, 2 no
        show short                                   => 5 of 5: 5 own, 3 yes, 2 no
        show tie                                     => 2 of 5: 2 own, 1 yes, 1 no
        show empty                                   => 3 of 5: 3 own, 3 abstain
    "#]]);
}

#[test]
fn who_may_vote_is_fixed_when_voting_opens() {
    check(expect![[r#"
        members abc
        set max_voting_ms 864000000
        0h   a proposes in admit d                   => Deliberation, 10 from a in escrow
        0h   b proposes out remove c                 => Deliberation, 10 from b in escrow
        0h   a proposes long text                    => Deliberation, 10 from a in escrow
        1h   a opens in                              => Voting
        1h   b opens out                             => Voting
        2h   a votes in yes                          => voted
        2h   b votes in yes                          => voted
        2h   c votes in yes                          => voted
        2h   a votes out yes                         => voted
        2h   b votes out yes                         => voted
        2h   c votes out yes                         => voted
        25h  b proposes next text                    => Deliberation, 10 from b in escrow
        26h  a closes in                             => Accepted
        27h  b closes out                            => Accepted
        40h  a opens long                            => Voting
        40h  c votes long no                         => voted
        50h  a executes in                           => Executed, 10 back to a, d comes
        51h  b executes out                          => Executed, 10 back to b, c goes
        51h  b opens next                            => Voting
        52h  d votes long yes                        => refused: NotEligible
        52h  c votes long yes                        => refused: RemovedMember
        52h  x votes long yes                        => refused: NotMember
        52h  d votes next yes                        => voted
        52h  c votes next yes                        => refused: RemovedMember
        52h  a votes long no                         => voted
        66h  a closes long                           => Rejected, 10 to the treasury
        show long                                    => 2 of 3: 2 own, 2 no
    "#]]);
}

#[test]
fn the_terms_of_a_vote_are_those_of_its_opening() {
    check(expect![[r#"
        members abcd
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        2h   a votes p yes                           => voted
        2h   b votes p yes                           => voted
        set quorum_bp 10000
        set max_voting_ms 1000
        7d   tick
        7d+1h tick                                   => Accepted
        show p                                       => 2 of 4: 2 own, 2 yes
    "#]]);
}

#[test]
fn a_vote_in_time_is_not_lost_to_a_jump_of_the_clock() {
    check(expect![[r#"
        members ab
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        2h   a votes p yes                           => voted
        6d   tick
        9d   b votes p yes                           => voted
        9d   a closes p                              => Accepted
        9d+1ms b votes p no                          => refused: WrongStatus
        9d+1ms a closes p                            => refused: AlreadyClosed
        members ab
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        2h   a votes p yes                           => voted
        6d   tick
        9d   b votes p yes                           => voted
        9d+1ms b votes p no                          => refused: TooLate
        9d+1ms a closes p                            => Accepted
    "#]]);
}

#[test]
fn a_choice_that_all_abstain_from_has_no_winner() {
    check(expect![[r#"
        members ab
        0h   a proposes c choose nothing | pay x 1   => Deliberation, 10 from a in escrow
        1h   a opens c                               => Voting
        2h   a votes c abstain                       => voted
        2h   b votes c abstain                       => voted
        25h  a closes c                              => Rejected, 10 to the treasury
        show c                                       => 2 of 2: 2 own, 2 abstain; -1 wins
    "#]]);
}
