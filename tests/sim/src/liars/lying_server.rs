//! Says that it is far ahead, and shows blocks that were never decided.

use icn_base::{Bytes, Signature, TxId};
use icn_dag::Block;
use icn_mesh::Answer;
use icn_mesh::message::Step;

pub(super) fn answers(answer: Answer) -> Answer {
    match answer {
        Answer::Tip { height } => Answer::Tip {
            height: height.saturating_add(1_000),
        },
        Answer::Decided(mut steps) => {
            for step in &mut steps {
                match step.certificate.height % 4 {
                    0 => step.txs.clear(),
                    1 => step.certificate.block = step.header.parent,
                    2 => sign_nothing(step),
                    _ => other_block(step),
                }
            }
            Answer::Decided(steps)
        }
        Answer::Blocks(mut found) => {
            for block in &mut found {
                block.bytes = Bytes(b"something else".to_vec());
            }
            Answer::Blocks(found)
        }
    }
}

/// Nobody's signatures.
fn sign_nothing(step: &mut Step) {
    let forged = Signature::from_bytes([7; 64]);
    let seats = step.certificate.seats.iter_mut();
    seats.for_each(|seat| seat.signature = forged);
}

/// A block that could follow, and that nobody has voted for.
fn other_block(step: &mut Step) {
    let none: [TxId; 0] = [];
    let list = Block::cbor(&none).expect("an empty list fits a block");
    step.txs.clear();
    step.header.txs = *list.cid();
    step.header.time = step.header.time.after_ms(1).unwrap_or(step.header.time);
    step.certificate.block = *step.header.block().cid();
    sign_nothing(step);
}
