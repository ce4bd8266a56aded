//! A key as 24 words (BIP-39, English): what a person can write on paper and read back.

use crate::failure::Failure;
use bip39::{Language, Mnemonic};
use icn_base::Keypair;
use zeroize::Zeroizing;

/// The 24 words of a key, wiped from memory when dropped.
pub(crate) struct Words(Zeroizing<String>);

impl Words {
    /// The words of a key.
    pub(crate) fn of(keys: &Keypair) -> Self {
        let mnemonic = Mnemonic::from_entropy_in(Language::English, &*keys.seed())
            .expect("32 bytes are 24 words");
        Self(Zeroizing::new(mnemonic.to_string()))
    }

    /// Reads words, with their checksum; case and spacing do not matter.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let text = Zeroizing::new(text.to_lowercase());
        let mnemonic =
            Mnemonic::parse_in_normalized(Language::English, &text).map_err(|error| {
                Failure::malformed(format!("these are not the 24 words of a key: {error}"))
            })?;
        if mnemonic.word_count() != 24 {
            let count = mnemonic.word_count();
            return Err(Failure::malformed(format!(
                "a key has 24 words, these are {count}"
            )));
        }
        Ok(Self(Zeroizing::new(mnemonic.to_string())))
    }

    /// The words, a space between each.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The key that they stand for.
    pub(crate) fn keypair(&self) -> Keypair {
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &self.0)
            .expect("the words were checked when they were read");
        let entropy = Zeroizing::new(mnemonic.to_entropy());
        let seed = Zeroizing::new(
            entropy
                .as_slice()
                .try_into()
                .expect("24 words are 32 bytes"),
        );
        Keypair::from_seed(*seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_bring_the_key_back_whatever_their_case_and_spacing() {
        let keys = Keypair::from_seed([9; 32]);
        let words = Words::of(&keys);
        assert_eq!(words.as_str().split(' ').count(), 24);
        let messy = format!("  {}\n", words.as_str().to_uppercase().replace(' ', "\n  "));
        assert_eq!(Words::parse(&messy).unwrap().keypair().did(), keys.did());
    }

    #[test]
    fn a_wrong_word_is_found_by_the_checksum_or_the_list() {
        let words = Words::of(&Keypair::from_seed([9; 32]));
        let first = words.as_str().split(' ').next().unwrap();
        for other in ["zebra", "icn", ""] {
            assert!(
                Words::parse(&words.as_str().replacen(first, other, 1)).is_err(),
                "{other}"
            );
        }
        let twelve = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                      abandon abandon about";
        assert!(Words::parse(twelve).is_err(), "12 words are too few");
    }
}
