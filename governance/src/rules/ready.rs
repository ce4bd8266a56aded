//! Power is given to a node that has just said that it is there: one that is not would make the
//! others wait for it.

use crate::step::Fact;
use crate::{Book, Step};
use icn_base::Did;

pub(super) fn ready(book: &Book<'_>, node: &Did) -> Step {
    let mut step = Step::of(Fact::Ready { node: *node });
    step.changes.ready.insert(*node, book.at);
    step
}
