//! What each kind may say when it is proposed, and what it does when it is executed.

use crate::script::check;
use expect_test::expect;

#[test]
fn parameters_exist_and_stay_within_their_bounds_and_in_order() {
    check(expect![[r#"
        members ab
        0h   a proposes p set no_such_thing 1        => refused: UnknownParameter
        0h   a proposes p set tx_fee 1001            => refused: ParameterBounds
        0h   a proposes p set max_tx_life_ms 9999    => refused: ParameterBounds
        0h   a proposes p set tx_fee 2 + set tx_fee 3 => refused: ParameterTwice
        0h   a proposes p set min_voting_ms 604800001 => refused: ParametersConflict
        0h   a proposes p set max_voting_ms 86399999 => refused: ParametersConflict
        0h   a proposes p set min_deliberation_ms 0  => refused: ZeroTime
        0h   a proposes p set quorum_bp 5001         => refused: ParametersConflict
        0h   a proposes p set quorum_bp 5001 + set strict_quorum_bp 5001 => Deliberation, 10 from a in escrow
        0h   b proposes q set tx_fee 1000            => Deliberation, 10 from b in escrow
        members a
        0h   a proposes p set min_deliberation_ms 0  => Deliberation, 10 from a in escrow
    "#]]);
}

#[test]
fn two_proposals_that_set_one_parameter_do_so_in_two_blocks() {
    check(expect![[r#"
        members a
        0h   a proposes p set tx_fee 2               => Deliberation, 10 from a in escrow
        0h   a proposes q set tx_fee 3               => Deliberation, 10 from a in escrow
        0h   a proposes r set min_voting_ms 604800000 => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a opens q                               => Voting
        1h   a opens r                               => Voting
        2h   a votes p yes                           => voted
        2h   a votes q yes                           => voted
        2h   a votes r yes                           => voted
        25h  a closes p                              => Accepted
        25h  a closes q                              => Accepted
        25h  a closes r                              => Accepted
        49h  a executes p                            => Executed, 10 back to a, tx_fee 1 -> 2
        49h  a executes q                            => refused: ParameterPending
        49h  a executes r                            => Executed, 10 back to a, min_voting_ms 86400000 -> 604800000
        50h  a executes q                            => Executed, 10 back to a, tx_fee 2 -> 3
        50h  a proposes s set max_voting_ms 86400000 => refused: ParametersConflict
    "#]]);
}

#[test]
fn members_come_and_go_once_and_never_all() {
    check(expect![[r#"
        members ab
        0h   a proposes p admit b                    => refused: AlreadyMember
        0h   a proposes p remove c                   => refused: NoSuchMember
        0h   a proposes p admit c + admit c          => refused: MemberTwice
        0h   a proposes p admit c + remove c         => refused: MemberTwice
        0h   a proposes p remove b + admit b         => refused: MemberTwice
        0h   a proposes p remove a + remove b        => refused: LastMember
        0h   a proposes p power a 0 + power b 30 + remove a => refused: PowerMoved
        power b 30
        0h   a proposes p remove a                   => refused: PowerMoved
        0h   a proposes q remove a + remove b + admit c => refused: ValidatorsGone
        power b 15
        0h   a proposes q remove b + admit c         => Deliberation, 10 from a in escrow
    "#]]);
}

#[test]
fn the_set_of_validators_stays_sound() {
    check(expect![[r#"
        members abcd
        0h   a proposes p power a 0                  => refused: ValidatorsGone
        0h   a proposes p power x 1                  => refused: NoSuchMember
        0h   a proposes p power b 1001               => refused: PowerTooLarge
        0h   a proposes p power b 1 + power b 2      => refused: ValidatorTwice
        0h   a proposes p power b 16                 => refused: PowerMoved
        0h   a proposes p remove a + power b 1       => refused: PowerMoved
        0h   a proposes p power b 15                 => Deliberation, 10 from a in escrow
        power b 30
        power c 30
        0h   a proposes q power d 1                  => Deliberation, 10 from a in escrow
        0h   a proposes r power a 31 + power d 1     => refused: ValidatorTooStrong
        0h   b proposes r power a 32 + power d 6     => Deliberation, 10 from b in escrow
    "#]]);
}

#[test]
fn a_change_that_was_sound_when_proposed_is_judged_again() {
    check(expect![[r#"
        members ab
        0h   a proposes p power b 15                 => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        2h   a votes p yes                           => voted
        2h   b votes p yes                           => voted
        25h  a closes p                              => Accepted
        power a 20
        49h  a executes p                            => refused: NotReady
        49h  b is ready                              => ready
        49h  a executes p                            => Failed, 763: more than a third of the power would move at once, 10 to the treasury
        50h  a proposes q power b 10                 => Deliberation, 10 from a in escrow
        51h  a opens q                               => Voting
        51h  a votes q yes                           => voted
        51h  b votes q yes                           => voted
        75h  a closes q                              => Accepted
        99h  a executes q                            => refused: NotReady
        99h  b is ready                              => ready
        100h+1ms a executes q                        => refused: NotReady
        100h+1ms b is ready                          => ready
        101h+1ms a executes q                        => Executed, 10 back to a, power b 0 -> 10
    "#]]);
}

#[test]
fn parts_and_options_are_counted_and_flat() {
    check(expect![[r#"
        members a
        0h   a proposes p bundle                     => refused: PartsCount
        0h   a proposes p bundle + text              => refused: Nested
        0h   a proposes p choose nothing             => refused: OptionsCount
        0h   a proposes p choose nothing | bundle    => refused: Nested
        0h   a proposes p choose nothing | text + power a 5 => refused: NeedsThreshold
        0h   a proposes p choose nothing | set quorum_bp 5 => refused: NeedsThreshold
        0h   a proposes p choose nothing | remove a  => refused: NeedsThreshold
        0h   a proposes p choose nothing | set tx_fee 5000 => refused: ParameterBounds
        0h   a proposes p choose nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing | nothing => refused: OptionsCount
        0h   a proposes p text + text + text + text + text + text + text + text + text + text + text + text + text + text + text + text + text => refused: PartsCount
        0h   a proposes p pay x 0                    => refused: AmountZero
        0h   a proposes p pay x 9223372036854775807 + pay x 1 => refused: AmountTooLarge
        0h   a proposes p pay x 9223372036854775807  => Deliberation, 10 from a in escrow
    "#]]);
}

#[test]
fn what_conflicts_with_a_parameter_of_the_same_block_fails() {
    check(expect![[r#"
        members a
        0h   a proposes p set min_voting_ms 604800000 => Deliberation, 10 from a in escrow
        0h   a proposes q set max_voting_ms 604799999 => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a opens q                               => Voting
        2h   a votes p yes                           => voted
        2h   a votes q yes                           => voted
        25h  a closes p                              => Accepted
        25h  a closes q                              => Accepted
        49h  a executes p                            => Executed, 10 back to a, min_voting_ms 86400000 -> 604800000
        49h  a executes q                            => Failed, 743: min_voting_ms would be above max_voting_ms, 10 to the treasury
    "#]]);
}

#[test]
fn circuits_come_and_go_and_each_is_there_once() {
    check(expect![[r#"
        members a
        0h   a proposes p circuit k 65 1             => refused: CircuitInputs
        0h   a proposes p circuit k 1 0              => refused: CircuitConstraints
        0h   a proposes p circuit k + circuit k      => refused: CircuitTwice
        0h   a proposes p circuit k + retire k       => refused: CircuitTwice
        0h   a proposes p retire k                   => refused: NoSuchCircuit
        0h   a proposes p circuit k                  => Deliberation, 10 from a in escrow
        0h   a proposes q circuit k                  => Deliberation, 10 from a in escrow
        1h   a opens p                               => Voting
        1h   a opens q                               => Voting
        2h   a votes p yes                           => voted
        2h   a votes q yes                           => voted
        25h  a closes p                              => Accepted
        25h  a closes q                              => Accepted
        49h  a executes p                            => Executed, 10 back to a, circuit bafkreiecktbstkjikd3nkoo5g5xuqfxoe5sfc7nf4arvkffpimywisanpi
        50h  a executes q                            => Failed, 774: the circuit bafkreiecktbstkjikd3nkoo5g5xuqfxoe5sfc7nf4arvkffpimywisanpi is registered, 10 to the treasury
        51h  a proposes r circuit k                  => refused: CircuitExists
        51h  a proposes r retire k                   => Deliberation, 10 from a in escrow
        52h  a opens r                               => Voting
        53h  a votes r yes                           => voted
        77h  a closes r                              => Accepted
        101h a executes r                            => Executed, 10 back to a, no circuit bafkreiecktbstkjikd3nkoo5g5xuqfxoe5sfc7nf4arvkffpimywisanpi
        102h a proposes s retire k                   => refused: NoSuchCircuit
    "#]]);
}
