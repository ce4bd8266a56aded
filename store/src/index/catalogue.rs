//! Which runs count, and how far they follow the log.

use super::pages::{IndexFault, Pages};
use super::run::{Run, RunRow};
use crate::log::Position;
use icn_base::{Bytes, codec};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How values in sled are laid out. Another layout is built anew.
const LAYOUT: u64 = 1;

/// The one value in sled that says what the others are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalogue {
    layout: u64,
    /// The store that is indexed.
    store: Bytes,
    /// Up to where the runs follow the log; nothing while they are being built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<Position>,
    /// No run has had this number.
    pub(super) next_run: u64,
    /// The runs, newest first.
    pub(super) runs: Vec<RunRow>,
}

impl Catalogue {
    /// Reads the catalogue and its runs, and removes what belongs to none of them: the rest of
    /// what a crash interrupted. In a directory that is new, there is an empty one.
    pub(super) fn load(pages: &Pages, store: &Bytes) -> Result<(Self, Vec<Arc<Run>>), IndexFault> {
        let broken = |what: &str| IndexFault::Broken(what.to_owned());
        let catalogue = match pages.catalogue()? {
            Some(bytes) => codec::decode(&bytes).map_err(|_| broken("it has no catalogue"))?,
            None => Self {
                layout: LAYOUT,
                store: store.clone(),
                position: None,
                next_run: 1,
                runs: Vec::new(),
            },
        };
        if catalogue.layout != LAYOUT {
            return Err(broken("it is laid out by another version of icn"));
        }
        if catalogue.store != *store {
            return Err(broken("it belongs to another store"));
        }
        let known = |run: &u64| catalogue.runs.iter().any(|row| row.number == *run);
        for run in pages.runs()?.iter().filter(|run| !known(run)) {
            pages.remove(*run)?;
        }
        let runs = catalogue
            .runs
            .iter()
            .map(|&row| Run::load(pages, row).map(Arc::new));
        let runs = runs.collect::<Result<_, _>>()?;
        Ok((catalogue, runs))
    }

    /// Puts the catalogue in the place of the one before, once what it names is on the disk.
    pub(super) fn save(&self, pages: &Pages) -> Result<(), IndexFault> {
        pages.sync()?;
        let bytes = codec::encode(self).expect("a catalogue has no floats");
        pages.put_catalogue(bytes)
    }
}
