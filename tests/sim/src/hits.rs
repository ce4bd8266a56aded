//! What goes wrong in a run, by name and counted: a fault or a liar that is never met proves nothing.

use crate::liars::Lie;
use std::collections::BTreeMap;

/// Declares the faults from their rows: variant, name.
macro_rules! faults {
    ($($variant:ident $name:literal $meaning:literal;)*) => {
        /// A fault of the net, of a machine, or of a run on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $(#[doc = $meaning] $variant,)*
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

faults! {
    Loss "loss" "A message is lost.";
    Twice "twice" "A message comes twice.";
    Overtaken "overtaken" "A message is overtaken by later ones.";
    OneWay "one-way cut" "Some do not hear others, who hear them.";
    Halves "partition into halves" "Neither side can decide.";
    OneAlone "one cut off" "One is alone, the others go on.";
    Leaves "peer leaves" "A connection ends, and comes back later.";
    LateJoiner "late joiner" "A node starts with nothing when the others are far.";
    BeforeBlocks "crash before the blocks" "Nothing of a batch is on disk.";
    BeforeLog "crash before the log" "Blocks and names are on disk, the log is not.";
    TornLog "torn log" "The last entry of the log is on disk in part.";
    BeforeRecord "crash before the record" "The highest-signed record is the old one.";
    AmongEffects "crash among effects" "Everything is on disk, and only some of it has left.";
    AtRest "crash at rest" "A machine stops between two inputs.";
    AllAtOnce "all crash at once" "Every machine stops.";
    DiskFull "disk full" "A write finds no room.";
    DiskError "disk error" "A write fails.";
    FlippedBlock "bit flipped in a block" "The disk has changed a block.";
    FlippedLog "bit flipped in the log" "The disk has changed an entry of the log.";
    ClockOff "clock off" "A clock is some hundred milliseconds off.";
    ClockDrifts "clock drifts" "A clock is too fast or too slow.";
    ClockAnHourOff "clock an hour off" "A clock is of no use.";
    RunFails "machine fault in a run" "A machine cannot run a guest that others can.";
    RunSlow "slow run" "A run takes longer than usual.";
    RunNeverEnds "run without end" "A run is still under way when its time is over.";
}

/// How often each was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits(BTreeMap<&'static str, u64>);

impl Hits {
    /// A fault was met.
    pub fn fault(&mut self, fault: Fault) {
        *self.0.entry(fault.name()).or_default() += 1;
    }

    /// A liar has lied.
    pub fn lie(&mut self, lie: Lie) {
        *self.0.entry(lie.name()).or_default() += 1;
    }

    /// Something worth counting was seen.
    pub fn seen(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    /// How often something was met.
    pub fn count(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            *self.0.entry(name).or_default() += count;
        }
    }

    /// Every name and its count.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.0.iter().map(|(name, count)| (*name, *count))
    }

    /// Faults and liars that were never met.
    pub fn missing(&self) -> Vec<&'static str> {
        let faults = Fault::ALL.iter().map(|fault| fault.name());
        let lies = Lie::ALL.iter().map(|lie| lie.name());
        let mut names: Vec<_> = faults.chain(lies).collect();
        names.retain(|name| self.count(name) == 0);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_fault_and_liar_has_a_name_of_its_own() {
        let all = Hits::default().missing();
        let names: BTreeSet<_> = all.iter().collect();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn what_was_met_is_not_missing() {
        let mut hits = Hits::default();
        hits.fault(Fault::Loss);
        let mut more = Hits::default();
        more.lie(Lie::Silent);
        hits.add(&more);
        let missing = hits.missing();
        assert!(!missing.contains(&"loss") && !missing.contains(&Lie::Silent.name()));
        assert_eq!(missing.len(), Fault::ALL.len() + Lie::ALL.len() - 2);
    }
}
