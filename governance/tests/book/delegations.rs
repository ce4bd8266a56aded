//! Votes that are handed on.

use crate::script::check;
use expect_test::expect;

#[test]
fn a_vote_passes_from_hand_to_hand_and_ones_own_vote_overrides() {
    check(expect![[r#"
        members abcde
        0h   a proposes p text                       => Deliberation, 10 from a in escrow
        0h   a hands all to b until 9d               => handed on
        0h   b hands all to c until 9d               => handed on
        0h   d hands text to c until 9d              => handed on
        1h   a opens p                               => Voting
        2h   c votes p yes                           => voted
        3h   d votes p no                            => voted
        8d   tick                                    => Accepted
        show p                                       => 4 of 5: 2 own, 2 handed on, 3 yes, 1 no
    "#]]);
}

#[test]
fn the_delegation_for_a_kind_goes_before_the_one_for_all() {
    check(expect![[r#"
        members abc
        0h   a hands all to b until 9d               => handed on
        0h   a hands budget to c until 9d            => handed on
        0h   b proposes pay pay x 1                  => Deliberation, 10 from b in escrow
        0h   b proposes talk text                    => Deliberation, 10 from b in escrow
        0h   b proposes both pay x 1 + text          => Deliberation, 10 from b in escrow
        1h   b opens pay                             => Voting
        1h   b opens talk                            => Voting
        1h   b opens both                            => Voting
        2h   b votes pay no                          => voted
        2h   c votes pay yes                         => voted
        2h   b votes talk no                         => voted
        2h   b votes both no                         => voted
        8d   tick                                    => Accepted; Rejected, 10 to the treasury; Rejected, 10 to the treasury
        show pay                                     => 3 of 3: 2 own, 1 handed on, 2 yes, 1 no
        show talk                                    => 2 of 3: 1 own, 1 handed on, 2 no
        show both                                    => 2 of 3: 1 own, 1 handed on, 2 no
    "#]]);
}

#[test]
fn who_votes_for_whom_is_fixed_when_voting_opens() {
    check(expect![[r#"
        members abcd
        0h   a hands all to b until 2h               => handed on
        0h   c hands all to b until 9d               => handed on
        0h   d hands all to b until 1h               => handed on
        0h   b proposes p text                       => Deliberation, 10 from b in escrow
        0h   b proposes q text                       => Deliberation, 10 from b in escrow
        1h   b opens p                               => Voting
        3h   c revokes all                           => revoked
        3h   d hands all to b until 9d               => handed on
        3h   b opens q                               => Voting
        4h   b votes p yes                           => voted
        4h   b votes q yes                           => voted
        8d   tick                                    => Accepted; Accepted
        show p                                       => 3 of 4: 1 own, 2 handed on, 3 yes
        show q                                       => 2 of 4: 1 own, 1 handed on, 2 yes
    "#]]);
}

#[test]
fn cycles_are_refused_whatever_scope_closes_them() {
    check(expect![[r#"
        members abcd
        0h   a hands all to b until 9d               => handed on
        0h   b hands all to c until 9d               => handed on
        0h   c hands all to a until 9d               => refused: DelegationCycle
        0h   c hands text to a until 9d              => refused: DelegationCycle
        0h   b hands all to a until 9d               => refused: DelegationCycle
        0h   b hands text to a until 9d              => refused: DelegationCycle
        0h   a hands budget to d until 9d            => handed on
        0h   d hands text to a until 9d              => handed on
        0h   d hands budget to a until 9d            => refused: DelegationCycle
        0h   c hands all to d until 2h               => refused: DelegationCycle
        0h   d hands all to b until 9d               => handed on
        2h   d hands all to a until 9d               => refused: DelegationCycle
        2h   d revokes text                          => revoked
        2h   a revokes budget                        => revoked
        2h   d hands all to a until 9d               => handed on
        2h   b hands all to d until 9d               => refused: DelegationCycle
        2h   a hands all to a until 9d               => refused: DelegateToOneself
    "#]]);
}

#[test]
fn depth_is_counted_through_both_ends() {
    check(expect![[r#"
        members abcdefghijk
        0h   a hands all to b until 9d               => handed on
        0h   b hands all to c until 9d               => handed on
        0h   c hands all to d until 9d               => handed on
        0h   d hands all to e until 9d               => handed on
        0h   f hands all to g until 9d               => handed on
        0h   g hands all to h until 9d               => handed on
        0h   h hands all to i until 9d               => handed on
        0h   i hands all to j until 9d               => handed on
        0h   e hands all to f until 9d               => refused: DelegationTooDeep
        0h   e hands all to g until 9d               => handed on
        0h   j hands text to k until 9d              => refused: DelegationTooDeep
        0h   k hands budget to a until 9d            => refused: DelegationTooDeep
        1h   a proposes p choose nothing | nothing   => Deliberation, 10 from a in escrow
        2h   a opens p                               => Voting
        3h   j votes p 1                             => voted
        8d   tick                                    => Accepted
        show p                                       => 10 of 11: 1 own, 9 handed on, 10 ranked; 1 wins [0, 10]
    "#]]);
}

#[test]
fn a_delegation_ends_with_its_member_and_waits_for_its_delegate() {
    check(expect![[r#"
        members abcd
        set execution_delay_ms 0
        set change_delay_ms 0
        0h   a hands all to b until 30d              => handed on
        0h   b hands all to c until 30d              => handed on
        0h   a proposes out remove b                 => Deliberation, 10 from a in escrow
        1h   a opens out                             => Voting
        1h   a votes out yes                         => voted
        1h   c votes out yes                         => voted
        1h   d votes out yes                         => voted
        25h  a closes out                            => Accepted
        26h  a executes out                          => Executed, 10 back to a, b goes
        27h  a hands text to b until 30d             => refused: NoSuchMember
        27h  a proposes p text                       => Deliberation, 10 from a in escrow
        27h  a proposes back admit b                 => Deliberation, 10 from a in escrow
        28h  a opens p                               => Voting
        28h  a opens back                            => Voting
        29h  c votes p yes                           => voted
        29h  c votes back yes                        => voted
        29h  d votes back yes                        => voted
        53h  c closes back                           => Accepted
        54h  c executes back                         => Executed, 10 back to a, b comes
        55h  c proposes q text                       => Deliberation, 10 from c in escrow
        55h  c proposes r text                       => Deliberation, 10 from c in escrow
        56h  c opens r                               => Voting
        56h  c opens q                               => Voting
        57h  c votes q yes                           => voted
        57h  c votes r yes                           => voted
        57h  b votes q no                            => voted
        8d+7h tick                                   => Rejected, 10 to the treasury
        show p                                       => 1 of 3: 1 own, 1 yes
        10d tick                                     => Rejected, 10 to the treasury; Rejected, 10 to the treasury
        show q                                       => 3 of 4: 2 own, 1 handed on, 1 yes, 2 no
        show r                                       => 1 of 4: 1 own, 1 yes
    "#]]);
}
