//! Some rows of a state, read from proofs: enough for a rule that reads no others.

use crate::State;
use crate::audit::AuditError;
use crate::key::Key;
use crate::rows::{RowError, sound};
use icn_base::codec;

/// A state of which some rows are known. Whoever uses it makes sure that nothing else is asked for
/// (see [`crate::scratch::Need`]): a row that was not put in looks as if it were not there.
#[derive(Clone, Debug)]
pub struct Partial(State);

impl Partial {
    /// Knows only the chain's row.
    pub fn new(chain: &[u8]) -> Result<Self, RowError> {
        let partial = Self(State::new(codec::decode(chain)?));
        partial.audit()?;
        Ok(partial)
    }

    /// Takes rows in. The root that proves them may be anybody's, so rows that contradict each other
    /// are refused: rules rely on books that add up.
    pub fn put(&mut self, rows: impl IntoIterator<Item = (Key, Vec<u8>)>) -> Result<(), RowError> {
        for (key, row) in rows {
            self.0.put_row(key, &row)?;
        }
        self.audit()
    }

    /// Says that there are no other rows: now everything must add up, as in any state.
    pub fn complete(&self) -> Result<(), AuditError> {
        self.0.audit()
    }

    /// The state, as far as it is known.
    pub const fn state(&self) -> &State {
        &self.0
    }

    /// No more mana than was made.
    fn audit(&self) -> Result<(), RowError> {
        let supply = &self.0.chain.supply;
        let made = supply.genesis.plus(supply.regenerated);
        let made = made.map_err(|_| RowError::Amounts)?;
        let mut found = supply.treasury;
        for actor in self.0.actors.values() {
            let sum = found.plus(actor.account.total());
            found = sum.map_err(|_| RowError::Amounts)?;
        }
        sound(found <= made)
    }
}
