//! Runs what it was given, and then says that something else came of it.

use icn_dag::Block;
use icn_mesh::Ran;

pub(super) fn ran(mut ran: Ran) -> Ran {
    let lie = Block::raw(*b"what a liar wrote").expect("it is small");
    ran.outcome.output = *lie.cid();
    ran.outcome.fuel_used /= 2;
    ran.blocks.push(lie);
    ran
}
