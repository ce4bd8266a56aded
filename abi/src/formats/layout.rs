//! Line breaks, as each language's own formatter would set them.

use alloc::{format, string::String};

const COLUMNS: usize = 100;

/// `head(a, b)tail` on one line if it fits, else an item a line.
pub(super) fn items(indent: &str, head: &str, items: &[String], tail: &str) -> String {
    let line = format!("{indent}{head}({}){tail}\n", items.join(", "));
    if line.len() <= COLUMNS + 1 {
        return line;
    }
    let inner: String = items
        .iter()
        .map(|item| format!("{indent}    {item},\n"))
        .collect();
    format!("{indent}{head}(\n{inner}{indent}){tail}\n")
}

/// Like [`items`], for a language that allows no comma after the last item.
pub(super) fn items_without_last_comma(head: &str, list: &[String], tail: &str) -> String {
    let text = items("", head, list, tail);
    text.replace(&format!(",\n){tail}"), &format!("\n){tail}"))
}

/// A comment of as many lines as it needs, the first after `first`, the others after `prefix`.
pub(super) fn comment(first: &str, prefix: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from(first);
    for word in text.split(' ') {
        if line.len() + 1 + word.len() > COLUMNS {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from(prefix);
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}
