//! Copies of a state share its tables: what becomes of one is not seen in the other.

use crate::fuzz::{Chance, Met, tell};
use crate::market::indexes;
use crate::tables::ALL;
use crate::world::time;
use icn_base::Cid;
use icn_ledger::{State, apply_block};

/// The root of all rows as they are now, whatever was committed to before.
fn root(state: &State) -> Cid {
    state.export(std::io::sink()).unwrap()
}

/// A branch that the chain does not take: it jumps from deadline to deadline until nothing falls due.
fn wander(mut state: State) {
    for ms in [1, 60_000, 1, 86_400_000, 1] {
        let chain = *state.chain();
        let at = time(chain.time.as_ms() + ms);
        apply_block(&mut state, chain.height + 1, at, &[]).unwrap();
        state.audit().unwrap();
    }
    indexes(&state);
}

/// The stories of the tables, with accidents. Now and then a copy is kept; one more copy of it goes
/// another way at once, and the story goes on in the original.
#[test]
fn what_becomes_of_a_copy_leaves_the_original_as_it_was() {
    let (mut chance, mut copies) = (Chance(6), 0);
    for section in ALL.iter().flat_map(|table| table.split("\n---\n")) {
        let mut kept: Vec<(State, Cid)> = Vec::new();
        tell(section, 6, &mut Met::default(), |story| {
            let state = &story.world.state;
            if chance.one_in(4) {
                let known = *state.root().unwrap();
                wander(state.clone());
                assert_eq!(root(state), known);
                kept.push((state.clone(), known));
            }
        });
        copies += kept.len();
        for (mut state, known) in kept {
            assert_eq!(root(&state), known);
            assert_eq!(
                state.commit(),
                (known, vec![]),
                "nothing is left to commit to"
            );
            indexes(&state);
        }
    }
    assert!(copies > 50, "{copies} copies were kept");
}
