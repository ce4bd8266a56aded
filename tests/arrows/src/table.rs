//! Markdown tables that programs read: the one that follows a marker comment.

/// Why there is no such table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The marker comment is not there, or is there more than once.
    #[error("`<!-- {marker} -->` stands {count} times in the page: it must stand once")]
    Marker {
        /// The name in the comment.
        marker: String,
        /// How often it was found.
        count: usize,
    },
    /// What follows the marker is not a table with the expected header.
    #[error("the table behind `<!-- {marker} -->` must begin with `{header}` and `|---|`")]
    Header {
        /// The name in the comment.
        marker: String,
        /// The header that was expected.
        header: String,
    },
    /// A row has more or fewer cells than the header.
    #[error("this row must have {columns} cells: {row}")]
    Cells {
        /// The row as it stands.
        row: String,
        /// Cells in the header.
        columns: usize,
    },
    /// The table has no rows, so a rule that reads it would hold for anything.
    #[error("the table behind `<!-- {0} -->` has no rows")]
    Empty(String),
}

/// The rows of the table right after `<!-- marker -->`, which must have this header.
pub fn read<const N: usize>(
    page: &str,
    marker: &str,
    header: [&str; N],
) -> Result<Vec<[String; N]>, TableError> {
    let comment = format!("<!-- {marker} -->");
    let count = page.lines().filter(|line| line.trim() == comment).count();
    if count != 1 {
        let marker = marker.to_owned();
        return Err(TableError::Marker { marker, count });
    }
    let mut lines = page
        .lines()
        .skip_while(|line| line.trim() != comment)
        .skip(1)
        .take_while(|line| line.starts_with('|'));
    let named = lines
        .next()
        .and_then(cells)
        .is_some_and(|cells: [_; N]| cells == header);
    let ruled = lines
        .next()
        .and_then(cells)
        .is_some_and(|cells: [_; N]| cells.iter().all(|cell| is_rule(cell)));
    if !named || !ruled {
        return Err(TableError::Header {
            marker: marker.to_owned(),
            header: format!("| {} |", header.join(" | ")),
        });
    }
    let rows: Vec<_> = lines
        .map(|line| {
            cells(line).ok_or_else(|| TableError::Cells {
                row: line.to_owned(),
                columns: N,
            })
        })
        .collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err(TableError::Empty(marker.to_owned()));
    }
    Ok(rows)
}

/// The trimmed cells of a line, if there are exactly as many as expected.
fn cells<const N: usize>(line: &str) -> Option<[String; N]> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<_> = inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect();
    cells.try_into().ok()
}

fn is_rule(cell: &str) -> bool {
    cell.len() >= 3 && cell.bytes().all(|byte| byte == b'-' || byte == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "# T\n<!-- t -->\n| a | b |\n|---|---|\n| 1 | two words |\n|2|-|\n\n| 3 | x |\n";

    #[test]
    fn the_table_after_the_marker_is_read_up_to_its_end() {
        let rows = read(PAGE, "t", ["a", "b"]).unwrap();
        assert_eq!(rows, [["1", "two words"], ["2", "-"]]);
    }

    #[test]
    fn a_page_without_that_table_is_refused() {
        let marker = |count| TableError::Marker {
            marker: "t".into(),
            count,
        };
        let header = TableError::Header {
            marker: "t".into(),
            header: "| a | b |".into(),
        };
        let cells = TableError::Cells {
            row: "| 1 |".into(),
            columns: 2,
        };
        let empty = TableError::Empty("t".into());
        for (page, error) in [
            (PAGE.replace("<!-- t -->", ""), marker(0)),
            (format!("{PAGE}<!-- t -->\n"), marker(2)),
            (
                PAGE.replace("<!-- t -->\n", "<!-- t -->\n\n"),
                header.clone(),
            ),
            (PAGE.replace("| a | b |", "| b | a |"), header.clone()),
            (PAGE.replace("|---|---|\n", ""), header),
            (PAGE.replace("| 1 | two words |", "| 1 |"), cells),
            (PAGE[..PAGE.find("| 1").unwrap()].to_owned(), empty),
        ] {
            assert_eq!(read(&page, "t", ["a", "b"]), Err(error), "{page}");
        }
    }
}
