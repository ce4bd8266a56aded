//! The list of known failures is short, explained, and gets no longer.

use icn_vectors::{data, failures};

/// Rows of failures.toml. Lower it with every row that goes; do not raise it.
const LISTED: usize = 1;

#[test]
fn the_list_only_shrinks() {
    let listed = failures::listed();
    assert_eq!(
        listed.len(),
        LISTED,
        "failures.toml and LISTED must say the same"
    );
}

#[test]
fn every_row_names_a_corpus_and_a_reason() {
    let corpora = data::list("");
    for failure in failures::listed() {
        assert!(
            corpora.contains(&failure.corpus),
            "no such corpus: {failure:?}"
        );
        assert!(failure.reason.len() > 20, "say why: {failure:?}");
    }
}

#[test]
fn every_corpus_says_where_it_comes_from() {
    for corpus in data::list("") {
        let source = data::text(&format!("{corpus}/SOURCE.txt"));
        assert!(
            source.contains("github.com/") && source.contains("commit"),
            "{corpus}"
        );
    }
}
