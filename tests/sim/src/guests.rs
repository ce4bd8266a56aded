//! Guests without an engine: a table says what a run of each module comes to.

use icn_base::run::{Effect, Exit, Grant, JobSpec, Journal, Outcome, TrapCode};
use icn_base::{Cid, Mana, codec};
use icn_dag::Block;
use icn_mesh::Ran;

/// The engine that every node claims to have.
pub const ENGINE: &str = "simulated-1/icn-1";

/// A guest, by what its runs do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guest {
    /// Writes its output and ends.
    Writes,
    /// Takes long.
    Slow,
    /// Traps.
    Traps,
    /// Spends all its fuel.
    Burns,
    /// May not run at all.
    Refused,
    /// Pays whom its grant names.
    Pays,
    /// Asks for more than it was granted.
    Greedy,
    /// Keeps a block.
    Puts,
    /// Opens another job.
    Parent,
    /// Never ends.
    Endless,
    /// Runs on most machines, and not on those with an odd number.
    Picky,
}

/// How a run goes on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// It ends after so many milliseconds.
    Ends(u64, Box<Ran>),
    /// This machine cannot run it, and says so after so many milliseconds.
    Fails(u64),
    /// It is still running when nobody wants it any more.
    Never,
}

impl Guest {
    /// Every guest.
    pub const ALL: [Self; 11] = [
        Self::Writes,
        Self::Slow,
        Self::Traps,
        Self::Burns,
        Self::Refused,
        Self::Pays,
        Self::Greedy,
        Self::Puts,
        Self::Parent,
        Self::Endless,
        Self::Picky,
    ];

    /// Its module: no engine reads it.
    pub fn module(self) -> Block {
        let text = format!("a guest that {self:?}");
        Block::raw(text.into_bytes()).expect("a line of text fits a block")
    }

    /// The guest of a module.
    pub fn of(module: &Cid) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|guest| guest.module().cid() == module)
    }

    /// True if its effects need more than one executor's word.
    pub const fn is_valuable(self) -> bool {
        matches!(self, Self::Pays | Self::Greedy | Self::Parent)
    }

    /// What a job of its kind grants.
    pub fn grants(self, to: icn_base::Did) -> Vec<Grant> {
        let mana = |units| Mana::new(units).expect("a small amount");
        match self {
            Self::Pays | Self::Greedy => vec![Grant::ManaSpend {
                limit: mana(10),
                to: Some(to),
            }],
            Self::Puts => vec![Grant::DagWrite { bytes: 64 }],
            Self::Parent => vec![Grant::MeshSubmit {
                count: 1,
                budget: mana(200),
            }],
            Self::Writes
            | Self::Slow
            | Self::Traps
            | Self::Burns
            | Self::Refused
            | Self::Endless
            | Self::Picky => Vec::new(),
        }
    }

    /// How a run of it goes on a machine. It is a function of the spec, but for the time it takes.
    pub fn run(self, spec: &JobSpec, machine: usize) -> Run {
        let usual_ms = 40;
        match self {
            Self::Endless => Run::Never,
            Self::Picky if machine % 2 == 1 => Run::Fails(usual_ms),
            Self::Slow => Run::Ends(1_500, Box::new(self.ran(spec))),
            _ => Run::Ends(usual_ms, Box::new(self.ran(spec))),
        }
    }

    /// What every machine that can run it comes to.
    pub fn ran(self, spec: &JobSpec) -> Ran {
        let raw = |text: &str| Block::raw(text.as_bytes().to_vec()).expect("a line fits a block");
        let exit = match self {
            Self::Traps => Exit::Trap(TrapCode::Unreachable),
            Self::Burns => Exit::OutOfFuel,
            Self::Refused => Exit::Refused(icn_base::run::RefusalCode::NotWasm),
            _ => Exit::Ok(0),
        };
        let fuel_used = match self {
            Self::Burns => spec.fuel_limit,
            Self::Refused => 0,
            _ => spec.fuel_limit / 3,
        };
        let output = raw(&format!("what {self:?} writes"));
        let log = raw("");
        let journal = Block::cbor(&Journal::default()).expect("an empty journal is small");
        let (effects, more) = self.effects(spec);
        let outcome = Outcome {
            exit,
            output: *output.cid(),
            log: *log.cid(),
            effects,
            fuel_used,
            memory_peak: 65_536,
            host_calls: Vec::new(),
            journal: *journal.cid(),
            engine: ENGINE.to_owned(),
        };
        let blocks = [output, log, journal].into_iter().chain(more).collect();
        Ran { outcome, blocks }
    }

    fn effects(self, spec: &JobSpec) -> (Vec<Effect>, Option<Block>) {
        let payee = spec.grants.iter().find_map(|grant| match grant {
            Grant::ManaSpend { to, .. } => *to,
            _ => None,
        });
        let pay = |to, units| Effect::PayMana {
            to,
            amount: Mana::new(units).expect("a small amount"),
        };
        match (self, payee) {
            (Self::Pays, Some(to)) => (vec![pay(to, 3), pay(to, 4)], None),
            (Self::Greedy, Some(to)) => (vec![pay(to, 3), pay(to, 1_000)], None),
            (Self::Puts, _) => {
                let block = Block::raw(*b"what a guest keeps").expect("it is small");
                let put = Effect::PutBlock {
                    cid: *block.cid(),
                    bytes: u64::try_from(block.bytes().len()).expect("it is small"),
                };
                (vec![put], Some(block))
            }
            (Self::Parent, _) => {
                let child = JobSpec {
                    module: *Self::Writes.module().cid(),
                    grants: Vec::new(),
                    retry_of: None,
                    ..spec.clone()
                };
                let child = Effect::SubmitJob {
                    spec: Box::new(child),
                };
                (vec![child], None)
            }
            _ => (Vec::new(), None),
        }
    }
}

/// The bytes of a claim's exit and output, to compare what executors say.
pub fn told(ran: &Ran) -> Vec<u8> {
    codec::encode(&ran.outcome).expect("an outcome has a canonical spelling")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_module_names_its_guest() {
        let modules: BTreeSet<_> = Guest::ALL
            .iter()
            .map(|guest| *guest.module().cid())
            .collect();
        assert_eq!(modules.len(), Guest::ALL.len());
        for guest in Guest::ALL {
            assert_eq!(Guest::of(guest.module().cid()), Some(guest));
        }
        assert_eq!(Guest::of(Block::raw(*b"x").unwrap().cid()), None);
    }
}
