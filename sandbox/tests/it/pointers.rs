//! Bad pointers and lengths: each call, each argument, each edge. The guest traps; the node lives.

use crate::kit::{body, draft, run, trap};
use icn_abi::{Answer, Arg, CALLS, Call};
use icn_base::limits::PAGE_BYTES;
use icn_base::run::{Exit, TrapCode};

/// The guest has two pages.
const SIZE: u64 = 2 * PAGE_BYTES;

/// Pointer and length that do not lie in the guest's memory: just past it, far away, and sums that
/// wrap in 32 bits.
const BAD: [(u64, u64); 8] = [
    (SIZE, 1),
    (SIZE - 1, 2),
    (SIZE + 1, 0),
    (0, SIZE + 1),
    (0xffff_ffff, 1),
    (0xffff_ffff, 0xffff_ffff),
    (1, 0xffff_ffff),
    (0x8000_0000, 0x8000_0000),
];

/// Ranges of a call: those that come in, and the answer's buffer.
fn ranges(call: &Call) -> usize {
    let inputs = call
        .args
        .iter()
        .filter(|arg| matches!(arg, Arg::In(..)))
        .count();
    inputs + usize::from(matches!(call.answer, Answer::Out(_) | Answer::Fill))
}

/// A body that makes this call with one range as given and all others empty.
fn with_range(call: &Call, at: usize, (ptr, len): (u64, u64)) -> String {
    let mut arguments = String::new();
    let mut range = 0;
    let push = |is_it: bool| {
        let (ptr, len) = if is_it { (ptr, len) } else { (0, 0) };
        format!("(i32.const {ptr}) (i32.const {len})")
    };
    for arg in call.args {
        match arg {
            Arg::In(..) => {
                arguments.push_str(&push(range == at));
                range += 1;
            }
            Arg::I32(_) => arguments.push_str("(i32.const 0)"),
            Arg::I64(_) => arguments.push_str("(i64.const 1)"),
        }
    }
    if matches!(call.answer, Answer::Out(_) | Answer::Fill) {
        arguments.push_str(&push(range == at));
    }
    format!("(call ${} {arguments})", call.name)
}

#[test]
fn every_range_of_every_call_is_checked_before_anything_else() {
    for call in CALLS {
        for at in 0..ranges(call) {
            for bad in BAD {
                let finished = run(draft(body(&with_range(call, at, bad))));
                let exit = finished.outcome.exit;
                assert_eq!(exit, trap(TrapCode::HostAbi), "{} {at} {bad:?}", call.name);
                assert_eq!(finished.outcome.effects, []);
            }
        }
    }
}

#[test]
fn ranges_that_end_with_the_memory_are_good() {
    for call in CALLS {
        for at in 0..ranges(call) {
            for good in [(SIZE - 1, 1), (SIZE, 0), (0, 0)] {
                let exit = run(draft(body(&with_range(call, at, good)))).outcome.exit;
                assert!(
                    matches!(exit, Exit::Ok(_)),
                    "{} {at} {good:?}: {exit:?}",
                    call.name
                );
            }
        }
    }
}

#[test]
fn a_claimed_length_of_4_gib_costs_nothing_but_the_call() {
    let code = "(call $host_write_output (i32.const 0) (i32.const -1))";
    let finished = run(draft(body(code)));
    assert_eq!(finished.outcome.exit, trap(TrapCode::HostAbi));
    assert!(
        finished.outcome.fuel_used < 100_000,
        "{}",
        finished.outcome.fuel_used
    );
}

#[test]
fn a_buffer_of_any_size_gets_all_or_nothing() {
    // The owner's DID has 56 characters; what lies behind the buffer is never touched.
    let length = crate::kit::owner().to_string().len() as u32;
    for room in 0..=length + 2 {
        let code = format!(
            "(i64.store8 (i32.const {room}) (i64.const 0x5a))
            (drop (call $host_get_caller (i32.const 0) (i32.const {room})))
            (i64.add (i64.mul (i64.const 1000) (i64.load8_u (i32.const 0)))
                (i64.load8_u (i32.const {room})))"
        );
        let first = if room >= length {
            i64::from(b'd')
        } else {
            i64::from(room == 0) * 0x5a
        };
        let exit = run(draft(body(&code))).outcome.exit;
        assert_eq!(exit, Exit::Ok(first * 1000 + 0x5a), "room {room}");
    }
}
