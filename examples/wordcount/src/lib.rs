//! Counts the words of a text: one line for each, the most frequent first.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt::Write;

icn_abi::job!(wordcount);

fn wordcount(input: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let text = String::from_utf8(input)
        .map_err(|_| "the input is not UTF-8")?
        .to_lowercase();
    let mut counts = BTreeMap::<&str, u64>::new();
    for word in text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    // The sort is stable, so words of one count stay in the order of the alphabet.
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let mut lines = String::new();
    for (word, count) in counts {
        writeln!(lines, "{count} {word}").map_err(|_| "out of memory")?;
    }
    Ok(lines.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::wordcount;

    #[test]
    fn frequent_words_come_first_and_equals_by_alphabet() {
        let text = "The mesh, the node; the JOB? a job — ünder Ünder".as_bytes();
        let lines = "3 the\n2 job\n2 ünder\n1 a\n1 mesh\n1 node\n".as_bytes();
        assert_eq!(wordcount(text.to_vec()).as_deref(), Ok(lines));
    }

    #[test]
    fn nothing_counts_to_nothing() {
        assert_eq!(wordcount(b"  ,;".to_vec()).as_deref(), Ok(b"".as_slice()));
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        assert_eq!(wordcount([0xff].to_vec()), Err("the input is not UTF-8"));
    }
}
