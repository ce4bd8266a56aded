//! Finding a row, and the nearest name for a message when there is none.

use crate::{CALLS, Call};

/// The row of this number.
pub fn by_number(number: u16) -> Option<&'static Call> {
    CALLS.iter().find(|call| call.number == number)
}

/// The row of this name or alias.
pub fn by_name(name: &str) -> Option<&'static Call> {
    CALLS
        .iter()
        .find(|call| names(call).any(|known| known == name))
}

/// The known name that differs least from this one, when it differs little enough to be what was
/// meant.
pub fn nearest(name: &str) -> Option<&'static str> {
    let known = CALLS.iter().flat_map(names);
    let (distance, nearest) = known.map(|known| (distance(name, known), known)).min()?;
    (distance <= name.len() / 3).then_some(nearest)
}

fn names(call: &'static Call) -> impl Iterator<Item = &'static str> {
    core::iter::once(call.name).chain(call.aliases.iter().copied())
}

/// No name in the table is longer; a longer one asked for can be nobody's typing slip.
const NAME_MAX: usize = 64;

/// Levenshtein distance in bytes, with one row on the stack.
fn distance(asked: &str, known: &str) -> usize {
    if asked.len() > NAME_MAX || known.len() > NAME_MAX {
        return usize::MAX;
    }
    let mut row: [usize; NAME_MAX + 1] = core::array::from_fn(|at| at);
    for (above, a) in asked.bytes().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (at, k) in known.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != k);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[known.len()]
}

#[cfg(test)]
mod tests {
    use super::{NAME_MAX, by_name, by_number, distance, names, nearest};
    use crate::CALLS;

    #[test]
    fn every_row_is_found_by_number_name_and_alias() {
        for call in CALLS {
            assert_eq!(by_number(call.number), Some(call));
            assert!(names(call).all(|name| by_name(name) == Some(call)));
        }
    }

    #[test]
    fn every_name_fits_the_distance_row() {
        assert!(
            CALLS
                .iter()
                .flat_map(names)
                .all(|name| name.len() <= NAME_MAX)
        );
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        assert_eq!(
            nearest("host_submit_mesh_jobs"),
            Some("host_submit_mesh_job")
        );
        assert_eq!(nearest("submit_mesh_job"), Some("host_submit_mesh_job"));
        assert_eq!(nearest("fd_write"), None);
        assert_eq!(nearest(""), None);
        assert_eq!(
            nearest(core::str::from_utf8(&[b'h'; 4096]).expect("ascii")),
            None
        );
    }
}
