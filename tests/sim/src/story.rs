//! The story of a run, for people: when, who, what.

use std::fmt::Write as _;

/// Lines, if anybody wants to read them.
#[derive(Clone, Debug, Default)]
pub struct Story {
    lines: Option<Vec<String>>,
}

impl Story {
    /// One that is told.
    pub const fn told() -> Self {
        Self {
            lines: Some(Vec::new()),
        }
    }

    /// Adds a line. What it says is only made if it is read.
    pub fn tell(&mut self, at: u64, who: &str, what: impl FnOnce() -> String) {
        let Some(lines) = &mut self.lines else { return };
        let mut line = String::new();
        write!(line, "{:>4}.{:03} {who:<6} ", at / 1_000, at % 1_000).expect("a string takes it");
        line.push_str(&what());
        lines.push(line);
    }

    /// All lines.
    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_nobody_reads_is_not_written() {
        let mut story = Story::default();
        story.tell(1, "node", || unreachable!("nobody reads it"));
        assert!(story.lines().is_empty());
        let mut story = Story::told();
        story.tell(12_034, "node 1", || "falls".into());
        assert_eq!(story.lines(), ["  12.034 node 1 falls"]);
    }
}
