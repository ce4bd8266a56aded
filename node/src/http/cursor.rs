//! Cursors: where a list goes on. They are opaque to clients, say which list they belong to, and
//! point at a row, not at a number of rows, so nothing is seen twice when rows come in between.

use super::error::{Answer, Failure};
use data_encoding::BASE64URL_NOPAD;
use icn_api::Code;
use icn_api::limits::{CURSOR_BYTES_MAX, PAGE_ITEMS, PAGE_ITEMS_MAX};
use icn_api::page::PageQuery;
use std::fmt::Display;
use std::str::FromStr;

/// The cursor of a list after a row.
pub(super) fn after(list: &'static str, row: &impl Display) -> String {
    BASE64URL_NOPAD.encode(format!("{list} {row}").as_bytes())
}

/// The row that a cursor of this list points at.
pub(super) fn read<T: FromStr>(list: &'static str, cursor: Option<&str>) -> Answer<Option<T>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    row(list, cursor)
        .map(Some)
        .ok_or_else(|| Failure::new(Code::BadCursor, "it was not made by this list"))
}

fn row<T: FromStr>(list: &str, cursor: &str) -> Option<T> {
    if cursor.len() > CURSOR_BYTES_MAX {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (of, row) = text.split_once(' ')?;
    row.parse().ok().filter(|_| of == list)
}

/// How many items a page has.
pub(super) fn limit(asked: Option<usize>) -> Answer<usize> {
    match asked.unwrap_or(PAGE_ITEMS) {
        limit @ 1..=PAGE_ITEMS_MAX => Ok(limit),
        _ => Err(Failure::new(
            Code::BadQuery,
            format!("a page has 1 to {PAGE_ITEMS_MAX} items"),
        )),
    }
}

/// Where a list begins, and how many items its page has.
pub(super) fn page<T: FromStr>(
    list: &'static str,
    query: &PageQuery,
) -> Answer<(Option<T>, usize)> {
    let from = read(list, query.cursor.as_deref())?;
    Ok((from, limit(query.limit)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_row_and_to_no_other_list() {
        let cursor = after("jobs", &42);
        assert_eq!(read::<u64>("jobs", Some(&cursor)).unwrap(), Some(42));
        assert_eq!(read::<u64>("jobs", None).unwrap(), None);
        assert!(read::<u64>("blocks", Some(&cursor)).is_err());
        for wrong in ["", "%", "4", &"A".repeat(10_000), &after("jobs", &"x")] {
            assert!(read::<u64>("jobs", Some(wrong)).is_err(), "{wrong}");
        }
    }
}
