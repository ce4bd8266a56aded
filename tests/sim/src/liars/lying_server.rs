//! Says that it is far ahead, and shows blocks that were never decided.

use icn_base::{Bytes, Signature};
use icn_mesh::Answer;

pub(super) fn answers(answer: Answer) -> Answer {
    match answer {
        Answer::Tip { height } => Answer::Tip {
            height: height.saturating_add(1_000),
        },
        Answer::Decided(mut steps) => {
            for (at, step) in (0_usize..).zip(&mut steps) {
                let forged = Signature::from_bytes([7; 64]);
                match at % 3 {
                    0 => step
                        .certificate
                        .seats
                        .iter_mut()
                        .for_each(|seat| seat.signature = forged),
                    1 => step.txs.clear(),
                    _ => step.certificate.block = step.header.parent,
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
