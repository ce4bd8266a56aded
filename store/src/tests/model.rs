//! Whatever is done to it, the store holds what a store in memory does.

use super::work::{Rig, Step, check, scratch, steps};
use icn_dag::MemStore;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_store_agrees_with_the_model_also_after_it_was_closed(
        seed: u64,
        count in 1_usize..80,
        reopen_at in proptest::collection::vec(0_usize..80, 0..4),
        lose_index: bool,
    ) {
        let mut rig = Rig::new();
        let (mut store, mut model) = (rig.open(), MemStore::default());
        for (at, step) in steps(seed, count).iter().enumerate() {
            step.run(&mut store).unwrap();
            step.run_model(&mut model);
            if reopen_at.contains(&at) {
                drop(store);
                if lose_index {
                    rig.index = scratch();
                }
                store = rig.open();
                check(&store, &model);
            }
        }
        check(&store, &model);
        let reader = store.reader();
        Step::Compact.run(&mut store).unwrap();
        check(&store, &model);
        drop(store);
        for cid in icn_dag::Store::list(&model, None, usize::MAX).unwrap() {
            prop_assert!(icn_dag::Blocks::get(&reader, &cid).unwrap().is_some());
        }
        drop(reader);
        check(&rig.open(), &model);
    }
}
