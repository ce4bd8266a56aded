//! What somebody may have meant.

/// The name that is least different from a word, if it is not too different to be what was meant.
pub(super) fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let far = (word.len() / 2).max(2);
    names
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_pen_is_understood_and_another_word_is_not() {
        let names = || ["net.listen", "net.bootstrap", "api.listen"].into_iter();
        assert_eq!(nearest("net.lisen", names()), Some("net.listen"));
        assert_eq!(nearest("net.bootstap", names()), Some("net.bootstrap"));
        assert_eq!(nearest("quota", names()), None);
        assert_eq!(nearest("", names()), None);
    }
}
