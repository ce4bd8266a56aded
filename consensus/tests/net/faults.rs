//! Each guard, taken away, is missed by some check within a hundred seeds.

use crate::scenarios;
use crate::seeds;
use icn_consensus::Fault;

fn found(fault: Fault) -> Option<String> {
    (0..100).find_map(|seed| {
        seeds::run(seed..seed + 1, true, Some(fault))
            .and_then(|_| seeds::run(seed..seed + 1, false, Some(fault)))
            .and_then(|_| scenarios::lost_log(seed, Some(fault)).map_err(|why| (seed, why)))
            .err()
            .map(|(seed, violation)| format!("seed {seed}: {violation}"))
    })
}

#[test]
fn every_guard_is_missed_when_it_is_gone() {
    for fault in Fault::ALL {
        let found = found(fault);
        println!("{fault:?}: {found:?}");
        assert!(found.is_some(), "nothing misses {fault:?}");
    }
}
