//! The list of known failures, and the judge that holds every corpus against it.

use serde::Deserialize;
use std::collections::BTreeMap;

/// One row of `failures.toml`: a vector whose verdict differs from the corpus's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The corpus, by its directory in `data/`.
    pub corpus: String,
    /// The vector, as its test names it.
    pub case: String,
    /// What the test finds instead of the expected verdict, word for word.
    pub found: String,
    /// Why this is so.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    failure: Vec<Failure>,
}

/// Every known failure.
pub fn listed() -> Vec<Failure> {
    let text = include_str!("../failures.toml");
    let list: List = toml::from_str(text).expect("failures.toml has the fields of `Failure`");
    list.failure
}

/// What became of a corpus's vectors.
#[derive(Debug)]
pub struct Corpus {
    name: &'static str,
    known: BTreeMap<String, Failure>,
    cases: usize,
    faults: Vec<String>,
}

impl Corpus {
    /// A corpus, with the failures that are listed for it.
    pub fn open(name: &'static str) -> Self {
        Self::with(name, listed())
    }

    fn with(name: &'static str, listed: Vec<Failure>) -> Self {
        let known = listed.into_iter().filter(|failure| failure.corpus == name);
        Self {
            name,
            known: known
                .map(|failure| (failure.case.clone(), failure))
                .collect(),
            cases: 0,
            faults: Vec::new(),
        }
    }

    /// Takes one vector's outcome: the expected verdict, or what was found instead.
    pub fn check(&mut self, case: &str, outcome: Result<(), String>) {
        self.cases += 1;
        let name = self.name;
        match (outcome, self.known.remove(case)) {
            (Ok(()), None) => {}
            (Ok(()), Some(_)) => self.faults.push(format!(
                "{name}: `{case}` gives the expected verdict now: take it off failures.toml"
            )),
            (Err(found), Some(known)) if known.found == found => {}
            (Err(found), Some(known)) => self.faults.push(format!(
                "{name}: `{case}` is listed with `{}`, but: {found}",
                known.found
            )),
            (Err(found), None) => self.faults.push(format!("{name}: `{case}`: {found}")),
        }
    }

    /// Holds if every vector was tried, as many as are expected, and none departs from the list.
    pub fn finish(mut self, cases: usize) {
        let name = self.name;
        for case in self.known.keys() {
            let fault = format!("{name}: `{case}` is listed, but there is no such vector");
            self.faults.push(fault);
        }
        if self.cases != cases {
            let fault = format!(
                "{name}: {} vectors were tried instead of {cases}",
                self.cases
            );
            self.faults.push(fault);
        }
        assert!(self.faults.is_empty(), "\n{}\n", self.faults.join("\n"));
    }
}

/// The expected verdict is acceptance.
pub fn accepted<T, E: ToString>(verdict: Result<T, E>) -> Result<(), String> {
    match verdict {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("refused: {}", error.to_string())),
    }
}

/// The expected verdict is refusal.
pub fn refused<T: std::fmt::Debug, E>(verdict: Result<T, E>) -> Result<(), String> {
    match verdict {
        Ok(value) => Err(format!("accepted as {value:?}")),
        Err(_) => Ok(()),
    }
}

/// The expected verdict is this very refusal.
pub fn refused_as<T: std::fmt::Debug, E: std::fmt::Debug + PartialEq>(
    verdict: Result<T, E>,
    expected: &E,
) -> Result<(), String> {
    match verdict {
        Err(error) if error == *expected => Ok(()),
        other => Err(format!("found {other:?} instead of {expected:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the judge says about one vector `x`, when this is listed.
    fn faults(listed: &[(&str, &str)], outcome: Result<(), &str>) -> String {
        let failure = |(case, found): &(&str, &str)| Failure {
            corpus: "c".into(),
            case: (*case).into(),
            found: (*found).into(),
            reason: "r".into(),
        };
        let mut corpus = Corpus::with("c", listed.iter().map(failure).collect());
        corpus.check("x", outcome.map_err(str::to_owned));
        match std::panic::catch_unwind(|| corpus.finish(1)) {
            Ok(()) => String::new(),
            Err(panic) => *panic
                .downcast::<String>()
                .expect("an assertion with a message"),
        }
    }

    #[test]
    fn a_vector_passes_or_fails_as_listed() {
        assert_eq!(faults(&[], Ok(())), "");
        assert_eq!(faults(&[("x", "too long")], Err("too long")), "");
    }

    #[test]
    fn every_departure_from_the_list_is_a_fault() {
        for (listed, outcome, fault) in [
            (&[][..], Err("too long"), "`x`: too long"),
            (&[("x", "too long")], Ok(()), "take it off failures.toml"),
            (&[("x", "too long")], Err("too short"), "but: too short"),
            (&[("y", "too long")], Ok(()), "no such vector"),
        ] {
            let found = faults(listed, outcome);
            assert!(found.contains(fault), "{found}");
        }
    }

    #[test]
    #[should_panic(expected = "0 vectors were tried instead of 1")]
    fn a_corpus_that_is_not_read_is_a_fault() {
        Corpus::with("c", Vec::new()).finish(1);
    }
}
